"""LT502: the run became slower than before, at one step or little by little."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors._gradual_slowdown import LEAST_Z, Slowing, slowing
from losstui.detectors._intervals import Intervals, intervals_of
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, IntArray
from losstui.roles import Kind
from losstui.stats.confidence import confidence
from losstui.stats.noise import median_deviation, times_of
from losstui.wording import number, percent, readable_time

LASTING, TEMPORARY, GRADUAL = "lasting", "temporary", "gradual"
KEPT = (0.05, 0.95)  # quantiles of the pace: what lies outside counts as much as they do


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """The pace of a run in blocks, arrays of shape (k,): `log_pace` is the logarithm of time per step."""

    log_pace: FloatArray
    seconds: FloatArray
    steps: FloatArray
    first: IntArray
    last: IntArray


@dataclass(frozen=True, slots=True)
class _Slow:
    """The blocks from `start` to before `end` are slower by `shift` in the logarithm, `z` scatters.

    `margin` is the share of the shift that lies between the two speeds, `share` that of all time lost.
    """

    start: int
    end: int
    shift: float
    z: float
    margin: float
    share: float


@dataclass(frozen=True)
class ThroughputDrop:
    """The run became slower, at one step or little by little, by more than its speed varied before.

    ## What it looks for
    A step time that jumps to another level: a data loader or a disk that no longer keeps up, another job
    on the device, a device that throttles itself, memory that swaps. `lasting`: slow until the end.
    `temporary`: it came back by itself. `gradual`: each step takes longer than the one before, as where
    memory is never given back.

    ## How it decides
    The time per step, or per row where many share one, in at most `most_blocks` blocks, intervals with an
    evaluation left out where that takes time. The stretch that differs most from the rest is slower by
    `least_drop` and more, by at least `least_z` times the scatter of the blocks, and the speeds do not
    overlap: between nearly all blocks before and nearly all slow ones lies `least_margin` of the difference.
    At least `least_seconds` are lost, and where the speed came back `least_share` of all time. A run that
    becomes slower in stages is slow from the first of them on: before each stretch that lasts, the run until
    then is looked at by itself. Slow steps that come again and again are in every block, before and after.
    Without wall times, a logged speed or step time is looked at.
    `gradual`, where there is no such stretch: the steps from block to block are up by `LEAST_Z` standard
    errors of their mean from some block on, which a speed that wanders is not, and are so in their last
    third. By the end the speed is lower by `least_drop`. A logged throughput that has not fallen half as far
    says that each step has more to do, and nothing is told. By a logged speed, which may be an average since
    the start, it is info.

    ## When it is wrong
    Work that grows by intent (longer sequences, larger images, learning that starts after a phase of
    collecting data) slows the steps just so; little by little, if it grows until the end. Where logs are
    written seldom, an evaluation every few values that begins in mid-run cannot be told from slower steps.

    ## Source
    Change of level in a series: Hinkley 1970, Biometrika 57; on the logarithm of the time per step.
    """

    code: ClassVar[str] = "LT502"
    name: ClassVar[str] = "throughput-drop"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_intervals: int = 15  # intervals: as many blocks as show a scatter on either side
    most_blocks: int = 60  # blocks: short delays and the rhythm of checkpoints even out in them
    fewest_blocks: int = 15  # blocks: coarse ones even out what differs from step to step
    least_blocks: int = 5  # blocks on either side: fewer have no scatter
    least_before: float = 0.15  # of the run: until then it compiles, fills caches or collects data
    least_slow: float = 0.1  # of the run: a shorter stretch is a pause
    least_drop: float = 0.2  # of the speed: less is not worth a search for the cause
    least_z: float = 6.0  # scatters of a block: shared machines wander by three
    least_margin: float = 0.25  # of the difference: the two speeds are apart
    overlap: float = 0.05  # of the blocks on either side may be an exception
    least_share: float = 0.1  # of the whole time, where the speed came back: else it goes on costing
    least_seconds: float = 1.0  # s lost: nobody waits for less

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        known = intervals_of(curves, self.least_intervals)
        if not known:
            return Skipped("no wall times and no speed logged")
        cut = [(intervals, list(self._blocks(intervals))) for intervals in known]
        for intervals, several in cut:
            for blocks in several:
                slow = self._slow(blocks, intervals.in_seconds)
                if slow is not None:
                    return [self._finding(intervals, blocks, slow)]
        gradual = (self._gradual(intervals, several, known, curves) for intervals, several in cut)
        return next((found for found in gradual if found), list[Finding]())

    def _blocks(self, intervals: Intervals) -> Iterator[_Blocks]:
        """The run in blocks of as many intervals each, fine ones first, none finer than the clock ticks."""
        kept = ~intervals.evaluated if intervals.evaluated.any() else slice(None)
        first, last, seconds = intervals.first[kept], intervals.last[kept], intervals.seconds[kept]
        work, k = intervals.work[kept], min(self.most_blocks, len(first))
        while k >= self.fewest_blocks:
            edges = np.linspace(0, len(first), k + 1).astype(np.int64)
            starts = edges[:-1]
            took = np.add.reduceat(seconds, starts)
            if took.min() > 0.0:
                steps = np.add.reduceat(work, starts)
                yield _Blocks(np.log(took / steps), took, steps, first[starts], last[edges[1:] - 1])
            k //= 2

    def _slow(self, blocks: _Blocks, in_seconds: bool) -> _Slow | None:
        """The slow stretch; of a run that becomes slower in stages all from the first of them on.

        Before a stretch that lasts, the run until then is looked at as it was when there was no other.
        """
        x, until = blocks.log_pace, len(blocks.log_pace)
        least_before = max(self.least_blocks, math.ceil(self.least_before * until))
        least_slow = max(self.least_blocks, math.ceil(self.least_slow * until))
        found = None
        while True:
            start, end = _slowest_stretch(x[:until], least_before, least_slow)
            if end <= start or (found is not None and end < until):
                return found
            found = self._judged(blocks, start, end, in_seconds) or found
            if end < until:
                return found
            until = start

    def _judged(self, blocks: _Blocks, start: int, end: int, in_seconds: bool) -> _Slow | None:
        """The blocks from `start` on, slow as those to before `end` are; None where these are not."""
        x = blocks.log_pace
        before, slow = x[:start], x[start:end]
        shift = float(np.median(slow) - np.median(before))
        if end < len(x) and float(np.median(x[end:]) - np.median(before)) > 0.5 * shift:
            end = len(x)
        scatter = math.hypot(median_deviation(before), median_deviation(slow)) / math.sqrt(2.0)
        margin = float(np.quantile(slow, self.overlap) - np.quantile(before, 1.0 - self.overlap))
        usual = float(np.exp(np.median(before)))
        lost = float(np.sum(blocks.seconds[start:end] - usual * blocks.steps[start:end]))
        share = lost / float(blocks.seconds.sum())
        too_small = 1.0 - math.exp(-shift) < self.least_drop
        in_the_noise = shift < self.least_z * scatter or margin < self.least_margin * shift
        too_cheap = in_seconds and lost < self.least_seconds
        over_and_short = end < len(x) and share < self.least_share
        if too_small or in_the_noise or too_cheap or over_and_short:
            return None
        by_now = float(np.median(x[start:end]) - np.median(before))
        return _Slow(start, end, by_now, times_of(shift, scatter), margin / shift, share)

    def _gradual(
        self, intervals: Intervals, several: Sequence[_Blocks], known: Sequence[Intervals], curves: RunCurves
    ) -> list[Finding]:
        for blocks in several:
            found = slowing(blocks.log_pace)
            if found is None or 1.0 - math.exp(-found.shift) < self.least_drop:
                continue
            start = found.onset.index
            lost = float(np.sum((blocks.seconds - math.exp(found.usual) * blocks.steps)[start:]))
            if intervals.in_seconds and lost < self.least_seconds:
                continue
            step = int(blocks.first[start])
            throughputs = [one for one in known if curves.run.roles[one.tag].kind is Kind.THROUGHPUT]
            if any(_shift_at(one, step) < 0.5 * _shift_at(intervals, step) for one in throughputs):
                return []
            return [self._gradual_finding(intervals, blocks, found, lost)]
        return []

    def _gradual_finding(self, intervals: Intervals, blocks: _Blocks, found: Slowing, lost: float) -> Finding:
        onset, k = found.onset, len(blocks.first)
        drop = 1.0 - math.exp(-found.shift)
        first, last = int(blocks.first[onset.index]), int(blocks.last[-1])
        share = lost / float(blocks.seconds.sum())
        cost = f" ({readable_time(lost)})" if intervals.in_seconds else ""
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if intervals.in_seconds else Severity.INFO,
            confidence(found.z, LEAST_Z, drop, self.least_drop),
            f"From {intervals.unit} {first} on each {intervals.unit} takes longer than the one before, by "
            f"now {number(math.exp(found.shift), 2)} times as long: {percent(share)} of the time of the run"
            f"{cost} is lost",
            intervals.tag,
            (Span(first, last),),
            Onset(first, int(blocks.first[onset.low]), int(blocks.last[min(onset.high, k - 1)])),
            (
                Measure("drop of the speed", drop, self.least_drop, "fraction of the speed before"),
                Measure("slowdown from block to block", found.z, LEAST_Z, "standard errors"),
                Measure("time lost", share, 0.0, "fraction of the whole time"),
            ),
            kind=GRADUAL,
        )

    def _finding(self, intervals: Intervals, blocks: _Blocks, slow: _Slow) -> Finding:
        lasting = slow.end == len(blocks.log_pace)
        drop = 1.0 - math.exp(-slow.shift)
        first, last = int(blocks.first[slow.start]), int(blocks.last[slow.end - 1])
        least_share = 0.0 if lasting else self.least_share
        longer = number(math.exp(slow.shift), 2)
        until = "on" if lasting else f"to {last}"
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if lasting else Severity.INFO,
            confidence(slow.z, self.least_z, drop, self.least_drop),
            f"From {intervals.unit} {first} {until} each {intervals.unit} takes {longer} times as long as "
            f"before: {percent(slow.share)} of the time of the run is lost",
            intervals.tag,
            (Span(first, last),),
            Onset(first, int(blocks.first[slow.start - 1]), int(blocks.last[slow.start])),
            (
                Measure("drop of the speed", drop, self.least_drop, "fraction of the speed before"),
                Measure("slowdown", slow.z, self.least_z, "scatters of the speed"),
                Measure("gap between the speeds", slow.margin, self.least_margin, "fraction"),
                Measure("time lost", slow.share, least_share, "fraction of the whole time"),
            ),
            kind=LASTING if lasting else TEMPORARY,
        )


def _shift_at(intervals: Intervals, step: int) -> float:
    """By how much the steps after `step` are slower than those before, in the logarithm; 0.0 without both."""
    each = intervals.seconds / intervals.work
    before, after = each[intervals.last <= step], each[intervals.first >= step]
    if not len(before) or not len(after) or min(np.median(before), np.median(after)) <= 0.0:
        return 0.0
    return float(np.log(np.median(after) / np.median(before)))


def _slowest_stretch(log_pace: FloatArray, least_before: int, least_slow: int) -> tuple[int, int]:
    """The stretch [start, end) that differs most from the rest of `log_pace`, shape (k,), by being slower.

    `least_before` blocks lie before it and it has at least `least_slow`. (0, 0) where nothing is slower
    than the rest. The extremes are cut, so that one long pause is no stretch.
    """
    k = len(log_pace)
    low, high = np.quantile(log_pace, KEPT)
    clipped = np.clip(log_pace, low, high)
    sums = np.concatenate(([0.0], np.cumsum(clipped - clipped.mean())))
    starts, ends = np.arange(k + 1)[:, None], np.arange(k + 1)[None, :]
    inside = ends - starts
    allowed = (starts >= least_before) & (inside >= least_slow)
    excess = sums[None, :] - sums[:, None]
    weight = np.maximum(inside * (k - inside), 1)
    # With the mean taken off, the gain in squared error of a second level is excess^2 k / (in * out).
    gain = np.where(allowed & (excess > 0.0), excess * excess / weight, 0.0)
    start, end = (int(i) for i in np.unravel_index(int(np.argmax(gain)), gain.shape))
    return start, end

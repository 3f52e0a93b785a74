"""LT501: the run stood still for far longer than it ever takes from one value to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors._intervals import Intervals, intervals_of
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, IntArray
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.medians import median
from losstui.wording import percent, readable_time


@dataclass(frozen=True, slots=True, eq=False)
class _Stalls:
    """Where a run stood still: those of its n `intervals` that are `stalls`, shape (k,).

    `lost`, shape (n,), is what each took too long, and `slowest` the slowest usual one, in their unit.
    """

    intervals: Intervals
    lost: FloatArray
    stalls: IntArray
    slowest: float


@dataclass(frozen=True)
class StalledRun:
    """The run stood still in the middle: nothing was logged for far longer than its own rhythm explains.

    ## What it looks for
    A pause or a hang between two values that follow each other: a data loader or a collective operation
    that waited, a machine that slept, a queue that took the job off. The training itself is not the
    worse for it; the time is gone.

    ## How it decides
    The intervals between the values of the curve logged most often, less what the steps between them
    usually take. A stall took `least_share` of the whole time and more, at least `least_ratio` times
    the `usual_quantile` of the other intervals, and at least `least_seconds`. Where an evaluation was
    logged in it, it has to be as much longer than the longest other interval with one. Pauses that come
    again after about the same number of steps, none `least_ratio` times as long as another, are the rhythm
    of the run, and the first interval is its start. So may be one pause, or two as far apart as the first is
    from the start, until the run has gone on beyond where the next would come: before, they are stalls if
    they took longer than all the training until then. Where more steps than usual lie between two values,
    rows are missing: the run had been stopped and was taken up again. Rows that share a step count one by
    one where time passes between them. Without wall times a logged speed or step time says how long each
    interval took.

    ## When it is wrong
    A log that was put away and taken up again without a new session or a missing row looks the same. A
    single long evaluation, checkpoint or data preparation in mid-run that logs nothing is a pause, if a
    wanted one.
    Whether a run hangs now cannot be seen in its log: that is told by its status.

    ## Source
    The stalled-training rule of Amazon SageMaker Debugger, with the run's own intervals for its 1,800 s.
    """

    code: ClassVar[str] = "LT501"
    name: ClassVar[str] = "stalled-run"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_intervals: int = 12  # intervals: fewer have no rhythm
    least_share: float = 0.05  # of the whole time: a smaller loss is not worth a warning
    least_ratio: float = 6.0  # times the slowest usual interval: the next slow batch does not reach it
    usual_quantile: float = 0.99  # of the other intervals: evaluations and checkpoints are among them
    least_seconds: float = 1.0  # s: nobody waits for less
    least_evaluations: int = 2  # other intervals with an evaluation: without them its length is unknown
    least_times: int = 3  # pauses: fewer have no rhythm of their own
    regular: float = 0.2  # of the usual distance between pauses: they come on a grid, a late one included

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        known = intervals_of(curves, self.least_intervals)
        if not known:
            return Skipped("no wall times and no speed logged")
        known = [one for one in known if one.in_seconds] or known  # a speed tells less than the clock
        totals: dict[str, float] = {}
        for intervals in known:
            totals[intervals.tag] = totals.get(intervals.tag, 0.0) + float(intervals.seconds.sum())
        for intervals in known:
            total = totals[intervals.tag]
            stalls = self._stalls(intervals, total)
            if stalls is not None:
                return [self._finding(stalls, total)]
        return []

    def _stalls(self, intervals: Intervals, total: float) -> _Stalls | None:
        """Those of a log that took `total` in all, in the unit of `intervals`; None where there are none."""
        bound = max(self.least_share * total, self.least_seconds if intervals.in_seconds else 0.0)
        if float(intervals.seconds[1:].max()) < bound:  # most runs: none is that long
            return None
        work = intervals.work
        lost = intervals.seconds - work * median(intervals.seconds / work)
        long = lost >= bound
        long[0] = False
        usual = ~long
        long &= work <= work[usual].max()
        others = intervals.seconds[usual]
        slowest = float(np.quantile(others, self.usual_quantile))
        long &= lost >= self.least_ratio * slowest
        evaluations = intervals.seconds[intervals.evaluated & ~long]
        if len(evaluations) < self.least_evaluations:
            long &= ~intervals.evaluated
        else:
            long &= ~intervals.evaluated | (lost >= self.least_ratio * float(evaluations.max()))
        stalls = np.flatnonzero(long)
        if not len(stalls):
            return None
        # Pauses of one kind differ in length: with the short ones left out, the others are on no grid.
        alike = 1 + np.flatnonzero(lost[1:] >= float(lost[stalls].max()) / self.least_ratio)
        known = any(self._is_rhythm(intervals, lost, pauses) for pauses in (stalls, alike))
        return None if known else _Stalls(intervals, lost, stalls, slowest)

    def _is_rhythm(self, intervals: Intervals, lost: FloatArray, pauses: IntArray) -> bool:
        """Whether the pauses come on a grid, or may turn out to."""
        steps = intervals.last[pauses].astype(np.float64)
        on_grid = len(steps) >= self.least_times and self._is_regular(steps)
        return on_grid or self._may_be_periodic(intervals, lost, pauses)

    def _may_be_periodic(self, intervals: Intervals, lost: FloatArray, stalls: IntArray) -> bool:
        """Whether the pauses are on a grid with the start, and its next place is still to come.

        What took longer than all the training before is none of a grid: nobody evaluates for so long.
        """
        places = np.concatenate((intervals.first[:1], intervals.last[stalls])).astype(np.float64)
        until = float(places[-1]) + (1.0 + self.regular) * float(np.median(np.diff(places)))
        paused = float(lost[stalls].sum())
        trained = float(intervals.seconds[: stalls[-1] + 1].sum()) - paused
        return paused < trained and self._is_regular(places) and float(intervals.last[-1]) <= until

    def _is_regular(self, places: FloatArray) -> bool:
        """Whether `places`, shape (n,), n >= 2, rising, lie about as far apart."""
        apart = np.diff(places)
        usual = float(np.median(apart))
        return float(np.median(np.abs(apart - usual))) <= self.regular * usual

    def _finding(self, found: _Stalls, total: float) -> Finding:
        intervals, lost, stalls = found.intervals, found.lost, found.stalls
        worst = int(stalls[np.argmax(lost[stalls])])
        share = float(lost[stalls].sum()) / total
        ratio = float(lost[worst]) / max(found.slowest, np.finfo(np.float64).tiny)
        first, last = int(intervals.first[stalls[0]]), int(intervals.last[stalls[0]])
        times = f"{len(stalls)} times, longest " if len(stalls) > 1 else ""
        took = f" for {readable_time(float(lost[worst]))}" if intervals.in_seconds else ""
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares((share, self.least_share), (ratio, self.least_ratio)),
            f"The run stood still {times}before {intervals.unit} {int(intervals.last[worst])}{took}: "
            f"{percent(share)} of its time is lost",
            intervals.tag,
            tuple(Span(int(intervals.first[i]), int(intervals.last[i])) for i in stalls),
            Onset(last, first, last),
            (
                Measure("time lost", share, self.least_share, "fraction of the whole time"),
                Measure("longest pause", ratio, self.least_ratio, "times the slowest usual interval"),
            ),
        )

"""LT206: the train loss falls at the borders of epochs only, because samples are recognised again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._pairs import long_pairs
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._swings.pattern import rate_cycles
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, IntArray
from losstui.roles import Direction
from losstui.stats.confidence import confidence
from losstui.stats.medians import median
from losstui.stats.noise import noise_sigma, times_of
from losstui.stats.trend import MEDIAN_ERROR
from losstui.wording import percent, readable

CEILING = 1.0  # of an accuracy, an overlap, an explained share: none is above
PARAMETERS = 2  # of a line between two borders
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True, eq=False)
class _Staircase:
    """Steps down at equal distances: the blocks they are at, their heights and standard errors each."""

    period: float  # blocks
    borders: tuple[int, ...]
    heights: tuple[float, ...]  # of the levels, or of their logarithms where all are positive
    net: tuple[float, ...]  # how far the next epoch as a whole lies below, in the same unit
    z: tuple[float, ...]
    share: float  # of the whole fall of the train loss

    @property
    def sure(self) -> float:
        """Standard errors by which all borders together drop."""
        return sum(self.z) / math.sqrt(len(self.z))


@dataclass(frozen=True)
class EpochMemorisation:
    """The train loss falls in steps at the borders of epochs while validation gains nothing: it memorises.

    ## What it looks for
    A train loss, logged within epochs, that is level or rises inside an epoch and drops where the next
    one begins: each sample is known the second time it is seen, and nothing that helps with other
    samples is learned. Usual in fine-tuning on little data for several epochs, and with labels that
    are noise. Where validation rises as well it is a warning, else it is worth knowing. Of a run that logs no
    loss at all the metrics are compared in the same way, by what is left to 1 where higher is better.

    ## How it decides
    The length of an epoch is found from the curve: of all periods that begin with the run, the one whose
    epochs, each a straight line, explain the curve best (Schwarz's criterion). The medians of
    `window_share` of an epoch on both sides of a border are compared: together they drop by `least_z`
    standard errors, two of them by `least_each_z`, and make up at least `least_share` of the whole fall;
    `even_borders` of them drop by at least `least_even` of the highest, and together they lower the epochs
    as a whole by at least `least_net` of the drops: samples in a fixed order make a saw. Since the first
    border the validation loss has gained at most `most_gain` of what train has: a learning rate that is
    lowered in steps makes both fall. One that goes up and down in cycles makes a saw of its own.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    Data that gets easier in each pass, and averages that start anew with each epoch, make steps too.
    A log with fewer than `least_values` values an epoch shows no steps.

    ## Source
    Howard and Whitaker 2023, "Can LLMs learn from a single example?", on fine-tuning losses that fall
    in steps.
    """

    code: ClassVar[str] = "LT206"
    name: ClassVar[str] = "epoch-memorisation"
    yields_to: ClassVar[tuple[str, ...]] = NON_FINITE

    least_values: int = 8  # blocks an epoch: fewer do not show whether it is level
    least_drops: int = 2  # borders: one drop is any drop
    window_share: float = 0.2  # of an epoch: near the border, and enough for a median
    window_least: int = 4  # blocks: the fewest with a median worth the name
    resolution: float = 0.25  # blocks: periods are tried this far apart, at least,
    relative_resolution: float = 0.02  # of the period: and longer ones this, which moves no border by much
    least_z: float = 5.0  # standard errors of all drops together: the period was chosen to make them high
    least_each_z: float = 2.0  # standard errors of the two highest drops
    least_even: float = 0.2  # of the highest drop: drops become smaller as there is less to memorise
    even_borders: float = 0.75  # of the borders have such a drop
    least_net: float = 1 / 3  # of the drops: where the epochs take back more, their samples come in an order
    most_pieces: int = 6  # lines an epoch may be made of, where it bends
    least_share: float = 0.6  # of the fall: an even descent has a fifth of it in such windows
    most_gain: float = 0.1  # of what train gained since: validation as good as level
    least_rise: float = 0.04  # of the best level: below, the checkpoints are worth the same

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        evaluations = self.least_drops + 1
        long = long_pairs(curves, evaluations, evaluations * self.least_values)
        if isinstance(long, Skipped):
            return long
        found = next((found for pair in long if (found := self._examine(pair))), list[Finding]())
        return [] if found and rate_cycles(curves, found[0].onset.step) else found

    def _examine(self, pair: Pair) -> list[Finding]:
        # Most runs end here: their validation loss falls with the train loss.
        start = float(pair.train.block_steps[self.least_values])
        if self._validation_gain(pair, start) > self.most_gain * pair.train.progress:
            return []
        for stairs in self._stairs(pair.train):
            if self._clear(stairs):
                return self._judge(pair, stairs)
        return []

    def _validation_gain(self, pair: Pair, step: float) -> float:
        """What validation gained from `step` of the train curve to the end; negative where it rose."""
        levels = pair.validation.levels
        at = pair.train_steps_of_validation[(pair.validation.blocks.first + pair.validation.blocks.last) // 2]
        before = float(np.interp(step, at, levels))
        return before - float(levels[-1])

    def _stairs(self, train: Curve) -> Iterator[_Staircase]:
        """The staircase that explains the curve best, then those of some times its period."""
        levels = train.blocks.medians
        if train.role.direction is Direction.HIGHER and float(levels.min()) > -CEILING:
            levels = CEILING + levels  # what is left to gain
        if float(levels.min()) > 0.0:
            levels = np.log(levels)  # noise and drops go with the level
        n = len(levels)
        fall = median(levels[: self.least_values]) - median(levels[-self.least_values :])
        sums = _running_sums(levels)
        longest = (n - self.window_least) / self.least_drops
        periods = self._periods(longest)
        if fall <= 0.0 or not periods:
            return
        best = min(periods, key=lambda one: _information(sums, _edges(n, one)))
        for period in np.arange(1, self.most_pieces + 1) * best:
            borders = _edges(n, period)[1:-1]
            borders = borders[borders + self.window_least <= n]
            if len(borders) < self.least_drops:
                return
            heights, z = zip(*(self._drop(levels, int(one), period) for one in borders), strict=True)
            net = tuple(_net(levels, int(one), round(period)) for one in borders)
            yield _Staircase(period, tuple(borders.tolist()), heights, net, z, sum(heights) / fall)

    def _periods(self, longest: float) -> list[float]:
        """The periods to try, in blocks, up to `longest`."""
        periods: list[float] = []
        period = float(self.least_values)
        while period < longest:
            periods.append(period)
            period += max(self.resolution, self.relative_resolution * period)
        return periods

    def _clear(self, stairs: _Staircase) -> bool:
        """Whether it goes down at its borders: far enough, surely enough, and at nearly every one."""
        heights = np.array(stairs.heights)
        even = np.mean(heights >= self.least_even * max(stairs.heights))
        seconds = sorted(stairs.z)[-self.least_drops] >= self.least_each_z
        return (
            seconds
            and stairs.sure >= self.least_z
            and stairs.share >= self.least_share
            and bool(even >= self.even_borders)
            and sum(stairs.net) >= self.least_net * sum(stairs.heights)
        )

    def _drop(self, levels: FloatArray, border: int, period: float) -> tuple[float, float]:
        """How far the level drops at the border, and in how many standard errors."""
        width = max(self.window_least, round(self.window_share * period))
        before, after = levels[border - width : border], levels[border : border + width]
        height = median(before) - median(after)
        around = levels[max(0, round(border - period)) : border + round(period)]
        error = noise_sigma(around) * MEDIAN_ERROR * math.sqrt(1.0 / len(before) + 1.0 / len(after))
        return height, times_of(height, error)

    def _judge(self, pair: Pair, stairs: _Staircase) -> list[Finding]:
        train, validation = pair.train, pair.validation
        first = int(train.steps[train.blocks.first[stairs.borders[0]]])
        drops = [self._drop(train.blocks.medians, border, stairs.period)[0] for border in stairs.borders]
        share = times_of(self._validation_gain(pair, float(first)), sum(drops))
        if share > self.most_gain:
            return []
        best, end = float(validation.levels[validation.best_block]), float(validation.levels[-1])
        rise = (end - best) / abs(best) if best else math.inf
        border = stairs.borders[0]
        before = int(train.steps[train.blocks.first[max(0, border - 1)]])
        after = int(train.steps[train.blocks.last[min(border, len(train.blocks) - 1)]])
        finding = Finding(
            self.code,
            self.name,
            Severity.WARNING if rise >= self.least_rise else Severity.INFO,
            confidence(stairs.sure, self.least_z, stairs.share, self.least_share),
            self._message(pair, stairs, max(drops), rise),
            train.tag,
            (Span(first, train.last_step),),
            Onset(first, before, after),
            (
                Measure("drops together", stairs.sure, self.least_z, "standard errors"),
                Measure("fall at the borders", stairs.share, self.least_share, "fraction of the fall"),
                Measure("validation gain since", share, self.most_gain, "fraction of the train gain"),
                Measure("validation rise", rise, self.least_rise, "fraction of the best level"),
            ),
        )
        return [finding]

    def _message(self, pair: Pair, stairs: _Staircase, largest: float, rise: float) -> str:
        """How often and how far train drops, by `largest` at most, and what validation does meanwhile."""
        train, validation = pair.train, pair.validation
        period = round(stairs.period * (train.last_step - train.first_step) / max(1, len(train.blocks) - 1))
        higher = train.role.direction is Direction.HIGHER
        moves, worse, better = ("jumps", "falls", "rise") if higher else ("drops", "rises", "fall")
        lost = f"{worse} by {percent(rise)}" if rise >= self.least_rise else f"does not {better} with it"
        return (
            f"{train.tag} {moves} every {period} {train.unit}s, {len(stairs.borders)} times, by up to "
            f"{readable(largest)}, and not between: samples are recognised when they come again, "
            f"and {validation.tag} {lost}"
        )


def _net(levels: FloatArray, border: int, period: int) -> float:
    """How far the level of the epoch after the border lies below that of the epoch before."""
    return median(levels[max(0, border - period) : border]) - median(levels[border : border + period])


def _edges(n: int, period: float) -> IntArray:
    """The blocks at which epochs of `period` blocks begin, and `n`, where the last one ends."""
    epochs = math.ceil(n / period)
    edges = np.full(epochs + 1, n, np.int64)
    edges[:-1] = np.rint(period * np.arange(epochs))
    return edges


def _running_sums(levels: FloatArray) -> FloatArray:
    """Running sums of x, x squared, y, x times y and y squared; shape (5, n + 1)."""
    y = levels - levels.mean()
    x = np.linspace(-1.0, 1.0, len(y))
    sums = np.zeros((5, len(y) + 1))
    np.cumsum((x, x * x, y, x * y, y * y), axis=1, out=sums[:, 1:])
    return sums


def _information(sums: FloatArray, edges: IntArray) -> float:
    """Schwarz's criterion for one straight line between each two of `edges`; the least is the best."""
    count = np.maximum(edges[1:] - edges[:-1], 1)
    until = sums[:, edges]
    x, xx, y, xy, yy = until[:, 1:] - until[:, :-1]
    spread = xx - x * x / count
    covariance = xy - x * y / count
    slope_part = np.where(spread > TINY, covariance**2 / np.maximum(spread, TINY), 0.0)
    residual = float((yy - y * y / count - slope_part).sum())
    n = int(sums.shape[1]) - 1
    penalty = PARAMETERS * len(count) * math.log(n)
    return n * math.log(max(residual / n, TINY)) + penalty

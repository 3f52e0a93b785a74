"""The flat end of a loss curve, as the detectors of plateaus and of finished runs see it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import since_the_start
from losstui.detectors._schedule import Schedule
from losstui.detectors._skill import skill
from losstui.findings import Onset, Span
from losstui.frame import FloatArray
from losstui.kinds import LOSSES
from losstui.stats.flatness import FlatPart
from losstui.stats.trend import MEDIAN_ERROR, Estimate, fall_over, pooled, theil_sen

LEAST_BLOCKS = 8  # levels: below, half of them have no slope with an error
WAITED_GAIN = 0.1  # of the gain: a loss that has made less still stands at its start
AT_START = 0.1  # of the untrained level: an output layer that finds its bias gains that much at once
LUCK = 2.0  # standard deviations of one value: further out is more than an odd first batch
DIGITS_IN = 20  # values: enough to see how many digits a log is written with
FEW_DIGITS = 4  # significant digits: a log with as few cannot show that a loss does not change
PLACES = range(-12, 12)  # of the last digit: decimals, and zeros before the point where a unit is small
MOST_COMPARED = 5_000  # values: their percentiles are those of all within a percent
OUTER = (5.0, 95.0)  # percentiles: what lies outside may be a spike
LONGER_SHARE = 0.75  # of the run: looked at where noise leaves open how its last part falls
LONGER_LEAST = 24  # levels: of fewer the error is known too badly, and two looks go wrong one time in ten
LONGER_Z = 2.0  # standard errors: with these the second look leaves both together the 5 % of the first


@dataclass(frozen=True, slots=True, eq=False)
class FlatTail:
    """What the last part of one curve of `RunCurves.goals` does, in its unit, turned so that lower is better.

    `first` is the level it begins at, `untrained` that of the untrained model, which is higher where the
    curve was first logged late, `gained` what the curve shows of the gain at best. `bound` is the most
    it may fall over its tail to count as flat.
    """

    curve: Curve
    part: FlatPart
    first: float
    untrained: float
    gained: float
    bound: float

    @property
    def of_loss(self) -> bool:
        """Whether the curve is a loss above 0: only of its level a share has a meaning."""
        return self.curve.role.kind in LOSSES and self.curve.floor is not None

    @property
    def name(self) -> str:
        """What a message calls the curve."""
        return "the loss" if self.curve.role.kind in LOSSES else self.curve.tag

    @property
    def proven(self) -> bool:
        """Whether the upper 95 % bound of the fall is within the bound."""
        return self.part.fall.upper <= self.bound

    @property
    def level(self) -> float:
        """The level the curve ends at."""
        return self.part.end.value

    @property
    def left(self) -> float:
        """What there is still to gain at most; the gain itself where the curve has no floor."""
        return self.gained if self.curve.floor is None else self.level - self.curve.floor

    @property
    def lost(self) -> float:
        """How far the level it ends at is above its best."""
        return self.level - float(self.curve.levels[self.curve.best_block])

    @property
    def risen(self) -> bool:
        """Whether the curve had been lower by more than twice what counts as flat, and than luck explains.

        The lowest of many levels that only noise moves lies below them all.
        """
        looked_over = self.curve.level_window * self.curve.blocks.size
        error = MEDIAN_ERROR * self.curve.noise / math.sqrt(looked_over)
        levels = max(2.0, len(self.curve) / looked_over)
        luck = (math.sqrt(2.0 * math.log(levels)) + LUCK) * error
        return self.lost > max(2.0 * self.bound, luck)

    @property
    def fallen(self) -> float:
        """What it lost since it was untrained, of all it could lose; 0.0 where that is nothing or unknown."""
        floor = self.curve.floor
        if floor is None or self.untrained <= floor:
            return 0.0
        return (self.untrained - self.level) / (self.untrained - floor)

    @property
    def since(self) -> float:
        """The share of the run that was over when the flat part began."""
        return self.part.start / len(self.curve.blocks)

    @property
    def waited(self) -> float:
        """The share of the run that was over when the first tenth of the gain was made."""
        levels = self.curve.levels
        begun = levels <= self.first - WAITED_GAIN * (self.first - self.level)
        return float(np.argmax(begun)) / len(levels) if begun.any() else 1.0

    @property
    def onset(self) -> Onset:
        """The step where the flat part begins: that of the start of training where it was never higher."""
        steps, part = self.curve.block_steps, self.part
        before = since_the_start(self.curve)
        low = int(steps[part.low]) if part.low else before.low
        high = max(int(steps[part.high]), before.high)
        if part.start:
            return Onset(int(steps[part.start]), low, high)
        return Onset(before.step if self.fallen <= AT_START else before.high, low, high)

    @property
    def span(self) -> Span:
        """From the onset, or the first value, to the end of the curve."""
        return Span(max(self.onset.step, self.curve.first_step), self.curve.last_step)

    @property
    def scatter(self) -> float:
        """The deviation of one value, as a share of the level."""
        return self.curve.noise / abs(self.level)

    @property
    def error(self) -> float:
        """The standard error of the level, as a share of it."""
        return self.part.end.error / abs(self.level)

    def held(self, tail_share: float) -> FlatTail:
        """This tail, flat over the last `tail_share` at least: something else says so, noise may hide it."""
        most = round((1.0 - tail_share) * len(self.curve.blocks))
        part = self.part
        start, low, high = (min(place, most) for place in (part.start, part.low, part.high))
        return replace(self, part=replace(part, start=start, low=low, high=high))

    def as_proven(self, tail_share: float) -> FlatTail:
        """This tail, with its fall at the pace of the last `LONGER_SHARE`, where that proves it flat.

        What falls ever slower fell no slower before, so the pace over a longer part than `tail_share`, which
        is known far better, bounds that of the tail. The fall over the tail itself may not be more than what
        counts as flat, were it by noise. Below `LONGER_LEAST` levels there is no second look.
        """
        if self.proven or self.part.fall.value > self.bound:
            return self
        medians = self.curve.blocks.medians
        if len(medians) < LONGER_LEAST:
            return self
        fall = fall_over(medians[round(len(medians) * (1.0 - LONGER_SHARE)) :])
        fall = fall.over(LONGER_SHARE / tail_share)
        if fall.value + LONGER_Z * fall.error > self.bound:
            return self
        return replace(self, part=replace(self.part, fall=fall))

    def swing(self, tail_share: float) -> float:
        """How far the values of the tail lie apart, but for the outer tenth, as a share of the level.

        Plus what rounding hides, where the log has so few digits that values which differ may look the same.
        """
        values = _thinned(self.end(tail_share))
        return (_apart(values) + _rounding(values)) / abs(self.level)

    def scatter_about_line(self, tail_share: float) -> float:
        """How far the values of the tail lie apart around the line through them, in the unit of the curve."""
        values = _thinned(self.end(tail_share))
        places = np.arange(len(values), dtype=np.float64)
        return _apart(values - theil_sen(places, values) * places) + _rounding(values)

    @property
    def digit(self) -> float:
        """The least change that the digits of the log show, where these are few; else 0.0."""
        return _rounding(self.curve.values)

    def end(self, tail_share: float) -> FloatArray:
        """The values of the tail."""
        return self.curve.values[-max(1, round(tail_share * len(self.curve))) :]

    def falls(self, bound: float, least_z: float) -> bool:
        """Whether the curve, beyond noise, falls by over `bound` in its tail."""
        return self.part.fall.value > max(bound, least_z * self.part.fall.error)

    def moves(self, bound: float, least_z: float) -> bool:
        """Whether the curve, beyond noise, falls by over `bound` in its tail or rises by twice that."""
        rise = -self.part.fall.value
        return self.falls(bound, least_z) or rise > max(2.0 * bound, least_z * self.part.fall.error)


def _thinned(values: FloatArray) -> FloatArray:
    """The last of `values` and every so many before: as many as tell how far they lie apart."""
    return values[:: -max(1, -(-len(values) // MOST_COMPARED))][::-1]


def _rounding(values: FloatArray) -> float:
    """One of the last digit that the log is written with; 0.0 where that is no matter."""
    last = values[-DIGITS_IN:]
    if not last.any():
        return 1.0  # nothing but 0 is written in any unit
    if any(float(f"{value:.{FEW_DIGITS}g}") != value for value in last.tolist()):
        return 0.0
    # A value that ends in 0 shows fewer digits than it was written with: then this is more than it was.
    units = (10.0**-place for place in PLACES if (np.round(last, place) == last).all())
    return next(units, 0.0)


def _apart(values: FloatArray) -> float:
    low, high = np.percentile(values, OUTER)
    return float(high - low)


def together(tails: list[FlatTail]) -> Estimate:
    """How far the curves fall over their tails, taken together, in shares of what each may fall."""
    return pooled([tail.part.fall.over(tail.bound) for tail in tails if tail.bound > 0.0])


def began_untrained(curves: RunCurves, tails: list[FlatTail], plan: Schedule | None) -> bool:
    """Whether the accuracy says that the run began at guessing, or the rate that it is no fine-tuning.

    A model that was trained before loses little and then stands still, with the gradients of small batches.
    """
    guessed = any(one.curve is curves.train_loss and skill(curves, one.first) is not None for one in tails)
    return guessed or (plan is not None and not plan.tunes)

"""The flat end of a loss curve, as the detectors of plateaus and of finished runs see it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._context import since_the_start
from losstui.findings import Onset, Span
from losstui.stats.flatness import FlatPart, flat_part

LEAST_BLOCKS = 8  # levels: below, half of them have no slope with an error
WAITED_GAIN = 0.1  # of the gain: a loss that has made less still stands at its start
AT_START = 0.1  # of the untrained level: an output layer that finds its bias gains that much at once
LUCK = 2.0  # standard deviations of one value: further out is more than an odd first batch
DIGITS_IN = 20  # values: enough to see how many digits a log is written with
FEW_DIGITS = 4  # significant digits: a log with as few cannot show that a loss does not change
OUTER = (5.0, 95.0)  # percentiles: what lies outside may be a spike
SAME_SCALE = 2.0  # times, either way round: beyond, validation is measured otherwise than train


@dataclass(frozen=True, slots=True, eq=False)
class FlatTail:
    """What the last part of one loss curve does, in the unit of the loss.

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
    def proven(self) -> bool:
        """Whether the upper 95 % bound of the fall is within the bound."""
        return self.part.fall.upper <= self.bound

    @property
    def level(self) -> float:
        """The level the curve ends at."""
        return self.part.end.value

    @property
    def lost(self) -> float:
        """How far the level it ends at is above its best."""
        return self.level - float(self.curve.levels[self.curve.best_block])

    @property
    def risen(self) -> bool:
        """Whether the curve had been lower by more than twice what counts as flat."""
        return self.lost > 2.0 * self.bound

    @property
    def fallen(self) -> float:
        """What the loss lost since it was untrained, as a share of that level, which is not 0."""
        return (self.untrained - self.level) / abs(self.untrained)

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

    def swing(self, tail_share: float) -> float:
        """How far the values of the tail lie apart, but for the outer tenth, as a share of the level.

        Infinite where the log is rounded to so few digits that values which differ may look the same.
        """
        values = self.curve.values[-max(1, round(tail_share * len(self.curve))) :]
        if all(float(f"{value:.{FEW_DIGITS}g}") == value for value in values[-DIGITS_IN:].tolist()):
            return math.inf
        low, high = np.percentile(values, OUTER)
        return float(high - low) / abs(self.level)

    def falls(self, bound: float, least_z: float) -> bool:
        """Whether the curve, beyond noise, falls by over `bound` in its tail."""
        return self.part.fall.value > max(bound, least_z * self.part.fall.error)

    def moves(self, bound: float, least_z: float) -> bool:
        """Whether the curve, beyond noise, falls by over `bound` in its tail or rises by twice that."""
        rise = -self.part.fall.value
        return self.falls(bound, least_z) or rise > max(2.0 * bound, least_z * self.part.fall.error)


def flat_tails(
    curves: RunCurves, tail_share: float, gain_share: float, level_share: float, gain: float = 0.0
) -> list[FlatTail]:
    """The tails of the train and the validation loss, those of them that are long enough, all above zero.

    The bound of each is `gain_share` of what it gained since it was untrained, or of `gain` if that is more,
    at least `level_share` of its first level; what the very first value lies above `Curve.start_level` is no
    gain there: all of a long descent would be flat beside the first step of it. Where the flat part begins
    counts in shares of the gain from the very first value.
    """
    tails: list[FlatTail] = []
    for curve in (curves.train_loss, curves.validation_loss):
        if curve is None or len(curve.blocks) < LEAST_BLOCKS or float(curve.descent.min()) <= 0.0:
            continue
        # Smoothing hides a steep start, and what counts here is where the untrained model stood: the very
        # first value, less what may be the noise of one batch.
        first = float(max(curve.levels[0], curve.descent[0] - LUCK * curve.noise))
        before = _untrained_level(curve, curves.pairs)
        untrained = max(first, before)
        best = float(curve.levels[curve.best_block])
        gained = max(min(first, curve.start_level), before) - best
        bound = max(gain_share * max(gained, gain), level_share * abs(first))
        band = max(bound, gain_share * (untrained - best))
        part = flat_part(curve.blocks.medians, curve.levels, tail_share, band, curve.level_window)
        tails.append(FlatTail(curve, part, first, untrained, first - best, bound))
    return tails


def _untrained_level(validation: Curve, pairs: list[Pair]) -> float:
    """Where a validation curve would have begun: it is often first logged when most of the gain is made.

    The first level of the train curve, in the scale of the validation curve; 0.0 for any other curve.
    """
    for pair in pairs:
        if pair.validation is validation and len(pair.train):
            beside = float(pair.train_levels[0])
            scale = float(validation.descent[0]) / beside if beside > 0.0 else 0.0
            if 1.0 / SAME_SCALE <= scale <= SAME_SCALE:
                return scale * pair.train.start_level
    return 0.0

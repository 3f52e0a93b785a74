"""The flat end of a loss curve, as the detectors of plateaus and of finished runs see it."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curves import Curve, Pair, RunCurves
from losstui.findings import Onset, Span
from losstui.stats.flatness import FlatPart, flat_part

LEAST_BLOCKS = 12  # levels: below, no bound is tight enough to prove anything
SETTLED_SHARE = 0.01  # of the gain: a level this close to the last is no longer on its way there
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
    def fallen(self) -> float:
        """What the loss lost since it was untrained, as a share of that level, which is not 0."""
        return (self.untrained - self.level) / abs(self.untrained)

    @property
    def since(self) -> float:
        """The share of the run that was over when the flat part began."""
        return self.part.start / len(self.curve.blocks)

    @property
    def onset(self) -> Onset:
        """The step where the flat part begins."""
        steps = self.curve.block_steps
        return Onset(int(steps[self.part.start]), int(steps[self.part.low]), int(steps[self.part.high]))

    @property
    def span(self) -> Span:
        """From the onset to the end of the curve."""
        return Span(self.onset.step, self.curve.last_step)

    def moves(self, bound: float, least_z: float) -> bool:
        """Whether the curve, beyond noise, falls by over `bound` in its tail or rises by twice that."""
        value, error = self.part.fall.value, self.part.fall.error
        return (value > bound or value < -2.0 * bound) and abs(value) > least_z * error


def flat_tails(curves: RunCurves, tail_share: float, gain_share: float, level_share: float) -> list[FlatTail]:
    """The tails of the train and the validation loss, those of them that are long enough, all above zero.

    The bound of each is `gain_share` of what it gained, at least `level_share` of its first level.
    """
    tails: list[FlatTail] = []
    for curve in (curves.train_loss, curves.validation_loss):
        if curve is None or len(curve.blocks) < LEAST_BLOCKS or float(curve.descent.min()) <= 0.0:
            continue
        # Smoothing hides a steep start, and what counts here is where the untrained model stood.
        first = float(max(curve.levels[0], curve.descent[0]))
        untrained = max(first, _untrained_level(curve, curves.pairs))
        best = float(curve.levels[curve.best_block])
        bound = max(gain_share * (first - best), level_share * abs(first))
        band = max(bound, SETTLED_SHARE * (untrained - best))
        part = flat_part(curve.blocks.medians, curve.levels, tail_share, band)
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

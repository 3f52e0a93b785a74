"""What counts as flat, and what the last parts of the curves of a run do by that."""

from __future__ import annotations

import math
from dataclasses import dataclass

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._flat_tail import LEAST_BLOCKS, LUCK, FlatTail
from losstui.stats.flatness import flat_part

SAME_SCALE = 2.0  # times, either way round: beyond, validation is measured otherwise than train


@dataclass(frozen=True, slots=True)
class FlatBounds:
    """A curve is flat over the last `tail_share` of the run if it falls there by no more than a bound.

    The bound is `gain_share` of what the curve gained since it was untrained, or of `gain`, in its unit, if
    that is more. It is at least `level_share` of the first level above the floor, where there is a floor.
    Curves of fewer than `least_levels` levels are not looked at.
    """

    tail_share: float
    gain_share: float
    level_share: float = 0.0
    gain: float = 0.0
    least_levels: int = LEAST_BLOCKS


def flat_tails(curves: RunCurves, bounds: FlatBounds) -> list[FlatTail]:
    """The tails of all `RunCurves.goals` that have enough levels."""
    long_enough = [curve for curve in curves.goals if len(curve.blocks) >= bounds.least_levels]
    return [_flat_tail(curve, curves.pairs, bounds) for curve in long_enough]


def loss_tails(curves: RunCurves, bounds: FlatBounds) -> list[FlatTail]:
    """The `flat_tails` of losses above 0."""
    return [tail for tail in flat_tails(curves, bounds) if tail.of_loss]


def _flat_tail(curve: Curve, pairs: list[Pair], bounds: FlatBounds) -> FlatTail:
    """The tail of one curve.

    What the very first value lies above `Curve.start_level` is no gain for the bound: all of a long descent
    would be flat beside the first step of it. Where the flat part begins counts in shares of the gain from
    the very first value.
    """
    # Smoothing hides a steep start, and what counts here is where the untrained model stood: the very
    # first value, less what may be the noise of one batch.
    first = float(max(curve.levels[0], curve.descent[0] - LUCK * curve.noise))
    before = _untrained_level(curve, pairs)
    untrained = max(first, before)
    best = float(curve.levels[curve.best_block])
    gained = max(min(first, curve.start_level), before) - best
    above_floor = 0.0 if curve.floor is None else first - curve.floor
    bound = max(bounds.gain_share * max(gained, bounds.gain), bounds.level_share * above_floor)
    band = max(bound, bounds.gain_share * (untrained - best))
    part = flat_part(curve.blocks.medians, curve.levels, bounds.tail_share, band, curve.level_window)
    return FlatTail(curve, part, first, untrained, first - best, bound)


def _untrained_level(validation: Curve, pairs: list[Pair]) -> float:
    """Where a validation curve would have begun: it is often first logged when most of the gain is made.

    The first level of the train curve, in the scale of the validation curve; -infinity for any other curve.
    """
    floor = validation.floor
    for pair in pairs:
        if pair.validation is validation and floor is not None and pair.train.floor == floor:
            beside = float(pair.train_levels[0]) - floor
            scale = (float(validation.descent[0]) - floor) / beside if beside > 0.0 else 0.0
            if 1.0 / SAME_SCALE <= scale <= SAME_SCALE:
                return floor + scale * (pair.train.start_level - floor)
    return -math.inf

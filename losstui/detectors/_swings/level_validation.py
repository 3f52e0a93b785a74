"""A validation curve that is level beside a period of train: the model does not swing, its batches do."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.curves import Pair
from losstui.detectors._swings.pattern import ORDER, Pattern, sine_swing, swings_of
from losstui.frame import FloatArray
from losstui.stats.periodicity import LEAST_VALUES, clipped, detrended


@dataclass(frozen=True, slots=True)
class LevelValidation:
    """Says where the evaluations at all phases of a period swing neither far nor with it."""

    least_of_level: float  # of the level: a swing a person would call large
    least_of_gain: float  # of what the run gained: the same
    least_evaluations: int = 6  # in the tail: fewer do not show a cycle
    most_in_phase: float = 0.5  # of evaluations, mean resultant length: beyond they see one side of the cycle
    level_share: float = 0.25  # of the swing of train: a validation loss that moves less does not swing

    def beside(self, pattern: Pattern, period: float, pair: Pair | None, first_step: int) -> Pattern:
        """`pattern`, whose period takes so many steps, or an order of the data where nothing else swings."""
        if pair is None or not self._denies(pair, first_step, period, pattern.size):
            return pattern
        words = f"{pattern.words}, and validation does not swing: the order of the data makes it"
        return replace(pattern, kind=ORDER, words=words)

    def _denies(self, pair: Pair, first_step: int, period: float, size: float) -> bool:
        """Whether it is level since `first_step`, beside swings of `size` with that `period`, in steps."""
        validation, steps = pair.validation, pair.train_steps_of_validation
        tail = steps >= first_step
        if np.count_nonzero(tail) < self.least_evaluations:
            return False
        turns = 2.0 * np.pi / period * steps[tail]
        if math.hypot(float(np.mean(np.cos(turns))), float(np.mean(np.sin(turns)))) > self.most_in_phase:
            return False
        seen = sine_swing(_scatter(validation.descent[tail]), 1.0)
        swings = swings_of(validation, int(np.argmax(tail)), seen)
        return swings.effect(self.least_of_level, self.least_of_gain) < 1.0 and seen < self.level_share * size


def _scatter(values: FloatArray) -> float:
    """The standard deviation of `values`, shape (n,), n >= 3, around their trend: of few ones a line."""
    if len(values) >= LEAST_VALUES:
        return float(np.std(clipped(detrended(values))))
    x = np.arange(len(values)) - 0.5 * (len(values) - 1)
    rest = values - np.mean(values) - x * (float(x @ values) / float(x @ x))
    return math.sqrt(float(rest @ rest) / (len(values) - 2))

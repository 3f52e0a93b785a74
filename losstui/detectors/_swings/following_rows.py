"""Swings of the train loss alone: batches are drawn anew for each row, what lasts for some is the model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._swings.beside_train import LEAST_COMPARED, SPAN
from losstui.detectors._swings.in_step import around_trend, beside_a_fall, in_step
from losstui.detectors._swings.pattern import IRREGULAR, Pattern, rate_cycles, shown_from, swings_of
from losstui.findings import Measure
from losstui.roles import Direction
from losstui.stats.periodicity import alternation, autocovariance, second_autocorrelation_z, turning
from losstui.stats.swings import turns
from losstui.tags import is_as_trained


@dataclass(frozen=True, slots=True)
class FollowingRows:
    """Finds them where nothing else makes rows follow each other: no running mean, no rate that cycles."""

    tail_share: float  # of the run: swings that end before are over
    least_swing_of_level: float = 0.2  # of the level: a swing a person would call large
    least_swing_of_gain: float = (
        0.1  # of what the run gained: twice that, as rows may follow each other for other reasons
    )
    least_z: float = 4.0  # standard errors: one curve of white noise in 30,000
    # The same of what no curve that only falls explains, and of what turns often: one in 400.
    least_beside_z: float = 2.8
    most_correlation: float = (
        0.5  # with the next row: values that follow each other more may be running means
    )
    least_after_next_z: float = (
        2.3  # standard errors, of each with the row after next: one mean of two rows in 100
    )
    mean_of: int = 3  # rows: what is of one alone is no turn
    least_turns_of_means: int = 8  # around the parabola, which a curve of another shape crosses four times
    least_evaluations: int = 6  # in the tail: fewer may miss the swings
    least_denied_z: float = 1.5  # standard errors in step with train: what is below has swings of its own
    moved_share: float = 0.5  # of the swing of train: the model moves validation by about as much

    def find(self, curve: Curve, curves: RunCurves) -> Pattern | None:
        """Swings of `curve`, a train loss of single batches, that last for some rows."""
        start = round(len(curve) * (1.0 - self.tail_share))
        if curve.role.direction is Direction.HIGHER or not is_as_trained(curve.tag):
            return None
        values = shown_from(curve, start)
        residuals = around_trend(values)
        z = -alternation(residuals)
        besides = beside_a_fall(values), turning(residuals, self.least_turns_of_means)
        if z < self.least_z or -max(map(alternation, besides)) < self.least_beside_z:
            return None
        # What is of one row alone has no part in the covariance with the next.
        shared = autocovariance(residuals)
        if shared >= self.most_correlation * float(np.var(residuals)):
            return None
        if second_autocorrelation_z(residuals) < self.least_after_next_z:
            return None
        size = SPAN * math.sqrt(max(0.0, shared))
        swings = swings_of(curve, start, size)
        effect = swings.effect(self.least_swing_of_level, self.least_swing_of_gain)
        means = np.convolve(residuals, np.full(self.mean_of, 1.0 / self.mean_of), "valid")
        if effect < 1.0 or turns(means, size) < self.least_turns_of_means:
            return None
        if rate_cycles(curves, int(curve.steps[start])):
            return None
        if self._is_denied(size, int(curve.steps[start]), curves):
            return None
        measure = Measure("von Neumann ratio below white noise", z, self.least_z, "standard errors")
        words = "without order, for some rows at a time, as single batches do not"
        return Pattern(IRREGULAR, words, swings, size, effect, 1.0, z, self.least_z, measure)

    def _is_denied(self, size: float, first_step: int, curves: RunCurves) -> bool:
        """Whether validation, which the model moves as well, is level or swings otherwise."""
        pair = curves.loss_pair
        if pair is None:
            return False
        start = int(np.searchsorted(pair.train_steps_of_validation, first_step))
        tail = pair.validation.descent[start:]
        if len(tail) >= LEAST_COMPARED and in_step(pair, start) < self.least_denied_z:
            return True
        if len(tail) < self.least_evaluations:
            return False
        return SPAN * float(np.std(around_trend(tail))) < self.moved_share * size

"""Swings of the loss without any order: what tells them from noise is that validation swings as well."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._context import schedule
from losstui.detectors._swings import (
    IRREGULAR,
    SCHEDULE,
    Pattern,
    Swings,
    compared_from,
    in_step,
    shown_from,
    swings_of,
    values_at,
)
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.stats.change_points import upward_swings
from losstui.stats.periodicity import clipped, detrended
from losstui.stats.swings import swing, turns

SPAN = 3.29  # standard deviations from the 5th to the 95th percentile of normal values
MOST_RATES = 1000  # looked at, evenly spaced: a cycle of the learning rate in the tail has dozens


@dataclass(frozen=True, slots=True)
class _Beside:
    """The tail of the validation loss beside the train loss at the same steps.

    `size` is how far validation swings, from the 5th to the 95th percentile, in the unit of the loss. `z`
    is how sure it is in step with train, in standard errors; `ratio` its scatter over that of single values
    of train.
    """

    size: float
    turns: int
    z: float
    ratio: float
    evaluations: int


@dataclass(frozen=True, slots=True)
class IrregularSwings:
    """Finds them in the tail of a run: large ones in both losses, or smaller ones in step."""

    tail_share: float  # of the run: swings that end before are over
    of_level: float = 0.45  # of the train level: beyond the noise of usual batches
    of_gain: float = 0.2  # of the gain: the same
    validation_values: int = 8  # in the tail: enough for some turning points
    start_share: float = 0.2  # of the run: where a steep start may be
    still: float = 0.5  # of the swings in a tail that takes in more: those that end before are over
    validation_of_level: float = 0.15  # of the validation level: beyond the error of a usual validation set
    validation_of_gain: float = 0.1  # of its gain: the same
    of_sample: float = 1.3  # times the scatter of one batch: a validation set that small is all noise
    least_denied_z: float = 1.5  # standard errors: or else its swings are not those of the model
    least_turns: int = 5  # in the tail, of validation: a step or a hump has four around the parabola
    in_step_of_level: float = 0.15  # of the validation level: beyond the error of a usual validation set
    likely_of_level: float = 0.2  # the same where it is less sure: a swing a person would call large
    in_step_of_gain: float = 0.1  # of the gain: the same
    # Standard errors: one in 160 by chance, of swings as large as these. Where validation scatters less than
    # one batch does, its set is larger, its swings are hardly noise, and so much less is enough. So it is
    # where train would show it: not below `least_visible`.
    least_in_step_z: float = 2.5
    likely_values: int = 12  # evaluations: of fewer less is not enough
    least_visible: float = 0.25  # times the scatter of one batch
    rate_rise: float = 1.2  # times the lowest learning rate before: more than rounding
    rate_rises: int = 2  # in the tail: raised once it may stay, raised again it goes up and down

    def find(self, curve: Curve, curves: RunCurves) -> Pattern | None:
        """Swings of `curve`, the train loss, that validation makes too."""
        validation = curves.validation_loss
        if validation is None or validation is curve or not curves.pairs:
            return None
        # Of few evaluations the tail takes more, but not those of the steep start.
        n, usual = len(validation), round(len(validation) * (1.0 - self.tail_share))
        start = min(usual, max(n - self.validation_values, round(n * self.start_share)))
        if n - start < self.validation_values:
            return None
        residuals = detrended(shown_from(validation, start))
        size = SPAN * float(np.std(residuals))
        if start < usual and float(np.ptp(residuals[usual - start :])) < self.still * size:
            return None
        # No usual swing between turning points is larger, so nearly every run ends here.
        if swings_of(validation, start, size).effect(self.validation_of_level, self.in_step_of_gain) < 1.0:
            return None
        beside = self._beside(curves.pairs[0], start)
        return self._large(curve, validation, start, beside) or self._in_step(
            curves.pairs[0], start, beside, curves
        )

    def _large(self, curve: Curve, validation: Curve, start: int, beside: _Beside) -> Pattern | None:
        """Swings of both losses larger than those of usual batches and of a usual validation set."""
        if beside.ratio > self.of_sample and beside.z < self.least_denied_z:
            return None
        seen = swings_of(validation, start, swing(shown_from(validation, start)))
        begin = round(len(curve) * (1.0 - self.tail_share))
        size = swing(shown_from(curve, begin))
        swings = swings_of(curve, begin, size)
        effect = min(
            seen.effect(self.validation_of_level, self.validation_of_gain),
            swings.effect(self.of_level, self.of_gain),
        )
        if effect < 1.0:
            return None
        bound = self.validation_of_level
        measure = Measure("validation swing", seen.of_level, bound, "fraction of the level")
        words = "without order, and validation swings too"
        return Pattern(IRREGULAR, words, swings, size, effect, 1.0, math.inf, 0.0, measure)

    def _in_step(self, pair: Pair, start: int, beside: _Beside, curves: RunCurves) -> Pattern | None:
        """Swings of the validation loss, which no batch makes, that the train loss makes as well."""
        seen = swings_of(pair.validation, start, beside.size)
        of_train = swings_of(pair.train, 0, beside.size)
        swings = Swings(seen.of_level, min(seen.of_gain, of_train.of_gain))
        is_sure = beside.z >= self.least_in_step_z
        effect = swings.effect(
            self.in_step_of_level if is_sure else self.likely_of_level, self.in_step_of_gain
        )
        is_likely = self.least_visible <= beside.ratio <= 1.0 and beside.evaluations >= self.likely_values
        least_z = self.least_in_step_z * (beside.ratio if is_likely else 1.0)
        if effect < 1.0 or beside.turns < self.least_turns or beside.z < least_z:
            return None
        measure = Measure("train and validation in step", beside.z, least_z, "standard errors")
        kind, words = IRREGULAR, "without order, in step with validation"
        if self._rate_cycles(pair.validation, start, curves):
            kind, words = SCHEDULE, "with the learning rate, in step with validation"
        return Pattern(kind, words, swings, beside.size, effect, 1.0, beside.z, least_z, measure)

    def _beside(self, pair: Pair, start: int) -> _Beside:
        chosen = compared_from(pair.validation, start)
        validation = clipped(detrended(pair.validation.descent[chosen]))
        of_train = float(
            np.std(clipped(detrended(values_at(pair.train, pair.train_steps_of_validation[chosen]))))
        )
        size = SPAN * float(np.std(validation))
        ratio = float(np.std(validation)) / of_train if of_train > 0.0 else math.inf
        return _Beside(size, turns(validation, size), in_step(pair, start), ratio, len(validation))

    def _rate_cycles(self, validation: Curve, start: int, curves: RunCurves) -> bool:
        """Whether the learning rate goes up and down in the tail, and both losses with it by design."""
        plan = schedule(curves)
        if plan is None:
            return False
        rates: FloatArray = plan.rates[plan.steps >= validation.steps[start]]
        rates = np.maximum(rates[:: len(rates) // MOST_RATES + 1], np.finfo(np.float64).tiny)
        return upward_swings(np.log(rates), math.log(self.rate_rise)) >= self.rate_rises

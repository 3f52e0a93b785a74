"""Swings of the loss without any order: what tells them from noise is that validation swings as well."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._context import schedule
from losstui.detectors._swings import Pattern, Swings, means_around, shown_from, swings_of
from losstui.findings import Measure
from losstui.stats.change_points import upward_swings
from losstui.stats.periodicity import clipped, correlation_z, detrended
from losstui.stats.swings import swing

IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class IrregularSwings:
    """Finds them in the tail of a run: large ones in both losses, or smaller ones in step."""

    tail_share: float  # of the run: swings that end before are over
    of_level: float = 0.45  # of the train level: beyond the noise of usual batches
    of_gain: float = 0.2  # of the gain: the same
    validation_values: int = 8  # in the tail: enough for some turning points
    validation_of_level: float = 0.15  # of the validation level: beyond the error of a usual validation set
    validation_of_gain: float = 0.1  # of its gain: the same
    least_rises: int = 3  # in the tail, of the validation loss: fewer are a hump
    about_as_high: float = 0.67  # of a usual swing
    in_step_of_level: float = 0.15  # of the validation level: where it is in step with train
    in_step_of_gain: float = 0.05  # of what validation gained: a swing a person would call large
    mean_of_gain: float = 0.03  # of what train gained: the mean of a few batches hides part of its swing
    least_in_step_z: float = 2.5  # standard errors: one in 160 by chance, of swings as large as these
    rate_rise: float = 1.2  # times the lowest learning rate before: more than rounding

    def find(self, curve: Curve, curves: RunCurves) -> Pattern | None:
        """Swings of `curve`, the train loss, that validation makes too."""
        validation = curves.validation_loss
        if validation is None or validation is curve:
            return None
        begin, start = (round(len(one) * (1.0 - self.tail_share)) for one in (curve, validation))
        if len(validation) - start < self.validation_values:
            return None
        tail = shown_from(validation, start)
        size = swing(tail)
        seen = swings_of(validation, start, size)
        clear = seen.effect(self.validation_of_level, self.validation_of_gain)
        if max(clear, seen.effect(self.in_step_of_level, self.in_step_of_gain)) < 1.0:  # nearly every run
            return None
        train_size = swing(shown_from(curve, begin))
        swings = swings_of(curve, begin, train_size)
        effect = min(clear, swings.effect(self.of_level, self.of_gain))
        if effect >= 1.0:
            bound = self.validation_of_level
            measure = Measure("validation swing", seen.of_level, bound, "fraction of the level")
            words = "without order, and validation swings too"
            return Pattern(IRREGULAR, words, swings, train_size, effect, 1.0, math.inf, 0.0, measure)
        return self._in_step(curves.pairs[0], start, seen, curves) if curves.pairs else None

    def _in_step(self, pair: Pair, start: int, seen: Swings, curves: RunCurves) -> Pattern | None:
        """Swings of the validation loss, which no batch makes, that the mean train loss makes as well."""
        train, validation = pair.train, pair.validation.descent[start:]
        large = seen.effect(self.in_step_of_level, self.in_step_of_gain)
        if large < 1.0 or self._rate_rises(train, curves):
            return None
        means = means_around(train, pair.train_steps_of_validation[start:])
        swings = swings_of(train, round(len(train) * (1.0 - self.tail_share)), swing(means))
        effect = min(large, swings.of_gain / self.mean_of_gain)
        rises = upward_swings(validation, self.about_as_high * swing(validation))
        if effect < 1.0 or rises < self.least_rises:
            return None
        z = correlation_z(clipped(detrended(means)), clipped(detrended(validation)))
        if z < self.least_in_step_z:
            return None
        measure = Measure("train and validation in step", z, self.least_in_step_z, "standard errors")
        words = "without order, in step with validation"
        return Pattern(IRREGULAR, words, swings, swing(means), effect, 1.0, z, self.least_in_step_z, measure)

    def _rate_rises(self, curve: Curve, curves: RunCurves) -> bool:
        """Whether the learning rate is raised in the tail: both losses go up and down with it by design."""
        plan = schedule(curves)
        if plan is None:
            return False
        first = round(len(curve) * (1.0 - self.tail_share))
        rates = plan.rates[plan.steps >= curve.steps[min(first, len(curve) - 1)]]
        return len(rates) > 1 and bool(np.any(rates >= self.rate_rise * np.minimum.accumulate(rates)))

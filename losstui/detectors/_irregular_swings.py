"""Swings of the loss without any order: what tells them from noise is that validation swings as well."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._context import schedule
from losstui.detectors._swings import (
    IRREGULAR,
    SCHEDULE,
    Pattern,
    Swings,
    around_trend,
    beside_a_fall,
    compared_from,
    in_step,
    shown_from,
    swings_of,
    values_at,
)
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.stats.change_points import upward_swings
from losstui.stats.medians import median
from losstui.stats.noise import SCATTER_ERROR, mean_scatter, times_of
from losstui.stats.periodicity import MOST_CORRELATION, detrended
from losstui.stats.swings import calm_after, swing, turns

SPAN = 3.29  # standard deviations from the 5th to the 95th percentile of normal values
GROWN_Z = 2.8  # standard errors: one in 400 by chance
MOST_RATES = 1000  # looked at, evenly spaced: a cycle of the learning rate in the tail has dozens


@dataclass(frozen=True, slots=True)
class _Beside:
    """The tail of the validation loss beside the train loss at the same steps.

    `size` is how far validation swings, from the 5th to the 95th percentile, in the unit of the loss, and
    `besides_a_fall` what no curve that only falls explains of it. `z` is how sure it is in step with train,
    in standard errors; `ratio` its scatter over that of single values of train. `grown_z` is how sure it
    scatters more than before the tail, in standard errors.
    """

    size: float
    besides_a_fall: float
    turns: int
    z: float
    ratio: float
    evaluations: int
    grown_z: float

    @property
    def is_sample(self) -> bool:
        """Whether the scatter of validation is likelier that of its sample, drawn anew, than of the model.

        What is all of the model is in step with train as closely as the scatter of one is less than that of
        the other, and what is all of the sample not at all: of two normal laws with one error the nearer is
        the likelier. A scatter that has grown beyond its level is no sample's, which stays as large as it is.
        """
        if self.grown_z >= GROWN_Z:
            return False
        correlation = min(self.ratio, 1.0 / self.ratio, MOST_CORRELATION) if self.ratio > 0.0 else 0.0
        of_the_model = math.atanh(correlation) * math.sqrt(max(0, self.evaluations - 3))
        return self.z < 0.5 * of_the_model


@dataclass(frozen=True, slots=True)
class IrregularSwings:
    """Finds them: large ones in both losses of the tail, smaller ones in step, or many before the tail."""

    tail_share: float  # of the run: swings that end before are over
    of_level: float = 0.45  # of the train level: beyond the noise of usual batches
    of_gain: float = 0.2  # of the gain: the same
    validation_values: int = 8  # in the tail: enough for some turning points
    start_share: float = 0.2  # of the run: where a steep start may be
    still: float = 0.5  # of the swings in a tail that takes in more: those that end before are over
    validation_of_level: float = 0.15  # of the validation level: beyond the error of a usual validation set
    validation_of_gain: float = 0.1  # of its gain: the same
    of_sample_bound: float = 2.0  # times the bound of the level, where it is likelier a small set drawn anew
    enough_values: int = 16  # evaluations: swings of fewer have to be as much larger
    of_sample: float = 1.3  # times the scatter of one batch: a validation set that small is all noise
    of_noise: float = 0.1  # the same: where it scatters less, the swings of train are those of its batches
    least_denied_z: float = 1.5  # standard errors: or else its swings are not those of the model
    any_turns: int = 3  # what the remainder of a parabola always has: fewer that are clear are one swing
    least_turns: int = 5  # in the tail, of validation: a step or a hump has four around the parabola
    over_share: float = 0.1  # of the evaluations: a rest that is calm, and not the end of the last swing
    many_turns: int = 12  # in more than the tail: a curve that settles from two humps has fewer
    in_step_of_level: float = 0.15  # of the validation level: beyond the error of a usual validation set
    in_step_of_gain: float = 0.1  # of the gain: the same
    certain_of_gain: float = 0.05  # the same, of swings of `of_level` that are as sure as `certain_z`
    # Standard errors: one in 400 by chance, and noise gets four looks, at two stretches of the run and by
    # two means of train. Neither large swings nor a validation loss that scatters little lowers it: what
    # is not in step is no evidence.
    least_in_step_z: float = 2.8
    certain_z: float = 4.0
    # The same, of what no curve that only falls explains, which takes some of slow swings too: by chance one
    # in 40. Where the learning rate drops both losses fall at once, and no parabola follows.
    least_beside_a_fall_z: float = 2.0
    of_two_batches: float = 0.7  # times the scatter of one: a validation set of more is no row of samples
    repeated_of_gain: float = 0.15  # of what train gained: its noise, seen on a fixed set, comes to less
    least_rises: int = 3  # of validation, each after a fall as high: a hump and a level shift are two
    rises_share: float = 0.1  # of the evaluations: fewer of many are outliers
    rate_rise: float = 1.2  # times the lowest learning rate before: more than rounding
    rate_rises: int = 2  # in the tail: raised once it may stay, raised again it goes up and down

    def find(self, curve: Curve, curves: RunCurves) -> Pattern | None:
        """Swings of `curve`, the train loss, that validation makes too."""
        validation = curves.validation_loss
        if validation is None or validation is curve or not curves.pairs:
            return None
        return (
            self._in_tail(curve, validation, curves)
            or self._before_tail(validation, curves)
            or self._repeated(validation, curves)
        )

    def _in_tail(self, curve: Curve, validation: Curve, curves: RunCurves) -> Pattern | None:
        start = self._start_of(validation, self.validation_values)
        if start is None:
            return None
        beside = self._beside(curves.pairs[0], start)
        return (
            self._in_step(curves.pairs[0], start, beside, curves)
            or self._large(curve, start, beside, curves)
            or self._in_step_for_longer(validation, start, curves)
        )

    def _in_step_for_longer(self, validation: Curve, start: int, curves: RunCurves) -> Pattern | None:
        """The same of more than the tail, where that has few evaluations and swings to its end."""
        longer = self._start_of(validation, self.enough_values)
        if longer is None or longer == start:
            return None
        found = self._in_step(curves.pairs[0], longer, self._beside(curves.pairs[0], longer), curves)
        # A cycle of the learning rate that the tail does not have is over, and a second look has to be surer.
        if found is None or found.kind == SCHEDULE or found.z < self.certain_z:
            return None
        return found if upward_swings(validation.descent[start:], self.still * found.size) else None

    def _start_of(self, validation: Curve, least_values: int) -> int | None:
        """Where the tail begins, which swings to its end; None where it hardly swings.

        Of few evaluations it takes more, up to `least_values`, but not those of the steep start.
        """
        n, usual = len(validation), round(len(validation) * (1.0 - self.tail_share))
        start = min(usual, max(n - least_values, round(n * self.start_share)))
        size = self._largest(validation, start)
        if size is None:
            return None
        residuals = detrended(shown_from(validation, start))
        is_over = start < usual and float(np.ptp(residuals[usual - start :])) < self.still * size
        return None if is_over else start

    def _before_tail(self, validation: Curve, curves: RunCurves) -> Pattern | None:
        """Large swings in step that may be over: what a learning rate that decays has calmed."""
        start = round(len(validation) * self.start_share)
        if self._largest(validation, start) is None:
            return None
        beside = self._beside(curves.pairs[0], start)
        if beside.turns < self.many_turns:
            return None
        found = self._in_step(curves.pairs[0], start, beside, curves)
        swings = swings_of(validation, start, beside.size)  # so many turns are not those of a step
        if found is None or swings.effect(self.of_level, self.in_step_of_gain) < 1.0:
            return None
        rest = calm_after(validation.descent, self.still * beside.size)
        if len(validation) - rest < self.over_share * len(validation):
            return found
        until = int(validation.steps[rest])
        words = f"{found.words}, until {validation.unit} {until}; since then it is calm"
        return replace(found, words=words, last_step=until)

    def _largest(self, validation: Curve, start: int) -> float | None:
        """The size that no usual swing exceeds; None of too few values or too small: in nearly every run."""
        if len(validation) - start < self.validation_values:
            return None
        size = SPAN * float(np.std(detrended(shown_from(validation, start))))
        effect = swings_of(validation, start, size).effect(self.validation_of_level, self.certain_of_gain)
        return size if effect >= 1.0 else None

    def _large(self, curve: Curve, start: int, beside: _Beside, curves: RunCurves) -> Pattern | None:
        """Swings of both losses larger than those of usual batches and of a usual validation set."""
        if beside.turns < self.any_turns or beside.ratio < self.of_noise:
            return None
        validation = curves.pairs[0].validation
        seen = swings_of(validation, start, swing(shown_from(validation, start)))
        # Of a loss that may be negative no size tells the model from its batches.
        has_no_level = math.isinf(seen.of_level)
        if (has_no_level or beside.ratio > self.of_sample) and beside.z < self.least_denied_z:
            return None
        begin = round(len(curve) * (1.0 - self.tail_share))
        size = swing(shown_from(curve, begin))
        swings = swings_of(curve, begin, size)
        bound = self.validation_of_level * max(1.0, self.enough_values / beside.evaluations)
        bound *= self.of_sample_bound if beside.is_sample else 1.0
        # Of the gain, which stands in for the level, as much as of that.
        of_gain = self.of_level if has_no_level else self.of_gain
        effect = min(seen.effect(bound, self.validation_of_gain), swings.effect(self.of_level, of_gain))
        if effect < 1.0:
            return None
        measure = Measure("validation swing", seen.of_level, bound, "fraction of the level")
        kind, words = IRREGULAR, "without order, and validation swings too"
        if self._rate_cycles(validation, start, curves):
            kind, words = SCHEDULE, "with the learning rate, and validation swings too"
        return Pattern(kind, words, swings, size, effect, 1.0, math.inf, 0.0, measure)

    def _in_step(self, pair: Pair, start: int, beside: _Beside, curves: RunCurves) -> Pattern | None:
        """Swings of the validation loss, which no batch makes, that the train loss makes as well."""
        size = min(beside.size, beside.besides_a_fall)
        seen = swings_of(pair.validation, start, size)
        of_train = swings_of(pair.train, 0, size)
        swings = Swings(seen.of_level, min(seen.of_gain, of_train.of_gain))
        is_certain = swings.of_level >= self.of_level and beside.z >= self.certain_z
        least_of_gain = self.certain_of_gain if is_certain else self.in_step_of_gain
        effect, least_z = swings.effect(self.in_step_of_level, least_of_gain), self.least_in_step_z
        if effect < 1.0 or beside.turns < self.least_turns or beside.z < least_z:
            return None
        if in_step(pair, start, beside_a_fall) < self.least_beside_a_fall_z:
            return None
        measure = Measure("train and validation in step", beside.z, least_z, "standard errors")
        kind, words = IRREGULAR, "without order, in step with validation"
        if self._rate_cycles(pair.validation, start, curves):
            kind, words = SCHEDULE, "with the learning rate, in step with validation"
        return Pattern(kind, words, swings, size, effect, 1.0, beside.z, least_z, measure)

    def _repeated(self, validation: Curve, curves: RunCurves) -> Pattern | None:
        """Rises of validation, again and again after falls as high: whatever its trend is, it has none."""
        pair, start = curves.pairs[0], self._start_of(validation, self.enough_values)
        if start is None or self._rate_cycles(validation, start, curves):
            return None
        beside = self._beside(pair, start)
        if beside.is_sample or (beside.ratio > self.of_two_batches and beside.z < self.least_in_step_z):
            return None
        swings = swings_of(pair.validation, start, beside.size)
        if math.isinf(swings.of_level) and beside.z < self.least_denied_z:
            return None  # as in `_large`
        of_train = swings_of(pair.train, 0, beside.size)
        effect = min(
            swings.effect(self.in_step_of_level, self.validation_of_gain),
            of_train.of_gain / self.repeated_of_gain,
        )
        if effect < 1.0:
            return None
        chosen = pair.validation.descent[compared_from(pair.validation, start)]
        enough = max(self.least_rises, math.ceil(self.rises_share * len(chosen)))
        rises = upward_swings(chosen, beside.size / effect)
        if rises < enough:
            return None
        measure = Measure("rises of validation", float(rises), float(enough), "swings")
        words = "without order: validation rises again and again"
        return Pattern(IRREGULAR, words, swings, beside.size, effect, 1.0, math.inf, 0.0, measure)

    def _beside(self, pair: Pair, start: int) -> _Beside:
        chosen = compared_from(pair.validation, start)
        values = pair.validation.descent[chosen]
        validation = around_trend(values)
        of_train = float(np.std(around_trend(values_at(pair.train, pair.train_steps_of_validation[chosen]))))
        size = SPAN * float(np.std(validation))
        besides_a_fall = SPAN * float(np.std(beside_a_fall(values)))
        ratio = float(np.std(validation)) / of_train if of_train > 0.0 else math.inf
        grown_z = self._grown_z(pair.validation, start)
        z = in_step(pair, start)
        return _Beside(size, besides_a_fall, turns(validation, size), z, ratio, len(validation), grown_z)

    def _grown_z(self, validation: Curve, start: int) -> float:
        """How surely validation scatters more from index `start` on than between the steep start and there.

        The scatter of a sample goes with the level of its loss: it may grow as that does.
        """
        early = slice(round(len(validation) * self.start_share), start)
        before, after = validation.descent[early], validation.descent[start:]
        if min(len(before), len(after)) < self.validation_values:
            return 0.0
        grown = times_of(mean_scatter(after), mean_scatter(before))
        levels = median(before), median(after)
        if min(levels) > 0.0:
            grown /= max(1.0, levels[1] / levels[0])
        error = SCATTER_ERROR * math.sqrt(1.0 / len(before) + 1.0 / len(after))
        return math.log(grown) / error if grown > 0.0 else 0.0

    def _rate_cycles(self, validation: Curve, start: int, curves: RunCurves) -> bool:
        """Whether the learning rate goes up and down in the tail, and both losses with it by design."""
        plan = schedule(curves)
        if plan is None:
            return False
        rates: FloatArray = plan.rates[plan.steps >= validation.steps[start]]
        rates = np.maximum(rates[:: len(rates) // MOST_RATES + 1], np.finfo(np.float64).tiny)
        return upward_swings(np.log(rates), math.log(self.rate_rise)) >= self.rate_rises

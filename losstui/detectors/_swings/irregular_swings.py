"""Swings of the loss without any order: what tells them from noise is that validation swings as well."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._pairs import pair_of
from losstui.detectors._swings.beside_train import SPAN, Beside, beside_train
from losstui.detectors._swings.in_step import (
    around_trend,
    batches_beside,
    beside_a_fall,
    compared_from,
    in_step,
    in_step_between,
    share_in_train,
)
from losstui.detectors._swings.pattern import (
    IRREGULAR,
    SCHEDULE,
    Pattern,
    Swings,
    rate_cycles,
    shown_from,
    swings_of,
)
from losstui.findings import Measure
from losstui.stats.change_points import upward_swings
from losstui.stats.periodicity import detrended
from losstui.stats.swings import calm_after, swing


@dataclass(frozen=True, slots=True)
class IrregularSwings:
    """Finds swings that are large in both losses at the end, smaller but in step, or many before the end."""

    # All sizes of swings are shares of a level, or of what the run gained.
    tail_share: float  # of the run: swings that end before are over
    least_train_of_level: float = 0.45  # of the train level: beyond the noise of usual batches
    least_train_of_gain: float = 0.2  # of the gain: the same
    least_validation_values: int = 8  # in the tail: enough for some turning points
    start_share: float = 0.2  # of the run: where a steep start may be
    least_size_at_end: float = 0.5  # of the swings over a longer stretch: smaller at its end, they are over
    least_validation_of_level: float = 0.15  # of the validation level: beyond the error of a usual set
    least_validation_of_gain: float = 0.1  # of its gain: the same
    redrawn_sample_factor: float = 2.0  # times the bound of the level, where a small set is drawn anew
    enough_evaluations: int = 16  # evaluations: swings of fewer have to be as much larger
    most_of_batch_scatter: float = 1.3  # times the scatter of one batch: above, a small set is all noise
    least_of_batch_scatter: float = 0.1  # the same: below, the swings of train are those of its batches
    least_denied_z: float = 1.5  # standard errors in step with train: below, the model does not swing
    least_log_odds_of_model: float = 1.0  # log of a likelihood ratio, where the size alone proves little
    most_log_odds_of_sample: float = 3.0  # the same, twenty to one, against large swings of both losses
    least_clear_turns: int = 3  # what the remainder of a parabola always has: fewer are one swing
    least_turns: int = 5  # in the tail, of validation: a step or a hump has four around the parabola
    least_calm_share: float = 0.1  # of the evaluations: a calm end, and not the end of the last swing
    least_turns_before_tail: int = 12  # in more than the tail: what settles from two humps has fewer
    least_in_step_of_level: float = 0.15  # of the validation level: beyond the error of a usual set
    least_in_step_of_gain: float = 0.1  # of the gain: the same
    least_certain_of_gain: float = 0.05  # the same, where the level swings as train has to, for certain
    # Standard errors: one in 400 by chance, and noise gets four looks, at two stretches of the run and by
    # two means of train. Large swings do not lower it, nor does a validation loss that scatters little:
    # they are no evidence while the two losses are not in step.
    least_in_step_z: float = 2.8
    least_certain_z: float = 4.0  # the same where less else speaks for it: one in 30,000 by chance
    # The same without all that falls for good: where the learning rate drops, both losses fall at once. Some
    # of a slow swing is lost with it, so that one in 40 by chance is enough.
    least_beside_a_fall_z: float = 2.0
    # Of the swings of validation: where train makes less than a tenth of them, its own curve is smooth.
    least_share_in_train: float = 0.1
    two_batch_scatter: float = 0.7  # times the scatter of one batch: that of a set of two
    least_repeated_of_gain: float = 0.15  # of what train gained: noise seen on a fixed set comes to less
    least_rises: int = 3  # each after a fall as high: a hump and a level shift are two
    least_batch_deviations: float = 6.0  # standard deviations of a batch: 400 values span as much by noise
    least_rises_share: float = 0.1  # of the evaluations: fewer of many are outliers

    def find(self, curve: Curve, curves: RunCurves) -> Pattern | None:
        """Swings of `curve`, the train loss or a lone metric, that validation makes too."""
        pair = pair_of(curve, curves)
        if pair is None:
            return None
        return (
            self._in_tail(curve, pair, curves)
            or self._before_tail(pair, curves)
            or self._repeated(pair, curves)
        )

    def _in_tail(self, curve: Curve, pair: Pair, curves: RunCurves) -> Pattern | None:
        start = self._start_of(pair.validation, self.least_validation_values)
        if start is None:
            return None
        beside = beside_train(pair, start, self.start_share)
        return (
            self._in_step(pair, start, beside, curves)
            or self._large(curve, pair.validation, start, beside, curves)
            or self._in_step_for_longer(pair, start, curves)
        )

    def _in_step_for_longer(self, pair: Pair, start: int, curves: RunCurves) -> Pattern | None:
        """The same of more than the tail, where that has few evaluations and swings to its end."""
        longer = self._start_of(pair.validation, self.enough_evaluations)
        if longer is None or longer == start:
            return None
        found = self._in_step(pair, longer, beside_train(pair, longer, self.start_share), curves)
        # A cycle of the learning rate that the tail does not have is over, and a second look has to be surer,
        # nearer to the start without what falls for good as well.
        if found is None or found.kind == SCHEDULE or found.z < self.least_certain_z:
            return None
        if in_step(pair, longer, beside_a_fall) < self.least_certain_z:
            return None
        swings_on = upward_swings(pair.validation.descent[start:], self.least_size_at_end * found.size) > 0
        return found if swings_on else None

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
        is_over = start < usual and float(np.ptp(residuals[usual - start :])) < self.least_size_at_end * size
        return None if is_over else start

    def _before_tail(self, pair: Pair, curves: RunCurves) -> Pattern | None:
        """Large swings in step that may be over: what a learning rate that decays has calmed."""
        validation = pair.validation
        start = round(len(validation) * self.start_share)
        if self._largest(validation, start) is None:
            return None
        beside = beside_train(pair, start, self.start_share)
        if beside.turns < self.least_turns_before_tail:
            return None
        found = self._in_step(pair, start, beside, curves)
        swings = swings_of(validation, start, beside.size)  # so many turns are not those of a step
        if found is None or swings.effect(self.least_train_of_level, self.least_in_step_of_gain) < 1.0:
            return None
        if found.z < self.least_certain_z:
            return None  # so near the start the fall of both losses is in step, too
        rest = calm_after(validation.descent, self.least_size_at_end * beside.size)
        if len(validation) - rest < self.least_calm_share * len(validation):
            return found
        until = int(validation.steps[rest])
        words = f"{found.words}, until {validation.unit} {until}; since then it is calm"
        return replace(found, words=words, last_step=until)

    def _largest(self, validation: Curve, start: int) -> float | None:
        """The size that no usual swing exceeds; None of too few values or too small: in nearly every run."""
        if len(validation) - start < self.least_validation_values:
            return None
        size = SPAN * float(np.std(detrended(shown_from(validation, start))))
        effect = swings_of(validation, start, size).effect(
            self.least_validation_of_level, self.least_certain_of_gain
        )
        return size if effect >= 1.0 else None

    def _large(
        self, curve: Curve, validation: Curve, start: int, beside: Beside, curves: RunCurves
    ) -> Pattern | None:
        """Swings of both losses larger than those of usual batches and of a usual validation set."""
        if beside.turns < self.least_clear_turns or beside.ratio < self.least_of_batch_scatter:
            return None
        seen = swings_of(validation, start, swing(shown_from(validation, start)))
        # Of a loss that may be negative no size tells the model from its batches.
        has_no_level = math.isinf(seen.of_level)
        if (has_no_level or beside.ratio > self.most_of_batch_scatter) and beside.z < self.least_denied_z:
            return None
        least_log_odds = self.least_log_odds_of_model if has_no_level else -self.most_log_odds_of_sample
        if beside.for_the_model < least_log_odds:
            return None
        begin = round(len(curve) * (1.0 - self.tail_share))
        size = swing(shown_from(curve, begin))
        swings = swings_of(curve, begin, size)
        bound = self.least_validation_of_level * max(1.0, self.enough_evaluations / beside.evaluations)
        bound *= self.redrawn_sample_factor if beside.is_sample else 1.0
        # Of the gain, which stands in for the level, as much as of that.
        of_gain = bound if has_no_level else self.least_validation_of_gain
        effect = min(
            seen.effect(bound, of_gain), swings.effect(self.least_train_of_level, self.least_train_of_gain)
        )
        if effect < 1.0:
            return None
        measure = Measure("validation swing", seen.of_level, bound, "fraction of the level")
        kind, words = IRREGULAR, "in no regular order, and validation swings too"
        if rate_cycles(curves, int(validation.steps[start])):
            kind, words = SCHEDULE, "with the learning rate, and validation swings too"
        return Pattern(kind, words, swings, size, effect, 1.0, math.inf, 0.0, measure)

    def _in_step(self, pair: Pair, start: int, beside: Beside, curves: RunCurves) -> Pattern | None:
        """Swings of the validation loss, which no batch makes, that the train loss makes as well."""
        size = min(beside.size, beside.besides_a_fall)
        seen = swings_of(pair.validation, start, size)
        of_train = swings_of(pair.train, 0, size)
        swings = Swings(seen.of_level, min(seen.of_gain, of_train.of_gain))
        is_certain = swings.of_level >= self.least_train_of_level and beside.z >= self.least_certain_z
        least_of_gain = self.least_certain_of_gain if is_certain else self.least_in_step_of_gain
        effect, least_z = swings.effect(self.least_in_step_of_level, least_of_gain), self.least_in_step_z
        if effect < 1.0 or beside.z < least_z:
            return None
        cycles = rate_cycles(curves, int(pair.validation.steps[start]))
        # What goes with the learning rate turns as that does.
        if beside.turns < self.least_turns and (cycles or not self._train_shows_turns(pair, start, beside)):
            return None
        if in_step(pair, start, beside_a_fall) < self.least_beside_a_fall_z:
            return None
        if share_in_train(pair, start) < self.least_share_in_train:
            return None
        measure = Measure("train and validation in step", beside.z, least_z, "standard errors")
        kind, words = IRREGULAR, "in no regular order, in step with validation"
        if cycles:
            kind, words = SCHEDULE, "with the learning rate, in step with validation"
        return Pattern(kind, words, swings, size, effect, 1.0, beside.z, least_z, measure)

    def _train_shows_turns(self, pair: Pair, start: int, beside: Beside) -> bool:
        """Whether values of train, in step beyond doubt, turn more often than few evaluations can show.

        They rise as high in the tail again and again, and by more than validation leaves to their batches. Of
        a slow swing their means show as much, and among its values batches may rise as high.
        """
        z, noise = batches_beside(pair, start)
        if beside.turns < self.least_clear_turns or z < self.least_certain_z:
            return False
        if in_step_between(pair, start) < self.least_in_step_z:
            return False
        least = max(self.least_size_at_end * beside.size, self.least_batch_deviations * noise)
        tail = shown_from(pair.train, round(len(pair.train) * (1.0 - self.tail_share)))
        return upward_swings(around_trend(tail), least) >= self.least_rises

    def _repeated(self, pair: Pair, curves: RunCurves) -> Pattern | None:
        """Rises of validation, again and again after falls as high: whatever its trend is, it has none."""
        start = self._start_of(pair.validation, self.enough_evaluations)
        if start is None or rate_cycles(curves, int(pair.validation.steps[start])):
            return None
        beside = beside_train(pair, start, self.start_share)
        if beside.for_the_model < self.least_log_odds_of_model:
            return None
        if beside.ratio > self.two_batch_scatter and beside.z < self.least_in_step_z:
            return None
        swings = swings_of(pair.validation, start, beside.size)
        if math.isinf(swings.of_level):
            return None  # of the gain, batches may make any share where that is small
        of_train = swings_of(pair.train, 0, beside.size)
        effect = min(
            swings.effect(self.least_in_step_of_level, self.least_validation_of_gain),
            of_train.of_gain / self.least_repeated_of_gain,
        )
        if effect < 1.0:
            return None
        chosen = pair.validation.descent[compared_from(pair.validation, start)]
        enough = max(self.least_rises, math.ceil(self.least_rises_share * len(chosen)))
        rises = upward_swings(chosen, beside.size / effect)
        if rises < enough:
            return None
        measure = Measure("rises of validation", float(rises), float(enough), "swings")
        words = "in no regular order: validation rises again and again"
        return Pattern(IRREGULAR, words, swings, beside.size, effect, 1.0, math.inf, 0.0, measure)

"""LT102: the loss swings up and down by a good part of its level and does not settle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._pairs import pair_of
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import Schedule, schedule
from losstui.detectors._swings.irregular_swings import IrregularSwings
from losstui.detectors._swings.level_validation import LevelValidation
from losstui.detectors._swings.pattern import (
    ALTERNATING,
    EPOCH,
    MOST_VALUES,
    ORDER,
    PERIODIC,
    SCHEDULE,
    Order,
    Pattern,
    Stretch,
    Swings,
    onset_of,
    sine_swing,
    skips_each_second_step,
    stretch_from,
    swings_of,
)
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.stats.confidence import confidence, normal_z
from losstui.stats.periodicity import (
    alternation,
    clipped,
    detrended,
    prominence,
    strength_at,
    strongest_period,
)
from losstui.wording import portion, readable


@dataclass(frozen=True)
class Oscillation:
    """The loss goes up and down by much of its level, in a pattern or together with validation.

    ## What it looks for
    Large swings over the last half of the run, or so many before it that they are no start. Kinds:
    `alternating` (each value opposite the one before: the step is too long for the curvature), `periodic`
    (one period stands out), `schedule` (with the learning rate, which goes up and down), `epoch` (the
    period is the epoch: data order, or an average that starts anew), `order` (the batches swing, and
    validation shows that the model does not), `irregular` (no order, but the validation loss swings as
    well).

    ## How it decides
    The noise of mini-batches swings too, so size alone proves nothing. The swings have to be large, and
    something has to tell them from noise: an order, or validation. The train loss is looked at, or the metric
    or reward of a run without one.

    The swings are large against the level and against what the run gained: in an order `least_of_level` and
    `least_of_gain`. An order that undoes `harmful_of_gain` of the gain needs less of the level
    (`least_undoing_of_level`). Without order the bounds are those of the tests below. One usual swing counts,
    not the largest: a few spikes are no oscillation.

    In addition one of these has to hold:

    - Each value lies opposite the one before: the von Neumann ratio is `least_z` standard errors above that
      of white noise.
    - One period stands out: white noise has such a peak with a probability below 10 to the power of
      `most_log10_probability` (Fisher's g-test). It has at least `least_cycles` cycles, `least_power` of the
      power and `least_prominence` times that of the octave below and above it. It shows in the last
      `tail_share` of the run, or since `start_share` of it if it goes on at the end (`lasting` of its
      amplitude).
    - Validation swings in step with train, by `least_in_step_z` standard errors.
    - Validation swings by itself, far more than its noise explains.
    - Validation rises again and again: a loss above zero, at least `least_rises` times, each time after a
      fall as high. The model is then likelier than the sample to be what moves (`least_log_odds_of_model`).

    In step with train asks for more:

    - Validation swings by `least_in_step_of_level` of its level and `least_in_step_of_gain` of the gain.
    - The swings go from side to side at least `least_turns` times. With fewer (`least_clear_turns`) it takes
      `least_certain_z`, and single values of train that show at least `least_rises` rises between
      evaluations. The means around do not show these, as they do one slow hump.
    - Over more than the end of the run it takes `least_certain_z` as well.
    - A drop of the learning rate, at which both losses fall for good, is taken out first.
    - Train makes a tenth of the swings (`least_share_in_train`). Below, its own curve is smooth, and
      validation is drawn from few samples.

    So does validation that swings by itself:

    - Train swings by `least_train_of_level` of its level and `least_train_of_gain` of the gain, validation by
      `least_validation_of_level` and `least_validation_of_gain`.
    - The fewer the evaluations, and the smaller the set they seem to be drawn from, the larger the swings
      have to be.
    - That the sample is what moves, and not the model, is not twenty times as likely
      (`most_log_odds_of_sample`).
    - Of a loss that may be negative the gain takes the place of the level, and the model has to be the
      likelier of the two (`least_log_odds_of_model`).

    Swings that were over before the end count from `least_turns_before_tail` turns on, and the message says
    when they ended. Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    These are `info`, as they swing by design:

    - `schedule`, below `harmful_of_gain`, and `epoch`, below `harmful_of_level`: a schedule with restarts, or
      averages that start anew with each epoch.
    - `order`: evaluations at all phases of the period move less than `level_share` of the swing, so only the
      batches swing. Or the loss jumps to and fro between steps an even number apart: a step that is too long
      does so at each, which these do not show.

    ## When it is wrong
    - A validation set of a few samples and tiny batches together may look like irregular swings.
    - A schedule with restarts that undoes much of the run in each cycle is told as a warning, though it
      swings by design.

    ## Source
    von Neumann 1941, Annals of Mathematical Statistics 12; Fisher 1929, Proceedings of the Royal
    Society A 125; Cohen et al. 2021, "Gradient Descent on Neural Networks Typically Occurs at the Edge
    of Stability".
    """

    code: ClassVar[str] = "LT102"
    name: ClassVar[str] = "oscillation"
    yields_to: ClassVar[tuple[str, ...]] = NON_FINITE

    start_share: float = 0.2  # of the run: where a steep start may be
    lasting: float = 0.5  # of the amplitude since the start: what is less is settling
    least_values: int = 16  # below, a period cannot be told from chance
    tail_values: int = 32  # of a short run the tail takes as many where it has them: a period needs cycles
    tail_share: float = 0.5  # of the run: swings that end before are over
    least_of_level: float = 0.2  # of the level: a swing a person would call large, where there is an order
    least_of_gain: float = 0.05  # of what the run gained: the same
    least_undoing_of_level: float = 0.15  # where the level is far above 0, all there was to gain is little
    least_z: float = 4.0  # standard errors: one false alternation in 30,000 curves of white noise
    most_log10_probability: float = -4.0  # one false period in ten thousand curves of white noise
    least_power: float = 0.2  # of the power: less is seen by a test, not by a person
    least_prominence: float = 20.0  # times that around: so does one in a hundred running means of noise
    least_cycles: float = 4.5  # looked at: a curve that wanders has some slow cycles, hardly five alike
    same_period: float = 0.15  # of a period: what two estimates of the same may differ by
    harmful_of_level: float = 0.5  # of the level: no average that starts anew with the epoch swings so far
    harmful_of_gain: float = 0.5  # of the gain: a schedule that undoes half of the run in each cycle

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        curve = next(iter(curves.goals), None)
        if curve is None or len(curve) < self.least_values:
            return Skipped(f"no loss, lone metric or reward with at least {self.least_values} values")
        pattern = self._pattern(curve, curves, schedule(curves))
        return [] if pattern is None else [self._finding(curve, pattern, curves)]

    def _pattern(self, curve: Curve, curves: RunCurves, plan: Schedule | None) -> Pattern | None:
        """The first that is harmful of what swings `curve`, or else the first."""
        ordered = self._ordered(curve, self._tail_start(curve), plan)
        if ordered is not None and ordered.kind not in (SCHEDULE, ORDER):
            ordered = self._beside_validation(curve, ordered, curves)
        if ordered is not None and not self._is_by_design(ordered):
            return ordered
        irregular = IrregularSwings(self.tail_share).find(curve, curves)
        if irregular is not None and (ordered is None or not self._is_by_design(irregular)):
            return irregular
        if ordered is not None:
            return ordered
        slow = self._since_start(curve, plan)
        return slow if slow is None or slow.kind == SCHEDULE else self._beside_validation(curve, slow, curves)

    def _beside_validation(self, curve: Curve, pattern: Pattern, curves: RunCurves) -> Pattern:
        level = LevelValidation(self.least_of_level, self.least_of_gain)
        start = int(curve.steps[self._tail_start(curve)])
        return level.beside(pattern, self._in_steps(curve, pattern.period), pair_of(curve, curves), start)

    def _tail_start(self, curve: Curve, tail_share: float | None = None) -> int:
        """Where that share of the values begins, or of the steps where the log is denser at the start."""
        share = tail_share or self.tail_share
        begin = curve.first_step + (1.0 - share) * (curve.last_step - curve.first_step)
        count = min(round(len(curve) * share), len(curve) - int(np.searchsorted(curve.steps, begin)))
        return max(0, len(curve) - max(count, self.tail_values))

    def _in_steps(self, curve: Curve, period: float) -> float:
        """How many steps the tail takes for a period in values."""
        start = self._tail_start(curve)
        return period * float(curve.last_step - curve.steps[start]) / max(1, len(curve) - 1 - start)

    def _ordered(self, curve: Curve, start: int, plan: Schedule | None) -> Pattern | None:
        """An order from value to value since `start`, or in a long curve among its last values or blocks."""
        whole = stretch_from(curve, start)
        if len(curve) - start <= MOST_VALUES:
            return self._order_in(whole, plan)
        latest = Stretch(curve, start, curve.descent[-MOST_VALUES:])
        return self._order_in(latest, plan) or self._order_in(whole, plan)

    def _since_start(self, curve: Curve, plan: Schedule | None) -> Pattern | None:
        """A period with too few cycles in the tail, but enough since the start, that the tail still has."""
        # Of a long curve the levels of blocks are enough: its fast cycles are many.
        stretch = stretch_from(curve, self._tail_start(curve, 1.0 - self.start_share))
        pattern = self._order_in(stretch, plan)
        if pattern is None or pattern.kind == ALTERNATING:
            return None
        period, residuals = pattern.period / stretch.each, clipped(detrended(stretch.values))
        tail = residuals[-round(len(residuals) * self.tail_share / (1.0 - self.start_share)) :]
        lasts = strength_at(tail, period) >= self.lasting * strength_at(residuals, period)
        return pattern if lasts else None

    def _order_in(self, stretch: Stretch, plan: Schedule | None) -> Pattern | None:
        """An order among the values of `stretch`."""
        curve, start = stretch.curve, stretch.start
        residuals = clipped(detrended(stretch.values))
        # No order makes larger swings of this deviation than a pure sine: most curves end here.
        if self._effect(swings_of(curve, start, sine_swing(float(np.std(residuals)), 1.0))) < 1.0:
            return None
        order = self._order(residuals)
        if order is None:
            return None
        swings = swings_of(curve, start, order.size)
        effect = self._effect(swings)
        if effect < 1.0:
            return None
        period = order.period * stretch.each
        kind, words = self._cause(curve, period, plan)
        return Pattern(kind, words, swings, order.size, effect, period, order.z, order.least_z, order.measure)

    def _effect(self, swings: Swings) -> float:
        usual = swings.effect(self.least_of_level, self.least_of_gain)
        return max(usual, swings.effect(self.least_undoing_of_level, self.harmful_of_gain))

    def _order(self, residuals: FloatArray) -> Order | None:
        deviation = float(np.std(residuals))
        peak = strongest_period(residuals)
        cycles = len(residuals) / peak.period
        probability, most = peak.log10_probability, self.most_log10_probability
        clear = probability <= most and peak.share >= self.least_power and cycles >= self.least_cycles
        if clear and prominence(residuals, peak.period) >= self.least_prominence:
            measure = Measure("probability of the period in noise", probability, most, "log10")
            size = sine_swing(deviation, peak.share)
            return Order(peak.period, size, normal_z(probability), normal_z(most), measure)
        z = alternation(residuals)
        if z < self.least_z:
            return None
        measure = Measure("von Neumann ratio above white noise", z, self.least_z, "standard errors")
        return Order(2.0, 2.0 * deviation, z, self.least_z, measure)

    def _cause(self, curve: Curve, period: float, plan: Schedule | None) -> tuple[str, str]:
        """The kind of a period, in values of `curve`, and how to say it."""
        if period < 2.0 * (1.0 + self.same_period):
            words = "from each value to the next"
            if skips_each_second_step(curve):
                return ORDER, f"{words}, in an order of the data: they are an even number of steps apart"
            return ALTERNATING, words
        words = f"with a period of {readable(self._in_steps(curve, period))} {curve.unit}s"
        start = self._tail_start(curve)
        if plan is not None:
            rates = np.interp(curve.steps[start:].astype(np.float64), plan.steps, plan.rates)
            cycle = strongest_period(detrended(rates))
            if cycle.share >= self.least_power and self._same(period, cycle.period):
                return SCHEDULE, f"{words}, that of the learning rate"
        if curve.epochs is not None and bool(np.all(np.isfinite(curve.epochs))):
            passed = float(curve.epochs[-1] - curve.epochs[start])
            if passed > 0.0 and self._same(period, (len(curve) - 1 - start) / passed):
                return EPOCH, f"{words}, one epoch"
        return PERIODIC, words

    def _same(self, one: float, other: float) -> bool:
        return abs(one / other - 1.0) <= self.same_period

    def _is_by_design(self, pattern: Pattern) -> bool:
        return (
            pattern.kind == ORDER
            or (pattern.kind == EPOCH and pattern.swings.of_level < self.harmful_of_level)
            or (pattern.kind == SCHEDULE and pattern.swings.of_gain < self.harmful_of_gain)
        )

    def _finding(self, curve: Curve, pattern: Pattern, curves: RunCurves) -> Finding:
        swings = pattern.swings
        onset = onset_of(curve, pattern, curves)
        last = curve.last_step if pattern.last_step is None else pattern.last_step
        name = "The loss" if curve in (curves.train_loss, curves.validation_loss) else curve.tag
        of, share = ("level", swings.of_level) if math.isfinite(swings.of_level) else ("gain", swings.of_gain)
        return Finding(
            self.code,
            self.name,
            Severity.INFO if self._is_by_design(pattern) else Severity.WARNING,
            confidence(pattern.z, pattern.least_z, pattern.effect, 1.0),
            f"{name} swings by {portion(share, f'its {of}')} {pattern.words}",
            curve.tag,
            (Span(onset.step, max(onset.step, last)),),
            onset,
            (
                Measure("swing", swings.of_level, self.least_of_level, "fraction of the level"),
                Measure("swing", swings.of_gain, self.least_of_gain, "fraction of the gain"),
                pattern.measure,
            ),
            kind=pattern.kind,
        )

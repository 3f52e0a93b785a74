"""LT102: the loss swings up and down by a good part of its level and does not settle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._pairs import pair_of
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import schedule
from losstui.detectors._swings.irregular_swings import IrregularSwings
from losstui.detectors._swings.level_validation import LevelValidation
from losstui.detectors._swings.order_search import OrderSearch
from losstui.detectors._swings.pattern import EPOCH, ORDER, SCHEDULE, Pattern, onset_of
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.stats.confidence import confidence
from losstui.wording import portion


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
    not the largest: a few spikes are no oscillation, nor is a lone one among few values.

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
    orders: ClassVar[OrderSearch] = OrderSearch()

    least_values: int = 16  # below, a period cannot be told from chance
    harmful_of_level: float = 0.5  # of the level: no average that starts anew with the epoch swings so far

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        curve = next(iter(curves.goals), None)
        if curve is None or len(curve) < self.least_values:
            return Skipped(f"no loss, lone metric or reward with at least {self.least_values} values")
        pattern = self._pattern(curve, curves)
        return [] if pattern is None else [self._finding(curve, pattern, curves)]

    def _pattern(self, curve: Curve, curves: RunCurves) -> Pattern | None:
        """The first that is harmful of what swings `curve`, or else the first."""
        plan = schedule(curves)
        ordered = self.orders.find_in_tail(curve, plan)
        if ordered is not None and ordered.kind not in (SCHEDULE, ORDER):
            ordered = self._beside_validation(curve, ordered, curves)
        if ordered is not None and not self._is_by_design(ordered):
            return ordered
        irregular = IrregularSwings(self.orders.tail_share).find(curve, curves)
        if irregular is not None and (ordered is None or not self._is_by_design(irregular)):
            return irregular
        if ordered is not None:
            return ordered
        slow = self.orders.find_since_start(curve, plan)
        return slow if slow is None or slow.kind == SCHEDULE else self._beside_validation(curve, slow, curves)

    def _beside_validation(self, curve: Curve, pattern: Pattern, curves: RunCurves) -> Pattern:
        level = LevelValidation(self.orders.least_of_level, self.orders.least_of_gain)
        start = int(curve.steps[self.orders.tail_start(curve)])
        period = self.orders.in_steps(curve, pattern.period)
        return level.beside(pattern, period, pair_of(curve, curves), start)

    def _is_by_design(self, pattern: Pattern) -> bool:
        return (
            pattern.kind == ORDER
            or (pattern.kind == EPOCH and pattern.swings.of_level < self.harmful_of_level)
            or (pattern.kind == SCHEDULE and pattern.swings.of_gain < self.orders.harmful_of_gain)
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
                Measure("swing", swings.of_level, self.orders.least_of_level, "fraction of the level"),
                Measure("swing", swings.of_gain, self.orders.least_of_gain, "fraction of the gain"),
                pattern.measure,
            ),
            kind=pattern.kind,
        )

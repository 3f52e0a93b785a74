"""LT102: the loss swings up and down by a good part of its level and does not settle."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import Curve, Pair, RunCurves
from losstui.detectors._context import Schedule, schedule
from losstui.detectors._onsets import at_raised_rate
from losstui.detectors._precursors import readable
from losstui.detectors._swings import Swings, means_around, sine_swing, swings_of
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.stats.change_points import upward_swings
from losstui.stats.confidence import confidence, normal_z
from losstui.stats.periodicity import (
    alternation,
    clipped,
    correlation_z,
    detrended,
    strength_at,
    strongest_period,
)
from losstui.stats.swings import swing

IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class _Order:
    """An order that noise does not have: how long it takes, how large it is, how sure the test is."""

    period: float
    size: float
    z: float
    least_z: float
    measure: Measure


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    words: str
    swings: Swings
    effect: float
    period: float
    z: float
    least_z: float
    measure: Measure


@dataclass(frozen=True)
class Oscillation:
    """The loss goes up and down by much of its level, in a pattern or together with validation.

    ## What it looks for
    Large swings over the last half of the run. Kinds: `alternating` (each value opposite the one
    before: the step is too long for the curvature), `periodic` (one period stands out), `schedule`
    (the period is that of the learning rate), `epoch` (the period is the epoch: data order, or an
    average that starts anew), `irregular` (no order, but the validation loss swings as well).

    ## How it decides
    The noise of mini-batches swings too, so size alone says nothing. The swings of the train loss have
    to be large against its level and against what the run gained, and one of these has to hold:
    the von Neumann ratio lies `least_z` standard errors above that of white noise; Fisher's g-test
    gives white noise less than 10 to the power of `most_log10_probability` for a period that has at least
    `least_cycles` cycles and `least_power` of the power and stands out from the periods around it; or
    the validation loss, whose batches do not change, swings with it, beyond what a small validation set
    explains: by more than noise does, or by as much and in step with the mean of the train loss, at
    least `least_rises` times, while the learning rate is not raised. One usual swing counts, not the
    largest: a few spikes are no oscillation.

    ## When it is wrong
    A validation set of a few samples and tiny batches together look like irregular swings. A schedule
    with restarts, and averages that start anew with each epoch, swing by design: those are `info`
    below `harmful_of_level` and `harmful_of_gain`.

    ## Source
    von Neumann 1941, Annals of Mathematical Statistics 12; Fisher 1929, Proceedings of the Royal
    Society A 125; Cohen et al. 2021, "Gradient Descent on Neural Networks Typically Occurs at the Edge
    of Stability".
    """

    code: ClassVar[str] = "LT102"
    name: ClassVar[str] = "oscillation"
    yields_to: ClassVar[tuple[str, ...]] = ("non-finite",)

    least_values: int = 16  # below, a period cannot be told from chance
    tail_values: int = 32  # of a short run the tail takes as many where it has them: a period needs cycles
    tail_share: float = 0.5  # of the run: swings that end before are over
    most_values: int = 32_768  # at once: longer periods are those of blocks of values
    least_of_level: float = 0.2  # of the level: a swing a person would call large, where there is an order
    least_of_gain: float = 0.05  # of what the run gained: the same
    least_z: float = 4.0  # standard errors: one false alternation in 30,000 curves of white noise
    most_log10_probability: float = -4.0  # one false period in ten thousand curves of white noise
    least_power: float = 0.2  # of the power: less is seen by a test, not by a person
    least_prominence: float = 30.0  # times the power around: one wandering curve in thirty has such a peak
    least_cycles: float = 4.5  # in the tail: a curve that wanders has some slow cycles, hardly five alike
    irregular_of_level: float = 0.45  # of the train level: beyond the noise of usual batches
    irregular_of_gain: float = 0.2  # of the gain: the same
    validation_values: int = 8  # in the tail: enough for some turning points
    validation_of_level: float = 0.15  # of the validation level: beyond the error of a usual validation set
    validation_of_gain: float = 0.1  # of its gain: the same
    least_rises: int = 3  # in the tail, of the validation loss: fewer are a hump
    about_as_high: float = 0.67  # of a usual swing
    least_in_step_z: float = 3.3  # standard errors: one in 2,000 by chance, of swings as large as these
    rate_rise: float = 1.2  # times the lowest learning rate before: more than rounding
    same_period: float = 0.15  # of a period: what two estimates of the same may differ by
    harmful_of_level: float = 0.5  # of the level: no average that starts anew with the epoch swings so far
    harmful_of_gain: float = 0.5  # of the gain: a schedule that undoes half of the run in each cycle
    windows: int = 20  # the onset is found to this many parts of the run
    window_values: int = 8  # the shortest window that shows a swing
    window_cycles: float = 1.5  # of the period: a shorter window takes a cycle for a trend
    quiet: float = 0.5  # of the usual spread in the later windows: a window below does not swing
    quiet_weight: float = 2.0  # windows that swing: what one that does not has to be outweighed by

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        curve = curves.train_loss or curves.validation_loss
        if curve is None or len(curve) < self.least_values:
            return Skipped(f"no loss with at least {self.least_values} values")
        pattern = self._ordered(curve, schedule(curves)) or self._irregular(curve, curves)
        return [self._finding(curve, pattern, curves)] if pattern is not None else []

    def _tail_start(self, curve: Curve) -> int:
        share = round(len(curve) * self.tail_share)
        return max(0, len(curve) - max(share, self.tail_values))

    def _ordered(self, curve: Curve, plan: Schedule | None) -> _Pattern | None:
        """An order from value to value, or in a long curve among its last values or the levels of blocks."""
        start = self._tail_start(curve)
        if len(curve) - start <= self.most_values:
            return self._order_of(curve, start, curve.descent[start:], 1, plan)
        blocks = curve.blocks
        first = int(np.searchsorted(blocks.last, start))
        return self._order_of(curve, start, curve.descent[-self.most_values :], 1, plan) or self._order_of(
            curve, start, blocks.medians[first:], blocks.size, plan
        )

    def _order_of(
        self, curve: Curve, start: int, values: FloatArray, each: int, plan: Schedule | None
    ) -> _Pattern | None:
        """An order among `values`, each of which stands for so many of the curve."""
        residuals = clipped(detrended(values))
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
        period = order.period * each
        kind, words = self._cause(curve, period, plan)
        return _Pattern(kind, words, swings, effect, period, order.z, order.least_z, order.measure)

    def _effect(self, swings: Swings) -> float:
        return min(swings.of_level / self.least_of_level, swings.of_gain / self.least_of_gain)

    def _order(self, residuals: FloatArray) -> _Order | None:
        deviation = float(np.std(residuals))
        peak = strongest_period(residuals)
        cycles = len(residuals) / peak.period
        clear = peak.share >= self.least_power and peak.prominence >= self.least_prominence
        if clear and cycles >= self.least_cycles and peak.log10_probability <= self.most_log10_probability:
            probability, most = peak.log10_probability, self.most_log10_probability
            measure = Measure("probability of the period in noise", probability, most, "log10")
            size = sine_swing(deviation, peak.share)
            return _Order(peak.period, size, normal_z(probability), normal_z(most), measure)
        z = alternation(residuals)
        if z < self.least_z:
            return None
        measure = Measure("von Neumann ratio above white noise", z, self.least_z, "standard errors")
        return _Order(2.0, 2.0 * deviation, z, self.least_z, measure)

    def _cause(self, curve: Curve, period: float, plan: Schedule | None) -> tuple[str, str]:
        """The kind of a period, in values of `curve`, and how to say it."""
        if period < 2.0 * (1.0 + self.same_period):
            return "alternating", "from each value to the next"
        steps = period * (curve.last_step - curve.first_step) / max(1, len(curve) - 1)
        words = f"with a period of {steps:.3g} steps"
        start = self._tail_start(curve)
        if plan is not None:
            rates = np.interp(curve.steps[start:].astype(np.float64), plan.steps, plan.rates)
            cycle = strongest_period(detrended(rates))
            if cycle.share >= self.least_power and self._same(period, cycle.period):
                return "schedule", f"{words}, that of the learning rate"
        if curve.epochs is not None and bool(np.all(np.isfinite(curve.epochs))):
            passed = float(curve.epochs[-1] - curve.epochs[start])
            if passed > 0.0 and self._same(period, (len(curve) - 1 - start) / passed):
                return "epoch", f"{words}, one epoch"
        return "periodic", words

    def _same(self, one: float, other: float) -> bool:
        return abs(one / other - 1.0) <= self.same_period

    def _irregular(self, curve: Curve, curves: RunCurves) -> _Pattern | None:
        """Swings without order that validation makes too: large ones of its own, or smaller ones in step."""
        validation = curves.validation_loss
        if validation is None or validation is curve:
            return None
        begin, start = (round(len(one) * (1.0 - self.tail_share)) for one in (curve, validation))
        if len(validation) - start < self.validation_values:
            return None
        seen = swings_of(validation, start, swing(self._shown(validation, start)))
        clear = min(seen.of_level / self.validation_of_level, seen.of_gain / self.validation_of_gain)
        if max(clear, self._effect(seen)) < 1.0:  # nearly every run ends here
            return None
        swings = swings_of(curve, begin, swing(self._shown(curve, begin)))
        large = min(swings.of_level / self.irregular_of_level, swings.of_gain / self.irregular_of_gain)
        effect = min(clear, large)
        if effect >= 1.0:
            measure = Measure(
                "validation swing", seen.of_level, self.validation_of_level, "fraction of the level"
            )
            words = "without order, and validation swings too"
            return _Pattern(IRREGULAR, words, swings, effect, 1.0, math.inf, 0.0, measure)
        return self._in_step(curves.pairs[0], start, seen, curves) if curves.pairs else None

    def _shown(self, curve: Curve, start: int) -> FloatArray:
        """The values from index `start` on, or where they are many the levels of their blocks."""
        if len(curve) - start <= self.most_values:
            return curve.descent[start:]
        return curve.blocks.medians[int(np.searchsorted(curve.blocks.last, start)) :]

    def _in_step(self, pair: Pair, start: int, seen: Swings, curves: RunCurves) -> _Pattern | None:
        """Swings of the validation loss, which no batch makes, that the mean train loss makes as well."""
        train, validation = pair.train, pair.validation.descent[start:]
        if self._effect(seen) < 1.0 or self._rate_rises(train, curves):
            return None
        means = means_around(train, pair.train_steps_of_validation[start:])
        swings = swings_of(train, round(len(train) * (1.0 - self.tail_share)), swing(means))
        effect = min(self._effect(seen), self._effect(swings))
        rises = upward_swings(validation, self.about_as_high * swing(validation))
        if effect < 1.0 or rises < self.least_rises:
            return None
        z = correlation_z(clipped(detrended(means)), clipped(detrended(validation)))
        if z < self.least_in_step_z:
            return None
        measure = Measure("train and validation in step", z, self.least_in_step_z, "standard errors")
        words = "without order, in step with validation"
        return _Pattern(IRREGULAR, words, swings, effect, 1.0, z, self.least_in_step_z, measure)

    def _rate_rises(self, curve: Curve, curves: RunCurves) -> bool:
        """Whether the learning rate is raised in the tail: both losses go up and down with it by design."""
        plan = schedule(curves)
        if plan is None:
            return False
        rates = plan.rates[plan.steps >= curve.steps[self._tail_start(curve)]]
        return len(rates) > 1 and bool(np.any(rates >= self.rate_rise * np.minimum.accumulate(rates)))

    def _onset_of(self, curve: Curve, pattern: _Pattern, curves: RunCurves) -> Onset:
        """Swings without order begin where those of validation do, which no batch makes."""
        shown, validation = curve, curves.validation_loss
        if pattern.kind == IRREGULAR and validation is not None and validation.last_step <= curve.last_step:
            shown = validation
        found = self._onset(shown, pattern.period)
        return at_raised_rate(found, found.low, curves)

    def _onset(self, curve: Curve, period: float) -> Onset:
        longest = len(curve) / max(self.window_values, self.window_cycles * period)
        windows = max(2, min(self.windows, int(longest)))
        edges = np.linspace(0, len(curve), windows + 1).astype(np.int64)
        parts = [clipped(detrended(curve.descent[a:b])) for a, b in itertools.pairwise(edges)]
        ordered = period >= 2.0  # what swings with it is not the noise beside it
        spreads = np.array([strength_at(part, period) if ordered else np.std(part) for part in parts])
        usual = float(np.median(spreads[windows // 2 :]))
        scores = np.where(spreads >= self.quiet * usual, 1.0, -self.quiet_weight)
        begin = int(np.argmax(np.cumsum(scores[::-1])[::-1]))
        low, high = max(0, begin - 1), min(windows - 1, begin + 1)
        return Onset(
            int(curve.steps[edges[begin]]), int(curve.steps[edges[low]]), int(curve.steps[edges[high]])
        )

    def _finding(self, curve: Curve, pattern: _Pattern, curves: RunCurves) -> Finding:
        swings = pattern.swings
        by_design = (pattern.kind == "epoch" and swings.of_level < self.harmful_of_level) or (
            pattern.kind == "schedule" and swings.of_gain < self.harmful_of_gain
        )
        onset = self._onset_of(curve, pattern, curves)
        of, share = ("level", swings.of_level) if math.isfinite(swings.of_level) else ("gain", swings.of_gain)
        return Finding(
            self.code,
            self.name,
            Severity.INFO if by_design else Severity.WARNING,
            confidence(pattern.z, pattern.least_z, pattern.effect, 1.0),
            f"The loss swings by {readable(100 * share)} % of its {of} {pattern.words}",
            curve.tag,
            (Span(onset.step, curve.last_step),),
            onset,
            (
                Measure("swing", swings.of_level, self.least_of_level, "fraction of the level"),
                Measure("swing", swings.of_gain, self.least_of_gain, "fraction of the gain"),
                pattern.measure,
            ),
            kind=pattern.kind,
        )

"""The search for an order in the swings of a curve: each value opposite the one before, or one period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.detectors._schedule import Schedule
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
    sine_swing,
    skips_each_second_step,
    stretch_from,
    swings_of,
)
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.stats.confidence import normal_z
from losstui.stats.periodicity import (
    alternation,
    clipped,
    detrended,
    prominence,
    strength_at,
    strongest_period,
)
from losstui.wording import readable


@dataclass(frozen=True, slots=True)
class OrderSearch:
    """Finds swings in an order that noise does not have, and says what their period is that of.

    Sizes of swings are shares of the level, or of what the run gained. A `plan`, if the run has one, is how
    its learning rate goes.
    """

    start_share: float = 0.2  # of the run: where a steep start may be
    lasting: float = 0.5  # of the amplitude since the start: what is less is settling
    tail_values: int = 32  # of a short run the tail takes as many where it has them: a period needs cycles
    tail_share: float = 0.5  # of the run: swings that end before are over
    least_of_level: float = 0.2  # of the level: a swing a person would call large, where there is an order
    least_of_gain: float = 0.05  # of what the run gained: the same
    least_undoing_of_level: float = 0.15  # where the level is far above 0, all there was to gain is little
    harmful_of_gain: float = 0.5  # of the gain: a schedule that undoes half of the run in each cycle
    least_z: float = 4.0  # standard errors: one false alternation in 30,000 curves of white noise
    most_log10_probability: float = -4.0  # one false period in ten thousand curves of white noise
    least_power: float = 0.2  # of the power: less is seen by a test, not by a person
    least_prominence: float = 20.0  # times that around: so does one in a hundred running means of noise
    least_cycles: float = 4.5  # looked at: a curve that wanders has some slow cycles, hardly five alike
    same_period: float = 0.15  # of a period: what two estimates of the same may differ by

    def find_in_tail(self, curve: Curve, plan: Schedule | None) -> Pattern | None:
        """An order among the values of the tail, or in a long curve among its last values or its blocks."""
        start = self.tail_start(curve)
        whole = stretch_from(curve, start)
        if len(curve) - start <= MOST_VALUES:
            return self._order_in(whole, plan)
        latest = Stretch(curve, start, curve.descent[-MOST_VALUES:])
        return self._order_in(latest, plan) or self._order_in(whole, plan)

    def find_since_start(self, curve: Curve, plan: Schedule | None) -> Pattern | None:
        """A period with too few cycles in the tail, but enough since the start, that the tail still has."""
        # Of a long curve the levels of blocks are enough: its fast cycles are many.
        stretch = stretch_from(curve, self._begin_of_last(1.0 - self.start_share, curve))
        pattern = self._order_in(stretch, plan)
        if pattern is None or pattern.kind == ALTERNATING:
            return None
        period, residuals = pattern.period / stretch.each, clipped(detrended(stretch.values))
        tail = residuals[-round(len(residuals) * self.tail_share / (1.0 - self.start_share)) :]
        lasts = strength_at(tail, period) >= self.lasting * strength_at(residuals, period)
        return pattern if lasts else None

    def tail_start(self, curve: Curve) -> int:
        """The index where the tail of `curve` begins."""
        return self._begin_of_last(self.tail_share, curve)

    def in_steps(self, curve: Curve, period: float) -> float:
        """How many steps the tail takes for a period in values."""
        start = self.tail_start(curve)
        return period * float(curve.last_step - curve.steps[start]) / max(1, len(curve) - 1 - start)

    def _begin_of_last(self, share: float, curve: Curve) -> int:
        """Where that share of the values begins, or of the steps where the log is denser at the start."""
        begin = curve.first_step + (1.0 - share) * (curve.last_step - curve.first_step)
        count = min(round(len(curve) * share), len(curve) - int(np.searchsorted(curve.steps, begin)))
        return max(0, len(curve) - max(count, self.tail_values))

    def _order_in(self, stretch: Stretch, plan: Schedule | None) -> Pattern | None:
        """An order among the values of `stretch`."""
        curve, start = stretch.curve, stretch.start
        residuals = clipped(detrended(stretch.values))
        # No order makes larger swings of this deviation than a pure sine: most curves end here.
        if self._effect(swings_of(curve, start, sine_swing(float(np.std(residuals)), 1.0))) < 1.0:
            return None
        order = self._period(residuals) or self._alternation(residuals)
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
        """How large `swings` are, in the bounds of their size: 1 where they just pass."""
        usual = swings.effect(self.least_of_level, self.least_of_gain)
        return max(usual, swings.effect(self.least_undoing_of_level, self.harmful_of_gain))

    def _period(self, residuals: FloatArray) -> Order | None:
        """The one period that stands out of `residuals`, shape (n,)."""
        peak = strongest_period(residuals)
        cycles = len(residuals) / peak.period
        probability, most = peak.log10_probability, self.most_log10_probability
        clear = probability <= most and peak.share >= self.least_power and cycles >= self.least_cycles
        if not clear or prominence(residuals, peak.period) < self.least_prominence:
            return None
        size = sine_swing(float(np.std(residuals)), peak.share)
        measure = Measure("probability of the period in noise", probability, most, "log10")
        return Order(peak.period, size, normal_z(probability), normal_z(most), measure)

    def _alternation(self, residuals: FloatArray) -> Order | None:
        """The order of `residuals`, shape (n,), each of which lies opposite the one before."""
        z = alternation(residuals)
        if z < self.least_z:
            return None
        measure = Measure("von Neumann ratio above white noise", z, self.least_z, "standard errors")
        return Order(2.0, 2.0 * float(np.std(residuals)), z, self.least_z, measure)

    def _cause(self, curve: Curve, period: float, plan: Schedule | None) -> tuple[str, str]:
        """The kind of a period, in values of `curve`, and how to say it."""
        if period < 2.0 * (1.0 + self.same_period):
            words = "from each value to the next"
            if skips_each_second_step(curve):
                return ORDER, f"{words}, in an order of the data: they are an even number of steps apart"
            return ALTERNATING, words
        words = f"with a period of {readable(self.in_steps(curve, period))} {curve.unit}s"
        start = self.tail_start(curve)
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
        """Whether two periods, in the same unit, may be estimates of one."""
        return abs(one / other - 1.0) <= self.same_period

"""What moves the weights: the learning rate over the run, and how much gradient is left at its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curves import RunCurves
from losstui.findings import Onset
from losstui.frame import FloatArray

RUNNING = 0.05  # of the peak: a learning rate above still trains
AT_PEAK = 0.999  # of the peak: a rate that is only rounded otherwise
NEAR_PEAK = 0.9  # of the peak: what a model does at this rate it does at the peak
LOWERED = 0.5  # of the peak: a rate below is another one than that of the peak
LATE, LATER = 0.75, 0.875  # of the run
# Learning rate: what was trained before goes on at less, 2e-5 to 5e-5 (Devlin et al. 2019, "BERT"), adapters
# at 2e-4 (Hu et al. 2022, "LoRA").
MOST_TUNING = 5e-4
DYING = 0.5  # of the change before: a cosine changes by 0.35 of it in its last eighth, an even descent by 1


def gradient_left(curves: RunCurves) -> float | None:
    """The gradient norm the run ends at, as a share of its highest level; None where there is none."""
    gradient = curves.grad_norm
    if gradient is None or not len(gradient.levels) or float(gradient.levels.max()) <= 0.0:
        return None
    return float(gradient.levels[-1] / gradient.levels.max())


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """What the learning rate did, on the steps where it was logged; arrays of shape (n,)."""

    steps: FloatArray
    rates: FloatArray

    @property
    def peak(self) -> float:
        """The highest rate."""
        return float(self.rates.max())

    def rate_at(self, step: float) -> float:
        """The rate at that step, between two logged ones in proportion."""
        return float(np.interp([step], self.steps, self.rates)[0])

    @property
    def left(self) -> float:
        """The last rate as a share of the peak."""
        return float(self.rates[-1]) / self.peak

    @property
    def tunes(self) -> bool:
        """Whether the peak is no higher than what a model is fine-tuned at."""
        return self.peak <= MOST_TUNING

    @property
    def warming_up(self) -> bool:
        """Whether the rate has only risen until now, and has not been at its peak for half of the log."""
        rising = bool(np.all(np.diff(self.rates) >= 0)) and self.rates[0] < 0.5 * self.peak
        return rising and self.share_of_peak(0.5) < AT_PEAK

    @property
    def hardly_tried(self) -> bool:
        """Whether more rate was spent in warm-up than since, so that little was tried yet.

        A decay that has just begun changes nothing in that, as in a cycle soon after its peak.
        """
        if self.warming_up:
            return True
        if self.rates[0] >= LOWERED * self.peak or self.left < LOWERED:
            return False
        first_near = self.steps[self.rates >= NEAR_PEAK * self.peak][:1]
        return float(self.spent_by(first_near)[0]) > 0.5

    def share_of_peak(self, share_of_run: float) -> float:
        """The rate, as a share of the peak, when that share of the run was done."""
        first, last = float(self.steps[0]), float(self.steps[-1])
        return self.rate_at(first + share_of_run * (last - first)) / self.peak

    def highest_since(self, share_of_run: float) -> float:
        """The highest rate from there on, as a share of the peak."""
        first, last = float(self.steps[0]), float(self.steps[-1])
        since = first + share_of_run * (last - first)
        return max(self.rate_at(since), float(self.rates[self.steps >= since].max())) / self.peak

    def gone_since(self, share_of_peak: float) -> float:
        """The last step at which the rate was above that share of the peak."""
        return float(self.steps[np.flatnonzero(self.rates > share_of_peak * self.peak)[-1]])

    def stopped_at(self, high: float, spent: float) -> Onset:
        """Where the rate came below `RUNNING` for good; the interval reaches from `high` to `spent`.

        All are shares of the peak, and the rate has come below them for good.
        """
        begin, end = (self._first_below(share) for share in (RUNNING, spent))
        return Onset(begin, int(self.gone_since(high)), end)

    def _first_below(self, share_of_peak: float) -> int:
        after = int(np.searchsorted(self.steps, self.gone_since(share_of_peak), side="right"))
        return int(self.steps[min(after, len(self.steps) - 1)])

    @property
    def ran_out(self) -> bool:
        """Whether the rate came down to nothing in the last quarter: the schedule ends where the run does."""
        return self.left < RUNNING <= self.share_of_peak(LATE)

    @property
    def only_falls(self) -> bool:
        """Whether the rate never rises again after its peak."""
        since = self.rates[int(np.argmax(self.rates)) :]
        return bool(np.all(np.diff(since) <= (1.0 - AT_PEAK) * self.peak))

    @property
    def under_way(self) -> bool:
        """Whether the rate still trains and goes on changing, so that the run is likely in mid-schedule.

        A rate that was changed once, or whose change dies down as at the end of a cosine, has arrived.
        """
        earlier, late = self.share_of_peak(LATE), self.share_of_peak(LATER)
        before, now = abs(late - earlier), abs(self.left - late)
        changing = before > (1.0 - AT_PEAK) * earlier and now >= DYING * before
        return changing and self.left >= RUNNING

    def spent_by(self, steps: FloatArray) -> FloatArray:
        """The sum of the learning rates up to each of `steps`, as a share of the sum over the whole run."""
        total = np.zeros(len(self.steps))
        # Between two that were logged the rate may have changed anywhere.
        np.cumsum(np.diff(self.steps) * 0.5 * (self.rates[1:] + self.rates[:-1]), out=total[1:])
        whole = float(total[-1])
        return np.interp(steps, self.steps, total / whole) if whole > 0.0 else np.zeros(len(steps))


def below_zero_since(curves: RunCurves, step: int) -> Onset | None:
    """From where on the learning rate that holds at `step` is below 0; None if it is not.

    A decay that runs on past its end does that, and climbs the loss. `low` is where it last was not below.
    """
    rate = curves.learning_rate
    end = 0 if rate is None else int(np.searchsorted(rate.steps, step, side="right"))
    if rate is None or not end or rate.values[end - 1] >= 0.0:
        return None
    above = np.flatnonzero(rate.values[:end] >= 0.0)
    first = int(above[-1]) + 1 if len(above) else 0
    begin = int(rate.steps[first])
    return Onset(begin, int(rate.steps[max(0, first - 1)]), begin)


def never_above_zero(curves: RunCurves) -> bool:
    """Whether a learning rate was logged that is 0, or below, in all of its values."""
    rate = curves.learning_rate
    return rate is not None and len(rate) > 0 and not float(rate.values.max()) > 0.0


def schedule(curves: RunCurves) -> Schedule | None:
    """The learning-rate schedule of the run, None where none was logged or it is no positive number."""
    return curves.shared(_schedule)


def _schedule(curves: RunCurves) -> Schedule | None:
    curve = curves.learning_rate
    if curve is None or len(curve) < 2 or curve.steps[-1] == curve.steps[0]:
        return None
    rates = np.maximum(curve.values, 0.0)
    if not float(rates.max()) > 0.0:
        return None
    return Schedule(curve.steps.astype(np.float64), rates)

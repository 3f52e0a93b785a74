"""What else a run tells beside its loss: how accurate it is, and what its learning rate did."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.findings import Onset
from losstui.frame import FloatArray, IntArray
from losstui.roles import Kind, Split
from losstui.stats.chance import MOST_CLASSES, is_guessing
from losstui.stats.trend import fall_over
from losstui.tags import any_word, quantity_of

# The kinds that explain what else is wrong with training: a lost rate, metric or validation does not.
NON_FINITE = tuple(f"non-finite:{kind}" for kind in ("permanent", "transient", "from-start"))
END_SHARE = 0.1  # of the values: what "at the end" is
# The share of right answers; F1, BLEU and the like have other levels of guessing.
HITS = re.compile(r"acc|top.?1")
PREFERENCES = re.compile(r"reward")  # of two answers the one that people like better: they agree on 70 %
REGRESSION = any_word(r"mse|rmse|mae|r2|regression|huber|smooth_l_1")
RUNNING = 0.05  # of the peak: a learning rate above still trains
AT_PEAK = 0.999  # of the peak: a rate that is only rounded otherwise
LATE, LATER = 0.75, 0.875  # of the run
# Learning rate: what was trained before goes on at less, 2e-5 to 5e-5 (Devlin et al. 2019, "BERT"), adapters
# at 2e-4 (Hu et al. 2022, "LoRA").
MOST_TUNING = 5e-4
DYING = 0.5  # of the change before: a cosine changes by 0.35 of it in its last eighth, an even descent by 1
PERCENT = 100.0
MOST_FRACTION = 1.5  # an accuracy above is in percent
LEAST_Z = 2.5  # standard errors: what gains as much learns something
LEAST_SLACK = 0.05  # of the accuracy above guessing at first: the luck of a small validation set


def end_level(curve: Curve) -> float:
    """The median of the last tenth of the values of `curve`, which has some."""
    return float(np.median(curve.values[-max(1, round(END_SHARE * len(curve))) :]))


def since_the_start(curve: Curve) -> Onset:
    """The onset of what was there before the first value of `curve`, which has some.

    Training began up to one interval between values earlier: a loss first logged at step 20, and then
    every 20 steps, is that of a run which began at step 0.
    """
    began = earliest_start(curve.steps)
    return Onset(began, began, curve.first_step)


def earliest_start(steps: IntArray) -> int:
    """The first step that training may have begun at, where it was logged at `steps`, shape (n,), n >= 1."""
    first = int(steps[0])
    intervals = np.diff(steps)
    is_even = bool(np.all(intervals == intervals[:1]))  # most logs: nothing to sort
    interval = int(intervals[0] if is_even else np.median(intervals)) if len(intervals) else 0
    return max(first - interval, min(first, 0))


def final_accuracy(curves: RunCurves) -> float | None:
    """The accuracy the run ends at, within 0 and 1, on validation data where it was measured there."""
    accuracy = _accuracies(curves)
    return None if accuracy is None else accuracy[1]


def improves(metric: Curve) -> bool:
    """Whether a metric is better at the end of the run than at its start, beyond noise.

    Not by a few values at the start alone, as where a model finds the larger of two classes.
    """
    gain = fall_over(metric.blocks.medians)
    return gain.value > LEAST_Z * gain.error


def accuracy_improves(curves: RunCurves) -> bool:
    """Whether that accuracy does, and so is none of guessing; False where none is logged."""
    accuracy = _accuracy(curves, of_preferences=True)
    return accuracy is not None and improves(accuracy)


@dataclass(frozen=True, slots=True)
class Skill:
    """What a classifier that began at guessing has learned: the accuracy it ends at, within 0 and 1.

    `began` is the one first measured, `share` how far the last is on the way from guessing among `classes`
    to all right.
    """

    accuracy: float
    classes: int
    began: float

    @property
    def share(self) -> float:
        """0 for guessing, 1 for all right."""
        return (self.accuracy - 1.0 / self.classes) / (1.0 - 1.0 / self.classes)


def skill(curves: RunCurves, first: float) -> Skill | None:
    """The skill of a run whose train loss begins at `first`, in nats, which says how many classes there are.

    None where the first loss says nothing of the kind, where no accuracy is logged but that of preferences,
    of which nobody knows how many can be told, or where it is more
    than that of guessing when measured before the first step, or more than twice that when first measured
    later. It is that on validation data where there is one.
    """
    classes = round(math.exp(first)) if first <= math.log(MOST_CLASSES) else 0
    accuracy = _accuracies(curves, of_preferences=False)
    if classes < 2 or accuracy is None:
        return None
    began, ended, since = accuracy
    train = curves.train_loss
    at_once = train is not None and len(train) > 0 and since <= train.first_step
    guessed = (
        is_guessing(began, classes) if at_once else began <= 1.0 / classes + max(1.0 / classes, LEAST_SLACK)
    )
    return Skill(ended, classes, began) if guessed else None


def _accuracies(curves: RunCurves, *, of_preferences: bool = True) -> tuple[float, float, int] | None:
    """The first and the last accuracy, within 0 and 1, and the step of the first.

    On validation data where it was measured there; of preferences only if asked for.
    """
    curve = _accuracy(curves, of_preferences=of_preferences)
    if curve is None:
        return None
    unit = PERCENT if float(curve.values.max()) > MOST_FRACTION else 1.0
    return float(curve.values[0]) / unit, end_level(curve) / unit, curve.first_step


def _accuracy(curves: RunCurves, *, of_preferences: bool) -> Curve | None:
    for split in (Split.VALIDATION, Split.TEST, Split.TRAIN):
        for curve in curves.select(Kind.ACCURACY, split):
            tag = curve.tag.lower()
            if len(curve) and HITS.search(tag) and (of_preferences or not PREFERENCES.search(tag)):
                return curve
    return None


def is_regression(curves: RunCurves) -> bool:
    """Whether a tag of the run names an error of numbers: a mean of squares, or R²."""
    return any(REGRESSION.search(quantity_of(tag)) for tag in curves.run.frame)


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

    def share_of_peak(self, share_of_run: float) -> float:
        """The rate, as a share of the peak, when that share of the run was done."""
        first, last = float(self.steps[0]), float(self.steps[-1])
        return self.rate_at(first + share_of_run * (last - first)) / self.peak

    def highest_since(self, share_of_run: float) -> float:
        """The highest rate from there on, as a share of the peak."""
        first, last = float(self.steps[0]), float(self.steps[-1])
        since = first + share_of_run * (last - first)
        return max(self.rate_at(since), float(self.rates[self.steps >= since].max())) / self.peak

    @property
    def ran_out(self) -> bool:
        """Whether the rate came down to nothing in the last quarter: the schedule ends where the run does."""
        return self.left < RUNNING <= self.share_of_peak(LATE)

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
        """The sum of all rates until each of `steps`, as a share of that of the whole run."""
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

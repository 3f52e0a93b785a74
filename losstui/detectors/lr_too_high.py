"""LT301: several marks of a learning rate that is too high, at the steps where it is high."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._rises.rise import is_luck_of_means, least_scale
from losstui.detectors._rises.weights_of_parts import at_last_weights
from losstui.detectors._rises.witness import begins_oddly, validation_denies
from losstui.detectors._schedule import Schedule, schedule
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.stats.blocks import running_median
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.medians import median
from losstui.stats.noise import SCATTER_ERROR, median_deviation, times_of
from losstui.stats.periodicity import alternation, clipped, detrended
from losstui.stats.ranks import rank_z
from losstui.wording import readable

BOUND_Z = 1.0  # standard errors: the bound of a deviation that is not known well


@dataclass(frozen=True, slots=True)
class _Mark:
    """One mark of too high a rate: what the loss does, how large it is, and the steps it is seen at."""

    words: str
    measure: Measure
    first: int
    last: int

    @property
    def effect(self) -> float:
        """The measure in its bounds."""
        return self.measure.value / self.measure.bound


@dataclass(frozen=True)
class LrTooHigh:
    """The learning rate is too high: the run shows it in more than one way while the rate is near its peak.

    ## What it looks for
    The cause behind a divergence, a NaN or an oscillation. Four marks are known, each of which has other
    causes too: the loss is lost or becomes NaN while the rate is near its peak; it rises from its first
    value on, or within the first steps; it rises where the rate is raised above all rates before; each
    value lies opposite the one before. The onset is where the first of them is seen.

    ## How it decides
    At least `least_marks` of the four, each by a test and a size. Lost: the level at the end of the log lies
    `least_lost` of the progress (of `LEAST_SCALE` of the start level if that is more) above the best one, or
    the loss ends non-finite. Early: a running median over the first `early_share` of the run lies
    `least_early` of the first value above it. Raised: within `window_share` of the run after the rate was
    raised by `raised_ratio` the level lies `least_step` of the progress higher. Alternating: the von Neumann
    ratio of the last `tail_share` lies `least_z` standard errors above that of noise and the swing is at
    least `least_swing` of the gain. Levels differ by `least_z` standard errors at least, with a deviation
    that is the less known the fewer values there are and is taken at its upper bound, those before and after
    the raise by `least_rank_z` of their rank sum, which a spike among few values does not hide. But for the
    raise, which is above all rates before, the rate has to be `near_peak` of its peak and more. Where
    validation has lost nothing, nothing is lost. A weighted sum of logged parts is judged at the weights that
    fit its last values.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    Bad data, a bug in the loss and overflow in half precision make a run blow up at any rate; that it does
    so in two ways at the peak of the rate is no proof. A rate that was never logged is not judged.

    ## Source
    Cohen et al. 2021, "Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability";
    Goyal et al. 2017, "Accurate, Large Minibatch SGD"; Mann and Whitney 1947, Annals of Mathematical
    Statistics 18.
    """

    code: ClassVar[str] = "LT301"
    name: ClassVar[str] = "lr-too-high"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_marks: int = 2  # marks: each alone has other causes
    near_peak: float = 0.8  # of the highest rate
    least_z: float = 4.0  # standard errors, of a deviation at its upper bound
    least_rank_z: float = 3.0  # of a rank sum, which 8 and 8 values never bring above 3.4
    least_lost: float = 0.2  # of the progress: what a person calls lost
    early_share: float = 0.1  # of the run: the first steps
    settled_after: int = 5  # times that: so far from the start it shows what levels scatter by
    end_parts: int = 20  # of the blocks: the last of so many parts is the end
    early_window: int = (
        5  # values of the running median: two odd batches are no rise; a run has twice as many
    )
    least_early: float = 0.3  # of the first value
    raised_ratio: float = 1.5  # times the highest rate before
    window_share: float = 0.1  # of the run: levels are compared over as much on both sides
    window_least: int = 8  # values: fewer have no rank sum that tells
    least_step: float = 0.1  # of the progress
    least_swing: float = 0.1  # of the gain
    tail_share: float = 0.5  # of the run
    most_values: int = 32_768  # at its end: more do not show better that they alternate

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss, plan = curves.train_loss, schedule(curves)
        if loss is None or plan is None:
            return Skipped("no train loss and learning rate")
        if len(loss) < 2 * self.early_window:
            return Skipped(f"fewer than {2 * self.early_window} train loss values")
        early = () if begins_oddly(loss, curves) else (self._early,)
        loss = at_last_weights(curves, loss) or loss  # a weight of a part that is raised is no rise
        best = int(loss.block_steps[loss.best_block])
        denied = not len(loss.non_finite_steps) and validation_denies(curves, Onset(best, best, best), 1.0)
        tests = (*(() if denied else (self._lost,)), *early, self._raised, self._alternating)
        marks = [mark for test in tests if (mark := test(loss, plan)) is not None]
        if len(marks) < self.least_marks:
            return []
        return [self._finding(loss, marks, plan)]

    def _is_high(self, plan: Schedule, step: int) -> bool:
        return plan.rate_at(step) >= self.near_peak * plan.peak

    def _high_since(self, plan: Schedule, step: int) -> int:
        """Where the stretch of high rates begins that `step` lies in."""
        lower = np.flatnonzero((plan.rates < self.near_peak * plan.peak) & (plan.steps < step))
        begin = int(lower[-1]) + 1 if len(lower) else 0
        return min(step, int(plan.steps[min(begin, len(plan.steps) - 1)]))

    def _lost(self, loss: Curve, plan: Schedule) -> _Mark | None:
        at = loss.best_block
        end = loss.blocks.medians[-max(3, len(loss.blocks) // self.end_parts) :]
        best = float(loss.levels[at])
        scale = max(loss.progress, least_scale(loss, loss.start_level))
        if scale == 0.0:
            return None
        lost = (median(end) - best) / scale
        ends_non_finite = len(loss.non_finite_steps) > 0 and bool(loss.non_finite_steps[-1] > loss.last_step)
        noise = _most_deviation(loss.blocks.medians - loss.levels) / math.sqrt(len(end))
        if not ends_non_finite and (lost < self.least_lost or lost * scale < self.least_z * noise):
            return None
        half = at + int(np.argmax(loss.levels[at:] >= best + 0.5 * lost * scale))
        last = int(loss.non_finite_steps[0]) if ends_non_finite else int(loss.block_steps[half])
        if not self._is_high(plan, last):
            return None
        words = "becomes NaN" if ends_non_finite else "gives up what it had gained"
        value = max(lost, 2.0 * self.least_lost) if ends_non_finite else lost
        measure = Measure("progress lost", value, self.least_lost, "fraction of progress")
        first = max(int(loss.block_steps[at]), self._high_since(plan, last))
        return _Mark(f"{words} while the rate is near its peak", measure, min(first, last), last)

    def _early(self, loss: Curve, plan: Schedule) -> _Mark | None:
        levels = loss.blocks.medians
        least = min(2 * self.early_window, len(levels) // 2)
        count = max(least, round(self.early_share * len(levels)))
        smooth = running_median(levels[:count], self.early_window)
        peak = int(np.argmax(smooth))
        height, first = float(smooth[peak]) - float(levels[0]), abs(float(levels[0]))
        if is_luck_of_means(loss, float(levels[0]), float(smooth[peak])):
            return None
        if first == 0.0:  # no share of nothing
            return None
        rise = height / first
        rest = levels[: self.settled_after * count]
        if float(rest.min()) > 0.0:  # what has diverged is noisy in proportion to its level
            rest, height = np.log(rest), math.log1p(rise)
        rest = rest[count:]
        noise = _most_deviation(rest - running_median(rest, self.early_window))  # as the first level has it
        if rise < self.least_early or height < self.least_z * noise:
            return None
        at = int(loss.block_steps[peak])
        if not self._is_high(plan, at):
            return None
        measure = Measure("rise at the start", rise, self.least_early, "of the first value")
        return _Mark("rises in the first steps", measure, loss.first_step, at)

    def _rise_at(self, loss: Curve, step: float) -> float | None:
        """The rise at `step` as a share of the progress; None where it may be chance."""
        at = int(np.searchsorted(loss.steps, step))
        width = max(self.window_least, round(self.window_share * len(loss)))
        before, after = loss.descent[max(0, at - width) : at], loss.descent[at : at + width]
        if min(len(before), len(after)) < self.window_least or rank_z(before, after) < self.least_rank_z:
            return None
        return times_of(median(after) - median(before[len(before) // 2 :]), loss.progress)

    def _raised(self, loss: Curve, plan: Schedule) -> _Mark | None:
        if not np.any(plan.rates[1:] >= self.raised_ratio * plan.rates[:-1]):
            return None
        highest = np.maximum.accumulate(plan.rates)[:-1]
        for at in np.flatnonzero((plan.rates[1:] >= self.raised_ratio * highest) & (highest > 0.0)) + 1:
            rise = self._rise_at(loss, float(plan.steps[at]))
            if rise is None or rise < self.least_step:
                continue
            measure = Measure("rise where the rate is raised", rise, self.least_step, "fraction of progress")
            rates = f"{readable(float(plan.rates[at - 1]))} to {readable(float(plan.rates[at]))}"
            step = int(plan.steps[at])
            return _Mark(f"rises where the rate is raised from {rates}", measure, step, step)
        return None

    def _alternating(self, loss: Curve, plan: Schedule) -> _Mark | None:
        start = max(round((1.0 - self.tail_share) * len(loss)), len(loss) - self.most_values)
        first = int(loss.steps[start])
        if not self._is_high(plan, first):
            return None
        residuals = clipped(detrended(loss.descent[start:]))
        swing = times_of(2.0 * float(np.std(residuals)), loss.progress)
        if swing < self.least_swing or alternation(residuals) < self.least_z:
            return None
        measure = Measure("swing from value to value", swing, self.least_swing, "fraction of progress")
        return _Mark("jumps to and fro from value to value", measure, first, loss.last_step)

    def _finding(self, loss: Curve, marks: list[_Mark], plan: Schedule) -> Finding:
        first = min(marks, key=lambda mark: mark.first)
        second = sorted(mark.effect for mark in marks)[-2]
        rate = readable(plan.rate_at(first.last))
        *others, last = (mark.words for mark in sorted(marks, key=lambda mark: mark.first))
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares((second, 1.0)),
            f"The learning rate of {rate} is too high: the loss {', '.join(others)} and {last}",
            loss.tag,
            (Span(first.first, max(loss.last_step, *(mark.last for mark in marks))),),
            Onset(first.first, first.first, first.last),
            tuple(mark.measure for mark in marks),
        )


def _most_deviation(residuals: FloatArray) -> float:
    """The upper 95 % bound of the deviation of `residuals`, shape (n,): of a few it is hardly known."""
    if not len(residuals):
        return math.inf
    return median_deviation(residuals) * (1.0 + BOUND_Z * SCATTER_ERROR / math.sqrt(len(residuals)))

"""Gradients that are far larger at the start of a run than its loss explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._parts import parts_of
from losstui.findings import Measure
from losstui.run import StepUnit
from losstui.stats.medians import median
from losstui.wording import readable

AT_START, HEAVY_PART, STUCK = "at-start", "heavy-part", "stuck"


@dataclass(frozen=True, slots=True)
class LargeStart:
    """A large start of that `kind`, in words; it lasts until `last_step`."""

    norm: Curve
    kind: str
    text: str
    last_step: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class _Begin:
    """What gradient norm and loss begin at and what they usually are later, which is above 0."""

    norm: Curve
    loss: Curve
    norm_start: float
    loss_start: float
    norm_later: float
    loss_later: float

    @property
    def ratio(self) -> float:
        """The norm at the start, in times of the loss there."""
        return self.norm_start / self.loss_start

    @property
    def fall(self) -> float:
        """How many times the later level either begins at."""
        return min(self.norm_start / self.norm_later, self.loss_start / self.loss_later)


@dataclass(frozen=True, slots=True)
class LargeStartSearch:
    """Finds a large start by the gradient norm and the loss: in nats no sound start has so high a loss."""

    start_share: float = 0.02  # of the run: what "at the start" is
    start_least: int = 3  # values
    least_start_ratio: float = 3.0  # times the loss: a loss of order one has a norm of order one
    least_start_loss: float = 13.0  # nats: chance level of 400,000 classes, no sound start has a higher loss
    least_start_fall: float = 10.0  # times the later level, of norm and loss both
    most_begun: float = 1.0  # steps: what comes later may have undone the start
    most_stuck_fall: float = 1.5  # times the lowest level of the loss: it never got going ...
    most_stuck_gain: float = 2.0  # standard deviations of its values: what falls by more learns, in any unit
    least_stuck_ratio: float = 6.0  # times a loss that stays: twice as much, as no fall tells that it was
    heavy_share: float = 0.9  # of the first loss: the other parts began as a sound start does
    most_left: float = 0.5  # of the last loss: a part that stays most of it is what the run is about

    def find(self, curves: RunCurves) -> LargeStart | None:
        """The large start; None without one, or where the gradient norm or the train loss is not logged."""
        begin = self._begin(curves)
        if begin is None or begin.loss_start < self.least_start_loss:
            return None
        return self._stuck(begin) if self._stays(begin) else self._worked_off(begin, curves)

    def _begin(self, curves: RunCurves) -> _Begin | None:
        norm, loss = curves.grad_norm, curves.train_loss
        if norm is None or loss is None or min(len(norm), len(loss)) < 2 * self.start_least:
            return None
        later = median(norm.values), median(loss.values)
        if min(later) <= 0.0:
            return None
        return _Begin(norm, loss, self._level(norm), self._level(loss), *later)

    def _stays(self, begin: _Begin) -> bool:
        """Whether the loss never comes down from where it begins."""
        loss = begin.loss
        stays = begin.loss_start <= self.most_stuck_fall * float(loss.levels.min())
        return stays and loss.progress <= self.most_stuck_gain * loss.noise

    def _stuck(self, begin: _Begin) -> LargeStart | None:
        """A start that the run never came down from: all values tell of it, the first have any ratio."""
        ratio = begin.norm_later / begin.loss_later
        if ratio < self.least_stuck_ratio:
            return None
        norm = begin.norm
        text = (
            f"{norm.tag} is around {readable(begin.norm_later)} all the time while the loss stays near "
            f"{readable(begin.loss_later)}: the gradients are too large for the run to learn"
        )
        return LargeStart(
            norm, STUCK, text, norm.last_step, self._measures(begin, ratio, self.least_stuck_ratio)
        )

    def _worked_off(self, begin: _Begin, curves: RunCurves) -> LargeStart | None:
        """A start that the run came down from; None where it may be one of another unit."""
        norm, loss = begin.norm, begin.loss
        if begin.ratio < self.least_start_ratio or begin.fall < self.least_start_fall:
            return None
        # What never comes down to where a sound start is has another unit, in which it may be sound.
        in_nats = float(loss.levels.min()) < self.least_start_loss
        if not in_nats or self._validation_began_lower(curves):
            return None
        kind, cause = self._cause(loss, curves)
        text = (
            f"{norm.tag} starts at {readable(begin.norm_start)}, "
            f"{readable(begin.norm_start / begin.norm_later)} times its later level, with a loss of "
            f"{readable(begin.loss_start)}: {cause}"
        )
        calm = int(np.argmax(norm.values <= self.least_start_fall * begin.norm_later))
        last = int(norm.steps[max(0, calm - 1)])
        return LargeStart(norm, kind, text, last, self._measures(begin, begin.ratio, self.least_start_ratio))

    def _measures(self, begin: _Begin, ratio: float, least_ratio: float) -> tuple[Measure, ...]:
        return (
            Measure("gradient norm at the start", ratio, least_ratio, "times the loss"),
            Measure("loss at the start", begin.loss_start, self.least_start_loss, "nats"),
            Measure("fall of norm and loss", begin.fall, self.least_start_fall, "times the median"),
        )

    def _level(self, curve: Curve) -> float:
        """What `curve` starts at: its first value, or the median of the first ones if that is more."""
        count = max(self.start_least, round(self.start_share * len(curve)))
        return max(float(curve.values[0]), float(np.median(curve.values[:count])))

    def _validation_began_lower(self, curves: RunCurves) -> bool:
        """Whether validation began as low as a sound start is: the first batch was far out, not the start.

        A value for an epoch, or after many steps, may follow on a start that was undone by then.
        """
        pair = curves.pairs[0] if curves.pairs else None
        if pair is None or curves.run.step_unit is not StepUnit.STEP or not len(pair.validation):
            return False
        begun = float(pair.train_steps_of_validation[0])
        return begun <= self.most_begun and float(pair.validation.values[0]) < self.least_start_loss

    def _cause(self, loss: Curve, curves: RunCurves) -> tuple[str, str]:
        """The kind of a large start from which the run has recovered, and its cause in words."""
        first, last = float(loss.values[0]), float(loss.levels[-1])
        for part in parts_of(curves, loss):
            was_most = float(part.values[0]) >= self.heavy_share * first
            if was_most and float(part.levels[-1]) < self.most_left * last:
                return HEAVY_PART, f"nearly all of it is {part.tag}, by its weight or its scale"
        return AT_START, "the first steps only undo a bad initialisation"

"""LT106: the run became NaN, and the trainer logged something finite, or nothing, instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._precursors import precursors
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.kinds import LOSSES
from losstui.role_table import role_by_name
from losstui.roles import Kind, Split
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.medians import median
from losstui.wording import readable, times

ZERO, FROZEN, ABSENT = "zero", "frozen", "absent"
LAST_DIGITS = 1.5  # of the smallest step in the log: nearer to 0 the next value down is 0


@dataclass(frozen=True, slots=True)
class _Tail:
    """The last values of a loss, from index `start`, at least 1, on: all are the same bit for bit.

    `left` is the level of the values `before` it, shape (k,), as a share of that at the start of the run;
    `norm_is_lost` says that the gradient norm is not finite from there on.
    """

    loss: Curve
    start: int
    before: FloatArray
    left: float
    norm_is_lost: bool

    def __len__(self) -> int:
        return len(self.loss) - self.start


@dataclass(frozen=True)
class HiddenNonFinite:
    """The train loss drops to exactly 0, stops changing or is missing: the trainer hides that it is NaN.

    ## What it looks for
    Trainers that replace a NaN loss before they log it. Their log goes on with a loss of exactly 0.0
    (`zero`), with the same value bit for bit while the gradient norm is NaN (`frozen`), or without a loss
    (`absent`): many writers of tables and JSON leave a cell empty where the value is NaN.

    ## How it decides
    `zero`: the last `least_values` or more train losses are exactly 0.0, fewer (`least_with_norm`) if
    the gradient norm is non-finite there, and the values before them were not on their way to 0: their
    median is at least `least_level` of the level at the start. `frozen`: the last `least_values` train
    losses are identical, values before them were not, and the gradient norm is non-finite there. Without
    such a norm a loss that has been 0 before, or was no further from it than `least_drop` of its usual
    steps or the last digit of the log, came there by itself; and a validation loss that is still finite
    shows that the model is. `absent`: after the last train loss another tag has `least_values` rows or more,
    and of its rows before at least `least_together` had a loss, and nobody else tells of a finite one.

    ## When it is wrong
    A loss with a margin (hinge, triplet) that is 0 for good from one of its first values on, with no
    validation loss beside it, looks the same. A trainer that was told to log its loss no more leaves the
    same gap as NaN does, so `absent` is a warning only.

    ## Source
    The logging filter for NaN and infinite losses of the Hugging Face Trainer, on by default.
    """

    code: ClassVar[str] = "LT106"
    name: ClassVar[str] = "hidden-non-finite"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_values: int = 5  # values in a row: a real loss is not the same that often by chance
    least_with_norm: int = 2  # values in a row where the gradient norm is non-finite as well
    least_level: float = 0.01  # of the start level: a loss this high does not fall to 0 within one value
    level_values: int = 5  # values before the tail that say where it came from
    least_together: float = 0.9  # of the rows of another tag have a loss: they are written together
    least_drop: float = 2.0  # usual steps from value to value: what is nearer to 0 may come to it

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = curves.train_loss
        if loss is None:
            return Skipped("no train loss tag")
        if len(loss) <= self.least_with_norm:
            return Skipped("too few train loss values")
        beside = self._goes_on_beside(loss, curves)
        if beside is not None and not _is_alive(curves, len(loss) - 1):
            return [self._absent(loss, *beside, curves)]
        tail = self._tail(loss, curves)
        if tail is None:
            return []
        if self._is_zero(tail) and not _is_alive(curves, tail.start):
            return [self._finding(tail, ZERO, curves)]
        return [self._finding(tail, FROZEN, curves)] if self._is_frozen(tail) else []

    def _tail(self, loss: Curve, curves: RunCurves) -> _Tail | None:
        """The values at the end that are the same; None for too few of them, or for all."""
        start = _constant_since(loss)
        if start < 1 or len(loss) - start < self.least_with_norm:
            return None
        before = loss.values[max(0, start - self.level_values) : start]
        at_start = median(np.abs(loss.values[: len(before)]))
        left = median(np.abs(before)) / (at_start or 1.0)
        return _Tail(loss, start, before, left, _norm_is_lost(curves, int(loss.steps[start])))

    def _is_zero(self, tail: _Tail) -> bool:
        """Whether the loss is 0 at its end, and did not come there by itself."""
        loss, least = tail.loss, self.least_with_norm if tail.norm_is_lost else self.least_values
        if loss.values[-1] != 0.0 or len(tail) < least or tail.left < self.least_level:
            return False
        if role_by_name(loss.tag).kind is Kind.ERROR:  # a model that is always right has none
            return False
        return tail.norm_is_lost or self._is_sudden(loss.values[: tail.start])

    def _is_frozen(self, tail: _Tail) -> bool:
        """Whether a loss that moved from value to value stands still while the gradient is lost."""
        was_moving = bool(np.all(np.diff(tail.before) != 0.0)) and len(tail.before) > 1
        return tail.norm_is_lost and len(tail) >= self.least_values and was_moving

    def _goes_on_beside(self, loss: Curve, curves: RunCurves) -> tuple[Curve, int] | None:
        """The tag that was written with `loss` and has the most rows after its end, and how many; or None.

        None, too, where another loss of train is logged after that end: this one was renamed.
        """
        losses = [one for kind in LOSSES for one in curves.select(kind, Split.TRAIN)]
        if len(loss.non_finite_steps) or any(len(one) and one.last_step > loss.last_step for one in losses):
            return None
        longest: tuple[Curve, int] | None = None
        for tag in curves.run.frame:
            other = curves.curve(tag)
            after = sum(
                len(steps) - int(np.searchsorted(steps, loss.last_step, "right"))
                for steps in (other.steps, other.non_finite_steps)
            )
            if after < max(self.least_values, longest[1] + 1 if longest else 0):
                continue
            before = np.concatenate((other.steps, other.non_finite_steps))
            before = before[before <= loss.last_step]
            if len(before) < self.least_values:
                continue
            if float(np.mean(np.isin(before, loss.steps))) >= self.least_together:
                longest = other, after
        return longest

    def _absent(self, loss: Curve, beside: Curve, after: int, curves: RunCurves) -> Finding:
        later = np.concatenate((beside.steps, beside.non_finite_steps))
        later = later[later > loss.last_step]
        step = int(later.min())
        before = precursors(curves, loss.last_step)
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares((float(after), float(self.least_values))),
            f"{loss.tag} has no value after {loss.unit} {loss.last_step}, while {beside.tag} is logged "
            f"{times(after)} more: a loss that is NaN is often written as an empty cell" + before.text,
            loss.tag,
            (Span(step, int(later.max())),),
            Onset(step, loss.last_step, step),
            (
                Measure("rows without a loss", float(after), float(self.least_values), "rows"),
                *before.measures,
            ),
            ABSENT,
        )

    def _is_sudden(self, values: FloatArray) -> bool:
        """Whether a loss of `values`, shape (n,), n >= 1, was not about to reach 0 by itself.

        It has been 0 before, or is no further from it than the log's last digit, or than it moves anyway.
        """
        last, moved = values[-self.level_values :], np.abs(np.diff(values))
        digit = float(moved[moved > 0.0].min()) if np.any(moved) else 0.0
        usual = median(np.abs(np.diff(last))) if len(last) > 1 else 0.0
        level = abs(median(last))
        return bool(np.all(values)) and level > LAST_DIGITS * digit and level > self.least_drop * usual

    def _finding(self, tail: _Tail, kind: str, curves: RunCurves) -> Finding:
        loss, start = tail.loss, tail.start
        step = int(loss.steps[start])
        at = f"{loss.unit} {step}"
        what = (
            f"{loss.tag} drops from {readable(float(loss.values[start - 1]))} to exactly 0 at {at} "
            f"and stays there for {len(tail)} values: the loss is NaN and the trainer's logging hides it"
            if kind == ZERO
            else f"{loss.tag} is frozen at {readable(float(loss.values[-1]))} from {at} while the "
            "gradient norm is not finite: the run is NaN and the log repeats the last loss"
        )
        before = precursors(curves, step - 1)
        return Finding(
            self.code,
            self.name,
            Severity.CRITICAL,
            0.99
            if tail.norm_is_lost
            else confidence_of_shares((len(tail), 1.0), (tail.left, self.least_level)),
            what + before.text,
            loss.tag,
            (Span(step, loss.last_step),),
            Onset(step, int(loss.steps[start - 1]), step),
            (
                Measure("identical last values", float(len(tail)), float(self.least_values), "values"),
                Measure("loss before", tail.left, self.least_level, "fraction of the start level"),
                *before.measures,
            ),
            kind,
        )


def _is_alive(curves: RunCurves, start: int) -> bool:
    """Whether a validation loss is finite after the train loss has been 0 from index `start` on."""
    pair = curves.loss_pair
    if pair is None or curves.train_loss is None:
        return False
    return bool(np.any(pair.train_steps_of_validation > curves.train_loss.steps[start]))


def _constant_since(curve: Curve) -> int:
    """The index from which on all values are bit for bit the last one."""
    different = np.flatnonzero(curve.values != curve.values[-1])
    return int(different[-1]) + 1 if len(different) else 0


def _norm_is_lost(curves: RunCurves, step: int) -> bool:
    """Whether the gradient norm is non-finite from about `step` on."""
    norm = curves.grad_norm
    if norm is None or not len(norm.non_finite_steps):
        return False
    lost = int(np.count_nonzero(norm.non_finite_steps >= step))
    return lost > int(np.count_nonzero(norm.steps >= step))

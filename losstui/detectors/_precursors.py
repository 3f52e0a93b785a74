"""What moved before something went wrong: the learning rate, the gradient norm, the loss scale."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._schedule import below_zero_since
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.roles import Kind
from losstui.wording import readable

RECENT = 3  # values up to the event: what it had come to
USUAL = 50  # values before those: what was usual
LEAST_USUAL = 3  # values: below, nothing can be called usual
GRAD_RATIO = 5.0  # times the usual gradient norm: beyond what batches differ by
RATE_RATIO = 1.2  # times the usual learning rate: more than rounding
SCALE_RATIO = 4.0  # times less than the usual loss scale: two halvings in a row

BELOW_ZERO = "the learning rate was below 0, which climbs the loss"


@dataclass(frozen=True, slots=True)
class _Change:
    """What something had come to by an event, what was usual before, and the step at which it left that."""

    recent: float
    usual: float
    since: int


@dataclass(frozen=True, slots=True)
class Precursors:
    """What had changed by the time of an event: clauses for a message, and the comparisons behind them.

    Each of `clauses` comes with the step from which it is so; the earliest is the first, of `measures` too.
    """

    clauses: tuple[tuple[int, str], ...]
    measures: tuple[Measure, ...]
    unit: str  # what one step is

    @property
    def text(self) -> str:
        """The clauses as the end of a sentence, in their order in time; empty if nothing had changed."""
        if not self.clauses:
            return ""
        text = self.clauses[0][1]
        for (before, _), (since, clause) in itertools.pairwise(self.clauses):
            text += (
                f" and then, from {self.unit} {since} on, {clause}" if since > before else f" and {clause}"
            )
        return f"; just before, {text}"


def precursors(curves: RunCurves, step: int) -> Precursors:
    """Look at what the log has of the learning rate, gradient norm and loss scale up to `step`."""
    loss_scale = next(iter(curves.select(Kind.LOSS_SCALE)), None)
    moved: list[tuple[int, str, Measure]] = []
    still: list[Measure] = []

    def compare(change: _Change, measure: Measure, words: str) -> None:
        if measure.value >= measure.bound:
            moved.append((change.since, words, measure))
        else:
            still.append(measure)

    rate = _steady_change(curves.learning_rate, step, rises=True)
    if rate is not None:
        measure = Measure("learning rate", rate.recent / rate.usual, RATE_RATIO, "times its usual")
        words = f"the learning rate was rising ({readable(rate.usual)} to {readable(rate.recent)})"
        compare(rate, measure, words)
    turned = below_zero_since(curves, step)
    if turned is not None and curves.learning_rate is not None:
        below = abs(min(0.0, float(curves.learning_rate.values[curves.learning_rate.steps <= step][-1])))
        moved.append((turned.step, BELOW_ZERO, Measure("learning rate below zero", below, 0.0, "as logged")))
    norm = _noisy_change(curves.grad_norm, step)
    if norm is not None:
        ratio = norm.recent / norm.usual
        measure = Measure("gradient norm before", ratio, GRAD_RATIO, "times its usual")
        compare(norm, measure, f"the gradient norm was {readable(ratio)} times its usual")
    scale = _steady_change(loss_scale, step, rises=False)
    if scale is not None:
        measure = Measure("fall of the loss scale", scale.usual / scale.recent, SCALE_RATIO, "times")
        words = f"the loss scale had fallen from {readable(scale.usual)} to {readable(scale.recent)}"
        compare(scale, measure, words)
    moved.sort(key=lambda one: one[0])
    clauses = tuple((since, words) for since, words, _ in moved)
    measures = (*(measure for *_, measure in moved), *still)
    return Precursors(clauses, measures, curves.run.step_unit.value)


def _steady_change(curve: Curve | None, step: int, rises: bool) -> _Change | None:
    """The change of what moves only when it is moved: since the last of its lowest (or highest) values."""
    window = _window(curve, step)
    if curve is None or window is None:
        return None
    values = curve.values[window]
    still = np.flatnonzero(values == (values.min() if rises else values.max()))
    first = min(int(still[-1]) + 1, len(values) - 1)
    return _change(float(values[-1]), values, int(curve.steps[window][first]))


def _noisy_change(curve: Curve | None, step: int) -> _Change | None:
    """The highest of the recent values: since the last one no further up than batches differ by."""
    window = _window(curve, step)
    if curve is None or window is None:
        return None
    values = curve.values[window]
    peak = len(values) - RECENT + int(np.argmax(values[-RECENT:]))
    calm = np.flatnonzero(values[:peak] < GRAD_RATIO * np.median(values[:-RECENT]))
    since = int(calm[-1]) + 1 if len(calm) else 0
    return _change(float(values[peak]), values, int(curve.steps[window][since]))


def _window(curve: Curve | None, step: int) -> slice | None:
    """The recent values up to `step` and the usual ones before; None where too few of them."""
    if curve is None:
        return None
    end = int(np.searchsorted(curve.steps, step, side="right"))
    window = slice(max(0, end - RECENT - USUAL), end)
    return window if end - window.start >= RECENT + LEAST_USUAL else None


def _change(recent: float, values: FloatArray, since: int) -> _Change | None:
    usual = float(np.median(values[:-RECENT]))
    return _Change(recent, usual, since) if recent > 0.0 and usual > 0.0 else None

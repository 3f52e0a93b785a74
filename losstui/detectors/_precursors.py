"""What moved before something went wrong: the learning rate, the gradient norm, the loss scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curves import Curve, RunCurves
from losstui.findings import Measure
from losstui.roles import Kind

RECENT = 3  # values up to the event: what it had come to
USUAL = 50  # values before those: what was usual
LEAST_USUAL = 3  # values: below, nothing can be called usual
GRAD_RATIO = 5.0  # times the usual gradient norm: beyond what batches differ by
RATE_RATIO = 1.2  # times the usual learning rate: more than rounding
SCALE_RATIO = 4.0  # times less than the usual loss scale: two halvings in a row


@dataclass(frozen=True, slots=True)
class Precursors:
    """What had changed by the time of an event: clauses for a message, and the comparisons behind them."""

    clauses: tuple[str, ...]
    measures: tuple[Measure, ...]

    @property
    def text(self) -> str:
        """The clauses as the end of a sentence, empty if nothing had changed."""
        return "; just before, " + " and ".join(self.clauses) if self.clauses else ""


def precursors(curves: RunCurves, step: int) -> Precursors:
    """Look at what the log has of the learning rate, gradient norm and loss scale up to `step`."""
    loss_scale = next(iter(curves.select(Kind.LOSS_SCALE)), None)
    clauses: list[str] = []
    measures: list[Measure] = []
    rate = _recent_and_usual(curves.learning_rate, step)
    if rate is not None:
        measures.append(Measure("learning rate", rate[0] / rate[1], RATE_RATIO, "times its usual"))
        if rate[0] / rate[1] >= RATE_RATIO:
            clauses.append(f"the learning rate was rising ({readable(rate[1])} to {readable(rate[0])})")
    norm = _recent_and_usual(curves.grad_norm, step, highest=True)
    if norm is not None:
        measures.append(Measure("gradient norm before", norm[0] / norm[1], GRAD_RATIO, "times its usual"))
        if norm[0] / norm[1] >= GRAD_RATIO:
            clauses.append(f"the gradient norm was {readable(norm[0] / norm[1])} times its usual")
    scale = _recent_and_usual(loss_scale, step)
    if scale is not None:
        measures.append(Measure("fall of the loss scale", scale[1] / scale[0], SCALE_RATIO, "times"))
        if scale[1] / scale[0] >= SCALE_RATIO:
            clauses.append(f"the loss scale had fallen from {readable(scale[1])} to {readable(scale[0])}")
    return Precursors(tuple(clauses), tuple(measures))


def _recent_and_usual(curve: Curve | None, step: int, highest: bool = False) -> tuple[float, float] | None:
    """The last value (or the highest of the last ones) up to `step`, and the median before; both > 0."""
    if curve is None:
        return None
    end = int(np.searchsorted(curve.steps, step, side="right"))
    before = curve.values[max(0, end - RECENT - USUAL) : max(0, end - RECENT)]
    if len(before) < LEAST_USUAL:
        return None
    last = curve.values[end - RECENT : end]
    recent, usual = float(np.max(last) if highest else last[-1]), float(np.median(before))
    return (recent, usual) if recent > 0.0 and usual > 0.0 else None


def readable(value: float) -> str:
    """A number as a person writes it: three significant digits, no exponent between 0.001 and 100,000."""
    if value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.1e}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"

"""What the loss did since a step at which something else moved."""

from __future__ import annotations

import math

from losstui.curve import Curve
from losstui.stats.ranks import rank_z

LEAST_COMPARED = 8  # values on both sides: of fewer the ranks tell little
LEAST_HARM_Z = 2.0  # standard errors by which the loss lies higher since: it was harmed


def gain_since(loss: Curve, step: int) -> float:
    """How far the loss ends below its first value and all levels before `step`, in shares of progress."""
    if loss.progress <= 0.0 or not math.isfinite(loss.last_value or 0.0):
        return 0.0
    lowest = min(float(loss.descent[0]), loss.levels[loss.block_steps < step].min(initial=math.inf))
    return max(0.0, lowest - float(loss.levels[-1])) / loss.progress


def is_unharmed(loss: Curve, step: int) -> bool:
    """Whether `loss` ends finite and no higher than before `step`, by the ranks of as many values of both."""
    before, since = loss.descent[loss.steps < step], loss.descent[loss.steps >= step]
    count = min(len(before), len(since))
    known = count >= LEAST_COMPARED and math.isfinite(loss.last_value or 0.0)
    return known and rank_z(before[-count:], since[-count:]) < LEAST_HARM_Z

"""How large the swings of a curve are, against its level and against what the run gained."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curves import Curve
from losstui.frame import FloatArray
from losstui.stats.medians import median


@dataclass(frozen=True, slots=True)
class Swings:
    """The usual swing of the tail of a curve, as shares of its level and of what the run gained."""

    of_level: float
    of_gain: float


def swings_of(curve: Curve, start: int, size: float) -> Swings:
    """A swing of that size in `curve` from index `start` on; an infinite share of what is not above zero."""
    blocks = curve.blocks
    first = min(int(np.searchsorted(blocks.last, start)), len(blocks) - 1)
    # A level means something only where the loss cannot be negative.
    level = abs(median(blocks.medians[first:])) if float(blocks.lowest[first:].min()) >= 0.0 else 0.0
    return Swings(_share(size, level), _share(size, curve.progress))


def means_around(curve: Curve, steps: FloatArray) -> FloatArray:
    """The mean of `curve` over the values around each of `steps`, shape (m,), rising, m >= 2."""
    middles = 0.5 * (steps[1:] + steps[:-1])
    outer = 1.5 * steps[[0, -1]] - 0.5 * steps[[1, -2]]
    edges = np.searchsorted(curve.steps, np.concatenate((outer[:1], middles, outer[1:])))
    first = np.minimum(edges[:-1], len(curve) - 1)
    last = np.clip(edges[1:], first + 1, len(curve))
    sums = np.concatenate(([0.0], np.cumsum(curve.descent)))
    return (sums[last] - sums[first]) / (last - first)


def sine_swing(deviation: float, share: float) -> float:
    """From crest to trough of the sine that has that share of the power of residuals with that deviation."""
    return 2.0 * math.sqrt(2.0 * share) * deviation


def _share(size: float, whole: float) -> float:
    return size / whole if whole > 0.0 else math.inf if size > 0.0 else 0.0

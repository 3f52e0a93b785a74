"""A loss that has grown by powers of ten within a few values, for which no noise has to be known."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.detectors._rises.lasting_rise import ALL_LOST, BLOW_UP_RATIO
from losstui.detectors._rises.rise import LEAST_SCALE, Rise
from losstui.frame import FloatArray
from losstui.kinds import LOSSES
from losstui.stats.change_points import ChangePoint
from losstui.stats.medians import median

BLOW_UP = "blow-up"
LEAST_SINCE = 2  # values since the best one: a single value that is far out may be a spike
POWERS = 3.0  # of ten, over the best value: no batch and no restart makes a loss so much higher, twice
POWERS_OF_GROWTH = 4.0  # the same where it still grows: a few values in a row rise by luck


def explosion(loss: Curve) -> Rise | None:
    """The rise of a loss above 0 by `POWERS` of ten since its best value, where it stays or grows on.

    A first value that alone is low may be an average of nothing: the loss has to grow on from the next.
    A few values say nothing of noise: each power of ten counts as one standard error.
    """
    values = loss.descent
    if loss.role.kind not in LOSSES or len(values) <= LEAST_SINCE or values.min() <= 0.0:
        return None
    powers = np.log10(values)
    best = len(values) - 1 - int(np.argmin(powers[::-1]))
    risen, since = powers - powers[best], powers[best + 1 :]
    if len(since) < LEAST_SINCE or risen[-1] < POWERS:
        return None
    grows = risen[-1] >= POWERS_OF_GROWTH and bool(np.all(np.diff(since) > 0.0))
    stays = bool(risen[-LEAST_SINCE:].min() >= POWERS)
    from_where = since[0] if best == 0 else powers[: best + 1].max()
    if not (grows or (stays and best > 0)) or since[-1] - from_where < math.log10(BLOW_UP_RATIO):
        return None
    begin = ChangePoint(best + 1, best, best + 1)
    return _rise(values, begin, float(values[best]), float(risen[-1]))


def before_non_finite(loss: Curve) -> Rise | None:
    """The last values before NaN, if they grew by an order of magnitude over all before."""
    values = loss.descent
    if len(values) < 2:
        return None
    before = np.maximum.accumulate(np.abs(values))[:-1]
    grows = values[1:] > before
    calm = np.flatnonzero(~grows)
    first = int(calm[-1]) + 2 if len(calm) else 1  # the first value of the unbroken growth at the end
    if first >= len(values):
        return None
    usual = median(np.abs(values[:first]))
    if values[-1] < BLOW_UP_RATIO * usual:
        return None
    block = np.searchsorted(loss.blocks.last, [first, max(first - 1, 0)])
    begin = ChangePoint(int(block[0]), int(block[1]), int(block[0]))
    return _rise(values, begin, float(np.min(values[:first])), math.inf)


def _rise(values: FloatArray, begin: ChangePoint, best: float, z: float) -> Rise:
    start, tail = float(values[0]), float(values[-1])
    scale = max(start - best, LEAST_SCALE * abs(start))
    lost = (tail - best) / scale if scale > 0.0 else ALL_LOST
    return Rise(begin, start, best, tail, lost, z, BLOW_UP)

"""A rise of a loss that stays: high above its noise and its wandering, and lasting or not on its way back."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.detectors._rises import (
    AFTER_LEARNING,
    FROM_START,
    LEAST_SCALE,
    Rise,
    left_at_once,
    noise_around,
    rise_begin,
    rise_test,
)
from losstui.frame import FloatArray
from losstui.stats.blocks import running_median

TAIL_SHARE = 0.04  # of the run: what "has not come back" is
TAIL_LEAST = 3  # blocks: the fewest with a median
LEAST_Z = 4.0  # standard errors: one in 30,000 by chance
LEAST_WITNESSED_Z = 2.5  # the same where validation has risen beyond doubt
LEAST_LOST = 0.2  # of the progress: below, the best checkpoint is worth the same
LEAST_LOST_LASTING = 0.5  # of the progress: where the level swings, or falls again by and by
LEAST_LOST_WANDERING = 4.0  # of the progress: what never learned and wanders has to double
LEAST_LEARNT = 3.0  # standard deviations of one level: less may be the luck of the first ones
LEAST_KNOWN = 50  # levels: fewer do not tell how heavy the tail of their noise is
LASTING_SHARE = 0.25  # of the run: a swing is over by then
MOSTLY = 0.5  # of the run: where all is lost for as long, no swing is left to wait for
LASTING_LEAST = 16  # blocks: the same in a short run
ALL_LOST = 1.0  # of the progress: the run is where it began
LEAST_WANDER_Z = 2.0  # standard deviations of what wandering as the run does would reach
# Rises almost as high as the last: a hump and a divergence are two, an oscillation has more.
LEAST_SWINGS = 3
RETURNING_SHARE = 0.5  # of the rise given back since its peak: it is on its way back
MOST_LUCK = 1e-3  # probability that noise alone made the first values so much lower
BLOW_UP_RATIO = 10.0  # times the level: an order of magnitude


def lasting_rise(
    loss: Curve, least_lost: float, *, witnessed: bool = False, learnt: bool = False
) -> Rise | None:
    """The rise of a loss that stays; `witnessed` by another, or of a run known to have `learnt`."""
    levels = loss.blocks.medians
    width = max(TAIL_LEAST, round(TAIL_SHARE * len(levels)))
    smooth = running_median(levels, width | 1)
    bottom = int(np.argmin(smooth[: len(levels) - width]))
    if smooth[bottom] > levels[0] and left_at_once(levels, width, MOST_LUCK):
        bottom, smooth = 0, np.concatenate((levels[:1], smooth[1:]))
    best, start = float(smooth[bottom]), max(float(smooth[0]), float(smooth[bottom]))
    tail = float(np.median(levels[-width:]))
    scale = max(start - best, LEAST_SCALE * abs(start))
    lost = (tail - best) / scale if scale > 0.0 else 0.0  # of a loss that begins at exactly 0: no share
    if lost < least_lost:
        return None
    sure = witnessed or lost >= LEAST_LOST_WANDERING  # no walk around a level goes as far
    test = rise_test(levels, smooth, bottom, width, sure=sure)
    lasts = max(LASTING_LEAST, LASTING_SHARE * len(levels)) <= test.lasted
    lasts &= lost >= LEAST_LOST_LASTING
    lasts |= lost >= ALL_LOST and test.lasted >= MOSTLY * len(levels)
    is_returning = lost < ALL_LOST and _is_returning(smooth[bottom:], best, tail, width)
    if is_returning and not (lasts or witnessed):
        return None
    is_steady = test.wander_z >= LEAST_WANDER_Z and test.swings < LEAST_SWINGS
    z = test.z if is_steady or lasts or witnessed else 0.0
    far = np.median(levels) >= start + BLOW_UP_RATIO * abs(start)
    if bottom == 0 and far and left_at_once(levels, width, MOST_LUCK):
        z = max(z, math.sqrt(len(levels)))  # a sign test: hardly a value was as low as the first one
    if z < (LEAST_WITNESSED_Z if witnessed else LEAST_Z) or (z != test.z and lost < ALL_LOST):
        return None
    begin = rise_begin(test, levels, smooth, bottom, width, (least_lost * scale, LEAST_WITNESSED_Z))
    # What the loss does once it has diverged says nothing of the noise it had learned in.
    raw_noise = noise_around(levels[: begin.high + 1], smooth[: begin.high + 1], bottom, width)
    has_learnt = start - best > max(raw_noise, LEAST_LOST * abs(start))
    is_sure = witnessed or learnt or (has_learnt and start - best > LEAST_LEARNT * raw_noise)
    if not is_sure and _is_luck(levels, lost, is_steady=is_steady):
        return None
    return Rise(begin, start, best, tail, lost, z, AFTER_LEARNING if has_learnt else FROM_START)


def _is_luck(levels: FloatArray, lost: float, *, is_steady: bool) -> bool:
    """Whether a run that never learned may stand where it began, and have begun low."""
    if len(levels) < LEAST_KNOWN:  # what these scatter by is not known: their order is
        return not left_at_once(levels, len(levels) // 2, MOST_LUCK)
    return not is_steady and lost < LEAST_LOST_WANDERING


def _is_returning(smooth: FloatArray, best: float, tail: float, width: int) -> bool:
    """Whether the level has given back much of its rise since the peak, and still falls."""
    peak = int(np.argmax(smooth))
    if smooth[peak] - tail < RETURNING_SHARE * (smooth[peak] - best):
        return False
    half = smooth[peak:]
    middle = len(half) // 2
    return len(half) > width and bool(np.median(half[:middle]) > np.median(half[middle:]))

"""A rise of a loss that stays: high above its noise and its wandering, and lasting or not on its way back."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._rises.rise import (
    AFTER_LEARNING,
    FROM_START,
    LEAST_LEARNT,
    LEAST_SCALE,
    LEAST_Z,
    Course,
    Rise,
    RiseTest,
    error_as_since,
    is_luck_of_means,
    least_scale,
    left_at_once,
    luck_of_best,
    noise_around,
    rise_begin,
    rise_test,
    scatter_of_levels,
)
from losstui.frame import FloatArray
from losstui.stats.blocks import running_median
from losstui.stats.change_points import ChangePoint
from losstui.stats.noise import times_of

LEAST_VALUES = 8  # values: three for a start, three for an end, two between
TAIL_SHARE = 0.04  # of the run: what "has not come back" is
TAIL_LEAST = 3  # blocks: the fewest with a median
LEAST_WITNESSED_Z = 2.5  # the same where validation has risen beyond doubt
LEAST_LOST = 0.2  # of the progress: below, the best checkpoint is worth the same
LEAST_LOST_LASTING = 0.5  # of the progress: where the level swings, or falls again by and by
LEAST_LOST_WANDERING = 4.0  # of the progress: what never learned and wanders has to double
LEAST_KNOWN = 50  # levels: fewer do not tell how heavy the tail of their noise is
LASTING_SHARE = 0.25  # of the run: a swing is over by then
MOSTLY = 0.5  # of the run: where all is lost for as long, no swing is left to wait for
LASTING_LEAST = 16  # blocks: the same in a short run
ALL_LOST = 1.0  # of the progress: the run is where it began
# Standard deviations of what wandering as the run does would reach. Above its lowest a walk follows the law
# of Rayleigh: one in 7 comes so far, one in 3,000 as far as `LEAST_Z`, which what loses less has to outdo.
LEAST_WANDER_Z = 2.0
# Rises almost as high as the last: a hump and a divergence are two, an oscillation has more.
LEAST_SWINGS = 3
RETURNING_SHARE = 0.5  # of the rise given back since its peak: it is on its way back
BLOW_UP_RATIO = 10.0  # times the level: an order of magnitude


def lasting_rise_of_train(curves: RunCurves) -> Rise | None:
    """The lasting rise of the train loss, which several detectors ask for: see `RunCurves.shared`."""
    return None if curves.train_loss is None else lasting_rise(curves.train_loss, LEAST_LOST)


def lasting_rise(
    loss: Curve, least_lost: float, *, witnessed: bool = False, learnt: bool = False
) -> Rise | None:
    """The rise of a loss that stays; `witnessed` by another, or of a run known to have `learnt`.

    None below `LEAST_VALUES`.
    """
    if len(loss) < LEAST_VALUES:
        return None
    course = course_of(loss)
    lost = course.lost
    if lost < least_lost:
        return None
    far = lost >= LEAST_LOST_WANDERING  # no walk around a level goes as far
    sure = witnessed or far
    test = rise_test(course, sure=sure)
    if not sure and not _outdoes_scatter(course, test):
        return None
    least_wander = LEAST_WANDER_Z if lost >= LEAST_LOST_LASTING else LEAST_Z
    is_steady = (far or test.wander_z >= least_wander) and test.swings < LEAST_SWINGS
    z = _certainty(course, test, is_steady=is_steady, witnessed=witnessed)
    if z is None:
        return None
    begin = rise_begin(test, course, (least_lost * course.scale, LEAST_WITNESSED_Z))
    has_learnt, beyond_luck = _has_learnt(course, begin)
    if not (witnessed or learnt or beyond_luck) and _is_luck(course.levels, lost, is_steady=is_steady):
        return None
    if not (witnessed or learnt or has_learnt) and is_luck_of_means(loss, course.best, course.tail):
        return None
    kind = AFTER_LEARNING if has_learnt else FROM_START
    return Rise(begin, course.start, course.best, course.tail, lost, z, kind)


def course_of(loss: Curve) -> Course:
    """The course of the levels of `loss`, with the best of them.

    That is the first level where it is the lowest, by more than luck makes it.
    """
    levels = loss.blocks.medians
    width = max(TAIL_LEAST, round(TAIL_SHARE * len(levels)))
    smooth = running_median(levels, width | 1)
    bottom = int(np.argmin(smooth[: len(levels) - width]))
    if smooth[bottom] > levels[0] and left_at_once(levels, width):
        bottom, smooth = 0, np.concatenate((levels[:1], smooth[1:]))
    return Course(
        levels, smooth, bottom, width, least_scale(loss, max(float(smooth[0]), float(smooth[bottom])))
    )


def _certainty(course: Course, test: RiseTest, *, is_steady: bool, witnessed: bool) -> float | None:
    """Standard errors of a rise that stays, None where it is not sure or does not stay."""
    lasts = _lasts(course, test) and (is_steady or _outdoes_order(course, test))
    is_returning = course.lost < ALL_LOST and _is_returning(
        course.smooth[course.bottom :], course.best, course.tail, course.width
    )
    if is_returning and not (lasts or witnessed):
        return None
    z = test.z if is_steady or lasts or witnessed else 0.0
    far = np.median(course.levels) >= course.start + BLOW_UP_RATIO / LEAST_SCALE * course.least
    if course.bottom == 0 and far and left_at_once(course.levels, course.width):
        z = max(z, math.sqrt(len(course.levels)))  # a sign test: hardly a value was as low as the first one
    if z < (LEAST_WITNESSED_Z if witnessed else LEAST_Z) or (z != test.z and course.lost < ALL_LOST):
        return None
    return z


def _lasts(course: Course, test: RiseTest) -> bool:
    """Whether it has been up for longer than a swing takes."""
    n = len(course.levels)
    half_lost = course.lost >= LEAST_LOST_LASTING and test.lasted >= max(LASTING_LEAST, LASTING_SHARE * n)
    return half_lost or (course.lost >= ALL_LOST and test.lasted >= MOSTLY * n)


def _outdoes_scatter(course: Course, test: RiseTest) -> bool:
    """Whether levels that scatter as those before the best one hardly rise so far, whatever their order.

    A median of levels that follow each other closely is as far off as one of them.
    """
    error = scatter_of_levels(test, course.bottom)
    expected = luck_of_best(error, len(course.levels), course.width)
    return times_of(test.height - expected, math.sqrt(2.0) * error) >= LEAST_WITNESSED_Z


def _outdoes_order(course: Course, test: RiseTest) -> bool:
    """Whether noise hardly makes such a rise, even if it follows itself as closely as the levels since do.

    The noise is as large as it was before the rise.
    """
    if course.lost >= LEAST_LOST_WANDERING:
        return True
    error = error_as_since(test, course.width)
    expected = luck_of_best(error, len(course.levels), course.width)
    return times_of(test.height - expected, error) >= LEAST_WITNESSED_Z


def _has_learnt(course: Course, begin: ChangePoint) -> tuple[bool, bool]:
    """Whether the loss had come down before it rose, and whether by more than its first levels by luck."""
    # What the loss does once it has diverged says nothing of the noise it had learned in.
    calm = slice(begin.high + 1)
    noise = noise_around(course.levels[calm], course.smooth[calm], course.bottom, course.width)
    gained = course.start - course.best
    learnt = gained > max(noise, LEAST_LOST / LEAST_SCALE * course.least)
    return learnt, learnt and gained > LEAST_LEARNT * noise


def _is_luck(levels: FloatArray, lost: float, *, is_steady: bool) -> bool:
    """Whether a run that never learned may stand where it began, and have begun low."""
    if len(levels) < LEAST_KNOWN:  # what these scatter by is not known: their order is
        return not left_at_once(levels, round((1.0 - LASTING_SHARE) * len(levels)))
    return not is_steady and lost < LEAST_LOST_WANDERING


def _is_returning(smooth: FloatArray, best: float, tail: float, width: int) -> bool:
    """Whether the level has given back much of its rise since the peak, and still falls."""
    peak = int(np.argmax(smooth))
    if smooth[peak] - tail < RETURNING_SHARE * (smooth[peak] - best):
        return False
    half = smooth[peak:]
    middle = len(half) // 2
    return len(half) > width and bool(np.median(half[:middle]) > np.median(half[middle:]))

"""Where a curve drops, or jumps, at equal distances from its start, as a loss may where an epoch begins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.frame import BoolArray, FloatArray, IntArray
from losstui.stats.medians import median
from losstui.stats.noise import GAUSSIAN_MAD, median_deviation, times_of
from losstui.stats.trend import FAR

LEAST_PERIOD = 16.0  # values: four on each side of a border, and as many between to compare them with
WINDOW_SHARE = 0.2  # of the period: near the border
WINDOW_LEAST = 4  # values: the fewest with a mean worth the name
LEAST_BORDERS = 2  # one drop is any drop
RESOLUTION, RELATIVE_RESOLUTION = 0.25, 0.02  # of a value, and of the period: periods are tried so far apart
LEAST_EVEN = 0.2  # of the highest: drops become smaller as there is less to learn by heart
LEAST_Z = 5.0  # standard errors: the best of some hundred periods


@dataclass(frozen=True, slots=True)
class Sawtooth:
    """Every so many values the curve moves by `height` at once, in its unit; down if that is positive."""

    period: float
    height: float


def sawtooth(levels: FloatArray) -> Sawtooth | None:
    """The steps that `levels`, shape (n,), finite, make at equal distances, the first value being at one.

    The means of the values on both sides of a border are compared with those on both sides of any other
    place: these show what noise, and levels that wander, make of such a difference. All steps go one way and
    each has `LEAST_EVEN` of the highest. The period is the one whose steps stand out most, by `LEAST_Z`
    standard errors at least.
    """
    period, longest = LEAST_PERIOD, (len(levels) - WINDOW_LEAST) / LEAST_BORDERS
    if longest < period:
        return None
    middle, far = median(levels), FAR * median_deviation(levels)
    kept = np.clip(levels, middle - far, middle + far) - middle
    sums = np.concatenate(([0.0], np.cumsum(kept)))
    best, best_z = 0.0, LEAST_Z
    while period <= longest:
        z = _z_of_steps(sums, period)
        if z >= best_z:
            best, best_z = period, z
        period += max(RESOLUTION, RELATIVE_RESOLUTION * period)
    heights = _heights(levels, best) if best else np.zeros(1)
    highest = float(heights[np.argmax(np.abs(heights))])
    return Sawtooth(best, highest) if highest and _are_even(heights) else None


def _z_of_steps(sums: FloatArray, period: float) -> float:
    """Standard errors of the steps at all borders together; 0.0 where they are uneven."""
    n, width = len(sums) - 1, _width(period)
    heights = _drops(sums, _borders(n, period), width)
    if not _are_even(heights):
        return 0.0
    places = np.arange(width, n - width + 1)
    beside = np.abs(np.remainder(places + period / 2.0, period) - period / 2.0) >= width
    elsewhere = np.abs(_drops(sums, places[beside], width))
    usual = GAUSSIAN_MAD * median(elsewhere) if len(elsewhere) else math.inf
    return times_of(abs(float(heights.mean())), usual) * math.sqrt(len(heights))


def excess_of_steps(levels: FloatArray, borders: IntArray, period: float, width: int) -> float:
    """Standard errors by which the drops at `borders` exceed those between them, within `period` of each.

    `levels`, shape (n,), finite; `borders`, shape (m,), m >= 1, are indices, at least `width` from both ends.
    All are differences between the means of `width` values on both sides of a place, and those away from the
    borders show what noise, and levels that wander, make of such a difference. What a descent adds to the
    drop at a border it adds to those around. 0.0 where there is no place away from them.
    """
    sums, away, usual = _steps_away(levels, borders, width)
    if not len(usual):
        return 0.0
    first, end = np.searchsorted(away, borders - period), np.searchsorted(away, borders + period)
    until = np.concatenate(([0.0], np.cumsum(usual)))
    around = (until[end] - until[first]) / np.maximum(end - first, 1)
    excess = float((_drops(sums, borders, width) - around).mean())
    return times_of(excess, median_deviation(usual)) * math.sqrt(len(borders))


def outdo_steps(levels: FloatArray, borders: IntArray, period: float, width: int) -> BoolArray:
    """Which of the drops at `borders` are higher than each of those between them, within `period` of it.

    All as for `excess_of_steps`, but how much `levels` scatter elsewhere does not matter. None is, where no
    place is away from the borders.
    """
    sums, away, usual = _steps_away(levels, borders, width)
    first, end = np.searchsorted(away, borders - period), np.searchsorted(away, borders + period)
    highest = np.array(
        [usual[one:other].max(initial=-math.inf) for one, other in zip(first, end, strict=True)]
    )
    outdone: BoolArray = (_drops(sums, borders, width) > highest) & (end > first)
    return outdone


def _steps_away(levels: FloatArray, borders: IntArray, width: int) -> tuple[FloatArray, IntArray, FloatArray]:
    """The running sums of `levels`, the places at least `width` away from `borders`, and the drops there."""
    sums = np.concatenate(([0.0], np.cumsum(levels - levels.mean())))
    places = np.arange(width, len(levels) - width + 1)
    beside = np.searchsorted(borders, places)
    far = np.concatenate(([-len(levels)], borders, [2 * len(levels)]))
    away = places[np.minimum(places - far[beside], far[beside + 1] - places) >= width]
    return sums, away, _drops(sums, away, width)


def _are_even(heights: FloatArray) -> bool:
    one_way = heights * np.sign(heights.sum())
    return bool(one_way.min() >= LEAST_EVEN * one_way.max())


def _heights(levels: FloatArray, period: float) -> FloatArray:
    """The step at each border, by the medians of what is near, in the unit of `levels`."""
    width = _width(period)
    steps = [
        median(levels[at - width : at]) - median(levels[at : at + width])
        for at in _borders(len(levels), period).tolist()
    ]
    return np.array(steps)


def _width(period: float) -> int:
    return max(WINDOW_LEAST, round(WINDOW_SHARE * period))


def _borders(n: int, period: float) -> IntArray:
    """Where the second epoch of `n` values begins, and each after it."""
    borders: IntArray = np.rint(period * np.arange(1, math.ceil(n / period))).astype(np.int64)
    return borders[borders <= n - WINDOW_LEAST]


def _drops(sums: FloatArray, at: IntArray, width: int) -> FloatArray:
    """The mean of the `width` values before each place `at` minus the mean of as many after it.

    Near the end fewer come after it. `sums` are the running sums of the values, with 0 in front.
    """
    end = np.minimum(at + width, len(sums) - 1)
    drops: FloatArray = (sums[at] - sums[at - width]) / width - (sums[end] - sums[at]) / (end - at)
    return drops

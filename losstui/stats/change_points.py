"""Where a level left another one: the place, and the interval that should cover it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation
from losstui.stats.trend import effective_count

CERTAIN = 6.0  # standard deviations above the level: there the rise has certainly begun
LEAST_AFTER = 4  # values after it that say what the rise looks like
UNLIKELY = 0.05  # of the breaks by their posterior, half of them on either side
# Powers of the time since the onset: a step, a ramp, and what starts below the noise. What grows with its own
# size, as under a learning rate that is raised little by little, looks like the high ones.
SHAPES = (0, 1, 2, 4, 8)
SIMPLER = 2.0  # times as likely beforehand as the next of them, which has more breaks that fit as well
END_SHARE = 0.1  # of the values: what "at the end" is


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The index of the first value of a rise, and the indices between which it certainly begins.

    `low` is a value that may still be at the level: between two values a rise begins unseen.
    """

    index: int
    low: int
    high: int

    def shifted(self, by: int) -> ChangePoint:
        """The change point in an array that begins `by` values earlier."""
        return ChangePoint(self.index + by, self.low + by, self.high + by)


def rise_onset(values: FloatArray, least_noise: float, end: float | None = None) -> ChangePoint:
    """Return where `values`, shape (n,), n >= 1, left their level for the higher one they end at.

    That is `end`, or the median of their last `END_SHARE`.

    They are split where most lie below a bound before and above it after: at half the height, and then
    at `CERTAIN` standard deviations above the level before. Up to there broken sticks are fitted, with each
    of `SHAPES` after each break, and weighed by how likely they are. The onset is the likeliest break of all
    shapes together; between `low` and `high` lie all but `UNLIKELY` of the breaks. `least_noise`, positive,
    is what the noise is taken for where it is less.
    """
    size = float(np.abs(values).max()) or 1.0  # squares of what explodes are beyond the range of numbers
    values, least_noise = values / size, least_noise / size
    start = float(values.min())
    last = median(values[-max(1, round(END_SHARE * len(values))) :]) if end is None else end / size
    half = start + 0.5 * (last - start)
    before = values[: max(1, _split(values, half))]
    noise = max(median_deviation(before), least_noise)
    certainly = _split(values, min(half, median(before) + CERTAIN * noise))
    return _likely_break(values[: certainly + LEAST_AFTER], least_noise)


def _split(values: FloatArray, bound: float) -> int:
    """The index that has most values up to `bound` before it and above `bound` from it on."""
    above = np.where(values > bound, 1.0, -1.0)
    return int(np.argmax(np.cumsum(above[::-1])[::-1]))


def _likely_break(values: FloatArray, least_noise: float) -> ChangePoint:
    """The likeliest break of a broken stick in `values`, shape (m,), and between which the likely ones lie.

    By the posterior over shapes and breaks, with normal noise of unknown variance and every break as likely
    beforehand. Values around the best fit that follow each other count as the fewer that they are worth.
    Source: Smith 1975, "A Bayesian approach to inference about a change-point in a sequence of random
    variables", Biometrika 62.
    """
    left, rest = _breaks(values)
    left = np.maximum(left + len(values) * least_noise**2, np.finfo(np.float64).tiny)
    likelihood = (left / left.min()) ** (-0.5 * effective_count(rest))
    prior: FloatArray = SIMPLER ** -np.arange(len(SHAPES), dtype=np.float64)
    posterior: FloatArray = prior @ likelihood
    mass, index = np.cumsum(posterior), int(np.argmax(posterior))
    ends = np.array([0.5 * UNLIKELY, 1.0 - 0.5 * UNLIKELY]) * float(mass[-1])
    low, high = np.searchsorted(mass, ends).tolist()
    return ChangePoint(index, max(0, min(low, index) - 1), max(high, index))


def _breaks(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What squares each of `SHAPES` leaves of `values`, shape (m,), at each break, and the best fit's rest.

    Shapes (shapes, m) and (m,). What would fall is no rise, and explains nothing.
    """
    m = len(values)
    centred = values - values.mean()
    index = np.arange(m)
    since = np.clip(index[None, :] - index[:, None] + 1, 0, None) / m
    left: list[FloatArray] = []
    rests: list[FloatArray] = []
    for power in SHAPES:
        shape = since**power if power else (since > 0.0).astype(np.float64)
        shape -= shape.mean(axis=1, keepdims=True)
        size = np.maximum(np.sum(shape * shape, axis=1), np.finfo(np.float64).eps)
        rise = np.maximum(shape @ centred, 0.0) / size
        left.append(np.maximum(float(centred @ centred) - rise * rise * size, 0.0))
        best = int(np.argmin(left[-1]))
        rests.append(centred - rise[best] * shape[best])
    return np.stack(left), min(rests, key=lambda one: float(one @ one))


def upward_swings(levels: FloatArray, least: float) -> int:
    """Count the rises of at least `least`, positive, in `levels`, shape (n,), each after a fall as high.

    A rise that goes on at the end counts, and so does one that begins the curve.
    """
    rises, rising = 0, False
    lowest = highest = float(levels[0]) if len(levels) else 0.0
    for level in levels.tolist():
        lowest, highest = min(lowest, level), max(highest, level)
        if not rising and level - lowest >= least:
            rises, rising, highest = rises + 1, True, level
        elif rising and highest - level >= least:
            rising, lowest = False, level
    return rises


@dataclass(frozen=True, slots=True, eq=False)
class Shifts:
    """The step between the `width` values before each index and those from it on; arrays of shape (n,).

    `heights` are the steps, `z` these in standard errors, `bends` how far the change of the slope moves
    the values over `width`. All are 0 where there are fewer than `width` values on a side.
    """

    heights: FloatArray
    z: FloatArray
    bends: FloatArray
    width: int


def shifts(values: FloatArray, width: int) -> Shifts:
    """Fit a line to the `width` >= 4 values on either side of each index of `values`, shape (n,).

    The step is between the two lines, both with the mean slope, so that a straight or evenly bent curve
    has none. Its error comes from the residuals, and is not less than the usual step anywhere: a curve
    that wanders steps everywhere.
    """
    n = len(values)
    heights, z, bends = np.zeros(n), np.zeros(n), np.zeros(n)
    if n < 2 * width:
        return Shifts(heights, z, bends, width)
    x = np.arange(width) - 0.5 * (width - 1)
    size = float(x @ x)
    windows = np.lib.stride_tricks.sliding_window_view(values, width)
    means = windows.mean(axis=1)
    slopes = windows @ x / size
    rest = np.maximum(np.sum((windows - means[:, None]) ** 2, axis=1) - slopes**2 * size, 0.0)
    before, after = slice(0, n - 2 * width + 1), slice(width, n - width + 1)
    inner = slice(width, n - width + 1)
    heights[inner] = means[after] - means[before] - 0.5 * (slopes[after] + slopes[before]) * width
    bends[inner] = (slopes[after] - slopes[before]) * width
    variance = (rest[before] + rest[after]) / (2 * width - 4)
    error = np.sqrt(variance * (2.0 / width + 0.5 * width * width / size))
    usual = median_deviation(heights[inner])
    z[inner] = heights[inner] / np.maximum(np.hypot(error, usual), np.finfo(np.float64).tiny)
    return Shifts(heights, z, bends, width)

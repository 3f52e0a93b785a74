"""The scale of the noise in a curve, estimated from the curve itself."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.medians import median

GAUSSIAN_MAD = 1.4826  # standard deviation of a normal over its median absolute deviation
SIZE_TO_SIGMA = math.sqrt(math.pi / 2.0 / 6.0)  # for the second differences of normal noise
SIGMA_ERROR = 1.5  # standard error of the logarithm of a `noise_sigma` of n normal values, times sqrt(n)
# The error of the logarithm of a `mean_scatter` of n values times the square root of n: 1.05 for normal
# values, this for those with tails such as evaluations have.
SCATTER_ERROR = 1.3
# How many times that the error is of a `scatter_of_means`, n the means that lie side by side: 0.65 where the
# values are independent, up to 0.8 where they follow each other.
SHIFTED_ERROR = 0.8
SHIFTS = 4  # in the length of a window: more tell nothing new
MOST_TIMES = 1e6  # a log keeps six digits of a number: beyond so many times a scale it says no more
# Second differences looked at: their median deviation is then within 1 %, whatever the length of the run.
MOST_DIFFERENCES = 100_000


def median_deviation(values: FloatArray) -> float:
    """Standard deviation of `values`, shape (n,), from their median absolute deviation; 0.0 if empty.

    Values must be finite.
    """
    if not len(values):
        return 0.0
    return float(GAUSSIAN_MAD * median(np.abs(values - median(values))))


def noise_sigma(values: FloatArray) -> float:
    """Standard deviation of the noise around a smooth trend, values of shape (n,), all finite.

    From second differences, which a straight trend does not reach: for white noise of variance s^2
    they have variance 6 s^2. The median keeps steps and spikes out. 0.0 below four values.
    """
    return median_deviation(_second_differences(values)) / math.sqrt(6.0)


def noise_with_ties(values: FloatArray) -> float:
    """`noise_sigma`, or what single values leave of it where more than half of the differences are equal.

    A loss that is mostly exactly 0 and a log rounded to few digits have no median deviation, and scatter
    all the same: then it is the root of the mean square. 0.0 only where no value leaves a straight line.
    """
    second = _second_differences(values)
    sigma = median_deviation(second)
    if sigma == 0.0 and len(second):
        largest = float(np.abs(second).max())
        sigma = largest * math.sqrt(float(np.mean((second / largest) ** 2))) if largest > 0.0 else 0.0
    return sigma / math.sqrt(6.0)


def noise_between_spikes(values: FloatArray, noise: float) -> float:
    """`noise`, that of `noise_with_ties`, or what the first differences make of it where less, but not 0.

    A spike at every fifth value is in three of five second differences, and in two of five first ones.
    """
    stride = max(1, len(values) // MOST_DIFFERENCES)
    with np.errstate(over="ignore", invalid="ignore"):
        first = values[1::stride] - values[:-1:stride]
    between = median_deviation(first[np.isfinite(first)]) / math.sqrt(2.0)
    return min(noise, between) if between > 0.0 else noise


def mean_scatter(values: FloatArray) -> float:
    """The deviation of single `values`, shape (n,), around a straight trend; 0.0 below three.

    From the mean size of the second differences: not their median, because one wild evaluation in five
    misleads as much, nor their squares, because a single one does not.
    """
    second = np.diff(values, 2)
    return float(np.mean(np.abs(second))) * SIZE_TO_SIGMA if len(second) else 0.0


def scatter_of_means(values: FloatArray, count: int) -> float:
    """The `mean_scatter` of means over `count` of `values`, shape (n,), each, count >= 1; 0.0 below three.

    Means side by side in windows that begin at `SHIFTS` places, so that it does not rest on one of them.
    Source: Hansen and Hodrick 1980, "Forward exchange rates as optimal predictors of future spot rates",
    Journal of Political Economy 88, on what windows that overlap tell beyond those side by side.
    """
    second = [np.zeros(0)]
    for shift in range(min(count, SHIFTS)):
        begin = shift * count // min(count, SHIFTS)
        end = begin + (len(values) - begin) // count * count
        second.append(np.diff(values[begin:end].reshape(-1, count).mean(axis=1), 2))
    sizes = np.abs(np.concatenate(second))
    return float(np.mean(sizes)) * SIZE_TO_SIGMA if len(sizes) else 0.0


def times_of(size: float, scale: float) -> float:
    """How many times `scale`, not negative, `size` is; 0.0 for no size, and at most `MOST_TIMES` either way.

    A scale of 0 is that of a log which is rounded or at its bound, and no proof of anything beyond.
    """
    return (
        size / scale if abs(size) < MOST_TIMES * scale else math.copysign(MOST_TIMES, size) if size else 0.0
    )


def most_beyond(z: float) -> float:
    """The probability at most of a value `z` deviations or more above the mean, of any law with one mode.

    Source: the one-sided inequality of Vysochanskij and Petunin 1985, Theory of Probability and Mathematical
    Statistics 32.
    """
    return 4.0 / (9.0 * (1.0 + z * z)) if z * z >= 5.0 / 3.0 and z > 0.0 else 1.0


def _second_differences(values: FloatArray) -> FloatArray:
    """The finite second differences of `values`, shape (n,), some of a long array; none below four values."""
    if len(values) < 4:
        return values[:0]
    stride = max(1, len(values) // MOST_DIFFERENCES)
    with np.errstate(over="ignore", invalid="ignore"):
        second: FloatArray = values[2::stride] - 2.0 * values[1:-1:stride] + values[:-2:stride]
    return second[np.isfinite(second)]

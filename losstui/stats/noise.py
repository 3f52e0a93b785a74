"""The scale of the noise in a curve, estimated from the curve itself."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from losstui.stats.medians import median

FloatArray = NDArray[np.float64]

GAUSSIAN_MAD = 1.4826  # standard deviation of a normal over its median absolute deviation
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
    if len(values) < 4:
        return 0.0
    stride = max(1, len(values) // MOST_DIFFERENCES)
    with np.errstate(over="ignore", invalid="ignore"):
        second = values[2::stride] - 2.0 * values[1:-1:stride] + values[:-2:stride]
    return median_deviation(second[np.isfinite(second)]) / math.sqrt(6.0)

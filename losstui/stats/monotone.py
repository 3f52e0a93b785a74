"""The course that never turns back and is nearest to a curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def rising(values: FloatArray) -> FloatArray:
    """The never falling course nearest to `values`, finite, by squares; shape (n,) in and out.

    In linear time. Source: the pool-adjacent-violators algorithm of Ayer et al. 1955, Annals of Mathematical
    Statistics 26.
    """
    means: list[float] = []
    counts: list[int] = []
    for value in values.tolist():
        mean, count = value, 1
        while means and means[-1] >= mean:
            total = count + counts[-1]
            mean += (means.pop() - mean) * (counts.pop() / total)
            count = total
        means.append(mean)
        counts.append(count)
    return np.repeat(means, counts) if means else values


def falling(values: FloatArray) -> FloatArray:
    """The never rising one, as `rising` does it."""
    return -rising(-values)

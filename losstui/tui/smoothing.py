"""Exponential moving averages for the eye; no finding rests on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SHARES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)  # of the points of a curve that are averaged; 0 is off
DEFAULT_SHARE = 3  # index in SHARES


def weight_of(points: int, share: float) -> float:
    """The weight of the past that averages over `share` of a curve's points; 0 where that is one point.

    A share, not a weight, is what is chosen: the picture then does not depend on how often was logged.
    """
    span = points * share
    return max(0.0, 1.0 - 2.0 / (span + 1.0))


def ema(values: FloatArray, weight: float) -> FloatArray:
    """The debiased exponential moving average of `values`, shape (n,), all finite; same shape.

    y[k] = (sum of weight**i * x[k - i]) / (sum of weight**i), i from 0 to k: the start is the first
    value, not zero. Exact, and linear in n: blocks advance side by side, then take over from each other.
    """
    n = len(values)
    if n == 0 or weight <= 0.0:
        return values.copy()
    scale = float(np.abs(values).max()) or 1.0  # sums of the largest numbers there are would overflow
    length = max(1, int(np.sqrt(n)))
    blocks = -(-n // length)
    padded = np.zeros(blocks * length)
    padded[:n] = values / scale
    sums = np.ascontiguousarray(padded.reshape(blocks, length).T)
    for i in range(1, length):
        sums[i] += weight * sums[i - 1]
    carried = np.zeros(blocks)
    decay = weight**length
    for block in range(1, blocks):
        carried[block] = sums[-1, block - 1] + decay * carried[block - 1]
    sums += np.outer(weight ** np.arange(1, length + 1), carried)
    total = sums.T.reshape(-1)[:n]
    past = -np.expm1(np.arange(1, n + 1) * np.log(weight)) / (1.0 - weight)
    smooth: FloatArray = total / past * scale
    return smooth

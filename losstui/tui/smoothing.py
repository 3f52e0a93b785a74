"""Exponential moving averages for the eye; no finding rests on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SHARES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)  # of the points of a curve that are averaged; 0 is off
DEFAULT_SHARE = 3  # index in SHARES
ROW = 16  # values that are summed at once: more would multiply more often, fewer leave more rows to join
# Rows multiplied at once: few enough to stay in the nearest cache, and to keep BLAS from waking threads.
ROWS_AT_ONCE = 512
LARGEST_SUMMED = 1e290  # what is larger is scaled: a sum of many would overflow


def weight_of(points: int, share: float) -> float:
    """The weight of the past that averages over `share` of a curve's points; 0 where that is one point.

    A share, not a weight, is what is chosen: the picture then does not depend on how often was logged.
    """
    span = points * share
    return max(0.0, 1.0 - 2.0 / (span + 1.0))


def ema(values: FloatArray, weight: float) -> FloatArray:
    """The debiased exponential moving average of `values`, shape (n,), all finite; same shape.

    y[k] = (sum of weight**i * x[k - i]) / (sum of weight**i), i from 0 to k: the start is the first
    value, not zero. Exact, and linear in n.
    """
    if not len(values) or weight <= 0.0:
        return values.copy()
    largest = max(float(values.max()), -float(values.min()))
    scale = largest if largest > LARGEST_SUMMED else 1.0
    smooth = _sums(values if scale == 1.0 else values / scale, weight)
    _divide_by_counts(smooth, weight)
    if scale != 1.0:
        smooth *= scale
    return smooth


def _sums(values: FloatArray, weight: float) -> FloatArray:
    """The sum of weight**i * x[k - i], i from 0 to k; shape (n,).

    Each row of values is multiplied by a triangle of weights; what the rows before it add to its start
    is the same sum over the ends of the rows.
    """
    n = len(values)
    rows = n // ROW
    sums = np.empty(n)
    ages = np.arange(ROW)
    triangle = np.triu(weight ** np.maximum(0, ages - ages[:, None]))
    table, whole = values[: rows * ROW].reshape(rows, ROW), sums[: rows * ROW].reshape(rows, ROW)
    parts = [slice(first, min(first + ROWS_AT_ONCE, rows)) for first in range(0, rows, ROWS_AT_ONCE)]
    carried = np.empty(rows)
    for part in parts:
        np.matmul(table[part], triangle[:, -1], out=carried[part])
    if rows > 1:
        carried = _sums(carried, weight**ROW)
    started = np.empty((ROWS_AT_ONCE, ROW))
    for part in parts:
        own = started[: part.stop - part.start]
        own[:] = table[part]
        own[part.start == 0 :, 0] += weight * carried[max(0, part.start - 1) : part.stop - 1]
        np.matmul(own, triangle, out=whole[part])
    for k in range(rows * ROW, n):
        sums[k] = values[k] + (weight * sums[k - 1] if k else 0.0)
    return sums


def _divide_by_counts(sums: FloatArray, weight: float) -> None:
    """Divide by how many values each is a sum of: the same sums of ones, counted on part by part."""
    part = ROW * ROWS_AT_ONCE
    first = _sums(np.ones(min(part, len(sums))), weight)
    before = 0.0
    for start in range(0, len(sums), part):
        counted = sums[start : start + part]
        counts = before + weight**start * first[: len(counted)]
        counted /= counts
        before = float(counts[-1])

"""Medians of short arrays, several times faster than `np.median`, which looks for NaN and axes first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SHORT = 64  # values: up to here sorting a row is faster than partitioning it


def median(values: FloatArray) -> float:
    """The median of `values`, shape (n,), n >= 1, all finite."""
    half = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, half)[half])
    ordered = np.partition(values, (half - 1, half))
    return 0.5 * float(ordered[half - 1]) + 0.5 * float(ordered[half])


def row_medians(rows: FloatArray) -> FloatArray:
    """The median of each row, shape (n, m), m >= 1, all finite; shape (n,)."""
    half = rows.shape[1] // 2
    middle = (half - 1, half) if half else (0,)
    ordered = np.sort(rows, axis=1) if rows.shape[1] <= SHORT else np.partition(rows, middle, axis=1)
    if rows.shape[1] % 2:
        return ordered[:, half]
    return 0.5 * ordered[:, half - 1] + 0.5 * ordered[:, half]

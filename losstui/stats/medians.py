"""Medians and largest values, several times faster than `np.median` and partitioning a long array are."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray

STRETCH = 32  # values: of each stretch the largest is looked at first
SHORT = 64  # values: up to here sorting a row is faster than partitioning it
FEW = 256  # values: up to here sorting all of them is faster than partitioning them at two places
LONG = 8192  # values: from here on a sample says first which of them are near the middle
SAMPLE_STEP = 32  # values: one of so many is in that sample
SURE = 2.0  # square roots of the sample each way: four standard errors of the rank of its median


def median(values: FloatArray) -> float:
    """The median of `values`, shape (n,), n >= 1, all finite.

    Of many only those between two values of a sample are put in order, once it is known how many lie below.
    Source: Floyd and Rivest 1975, Communications of the ACM 18.
    """
    half = len(values) // 2
    first = half - 1 + len(values) % 2
    if len(values) >= LONG:
        low, high = _around_middle(values[::SAMPLE_STEP])
        below = int(np.count_nonzero(values < low))
        near = values[(values >= low) & (values <= high)]
        if below <= first and half < below + len(near):
            values, first, half = near, first - below, half - below
    ordered = values.copy()  # in place: for so few values what numpy does around it takes longer
    if len(ordered) <= FEW:
        ordered.sort()
    else:
        ordered.partition(half if first == half else (first, half))
    if first == half:
        return float(ordered[half])
    return 0.5 * float(ordered[first]) + 0.5 * float(ordered[half])


def _around_middle(sample: FloatArray) -> tuple[float, float]:
    """Two of `sample`, shape (n,), between which the median of all almost surely lies."""
    half, apart = len(sample) // 2, math.ceil(SURE * math.sqrt(len(sample)))
    ordered = np.partition(sample, (half - apart, half + apart))
    return float(ordered[half - apart]), float(ordered[half + apart])


def row_medians(rows: FloatArray) -> FloatArray:
    """The median of each row, shape (n, m), m >= 1, all finite; shape (n,)."""
    half = rows.shape[1] // 2
    middle = (half - 1, half) if half else (0,)
    ordered = np.sort(rows, axis=1) if rows.shape[1] <= SHORT else np.partition(rows, middle, axis=1)
    if rows.shape[1] % 2:
        return ordered[:, half]
    return 0.5 * ordered[:, half - 1] + 0.5 * ordered[:, half]


def largest(values: FloatArray, count: int) -> FloatArray:
    """The `count` largest of `values`, shape (n,), all of them if they are fewer; in no order.

    As many stretches have a value of the lowest of their largest or more: only what is no less can be among
    the largest of all.
    """
    n = len(values)
    if count >= n:
        return values
    whole = n // STRETCH
    if 2 * count <= whole:
        tops = values[: whole * STRETCH].reshape(whole, STRETCH).max(axis=1)
        values = values[values >= np.partition(tops, whole - count)[whole - count]]
    return np.partition(values, len(values) - count)[len(values) - count :]

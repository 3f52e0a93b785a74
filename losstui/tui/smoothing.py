"""Exponential moving averages for the eye; no finding rests on them."""

from __future__ import annotations

from collections.abc import Generator
from typing import cast

import numpy as np

from losstui.frame import FloatArray

SHARES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)  # of the points of a curve that are averaged; 0 is off
DEFAULT_SHARE = 3  # index in SHARES
ROW = 16  # values that are summed at once: more would multiply more often, fewer leave more rows to join
# Rows multiplied at once: few enough to stay in the nearest cache, and to keep BLAS from waking threads.
ROWS_AT_ONCE = 512


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
    made = ema_in_parts(values, weight)
    while True:
        try:
            next(made)
        except StopIteration as end:
            return cast("FloatArray", end.value)


def ema_in_parts(values: FloatArray, weight: float) -> Generator[None, None, FloatArray]:
    """Make the same a short time at a time, and return it at the end."""
    if not len(values) or weight <= 0.0:
        return values.copy()
    smooth = yield from _sums(values, weight, averaged=True)
    lowest, highest = float(values.min()), float(values.max())
    if not np.isfinite(smooth[-1]):
        # A sum of the largest numbers there are overflows, and stays infinite.
        scale = max(-lowest, highest)
        smooth = (yield from _sums(values / scale, weight, averaged=True)) * scale
    # An average beyond them is one of rounding, which fills the chart where all values are equal.
    return np.clip(smooth, lowest, highest, out=smooth)


def _sums(values: FloatArray, weight: float, *, averaged: bool = False) -> Generator[None, None, FloatArray]:
    """The sum of weight**i * x[k - i], i from 0 to k, or over that of the weights alone; shape (n,).

    Each row of values is multiplied by a triangle of weights; what the rows before it add to its start
    is the same sum over the ends of the rows.
    """
    rows = -(-len(values) // ROW)
    ages = np.arange(ROW)
    triangle = np.triu(weight ** np.maximum(0, ages - ages[:, None]))
    table = np.zeros((min(rows, ROWS_AT_ONCE), ROW))
    parts = np.split(values, range(table.size, len(values), table.size))
    ends = np.empty((len(parts), len(table)))
    for part, part_ends in zip(parts, ends, strict=True):
        table.reshape(-1)[: len(part)] = part
        _multiply(table, triangle[:, -1], part_ends)
        yield
    carried = np.zeros(ends.size + 1)
    if rows > 1:
        carried[1 : rows + 1] = weight * (yield from _sums(ends.reshape(-1)[:rows], weight**ROW))
    counts = (yield from _sums(np.ones(table.size), weight)) if averaged else np.empty(0)
    counted = 0.0
    summed, sums = np.empty(table.shape), np.empty(len(values))
    for index, part in enumerate(parts):
        table.reshape(-1)[: len(part)] = part
        table[:, 0] += carried[index * len(table) :][: len(table)]
        _multiply(table, triangle, summed)
        own = sums[index * table.size :][: len(part)]
        own[:] = summed.reshape(-1)[: len(part)]
        if averaged:
            part_counts = counted + weight ** (index * table.size) * counts[: len(part)]
            own /= part_counts
            counted = float(part_counts[-1])
        yield
    return sums


def _multiply(table: FloatArray, weights: FloatArray, product: FloatArray) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        np.matmul(table, weights, out=product)

"""Isotonic regression: the curve nearest to a given one that never falls, or never rises."""

from __future__ import annotations

import numpy as np

from losstui.frame import FloatArray, IntArray

SHORT = 256  # levels: so few are pooled one by one as fast as all at once
MOST_KEPT = 0.75  # of the levels: where a round pools fewer of them, the next would hardly pay


def isotonic_rise(values: FloatArray) -> FloatArray:
    """The least-squares fit to `values`, finite, that never falls; shape (n,) in and out.

    It takes linear time. Neighbours that fall may be pooled in any order, so most are pooled at once.
    Source: the pool-adjacent-violators algorithm of Ayer et al. 1955, Annals of Mathematical Statistics 26.
    """
    levels, sizes = _pooled_at_once(values)
    means: list[float] = []
    counts: list[int] = []
    for value, size in zip(levels.tolist(), sizes.tolist(), strict=True):
        mean, count = value, size
        while means and means[-1] >= mean:
            total = count + counts[-1]
            mean += (means.pop() - mean) * (counts.pop() / total)
            count = total
        means.append(mean)
        counts.append(count)
    return np.repeat(means, counts) if means else values


def _pooled_at_once(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Levels, and how many `values` are in each, after rounds that pool all neighbours that fall."""
    levels, sizes = values, np.ones(len(values), dtype=np.int64)
    while len(levels) > SHORT:
        first = np.flatnonzero(np.append(True, levels[1:] > levels[:-1]))
        if len(first) > MOST_KEPT * len(levels):
            break
        together = np.add.reduceat(sizes, first)
        levels, sizes = np.add.reduceat(levels * sizes, first) / together, together
    return levels, sizes


def isotonic_fall(values: FloatArray) -> FloatArray:
    """The least-squares fit that never rises, as `isotonic_rise` makes the one that never falls."""
    return -isotonic_rise(-values)

"""The lowest and highest of any stretches of many values, without a look at each of them again."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from losstui.frame import FloatArray, IntArray

# Values a block: as many are looked at for each end of a stretch, and one in as many is kept beside them.
BLOCK = 128


class Within(NamedTuple):
    """The lowest and highest value between two fences, and how many are above and below them."""

    low: float
    high: float
    above: int
    below: int


class Extremes:
    """Of `values`, shape (n,), all finite; they must not change."""

    def __init__(self, values: FloatArray) -> None:
        self.values = values

    @cached_property
    def _blocks(self) -> tuple[FloatArray, FloatArray]:
        """The lowest and highest of each whole block, shape (n // BLOCK,)."""
        whole = len(self.values) // BLOCK * BLOCK
        begins = np.arange(0, whole, BLOCK)
        values = self.values[:whole]
        return np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)

    def of(self, bounds: IntArray) -> tuple[FloatArray, FloatArray]:
        """The lowest and highest of each `values[bounds[i]:bounds[i + 1]]`, shape (k,); NaN of nothing.

        `bounds`, shape (k + 1,), never fall.
        """
        low, high = np.full(len(bounds) - 1, np.nan), np.full(len(bounds) - 1, np.nan)
        filled = np.flatnonzero(np.diff(bounds) > 0)
        if len(filled):
            begins = bounds[filled]
            ends = np.append(begins[1:], bounds[-1])
            if ends[-1] - begins[0] > 2 * BLOCK * len(filled):
                low[filled], high[filled] = self._of_long(begins, ends)
            else:
                seen = self.values[: ends[-1]]
                low[filled], high[filled] = (
                    np.minimum.reduceat(seen, begins),
                    np.maximum.reduceat(seen, begins),
                )
        return low, high

    def _of_long(self, begins: IntArray, ends: IntArray) -> tuple[FloatArray, FloatArray]:
        """As `of`, for stretches that are not empty: whole blocks, and the values before and after them."""
        first, last = -(-begins // BLOCK), ends // BLOCK
        head_ends = np.minimum(first * BLOCK, ends)
        tail_begins = np.maximum(last * BLOCK, head_ends)
        at = _spans(np.stack([begins, tail_begins], 1), np.stack([head_ends, ends], 1))
        edges = self.values[at]
        counts = head_ends - begins + ends - tail_begins
        low = _reduced(np.minimum, edges, counts, np.inf)
        high = _reduced(np.maximum, edges, counts, -np.inf)
        whole = np.maximum(last - first, 0)
        inner = _spans(first, first + whole)
        lowest, highest = self._blocks
        low = np.minimum(low, _reduced(np.minimum, lowest[inner], whole, np.inf))
        high = np.maximum(high, _reduced(np.maximum, highest[inner], whole, -np.inf))
        return low, high

    def within(self, first: int, last: int, low: float, high: float) -> Within:
        """What lies between the fences `low` and `high`, inclusive, of `values[first:last]`."""
        begin = -(-first // BLOCK)
        end = max(begin, last // BLOCK)
        lowest, highest = (one[begin:end] for one in self._blocks)
        inside = (lowest >= low) & (highest <= high)
        blocks = self.values[begin * BLOCK : end * BLOCK].reshape(-1, BLOCK)
        parts = [
            self.values[first : min(begin * BLOCK, last)],
            blocks[~inside].ravel(),
            self.values[end * BLOCK : last],
        ]
        looked_at = np.concatenate(parts)
        above, below = looked_at > high, looked_at < low
        both = np.concatenate([looked_at[~(above | below)], lowest[inside], highest[inside]])
        return Within(
            float(both.min(initial=np.inf)),
            float(both.max(initial=-np.inf)),
            int(np.count_nonzero(above)),
            int(np.count_nonzero(below)),
        )


def _spans(begins: IntArray, ends: IntArray) -> IntArray:
    """All indices from each begin to before its end, one span after the other."""
    begins, counts = begins.ravel(), (ends - begins).ravel()
    offsets = np.cumsum(counts) - counts
    indices: IntArray = np.repeat(begins - offsets, counts) + np.arange(int(counts.sum()))
    return indices


def _reduced(extreme: np.ufunc, values: FloatArray, counts: IntArray, nothing: float) -> FloatArray:
    """The extreme of each `counts[i]` values, one after the other; `nothing` where there is none."""
    reduced = np.full(len(counts), nothing)
    some = np.flatnonzero(counts)
    if len(some):
        reduced[some] = extreme.reduceat(values, (np.cumsum(counts) - counts)[some])
    return reduced

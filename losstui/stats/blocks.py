"""A curve as a few hundred block medians: what the trend statistics run on, whatever its length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.stats.medians import median, row_medians


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Consecutive blocks of a curve, arrays of shape (k,).

    `first` and `last` are indices into the curve (inclusive), `medians` the level of each block,
    `lowest` and `highest` its extremes.
    """

    first: IntArray
    last: IntArray
    medians: FloatArray
    lowest: FloatArray
    highest: FloatArray

    def __len__(self) -> int:
        return len(self.first)

    @property
    def size(self) -> int:
        """How many values a whole block has."""
        return int(self.last[0] - self.first[0] + 1) if len(self.first) else 0


@np.errstate(over="ignore")  # the mean of two values in the middle, near the end of the range
def block_medians(values: FloatArray, most: int) -> Blocks:
    """Cut `values`, shape (n,), all finite, into at most `most` blocks of equal size, the last shorter.

    Below `most` values each block is one value.
    """
    n = len(values)
    size = max(1, -(-n // most))
    whole = n // size
    first = np.arange(0, n, size, dtype=np.int64)
    last = np.minimum(first + size, n) - 1
    body = values[: whole * size].reshape(whole, size)
    medians, lowest, highest = row_medians(body), body.min(axis=1), body.max(axis=1)
    if whole < len(first):
        rest = values[whole * size :]
        medians = np.append(medians, median(rest))
        lowest, highest = np.append(lowest, rest.min()), np.append(highest, rest.max())
    return Blocks(first, last, medians, lowest, highest)


@np.errstate(over="ignore")
def running_median(values: FloatArray, window: int) -> FloatArray:
    """The median of the `window` values around each value; shape (n,) in and out, all finite.

    The window shrinks at both ends, so the first value is the median of half a window.
    """
    n = len(values)
    half = min(window // 2, (n - 1) // 2)
    if half < 1:
        return values.copy()
    smooth = np.empty(n)
    smooth[half : n - half] = row_medians(np.lib.stride_tricks.sliding_window_view(values, 2 * half + 1))
    for i in range(half):
        smooth[i] = median(values[: i + half + 1])
        smooth[n - 1 - i] = median(values[n - 1 - i - half :])
    return smooth

"""Where things of one kind stand in a period that comes again and again, and how to take them from there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from losstui.frame import IntArray


class Fields:
    """Places of a period where things of one kind stand; `chosen` are the numbers of these things."""

    def __init__(self, chosen: ArrayLike, places: ArrayLike) -> None:
        self.chosen: NDArray[np.intp] = np.array(chosen, np.intp)
        self._places: IntArray = np.array(places, np.int64)

    def take(
        self, buffer: NDArray[np.uint8], at: int, size: int, width: int, count: int
    ) -> NDArray[np.unsignedinteger[Any]]:
        """Return the `width` bytes at each place of so many periods of `size` bytes: (places, count).

        The buffer goes on for at least `width` - 1 bytes behind them.
        """
        if count == 1:  # numpy takes from one dimension in a third of the time
            return np.ndarray((size,), f"<u{width}", buffer, at, (1,))[self._places][:, None]
        return periods(buffer, at, size, count, f"<u{width}")[self._places]


def periods(buffer: NDArray[np.uint8], at: int, size: int, count: int, kind: str) -> NDArray[Any]:
    """Return what numbers of that kind stand at each byte of so many periods: a view, shape (size, count)."""
    return np.ndarray((size, count), kind, buffer, at, (1, size))

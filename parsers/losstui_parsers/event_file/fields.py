"""Where things of one kind stand in a period that comes again and again, and how to take them from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from losstui.frame import IntArray

_Bytes = NDArray[np.uint8]
_Raw = NDArray[np.unsignedinteger[Any]]

_FEW_NUMBERS = 500  # so many are as quickly picked one by one as by a view with strides


class Fields:
    """Places of a period where things of one kind stand; `chosen` are the numbers of these things."""

    def __init__(self, chosen: Sequence[int], places: Sequence[int]) -> None:
        self.chosen: NDArray[np.intp] = np.array(chosen, np.intp)
        self._places: IntArray = np.array(places, np.int64)
        self.evenly = evenly_spaced(places)

    def take(self, buffer: _Bytes, at: int, size: int, width: int, count: int) -> _Raw:
        """Return the `width` bytes at each place of so many periods of `size` bytes: (places, count)."""
        kind = f"<u{width}"
        if count * len(self._places) < _FEW_NUMBERS * len(self.evenly):
            periods = np.arange(at, at + count * size, size)
            few: _Raw = np.ndarray((len(buffer) - width + 1,), kind, buffer, 0, (1,))[
                np.add.outer(self._places, periods)
            ]
            return few
        raw = np.empty((len(self._places), count), kind)
        for start, stop, first, distance in self.evenly:
            view = np.ndarray((stop - start, count), kind, buffer, at + first, (distance, size))
            raw[start:stop] = view.copy()
        return raw


def evenly_spaced(places: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Part the places into (start, stop, first place, distance) with one distance between neighbours."""
    parts: list[tuple[int, int, int, int]] = []
    start = 0
    while start < len(places):
        stop = start + 1
        distance = places[stop] - places[start] if stop < len(places) else 0
        while stop < len(places) and places[stop] - places[stop - 1] == distance:
            stop += 1
        parts.append((start, stop, places[start], distance))
        start = stop
    return parts

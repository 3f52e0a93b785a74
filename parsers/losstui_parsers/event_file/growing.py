"""The columns of one growing file: what is appended costs what it is long, not what is there already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.event_file.columns import TagColumns

_LEAST_ROOM = 64  # values


class GrowingColumns:
    """The scalars of one tag, with room behind them. Views handed out stay as they are."""

    def __init__(self, columns: TagColumns) -> None:
        self._count = len(columns.steps)
        self._steps = columns.steps
        self._values = columns.values
        self._wall_times = columns.wall_times
        self._positions = columns.positions

    def append(
        self,
        steps: Sequence[int] | IntArray,
        values: Sequence[float] | FloatArray,
        wall_times: Sequence[float] | FloatArray,
        positions: Sequence[int] | IntArray,
    ) -> None:
        """Put values behind those there are; all of shape (n,), in the order of the file."""
        end = self._count + len(steps)
        if end > len(self._steps):
            self._make_room(end)
        self._steps[self._count : end] = steps
        self._values[self._count : end] = values
        self._wall_times[self._count : end] = wall_times
        if self._positions is not None:
            self._positions[self._count : end] = positions
        self._count = end

    @property
    def last_step(self) -> int:
        """The step of the last value."""
        return int(self._steps[self._count - 1])

    def columns(self) -> TagColumns:
        """Return views of the columns as they are now."""
        count = self._count
        positions = None if self._positions is None else self._positions[:count]
        return TagColumns(self._steps[:count], self._values[:count], self._wall_times[:count], positions)

    def _make_room(self, least: int) -> None:
        room = max(_LEAST_ROOM, least, 2 * len(self._steps))
        self._steps = _widened(self._steps, self._count, room)
        self._values = _widened(self._values, self._count, room)
        self._wall_times = _widened(self._wall_times, self._count, room)
        if self._positions is not None:
            self._positions = _widened(self._positions, self._count, room)


def no_columns(*, with_positions: bool) -> TagColumns:
    """Return the columns of a tag that has no value yet."""
    positions = np.empty(0, np.int64) if with_positions else None
    return TagColumns(np.empty(0, np.int64), np.empty(0), np.empty(0), positions)


def _widened(column: NDArray[np.generic], count: int, room: int) -> NDArray[np.generic]:
    wide = np.empty(room, column.dtype)
    wide[:count] = column[:count]
    return wide

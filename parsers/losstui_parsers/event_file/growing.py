"""The columns of one growing file: what is appended costs what it is long, not what is there already."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.columns import TagColumns

_LEAST_ROOM = 64  # values

_Number = TypeVar("_Number", np.int64, np.float64)


class GrowingColumns:
    """The scalars of one tag, with room behind them. Views handed out stay as they are.

    `last_step` is the step of the last value, None before the first.
    """

    def __init__(self, columns: TagColumns) -> None:
        self._count = len(columns.steps)
        self._steps = columns.steps
        self._values = columns.values
        self._wall_times = columns.wall_times
        self._positions = columns.positions
        self.last_step = int(columns.steps[-1]) if self._count else None

    def add(self, step: int, value: float, wall_time: float, position: int) -> None:
        """Put one value behind those there are."""
        at = self._count
        if at == len(self._steps):
            self._make_room(at + 1)
        self._steps[at] = step
        self._values[at] = value
        self._wall_times[at] = wall_time
        if self._positions is not None:
            self._positions[at] = position
        self._count = at + 1
        self.last_step = step

    def append(self, added: TagColumns) -> None:
        """Put columns with positions behind those there are."""
        end = self._count + len(added.steps)
        if end > len(self._steps):
            self._make_room(end)
        self._steps[self._count : end] = added.steps
        self._values[self._count : end] = added.values
        self._wall_times[self._count : end] = added.wall_times
        if self._positions is not None and added.positions is not None:
            self._positions[self._count : end] = added.positions
        self._count = end
        self.last_step = int(added.steps[-1])

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


def _widened(column: NDArray[_Number], count: int, room: int) -> NDArray[_Number]:
    wide = np.empty(room, column.dtype)
    wide[:count] = column[:count]
    return wide

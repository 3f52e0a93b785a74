"""The columns that records fill: one a tag, and those of the axes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np

from losstui_parsers.stdout_lines.record import Record
from losstui_parsers.tables import Column

AXES = frozenset(("step", "epoch", "timestamp"))


class Columns:
    """The rows and values of each tag, both of its length, in the order of the rows."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[array[int], array[float]]] = {}

    def __contains__(self, tag: str) -> bool:
        return tag in self._columns

    def tags(self) -> Iterator[str]:
        """The tags so far, those of the axes among them."""
        yield from self._columns

    def take(self, record: Record, row: int, stamp: float) -> None:
        """Add a record as the next row: of a tag named twice the first value, of a stamp that is NaN none.

        One that redraws belongs to the row before, whose values it replaces.
        """
        for tag, value in record.values:
            self._append(tag if tag not in AXES else f"{tag}_logged", row, value, record.redraws)
        if record.step is not None:
            self._append("step", row, record.step)
        if record.epoch is not None:
            self._append("epoch", row, record.epoch)
        if stamp == stamp:
            self._append("timestamp", row, stamp)

    def _append(self, tag: str, row: int, value: float, replaces: bool = False) -> None:
        column = self._columns.get(tag)
        if column is None:
            column = self._columns[tag] = (array("q"), array("d"))
        rows, values = column
        if not rows or rows[-1] != row:
            rows.append(row)
            values.append(value)
        elif replaces:
            values[-1] = value

    def built(self) -> dict[str, Column]:
        """The columns so far."""
        return {
            tag: Column(np.array(rows, np.int64), np.array(values, np.float64))
            for tag, (rows, values) in self._columns.items()
        }

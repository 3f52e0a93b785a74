"""Named numbers on lines that no family reads, such as a validation loss printed below a progress bar."""

from __future__ import annotations

from array import array

import numpy as np

from losstui.frame import IntArray
from losstui_parsers.stdout_lines.columns import AXES, Columns
from losstui_parsers.stdout_lines.key_values import KeyValues
from losstui_parsers.stdout_lines.lines import Clock
from losstui_parsers.stdout_lines.record import Record
from losstui_parsers.tables import Column

PLACES_WANTED = 2  # at which a tag is told: what is told once is the summary at the end
MOST_AT_A_PLACE = 2  # values of a tag: a table with a row for each class tells the same tag again and again


class UnreadLines:
    """Named numbers at a step or an epoch, or below one, which a family may have read.

    Where a record stands among those of the families is kept, so that it can be left out without a trace.
    """

    def __init__(self) -> None:
        self._reader = KeyValues()
        self._clock = Clock()
        self._columns = Columns()
        self._after = array("q")  # for each record, how many rows of the families come before it
        self._places: dict[str, set[tuple[float | None, float | None]]] = {}

    def stand(self, record: Record) -> None:
        """Say what a family has read."""
        self._reader.stand(record)

    def read(self, line: str, rows: int) -> None:
        """Take a line that no family reads, below `rows` that were read by one."""
        if "%|" in line or not any(mark in line for mark in self._reader.marks):
            return
        record = self._reader.read(line)
        if record is None:
            return
        for tag, _ in record.values:
            self._places.setdefault(tag, set()).add((record.epoch, record.step))
        self._columns.take(record, len(self._after), self._clock.read(line))
        self._after.append(rows)

    @property
    def rows(self) -> int:
        """How many records there are."""
        return len(self._after)

    def columns(self, rows: int) -> tuple[IntArray, dict[str, Column]]:
        """Where each of the `rows` of the families comes, with these records between, and their columns."""
        after = np.array(self._after, np.int64)
        own = np.arange(rows, dtype=np.int64)
        between = after + np.arange(len(after), dtype=np.int64)
        names = self._reader.names()
        told = {
            names.get(tag, tag): Column(between[column.rows], column.values)
            for tag, column in self._columns.built().items()
            if tag in AXES or self._is_curve(tag, len(column.rows))
        }
        return own + np.searchsorted(after, own, side="right"), told if told.keys() - AXES else {}

    def _is_curve(self, tag: str, count: int) -> bool:
        places = len(self._places.get(tag, ()))
        return places >= PLACES_WANTED and count <= MOST_AT_A_PLACE * places

"""One column of a table that is read in parts: whether it holds numbers or texts is told from all of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from losstui_parsers.columns import is_label, is_missing
from losstui_parsers.plain_text import shown
from losstui_parsers.tables import Column, Labels, Table, labels_by_row, labels_joined
from losstui_parsers.units import holds_value


class NotGathered(ValueError):
    """The parts of a column differ in kind, and do not hold what is left of the lesser one."""


class GatheredColumn:
    """The numbers of the parts, and what else their cells hold."""

    def __init__(self) -> None:
        self._numbers: list[Column] = []
        self._texts: list[Labels] = []
        self._values = 0
        self._bad = 0  # cells that are neither a number nor missing
        self._first_bad: tuple[int, str] | None = None  # line and cell
        self._all_placed = True  # whether the line of the first of them is known
        self._all_texts = True  # whether the texts of all numbers are known

    def add_numbers(self, column: Column, *, with_texts: bool = False) -> None:
        """Add the numbers of a part; `with_texts` says that its cells are added as texts too."""
        self._numbers.append(column)
        self._values += len(column.rows)
        self._all_texts &= with_texts or not len(column.rows)

    def add_bad(self, count: int, line: int, cell: str) -> None:
        """Count the cells that are no numbers, the first of them `cell` in `line`."""
        self._bad += count
        self._first_bad = self._first_bad or (line, cell)

    def add_texts(self, texts: Mapping[int, str]) -> None:
        """Add all cells of a part by their rows, stripped, as those of a label."""
        self._texts.append(labels_by_row({row: text for row, text in texts.items() if text}))

    def put(self, part: Table, name: str, first_row: int, notes: int) -> None:
        """Add the column `name` of a part that begins at `first_row`, where it has one."""
        if name in part.numbers:
            self.add_numbers(_moved(part.numbers[name], first_row))
        elif name in part.texts:
            labels = part.texts[name]
            self._texts.append(Labels(labels.rows + first_row, labels.codes, labels.names))
            unknown = np.array([is_missing(text) for text in labels.names], bool)
            self._add_unplaced(int(np.count_nonzero(~unknown[labels.codes])))
        else:
            self._add_unplaced(notes)

    def _add_unplaced(self, count: int) -> None:
        self._bad += count
        self._all_placed &= not count

    def finish(self, table: Table, name: str, file: str) -> None:
        """Put the column into the table: its texts, where it has more of them than numbers."""
        if self._bad >= max(1, self._values):
            if is_label(name):
                self._finish_texts(table, name)
            elif self._first_bad and holds_value(name, self._first_bad[1]):
                self._warn(table, name, file, "a column of more texts than numbers is left out")
            return
        if not self._all_placed:
            raise NotGathered(name)
        self._warn(table, name, file, "left out")
        rows = np.concatenate([part.rows for part in self._numbers])
        table.add(name, Column(rows, np.concatenate([part.values for part in self._numbers])))

    def _warn(self, table: Table, name: str, file: str, done: str) -> None:
        """Tell of the cells that are no numbers, if there are any, and what is done about them."""
        if self._first_bad:
            line, cell = self._first_bad
            more = f" (and {self._bad - 1} more)" if self._bad > 1 else ""
            place = f"{file}: line {line}, column {shown(name)}"
            table.warnings.append(f"{place}: {shown(cell)} is no number; {done}{more}")

    def _finish_texts(self, table: Table, name: str) -> None:
        if not self._all_texts:
            raise NotGathered(name)
        known = table.texts.get(name)
        table.texts[name] = labels_joined([*([known] if known else []), *self._texts])


def _moved(column: Column, first_row: int) -> Column:
    return Column(column.rows + first_row, column.values)

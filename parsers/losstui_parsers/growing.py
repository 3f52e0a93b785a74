"""Tables to which rows are appended, as long as these hold the columns that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from losstui.parsing import LoggedRun
from losstui_parsers.cells import filled_up
from losstui_parsers.columns import is_label, is_missing
from losstui_parsers.dialect import Dialect, is_skipped, split_line
from losstui_parsers.json_text import JsonValue, NotJson, as_object, load
from losstui_parsers.rows import TableBuilder
from losstui_parsers.tables import Table, labels_joined
from losstui_parsers.wall_times import clock_of

Finish = Callable[[Table], "list[LoggedRun]"]
_CONTROL = bytes((*range(9), 11, 12, *range(14, 32), 127))
# Quotes may hold line ends; what stands in brackets may be a number printed as an object.
_NOT_PLAIN = b'"([<' + _CONTROL


class GrowingTable:
    """The table of all rows so far."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._added: list[Table] = []

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self._added[-1].rows if self._added else self._table.rows

    def append(self, rows: Iterable[Mapping[str, JsonValue]]) -> bool:
        """Put rows behind those there are; False where one of them makes a column another than it was."""
        builder = TableBuilder()
        builder.rows = self.rows
        for row in rows:
            builder.add(row)
        added = builder.build()
        texts = builder.labels()
        if added.warnings or not all(name in self._table.numbers for name in added.numbers):
            return False
        if not all(self._takes_texts(name) and name not in added.numbers for name in texts):
            return False
        for name in added.texts.keys() & self._table.clocks.keys():
            clock = clock_of(added.texts.pop(name))
            if clock is None or np.isnan(clock.values).any():
                return False
            added.clocks[name] = clock
        self._added.append(added)
        return True

    def _takes_texts(self, name: str) -> bool:
        """Whether texts in that column change nothing but it: it holds some, or is left out as a whole."""
        known = name in self._table.texts or name in self._table.clocks
        return name not in self._table.numbers and (known or not is_label(name))

    def table(self) -> Table:
        """A table of its own of all rows."""
        for added in self._added:
            for name, column in added.numbers.items():
                self._table.add(name, column)
            for name, texts in added.texts.items():
                self._table.texts[name] = labels_joined((self._table.texts[name], texts))
            for name, clock in added.clocks.items():
                self._table.clocks[name] = self._table.clocks[name].then(clock)
            self._table.rows = added.rows
        self._added = []
        known = self._table
        return replace(
            known,
            numbers=dict(known.numbers),
            texts=dict(known.texts),
            clocks=dict(known.clocks),
            hyperparameters=dict(known.hyperparameters),
            warnings=list(known.warnings),
        )


class GrowingCells:
    """A delimited text; `names` are its columns in their order."""

    def __init__(self, table: Table, names: tuple[str, ...], dialect: Dialect, finish: Finish) -> None:
        self._table = GrowingTable(table)
        self._texts = frozenset((*table.texts, *table.clocks))
        self._names = names
        self._dialect = dialect
        self._finish = finish

    def append(self, data: bytes) -> int | None:
        """Take in the whole lines."""
        end = data.rfind(b"\n") + 1
        lines = data[:end]
        if not lines.isascii() or len(lines.translate(None, _NOT_PLAIN)) < end:
            return None
        rows: list[Mapping[str, JsonValue]] = []
        for line in lines.decode("ascii").split("\n")[:-1]:
            line = line.removesuffix("\r")
            if is_skipped(line):
                continue
            row = self._row(line)
            if row is None:
                return None
            rows.append(row)
        return end if self._table.append(rows) else None

    def _row(self, line: str) -> Mapping[str, JsonValue] | None:
        cells = split_line(line, self._dialect.delimiter)
        if "\r" in line or len(cells) > len(self._names):
            return None
        cells = filled_up(cells, self._names)
        row = {name: cell.strip() for name, cell in zip(self._names, cells, strict=True) if cell.strip()}
        # A text that says "none" is one; a row without any number may be a header.
        if any(is_missing(row[name]) for name in self._texts & row.keys()) or not row.keys() - self._texts:
            return None
        return row

    def runs(self) -> list[LoggedRun]:
        """The runs of the table. Raises UnreadableLog."""
        return self._finish(self._table.table())


class GrowingLines:
    """JSON Lines."""

    def __init__(self, table: Table, finish: Finish) -> None:
        self._table = GrowingTable(table)
        self._finish = finish

    def append(self, data: bytes) -> int | None:
        """Take in the whole lines."""
        end = data.rfind(b"\n") + 1
        rows: list[Mapping[str, JsonValue]] = []
        if b"\0" in data:
            return None
        try:
            for line in data[:end].decode("utf-8").split("\n")[:-1]:
                row = as_object(load(line))
                if row is None:
                    return None
                rows.append(row)
        except (UnicodeDecodeError, NotJson):
            return None
        return end if self._table.append(rows) else None

    def runs(self) -> list[LoggedRun]:
        """The runs of the lines. Raises UnreadableLog."""
        return self._finish(self._table.table())

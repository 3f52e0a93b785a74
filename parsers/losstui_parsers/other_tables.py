"""Tables below a log, in the same file, that are no log: what a training came to, a row a class or a fold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from losstui.wording import counted
from losstui_parsers.plain_text import shown

_MOST_TOLD = 5  # tables, each with a warning
_NAME = re.compile(r"[A-Za-z_][\w./@%()-]*")


def is_row_of_names(cells: Sequence[str]) -> bool:
    """Whether the filled cells of a row could be a header: several of one word each."""
    return len(cells) > 1 and all(_NAME.fullmatch(cell) for cell in cells)


@dataclass(slots=True)
class _Table:
    line: int
    header: str
    rows: int = 0


class OtherTables:
    """Those tables, and whether the rows read belong to the last of them.

    The log goes on with the first row that lies farther on its axis than all before: fold 1 does not.
    """

    def __init__(self) -> None:
        self.open = False
        self._tables: list[_Table] = []
        self._farthest = 0.0

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self._tables)

    def begin(self, line: int, names: Sequence[str], farthest: float) -> None:
        """Begin a table below the header `names`; the log has come as far as `farthest` on its axis."""
        self._tables.append(_Table(line, ", ".join(names)))
        self.open, self._farthest = True, farthest

    def take(self, place: float | None) -> bool:
        """Whether a row is of the table that is open; `place` is its number on the axis of the log."""
        self.open = self.open and (place is None or not place > self._farthest)
        if self.open:
            self._tables[-1].rows += 1
        return self.open

    def told(self) -> Iterator[str]:
        """One line for each table that was left out."""
        for table in self._tables[:_MOST_TOLD]:
            line, header = f"line {table.line}", shown(table.header)
            if table.rows:
                yield f"{line}: another table begins, {header}; it and {counted(table.rows, 'row')} left out"
            else:
                yield f"{line}: {header} is no row of numbers; left out"

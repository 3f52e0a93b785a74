"""From the rows of a delimited text to columns of numbers and of texts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.tags import split_of
from losstui.wording import counted
from losstui_parsers.columns import (
    EPOCH_NAMES,
    SPLIT_WORDS,
    STEP_NAMES,
    first_of,
    is_bookkeeping,
    is_label,
    is_missing,
    names_split,
    number,
    unwrap_scalars,
)
from losstui_parsers.dialect import Dialect, split_rows
from losstui_parsers.gathering import GatheredColumn
from losstui_parsers.other_tables import OtherTables, is_row_of_names
from losstui_parsers.plain_text import without_holes
from losstui_parsers.tables import Column, Table
from losstui_parsers.units import number_with_unit

LEAST_FIXED = 3  # numbers with as many decimals before they are taken for a fixed format
_SPLIT_ALONE = re.compile(rf"(?:{'|'.join(sorted(SPLIT_WORDS))})(?: set| data)?:?", re.IGNORECASE)
_FIXED = re.compile(r"[+-]?\d+\.(\d{2,})")


@dataclass(slots=True)
class _Section:
    """The rows below one header; a log that was appended to may change its header on the way."""

    header: tuple[str, ...]
    probe: int  # the column that in each row of data holds a number or nothing
    rows: list[list[str]] = field(default_factory=list[list[str]])
    lines: list[int] = field(default_factory=list[int])
    columns: dict[str, GatheredColumn] = field(default_factory=dict[str, GatheredColumn])


def read_cells(text: str, dialect: Dialect, name: str) -> Table:
    """The table in `text`; `name` is the file's name, for the warnings."""
    text, warnings = without_holes(text, name)
    reader = CellReader(dialect, name)
    reader.read(text)
    table = reader.table()
    table.warnings[:0] = warnings
    return table


class CellReader:
    """Sorts rows into sections, and keeps count of those that fit into none.

    A table may come in parts: as text, and as columns that were read in another way.
    """

    def __init__(self, dialect: Dialect, name: str) -> None:
        self._sections = [_section(dialect.header)]
        self._rows = 0
        self._dialect = dialect
        self._decimal = dialect.decimal
        self._name = name
        self._overlong: list[tuple[int, int]] = []
        self._doubt = ""
        self._title = ""  # the split that the line before names: "Validation", above a header
        self._others = OtherTables()

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns of the rows that come next."""
        return self._sections[-1].header

    @property
    def probe(self) -> str:
        """The column that tells a header from the rows."""
        return self.header[self._sections[-1].probe]

    def read(self, text: str, above: int = 0) -> None:
        """Take the rows of a text that ends with a whole line, or the file; `above` it are so many lines."""
        if "(" in text:
            text = unwrap_scalars(text)
        header_line = max(0, self._dialect.header_line - above)
        for line, cells in split_rows(text, replace(self._dialect, header_line=header_line)):
            self._take(above + line, cells)
        if not text.endswith(("\n", "\r")):
            self._doubt_last_row()
        for section in self._sections:
            self._gather(section)

    def put(self, part: Table, notes: Mapping[str, int]) -> None:
        """Take the columns of some rows; `notes` are those of texts that are no labels, with their number."""
        columns = self._sections[-1].columns
        for name in self.header:
            columns.setdefault(name, GatheredColumn()).put(part, name, self._rows, notes.get(name, 0))
        self._rows += part.rows

    def table(self) -> Table:
        """The table of all rows so far.

        Raises NotGathered where its parts do not show what a column holds.
        """
        table = Table(self._rows, one_header=len(self._sections) == 1 and not self._others.any)
        for section in self._sections:
            for name, column in section.columns.items():
                column.finish(table, name, self._name)
        table.warnings.extend(self._warnings())
        return table

    def _gather(self, section: _Section) -> None:
        """Turn the rows read into columns."""
        if not section.rows:
            return
        for name, cells in zip(section.header, zip(*section.rows, strict=True), strict=False):
            rows, values, bad = _numbers(cells, self._decimal)
            column = section.columns.setdefault(name, GatheredColumn())
            with_texts = is_label(name) and (len(bad) > 0 or not len(rows))
            column.add_numbers(Column(rows + self._rows, values), with_texts=with_texts)
            if bad:
                column.add_bad(len(bad), section.lines[bad[0]], cells[bad[0]])
            if with_texts:
                column.add_texts({self._rows + row: cell.strip() for row, cell in enumerate(cells)})
        self._rows += len(section.rows)
        section.rows, section.lines = [], []

    def _take(self, line: int, cells: list[str]) -> None:
        section = self._sections[-1]
        width = len(section.header)
        probe = cells[section.probe] if section.probe < len(cells) else ""
        if probe[:1] not in "0123456789+-. " or self._others.open:
            place = number(probe, self._decimal)
            if self._begins_table(line, cells) or self._others.take(place):
                return
        if len(cells) < width:
            cells = filled_up(cells, section.header)
        elif len(cells) > width:
            if any(cell.strip() for cell in cells[width:]):
                self._overlong.append((line, len(cells)))
                return
            cells = cells[:width]
        section.rows.append(cells)
        section.lines.append(line)

    def _begins_table(self, line: int, cells: Sequence[str]) -> bool:
        """Whether a row is a header, or the title of one; the rows below it belong to that."""
        names = [cell.strip() for cell in cells if cell.strip()]
        if any(number(name, self._decimal) is not None or is_missing(name) for name in names):
            return False
        if len(names) == 1 and _SPLIT_ALONE.fullmatch(names[0]):
            self._title = split_of(names[0])
            return True
        title, self._title = self._title, ""
        if self._is_header(names):
            header = tuple(cell.strip() for cell in cells)
            if title and any(header == section.header for section in self._sections[:2]):
                header = tuple(name if is_bookkeeping(name) else f"{title}/{name}" for name in header)
            if header != self.header:
                self._sections.append(_section(header))
            self._others.open = False
            return True
        if not is_row_of_names(names):
            return False
        self._others.begin(line, names, self._farthest())
        return True

    def _farthest(self) -> float:
        """Where the last row stands on the axis; minus infinity where that is not told: any is beyond it."""
        section = self._sections[-1]
        if not section.rows or not is_bookkeeping(self.probe):
            return -math.inf
        place = number(section.rows[-1][section.probe], self._decimal)
        return -math.inf if place is None else place

    def _is_header(self, names: Sequence[str]) -> bool:
        header = self.header
        known = len({*names} & {*self._sections[0].header, *header})
        return len(names) > 0 and (
            2 * known >= len(names) > 1
            or names == [name for name in header if name]
            or first_of(names, (*STEP_NAMES, *EPOCH_NAMES)) is not None
        )

    def _doubt_last_row(self) -> None:
        """Leave out what may be cut off in a last row that has no line end."""
        section = self._sections[-1]
        if not section.rows:
            return
        last, line = section.rows[-1], section.lines[-1]
        filled = max((index for index, cell in enumerate(last) if cell.strip()), default=-1)
        if filled < len(section.header) - 1 or filled == section.probe:
            section.rows.pop()
            section.lines.pop()
        elif not _is_whole(last[filled], [row[filled] for row in section.rows[:-1]]):
            self._doubt = (
                f"{self._name}: line {line} has no line end: its last value may be cut and is left out"
            )
            last[filled] = ""

    def _warnings(self) -> Iterator[str]:
        """One line for each thing that was left out."""
        if self._doubt:
            yield self._doubt
        yield from (f"{self._name}: {told}" for told in self._others.told())
        if self._overlong:
            line, width = self._overlong[0]
            more = f" (and {len(self._overlong) - 1} more)" if len(self._overlong) > 1 else ""
            found = f"{counted(width, 'cell')}, the header {len(self._sections[-1].header)}"
            yield f"{self._name}: line {line} has {found}; left out{more}"


def _section(header: Sequence[str]) -> _Section:
    names = column_names(header)
    axis = first_of(names, STEP_NAMES) or first_of(names, EPOCH_NAMES)
    return _Section(names, names.index(axis) if axis else 0)


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns below a header: those of one name are told apart, as pandas does."""
    names: list[str] = []
    before = Counter[str]()
    for index, written in enumerate(header):
        name = written or f"Unnamed: {index}"
        often = before[name]
        names.append(f"{name}.{often}" if often else name)
        before[written] += 1
    return tuple(names)


def filled_up(cells: list[str], header: Sequence[str]) -> list[str]:
    """A row that is shorter than the header, with empty cells where some are missing.

    These are at its end; but timm writes the learning rate behind the evaluation that it may leave out.
    """
    missing = [""] * (len(header) - len(cells))
    held_out = [name for name in header if names_split(name, held_out=True)]
    if header[-1] == "lr" and len(held_out) == len(missing) > 0:
        return cells[:-1] + missing + cells[-1:]
    return cells + missing


def _is_whole(cell: str, before: Sequence[str]) -> bool:
    """Whether the last number of a text without a line end is whole: all before it have as many decimals."""
    own = _FIXED.fullmatch(cell.strip())
    matches = [_FIXED.fullmatch(one.strip()) for one in before if one.strip()]
    if own is None or len(matches) < LEAST_FIXED:
        return False
    return all(match is not None and len(match.group(1)) == len(own.group(1)) for match in matches)


def _numbers(cells: Sequence[str], decimal: str) -> tuple[IntArray, FloatArray, list[int]]:
    """The rows with a number, the numbers, and the rows with other text."""
    if decimal == ".":
        try:
            kept = [row for row, cell in enumerate(cells) if cell]
            values = [float(cells[row]) for row in kept]
        except ValueError:
            pass
        else:
            if "_" not in "".join(cells):
                return np.array(kept, np.int64), np.array(values, np.float64), []
    rows: list[int] = []
    numbers: list[float] = []
    bad: list[int] = []
    for row, cell in enumerate(cells):
        if is_missing(cell):
            continue
        value = number(cell, decimal)
        if value is None:
            value = number_with_unit(cell, decimal)
        if value is None:
            bad.append(row)
        else:
            rows.append(row)
            numbers.append(value)
    return np.array(rows, np.int64), np.array(numbers, np.float64), bad

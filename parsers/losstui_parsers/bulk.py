"""The fast path for large tables: plain lines by the C parser of pandas, those around an odd one as cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from losstui.errors import UnreadableLog, reason_of
from losstui.parsing import LogFile
from losstui_parsers.bulk_frame import Layout, Mixed, Part, read_plain
from losstui_parsers.bulk_scan import LONGEST_ROW, NotPlain, skip_header
from losstui_parsers.cells import CellReader, column_names
from losstui_parsers.columns import is_clock, is_missing
from losstui_parsers.dialect import Dialect, texts_of
from losstui_parsers.large_arrays import keep_freed
from losstui_parsers.tables import Table
from losstui_parsers.units import holds_value
from losstui_parsers.wall_times import is_plain_clock

BLOCK = 4 << 20  # bytes parsed at once where some line of the file is odd
ODD_BLOCK = 1 << 18  # bytes around an odd line that are read as cells
# Columns. A stretch of rows with more does not stay in the processor's cache, and pandas is a third quicker
# where nobody tells it that the columns hold numbers: only so it goes through all of them by few rows.
WIDE = 16


def read_bulk(file: LogFile, dialect: Dialect, rows: Sequence[Sequence[str]]) -> Table | None:
    """The table in a file, or None where it has to be read by cells as a whole.

    `rows` are its first.
    """
    named = [name for name in dialect.header if name]
    if dialect.header_line == 0 or dialect.delimiter not in ",;\t" or len(set(named)) < len(named):
        return None
    if any(holds_value(name, cells[0]) for name, cells in texts_of(rows, dialect).items()):
        return None
    keep_freed()
    layout = _layout(dialect, rows)
    reader = _BlockReader(dialect, layout, file.path.name)
    try:
        try:
            part = read_plain(file.open, layout, dialect.header_line, file.path.stat().st_size)
            reader.check(part)
            table, unfinished = part.table, part.unfinished
            lines = dialect.header_line + table.rows
        except ValueError:
            unfinished = reader.read(file)
            table, lines = reader.cells.table(), reader.lines
    except ValueError:
        return None
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    if unfinished.endswith(b"\r"):  # a whole line, where some lines end so
        return None
    if unfinished.count(dialect.delimiter.encode()) == len(dialect.header) - 1:
        told = f"{file.path.name}: line {lines + 1} has no line end: it may be cut and is left out"
        table.warnings.append(told)
    return table


def _layout(dialect: Dialect, rows: Sequence[Sequence[str]]) -> Layout:
    names = column_names(dialect.header)
    texts = texts_of(rows, dialect)
    clocks = frozenset(name for name, cells in texts.items() if is_clock(name) and is_plain_clock(cells))
    repeating = frozenset(name for name, cells in texts.items() if 2 * len(set(cells)) <= len(cells)) - clocks
    missing = {
        name for row in rows for name, cell in zip(names, row, strict=False) if cell and is_missing(cell)
    }
    return Layout(
        names,
        dialect.delimiter,
        dialect.decimal,
        numbers=frozenset(names) - texts.keys(),
        repeating=repeating,
        clocks=clocks,
        missing=frozenset(missing - texts.keys()),
        untyped=len(names) > WIDE,
    )


class _BlockReader:
    """Reads a table block by block, those with an odd line as cells; `lines` are those read so far."""

    def __init__(self, dialect: Dialect, layout: Layout, name: str) -> None:
        self.cells = CellReader(dialect, name)
        self.lines = dialect.header_line
        self._layout = layout

    def read(self, file: LogFile) -> bytes:
        """Read the whole lines of a file; return what stands behind the last line end.

        Raises ValueError where only a reading of all its lines at once tells what they hold.
        """
        # Whether a column holds moments, all blocks tell together.
        self._layout = replace(self._layout, clocks=frozenset(), untyped=False)
        rest = b""
        with file.open() as stream:
            skip_header(stream, self.lines)
            while data := stream.read(BLOCK):
                data = rest + data
                end = data.rfind(b"\n") + 1
                self._take(data[:end])
                rest = data[end:]
                if len(rest) > LONGEST_ROW:
                    raise NotPlain("a line without end")
        return rest

    def _take(self, block: bytes) -> None:
        if b"\x1b" in block:
            raise NotPlain("colours, which are no part of a cell")
        if self._take_plain(block, self._layout):
            return
        for piece in _pieces(block):
            if not (self._take_plain(piece, self._layout) or self._take_unknown(piece)):
                self._take_odd(piece)

    def _take_plain(self, lines: bytes, layout: Layout) -> bool:
        """Take some lines, if they are plain."""
        try:
            self._put(read_plain(lambda: io.BytesIO(lines), layout, 0, len(lines)), lines)
        except ValueError:
            return False
        self._layout = layout
        return True

    def _take_unknown(self, lines: bytes) -> bool:
        """Take some lines that are plain, but hold what those before them did not."""
        try:
            unknown = replace(self._layout, numbers=frozenset())
            part = read_plain(lambda: io.BytesIO(lines), unknown, 0, len(lines))
        except Mixed as error:
            return self._take_plain(
                lines, replace(self._layout, missing=self._layout.missing.union(error.columns))
            )
        except ValueError:
            return False
        # Read once more: a number that was not known to be one may have been taken for a whole one, and
        # those have no -0.
        return self._take_plain(lines, replace(self._layout, numbers=frozenset(part.numbers)))

    def _put(self, part: Part, lines: bytes) -> None:
        self.check(part)
        self.cells.put(part.table, part.notes)
        self.lines += _count_lines(lines)

    def _take_odd(self, lines: bytes) -> None:
        if b'"' in lines or b"\0" in lines:
            raise NotPlain("a cell that may go on in the next lines")
        self.cells.read(lines.decode(), self.lines)
        names = self.cells.header
        if names != self._layout.names:
            self._layout = self._layout.below(names)
        self.lines += _count_lines(lines)

    def check(self, part: Part) -> None:
        """Raise NotPlain where a reader of lines takes one for something else than a row of numbers."""
        full = {name for name, column in part.table.numbers.items() if len(column.rows) == part.table.rows}
        if self.cells.probe not in part.table.numbers and not full:
            raise NotPlain("a row that may be a header")
        if self._layout.delimiter == "\t" and not full and not part.has_cells_everywhere():
            raise NotPlain("a blank line")
        if self._layout.names[-1] == "lr" and "lr" not in full:
            raise NotPlain("a row without an evaluation")


def _pieces(block: bytes) -> Iterator[bytes]:
    """The lines of a block by `ODD_BLOCK` bytes or, where they are long, more."""
    start = 0
    while start < len(block):
        end = block.find(b"\n", start + ODD_BLOCK - 1) + 1 or len(block)
        yield block[start:end]
        start = end


def _count_lines(block: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == ord("\n")))

"""The fast path for large tables of plain numbers: the C parser of pandas, its columns without its rules.

pandas takes an empty cell and a written NaN for the same. Where NaN is written, is found beforehand, by
comparing bytes; and with it whether the text is one that both take for the same rows.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

from losstui.compression import is_compressed
from losstui.errors import UnreadableLog
from losstui.frame import FloatArray, IntArray
from losstui.parsing import LogFile
from losstui_parsers.columns import is_label, is_missing, number
from losstui_parsers.dialect import Dialect
from losstui_parsers.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

PIECE = 1 << 18  # bytes looked at at once: they stay in the processor's cache
LONGEST_ROW = 16 << 20  # bytes
SAMPLED_CELLS = 200  # of a column with texts, to tell a column of texts from one of numbers
_NOTHING = ("", "nan", "NaN", "NAN")
_MISSING = (*_NOTHING, "None", "none", "null", "NA", "N/A", "<NA>", "-", "--")
# Comments, zero bytes and line ends that only Python takes for such: the cells are read one by one.
_NOT_PLAIN = (b"#", b"\0", b"\v", b"\f")


class NotPlain(ValueError):
    """The text holds what the fast path does not take."""


def read_bulk(file: LogFile, dialect: Dialect) -> Table | None:
    """The table in a file, or None where it is not plain and has to be read by cells."""
    header = [name or f"Unnamed: {index}" for index, name in enumerate(dialect.header)]
    if dialect.header_line == 0 or dialect.delimiter not in ",;\t" or len(set(header)) < len(header):
        return None
    missing: dict[str, Sequence[str]] = dict.fromkeys(header, _NOTHING)
    for _ in range(2):
        try:
            frame, scan = _attempt(file, dialect, missing)
        except OSError as error:
            raise UnreadableLog(str(file.path), error.strerror or str(error)) from error
        except ValueError:
            return None
        strange, table = _table(frame, dialect.decimal, scan)
        if not strange:
            return _checked(table, scan, file, dialect)
        missing.update(dict.fromkeys(strange, _MISSING))
    return None


def _attempt(
    file: LogFile, dialect: Dialect, missing: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, Scan]:
    with file.open() as stream:
        above = b"".join(stream.readline() for _ in range(dialect.header_line))
        if b"\0" in above or len(above.decode().splitlines()) != dialect.header_line:
            raise NotPlain("a header in another encoding")
        scan = Scan(stream, dialect.delimiter)
        if is_compressed(file.head_as_stored):
            frame = parse(scan, missing, dialect)
        else:  # from its path pandas reads a file in parallel
            while scan.read_lines(PIECE):
                pass
            frame = parse(str(file.path), missing, dialect)
    if len(frame) < scan.lines:
        raise NotPlain("lines that are no rows")
    return frame.iloc[: scan.lines], scan  # what is behind the last line end is still being written


class Scan(io.TextIOBase):
    """The whole lines of a stream, and the cells in which NaN is written.

    Raises NotPlain where pandas would take other rows from them than a reader of lines.
    """

    def __init__(self, stream: BinaryIO, delimiter: str) -> None:
        self.lines = 0
        self.unfinished = b""  # what stands behind the last line end
        self._stream = stream
        self._delimiter = ord(delimiter)
        self._nan_rows: list[IntArray] = []
        self._nan_columns: list[IntArray] = []

    def read(self, size: int | None = -1, /) -> str:
        """Some whole lines, about `size` bytes of them; empty at the end."""
        return self.read_lines(max(size or 0, PIECE)).decode()

    def read_lines(self, size: int) -> bytes:
        """Some whole lines, about `size` bytes of them, as they are; empty at the end."""
        pieces = [self.unfinished]
        while piece := self._stream.read(size):
            end = piece.rfind(b"\n") + 1
            if end:
                self.unfinished = piece[end:]
                lines = b"".join((*pieces, piece[:end]))
                self._look_at(lines)
                return lines
            pieces.append(piece)
            if len(pieces) * size > LONGEST_ROW:
                raise NotPlain("a line without end")
        self.unfinished = b"".join(pieces)
        return b""

    def nan_in(self, column: int) -> IntArray:
        """The rows in which NaN is written in the column of that number."""
        if not self._nan_rows:
            return np.empty(0, np.int64)
        rows: IntArray = np.concatenate(self._nan_rows)[np.concatenate(self._nan_columns) == column]
        return rows

    def _look_at(self, lines: bytes) -> None:
        letters = np.frombuffer(lines, np.uint8)
        ends = letters == ord("\n")
        if any(strange in lines for strange in _NOT_PLAIN) or bool((ends[1:] & ends[:-1]).any()) or ends[0]:
            raise NotPlain("comments, blank lines or control characters")
        if b"\r" in lines:
            returns = np.flatnonzero(letters == ord("\r"))
            if not ends[returns + 1].all() or ends[returns - 1].any():
                raise NotPlain("line ends of several kinds, or blank lines")
        if b"n" in lines or b"N" in lines:
            self._find_nan(lines, letters, ends)
        self.lines += int(np.count_nonzero(ends))

    def _find_nan(self, lines: bytes, letters: NDArray[np.uint8], ends: NDArray[np.bool_]) -> None:
        lower = letters | 0x20
        found = np.flatnonzero(lower == ord("n"))
        found = found[found < len(lower) - 3]
        found = found[(lower[found + 1] == ord("a")) & (lower[found + 2] == ord("n"))]
        edges = np.array([self._delimiter, *b"\r\n "], np.uint8)
        # Before the first letter stands the line end of the lines before.
        found = found[np.isin(letters[found - 1], edges) & np.isin(letters[found + 3], edges)]
        if not len(found):
            return
        if b'"' in lines:
            raise NotPlain("quotes, which may hold delimiters")
        line_ends = np.flatnonzero(ends)
        rows = np.searchsorted(line_ends, found)
        starts = np.where(rows > 0, line_ends[rows - 1], 0)
        delimiters = np.flatnonzero(letters == self._delimiter)
        self._nan_rows.append(self.lines + rows)
        self._nan_columns.append(np.searchsorted(delimiters, found) - np.searchsorted(delimiters, starts))


def parse(source: str | Scan, missing: Mapping[str, Sequence[str]], dialect: Dialect) -> pd.DataFrame:
    """The columns below the header, by the texts that in each stand for no value or NaN.

    `source` is a path, or a text without its header. Raises ValueError where a row is longer than that.
    """
    import pandas as pd

    words = dict(missing)
    usual = all(one == _NOTHING for one in words.values())
    with warnings.catch_warnings():
        # Blocks of one column may differ in type: that is seen in its cells.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        frame = pd.read_csv(
            cast("str", source),
            header=None,
            names=list(words),
            skiprows=dialect.header_line if isinstance(source, str) else 0,
            sep=dialect.delimiter,
            decimal=dialect.decimal,
            keep_default_na=False,
            na_values=list(_NOTHING) if usual else {name: list(one) for name, one in words.items()},
            skipinitialspace=not usual,  # costs a third
            float_precision=exact_floats(),
        )
    if not isinstance(frame.index, pd.RangeIndex):
        raise NotPlain("rows longer than the header")  # pandas takes their first cells for an index
    return frame


def exact_floats() -> Literal["round_trip"] | None:
    """How pandas is told to take the float that is nearest to a text."""
    import pandas as pd

    # From version 3 on every parser of floats does; before, only this one.
    return "round_trip" if int(pd.__version__.partition(".")[0]) < 3 else None


def _table(frame: pd.DataFrame, decimal: str, scan: Scan) -> tuple[list[str], Table]:
    """The table in a frame, and the columns that are neither of numbers nor of texts."""
    table = Table(len(frame))
    every = np.arange(len(frame), dtype=np.int64)
    strange: list[str] = []
    for index, name in enumerate(frame.columns):
        column = frame[name]
        written = scan.nan_in(index)
        if column.dtype.kind in "fiub":
            table.numbers[name] = _column(column.to_numpy(np.float64), written, every)
            continue
        cells = cast("list[object]", column.tolist())
        texts = {row: cell.strip() for row, cell in enumerate(cells) if isinstance(cell, str)}
        if len(written) or not _are_texts(cells, decimal) or any("\n" in text for text in texts.values()):
            strange.append(name)
        elif is_label(name):
            table.texts[name] = texts
    return strange, table


def _column(values: FloatArray, written: IntArray, every: IntArray) -> Column:
    """The cells that hold something, of a column with one in each row, NaN where nothing or `written`."""
    missing = np.isnan(values)
    missing[written] = False
    if not missing.any():
        return Column(every, values)
    rows = np.flatnonzero(~missing)
    return Column(rows, values[rows])


def _are_texts(cells: Sequence[object], decimal: str) -> bool:
    """Whether no cell of a column holds a number, as far as a sample tells."""
    if not all(isinstance(cell, str) or cell != cell for cell in cells):
        return False  # numbers and texts, or whole numbers beyond 64 bits
    sample = [cell for cell in cells[:: max(1, len(cells) // SAMPLED_CELLS)] if isinstance(cell, str)]
    filled = [cell for cell in sample if not is_missing(cell)]
    return bool(filled) and all(number(cell, decimal) is None for cell in filled)


def _checked(table: Table, scan: Scan, file: LogFile, dialect: Dialect) -> Table | None:
    """The table, if it has no row without a cell, which a reader of lines skips as blank."""
    if dialect.delimiter == "\t" and not _all_filled(table):
        return None
    if scan.unfinished.count(dialect.delimiter.encode()) == len(dialect.header) - 1:
        line = dialect.header_line + scan.lines + 1
        table.warnings.append(f"{file.path.name}: line {line} has no line end: it may be cut and is left out")
    return table


def _all_filled(table: Table) -> bool:
    filled = np.zeros(table.rows, bool)
    for column in table.numbers.values():
        filled[column.rows] = True
    for texts in table.texts.values():
        filled[list(texts)] = True
    return bool(filled.all())

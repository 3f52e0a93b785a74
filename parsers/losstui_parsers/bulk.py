"""The fast path for large tables of plain numbers: the C parser of pandas, its columns without its rules.

pandas takes an empty cell and a written NaN for the same, so each written NaN is turned into a number on
the way to it, and back afterwards.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

from losstui.errors import UnreadableLog
from losstui.frame import FloatArray, IntArray
from losstui.parsing import LogFile
from losstui_parsers.columns import is_label, is_missing, number
from losstui_parsers.dialect import Dialect
from losstui_parsers.tables import Column, Mask, Table

if TYPE_CHECKING:
    import pandas as pd

PIECE = 1 << 18  # bytes looked at at once: they stay in the processor's cache
LONGEST_ROW = 16 << 20  # bytes
SAMPLED_TEXTS = 200  # of a column with texts, to tell a column of texts from one of numbers
# For a written NaN: any number of three letters would do, as long as no cell holds the same.
_STAND_IN = b"9e9"
_EMPTY = ("",)
_MISSING = ("", "None", "none", "null", "NA", "N/A", "<NA>", "-", "--")


class NotPlain(ValueError):
    """The text holds what the fast path does not take."""


def read_bulk(file: LogFile, dialect: Dialect) -> Table | None:
    """The table in a file, or None where it is not plain and has to be read by cells."""
    header = [name or f"Unnamed: {index}" for index, name in enumerate(dialect.header)]
    if dialect.header_line == 0 or dialect.delimiter not in ",;\t" or len(set(header)) < len(header):
        return None
    missing: dict[str, Sequence[str]] = dict.fromkeys(header, _EMPTY)
    for _ in range(2):
        try:
            with file.open() as stream:
                scan = Scan(stream, dialect)
                frame = parse(scan, missing, dialect)
            strange, table = _table(frame, dialect.decimal, scan)
        except OSError as error:
            raise UnreadableLog(str(file.path), error.strerror or str(error)) from error
        except ValueError:
            return None
        if not strange:
            return _checked(table, scan, file, dialect)
        missing.update(dict.fromkeys(strange, _MISSING))
    return None


class Scan(io.BufferedIOBase):
    """The whole lines of a stream below its header, a number in the place of each written NaN.

    Raises NotPlain where pandas would take other rows from them than a reader of lines.
    """

    def __init__(self, stream: BinaryIO, dialect: Dialect) -> None:
        self.stood_in = 0  # how many NaN were written
        self._stream = cast("io.BufferedIOBase", stream)  # of the two, only this one knows readinto
        self._buffer = bytearray(PIECE)
        self._filled = 0  # bytes in the buffer: what stands behind the last line end
        self._edges = np.zeros(256, bool)
        self._edges[[ord(dialect.delimiter), *b'\r\n "']] = True
        above = b"".join(stream.readline(LONGEST_ROW) for _ in range(dialect.header_line))
        if b"\0" in above or len(above.decode().splitlines()) != dialect.header_line:
            raise NotPlain("a header in another encoding")

    def readable(self) -> bool:
        """Always."""
        return True

    @property
    def unfinished(self) -> bytes:
        """What stands behind the last line end."""
        return bytes(self._buffer[: self._filled])

    def read(self, size: int | None = -1, /) -> bytes:
        """Some whole lines, about `PIECE` bytes of them whatever is asked for; empty at the end."""
        while True:
            if self._filled == len(self._buffer):
                if self._filled >= LONGEST_ROW:
                    raise NotPlain("a line without end")
                self._buffer.extend(bytes(self._filled))
            with memoryview(self._buffer) as view:
                added = self._stream.readinto(view[self._filled :])
            if not added:
                return b""
            self._filled += added
            end = self._buffer.rfind(b"\n", self._filled - added, self._filled) + 1
            if end:
                return self._take(end)

    def read1(self, size: int = -1, /) -> bytes:
        """As `read`: what older versions of pandas ask for."""
        return self.read(size)

    def _take(self, end: int) -> bytes:
        if self._buffer.find(b"\0", 0, end) >= 0:
            raise NotPlain("zero bytes, which end a cell")
        if any(self._buffer.find(letter, 0, end) >= 0 for letter in b"nN"):
            self._replace_nan(np.frombuffer(self._buffer, np.uint8, end))
        with memoryview(self._buffer) as view:
            lines = bytes(view[:end])
        self._buffer[: self._filled - end] = self._buffer[end : self._filled]
        self._filled -= end
        return lines

    def _replace_nan(self, letters: NDArray[np.uint8]) -> None:
        found = letters == ord("n")
        if self._buffer.find(b"N", 0, len(letters)) >= 0:
            found |= letters == ord("N")
        first = np.flatnonzero(found)
        first = first[first < len(letters) - len(_STAND_IN)]
        for distance, letter in ((1, "a"), (2, "n")):
            first = first[letters[first + distance] | 0x20 == ord(letter)]
        # Before the first letter stands the line end of the lines before.
        first = first[self._edges[letters[first - 1]] & self._edges[letters[first + len(_STAND_IN)]]]
        self.stood_in += len(first)
        for distance, digit in enumerate(_STAND_IN):
            letters[first + distance] = digit


def parse(source: Scan, missing: Mapping[str, Sequence[str]], dialect: Dialect) -> pd.DataFrame:
    """The columns below the header, by the texts that in each stand for no value.

    Raises ValueError where a row is longer than that.
    """
    import pandas as pd

    words = dict(missing)
    usual = all(one == _EMPTY for one in words.values())
    with warnings.catch_warnings():
        # Blocks of one column may differ in type: that is seen in its cells.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        frame = pd.read_csv(
            source,
            header=None,
            names=list(words),
            sep=dialect.delimiter,
            decimal=dialect.decimal,
            keep_default_na=False,
            na_values=list(_EMPTY) if usual else {name: list(one) for name, one in words.items()},
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
    """The table in a frame, and the columns that are neither of numbers nor of texts.

    Raises NotPlain where a cell holds the number that stands for a written NaN.
    """
    table = Table(len(frame))
    every = np.arange(len(frame), dtype=np.int64)
    strange: list[str] = []
    stood_in = 0
    for index, name in enumerate(frame.columns):
        column = frame[name]
        if column.dtype.kind in "fiub":
            values = column.to_numpy(np.float64)
            written = values == float(_STAND_IN) if scan.stood_in else None
            stood_in += 0 if written is None else int(np.count_nonzero(written))
            table.numbers[name] = _column(values, written, every)
            continue
        words, texts = _texts(column)
        if not _are_texts(words, decimal) or (index == 0 and any(word.startswith("#") for word in words)):
            strange.append(name)
        elif is_label(name):
            table.texts[name] = texts
    if stood_in != scan.stood_in and not strange:
        raise NotPlain(f"a cell that reads {float(_STAND_IN):g}, or NaN within a text")
    return strange, table


def _column(values: FloatArray, written: Mask | None, every: IntArray) -> Column:
    """The cells that hold something, of a column with one in each row, NaN where nothing or `written`."""
    empty = np.isnan(values)
    if written is not None and written.any():
        values = np.where(written, np.nan, values)
    if not empty.any():
        return Column(every, values)
    rows = np.flatnonzero(~empty)
    return Column(rows, values[rows])


def _texts(column: pd.Series) -> tuple[list[str], dict[int, str]]:
    """The different cells of a column, and what each row holds; none where not all are texts."""
    codes, found = column.factorize()
    words = cast("list[object]", found.tolist())
    if not all(isinstance(word, str) for word in words):
        return [], {}  # numbers and texts, or whole numbers beyond 64 bits
    stripped = [str(word).strip() for word in words]
    numbered = enumerate(cast("list[int]", codes.tolist()))
    texts = {row: stripped[code] for row, code in numbered if code >= 0 and stripped[code]}
    return stripped, texts


def _are_texts(words: Sequence[str], decimal: str) -> bool:
    """Whether no cell of a column is a number or has several lines, as far as a sample tells the former."""
    filled = [word for word in words[:: max(1, len(words) // SAMPLED_TEXTS)] if not is_missing(word)]
    numbers = any(number(word, decimal) is not None for word in filled)
    return bool(filled) and not numbers and not any("\n" in word for word in words)


def _checked(table: Table, scan: Scan, file: LogFile, dialect: Dialect) -> Table | None:
    """The table, if it has no row without a cell, which a reader of lines skips as blank."""
    if dialect.delimiter == "\t" and not _all_filled(table):
        return None
    if scan.unfinished.count(dialect.delimiter.encode()) == len(dialect.header) - 1:
        line = dialect.header_line + table.rows + 1
        table.warnings.append(f"{file.path.name}: line {line} has no line end: it may be cut and is left out")
    return table


def _all_filled(table: Table) -> bool:
    filled = np.zeros(table.rows, bool)
    for column in table.numbers.values():
        filled[column.rows] = True
    for texts in table.texts.values():
        filled[list(texts)] = True
    return bool(filled.all())

"""The fast path for large tables of plain numbers: the C parser of pandas, its columns without its rules.

pandas takes an empty cell and a written NaN for the same. Here a written NaN passes the parser as a
number that the text does not hold, and is a NaN again afterwards.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.columns import is_label, is_missing, number
from losstui_parsers.dialect import Dialect
from losstui_parsers.tables import Column, Table

if TYPE_CHECKING:
    import pandas as pd

LARGE = 4 << 20  # bytes: from here on the import of pandas (0.4 to 1.3 s) pays
PADDING_BYTES = 1 << 16  # whoever pads cells does so from the start
SAMPLED_CELLS = 200  # of a column with texts, to tell a column of texts from one of numbers
STAND_IN = b"-8.98846567431158e307"  # for a written NaN: any number would do that no log holds
_MISSING = ("", "None", "none", "null", "NA", "N/A", "<NA>", "-", "--")


def read_bulk(data: bytes, dialect: Dialect, name: str) -> Table | None:
    """The table in a file's bytes, or None where it is not large and plain and has to be read by cells."""
    if len(data) < LARGE or dialect.delimiter not in ",;\t" or len(set(dialect.header)) < len(dialect.header):
        return None
    start, end = _end_of_line(data, dialect.header_line), data.rfind(b"\n") + 1
    if dialect.header_line == 0 or start >= end or b"\0" in data[:start]:
        return None
    body = data[start:end]
    frame = parse(body, dialect.header, dialect.delimiter, dialect.decimal)
    if frame is not None and any(column.dtype.kind not in "fiub" for _, column in frame.items()):
        body = _stand_in(body)
        frame = parse(body, dialect.header, dialect.delimiter, dialect.decimal) if body else None
    table = None if frame is None else _table(frame, dialect)
    if table is not None and data[end:].count(dialect.delimiter.encode()) == len(dialect.header) - 1:
        line = data.count(b"\n") + 1
        table.warnings.append(f"{name}: line {line} has no line end: it may be cut and is left out")
    return table


def _end_of_line(data: bytes, line: int) -> int:
    position = 0
    for _ in range(line):
        position = data.find(b"\n", position) + 1
    return position


def _stand_in(body: bytes) -> bytes:
    """The text with a number in place of each written NaN; empty where that number is in it already."""
    if STAND_IN in body:
        return b""
    for spelling in (b"nan", b"NaN", b"NAN"):
        body = body.replace(spelling, STAND_IN)
    return body


def parse(data: bytes, names: Sequence[str], delimiter: str, decimal: str = ".") -> pd.DataFrame | None:
    """The columns of a text without a header, or None where its rows are longer than `names`."""
    import pandas as pd

    # From version 3 on every float is the nearest to its text; before, only this parser gives it.
    exact: Literal["round_trip"] | None = "round_trip" if int(pd.__version__.partition(".")[0]) < 3 else None
    with warnings.catch_warnings():
        # Blocks of one column may differ in type: that is seen in its cells.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        try:
            frame = pd.read_csv(
                io.BytesIO(data),
                header=None,
                names=list(names),
                sep=delimiter,
                decimal=decimal,
                keep_default_na=False,
                na_values=list(_MISSING),
                skipinitialspace=b" " in data[:PADDING_BYTES],  # costs a third
                float_precision=exact,
            )
        except ValueError:
            return None
    # of wider rows pandas takes the first cells for an index
    return frame if isinstance(frame.index, pd.RangeIndex) else None


def _table(frame: pd.DataFrame, dialect: Dialect) -> Table | None:
    table = Table(len(frame))
    every = np.arange(len(frame), dtype=np.int64)
    for index, name in enumerate(dialect.header):
        column = frame.iloc[:, index]
        if column.dtype.kind in "fiub":
            table.numbers[name or f"Unnamed: {index}"] = to_column(column.to_numpy(np.float64), every)
            continue
        cells = cast("list[object]", column.tolist())
        if not all(isinstance(cell, str) or cell != cell for cell in cells):
            return None  # numbers and texts, or whole numbers beyond 64 bits
        texts = {row: cell.strip() for row, cell in enumerate(cells) if isinstance(cell, str)}
        if not all(_is_text(cells[row], dialect.decimal) for row in _sample(len(cells))):
            return None  # another header, or numbers in disguise
        if is_label(name):
            if any(STAND_IN.decode() in text for text in set(texts.values())):
                return None
            table.texts[name] = texts
    return table


def to_column(values: NDArray[np.float64], every: NDArray[np.int64]) -> Column:
    """The cells that hold something, of a column with a row each in `every`, shape (n,)."""
    missing = np.isnan(values)
    kept = every[~missing] if missing.any() else every
    values = values[~missing] if len(kept) < len(every) else values
    written = values == float(STAND_IN)
    if written.any():
        values = np.where(written, np.nan, values)
    return Column(kept, values)


def _sample(length: int) -> range:
    return range(0, length, max(1, length // SAMPLED_CELLS))


def _is_text(cell: object, decimal: str) -> bool:
    return not isinstance(cell, str) or is_missing(cell) or number(cell, decimal) is None

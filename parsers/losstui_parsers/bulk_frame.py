"""Large tables of plain numbers by the C parser of pandas: its columns without its rules."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.bulk_scan import STAND_IN, NotPlain, Scan, skip_header
from losstui_parsers.columns import is_label, is_missing, number
from losstui_parsers.dialect import is_rule
from losstui_parsers.tables import Column, Mask, Table, labels_of

if TYPE_CHECKING:
    import pandas as pd

SAMPLED_TEXTS = 200  # of a column with texts, to tell a column of texts from one of numbers
_EMPTY = ("",)
_MISSING = ("", "None", "none", "null", "NA", "N/A", "<NA>", "-", "--")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How rows are written: the names of their columns, and what is known of these.

    `numbers` hold nothing else, or the rows are not plain; `repeating` are columns of few different texts,
    `clocks` those of moments; in `missing` a word may say that there is no value.
    """

    names: tuple[str, ...]
    delimiter: str
    decimal: str
    numbers: frozenset[str]
    repeating: frozenset[str]
    clocks: frozenset[str]
    missing: frozenset[str]

    def below(self, names: tuple[str, ...]) -> Layout:
        """The layout below another header."""
        known = frozenset(names)
        return replace(
            self,
            names=names,
            numbers=self.numbers & known,
            repeating=self.repeating & known,
            clocks=self.clocks & known,
            missing=self.missing & known,
        )


@dataclass(slots=True, eq=False)
class Part:
    """Some rows of a table; `notes` are the columns of texts that are no labels, with the number of these.

    `numbers` are those of nothing but numbers. `unfinished` is what stands behind the last line end.
    """

    table: Table
    numbers: set[str] = field(default_factory=set[str])
    notes: dict[str, int] = field(default_factory=dict[str, int])
    unfinished: bytes = b""

    def has_cells_everywhere(self) -> bool:
        """Whether each row has a cell that is not empty, as far as the cells are kept."""
        filled = np.zeros(self.table.rows, bool)
        for column in (*self.table.numbers.values(), *self.table.clocks.values()):
            filled[column.rows] = True
        for labels in self.table.texts.values():
            filled[labels.rows] = True
        return bool(filled.all())


class Mixed(NotPlain):
    """Columns that hold numbers as well as texts."""

    def __init__(self, columns: Collection[str]) -> None:
        super().__init__("columns of numbers and texts")
        self.columns = columns


def read_plain(open_it: Callable[[], BinaryIO], layout: Layout, header_line: int) -> Part:
    """The rows below a header, none where the stream begins with them.

    Raises ValueError where they are not plain, Mixed where they are but for some columns.
    """
    with open_it() as stream:
        skip_header(stream, header_line)
        scan = Scan(stream, layout.delimiter, len(layout.names))
        frame = _parse(scan, layout)
    strange, part = _part(frame, layout.decimal, scan)
    if strange:
        raise Mixed(strange)
    return part


def _parse(source: Scan, layout: Layout) -> pd.DataFrame:
    """The columns of the rows. Raises ValueError where a row is longer than there are columns."""
    import pandas as pd

    missing: dict[str, Sequence[str]] = {
        **dict.fromkeys(layout.names, _EMPTY),
        **dict.fromkeys(layout.missing, _MISSING),
    }
    with warnings.catch_warnings():
        # Blocks of one column may differ in type: that is seen in its cells.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                source,
                header=None,
                names=list(layout.names),
                sep=layout.delimiter,
                decimal=layout.decimal,
                keep_default_na=False,
                na_values={name: list(one) for name, one in missing.items()}
                if layout.missing
                else list(_EMPTY),
                skipinitialspace=bool(layout.missing),  # costs a third
                dtype=_types(layout),
                parse_dates=list(layout.clocks) or None,
                index_col=False,  # the first cells of a row that is longer than the header are no index
                float_precision=exact_floats(),
            )
        except pd.errors.ParserWarning as error:
            raise NotPlain("a first row longer than the header") from error
    return frame


def _types(layout: Layout) -> dict[Hashable, Literal["category", "float64"]]:
    kinds: dict[Hashable, Literal["category", "float64"]] = {}
    kinds.update(dict.fromkeys(layout.numbers, "float64"))
    kinds.update(dict.fromkeys(layout.repeating, "category"))
    return kinds


def exact_floats() -> Literal["round_trip"] | None:
    """How pandas is told to take the float that is nearest to a text."""
    import pandas as pd

    # From version 3 on every parser of floats does; before, only this one.
    return "round_trip" if int(pd.__version__.partition(".")[0]) < 3 else None


def _part(frame: pd.DataFrame, decimal: str, scan: Scan) -> tuple[list[str], Part]:
    """The table in a frame, and the columns that are neither of numbers nor of texts.

    Raises NotPlain where a cell holds the number that stands for a written NaN.
    """
    part = Part(Table(len(frame)), unfinished=scan.unfinished)
    cells = _Filled(len(frame))
    strange: list[str] = []
    stood_in = 0
    for index, name in enumerate(frame.columns):
        column = frame[name]
        if column.dtype.kind in "fiub":
            values = column.to_numpy(np.float64)
            written = values == float(STAND_IN) if scan.stood_in else None
            stood_in += 0 if written is None else int(np.count_nonzero(written))
            part.table.numbers[name] = cells.column(values, written)
            if column.dtype.kind != "b":
                part.numbers.add(name)
        elif column.dtype.kind == "M":
            part.table.clocks[name] = _clock(column, cells.every)
        else:
            codes, words = _texts(column)
            comments = index == 0 and any(word.startswith("#") or is_rule(word) for word in words)
            if comments or not _are_texts(words, decimal):
                strange.append(name)
            elif is_label(name):
                part.table.texts[name] = labels_of(cells.every, codes, words)
            else:
                missing = np.array([is_missing(word) for word in words])
                part.notes[name] = int(np.count_nonzero((codes >= 0) & ~missing[codes]))
    if stood_in != scan.stood_in and not strange:
        raise NotPlain(f"a cell that reads {float(STAND_IN):g}, or NaN within a text")
    return strange, part


class _Filled:
    """Which rows of a table hold something; columns that are filled alike share their rows."""

    def __init__(self, rows: int) -> None:
        self.every = np.arange(rows, dtype=np.int64)
        self._known: list[tuple[Mask, IntArray]] = []

    def rows(self, filled: Mask) -> IntArray:
        for known, rows in self._known:
            if np.array_equal(known, filled):
                return rows
        self._known.append((filled, np.flatnonzero(filled)))
        return self._known[-1][1]

    def column(self, values: FloatArray, written: Mask | None) -> Column:
        """The cells that hold something, of a column with one in each row, NaN where nothing or `written`."""
        filled = ~np.isnan(values)
        if written is not None and written.any():
            values = np.where(written, np.nan, values)
        if filled.all():
            return Column(self.every, values)
        rows = self.rows(filled)
        return Column(rows, values[rows])


def _clock(column: pd.Series, every: IntArray) -> Column:
    seconds = column.to_numpy("datetime64[us]").astype(np.int64) / 1e6
    known = column.notna().to_numpy()
    return Column(every[known], seconds[known])


def _texts(column: pd.Series) -> tuple[NDArray[np.integer], list[str]]:
    """For each cell of a column which of the different texts it holds, below 0 where none, and these texts.

    No texts where not all are such.
    """
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, words = column.cat.codes.to_numpy(), cast("list[object]", column.cat.categories.tolist())
    else:
        codes, found = column.factorize()
        words = cast("list[object]", found.tolist())
    if not all(isinstance(word, str) for word in words):
        return codes, []  # numbers and texts, or whole numbers beyond 64 bits
    return codes, [str(word).strip() for word in words]


def _are_texts(words: Sequence[str], decimal: str) -> bool:
    """Whether no cell of a column is a number or has several lines, as far as a sample tells the former."""
    filled = [word for word in words[:: max(1, len(words) // SAMPLED_TEXTS)] if not is_missing(word)]
    numbers = any(number(word, decimal) is not None for word in filled)
    return bool(filled) and not numbers and not any("\n" in word for word in words)

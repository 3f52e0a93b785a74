"""Large tables of plain numbers by the C parser of pandas: its columns without its rules."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, Literal

import numpy as np

from losstui_parsers.bulk_columns import BulkColumn, FilledRows
from losstui_parsers.bulk_scan import STAND_IN, NotPlain, Scan, skip_header
from losstui_parsers.columns import is_label
from losstui_parsers.tables import Table

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.parsers import TextFileReader

MARGIN = 1.2  # more room than the first rows tell of: what pandas has read ahead are rows too
STRETCH = 1 << 16  # rows parsed at once: each time a column costs as much as a thousand cells, a row memory
NARROW = 8  # columns: up to so many pandas reads a stretch as one piece
_EMPTY = ("",)
_MISSING = ("", "None", "none", "null", "NA", "N/A", "<NA>", "-", "--")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How rows are written: the names of their columns, and what is known of these.

    `numbers` hold nothing else, or the rows are not plain; `repeating` are columns of few different texts,
    `clocks` those of moments; in `missing` a word may say that there is no value. `untyped`: pandas is
    to find out which columns hold numbers.
    """

    names: tuple[str, ...]
    delimiter: str
    decimal: str
    numbers: frozenset[str]
    repeating: frozenset[str]
    clocks: frozenset[str]
    missing: frozenset[str]
    untyped: bool = False

    def below(self, names: tuple[str, ...]) -> Layout:
        """The layout below another header; a column that was not there before is taken for numbers."""
        known = frozenset(names)
        return replace(
            self,
            names=names,
            numbers=self.numbers & known | known.difference(self.names),
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


def read_plain(open_it: Callable[[], BinaryIO], layout: Layout, header_line: int, size: int) -> Part:
    """The rows below a header, none where the stream begins with them; it has about `size` bytes.

    Raises ValueError where they are not plain, Mixed where they are but for some columns.
    """
    import pandas as pd

    names = layout.names
    columns = {name: BulkColumn(name, layout.decimal, first=name == names[0]) for name in names}
    rows = 0
    with open_it() as stream, warnings.catch_warnings():
        # Rows parsed at once may differ in type within a column: that is seen in its cells.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        warnings.simplefilter("error", pd.errors.ParserWarning)
        skip_header(stream, header_line)
        scan = Scan(stream, layout.delimiter, len(names), untyped=layout.untyped)
        try:
            with _parse(scan, layout) as stretches:
                for stretch in stretches:
                    rows += len(stretch)
                    expected = int(MARGIN * rows * size / max(1, scan.passed))
                    _add(stretch, columns, scan.stood_in > 0, expected)
                    _check_kinds(columns, layout.numbers)
                    del stretch  # its memory serves the next one
        except pd.errors.ParserWarning as error:
            raise NotPlain("a first row longer than the header") from error
    if sum(column.stood_in for column in columns.values()) != scan.stood_in:
        raise NotPlain(f"a cell that reads {float(STAND_IN):g}, or NaN within a text")
    return _part(columns, rows, scan.unfinished)


def _parse(source: Scan, layout: Layout) -> TextFileReader:
    """The columns of the rows, some rows after the others.

    Reading them raises ValueError where a row is longer than there are columns.
    """
    import pandas as pd

    missing: dict[str, Sequence[str]] = {
        **dict.fromkeys(layout.names, _EMPTY),
        **dict.fromkeys(layout.missing, _MISSING),
    }
    return pd.read_csv(
        source,
        header=None,
        names=list(layout.names),
        sep=layout.delimiter,
        decimal=layout.decimal,
        keep_default_na=False,
        na_values={name: list(one) for name, one in missing.items()} if layout.missing else list(_EMPTY),
        skipinitialspace=bool(layout.missing),  # costs a third
        dtype=_types(layout),
        parse_dates=list(layout.clocks) or None,
        index_col=False,  # the first cells of a row that is longer than the header are no index
        float_precision=exact_floats(),
        # All moments at once: how they are written is told from the first of those read together.
        chunksize=sys.maxsize if layout.clocks else STRETCH,
        # To join the pieces of a stretch costs, where there are texts, even if it is but one.
        low_memory=not layout.repeating or bool(layout.clocks) or len(layout.names) > NARROW,
    )


def _add(stretch: pd.DataFrame, columns: Mapping[str, BulkColumn], may_stand_in: bool, expected: int) -> None:
    """Add some rows to the columns."""
    for (_, cells), column in zip(stretch.items(), columns.values(), strict=True):
        column.expected = expected
        column.add(cells, may_stand_in=may_stand_in)


def _check_kinds(columns: Mapping[str, BulkColumn], numbers: Collection[str]) -> None:
    """Raise Mixed where some columns hold numbers as well as texts, or what is none of the `numbers`."""
    strange = [
        name
        for name, column in columns.items()
        if column.strange or (name in numbers and not column.kinds <= {"number"})
    ]
    if strange:
        raise Mixed(strange)


def _types(layout: Layout) -> dict[Hashable, Literal["category", "float64"]]:
    kinds: dict[Hashable, Literal["category", "float64"]] = {}
    if not layout.untyped:
        kinds.update(dict.fromkeys(layout.numbers, "float64"))
    kinds.update(dict.fromkeys(layout.repeating, "category"))
    return kinds


def exact_floats() -> Literal["round_trip"] | None:
    """How pandas is told to take the float that is nearest to a text."""
    import pandas as pd

    # From version 3 on every parser of floats does; before, only this one.
    return "round_trip" if int(pd.__version__.partition(".")[0]) < 3 else None


def _part(columns: Mapping[str, BulkColumn], rows: int, unfinished: bytes) -> Part:
    part = Part(Table(rows), unfinished=unfinished)
    filled = FilledRows(rows)
    for name, column in columns.items():
        if "moment" in column.kinds:
            part.table.clocks[name] = column.numbers(filled)
        elif "text" not in column.kinds:
            part.table.numbers[name] = column.numbers(filled)
            if "flag" not in column.kinds:
                part.numbers.add(name)
        elif is_label(name):
            part.table.texts[name] = column.labels(filled)
        else:
            part.notes[name] = column.notes
    return part

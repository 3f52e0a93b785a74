"""The columns of a large table, which comes in stretches of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.bulk_scan import STAND_IN
from losstui_parsers.columns import is_label, is_missing, number
from losstui_parsers.dialect import is_rule
from losstui_parsers.tables import Column, Labels, Mask, labels_of

if TYPE_CHECKING:
    import pandas as pd

SAMPLED_TEXTS = 200  # of a stretch of a column with texts, to tell a column of texts from one of numbers

_Number = TypeVar("_Number", np.float64, np.int32, np.bool_)


class _Joined(Generic[_Number]):
    """Arrays put one behind the other; the room for them that stays unused costs no memory."""

    def __init__(self, dtype: type[_Number]) -> None:
        self._room: NDArray[_Number] = np.empty(0, dtype)
        self._count = 0

    def add(self, more: NDArray[_Number], expected: int) -> None:
        """Put an array that nobody changes behind the others; `expected` numbers are to come in all."""
        end = self._count + len(more)
        if not self._count:
            self._room = more
        else:
            if end > len(self._room):
                grown = np.empty(max(expected, 2 * end), self._room.dtype)
                grown[: self._count] = self._room[: self._count]
                self._room = grown
            self._room[self._count : end] = more
        self._count = end

    def whole(self) -> NDArray[_Number]:
        """All of them as one."""
        whole: NDArray[_Number] = self._room[: self._count]
        return whole


class FilledRows:
    """Which rows of a table hold something; columns that are filled alike share their rows."""

    def __init__(self, rows: int) -> None:
        self._every = np.arange(rows, dtype=np.int64)
        self._known: list[tuple[Mask, IntArray]] = []

    def of(self, filled: Mask) -> IntArray:
        """The rows of a mask of shape (rows,)."""
        if filled.all():
            return self._every
        for known, rows in self._known:
            if np.array_equal(known, filled):
                return rows
        self._known.append((filled, np.flatnonzero(filled)))
        return self._known[-1][1]


class BulkColumn:
    """The cells of one column in the rows so far.

    `kinds` are those of its cells: "number", "flag", "moment" and "text". `stood_in` is how many hold the
    number that stands for a written NaN, `notes` how many a text where these are no labels. `expected` is how
    many there may be in all.
    """

    def __init__(self, name: str, decimal: str, *, first: bool) -> None:
        self.kinds: set[str] = set()
        self.expected = 0
        self.stood_in = 0
        self.notes = 0
        self._is_label = is_label(name)
        self._decimal = decimal
        self._first = first
        self._odd = False
        self._filled = _Joined(np.bool_)
        self._values = _Joined(np.float64)
        self._codes = _Joined(np.int32)
        self._names: dict[str, int] = {}

    @property
    def strange(self) -> bool:
        """Whether it is neither a column of numbers nor one of texts."""
        return self._odd or len(self.kinds) > 1

    def add(self, cells: pd.Series, *, may_stand_in: bool) -> None:
        """Add the cells of the next rows; where they may, some stand for a written NaN."""
        kind = cells.dtype.kind
        if kind in "fiub":
            values = cells.to_numpy(np.float64)
            filled = values == values  # one pass less than to ask for NaN
            if may_stand_in:
                written = values == float(STAND_IN)
                self.stood_in += int(np.count_nonzero(written))
                values = np.where(written, np.nan, values) if written.any() else values
            self._add_values(values, filled, "flag" if kind == "b" else "number")
        elif kind == "M":
            seconds = cells.to_numpy("datetime64[us]").astype(np.int64) / 1e6
            self._add_values(seconds, cells.notna().to_numpy(), "moment")
        else:
            self._add_texts(*_codes_of(cells))

    def _add_values(self, values: FloatArray, filled: Mask, kind: str) -> None:
        self._filled.add(filled, self.expected)
        if filled.any():
            self.kinds.add(kind)
            self._values.add(values if filled.all() else values[filled], self.expected)

    def _add_texts(self, codes: NDArray[np.integer], words: Sequence[object]) -> None:
        texts = [word.strip() for word in words if isinstance(word, str)]
        filled = np.zeros(len(codes), bool)
        self._odd |= len(texts) < len(words)
        if texts:
            self.kinds.add("text")
            comments = self._first and any(text.startswith("#") or is_rule(text) for text in texts)
            self._odd |= comments or not _are_texts(texts, self._decimal)
        if self._is_label:
            labels = labels_of(np.arange(len(codes)), codes, texts, self._names)
            filled[labels.rows] = True
            self._codes.add(labels.codes, self.expected)
        elif texts:
            missing = np.array([is_missing(text) for text in texts])
            self.notes += int(np.count_nonzero((codes >= 0) & ~missing[codes]))
        self._filled.add(filled, self.expected)

    def numbers(self, rows: FilledRows) -> Column:
        """The cells of a column of numbers or moments."""
        return Column(rows.of(self._filled.whole()), self._values.whole())

    def labels(self, rows: FilledRows) -> Labels:
        """The cells of a column of labels."""
        return Labels(rows.of(self._filled.whole()), self._codes.whole(), tuple(self._names))


def _codes_of(cells: pd.Series) -> tuple[NDArray[np.integer], list[object]]:
    """For each cell which of the different things in them it holds, below 0 where none, and these things."""
    import pandas as pd

    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.cat.codes.to_numpy(), cast("list[object]", cells.cat.categories.tolist())
    codes, found = cells.factorize()
    return codes, cast("list[object]", found.tolist())


def _are_texts(words: Sequence[str], decimal: str) -> bool:
    """Whether no cell of a column is a number or has several lines, as far as a sample tells the former."""
    filled = [word for word in words[:: max(1, len(words) // SAMPLED_TEXTS)] if not is_missing(word)]
    numbers = any(number(word, decimal) is not None for word in filled)
    return bool(filled) and not numbers and not any("\n" in word for word in words)

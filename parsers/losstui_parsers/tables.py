"""Tables as text logs hold them: sparse columns of numbers and texts, before axes are told from curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The numbers of one column: `rows`, rising, and `values`, both of shape (k,)."""

    rows: IntArray
    values: FloatArray

    def dense(self, rows: int) -> FloatArray:
        """The column as an array of shape (rows,), not to be changed, NaN where it has no cell."""
        if len(self.rows) == rows:
            return self.values
        filled = np.full(rows, np.nan)
        filled[self.rows] = self.values
        return filled

    def then(self, later: Column) -> Column:
        """These cells and those of later rows."""
        return Column(np.concatenate((self.rows, later.rows)), np.concatenate((self.values, later.values)))

    def where(self, mask: Mask) -> Column:
        """The cells in the rows of `mask`, shape (rows of the table,)."""
        chosen = mask[self.rows]
        return Column(self.rows[chosen], self.values[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The texts of one column: in each of `rows`, rising, the name of its code; both of shape (k,).

    The `names` differ, and stand in the order in which they come first.
    """

    rows: IntArray
    codes: Codes
    names: tuple[str, ...]


def labels_joined(parts: Sequence[Labels]) -> Labels:
    """The texts of parts, at least one, whose rows follow each other."""
    if len(parts) == 1:
        return parts[0]
    firsts = np.cumsum([0, *(len(part.names) for part in parts)], dtype=np.int32)
    codes = np.concatenate([part.codes + first for part, first in zip(parts, firsts, strict=False)])
    words = [name for part in parts for name in part.names]
    return labels_of(np.concatenate([part.rows for part in parts]), codes, words)


def labels_of(rows: IntArray, codes: NDArray[np.integer], words: Sequence[str]) -> Labels:
    """The texts of the rows whose word is not empty; words may come twice or be of no row.

    A code below 0 stands for no text.
    """
    known: dict[str, int] = {}
    merged = np.array([known.setdefault(word, len(known)) for word in words], np.int32)
    own = merged[codes] if len(known) else np.zeros(len(codes), np.int32)
    filled = (codes >= 0) & (own != known.get("", -1)) if len(known) else np.zeros(len(rows), bool)
    if not filled.all():
        rows, own = rows[filled], own[filled]
    first = np.full(len(known), len(own))
    first[own[::-1]] = np.arange(len(own))[::-1]  # of several rows the one written last counts
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(own))]
    places = np.zeros(len(known), np.int32)
    places[order] = np.arange(len(order))
    names = list(known)
    return Labels(rows, places[own], tuple(names[code] for code in map(int, order)))


def labels_by_row(texts: Mapping[int, str]) -> Labels:
    """The texts by the rows that hold them, rising."""
    words = {word: code for code, word in enumerate(dict.fromkeys(texts.values()))}
    codes = np.array([words[text] for text in texts.values()], np.int32)
    return labels_of(np.array(list(texts), np.int64), codes, list(words))


@dataclass(slots=True, eq=False)
class Table:
    """What a text log holds, before its axes are told from its curves.

    `texts` are the columns that hold no numbers; `clocks` are those of moments that were written as text,
    in seconds since 1970. `hyperparameters` and `warnings` are handed on to every run of the table.
    `one_header`: no header within it names other columns.
    `failed` and `progress` are what the text says beside its rows, as in `losstui.parsing.LoggedRun`.
    """

    rows: int
    numbers: dict[str, Column] = field(default_factory=dict[str, Column])
    texts: dict[str, Labels] = field(default_factory=dict[str, Labels])
    clocks: dict[str, Column] = field(default_factory=dict[str, Column])
    hyperparameters: dict[str, object] = field(default_factory=dict[str, object])
    warnings: list[str] = field(default_factory=list[str])
    one_header: bool = True
    failed: bool = False
    progress: float | None = None

    def add(self, name: str, column: Column) -> None:
        """Append cells to a column; their rows come after those it has."""
        known = self.numbers.get(name)
        self.numbers[name] = column if known is None else known.then(column)

"""Tables as text logs hold them: sparse columns of numbers and texts, before axes are told from curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray

HEAD_ROWS = 4096  # in which the few names of a column mostly come first

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


def renumbered(labels: Labels, names: dict[str, int]) -> Codes:
    """The codes of `labels` in the numbering of `names`, to which names it lacks are added at the end."""
    numbers = [names.setdefault(name, len(names)) for name in labels.names]
    return np.array(numbers, np.int32)[labels.codes]


def labels_joined(parts: Sequence[Labels]) -> Labels:
    """The texts of parts, at least one, whose rows follow each other."""
    names: dict[str, int] = {}
    codes = np.concatenate([renumbered(part, names) for part in parts])
    return Labels(np.concatenate([part.rows for part in parts]), codes, tuple(names))


def labels_of(
    rows: IntArray, codes: NDArray[np.integer], words: Sequence[str], known: dict[str, int] | None = None
) -> Labels:
    """The texts of the rows whose word is not empty; words may come twice or be of no row.

    A code of -1 stands for no text. Names that are not `known` are added to these, behind them.
    """
    first = _first_places(codes, len(words))
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
    names = {} if known is None else known
    numbers = np.full(len(words) + 1, -1, np.int32)  # the last one for a code of -1
    ordered = [words[code] for code in map(int, order)]
    numbers[order] = [names.setdefault(word, len(names)) if word else -1 for word in ordered]
    own = numbers[codes]
    filled = own >= 0
    if not filled.all():
        rows, own = rows[filled], own[filled]
    return Labels(rows, own, tuple(names))


def _first_places(codes: NDArray[np.integer], count: int) -> IntArray:
    """Where each code below `count` comes first, shape (count,); behind the end where it does not come."""
    first = np.full(count + 1, len(codes))
    for length in (HEAD_ROWS, len(codes)):
        head = codes[:length]
        first[head[::-1]] = np.arange(len(head))[::-1]  # of several places the one written last counts
        if (first[:-1] < len(codes)).all():
            break
    return first[:-1]


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
    `settings_of_runs` are the hyper-parameters of single runs, by their name.
    `one_header`: no header within it names other columns.
    `failure` is what the text says of why the run died; `progress` is as in `losstui.parsing.LoggedRun`.
    """

    rows: int
    numbers: dict[str, Column] = field(default_factory=dict[str, Column])
    texts: dict[str, Labels] = field(default_factory=dict[str, Labels])
    clocks: dict[str, Column] = field(default_factory=dict[str, Column])
    hyperparameters: dict[str, object] = field(default_factory=dict[str, object])
    settings_of_runs: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    warnings: list[str] = field(default_factory=list[str])
    one_header: bool = True
    failure: str | None = None
    progress: float | None = None

    def add(self, name: str, column: Column) -> None:
        """Append cells to a column; their rows come after those it has."""
        known = self.numbers.get(name)
        self.numbers[name] = column if known is None else known.then(column)

"""Tables as text logs hold them: sparse columns of numbers and texts, before axes are told from curves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray

Mask = NDArray[np.bool_]


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

    def where(self, mask: Mask) -> Column:
        """The cells in the rows of `mask`, shape (rows of the table,)."""
        chosen = mask[self.rows]
        return Column(self.rows[chosen], self.values[chosen])


@dataclass(slots=True, eq=False)
class Table:
    """What a text log holds, before its axes are told from its curves.

    `texts` are the columns that hold no numbers: row to text. `hyperparameters` and `warnings` are
    handed on to every run of the table. `one_header`: no header within it names other columns.
    `failed` and `progress` are what the text says beside its rows, as in `losstui.parsing.LoggedRun`.
    """

    rows: int
    numbers: dict[str, Column] = field(default_factory=dict[str, Column])
    texts: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    hyperparameters: dict[str, object] = field(default_factory=dict[str, object])
    warnings: list[str] = field(default_factory=list[str])
    one_header: bool = True
    failed: bool = False
    progress: float | None = None

    def add(self, name: str, column: Column) -> None:
        """Append cells to a column; their rows come after those it has."""
        known = self.numbers.get(name)
        if known is not None:
            column = Column(
                np.concatenate((known.rows, column.rows)), np.concatenate((known.values, column.values))
            )
        self.numbers[name] = column

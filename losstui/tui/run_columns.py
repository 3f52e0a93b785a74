"""How the columns of numbers in the list of runs are written: with the same decimals if they can."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from losstui.wording import number

DIGITS = 3  # of the middle number of a column: two runs that agree in three are alike
LEGIBLE_DIGITS = 2  # of a number: less does not tell it from its neighbours
LEGIBLE_SHARE = 0.75  # of the numbers; where fewer are legible with the same decimals, each has its own


class Column(NamedTuple):
    """How the numbers of a column are written in at most `cells` cells.

    With `decimals` digits behind the point, for None, or where they have no room, each with those it needs;
    `signed` ones show a plus.
    """

    cells: int
    decimals: int | None = None
    signed: bool = False

    def text(self, value: float | None) -> str:
        """A number of the column; nothing for what there is not."""
        if value is None:
            return ""
        if not math.isfinite(value):
            return number(value)
        if self.decimals is not None:
            text = self._fixed(value)
            if len(text) <= self.cells:
                return text
        return self._by_itself(value)

    def legible(self, sizes: Sequence[float]) -> int:
        """How many of these numbers, positive and rising, show enough of their digits."""
        least = 10.0 ** (LEGIBLE_DIGITS - 1 - (self.decimals or 0))
        fitting = bisect_right(sizes, self.cells, key=lambda size: len(self._fixed(size)))
        return max(0, fitting - bisect_left(sizes, least))

    def _fixed(self, value: float) -> str:
        return f"{value + 0.0:{'+' if self.signed and value else ''}.{self.decimals}f}"

    def _by_itself(self, value: float) -> str:
        sign = "+" if self.signed and value > 0 else ""
        texts = [sign + number(value, digits) for digits in range(DIGITS, 0, -1)]
        return next((text for text in texts if len(text) <= self.cells), texts[-1])


def fitting_column(values: Iterable[float | None], cells: int, *, signed: bool = False) -> Column:
    """The notation in which most of `values` are legible in so many cells: the same decimals, if those do."""
    sizes = sorted(abs(value) for value in values if value and math.isfinite(value))
    if not sizes:
        return Column(cells, DIGITS - 1, signed)
    typical = sizes[len(sizes) // 2]
    wanted = DIGITS - 1 - math.floor(math.log10(typical))
    room = cells - 2 - signed  # a digit and the point
    fixed = [Column(cells, decimals, signed) for decimals in range(max(0, min(wanted, room)), -1, -1)]
    legible = [one.legible(sizes) for one in fixed]
    most = max(legible)
    return fixed[legible.index(most)] if most >= LEGIBLE_SHARE * len(sizes) else Column(cells, None, signed)

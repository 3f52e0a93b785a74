"""The logbook of DEAP, which prints a row for each generation of an evolution."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_MEAN = re.compile(r"avg|mean|average", re.IGNORECASE)


class Deap(LineFamily):
    """`gen  nevals  avg  std  min  max`, then `0  300  25.5  4.25  12  36`: statistics of the fitness.

    It is maximised or minimised, which no line tells: a mean that rises is taken for a fitness, one that
    falls for a cost, and the other columns are neither good nor bad.
    """

    title: ClassVar[str] = "DEAP"
    marks: ClassVar[tuple[str, ...]] = ("\t",)
    distinctive: ClassVar[bool] = True

    _header = re.compile(r"gen\s*\tnevals\s*((?:\t[^\t]+)+)")
    _row = re.compile(rf"(\d+)\s*\t(\d+)\s*((?:\t *{NUMBER} *)+)\s*")

    def __init__(self) -> None:
        self._names: list[str] = []
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def read(self, line: str) -> Record | None:
        """The statistics of one generation."""
        header = self._header.fullmatch(line)
        if header:
            self._names = [name.strip() for name in header.group(1).split("\t")[1:]]
            return None
        row = self._row.fullmatch(line) if self._names else None
        numbers = [to_number(cell.strip()) for cell in row.group(3).split("\t")[1:]] if row else []
        if row is None or len(numbers) != len(self._names):
            return None
        values = list(zip(self._names, numbers, strict=True))
        self._first = self._first or dict(values)
        self._last = dict(values)
        return Record([*values, ("nevals", float(row.group(2)))], float(row.group(1)))

    def names(self) -> Mapping[str, str]:
        """What the means are means of."""
        means = [name for name in self._first if _MEAN.fullmatch(name)]
        return {
            name: "mean_fitness" if self._last[name] >= self._first[name] else "mean_cost"
            for name in means[:1]
        }

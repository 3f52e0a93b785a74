"""MATLAB's table of a training, whose names stand in two lines."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, any_measured, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_OF_BATCH = "Mini-batch "  # of training, and no part of what is measured


class Matlab(LineFamily):
    """`|  Epoch  |  Iteration  | ... |  Mini-batch  |` above `|  |  | ... |  Loss  |` between two rules."""

    title: ClassVar[str] = "MATLAB"
    marks: ClassVar[tuple[str, ...]] = ("|",)
    distinctive: ClassVar[bool] = True

    _rule = re.compile(r"\s*\|={10,}\|\s*")
    _cells = re.compile(r"\s*\|(.*\|.*)\|\s*")
    _number = re.compile(rf"({NUMBER})%?")

    def __init__(self) -> None:
        self._words: list[list[str]] | None = None  # of each column so far, while the header is read
        self._names: list[str] = []

    def read(self, line: str) -> Record | None:
        """The values of one row."""
        if self._rule.fullmatch(line):
            self._turn()
            return None
        match = self._cells.fullmatch(line) if self._words is not None or self._names else None
        if match is None:
            return None
        cells = [cell.strip() for cell in match.group(1).split("|")]
        if self._words is not None:
            self._words = self._words or [[] for _ in cells]
            for words, cell in zip(self._words, cells, strict=False):
                words += [cell] if cell else []
            return None
        return self._row(cells) if len(cells) == len(self._names) else None

    def _turn(self) -> None:
        """Begin or end the header, or end the table."""
        if self._words:
            self._names = [" ".join(words).replace(_OF_BATCH, "Training ") for words in self._words]
            self._words = None
        else:
            self._words = None if self._names else []
            self._names = []

    def _row(self, cells: list[str]) -> Record | None:
        found = {
            name: to_number(number.group(1))
            for name, cell in zip(self._names, cells, strict=True)
            if (number := self._number.fullmatch(cell))
        }
        step, epoch = found.pop("Iteration", None), found.pop("Epoch", None)
        values = list(found.items())
        return Record(values, step, epoch) if step is not None and any_measured(values) else None

"""Tables with blanks or tabs between the columns: fastai, skorch, spaCy, scikit-learn, copied notebooks."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, any_measured, is_measured, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_EPOCHS = ("E", "Epoch", "epoch")
_SAVED = ("cp", "+")  # skorch's column that tells of a checkpoint, and what stands there


class SpacedTables(LineFamily):
    """`epoch  train_loss  valid_loss  time`, then `0  0.51  0.42  00:12` below it.

    A row of a data frame has its number before all else; what is copied from a notebook has tabs.
    """

    title: ClassVar[str] = "fastai, skorch, spaCy or scikit-learn"
    marks: ClassVar[tuple[str, ...]] = ("  ", "\t")
    of_loops: ClassVar[bool] = True

    _header = re.compile(r"\s*(E|[Ee]poch|[Ii]ter(?:ation)?|[Ss]tep|[Ee]pisode)(?:\s{2,}|\t)([^\W\d].*|# .*)")
    _row = re.compile(r"\s*(\d+)(?:\s{2,}|\t)(\S.*)")
    _between = re.compile(r"\s{2,}|\t")
    _number = re.compile(NUMBER)

    def __init__(self) -> None:
        self._counts_epochs = False
        self._names: list[str] = []

    def read(self, line: str) -> Record | None:
        """The values of one row."""
        header = self._header.fullmatch(line)
        if header:
            names = [name for name in self._between.split(header.group(2).strip()) if name not in _SAVED]
            if any(map(is_measured, names)):
                self._names, self._counts_epochs = names, header.group(1) in _EPOCHS
            return None
        row = self._row.fullmatch(line) if self._names else None
        if row is None:
            return None
        # "No log" is one cell
        texts = row.group(2).split("\t") if "\t" in row.group(2) else row.group(2).split()
        count, cells = row.group(1), [cell for cell in texts if cell not in _SAVED]
        if len(cells) == len(self._names) + 1 and cells[0].isdecimal():
            count, *cells = cells
        if len(cells) != len(self._names):
            return None
        values = [
            (name, to_number(cell))
            for name, cell in zip(self._names, cells, strict=True)
            if self._number.fullmatch(cell)
        ]
        if not any_measured(values):
            return None
        place = float(count)
        step = next((value for name, value in values if name == "#"), None if self._counts_epochs else place)
        return Record(
            [(name, value) for name, value in values if name != "#"],
            step,
            place if self._counts_epochs else None,
        )

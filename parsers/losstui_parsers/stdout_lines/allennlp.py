"""AllenNLP's console: after each epoch a table of the metrics of both splits."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_CELL = rf"\|\s+({NUMBER}|N/A)"


class AllenNlp(LineFamily):
    """`... - Epoch 3/9`, then `... - loss  |  0.5  |  0.6` below `Training |  Validation`, each epoch.

    Its bars, one for each split, look alike and show the average so far: they are not told.
    """

    title: ClassVar[str] = "AllenNLP"
    marks: ClassVar[tuple[str, ...]] = ("allennlp.", " ||: ")
    distinctive: ClassVar[bool] = True

    _epoch = re.compile(r"allennlp\S* - Epoch (\d+)/\d+\s*$")
    _row = re.compile(rf"allennlp\S* - (\w\S*)\s+{_CELL}(?:\s+{_CELL})?\s*$")

    def __init__(self) -> None:
        self._number: float | None = None

    def read(self, line: str) -> Record | None:
        """The values of one metric."""
        epoch = self._epoch.search(line)
        if epoch:
            self._number = float(epoch[1])
        if self._number is None:
            return None
        row = self._row.search(line)
        if row is None:
            return Record([]) if " ||: " in line else None
        cells = (("training", row[2]), ("validation", row[3]))
        values = [
            (f"{split}/{row[1]}", to_number(cell)) for split, cell in cells if cell not in (None, "N/A")
        ]
        return Record(values, epoch=self._number)

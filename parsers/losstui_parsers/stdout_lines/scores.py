"""Programs that print no name beside their loss: Deeplearning4j and Vowpal Wabbit."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class ScoreListener(LineFamily):
    """`ScoreIterationListener - Score at iteration 10 is 2.31`: the score is the loss of the batch."""

    title: ClassVar[str] = "Deeplearning4j"
    marks: ClassVar[tuple[str, ...]] = ("core at iteration ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(rf"\b[Ss]core at iteration (\d+) is ({NUMBER})\s*$")

    def read(self, line: str) -> Record | None:
        """The loss of one iteration."""
        match = self._line.search(line)
        return Record([("loss", to_number(match.group(2)))], float(match.group(1))) if match else None


class VowpalWabbit(LineFamily):
    """Vowpal Wabbit's rows below `average  since  example ...`: the loss so far, and since the row before."""

    title: ClassVar[str] = "Vowpal Wabbit"
    marks: ClassVar[tuple[str, ...]] = ("  ",)
    distinctive: ClassVar[bool] = True

    _header = re.compile(r"\s*loss\s+last\s+counter\s+weight\b.*")
    _row = re.compile(rf"\s*({NUMBER})\s+({NUMBER})\s+(\d+)\s+\d+\.\d+\s+\S.*")

    def __init__(self) -> None:
        self._below = False

    def read(self, line: str) -> Record | None:
        """The losses of one row; the step is the number of examples."""
        if not self._below:
            self._below = self._header.fullmatch(line) is not None
            return None
        match = self._row.fullmatch(line)
        if match is None:
            return None
        values = [("average loss", to_number(match.group(1))), ("loss", to_number(match.group(2)))]
        return Record(values, float(match.group(3)))

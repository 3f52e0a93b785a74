"""DeepXDE's table of losses, each a list of one number for every equation and condition."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_NUMBERS = rf"\[((?:\s*{NUMBER}\s*,?)*)\]"


class DeepXde(LineFamily):
    """`1000  [1e-03, 2e-04]  [1e-03, 0e+00]  [1e-02]`: what is minimised is the sum of the first list."""

    title: ClassVar[str] = "DeepXDE"
    marks: ClassVar[tuple[str, ...]] = ("]    ", "Test loss")

    _header = re.compile(r"Step\s+Train loss\s+Test loss\s+Test metric\s*$")
    _row = re.compile(rf"(\d+)\s+{_NUMBERS}\s+{_NUMBERS}\s+{_NUMBERS}\s*$")
    _number = re.compile(NUMBER)

    def __init__(self) -> None:
        self._below_header = False

    def read(self, line: str) -> Record | None:
        """The losses and metrics of a row below the header."""
        if self._header.match(line):
            self._below_header = True
            return None
        row = self._row.match(line) if self._below_header else None
        if row is None:
            return None
        train, test, metrics = ([to_number(one) for one in self._number.findall(row[i])] for i in (2, 3, 4))
        parts = _numbered("Train loss", train) if len(train) > 1 else []
        sums = [("Train loss", sum(train)), ("Test loss", sum(test))]
        return Record([*sums, *parts, *_numbered("Test metric", metrics)], float(row[1]))


def _numbered(name: str, values: list[float]) -> list[tuple[str, float]]:
    """Each of several values under the name with its number."""
    if len(values) == 1:
        return [(name, values[0])]
    return [(f"{name} {number}", value) for number, value in enumerate(values, 1)]

"""DeepXDE's losses, each a list of one number for every equation and condition: printed, or in `loss.dat`."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

SAVED = "# step, loss_train, loss_test, metrics_test"  # the first line of `loss.dat`
_NUMBERS = rf"\[((?:\s*{NUMBER}\s*,?)*)\]"


class DeepXde(LineFamily):
    """`1000  [1e-03, 2e-04]  [1e-03, 0e+00]  [1e-02]`: what is minimised is the sum of the first list.

    Its `loss.dat` has the numbers of all three lists side by side. As many of them are of training as of
    the test; a last one without its like is a metric.
    """

    title: ClassVar[str] = "DeepXDE"
    marks: ClassVar[tuple[str, ...]] = ("]    ", "Test loss", SAVED, "00e+0")

    _header = re.compile(r"Step\s+Train loss\s+Test loss\s+Test metric\s*$")
    _row = re.compile(rf"(\d+)\s+{_NUMBERS}\s+{_NUMBERS}\s+{_NUMBERS}\s*$")
    _number = re.compile(NUMBER)

    def __init__(self) -> None:
        self._below_header = False
        self._below_saved = False
        self._latest = ""

    def read(self, line: str) -> Record | None:
        """The losses and metrics of a row below the header."""
        if self._header.match(line):
            self._below_header = True
            return None
        if self._below_saved or SAVED in line:
            return self._saved(line)
        row = self._row.match(line) if self._below_header else None
        if row is None:
            return None
        train, test, metrics = ([to_number(one) for one in self._number.findall(row[i])] for i in (2, 3, 4))
        return _record(float(row[1]), train, test, metrics)

    def _saved(self, line: str) -> Record | None:
        """The losses and the metric of a row of `loss.dat`; what ends the training is there twice."""
        if not self._below_saved or line == self._latest:
            self._below_saved = True
            return None
        self._latest = line
        cells = line.split()
        if len(cells) < 3 or not all(self._number.fullmatch(cell) for cell in cells):
            return None
        step, *losses = map(to_number, cells)
        count = len(losses) // 2
        return _record(step, losses[:count], losses[count : 2 * count], losses[2 * count :])


def _record(step: float, train: list[float], test: list[float], metrics: list[float]) -> Record:
    """The sums of the losses, the parts of that which is minimised, and the metrics."""
    parts = _numbered("Train loss", train) if len(train) > 1 else []
    sums = [("Train loss", sum(train)), ("Test loss", sum(test))]
    return Record([*sums, *parts, *_numbered("Test metric", metrics)], step)


def _numbered(name: str, values: list[float]) -> list[tuple[str, float]]:
    """Each of several values under the name with its number."""
    if len(values) == 1:
        return [(name, values[0])]
    return [(f"{name} {number}", value) for number, value in enumerate(values, 1)]

"""DeepXDE's losses, each a list of one number for every equation and condition: printed, or in `loss.dat`."""

from __future__ import annotations

import math
import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

SAVED = "# step, loss_train, loss_test, metrics_test"  # the first line of `loss.dat`
_CLEARLY_NEARER = 4.0  # times: losses on other points differ by a tenth, those of other terms by any factor
_NUMBERS = rf"\[((?:\s*{NUMBER}\s*,?)*)\]"


class DeepXde(LineFamily):
    """`1000  [1e-03, 2e-04]  [1e-03, 0e+00]  [1e-02]`: what is minimised is the sum of the first list.

    Its `loss.dat` has the numbers of all three lists side by side. As many of them are of training as of
    the test; what has no like among them are metrics.
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
        self._terms = 0  # of the loss in a row of `loss.dat`, once it is known

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
        count = self._terms = self._terms or _terms(losses)
        return _record(step, losses[:count], losses[count : 2 * count], losses[2 * count :])


def _terms(losses: list[float]) -> int:
    """Of how many terms the losses of training are: as many follow of the test, and then the metrics.

    They are half of all numbers, unless the first ones are far more alike to those behind them: before the
    training begins a loss is much the same on other points.
    """
    most = len(losses) // 2
    apart = {count: _apart(losses, count) for count in range(1, most + 1)}
    nearest = min(apart, key=lambda count: (apart[count], -count))
    return nearest if apart[nearest] < apart[most] / _CLEARLY_NEARER else most


def _apart(losses: list[float], count: int) -> float:
    """By what factor, as its mean logarithm, the first `count` losses and those behind them differ."""
    pairs = zip(losses[:count], losses[count : 2 * count], strict=True)
    return sum(0.0 if a == b else abs(math.log(a / b)) if a > 0 < b else math.inf for a, b in pairs) / count


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

"""TensorFlow's Object Detection API: the losses of a step, printed as a dictionary over several lines."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class ObjectDetection(LineFamily):
    """`Step 100 per-step time 0.5s`, then `{'Loss/total_loss': 0.5,` and one line a further value.

    What two loggers print of one step is told once.
    """

    title: ClassVar[str] = "TensorFlow Object Detection"
    marks: ClassVar[tuple[str, ...]] = (" per-step time ", "{'Loss/", " 'Loss/", " 'learning_rate': ")
    distinctive: ClassVar[bool] = True

    _step = re.compile(rf"Step (\d+) per-step time ({NUMBER})s")
    _item = re.compile(rf"'((?:Loss/)?\w+)': ({NUMBER})(?=[,}}])")

    def __init__(self) -> None:
        self._place: float | None = None
        self._told: float | None = None
        self._values: list[tuple[str, float]] = []
        self._open = False

    def read(self, line: str) -> Record | None:
        """The values of a step, at the end of its dictionary."""
        step = self._step.search(line)
        if step:
            self._place, self._open = float(step.group(1)), False
            return Record([])
        if "{'Loss/" in line and self._place is not None:
            self._values, self._open = [], True
        if not self._open:
            return None
        self._values += [(tag, to_number(number)) for tag, number in self._item.findall(line)]
        if "}" not in line:
            return Record([])
        self._open = False
        if self._place == self._told:
            return Record([])
        self._told = self._place
        return Record(self._values, self._place)

"""The bar of pytorch-cifar, which many loops have taken over: "[=>..]  Step: 65ms | Tot: 9s | Loss: 1.2"."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import phrase_pairs, under
from losstui_parsers.stdout_lines.record import LineFamily, Record


class StepBars(LineFamily):
    """The last state of each bar: the first one below an epoch is of training, those behind it of the test.

    How many batches are done is drawn over the end of the line, behind backspaces.
    """

    title: ClassVar[str] = "pytorch-cifar"
    marks: ClassVar[tuple[str, ...]] = ("| Tot: ", "poch", "/")
    of_loops: ClassVar[bool] = True

    _epoch = re.compile(r"\W*Epoch:? *\[?(\d+)(?:/\d+)?\W*", re.IGNORECASE)
    _message = re.compile(r"Step: \S+ *\| Tot: \S+ *\| (.*)")
    _full = re.compile(r"(?:^|\s)(\d+)/\1\s*$")

    def __init__(self) -> None:
        self._number: float | None = None
        self._bars = 0  # that were full in this epoch
        self._values: list[tuple[str, float]] = []

    def read(self, line: str) -> Record | None:
        """The averages over the epoch, or over the test, where a bar is full."""
        message = self._message.search(line) if "| Tot: " in line else None
        if message:
            self._values = [(tag, value) for tag, value, _ in phrase_pairs(message.group(1))]
        if self._values and self._full.search(line):
            values, self._values = under("test" if self._bars else "train", self._values), []
            self._bars += 1
            return Record(values, epoch=self._number)
        epoch = None if message else self._epoch.fullmatch(line)
        if epoch:
            self._number, self._bars = float(epoch.group(1)), 0
        return Record([]) if message else None

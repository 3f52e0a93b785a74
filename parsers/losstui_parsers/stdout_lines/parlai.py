"""ParlAI: the place on a line of its own, below it the names, below these the values."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number, under
from losstui_parsers.stdout_lines.record import LineFamily, Record

_STEP = "total_train_updates"


class ParlAi(LineFamily):
    """`10:00:00 | time:10s total_exs:400 epochs:0.05`, `  clip  loss  total_train_updates`, `  1  2.3  10`.

    Of several tasks the row of all together counts; `valid:` or `test:` above the names tells the data.
    """

    title: ClassVar[str] = "ParlAI"
    marks: ClassVar[tuple[str, ...]] = (" total_exs:", " valid:", " test:", "   ")
    distinctive: ClassVar[bool] = True

    _place = re.compile(rf"\btotal_exs:\d+ .*\bepochs:({NUMBER})")
    _held_out = re.compile(r"\d\d:\d\d:\d\d \| (valid|test):\s*")
    _number = re.compile(NUMBER)

    def __init__(self) -> None:
        self._epoch: float | None = None
        self._split = ""
        self._names: list[str] = []

    def read(self, line: str) -> Record | None:
        """The values in the row below the names."""
        if line[:1] != " ":
            if "total_exs:" in line or line.rstrip().endswith((" valid:", " test:")):
                self._begin(line)
            return None
        words = line.split()
        if _STEP in words:
            self._names = words
            return Record([])
        if not self._names or len(words) - (words[0] == "all") != len(self._names):
            return None
        numbers = words[-len(self._names) :]
        if not all(map(self._number.fullmatch, numbers)):
            return None
        values = {name: to_number(one) for name, one in zip(self._names, numbers, strict=True)}
        self._names, step = [], values.pop(_STEP)
        told = under(self._split, values.items()) if self._split else list(values.items())
        return Record(told, step, self._epoch)

    def _begin(self, line: str) -> None:
        """Take the place, or the data, of the rows below."""
        place, held_out = self._place.search(line), self._held_out.match(line)
        self._names = []
        self._split = held_out.group(1) if held_out else ""
        self._epoch = to_number(place.group(1)) if place else self._epoch

"""The bars of tqdm-loggable, which are lines: Levanter's and Marin's."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import any_measured, pairs
from losstui_parsers.stdout_lines.record import LineFamily, Record

_UNITS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}


class LoggableBars(LineFamily):
    """`Progress on:train 11.0it/1.50kit rate:1.2it/s remaining:20:41 elapsed:00:09 postfix:loss=2.25`."""

    title: ClassVar[str] = "tqdm-loggable"
    marks: ClassVar[tuple[str, ...]] = ("Progress on:",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        r"Progress on:([^\d]{0,40}?) ?(\d+(?:\.\d+)?)([kMG]?)[A-Za-z]*/\S+ rate:.{0,120}? postfix:(.*)"
    )

    def __init__(self) -> None:
        self._last: tuple[float, str] | None = None

    def read(self, line: str) -> Record | None:
        """The values behind a bar; a bar drawn again says nothing new. A step in thousands is rounded."""
        match = self._line.search(line)
        if match is None:
            return None
        step = round(float(match.group(2)) * _UNITS[match.group(3)])
        drawn = step, match.group(4)
        if drawn == self._last:
            return Record([])
        self._last = drawn
        values = pairs(match.group(4))
        return Record(values, float(step)) if any_measured(values) else None

"""MALLET's topic models."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Mallet(LineFamily):
    """`<10> LL/token: -9.25`: the logarithm of the likelihood of a word, after so many passes."""

    title: ClassVar[str] = "MALLET"
    marks: ClassVar[tuple[str, ...]] = ("> LL/token: ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(rf"(?:^|\s)<(\d+)> LL/token: ({NUMBER})\s*$")

    def read(self, line: str) -> Record | None:
        """The likelihood after one pass."""
        match = self._line.search(line)
        if match is None:
            return None
        return Record([("log_likelihood/token", to_number(match.group(2)))], float(match.group(1)))

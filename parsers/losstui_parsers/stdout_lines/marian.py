"""Marian: `Ep. 1 : Up. 500 : Sen. 31,411 : Cost 2.05 : Time 8.7s : ...` and its `[valid]` lines."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Marian(LineFamily):
    """One line each display interval, one line a metric each validation."""

    title: ClassVar[str] = "Marian"
    marks: ClassVar[tuple[str, ...]] = (" : Up. ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(rf"(\[valid\] )?Ep\. ({NUMBER}) : Up\. (\d+) : (.*)")
    _validation = re.compile(rf"([\w-]+) : ({NUMBER})(?= : )")
    _named = re.compile(rf"(?:^| : )(Cost|gNorm|L\.r\.|Time) ({NUMBER})")
    _speed = re.compile(rf" : ({NUMBER}) words/s")

    def read(self, line: str) -> Record | None:
        """The values of one interval or one metric on the validation set."""
        match = self._line.search(line)
        if match is None:
            return None
        rest = match.group(4)
        if match.group(1):
            metric = self._validation.match(rest)
            values = [(f"valid/{metric.group(1)}", to_number(metric.group(2)))] if metric else []
        else:
            found = self._named.findall(rest)
            values = [("learning_rate" if tag == "L.r." else tag, to_number(number)) for tag, number in found]
            values.extend(("words/s", to_number(number)) for number in self._speed.findall(rest))
        return Record(values, float(match.group(3)), to_number(match.group(2))) if values else None

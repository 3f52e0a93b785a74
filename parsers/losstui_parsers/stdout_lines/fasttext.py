"""fastText: `Progress:  45.1% words/sec/thread: 12345 lr: 0.027 avg.loss: 2.31 ETA: 0h 0m 9s`, redrawn."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class FastText(LineFamily):
    """Each state of the line of progress, which counts no steps."""

    title: ClassVar[str] = "fastText"
    marks: ClassVar[tuple[str, ...]] = ("words/sec/thread:",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        rf"Progress: +[\d.]+% +words/sec/thread: +({NUMBER}) +lr: +({NUMBER}) +(?:avg\.)?loss: +({NUMBER})"
    )
    _names = ("words/sec/thread", "lr", "loss")

    def read(self, line: str) -> Record | None:
        """The average loss so far, and at what rate and speed."""
        match = self._line.search(line)
        if match is None:
            return None
        return Record(
            [(tag, to_number(number)) for tag, number in zip(self._names, match.groups(), strict=True)]
        )

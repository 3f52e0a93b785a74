"""Losses on lines that count nothing: "loss: 0.5", "12:00:05   binary cross entropy: 0.5"."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import ENDED, NUMBER, WORD, is_loss, phrase_pairs
from losstui_parsers.stdout_lines.record import LineFamily, Record


class Unplaced(LineFamily):
    """A line that begins with a loss, but for a date or a mark before it; its row is its place."""

    title: ClassVar[str] = "losses without a step"
    marks: ClassVar[tuple[str, ...]] = ("oss", "OSS", "ntropy")
    openings: ClassVar[tuple[str, ...]] = marks
    redrawn: ClassVar[bool] = True
    values_wanted: ClassVar[int] = 5  # a few are the results of folds or of data sets

    _line = re.compile(
        rf"[^A-Za-z_]{{0,40}}({WORD}(?: {WORD}){{0,2}})(?:\([^()]{{1,40}}\))?\s*[:=]\s*"
        rf"(?:tensor\(|param\()?{NUMBER}{ENDED}"
    )

    def read(self, line: str) -> Record | None:
        """The named numbers of a line whose first one is a loss."""
        match = self._line.match(line)
        if match is None or not is_loss(match.group(1)):
            return None
        return Record([(tag, value) for tag, value, _ in phrase_pairs(line)])

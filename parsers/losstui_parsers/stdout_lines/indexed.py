"""Lines that begin with a count and a colon: "100: Training loss 0.5"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar

from losstui.parsing import HEAD_BYTES
from losstui_parsers.stdout_lines.key_values import KeyValues
from losstui_parsers.stdout_lines.record import LineFamily, Record

# Lines at even distances, before the number they begin with is taken for a step: processes are numbered
# from line to line as they come, and the lines of a listing have all between them.
EVEN_WANTED = 3


class Indexed(LineFamily):
    """A number before a colon and a loss, where such numbers rise evenly; else it is that of a process."""

    title: ClassVar[str] = "named numbers behind a count"
    marks: ClassVar[tuple[str, ...]] = KeyValues.marks
    redrawn: ClassVar[bool] = True

    _count = re.compile(r"^\s*(\d+): (?=[^\W\d])")
    _opening = re.compile(r"^[ \t]*(\d+): [A-Za-z][\w \t]{0,40}?loss\b", re.IGNORECASE | re.MULTILINE)

    def __init__(self) -> None:
        self._reader = KeyValues()

    @classmethod
    def opens(cls, text: str) -> bool:
        """Whether the counts before losses rise, the first of them by the same each."""
        counts = [int(count) for count in cls._opening.findall(text[:HEAD_BYTES])]
        rises = [after - before for before, after in pairwise(counts)]
        even = rises[: EVEN_WANTED - 1]
        return len(counts) >= EVEN_WANTED and min(rises) > 0 and len(set(even)) == 1

    def read(self, line: str) -> Record | None:
        """The named numbers of the line, at the step it begins with."""
        return self._reader.read(self._count.sub(r"step \1: ", line))

    def names(self) -> Mapping[str, str]:
        """As those of `KeyValues`."""
        return self._reader.names()

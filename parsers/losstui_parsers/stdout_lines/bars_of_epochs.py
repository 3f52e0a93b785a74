"""Epochs that only a bare count names, "[3/100] Train Loss: 0.5", below the bar of each of them."""

from __future__ import annotations

import re

from losstui_parsers.stdout_lines.places import Place

_BAR = re.compile(r"\| *(\d{1,15})/(\d{1,15}) \[\d+:\d\d")
_COUNT = re.compile(r"\s*\[\s*(\d+)\s*/\s*\d+\s*\](?!\s*\[)")


class BarsOfEpochs:
    """Tells such a count from that of a batch: a bar was full since the last one, which was less by one.

    The first one is 0 or 1; where a full bar is of a validation after some steps, these come at intervals.
    """

    def __init__(self) -> None:
        self._full = False  # whether a bar was, since the last count
        self._count = 0

    def look(self, line: str) -> None:
        """Take note of the bars in a line."""
        self._full = self._full or any(done == total for done, total in _BAR.findall(line))

    def placed(self, line: str, place: Place) -> Place:
        """The place of a line, with what it counts as the epoch where that is one."""
        if not self._full or place.step is None or place.epoch is not None:
            return place
        count = _COUNT.match(line)
        if count is None or int(count[1]) not in (self._count, self._count + 1):
            return place
        self._full, self._count = False, int(count[1])
        return Place(None, float(count[1]))

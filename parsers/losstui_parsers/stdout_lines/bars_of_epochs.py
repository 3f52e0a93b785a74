"""Epochs that only a bare count names, "[3/100] Train Loss: 0.5", below the bar of each of them."""

from __future__ import annotations

import re

from losstui_parsers.stdout_lines.places import Place
from losstui_parsers.stdout_lines.progress_bars import TQDM_BAR

_COUNT = re.compile(r"\s*\[\s*(\d+)\s*/\s*\d+\s*\](?!\s*\[)")


class BarsOfEpochs:
    """Tells such a count from that of a batch: a bar was full since the last one, which was less.

    The first one is 0 or 1, the second follows it; where a full bar is of a validation after some steps,
    these come at intervals. A later one may be missing.
    """

    def __init__(self) -> None:
        self._full = False  # whether a bar was, since the last count
        self._count: int = 0
        self._one_by_one: bool = False  # whether two followed each other

    def look(self, line: str) -> None:
        """Take note of the bars in a line."""
        self._full = self._full or any(done == total for done, total in TQDM_BAR.findall(line))

    def placed(self, line: str, place: Place) -> Place:
        """The place of a line, with what it counts as the epoch where that is one."""
        if not self._full or place.step is None or place.epoch is not None:
            return place
        count = _COUNT.match(line)
        if count is None:
            return place
        epoch = int(count[1])
        follows = epoch == self._count + 1
        if not (follows or epoch == self._count or (self._one_by_one and epoch > self._count)):
            return place
        self._one_by_one = self._one_by_one or (follows and self._count > 0)
        self._full, self._count = False, epoch
        return Place(None, float(epoch))

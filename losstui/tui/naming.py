"""Names of runs cut to fit: what tells them apart is what stays."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from rich.cells import cell_len

from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.shortening import shortened

LONGEST = 40  # cells of the name of a run among other words
LEAST_SHARED = 8  # characters: "seed-" says what the number behind it is
_BETWEEN = re.compile("[-_, ]")  # joins what a name is made of; a point or "=" does not: "lr=0.01"


class Names:
    """Ids of runs, paths in which "/" parts the folders. What it is made of must not change."""

    def __init__(self, run_ids: Collection[str]) -> None:
        self._run_ids = run_ids
        self._shared: dict[str, tuple[int, int]] = {}

    def shortened(self, path: str, width: int, glyphs: Glyphs, *, skip: int = 0) -> str:
        """The run or folder at `path` in at most `width` cells, without its first `skip` folders.

        Where that is too long, folders that all runs are in and what all names in a folder begin or end
        with goes first, the middle of what is left then.
        """
        parts = path.split("/")
        whole = clean("/".join(parts[skip:])) or "(no name)"
        if cell_len(whole) <= width:
            return whole
        told: list[str] = []
        for position in range(skip, len(parts)):
            folder, part = "/".join(parts[:position]), parts[position]
            if position == len(parts) - 1 or len(self._beside.get(folder, ())) > 1:
                told.append(self._told_apart(folder, part, glyphs))
            elif told and told[-1] != glyphs.ellipsis:
                told.append(glyphs.ellipsis)
        return shortened("/".join(told) or whole, width, glyphs)

    def _told_apart(self, folder: str, part: str, glyphs: Glyphs) -> str:
        """What `part` has that the others in `folder` have not."""
        begin, end = self._shared_ends(folder)
        core = clean(part[begin : len(part) - end])
        return glyphs.ellipsis * (begin > 0) + core + glyphs.ellipsis * (end > 0)

    def _shared_ends(self, folder: str) -> tuple[int, int]:
        """How many characters all names in `folder` begin and end with, words left whole."""
        if folder not in self._shared:
            names = list(self._beside.get(folder, ()))
            first = _common_start(names)
            last = _common_start([name[::-1] for name in names])[::-1]
            begin = max((between.end() for between in _BETWEEN.finditer(first)), default=0)
            between = _BETWEEN.search(last)
            end = len(last) - between.start() if between else 0
            begin, end = (length if length >= LEAST_SHARED else 0 for length in (begin, end))
            several = len(names) > 1 and min(map(len, names)) > begin + end
            self._shared[folder] = (begin, end) if several else (0, 0)
        return self._shared[folder]

    @cached_property
    def _beside(self) -> dict[str, set[str]]:
        """By the path of each folder what is right in it."""
        beside: dict[str, set[str]] = {}
        for run_id in self._run_ids:
            parts = run_id.split("/")
            for position, part in enumerate(parts):
                beside.setdefault("/".join(parts[:position]), set()).add(part)
        return beside


def _common_start(names: Sequence[str]) -> str:
    """What all of `names` begin with."""
    first, last = min(names, default=""), max(names, default="")  # in order, the others lie between
    length = next((i for i, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first[: min(len(first), len(last)) if length is None else length]

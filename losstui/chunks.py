"""The values of a tag as a reader adds them, and files that were written with the newest row first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_NEWEST_FIRST = 5  # values: fewer that fall may be a run that was started anew again and again


@dataclass(slots=True, eq=False)
class Chunk:
    """Values of one tag that were added at once, in the order of the log; arrays of shape (n,), n >= 1.

    `positions` are those within the file, rising; without them they count from `first`.
    """

    steps: IntArray
    values: FloatArray
    wall_times: FloatArray | None
    epochs: FloatArray | None
    positions: IntArray | None
    first: int  # position of the first value where there are no positions
    file: int

    def position(self, index: int) -> int:
        """Where in the file the value at `index`, 0 or above, was logged."""
        return self.first + index if self.positions is None else int(self.positions[index])

    def is_newest_first(self) -> bool:
        """Whether its steps fall all along, and its times do not rise; so of a single value, too."""
        times = self.wall_times
        if self.steps[0] < self.steps[-1] or (times is not None and bool(times[0] < times[-1])):
            return False
        return bool(np.all(self.steps[1:] < self.steps[:-1]))

    def turned(self, last: int) -> Chunk:
        """The values with the oldest one first, in a file whose last position is `last`."""
        wall_times, epochs = (
            None if one is None else one[::-1].copy() for one in (self.wall_times, self.epochs)
        )
        positions = None if self.positions is None else last - self.positions[::-1]
        first = last - self.position(len(self.steps) - 1)
        values = self.values[::-1].copy()
        return Chunk(self.steps[::-1].copy(), values, wall_times, epochs, positions, first, self.file)


def oldest_first(series: Mapping[str, list[Chunk]]) -> Mapping[str, list[Chunk]]:
    """Return `series`, by tag in the order of the log, with the files turned round that are newest first.

    Of such a file the steps of every tag fall from its first value to its last, and no times rise with them.
    """
    of_file: dict[int, list[list[Chunk]]] = {}
    for chunks in series.values():
        for file, together in groupby(chunks, key=lambda chunk: chunk.file):
            of_file.setdefault(file, []).append(list(together))
    last = {file: _last_position(tags) for file, tags in of_file.items() if _is_newest_first(tags)}
    if not last:
        return series
    result: dict[str, list[Chunk]] = {}
    for tag, chunks in series.items():
        for file, together in groupby(chunks, key=lambda chunk: chunk.file):
            of_tag = list(together)
            if file in last:
                of_tag = [chunk.turned(last[file]) for chunk in reversed(of_tag)]
            result.setdefault(tag, []).extend(of_tag)
    return result


def _is_newest_first(tags: list[list[Chunk]]) -> bool:
    if any(after.steps[0] >= before.steps[-1] for chunks in tags for before, after in pairwise(chunks)):
        return False
    if not all(chunk.is_newest_first() for chunks in tags for chunk in chunks):
        return False
    return max(sum(len(chunk.steps) for chunk in chunks) for chunks in tags) >= LEAST_NEWEST_FIRST


def _last_position(tags: list[list[Chunk]]) -> int:
    return max(chunk.position(len(chunk.steps) - 1) for chunks in tags for chunk in chunks)

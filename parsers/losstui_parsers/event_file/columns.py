"""Collects the scalars of one file, part by part, and joins them tag by tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray

_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class TagColumns:
    """The scalars of one tag in the order of the file, shapes (n,).

    `positions` are record numbers; None where no tag of the file ever goes back in step, so that nobody
    has to ask which value of which tag came first.
    """

    steps: IntArray
    values: FloatArray
    wall_times: FloatArray
    positions: IntArray | None


@dataclass(slots=True, eq=False)
class Part:
    """A stretch of the file: scalars sorted by tag, then by their order in the file.

    The scalars of `tag_ids[i]` are at [bounds[i], bounds[i + 1]) of every column. `first` is the number
    of the stretch's first record; `places`, added to it, are those of the scalars.
    """

    tag_ids: Sequence[int]
    bounds: Sequence[int]
    steps: IntArray
    values: FloatArray
    wall_times: FloatArray
    first: int
    places: Places


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Record numbers within a part: listed, or for a regular stretch the `offsets` a tag and a `stride`."""

    listed: NDArray[np.int32] | None = None
    offsets: Sequence[int] = ()
    stride: int = 0

    def of(self, index: int, start: int, stop: int) -> IntArray:
        """Return the places of the part's tag `index`, which stands at [start, stop)."""
        if self.listed is not None:
            return self.listed[start:stop].astype(np.int64)
        return np.arange(stop - start, dtype=np.int64) * self.stride + self.offsets[index]


def join_parts(
    parts: list[Part], tags: Sequence[str], *, with_positions: bool = False
) -> dict[str, TagColumns]:
    """Return the columns a tag of all parts; `parts` is used up, to hold one copy of a column at a time.

    They have positions where a tag goes back in step, or always with `with_positions`.
    """
    where: dict[int, list[tuple[Part, int]]] = {}
    for part in parts:
        for index, tag_id in enumerate(part.tag_ids):
            where.setdefault(tag_id, []).append((part, index))
    cuts = {
        tag_id: [(part, slice(part.bounds[index], part.bounds[index + 1])) for part, index in own]
        for tag_id, own in where.items()
    }
    steps = {tag_id: _join([part.steps[cut] for part, cut in own]) for tag_id, own in cuts.items()}
    falls = with_positions or any(bool(np.any(column[1:] < column[:-1])) for column in steps.values())
    for part in parts:
        part.steps = np.empty(0, np.int64)
    values = {tag_id: _join([part.values[cut] for part, cut in own]) for tag_id, own in cuts.items()}
    for part in parts:
        part.values = np.empty(0)
    walls = {tag_id: _join([part.wall_times[cut] for part, cut in own]) for tag_id, own in cuts.items()}
    for part in parts:
        part.wall_times = np.empty(0)
    parts.clear()
    return {
        tags[tag_id]: TagColumns(
            steps[tag_id],
            values[tag_id],
            walls[tag_id],
            _join([_positions(part, index) for part, index in own]) if falls else None,
        )
        for tag_id, own in where.items()
    }


def _join(pieces: list[NDArray[_Number]]) -> NDArray[_Number]:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _positions(part: Part, index: int) -> IntArray:
    return part.places.of(index, part.bounds[index], part.bounds[index + 1]) + part.first

"""Collects the scalars of one file, part by part, and joins them tag by tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.large_arrays import room_for

_Number = TypeVar("_Number", np.int64, np.float64)
_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Ragged(Generic[_Kind]):
    """Rows behind each other in `column`, each up to the next of `bounds`.

    Thousands of arrays, each with a few values, would take as much memory as the values.
    """

    column: NDArray[_Kind]
    bounds: Sequence[int]

    def __getitem__(self, index: int) -> NDArray[_Kind]:
        return self.column[self.bounds[index] : self.bounds[index + 1]]


_Rows = Ragged[_Number] | NDArray[_Number]


@dataclass(frozen=True, slots=True, eq=False)
class TagColumns:
    """The scalars of one tag in the order of the file, shapes (n,). Tags may share steps and wall times.

    `positions` are record numbers; None where no tag of the file ever goes back in step, so that nobody
    has to ask which value of which tag came first.
    """

    steps: IntArray
    values: FloatArray
    wall_times: FloatArray
    positions: IntArray | None


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Record numbers of a stretch's scalars, counted from the stretch's record `first` on.

    They are `listed` tag by tag, or those of `count` periods of `stride` records, `offsets` in it tag by tag.
    """

    first: int
    listed: Ragged[np.unsignedinteger[Any]] | Sequence[NDArray[np.unsignedinteger[Any]]] = ()
    offsets: Sequence[Sequence[int]] = ()
    stride: int = 0
    count: int = 0

    def of(self, index: int) -> IntArray:
        """Return the record numbers of the stretch's tag `index`."""
        if self.listed:
            return self.listed[index].astype(np.int64) + self.first
        periods = np.arange(self.count, dtype=np.int64) * self.stride + self.first
        offsets = np.array(self.offsets[index], np.int64)
        return (periods[:, None] + offsets).ravel()

    def in_order(self, index: Sequence[int]) -> Places:
        """Return the same with the tags in another order."""
        listed = [self.listed[i] for i in index] if self.listed else ()
        offsets = [self.offsets[i] for i in index] if self.offsets else ()
        return replace(self, listed=listed, offsets=offsets)


@dataclass(slots=True, eq=False)
class Part:
    """Scalars of a stretch of the file, a row a tag of `tag_ids`: arrays of shape (tags, n), or ragged."""

    tag_ids: Sequence[int]
    steps: _Rows[np.int64]
    values: _Rows[np.float64]
    wall_times: _Rows[np.float64]
    places: list[Places]

    @property
    def count(self) -> int:
        """How many values each tag has; -1 where they have not all as many."""
        return self.values.shape[1] if isinstance(self.values, np.ndarray) else -1

    def is_like(self, other: Part) -> bool:
        """Whether the rows of both are those of the same tags and can be put side by side."""
        return self.count >= 0 and other.count >= 0 and set(self.tag_ids) == set(other.tag_ids)

    def in_order(self, tag_ids: Sequence[int]) -> Part:
        """Return the part, whose rows are in one array, with its tags in that order."""
        if self.tag_ids == tag_ids:
            return self
        index = [self.tag_ids.index(tag_id) for tag_id in tag_ids]
        return Part(
            tag_ids,
            np.asarray(self.steps)[index],
            np.asarray(self.values)[index],
            np.asarray(self.wall_times)[index],
            [places.in_order(index) for places in self.places],
        )


class _Block:
    """Periods of the same tags, put behind each other into room that reaches to the end of the file."""

    def __init__(self, tag_ids: Sequence[int], room: int) -> None:
        self.tag_ids = tag_ids
        self._room = room
        self._count = 0
        self._places: list[Places] = []
        self._steps = room_for(room, np.int64).reshape(
            1, -1
        )  # one row, as long as all tags have the same steps
        self._values = room_for(len(tag_ids) * room, np.float64).reshape(-1, room)
        self._wall_times = room_for(len(tag_ids) * room, np.float64).reshape(-1, room)

    def takes(self, part: Part) -> bool:
        return 0 <= part.count <= self._room - self._count and part.tag_ids == self.tag_ids

    def add(self, part: Part) -> None:
        steps = _one_row(np.asarray(part.steps))
        if len(steps) > len(self._steps):
            wide = room_for(len(steps) * self._room, np.int64).reshape(-1, self._room)
            wide[:, : self._count] = self._steps[:, : self._count]
            self._steps = wide
        end = self._count + part.count
        self._steps[:, self._count : end] = steps
        self._values[:, self._count : end] = np.asarray(part.values)
        self._wall_times[:, self._count : end] = np.asarray(part.wall_times)
        self._count = end
        self._places += part.places

    def part(self) -> Part:
        count = self._count
        steps = np.broadcast_to(self._steps[:, :count], (len(self.tag_ids), count))
        return Part(self.tag_ids, steps, self._values[:, :count], self._wall_times[:, :count], self._places)


class Gathered:
    """The parts of one file in the order of the file."""

    def __init__(self) -> None:
        self._parts: list[Part | _Block] = []

    def add(self, part: Part, likely: int = 0) -> None:
        """Put a part behind those there are; where all goes on so, `likely` more values a tag follow."""
        last = self._parts[-1] if self._parts else None
        if isinstance(last, _Block) and last.takes(part):
            last.add(part)
        elif likely and part.count >= 0:
            self._parts.append(self._block_with(part, likely))
        else:
            self._parts.append(part)

    def _block_with(self, part: Part, likely: int) -> _Block:
        """Return a block of this part and those before it that have the same tags."""
        alike = [part]
        while self._parts and isinstance(last := self._parts[-1], Part) and last.is_like(part):
            alike.insert(0, last)
            self._parts.pop()
        block = _Block(part.tag_ids, sum(one.count for one in alike) + likely)
        for one in alike:
            block.add(one.in_order(part.tag_ids))
        return block

    def join(self, tags: Sequence[str], *, with_positions: bool = False) -> dict[str, TagColumns]:
        """Return the columns a tag of all parts, which are used up: one copy of a column at a time is held.

        They have positions where a tag goes back in step, or always with `with_positions`.
        """
        parts = [one.part() if isinstance(one, _Block) else one for one in self._parts]
        self._parts = []
        alike = bool(parts) and all(part.is_like(parts[0]) for part in parts)
        if alike:
            parts = [part.in_order(parts[0].tag_ids) for part in parts]
        where = _rows_of_tags(parts)

        def join(rows: list[_Rows[_Number]], dtype: type[_Number]) -> list[NDArray[_Number]]:
            if alike:
                return _side_by_side([np.asarray(one) for one in rows], dtype)
            return _one_by_one(rows, list(where.values()), dtype)

        steps = join([part.steps for part in parts], np.int64)
        for part in parts:
            part.steps = np.empty((0, 0), np.int64)
        values = join([part.values for part in parts], np.float64)
        for part in parts:
            part.values = np.empty((0, 0))
        walls = join([part.wall_times for part in parts], np.float64)
        falls = with_positions or any(map(_falls, {id(one): one for one in steps}.values()))
        return {
            tags[tag_id]: TagColumns(
                steps[row], values[row], walls[row], _positions(parts, own) if falls else None
            )
            for row, (tag_id, own) in enumerate(where.items())
        }


def _rows_of_tags(parts: Sequence[Part]) -> dict[int, list[tuple[int, int]]]:
    """By the id of a tag the numbers of the parts it is in, each with its row there."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for number, part in enumerate(parts):
        for row, tag_id in enumerate(part.tag_ids):
            rows.setdefault(tag_id, []).append((number, row))
    return rows


def _positions(parts: Sequence[Part], rows: Sequence[tuple[int, int]]) -> IntArray:
    """The record numbers of a tag that is in those rows of the parts."""
    return np.concatenate([place.of(row) for number, row in rows for place in parts[number].places])


def _falls(steps: IntArray) -> bool:
    return bool((steps[1:] < steps[:-1]).any())


def _one_row(rows: NDArray[_Number]) -> NDArray[_Number]:
    """Return the first row alone where all are the same, to the bit."""
    # Values and most times differ in the first column already.
    if len(rows) < 2 or not rows.size or rows[0, 0] != rows[1, 0] or not _same(rows[1:], rows[0]):
        return rows
    return rows[:1].copy()  # a view would keep them all


def _same(one: NDArray[_Number], other: NDArray[_Number] | _Number) -> bool:
    return bool((one.view(np.int64) == other.view(np.int64)).all())


def _side_by_side(parts: list[NDArray[_Number]], dtype: type[_Number]) -> list[NDArray[_Number]]:
    """Return the columns of parts with the same tags; where all tags have the same, it is one object."""
    tags = len(parts[0])
    narrow = [_one_row(rows) for rows in parts]
    chosen = narrow if all(len(rows) == 1 for rows in narrow) else parts
    joined = chosen[0]
    if len(chosen) > 1:
        count = sum(rows.shape[1] for rows in chosen)
        joined = room_for(len(chosen[0]) * count, dtype).reshape(-1, count)
        np.concatenate(chosen, axis=1, out=joined)
    return [joined[0]] * tags if len(joined) == 1 else list(joined)


def _one_by_one(
    rows: list[_Rows[_Number]], where: list[list[tuple[int, int]]], dtype: type[_Number]
) -> list[NDArray[_Number]]:
    """Return the rows a tag, each (part, row in it), in one column; equal columns are one object."""
    room = room_for(sum(len(rows[number][index]) for own in where for number, index in own), dtype)
    joined: list[NDArray[_Number]] = []
    known: dict[tuple[int, bytes, bytes], NDArray[_Number]] = {}
    end = 0
    for own in where:
        start = end
        for number, index in own:
            piece = rows[number][index]
            room[end : end + len(piece)] = piece
            end += len(piece)
        column = room[start:end]
        like = known.setdefault((len(column), column[:1].tobytes(), column[-1:].tobytes()), column)
        if like is not column and _same(like, column):
            column, end = like, start  # the next column is written over it
        joined.append(column)
    return joined

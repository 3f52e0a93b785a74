"""Reads the stretches where a log repeats itself: the same tags in the same order, step after step.

One mask for a whole period proves thousands of periods at once, and each column is then a view into
the bytes with the period as its stride: nothing is looked for and nothing is sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui.frame import IntArray
from losstui_parsers.event_file.checksum import header_of
from losstui_parsers.event_file.columns import Part, Places, Ragged
from losstui_parsers.event_file.decoding import decode_numbers, decode_steps
from losstui_parsers.event_file.fields import Fields
from losstui_parsers.event_file.framing import FRAME_BYTES, HEADER_BYTES
from losstui_parsers.event_file.layout import STEP, WORD, Template, distinct_templates, number_width
from losstui_parsers.event_file.payloads import Payloads, combine
from losstui_parsers.large_arrays import room_for

_Bytes = NDArray[np.uint8]
_Kind = TypeVar("_Kind", str, int, bool)
_Number = TypeVar("_Number", np.int64, np.float64)

_SCRATCH_BYTES = 256 << 10  # checked at once: stays in the second-level cache


class _Scalars(NamedTuple):
    """The values of a period, those of a tag together, otherwise as they come; all arrays of shape (n,).

    That is the record of each, and where in the period its fields stand (wall time -1: absent).
    """

    tag_ids: IntArray
    records: IntArray
    at: IntArray
    dtypes: NDArray[np.str_]
    wall_at: IntArray
    step_at: IntArray
    step_widths: IntArray


class Plan:
    """How one period is made, and how to read many of them.

    `size` is its bytes, `records` how many records it has, `key` its first 12 bytes, `tag_ids` its tags.
    With an `example` of its bytes, the steps are given too: all periods have those in it.
    """

    def __init__(self, templates: Sequence[Template], example: _Bytes | None = None) -> None:
        self._templates = list(templates)
        self.records = len(templates)
        distinct, rows = distinct_templates(templates)
        order: list[int] = rows.tolist()
        fixed = [header_of(one.layout.length) + one.payload + bytes(4) for one in distinct]
        free = [bytes(HEADER_BYTES) + one.layout.free.tobytes() + b"\xff" * 4 for one in distinct]
        bits = np.frombuffer(b"".join([free[row] for row in order]), np.uint8)
        first = np.frombuffer(b"".join([fixed[row] for row in order]), np.uint8)
        self._mask: _Bytes = ~bits if example is None else ~np.where(bits == STEP, np.uint8(0), bits)
        self._fixed: _Bytes = (first if example is None else example) & self._mask
        self._known = self._fixed.tobytes()
        self.size = len(self._mask)
        self.key = fixed[0][:HEADER_BYTES]
        begins = [0, *accumulate(one.layout.length + FRAME_BYTES for one in templates)][:-1]
        self._payloads = Payloads(distinct, rows, begins, self.size, None if example is None else self._fixed)
        self._scalars = _scalars(distinct, rows, begins)
        self.tag_ids: list[int] = list(dict.fromkeys(self._scalars.tag_ids.tolist()))
        # All bits of the steps are given there, and the words they are taken out of end behind the period.
        self._given_steps = None if example is None else self._steps_in(np.pad(self._fixed, (0, WORD)), 0, 1)

    @classmethod
    def of_file(cls, stretches: Sequence[tuple[Plan, int]], example: _Bytes | None) -> Plan:
        """Return the plan whose only period is so many periods of each plan behind each other."""
        return cls([template for plan, count in stretches for template in plan._templates * count], example)

    def goes_on(self, buffer: _Bytes, at: int) -> Plan | None:
        """Return the plan by which it goes on at `at`, behind a period, with steps a byte longer; or None."""
        header = buffer[at : at + HEADER_BYTES].tobytes()
        wider = self._wider if header == header_of(self._templates[0].layout.length + 1) else None
        return wider if wider is not None and wider.starts_at(buffer, at) else None

    @cached_property
    def _wider(self) -> Plan | None:
        templates = [wider for one in self._templates if (wider := one.wider()) is not None]
        return Plan(templates) if len(templates) == self.records else None

    def starts_at(self, buffer: _Bytes, at: int) -> bool:
        """Whether the bytes from `at` on are of this form for one period."""
        row = buffer[at : at + self.size]
        return len(row) == self.size and (row & self._mask).tobytes() == self._known

    def rows(self, buffer: _Bytes, at: int, stop: int, *, verify: bool) -> int:
        """Return how many intact periods follow each other from `at` on, as far as `stop`.

        All checksums together are checked; with `verify` each, so that no two damages hide each other.
        """
        alone = (stop - at) // self.size == 1
        intact = self._payloads.are_each_intact if verify or alone else self._payloads.are_intact
        count = (stop - at) // self.size
        # What came once, as the beginning of a file, mostly does so again.
        count = (
            self._formed_rows(buffer, at, count) if self.starts_at(buffer, at + self.size) else min(count, 1)
        )
        low, high = 0, count
        if not count or intact(buffer, at, count):
            return count
        while high - low > 1:
            middle = (low + high) // 2
            if intact(buffer, at + low * self.size, middle - low):
                low = middle
            else:
                high = middle
        return low

    def _formed_rows(self, buffer: _Bytes, at: int, count: int) -> int:
        batch = max(1, _SCRATCH_BYTES // self.size)
        for start in range(0, count, batch):
            begin, some = at + start * self.size, min(batch, count - start)
            # A bit is as it should be in all of them if it is so in their AND and in their OR.
            extremes = (combine(op, buffer, begin, self.size, some) for op in (np.bitwise_and, np.bitwise_or))
            if any((bits & self._mask).tobytes() != self._known for bits in extremes):
                rows = buffer[begin : begin + some * self.size].reshape(some, self.size)
                return start + int(np.argmax(((rows & self._mask) != self._fixed).any(axis=1)))
        return count

    def read(self, buffer: _Bytes, at: int, count: int, first: int) -> Part:
        """Read `count` periods from `at` on; `first` is the number of the first record."""

        def take(fields: Fields, width: int) -> NDArray[np.unsignedinteger[Any]]:
            return fields.take(buffer, at, self.size, width, count)

        values = self._column(
            self._values, count, lambda own, dtype: decode_numbers(take(own, number_width(dtype)), dtype)
        )
        walls = self._column(self._walls, count, lambda own, _: take(own, 8).view(np.float64))
        steps = (
            self._steps_in(buffer, at, count)
            if self._given_steps is None
            else self._given_steps.repeat(count, 1)
        )
        places = Places(first, offsets=self._offsets, stride=self.records, count=count)
        if len(self._offsets) == len(values):
            return Part(self.tag_ids, steps, values, walls, [places])
        borders, even = self._borders

        def in_order(column: NDArray[_Number]) -> Ragged[_Number] | NDArray[_Number]:
            if count == 1:
                return column.reshape(len(self._offsets), -1) if even else Ragged(column[:, 0], borders)
            rows = Ragged(room_for(column.size, column.dtype.type), [count * border for border in borders])
            for index, (start, stop) in enumerate(pairwise(borders)):
                rows[index].reshape(count, -1)[:] = column[start:stop].T
            return rows

        return Part(self.tag_ids, in_order(steps), in_order(values), in_order(walls), [places])

    def _steps_in(self, buffer: _Bytes, at: int, count: int) -> IntArray:
        def decode(own: Fields, width: int) -> IntArray:
            return decode_steps(own.take(buffer, at, self.size, 4 if width <= 4 else 8, count), width)

        return self._column(self._steps, count, decode)

    @cached_property
    def _offsets(self) -> list[list[int]]:
        """The numbers of the records that hold a tag's values, tag by tag."""
        tag_ids, records = self._scalars.tag_ids, self._scalars.records
        starts = np.flatnonzero(np.diff(tag_ids, prepend=-1))
        return [own.tolist() for own in np.split(records, starts)[1:]]

    @cached_property
    def _borders(self) -> tuple[list[int], bool]:
        """Where in a column the values of each tag begin and the last ones end; whether all have as many."""
        counts = [len(own) for own in self._offsets]
        return [0, *accumulate(counts)], len(set(counts)) == 1

    @cached_property
    def _values(self) -> dict[str, Fields]:
        return _fields(self._scalars.dtypes, self._scalars.at)

    @cached_property
    def _walls(self) -> dict[bool, Fields]:
        return _fields(self._scalars.wall_at >= 0, self._scalars.wall_at)

    @cached_property
    def _steps(self) -> dict[int, Fields]:
        return _fields(self._scalars.step_widths, self._scalars.step_at)

    def _column(
        self,
        fields: Mapping[_Kind, Fields],
        count: int,
        decode: Callable[[Fields, _Kind], NDArray[_Number]],
    ) -> NDArray[_Number]:
        """Return what `decode` makes of the fields, a row a value of the period; 0 where one is absent."""
        decoded = [(own.chosen, decode(own, kind)) for kind, own in fields.items()]
        size = len(self._scalars.at)
        if len(decoded) == 1 and len(decoded[0][0]) == size:
            return decoded[0][1]
        column = np.zeros((size, count), decoded[0][1].dtype if decoded else np.int64)
        for chosen, numbers in decoded:
            column[chosen] = numbers
        return column


def _fields(kinds: NDArray[Any], places: IntArray) -> dict[Any, Fields]:
    """Return the fields of the values by their kind; those that are absent, of kind 0, are left out."""
    chosen = {kind: np.flatnonzero(kinds == kind) for kind in dict.fromkeys(kinds.tolist()) if kind}
    return {kind: Fields(own, places[own]) for kind, own in chosen.items()}


def _scalars(templates: Sequence[Template], rows: NDArray[np.intp], begins: Sequence[int]) -> _Scalars:
    """Return the values of the period of records that begin at `begins`, each made as `rows` says."""
    values = [
        (tag_id, place.at, layout.wall_at, layout.step_at, layout.step_width)
        for template in templates
        for layout in (template.layout,)
        for tag_id, place in zip(template.tag_ids, layout.values, strict=True)
    ]
    dtypes = np.array([place.dtype for one in templates for place in one.layout.values], np.str_)
    counts = np.array([len(one.layout.values) for one in templates])
    firsts, of_record = (np.cumsum(counts) - counts)[rows], counts[rows]
    records = np.repeat(np.arange(len(rows)), of_record)
    chosen = np.arange(len(records)) + (firsts - np.cumsum(of_record) + of_record)[records]
    ranks: dict[int, int] = {}
    rank = np.array([ranks.setdefault(tag_id, len(ranks)) for tag_id, *_ in values], np.intp)
    order = np.argsort(rank[chosen], kind="stable")
    table = np.array(values, np.int64).reshape(-1, 5)[chosen]
    tag_ids, at, wall_at, step_at, step_widths = table[order].T
    records = records[order]
    begin = np.array(begins, np.int64)[records] + HEADER_BYTES
    wall_at = np.where(wall_at >= 0, begin + wall_at, -1)
    return _Scalars(
        tag_ids, records, begin + at, dtypes[chosen][order], wall_at, begin + step_at, step_widths
    )

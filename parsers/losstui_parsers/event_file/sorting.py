"""Puts the scalars of a stretch, decoded in the order of the file, into columns by tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.event_file.bundles import Bundle
from losstui_parsers.event_file.columns import Part, Places, Ragged
from losstui_parsers.event_file.decoding import decode_numbers
from losstui_parsers.event_file.layout import Place, number_width
from losstui_parsers.event_file.matching import Ends
from losstui_parsers.event_file.shapes import Shapes
from losstui_parsers.event_file.wire import Record
from losstui_parsers.large_arrays import room_for

_Rows = NDArray[np.intp]
_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(slots=True, eq=False)
class Group:
    """Records of a bundle whose values stand at `ends`: their templates, and their tags a value."""

    bundle: Bundle
    ends: Ends
    kinds: NDArray[np.int32]
    tag_ids: NDArray[np.int32]

    @property
    def rows(self) -> _Rows:
        """The places of the records in the stretch."""
        return self.bundle.rows

    def values(self, place: Place) -> FloatArray:
        """Return the values that stand at one of `ends`."""
        tails = self.bundle.tails
        kind, at = f"<u{number_width(place.dtype)}", self.bundle.size + place.at
        raw = np.ndarray((len(tails),), kind, tails, at, (tails.strides[0],))
        return decode_numbers(raw, place.dtype)


def assemble_records(records: list[tuple[int, Record]], shapes: Shapes) -> Part:
    """Return the scalars of single records, each with its number in the file."""
    columns = Columns(sum(len(record.scalars) for _, record in records))
    slot = 0
    for _, record in records:
        columns.add_record(slot, record, shapes)
        slot += len(record.scalars)
    first = records[0][0]
    places = [number - first for number, record in records for _ in record.scalars]
    return columns.sorted_part(first, np.array(places, np.uint32))


class Columns:
    """The scalars of a stretch in the order of the file."""

    def __init__(self, total: int) -> None:
        self.tag_ids = np.zeros(total, np.int32)
        self.steps = np.zeros(total, np.int64)
        self.values = np.zeros(total)
        self.wall_times = np.zeros(total)

    def add_record(self, slot: int, record: Record, shapes: Shapes) -> None:
        """Put the scalars of one record at `slot` and behind it."""
        for scalar in record.scalars:
            self.tag_ids[slot] = shapes.tag_id(scalar.tag)
            self.steps[slot] = record.step
            self.values[slot] = scalar.number
            self.wall_times[slot] = record.wall_time
            slot += 1

    def add_group(self, group: Group, slots: _Rows) -> None:
        """Put the scalars of each record of the group at its slot and behind it."""
        if len(slots) == len(self.steps):  # one each, and no others
            self.tag_ids, self.values = group.tag_ids[0], group.values(group.ends[0])
            self.steps, self.wall_times = group.bundle.steps, group.bundle.walls
            return
        for place, tag_ids in zip(group.ends, group.tag_ids, strict=True):
            self.tag_ids[slots] = tag_ids
            self.steps[slots] = group.bundle.steps
            self.wall_times[slots] = group.bundle.walls
            self.values[slots] = group.values(place)
            slots = slots + 1

    def steps_at(self, slots: _Rows) -> IntArray:
        """Return the steps at slots, of which those behind the last one have any."""
        return self.steps.take(slots, mode="clip") if len(self.steps) else np.zeros(len(slots), np.int64)

    def cut(self, total: int) -> None:
        """Keep the first `total` scalars."""
        self.tag_ids = self.tag_ids[:total]
        self.steps = self.steps[:total]
        self.values = self.values[:total]
        self.wall_times = self.wall_times[:total]

    def sorted_part(self, first: int, places: NDArray[np.unsignedinteger[Any]]) -> Part:
        """Return the scalars by tag, each with its place."""
        counts = np.bincount(self.tag_ids, minlength=1)
        narrow = self.tag_ids.astype(np.uint16) if len(counts) <= 65_536 else self.tag_ids
        order = np.argsort(narrow, kind="stable")
        met = np.flatnonzero(counts)
        bounds: list[int] = [0, *np.cumsum(counts[met]).tolist()]
        even = len(met) > 0 and bool((counts[met] == counts[met[0]]).all())

        def rows(column: NDArray[_Number]) -> NDArray[_Number] | Ragged[_Number]:
            return column.reshape(-1, bounds[1]) if even else Ragged(column, bounds)

        return Part(
            met.tolist(),
            rows(_sorted(self.steps, order)),
            rows(_sorted(self.values, order)),
            rows(_sorted(self.wall_times, order)),
            [Places(first, listed=Ragged(places[order], bounds))],
        )


def _sorted(column: NDArray[_Number], order: _Rows) -> NDArray[_Number]:
    # With the mode "raise" numpy would fill a copy first; no index is out of bounds.
    return column.take(order, out=room_for(len(order), column.dtype.type), mode="clip")

"""Puts the scalars of a stretch, decoded in the order of the file, into columns by tag."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray
from losstui_parsers.event_file.columns import Part, Places
from losstui_parsers.event_file.decoding import decode_numbers, decode_steps, take_bytes
from losstui_parsers.event_file.layout import number_width
from losstui_parsers.event_file.matching import Matcher
from losstui_parsers.event_file.room import room_for
from losstui_parsers.event_file.shapes import NO_TAG, Shapes
from losstui_parsers.event_file.wire import Record

_Words = NDArray[np.uint64]
_Rows = NDArray[np.intp]
_Number = TypeVar("_Number", np.unsignedinteger[Any], np.int64, np.float64)


@dataclass(slots=True, eq=False)
class Group:
    """Records of one layout: their places in the stretch, their words, their templates in the matcher."""

    rows: _Rows
    words: _Words
    matcher: Matcher
    templates: NDArray[np.int32]


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
        layout, words = group.matcher.layout, group.words
        steps: IntArray | int = 0
        if layout.step_at >= 0:
            raw = take_bytes(words, layout.step_at, layout.step_width)
            steps = decode_steps(raw.astype(np.uint32) if layout.step_width <= 4 else raw, layout.step_width)
        walls: FloatArray | float = 0.0
        if layout.wall_at >= 0:
            walls = take_bytes(words, layout.wall_at, 8).view(np.float64)
        for place, tag_ids in zip(layout.values, group.matcher.tag_ids, strict=True):
            self.tag_ids[slots] = tag_ids[group.templates]
            self.steps[slots] = steps
            self.wall_times[slots] = walls
            raw = take_bytes(words, place.at, number_width(place.dtype))
            self.values[slots] = decode_numbers(raw, place.dtype)
            slots = slots + 1

    def cut(self, total: int) -> None:
        """Keep the first `total` scalars."""
        self.tag_ids = self.tag_ids[:total]
        self.steps = self.steps[:total]
        self.values = self.values[:total]
        self.wall_times = self.wall_times[:total]

    def sorted_part(self, first: int, places: NDArray[np.unsignedinteger[Any]]) -> Part:
        """Return the scalars by tag; those of no tag are left out."""
        counts = np.bincount(self.tag_ids, minlength=1)
        narrow = self.tag_ids.astype(np.uint16) if len(counts) <= 65_536 else self.tag_ids
        order = np.argsort(narrow, kind="stable")[counts[NO_TAG] :]
        counts[NO_TAG] = 0
        met = np.flatnonzero(counts)
        bounds = np.concatenate([[0], np.cumsum(counts[met])])
        rows = partial(_rows, bounds=bounds)
        return Part(
            met.tolist(),
            rows(_sorted(self.steps, order)),
            rows(_sorted(self.values, order)),
            rows(_sorted(self.wall_times, order)),
            [Places(first, listed=list(rows(places[order])))],
        )


def _sorted(column: NDArray[_Number], order: _Rows) -> NDArray[_Number]:
    # With the mode "raise" numpy would fill a copy first; no index is out of bounds.
    return column.take(order, out=room_for(len(order), column.dtype.type), mode="clip")


def _rows(column: NDArray[_Number], bounds: _Rows) -> NDArray[_Number] | list[NDArray[_Number]]:
    """Return the parts of `column` between the bounds; as rows of one array where all are as long."""
    if len(bounds) > 1 and bool((np.diff(bounds) == bounds[1]).all()):
        return column.reshape(-1, bounds[1])
    return [column[start:stop] for start, stop in pairwise(bounds.tolist())]

"""The shapes records come in: where each field stands, and which bytes may differ.

A `Layout` is all records of one length whose fields stand at the same bytes; their tags may differ.
A `Template` is a layout with its tags: every byte is given but wall time, step and values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.wire import Record

WORD = 8  # bytes
NUMBER, STEP = 255, 127  # the bits that may differ of bytes that hold one: a step's width is given
_WIDEST_STEP = 8  # bytes of a step's varint that fit one word: steps below 2**56

_Bytes = NDArray[np.uint8]


class Place(NamedTuple):
    """Where a number stands in the payload, and how it is written there."""

    at: int
    dtype: str


class Layout:
    """The records of one payload `length` with the same fields at the same bytes.

    `free`, uint8 of shape (length,), is `NUMBER` at the bytes that hold wall time and values, `STEP` at those
    of the step, whose varint's continuation bits are given, so its width is; 0 elsewhere.
    """

    def __init__(
        self, length: int, wall_at: int, step_at: int, step_width: int, values: Sequence[Place]
    ) -> None:
        self.length = length
        self.wall_at = wall_at
        self.step_at = step_at
        self.step_width = step_width
        self.values = tuple(values)
        self.free: _Bytes = np.zeros(length, np.uint8)
        if wall_at >= 0:
            self.free[wall_at : wall_at + 8] = NUMBER
        if step_at >= 0:
            self.free[step_at : step_at + step_width] = STEP
        for place in values:
            self.free[place.at : place.at + number_width(place.dtype)] = NUMBER

    def wider(self) -> Layout:
        """Return the layout of the same records with a step that takes one byte more."""
        end = self.step_at + self.step_width
        return Layout(
            self.length + 1,
            self.wall_at + (self.wall_at >= end),
            self.step_at,
            self.step_width + 1,
            [Place(place.at + (place.at >= end), place.dtype) for place in self.values],
        )


def layout_of(length: int, record: Record) -> Layout:
    """Return the layout of a record whose payload takes `length` bytes."""
    values = [Place(scalar.at, scalar.dtype) for scalar in record.scalars]
    return Layout(length, record.wall_at, record.step_at, record.step_width, values)


def number_width(dtype: str) -> int:
    """Return how many bytes a number of that type takes in a tensor."""
    return 2 if dtype == "bfloat16" else int(dtype[2:])


def is_regular(record: Record) -> bool:
    """Whether other records can be read by this one's layout."""
    return record.regular and bool(record.scalars) and record.step_width <= _WIDEST_STEP


@dataclass(slots=True, eq=False)
class Template:
    """A layout with its tags: `tag_ids` count in `Shapes.tags`, `payload` is a first record's.

    `number` counts in `Shapes.templates`.
    """

    number: int
    layout: Layout
    tag_ids: tuple[int, ...]
    payload: bytes

    def wider(self) -> Template | None:
        """Return the template of the same records with a step that takes one byte more, if there can be one.

        No record was read by it, so it has no number.
        """
        layout = self.layout
        if layout.step_at < 0 or layout.step_width >= _WIDEST_STEP:
            return None
        last = layout.step_at + layout.step_width - 1
        step = bytes((self.payload[last] | 128, 1))
        payload = self.payload[:last] + step + self.payload[last + 1 :]
        return Template(-1, layout.wider(), self.tag_ids, payload)


def distinct_templates(templates: Sequence[Template]) -> tuple[list[Template], NDArray[np.intp]]:
    """Return the distinct templates, and for each given one its index among them.

    A period of thousands of records has few distinct ones, so work for a template is done once.
    """
    numbers: dict[int, int] = {}
    rows = [numbers.setdefault(id(one), len(numbers)) for one in templates]
    return list({id(one): one for one in templates}.values()), np.array(rows, np.intp)

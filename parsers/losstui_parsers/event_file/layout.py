"""The shapes records come in: where each field stands, and which bytes may differ.

A `Layout` is all records of one length whose fields stand at the same bytes; their tags may differ.
A `Template` is a layout with its tags: every byte is given but wall time, step and values.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.wire import Record, decode_tag

WORD = 8
_WIDEST_STEP = 8  # bytes of a step's varint that fit one word: steps below 2**56

_Bytes = NDArray[np.uint8]
_Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands in the payload, and how it is written there."""

    at: int
    dtype: str


class Layout:
    """The records of one payload `length` with the same fields at the same bytes.

    `free` and `tags`, uint8 of shape (length,), are 255 at the bytes that hold numbers (the payload bits
    of the step's varint: its continuation bits are fixed, so its width is) and tags.
    """

    def __init__(self, length: int, record: Record) -> None:
        self.length = length
        self.wall_at = record.wall_at
        self.step_at = record.step_at
        self.step_width = record.step_width
        self.tag_places = tuple(scalar.tag_at for scalar in record.scalars)
        self.values = tuple(Place(scalar.at, scalar.dtype) for scalar in record.scalars)
        self.free: _Bytes = np.zeros(length, np.uint8)
        self.tags: _Bytes = np.zeros(length, np.uint8)
        if self.wall_at >= 0:
            self.free[self.wall_at : self.wall_at + 8] = 255
        if self.step_at >= 0:
            self.free[self.step_at : self.step_at + self.step_width] = 127
        for scalar, place in zip(record.scalars, self.values, strict=True):
            self.free[place.at : place.at + number_width(place.dtype)] = 255
            self.tags[slice(*scalar.tag_at)] = 255
        self.count = len(self.values)

    def wider(self) -> Layout:
        """Return the layout of the same records with a step that takes one byte more."""
        end = self.step_at + self.step_width
        wide = copy(self)
        wide.length += 1
        wide.step_width += 1
        wide.wall_at += self.wall_at >= end
        wide.tag_places = tuple(
            (start + (start >= end), stop + (start >= end)) for start, stop in self.tag_places
        )
        wide.values = tuple(Place(place.at + (place.at >= end), place.dtype) for place in self.values)
        wide.free = np.concatenate([self.free[:end], self.free[end - 1 :]])
        wide.tags = np.concatenate([self.tags[:end], self.tags[end - 1 :]])
        return wide

    def tags_in(self, payload: bytes) -> list[str]:
        """Return the tags of a record of this layout."""
        return [decode_tag(payload[start:stop]) for start, stop in self.tag_places]


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


def to_words(data: bytes) -> _Words:
    """Return the bytes as little-endian 64-bit words, zeros behind them; shape (ceil(len / 8),)."""
    return np.frombuffer(data + bytes(-len(data) % WORD), "<u8")

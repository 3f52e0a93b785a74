"""Recognises records by the checksum of what does not vary in them, and tells their tags apart.

A stored checksum without what the numbers add to it is that of the record's other bytes: for all records
of a tag the same, and another one where a record is damaged. So to look it up recognises a record and
checks it at once; its bytes are then compared with those of the record known by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.bundles import WALL_BYTES, Bundle
from losstui_parsers.event_file.checksum import adding, crcs_of
from losstui_parsers.event_file.layout import WORD, Layout, Place, Template, is_regular, number_width
from losstui_parsers.event_file.shapes import Shapes
from losstui_parsers.event_file.wire import Record

_Words = NDArray[np.uint64]
_Numbers = NDArray[np.int32]
_Rows = NDArray[np.intp]

_FEWEST_SLOTS = 1 << 13  # of a table: 32 KB, which stays in the first-level cache
_SLOTS_A_TEMPLATE = 16  # so that few stand in another's slot
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads neighbouring codes

Ends = tuple[Place, ...]  # places of a record's values counted from its payload's end, all below 0


class DamagedRecords(Exception):
    """A payload among them does not agree with its checksum, or is no `Event`."""


def ends_of(record: Record, length: int, *, timed: bool) -> Ends | None:
    """Return where the values of a record of a bundle stand; None where it is not to be read as one."""
    step_at = (WALL_BYTES if timed else 0) + 1
    usual = record.wall_at == (1 if timed else -1) and record.step_at in (-1, step_at)
    if not usual or not is_regular(record):
        return None
    return tuple(Place(scalar.at - length, scalar.dtype) for scalar in record.scalars)


def bytes_before(ends: Ends, payload: bytes) -> bytes:
    """Return the bytes in front of the values of a record, which tell ways to write a number apart."""
    return bytes(payload[place.at - 1] for place in ends)


class Matcher:
    """The records of bundles of `size` whose values stand at `ends`, each behind its byte of `before`.

    `numbers` and the columns of `tag_ids`, shape (values a record, templates), are of the templates known.
    """

    def __init__(self, size: int, ends: Ends, before: bytes, *, timed: bool) -> None:
        self.ends = ends
        self.before = before
        self.numbers: _Numbers = np.empty(0, np.int32)
        self.tag_ids: _Numbers = np.empty((len(ends), 0), np.int32)
        self._size = size
        self._timed = timed
        self._step_at = (WALL_BYTES if timed else 0) + 1
        self._places = [place.at + byte for place in ends for byte in range(number_width(place.dtype))]
        self._codes = np.empty(0, np.uint64)
        self._table = np.empty(0, np.int32)
        self._elsewhere: list[tuple[np.uint64, int]] = []  # codes in whose slots others stand
        self._keys = np.empty((0, size // WORD + 1), np.uint64)
        self._masks = np.empty((0, size // WORD + 1), np.uint64)
        self._tails: dict[bytes, tuple[int, ...]] = {}  # tags by all of a record behind its step, but numbers
        self._layouts: dict[tuple[int, int], tuple[Layout, int]] = {}

    def codes(self, bundle: Bundle) -> _Words:
        """Return what records are looked up by: length, width of the step, checksum without the numbers."""
        bytes_of_tails = bundle.tails.view(np.uint8)
        crcs = bundle.crcs.copy()
        for place in self._places:
            crcs ^= adding(-1 - place, self._size).take(bytes_of_tails[:, self._size + place])
        return bundle.shapes | crcs

    def find(self, codes: _Words) -> _Numbers:
        """Return the index of each record's template by its code, shape (n,); -1 where none is known."""
        if not len(self._codes):
            return np.full(len(codes), -1, np.int32)
        found = self._table.take(_slots(codes, len(self._table)))
        others = self._codes.take(found, mode="wrap") != codes
        if others.any():
            rest = np.flatnonzero(others)
            found[rest] = -1
            for code, index in self._elsewhere:
                found[rest[codes[rest] == code]] = index
        return found

    def are_same(self, bundle: Bundle, found: _Numbers) -> NDArray[np.bool_]:
        """Whether each record's bytes but the numbers are those of its template, shape (n,)."""
        differing = self._keys.take(found, axis=0)
        differing ^= bundle.tails
        differing &= self._masks.take(found, axis=0)
        if not differing.any():
            return np.ones(len(found), bool)
        return ~differing.any(axis=1)

    def like(self, bundle: Bundle, rows: _Rows) -> _Rows:
        """Return the rows of the bundle that have the same bytes in front of their numbers."""
        places = [self._size + place.at - 1 for place in self.ends]
        before = bundle.tails.view(np.uint8)[rows[:, None], places]
        alike: _Rows = rows[(before == np.frombuffer(self.before, np.uint8)).all(axis=1)]
        return alike

    def learn(
        self, bundle: Bundle, codes: _Words, rows: _Rows, shapes: Shapes, parse: Callable[[bytes], Record]
    ) -> bool:
        """Learn the templates of the records at `rows`, which are not known; whether any was learned.

        It ends before the first record whose values stand elsewhere, the longest looked at first. Raises
        DamagedRecords.
        """
        _, first = np.unique(codes[rows], return_index=True)
        rows = rows[first]
        rows = rows[np.lexsort((rows, -bundle.lengths[rows]))]
        found: list[tuple[bytes, tuple[int, ...], Layout]] = []
        keys: list[bytes] = []
        masks: list[bytes] = []
        for row in rows.tolist():
            payload = bundle.body(row)[:-4]
            step_width = int(codes[row]) >> 32 & 15
            tag_ids = self._tag_ids(payload, step_width, shapes, parse)
            if tag_ids is None:
                break
            layout, mask = self._layout(len(payload), step_width)
            found.append((payload, tag_ids, layout))
            keys.append((int.from_bytes(payload, "big") & mask).to_bytes(self._size, "big"))
            masks.append(mask.to_bytes(self._size, "big"))
        if not found:
            return False
        rows = rows[: len(found)]
        crcs = crcs_of(np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1), bundle.lengths[rows])
        if (crcs != codes[rows].astype(np.uint32)).any():
            raise DamagedRecords
        templates = [shapes.new_template(layout, tag_ids, payload) for payload, tag_ids, layout in found]
        self._add(codes[rows], templates, keys, masks)
        return True

    def _tag_ids(
        self, payload: bytes, step_width: int, shapes: Shapes, parse: Callable[[bytes], Record]
    ) -> tuple[int, ...] | None:
        """Return the tags of a record's values; None where these do not stand at `ends`.

        What comes behind a step is often known already, from a record with a shorter step.
        """
        tail = bytearray(payload[self._step_at - 1 + (step_width and 1 + step_width) :])
        for place in self.ends:
            start, width = len(tail) + place.at, number_width(place.dtype)
            tail[start : start + width] = bytes(width)
        known = self._tails.get(bytes(tail))
        if known is None:
            record = parse(payload)
            if ends_of(record, len(payload), timed=self._timed) != self.ends:
                return None
            known = tuple(shapes.tag_id(scalar.tag) for scalar in record.scalars)
            self._tails[bytes(tail)] = known
        return known

    def _layout(self, length: int, step_width: int) -> tuple[Layout, int]:
        """Return the layout of such records, and a mask, as one number, of the bits that it prescribes."""
        if (length, step_width) not in self._layouts:
            values = [Place(length + place.at, place.dtype) for place in self.ends]
            step_at = self._step_at if step_width else -1
            layout = Layout(length, 1 if self._timed else -1, step_at, step_width, values)
            self._layouts[length, step_width] = layout, int.from_bytes((~layout.free).tobytes(), "big")
        return self._layouts[length, step_width]

    def _add(
        self, codes: _Words, templates: Sequence[Template], keys: Sequence[bytes], masks: Sequence[bytes]
    ) -> None:
        self._codes = np.concatenate([self._codes, codes])
        self._keys = np.concatenate([self._keys, _as_rows(keys)])
        self._masks = np.concatenate([self._masks, _as_rows(masks)])
        self.numbers = np.concatenate([self.numbers, np.array([one.number for one in templates], np.int32)])
        tag_ids = np.array([one.tag_ids for one in templates], np.int32)
        self.tag_ids = np.concatenate([self.tag_ids, tag_ids.T], axis=1)
        size = _FEWEST_SLOTS
        while size < _SLOTS_A_TEMPLATE * len(self._codes):
            size *= 2
        self._table = np.full(size, -1, np.int32)
        slots, index = _slots(self._codes, size), np.arange(len(self._codes), dtype=np.int32)
        self._table[slots] = index
        hidden = np.flatnonzero(self._table[slots] != index).tolist()
        self._elsewhere = [(self._codes[one], one) for one in hidden]


def _as_rows(keys: Sequence[bytes]) -> _Words:
    """Return the bytes as words, a row each, a word of zeros behind."""
    return np.frombuffer(b"".join(key + bytes(WORD) for key in keys), "<u8").reshape(len(keys), -1)


def _slots(codes: _Words, table_size: int) -> _Rows:
    shift = np.uint64(64 - (table_size - 1).bit_length())
    slots: _Rows = (codes * _GOLDEN >> shift).view(np.int64)
    return slots

"""Reads a stretch of records of any kinds: grouped by length and layout, each group decoded at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from losstui.frame import IntArray
from losstui_parsers.event_file.checksum import (
    LONGEST_CHECKED,
    Proof,
    are_each_intact,
    crc_of_zeros,
    is_intact,
)
from losstui_parsers.event_file.columns import Part
from losstui_parsers.event_file.decoding import take_bytes
from losstui_parsers.event_file.layout import WORD, Layout, Template, is_regular
from losstui_parsers.event_file.matching import Matcher
from losstui_parsers.event_file.periodic import find_plans
from losstui_parsers.event_file.plan import Plan
from losstui_parsers.event_file.protobuf import MalformedRecord
from losstui_parsers.event_file.shapes import NO_TAG, Shapes
from losstui_parsers.event_file.sorting import Columns, Group
from losstui_parsers.event_file.walk import HEADER_BYTES, Walk
from losstui_parsers.event_file.wire import Record, RecordParser, Setting

_Bytes = NDArray[np.uint8]
_Words = NDArray[np.uint64]
_Rows = NDArray[np.intp]
_Number = TypeVar("_Number", np.int32, np.int64, np.float64)

_STEP_KEY = 0x10  # Event.step, a varint
LONGEST_GROUPED = 8192  # payload bytes: longer records are parsed one by one
_MOST_STRANGE = 8  # records without a layout among those of one length, before all the others are taken so
_MOST_MATCHERS = 64  # layouts of one length; records of yet another are parsed one by one
_FEWEST_GROUPED = 4  # records of one length: fewer are parsed one by one


class DamagedRecords(Exception):
    """A payload among them does not agree with its checksum, or is no `Event`."""


@dataclass(slots=True, eq=False)
class Stretch:
    """What the first `records` of a stretch hold. The last of `plans`, if any, is how it goes on."""

    part: Part
    records: int
    plans: list[Plan]
    settings: list[Setting] = field(default_factory=list[Setting])


class GeneralReader:
    """Reads stretches of one file with the shapes that all files share."""

    def __init__(self, shapes: Shapes, parser: RecordParser, *, verify: bool) -> None:
        self._shapes = shapes
        self._parser = parser
        self._verify = verify

    def read(self, buffer: _Bytes, walk: Walk, first: int) -> Stretch:
        """Read the records of `walk`; `first` is the number of the first one. Raises DamagedRecords."""
        plugins = dict(self._parser.plugins)
        groups: list[Group] = []
        try:
            singles = self._classify(buffer, walk, groups)
        except DamagedRecords:
            self._parser.plugins = plugins
            raise
        return self._assemble(len(walk.starts), first, groups, singles)

    def _classify(self, buffer: _Bytes, walk: Walk, groups: list[Group]) -> list[tuple[int, Record]]:
        singles: list[tuple[int, Record]] = []
        proof = Proof()
        for form, rows in _by_form(buffer, walk):
            length = int(walk.lengths[rows[0]])
            if len(rows) < _FEWEST_GROUPED or length > LONGEST_GROUPED:
                left = rows
            else:
                words = _gather(buffer, walk.starts[rows], length)
                together = np.bitwise_xor.reduce(words, axis=1).tobytes()[:length]
                proof.add(together, crc_of_zeros(length) if len(rows) & 1 else 0)
                proof.expect(take_bytes(words, length, 4).astype(np.uint32))
                left = self._grouped(form, rows, words, groups)
            singles += [(row, self._single(buffer, walk, row)) for row in left.tolist()]
        if not proof.holds() or (self._verify and not all(map(_are_each_intact, groups))):
            raise DamagedRecords
        return singles

    def _grouped(self, form: int, rows: _Rows, words: _Words, groups: list[Group]) -> _Rows:
        """Put the rows of known and of new layouts into groups; return those that have to be parsed."""
        length = form >> 4
        matchers = self._shapes.matchers.setdefault(form, [])
        tried = 0
        strange: list[_Rows] = []
        while len(rows):
            if tried == len(matchers):
                payload = words[:, 0].tobytes()[:length]
                record = self._parser.accept(self._parse(payload))
                if len(matchers) == _MOST_MATCHERS or not is_regular(record):
                    strange.append(rows[:1])
                    rows, words = rows[1:], words[:, 1:]
                    if len(strange) < _MOST_STRANGE:
                        continue
                    break
                matchers.append(Matcher(Layout(length, record), payload))
            matcher = matchers[tried]
            tried += 1
            found = self._find(matcher, words)
            if found.min() >= 0:
                groups.append(Group(rows, words, matcher, found))
                rows = rows[:0]
                continue
            same = found >= 0
            if same.any():
                groups.append(Group(rows[same], words[:, same], matcher, found[same]))
                rows, words = rows[~same], words[:, ~same]
        return np.concatenate([*strange, rows])

    def _find(self, matcher: Matcher, words: _Words) -> NDArray[np.int32]:
        def learn(payload: bytes) -> Template:
            tag_ids = [
                self._shapes.tag_id(tag) if self._parser.is_scalar(tag) else NO_TAG
                for tag in matcher.layout.tags_in(payload)
            ]
            return self._shapes.new_template(matcher.layout, tag_ids, payload)

        return matcher.find(words, learn)

    def _parse(self, payload: bytes) -> Record:
        try:
            return self._parser.parse(payload)
        except MalformedRecord as error:
            raise DamagedRecords from error

    def _single(self, buffer: _Bytes, walk: Walk, row: int) -> Record:
        start = int(walk.starts[row]) + HEADER_BYTES
        end = start + int(walk.lengths[row])
        payload = buffer[start:end].tobytes()
        record = self._parse(payload)
        matters = self._verify or self._parser.must_be_intact(record)
        if matters and not is_intact(buffer[start : end + 4].tobytes()):
            raise DamagedRecords
        return self._parser.accept(record)

    def _assemble(
        self, records: int, first: int, groups: list[Group], singles: list[tuple[int, Record]]
    ) -> Stretch:
        counts = np.zeros(records, np.intp)
        for group in groups:
            counts[group.rows] = group.matcher.layout.count
        for row, record in singles:
            counts[row] = len(record.scalars)
        slots = np.cumsum(counts)
        columns = Columns(int(slots[-1]))
        slots -= counts
        kinds = np.full(records, -1, np.int32)
        for group in groups:
            kinds[group.rows] = group.matcher.numbers[group.templates]
            columns.add_group(group, slots[group.rows])
        for row, record in singles:
            columns.add_record(int(slots[row]), record, self._shapes)
        narrow = np.uint16 if records <= 1 << 16 else np.uint32
        places = np.repeat(np.arange(records).astype(narrow), counts)
        found = find_plans(kinds, np.append(columns.steps, 0)[slots], self._shapes.templates)
        plans, taken = found if found is not None else ([], records)
        if taken < records:
            columns.cut(int(slots[taken]))
        settings = [one for row, record in singles if row < taken for one in record.settings]
        return Stretch(columns.sorted_part(first, places[: len(columns.steps)]), taken, plans, settings)


def _are_each_intact(group: Group) -> bool:
    """Whether the payload of each record agrees with its checksum."""
    layout, words = group.matcher.layout, group.words
    length = layout.length
    if length > LONGEST_CHECKED:
        rows = np.ascontiguousarray(words.T).view(np.uint8)[:, : length + 4]
        return all(is_intact(row.tobytes()) for row in rows)
    free = np.flatnonzero(layout.free)
    varying = words.view(np.uint8).reshape(len(words), -1, WORD)[free // WORD, :, free % WORD]
    base = group.matcher.bases()[group.templates]
    stored = take_bytes(words, length, 4).astype(np.uint32)
    return are_each_intact(varying[:, None], length - 1 - free[:, None], base[None], stored[None])


def _by_form(buffer: _Bytes, walk: Walk) -> Iterator[tuple[int, _Rows]]:
    """Yield the records that are likely of one layout: (form, rows), the rows rising, the longest first.

    Longest first, because a tag's values with metadata, which say what the tag is, are longer than others.

    The form is the payload's length and where most writers have the step: whether it is there, and how
    many bytes its varint takes. It only parts the records; matching decides.
    """
    around_step = np.ndarray((len(buffer) - WORD + 1,), "<u8", buffer, 0, (1,))[
        walk.starts + HEADER_BYTES + 8
    ]
    forms = walk.lengths << 4
    forms |= (around_step & np.uint64(0xFF00)) == np.uint64(_STEP_KEY << 8)
    for byte in range(1, 4):
        continued = around_step >> np.uint64(8 * byte + 15 - byte) & np.uint64(1 << byte)
        forms |= continued.view(np.int64)
    narrow = forms.astype(np.uint16) if forms.max() < 65_536 else forms
    order = np.argsort(narrow, kind="stable")
    borders = np.flatnonzero(np.diff(narrow[order])) + 1
    for rows in reversed(np.split(order, borders)):
        yield int(forms[rows[0]]), rows


def _gather(buffer: _Bytes, starts: IntArray, length: int) -> _Words:
    """Return payloads and checksums as words; shape (words, n)."""
    size = -(-(length + 4) // WORD) * WORD
    rows = np.ndarray((len(buffer) - size + 1,), f"V{size}", buffer, 0, (1,))[starts + HEADER_BYTES]
    return np.ascontiguousarray(rows.view("<u8").reshape(len(starts), -1).T)

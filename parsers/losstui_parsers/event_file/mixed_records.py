"""Reads a stretch of records of mixed kinds: those of one size together, as one bundle."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.bundles import Bundle, bundles
from losstui_parsers.event_file.checksum import is_intact
from losstui_parsers.event_file.columns import Part
from losstui_parsers.event_file.framing import HEADER_BYTES, Walk
from losstui_parsers.event_file.matching import DamagedRecords, Matcher, bytes_before, ends_of
from losstui_parsers.event_file.periodic import find_plans
from losstui_parsers.event_file.plan import Plan
from losstui_parsers.event_file.protobuf import MalformedRecord
from losstui_parsers.event_file.shapes import Shapes
from losstui_parsers.event_file.sorting import Columns, Group
from losstui_parsers.event_file.wire import Record, RecordParser, Setting

_Bytes = NDArray[np.uint8]
_Rows = NDArray[np.intp]

_MOST_STRANGE = 8  # records of a bundle that cannot be read together, before all the others are taken so
_MOST_MATCHERS = 64  # ways in which values stand in records of one size; others are parsed one by one


@dataclass(slots=True, eq=False)
class Stretch:
    """What the first `records` of a stretch hold. The last of `plans`, if any, is how it goes on."""

    part: Part
    records: int
    plans: list[Plan]
    settings: list[Setting] = field(default_factory=list[Setting])


class MixedRecordReader:
    """Reads stretches of one file with the shapes that all files share.

    The checksum of each record with scalars is checked.
    """

    def __init__(self, shapes: Shapes, parser: RecordParser) -> None:
        self._shapes = shapes
        self._parser = parser

    def read(self, buffer: _Bytes, walk: Walk, first: int, *, verify: bool) -> Stretch:
        """Read the records of `walk`; `first` is the number of the first one. Raises DamagedRecords.

        With `verify` the checksum of a record without scalars is checked, too.
        """
        plugins = dict(self._parser.plugins)
        groups: list[Group] = []
        singles: list[tuple[int, Record]] = []
        try:
            for bundle in bundles(buffer, walk):
                left = self._group(bundle, groups) if isinstance(bundle, Bundle) else bundle
                singles += [(row, self._single(buffer, walk, row, verify=verify)) for row in left.tolist()]
        except DamagedRecords:
            self._parser.plugins = plugins
            raise
        singles.sort(key=itemgetter(0))  # a setting counts as it was written last
        return self._assemble(len(walk.starts), first, groups, singles)

    def _group(self, bundle: Bundle, groups: list[Group]) -> _Rows:
        """Put the records of the bundle into groups; return the rows of those that have to be parsed."""
        matchers = self._shapes.matchers.setdefault((bundle.size, bundle.timed), [])
        left: list[_Rows] = []
        number = 0
        while len(bundle.rows) and len(left) < _MOST_STRANGE:
            if number < len(matchers):
                bundle = self._match(bundle, matchers[number], groups, left)
                number += 1
                continue
            longest = int(bundle.lengths.argmax())
            found = self._number_of_matcher(bundle, longest, matchers)
            if found is None:
                others = np.arange(len(bundle.rows)) != longest
                left.append(bundle.rows[~others])
                bundle = bundle.some(others)
            else:
                number = found
        return np.concatenate([*left, bundle.rows])

    def _number_of_matcher(self, bundle: Bundle, index: int, matchers: list[Matcher]) -> int | None:
        """Return the number of a record's matcher, a new one where there is none; None for a strange record.

        Matchers are in the order of their values' places, those with metadata behind the value first.
        """
        body = bundle.body(index)
        record = self._accepted(body[:-4])
        if not is_intact(body):
            raise DamagedRecords
        ends = ends_of(record, len(body) - 4, timed=bundle.timed)
        if ends is None:
            return None
        form = ends, bytes_before(ends, body[:-4])
        number = bisect_left(matchers, form, key=lambda matcher: (matcher.ends, matcher.before))
        if number == len(matchers) or (matchers[number].ends, matchers[number].before) != form:
            if len(matchers) == _MOST_MATCHERS:
                return None
            matchers.insert(number, Matcher(bundle.size, *form, timed=bundle.timed))
        return number

    def _match(self, bundle: Bundle, matcher: Matcher, groups: list[Group], left: list[_Rows]) -> Bundle:
        """Put the records that the matcher knows, or learns, into a group; return the others.

        What has the checksum of other records is put to what is `left`.
        """
        codes = matcher.codes(bundle)
        found = matcher.find(codes)
        alike = matcher.like(bundle, np.flatnonzero(found < 0))
        if len(alike) and matcher.learn(bundle, codes, alike, self._shapes, self._accepted):
            found[alike] = matcher.find(codes[alike])
        known = found >= 0
        others = bundle.some(~known)
        if len(others.rows):
            bundle, found = bundle.some(known), found[known]
        same = matcher.are_same(bundle, found)
        if not same.all():
            left.append(bundle.rows[~same])
            bundle, found = bundle.some(same), found[same]
        if len(found):
            groups.append(Group(bundle, matcher.ends, matcher.numbers[found], matcher.tag_ids[:, found]))
        return others

    def _accepted(self, payload: bytes) -> Record:
        return self._parser.accept(self._parse(payload))

    def _parse(self, payload: bytes) -> Record:
        try:
            return self._parser.parse(payload)
        except MalformedRecord as error:
            raise DamagedRecords from error

    def _single(self, buffer: _Bytes, walk: Walk, row: int, *, verify: bool) -> Record:
        start = int(walk.starts[row]) + HEADER_BYTES
        end = start + int(walk.lengths[row])
        payload = buffer[start:end].tobytes()
        record = self._parse(payload)
        matters = verify or self._parser.must_be_intact(record)
        if matters and not is_intact(buffer[start : end + 4].tobytes()):
            raise DamagedRecords
        return self._parser.accept(record)

    def _assemble(
        self, records: int, first: int, groups: list[Group], singles: list[tuple[int, Record]]
    ) -> Stretch:
        counts = np.zeros(records, np.intp)
        for group in groups:
            counts[group.rows] = len(group.tag_ids)
        for row, record in singles:
            counts[row] = len(record.scalars)
        slots = np.cumsum(counts)
        columns = Columns(int(slots[-1]))
        slots -= counts
        kinds = np.full(records, -1, np.int32)
        for group in groups:
            kinds[group.rows] = group.kinds
            columns.add_group(group, slots[group.rows])
        for row, record in singles:
            columns.add_record(int(slots[row]), record, self._shapes)
        narrow = np.uint16 if records <= 1 << 16 else np.uint32
        places = np.repeat(np.arange(records).astype(narrow), counts)
        found = find_plans(kinds, columns.steps_at(slots), self._shapes.templates)
        plans, taken = found if found is not None else ([], records)
        if taken < records:
            columns.cut(int(slots[taken]))
        settings = [one for row, record in singles if row < taken for one in record.settings]
        return Stretch(columns.sorted_part(first, places[: len(columns.steps)]), taken, plans, settings)

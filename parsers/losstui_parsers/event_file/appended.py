"""Reads a handful of appended records: by the exact bytes of records like them, met a moment ago.

The bulk ways take a tenth of a millisecond before they have read anything. Here a record costs two
microseconds: all of its bytes but the numbers, as one integer, are looked up in a dictionary.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from losstui_parsers.event_file.checksum import Proof, header_of, is_intact
from losstui_parsers.event_file.framing import FRAME_BYTES, HEADER_BYTES
from losstui_parsers.event_file.layout import Layout, is_regular, layout_of
from losstui_parsers.event_file.protobuf import MalformedRecord, read_varint, signed
from losstui_parsers.event_file.wire import Record, RecordParser, Setting

MOST_KNOWN = 20_000  # kinds of records remembered: more than any sane log has
_NUMBER_OF = {"<f4": struct.Struct("<f").unpack_from, "<f8": struct.Struct("<d").unpack_from}
_LENGTH_AT = struct.Struct("<Q").unpack_from
_CRC_AT = struct.Struct("<I").unpack_from
_WALL_AT = struct.Struct("<d").unpack_from


@dataclass(slots=True)
class Appended:
    """What the first `size` bytes hold: `rows` of (tag, step, value, wall time, record)."""

    rows: list[tuple[str, int, float, float, int]] = field(
        default_factory=list[tuple[str, int, float, float, int]]
    )
    settings: list[Setting] = field(default_factory=list[Setting])
    records: int = 0
    size: int = 0


class _Form:
    """The records of one layout: `mask` leaves their bytes but the numbers, `known` the tags by these."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.mask = int.from_bytes((~layout.free).tobytes(), "little")
        self.known: dict[int, tuple[str, ...]] = {}


class AppendedReader:
    """Reads what was appended to one file; `parser` is the one that reads the rest of the file."""

    def __init__(self, parser: RecordParser) -> None:
        self._parser = parser
        self._forms: dict[int, list[_Form]] = {}
        self._known = 0

    def read(self, data: bytes, first: int) -> Appended | None:
        """Read the whole records at the beginning of `data`; `first` is the number of the first one.

        None where anything in it is not as it should be, which takes the thorough reader.
        """
        found = Appended()
        proof = Proof()
        plugins = dict(self._parser.plugins)
        try:
            while self._read_record(data, found, first + found.records, proof):
                found.records += 1
            if proof.holds():
                return found
        except MalformedRecord:
            pass
        self._parser.plugins = plugins
        return None

    def _read_record(self, data: bytes, found: Appended, number: int, proof: Proof) -> bool:
        """Read the record behind those found; False where there is no whole one yet."""
        at = found.size
        if len(data) - at < HEADER_BYTES:
            return False
        length: int = _LENGTH_AT(data, at)[0]
        if data[at : at + HEADER_BYTES] != header_of(length):
            raise MalformedRecord("no valid record header")
        end = at + length + FRAME_BYTES
        if end > len(data):
            # Four zeros may be in the length of a further record, which then shows this one as cut off.
            if data.find(bytes(4), at + 8) >= 0:
                raise MalformedRecord("a record may be cut off")
            return False
        payload = data[at + HEADER_BYTES : end - 4]
        if not self._look_up(payload, found, number):
            self._parse(payload, data[at + HEADER_BYTES : end], found, number)
        else:
            proof.add_one(payload, _CRC_AT(data, end - 4)[0])
        found.size = end
        return True

    def _look_up(self, payload: bytes, found: Appended, number: int) -> bool:
        whole = int.from_bytes(payload, "little")
        for form in self._forms.get(len(payload), ()):
            tags = form.known.get(whole & form.mask)
            if tags is not None:
                layout = form.layout
                step = signed(read_varint(payload, layout.step_at)[0]) if layout.step_at >= 0 else 0
                wall = _WALL_AT(payload, layout.wall_at)[0] if layout.wall_at >= 0 else 0.0
                for tag, place in zip(tags, layout.values, strict=True):
                    value = _NUMBER_OF[place.dtype](payload, place.at)[0]
                    found.rows.append((tag, step, value, wall, number))
                return True
        return False

    def _parse(self, payload: bytes, body: bytes, found: Appended, number: int) -> None:
        record = self._parser.parse(payload)
        if not is_intact(body):
            raise MalformedRecord("bad checksum")
        if record.plugins:  # they may say of a tag that it is no scalar after all
            self._forms, self._known = {}, 0
        self._parser.accept(record)
        for scalar in record.scalars:
            found.rows.append((scalar.tag, record.step, scalar.number, record.wall_time, number))
        found.settings += record.settings
        if is_regular(record) and all(scalar.dtype in _NUMBER_OF for scalar in record.scalars):
            self._learn(payload, record)

    def _learn(self, payload: bytes, record: Record) -> None:
        if self._known >= MOST_KNOWN:
            self._forms, self._known = {}, 0
        layout = layout_of(len(payload), record)
        forms = self._forms.setdefault(len(payload), [])
        form = next((one for one in forms if _are_alike(one.layout, layout)), None)
        if form is None:
            form = _Form(layout)
            forms.append(form)
        key = int.from_bytes(payload, "little") & form.mask
        form.known[key] = tuple(scalar.tag for scalar in record.scalars)
        self._known += 1


def _are_alike(one: Layout, other: Layout) -> bool:
    return bool((one.free == other.free).all()) and one.values == other.values

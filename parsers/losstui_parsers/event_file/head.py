"""What the first bytes of an event file tell, without reading it."""

from __future__ import annotations

import numpy as np

from losstui_parsers.event_file.checksum import header_of, is_intact
from losstui_parsers.event_file.framing import FRAME_BYTES, HEADER_BYTES, find_records
from losstui_parsers.event_file.protobuf import MalformedRecord
from losstui_parsers.event_file.wire import Record, RecordParser

_MOST_RECORDS = 64  # looked at for tags
_PADDING = bytes(16)
_WALL_KEY = 0x09  # Event.wall_time, which all writers put first


def first_record(head: bytes) -> Record | None:
    """Return the first record if it is an intact `Event` with a time, as any event file's is."""
    if len(head) < HEADER_BYTES or head[:HEADER_BYTES] != header_of(int.from_bytes(head[:8], "little")):
        return None
    body = head[HEADER_BYTES : HEADER_BYTES + int.from_bytes(head[:8], "little") + 4]
    if len(body) < int.from_bytes(head[:8], "little") + 4 or not is_intact(body):
        return None
    try:
        record = RecordParser().parse(body[:-4])
    except MalformedRecord:
        return None
    return record if record.wall_at >= 0 else None


def tags_in_head(head: bytes) -> set[str]:
    """Return the tags of the scalars among the first records."""
    parser = RecordParser()
    tags: set[str] = set()
    for body in _bodies(head):
        try:
            record = parser.parse(body[:-4])
        except MalformedRecord:
            break
        tags.update(scalar.tag for scalar in parser.accept(record).scalars)
    return tags


def holds_other_records(head: bytes) -> bool:
    """Whether the file begins with intact records of which none is an `Event`, as a data set does."""
    bodies = _bodies(head)
    if bodies:
        intact = [body for body in bodies if is_intact(body)]
        return bool(intact) and not any(_is_event(body[:-4]) for body in intact)
    length, header = int.from_bytes(head[:8], "little"), head[:HEADER_BYTES]
    return len(head) > HEADER_BYTES and header == header_of(length) and head[HEADER_BYTES] != _WALL_KEY


def _bodies(head: bytes) -> list[bytes]:
    """Return the payloads of the first records, each with its checksum."""
    walk = find_records(np.frombuffer(head + _PADDING, np.uint8), 0, len(head))
    places = zip(walk.starts[:_MOST_RECORDS].tolist(), walk.lengths[:_MOST_RECORDS].tolist(), strict=True)
    return [head[start + HEADER_BYTES : start + FRAME_BYTES + length] for start, length in places]


def _is_event(payload: bytes) -> bool:
    try:
        record = RecordParser().parse(payload)
    except MalformedRecord:
        return False
    return record.wall_at >= 0 or record.step_at >= 0 or bool(record.scalars)

"""What the first bytes of an event file tell, without reading it."""

from __future__ import annotations

import numpy as np

from losstui_parsers.event_file.checksum import header_of, is_intact
from losstui_parsers.event_file.protobuf import MalformedRecord
from losstui_parsers.event_file.walk import HEADER_BYTES, find_records
from losstui_parsers.event_file.wire import Record, RecordParser

_MOST_RECORDS = 64  # looked at for tags
_PADDING = bytes(16)


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
    walk = find_records(np.frombuffer(head + _PADDING, np.uint8), 0, len(head))
    parser = RecordParser()
    tags: set[str] = set()
    for start, length in list(zip(walk.starts.tolist(), walk.lengths.tolist(), strict=True))[:_MOST_RECORDS]:
        try:
            record = parser.parse(head[start + HEADER_BYTES : start + HEADER_BYTES + length])
        except MalformedRecord:
            break
        tags.update(scalar.tag for scalar in parser.accept(record).scalars)
    return tags

"""Pictures, histograms and the like: records that are stepped over by their beginnings."""

from __future__ import annotations

from losstui_parsers.event_file.checksum import header_of
from losstui_parsers.event_file.damage import payload_is_intact
from losstui_parsers.event_file.framing import FRAME_BYTES, HEADER_BYTES
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.wire import is_one_large_value

_LARGE_BYTES = 1024  # payloads above it are looked at by their head first
_LOOKED_AT = HEADER_BYTES + 512  # bytes of a record: enough for the tag and what kind of value it is


def step_over_large_values(source: Source, at: int, checked_to: int) -> tuple[int, int]:
    """Step over the records from file byte `at` on that are a picture, a histogram or the like each.

    Returns the byte behind them and their number. One that begins before byte `checked_to` and does not agree
    with its checksum is none of them.
    """
    begins: list[int] = []
    source.seek(at, _LOOKED_AT)
    seen, first = b"", at
    while True:
        place = at - first
        if place + _LOOKED_AT > len(seen):
            seen, first, place = source.glance(at, _LOOKED_AT), at, 0
        header = seen[place : place + HEADER_BYTES]
        length = int.from_bytes(header[:8], "little")
        if length < _LARGE_BYTES and not begins:
            break
        if header != header_of(length):
            # The length of the last one may be what is wrong.
            if begins and not payload_is_intact(source, begins[-1], at - begins[-1] - FRAME_BYTES):
                at = begins.pop()
            break
        end = at + length + FRAME_BYTES
        if length < _LARGE_BYTES or end > source.size:
            break
        if not is_one_large_value(seen[place + HEADER_BYTES : place + _LOOKED_AT], length):
            break
        if at < checked_to and not payload_is_intact(source, at, length):
            break
        begins.append(at)
        at = end
    return at, len(begins)

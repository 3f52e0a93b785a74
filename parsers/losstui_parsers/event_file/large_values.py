"""Pictures, histograms and the like: records that are stepped over by their beginnings."""

from __future__ import annotations

from losstui_parsers.event_file.checksum import header_of
from losstui_parsers.event_file.damage import payload_is_intact
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.walk import FRAME_BYTES, HEADER_BYTES
from losstui_parsers.event_file.wire import is_one_large_value

_LARGE_BYTES = 1024  # payloads above it are looked at by their head first
_HEAD_BYTES = 512  # enough for the tag and what kind of value it is


def step_over_large_values(source: Source, at: int, *, verify: bool) -> tuple[int, int]:
    """Step over the records from file byte `at` on that are a picture, a histogram or the like each.

    Returns the byte behind them and their number. With `verify`, one with another checksum is none of them.
    """
    begins: list[int] = []
    while True:
        index = source.seek(at, HEADER_BYTES + _HEAD_BYTES)
        head = source.buffer[index : index + HEADER_BYTES + _HEAD_BYTES].tobytes()
        length = int.from_bytes(head[:8], "little")
        if length < _LARGE_BYTES and not begins:
            break
        if head[:HEADER_BYTES] != header_of(length):
            if begins and len(head) >= HEADER_BYTES:
                at = begins.pop()  # its length may be what is wrong
            break
        end = at + length + FRAME_BYTES
        if length < _LARGE_BYTES or end > source.size:
            break
        if not is_one_large_value(head[HEADER_BYTES:], length):
            break
        if verify and not payload_is_intact(source, at, length):
            break
        begins.append(at)
        source.step_to(end)
        at = end
    return at, len(begins)

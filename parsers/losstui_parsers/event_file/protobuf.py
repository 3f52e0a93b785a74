"""The wire format of protocol buffers, as far as event files need it."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types


class MalformedRecord(ValueError):
    """The payload is not an `Event` message."""


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the varint at byte `at` and the byte after it. Raises MalformedRecord."""
    result = shift = 0
    while shift < 70:
        if at >= len(data):
            raise MalformedRecord("a number runs over the end")
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise MalformedRecord("a number is longer than 10 bytes")


def fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (field number, wire type, first byte, byte after it) of the fields within [at, end).

    Raises MalformedRecord, also where `data` ends before a field begins.
    """
    known = len(data)
    while at < end:
        if at >= known:
            raise MalformedRecord("the message goes on")
        key = data[at]
        at += 1
        if key > 127:
            key, at = read_varint(data, at - 1)
        wire = key & 7
        if wire == BYTES:
            length, start = (
                (data[at], at + 1) if at < min(end, known) and data[at] < 128 else read_varint(data, at)
            )
            at = start + length
        elif wire == VARINT:
            start = at
            _, at = read_varint(data, at)
        elif wire in (FIXED64, FIXED32):
            start = at
            at += 8 if wire == FIXED64 else 4
        else:
            raise MalformedRecord(f"a field has the unknown wire type {wire}")
        if at > end:
            raise MalformedRecord("a field runs over the end of its message")
        yield key >> 3, wire, start, at


def signed(varint: int) -> int:
    """Return the signed number that a varint of 64 bits stands for."""
    return varint - (1 << 64) if varint >> 63 else varint

"""Writes W&B run files in the framing and with the messages of W&B, for the benchmark and the tests."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence

MAGIC = b":W&B\xe1\xbe\x00"
BLOCK = 32_768  # bytes; no header of a fragment crosses the end of one
_HEADER = struct.Struct("<IH")  # CRC-32 of kind and content, length; the kind is the first byte behind it
_HEADER_BYTES = 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


def varint(number: int) -> bytes:
    """A whole number as protocol buffers write it."""
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    return bytes((*encoded, number))


def field(number: int, content: bytes) -> bytes:
    """A field of bytes, or of a message."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def item(key: str | Sequence[str], value: object) -> bytes:
    """A key, or the parts of a nested one, with a value as JSON text."""
    keys = (
        field(1, key.encode()) if isinstance(key, str) else b"".join(field(2, part.encode()) for part in key)
    )
    return keys + field(16, json.dumps(value).encode())


def history(row: Mapping[str, object], step: int | None = None) -> bytes:
    """The record of a row; with a `step` it has what W&B adds: the step, the clock, a number of its own."""
    if step is None:
        return field(2, b"".join(field(1, item(key, value)) for key, value in row.items()))
    logged = {**row, "_step": step, "_timestamp": 1.7e9 + step, "_runtime": step}
    items = b"".join(field(1, item(key, value)) for key, value in logged.items())
    return b"\x08" + varint(step) + field(2, items + field(2, b"\x08" + varint(step) if step else b""))


def config(values: Mapping[str, object]) -> bytes:
    """The record of a run with its settings."""
    updates = b"".join(field(1, item(key, value)) for key, value in values.items())
    return field(17, field(1, b"abc") + field(4, updates))


def frame(records: Iterable[bytes]) -> bytes:
    """The records in the framing of the file."""
    out = bytearray(MAGIC)
    for record in records:
        first = True
        while first or record:
            room = BLOCK - len(out) % BLOCK
            if room < _HEADER_BYTES:
                out += b"\0" * room
                continue
            part, record = record[: room - _HEADER_BYTES], record[room - _HEADER_BYTES :]
            kind = (_FIRST if record else _FULL) if first else (_MIDDLE if record else _LAST)
            body = bytes((kind,)) + part
            out += _HEADER.pack(zlib.crc32(body), len(part)) + body
            first = False
    return bytes(out)

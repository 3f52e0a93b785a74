"""Writes event files fast: all records of one shape at once, checksums included."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
_VERSION = b"\x1a\x0dbrain.Event:2"


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Scalars in the order they are logged, shapes (n,): `tag_of` counts in `tags`, values are float32."""

    tags: Sequence[str]
    tag_of: NDArray[np.int64]
    steps: NDArray[np.int64]
    wall_times: NDArray[np.float64]
    values: NDArray[np.float32]


def _table() -> NDArray[np.uint32]:
    crcs = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        crcs = np.where(crcs & 1, crcs >> 1 ^ np.uint32(_POLYNOMIAL), crcs >> 1).astype(np.uint32)
    return crcs


_TABLE = _table()


def masked_crcs(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the checksum of each row, as records store it."""
    crcs = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in np.ascontiguousarray(rows.T):
        crcs = _TABLE[(crcs ^ column) & np.uint32(255)] ^ crcs >> np.uint32(8)
    crcs = ~crcs
    masked: NDArray[np.uint32] = (crcs >> np.uint32(15) | crcs << np.uint32(17)) + np.uint32(0xA282EAD8)
    return masked


def frame_payload(payload: bytes) -> bytes:
    """Return the record that holds `payload`."""
    header = struct.pack("<Q", len(payload))
    return header + _masked_crc(header) + payload + _masked_crc(payload)


def _masked_crc(data: bytes) -> bytes:
    return masked_crcs(np.frombuffer(data, np.uint8)[None]).tobytes()


def file_version() -> bytes:
    """Return the record every event file begins with."""
    return frame_payload(b"\x09" + struct.pack("<d", 1.7e9) + _VERSION)


def message(key: int, content: bytes) -> bytes:
    """Return `content` as a field of its own length."""
    return bytes([key]) + varint(len(content)) + content


def varint(number: int) -> bytes:
    """Return a protocol buffer's varint."""
    written = b""
    while number > 127:
        written += bytes([number & 127 | 128])
        number >>= 7
    return written + bytes([number])


_MARK = b"\xde\xad\xbe\xef"  # where the number goes
# A tensor's dtype (float), shape (scalar) and content; then the plug-in it is written for.
_TENSOR = message(0x42, b"\x08\x01\x12\x00" + message(0x22, _MARK))
_METADATA = message(0x4A, message(0x0A, message(0x0A, b"scalars")))


def write_events(path: Path, events: Events, *, keras: bool = False) -> None:
    """Write a file of one scalar an event: as simple values, or as the tensors Keras writes."""
    shapes: list[tuple[NDArray[np.intp], NDArray[np.uint8]]] = []
    borders = [1 << 7 * i for i in range(1, 9)]
    widths = np.where(events.steps > 0, np.searchsorted(borders, events.steps, "right") + 1, 0)
    for number, tag in enumerate(events.tags):
        for width in range(9):
            rows = np.flatnonzero((events.tag_of == number) & (widths == width))
            if len(rows):
                shapes.append((rows, _records(events, rows, tag, width, keras=keras)))
    sizes = np.zeros(len(events.steps), np.int64)
    for rows, records in shapes:
        sizes[rows] = records.shape[1]
    begins = np.cumsum(sizes) - sizes
    file = np.zeros(int(sizes.sum()), np.uint8)
    for rows, records in shapes:
        file[begins[rows][:, None] + np.arange(records.shape[1])] = records
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file_version() + file.tobytes())


def _records(
    events: Events, rows: NDArray[np.intp], tag: str, width: int, *, keras: bool
) -> NDArray[np.uint8]:
    number = _TENSOR + _METADATA if keras else b"\x15" + _MARK
    value = message(0x0A, message(0x0A, tag.encode()) + number)
    start = b"\x09" + bytes(8) + (b"\x10" + bytes(width) if width else b"")
    payload = start + message(0x2A, value)
    records = np.empty((len(rows), len(payload) + 16), np.uint8)
    header = struct.pack("<Q", len(payload))
    records[:, :8] = np.frombuffer(header, np.uint8)
    records[:, 8:12] = masked_crcs(records[:1, :8]).view(np.uint8)
    records[:, 12:-4] = np.frombuffer(payload, np.uint8)
    records[:, 13:21] = events.wall_times[rows].view(np.uint8).reshape(-1, 8)
    for byte in range(width):
        continued = 128 if byte < width - 1 else 0
        records[:, 22 + byte] = events.steps[rows] >> 7 * byte & 127 | continued
    value_at = 12 + payload.index(_MARK)
    records[:, value_at : value_at + 4] = events.values[rows].view(np.uint8).reshape(-1, 4)
    records[:, -4:] = masked_crcs(records[:, 12:-4]).view(np.uint8).reshape(-1, 4)
    return records

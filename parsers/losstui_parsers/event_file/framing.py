"""The framing of event files (TFRecord): where the records in a stretch of bytes begin.

A record is the length of its payload (8 bytes), the checksum of that length (4), the payload, and the
checksum of the payload (4). A place whose first 12 bytes agree with each other is the start of a record. So
many walkers can start at places all over the bytes and step together.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.checksum import header_crcs

HEADER_BYTES = 12  # the length of the payload in eight, their checksum in four
FRAME_BYTES = 16  # header and payload checksum

_Bytes = NDArray[np.uint8]
_Offsets = NDArray[np.int64]

_PLAIN_BYTES = 65_536  # below it the plain loop is as quick as the walkers
_WINDOW = 128  # bytes searched for a record's begin at the head of each walker's segment
_SHORT = np.uint64(65_536)  # lengths below it have six zero bytes: rare elsewhere, quick to test
_LONGEST = np.uint64(1 << 32)  # payload bytes; a protocol buffer ends at half of that
_SEGMENT_SCALE = 4.0  # bytes of a segment per root of all bytes; measured
_STEPS_BETWEEN_CHECKS = 8  # whether all have arrived is looked up only so often


@dataclass(frozen=True, slots=True)
class Walk:
    """The records found: `starts` and payload `lengths`, shapes (n,), and the byte after the last one."""

    starts: _Offsets
    lengths: _Offsets
    end: int


def find_records(buffer: _Bytes, at: int, stop: int) -> Walk:
    """Walk over the complete records in `buffer[at:stop]`, up to the first header that is not valid."""
    if stop - at >= _PLAIN_BYTES:
        heads = _synchronised(buffer, at, stop)
        # Nearly all lengths take one byte, and a byte needs no alignment.
        for length_at in (buffer, _words(buffer, "<u4")):
            starts = _stepping_together(length_at, heads, stop - FRAME_BYTES)
            walk = _verified(buffer, starts, at, stop)
            if len(walk.starts) >= len(starts) - 1:  # the last one may end behind `stop`
                return walk
    return _verified(buffer, _one_by_one(buffer, at, stop), at, stop)


def _words(buffer: _Bytes, dtype: str) -> NDArray[np.uint64]:
    size = int(dtype[-1])
    return np.ndarray((len(buffer) - size + 1,), dtype, buffer, 0, (1,))


def _one_by_one(buffer: _Bytes, at: int, stop: int) -> _Offsets:
    length_at = struct.Struct("<Q").unpack_from
    starts: list[int] = []
    last = stop - FRAME_BYTES
    view = buffer.data
    while at <= last:
        starts.append(at)
        at += FRAME_BYTES + length_at(view, at)[0]
    return np.array(starts, np.int64)


def _verified(buffer: _Bytes, starts: _Offsets, at: int, stop: int) -> Walk:
    """Keep the records before the first one with a bad header, a gap behind it or an end behind `stop`."""
    headers = np.ndarray((len(buffer) - 15,), "V16", buffer, 0, (1,))[starts].view("<u8")
    lengths = headers[::2]
    good = headers[1::2].astype(np.uint32) == header_crcs(lengths.astype(np.uint32))
    good &= lengths < _LONGEST
    signed: _Offsets = lengths.astype(np.int64)
    ends: _Offsets = starts + signed + FRAME_BYTES
    good &= ends <= stop
    good[1:] &= ends[:-1] == starts[1:]
    count = len(good) if good.all() else int(np.argmin(good))
    return Walk(starts[:count], signed[:count], int(ends[count - 1]) if count else at)


def _stepping_together(length_at: NDArray[Any], heads: _Offsets, last: int) -> _Offsets:
    """Return the records' begins from each head to the next, as long as all is well; `_verified` tells.

    `length_at` is the length that stands at each byte.
    """
    ends = np.append(heads[1:], last)
    rows = [heads]
    places = heads
    while len(rows) % _STEPS_BETWEEN_CHECKS or (places < ends).any():
        places = places + length_at[places]
        places += FRAME_BYTES
        np.minimum(places, last, out=places)
        rows.append(places)
    table = np.array(rows).T
    starts: _Offsets = table[table < ends[:, None]]
    return starts


def _synchronised(buffer: _Bytes, at: int, stop: int) -> _Offsets:
    """Return places, `at` the first of them, where records begin: about one a segment."""
    # Steps of the walk and walkers cost alike, so there are about as many of the one as of the other.
    segment = max(_WINDOW, int(_SEGMENT_SCALE * isqrt(stop - at)))
    count = (stop - at - _WINDOW - HEADER_BYTES) // segment + 1
    windows = np.ndarray((count, _WINDOW), "<u8", buffer, at, (segment, 1))
    walkers, shifts = np.nonzero(windows < _SHORT)
    places = at + walkers * segment + shifts
    lengths = _words(buffer, "<u4")[places].astype(np.uint32)
    valid = _words(buffer, "<u4")[places + 8] == header_crcs(lengths)
    walkers, places = walkers[valid], places[valid]
    first = np.ones(len(walkers), bool)
    first[1:] = walkers[1:] != walkers[:-1]
    heads: _Offsets = places[first]
    return heads if len(heads) and heads[0] == at else np.insert(heads, 0, at)


def valid_headers(buffer: _Bytes, at: int, stop: int) -> list[tuple[int, int]]:
    """Return the places in [at, stop - 12] whose 12 bytes are a valid header, each with the length in it."""
    count = stop - at - HEADER_BYTES + 1
    if count <= 0 or not buffer[at:stop].any():  # a hole of zeros may be as long as the file
        return []
    high = np.ndarray((count,), "<u4", buffer, at + 4, (1,))
    places = at + np.flatnonzero(high == 0)
    words = _words(buffer, "<u4")
    lengths = words[places].astype(np.uint32)
    valid = words[places + 8] == header_crcs(lengths)
    return list(zip(places[valid].tolist(), lengths[valid].tolist(), strict=True))

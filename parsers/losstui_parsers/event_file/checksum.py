"""The checksums of the event file's records: their stored form, and proofs for many records at once.

A checksum without its start value is linear over XOR: the checksum of the XOR of records of one length
is the XOR of their checksums. So one checksum, taken of the XOR of a thousand records, proves all of
them intact unless two damages cancel each other bit by bit.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from losstui.frame import IntArray
from losstui_parsers.event_file.crc32c import (
    ALL_ONES,
    BLOCK,
    VALUES,
    advance,
    crc32c,
    crc_of_zeros,
    distance_tables,
)

_MASK_DELTA: Final = 0xA282EAD8  # the record format rotates a checksum by 15 bits and adds this
_LOOKED_UP: Final = 1 << 16  # bytes at once, so that what they add stays in the second-level cache
LONGEST_CHECKED: Final = BLOCK  # bytes of the payloads that `added` and `are_each_intact` take


def mask_crc(crc: int) -> int:
    """Return a checksum in the form records store."""
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & ALL_ONES


def unmask_crc(masked: int) -> int:
    """Return the checksum whose stored form is `masked`."""
    return _rotate_back((masked - _MASK_DELTA) & ALL_ONES)


def unmask_crcs(masked: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the checksums whose stored forms are `masked`."""
    rotated = masked - np.uint32(_MASK_DELTA)
    crcs: NDArray[np.uint32] = rotated >> np.uint32(17) | rotated << np.uint32(15)
    return crcs


def _rotate_back(rotated: int) -> int:
    return (rotated >> 17 | rotated << 15) & ALL_ONES


def is_intact(body: bytes) -> bool:
    """Whether a payload agrees with its stored checksum, the last four bytes of `body`."""
    return unmask_crc(int.from_bytes(body[-4:], "little")) == crc32c(body[:-4])


def rows_at(distances: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where in the table it begins what bytes with so many bytes behind them add to a checksum.

    That is at most `LONGEST_CHECKED`, at which a byte adds nothing.
    """
    return VALUES * distances


def added(payload_bytes: NDArray[np.uint8], rows_of_table: NDArray[np.intp]) -> NDArray[np.uint32]:
    """Return what bytes add to the checksums of their payloads, whose rows `rows_at` says; broadcast."""
    places: NDArray[np.intp] = payload_bytes + rows_of_table
    return distance_tables(BLOCK).ravel().take(places, mode="clip")


def added_by_heads(
    heads: NDArray[np.uint8], chosen: Sequence[int], behind: IntArray, longest: int
) -> NDArray[np.uint32]:
    """Return what the `chosen` bytes of the heads of many payloads add to their checksums, shape (n,).

    `heads` has shape (n, bytes); `behind` is how many bytes are behind the first one of each in the payload,
    at most `longest` and at least as many as the head has.
    """
    table = distance_tables(longest).ravel()
    total: NDArray[np.uint32] = np.zeros(len(heads), np.uint32)
    last = heads.shape[1] - 1
    first = VALUES * (behind - last)
    for place in chosen:
        places: NDArray[np.intp] = first + heads[:, place]
        total ^= table[VALUES * (last - place) :].take(places, mode="clip")
    return total


def adding(behind: int, longest: int) -> NDArray[np.uint32]:
    """Return what each byte, shape (256,), adds to a checksum with so many bytes behind it."""
    row: NDArray[np.uint32] = distance_tables(longest)[behind]
    return row


def crcs_of(payloads: NDArray[np.uint8], lengths: IntArray) -> NDArray[np.uint32]:
    """Return the checksum of each payload, the last bytes, `lengths` of them, of a row after zeros."""
    size = payloads.shape[1]
    crcs = np.array([crc_of_zeros(length) for length in lengths.tolist()], np.uint32)
    for place in range(size - int(lengths.max()), size):
        crcs ^= adding(size - 1 - place, size).take(payloads[:, place])
    return crcs


def are_each_intact(
    varying: NDArray[np.uint8],
    rows_of_table: NDArray[np.intp],
    base: NDArray[np.uint32],
    stored: NDArray[np.unsignedinteger[Any]],
) -> bool:
    """Whether many payloads, shape (m, n), agree with their `stored` checksums, each by itself.

    `varying`, shape (k, m, n), are the bytes in which those of one row differ, `rows_of_table`, shape (k, m),
    what `rows_at` says of them, and `base`, shape (m,), the checksums with zeros for these bytes.
    """
    kinds, rows, count = varying.shape
    columns = max(1, min(count, _LOOKED_UP // max(1, kinds)))
    lines = max(1, _LOOKED_UP // max(1, kinds * columns))
    for row in range(0, rows, lines):
        for column in range(0, count, columns):
            some, part = slice(row, row + lines), slice(column, column + columns)
            adding = added(varying[:, some, part], rows_of_table[:, some, None])
            crcs = np.bitwise_xor.reduce(adding, axis=0) ^ base[some, None]
            if not (_masked(crcs) == stored[some, part]).all():
                return False
    return True


class Proof:
    """The proof that many payloads agree with their checksums, by one checksum over the XOR of them all.

    Leading zeros do not count in the linear part, so payloads of all lengths are aligned at their ends.
    """

    def __init__(self) -> None:
        self._payloads = 0
        self._longest = 0
        self._crc = 0

    def add(self, together: bytes, zeros: int) -> None:
        """Add payloads by their XOR, aligned at their ends, and that of the checksums of as many zeros."""
        self._payloads ^= int.from_bytes(together, "big")
        self._longest = max(self._longest, len(together))
        self._crc ^= zeros

    def expect(self, stored: NDArray[np.unsignedinteger[Any]]) -> None:
        """Add the stored checksums of such payloads, uint32 of any shape."""
        rotated = stored - np.uint32(_MASK_DELTA)
        self._crc ^= _rotate_back(int(np.bitwise_xor.reduce(rotated, axis=None)))

    def add_one(self, payload: bytes, stored: int) -> None:
        """Add one payload with its stored checksum."""
        self.add(payload, crc_of_zeros(len(payload)) ^ unmask_crc(stored))

    def holds(self) -> bool:
        """Whether all are intact."""
        return advance(0, self._payloads.to_bytes(self._longest, "big")) == self._crc


@lru_cache(maxsize=4096)
def header_of(length: int) -> bytes:
    """Return the 12 bytes in front of a payload of `length` bytes: the length and its checksum."""
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", mask_crc(crc32c(packed)))


def _make_header_tables() -> NDArray[np.uint32]:
    zero = crc32c(bytes(8))
    rows = [
        [advance(0, bytes(place) + bytes([byte]) + bytes(7 - place)) for byte in range(256)]
        for place in range(4)
    ]
    tables = np.array(rows, np.uint32)
    tables[0] ^= np.uint32(zero)
    return tables


_HEADER_TABLES: Final = _make_header_tables()


def header_crcs(lengths: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the stored form of the checksum of each length below 2**32; shapes (n,)."""
    if len(lengths) and lengths.max() < len(_SHORT_HEADER_CRCS):
        return _SHORT_HEADER_CRCS[lengths]
    return _header_crcs(lengths)


def _header_crcs(lengths: NDArray[np.uint32]) -> NDArray[np.uint32]:
    crcs = _HEADER_TABLES[0][lengths & np.uint32(255)]
    for place in range(1, 4):
        crcs = crcs ^ _HEADER_TABLES[place][lengths >> np.uint32(8 * place) & np.uint32(255)]
    return _masked(crcs)


def _masked(crcs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    rotated = crcs >> np.uint32(15) | crcs << np.uint32(17)
    masked: NDArray[np.uint32] = rotated + np.uint32(_MASK_DELTA)
    return masked


_SHORT_HEADER_CRCS: Final = _header_crcs(np.arange(4096, dtype=np.uint32))

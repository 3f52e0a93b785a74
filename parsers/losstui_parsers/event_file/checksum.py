"""CRC-32C (Castagnoli), the checksum of the event file's records, and its use on many records at once.

A checksum without its start value is linear over XOR: the checksum of the XOR of records of one length
is the XOR of their checksums. So one checksum, taken of the XOR of a thousand records, proves all of
them intact unless two damages cancel each other bit by bit.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL: Final = 0x82F63B78  # Castagnoli, bits reversed
_MASK_DELTA: Final = 0xA282EAD8  # the record format rotates a checksum by 15 bits and adds this
_ALL_ONES: Final = 0xFFFFFFFF
_LANES: Final = 256  # long buffers are cut into this many lanes that advance together
_LONG: Final = 16_384  # bytes; below it the plain loop is quicker than the lanes


def _make_table() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
        table.append(crc)
    return table


_TABLE: Final = _make_table()
_TABLE_ARRAY: Final = np.array(_TABLE, np.uint32)


def _advance(state: int, data: bytes) -> int:
    table = _TABLE
    for byte in data:
        state = table[(state ^ byte) & 255] ^ state >> 8
    return state


def _multiply(a: int, b: int) -> int:
    """Return the product of two polynomials of reversed bits, modulo the CRC's."""
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
    return product


def _shift_by(count: int) -> int:
    """Return the polynomial that moves a state over `count` zero bytes."""
    result, power = 1 << 31, 1 << 23
    while count:
        if count & 1:
            result = _multiply(result, power)
        power = _multiply(power, power)
        count >>= 1
    return result


def _advance_long(state: int, data: bytes) -> int:
    share = len(data) // _LANES
    lanes = np.frombuffer(data, np.uint8, share * _LANES).reshape(_LANES, share).T
    states = np.zeros(_LANES, np.uint32)
    states[0] = state
    for column in lanes:
        states = _TABLE_ARRAY[(states ^ column) & np.uint32(255)] ^ states >> np.uint32(8)
    shift = _shift_by(share)
    joined = 0
    for lane in states.tolist():
        joined = _multiply(joined, shift) ^ lane
    return _advance(joined, data[share * _LANES :])


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of `data`."""
    advance = _advance_long if len(data) >= _LONG else _advance
    return advance(_ALL_ONES, data) ^ _ALL_ONES


def mask_crc(crc: int) -> int:
    """Return a checksum in the form records store."""
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & _ALL_ONES


def unmask_crc(masked: int) -> int:
    """Return the checksum whose stored form is `masked`."""
    return _rotate_back((masked - _MASK_DELTA) & _ALL_ONES)


def _rotate_back(rotated: int) -> int:
    return (rotated >> 17 | rotated << 15) & _ALL_ONES


def is_intact(body: bytes) -> bool:
    """Whether a payload agrees with its stored checksum, the last four bytes of `body`."""
    return unmask_crc(int.from_bytes(body[-4:], "little")) == crc32c(body[:-4])


class Proof:
    """The proof that many payloads agree with their checksums, by one checksum over the XOR of them all.

    Leading zeros do not count in the linear part, so payloads of all lengths are aligned at their ends.
    """

    def __init__(self) -> None:
        self._payloads = 0
        self._longest = 0
        self._crc = 0

    def add(self, together: bytes, count: int) -> None:
        """Add `count` payloads of one length by their XOR."""
        self._payloads ^= int.from_bytes(together, "big")
        self._longest = max(self._longest, len(together))
        if count & 1:
            self._crc ^= _crc_of_zeros(len(together))

    def expect(self, stored: NDArray[np.unsignedinteger[Any]]) -> None:
        """Add the stored checksums of such payloads, uint32 of any shape."""
        rotated = stored - np.uint32(_MASK_DELTA)
        self._crc ^= _rotate_back(int(np.bitwise_xor.reduce(rotated, axis=None)))

    def add_one(self, payload: bytes, stored: int) -> None:
        """Add one payload with its stored checksum."""
        self._payloads ^= int.from_bytes(payload, "big")
        self._longest = max(self._longest, len(payload))
        self._crc ^= _crc_of_zeros(len(payload)) ^ unmask_crc(stored)

    def holds(self) -> bool:
        """Whether all are intact."""
        return _advance(0, self._payloads.to_bytes(self._longest, "big")) == self._crc


@lru_cache(maxsize=4096)
def _crc_of_zeros(length: int) -> int:
    return crc32c(bytes(length))


@lru_cache(maxsize=4096)
def header_of(length: int) -> bytes:
    """Return the 12 bytes in front of a payload of `length` bytes: the length and its checksum."""
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", mask_crc(crc32c(packed)))


def _make_header_tables() -> NDArray[np.uint32]:
    zero = crc32c(bytes(8))
    rows = [
        [_advance(0, bytes(place) + bytes([byte]) + bytes(7 - place)) for byte in range(256)]
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
    rotated = crcs >> np.uint32(15) | crcs << np.uint32(17)
    masked: NDArray[np.uint32] = rotated + np.uint32(_MASK_DELTA)
    return masked


_SHORT_HEADER_CRCS: Final = _header_crcs(np.arange(4096, dtype=np.uint32))

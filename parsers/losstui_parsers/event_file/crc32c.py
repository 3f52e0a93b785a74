"""CRC-32C (Castagnoli): the checksum itself, of short data a byte at a time and of long data in blocks.

Source: Sarwate 1988, Communications of the ACM 31, for the table of a byte.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL: Final = 0x82F63B78  # Castagnoli, bits reversed
ALL_ONES: Final = 0xFFFFFFFF  # a checksum begins with it, and is inverted at its end
BLOCK: Final = 256  # bytes of long buffers whose checksums are looked up together
_LONG: Final = 2 * BLOCK  # bytes; below it the plain loop is as quick
AT_ONCE: Final = 256 * BLOCK  # bytes of which the states are worked out together
VALUES: Final = 256  # values of a byte
_STATE_BYTES: Final = 4  # of a checksum
_LENGTH_BITS: Final = 40  # of lengths in bytes: more than any disk's file


def _make_table() -> list[int]:
    table: list[int] = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
        table.append(crc)
    return table


_TABLE: Final = _make_table()


def advance(state: int, data: bytes) -> int:
    """Return the state that some bytes make of one: a checksum before its bits are inverted."""
    table = _TABLE
    for byte in data:
        state = table[(state ^ byte) & 255] ^ state >> 8
    return state


@cache
def distance_tables(longest: int) -> NDArray[np.uint32]:
    """Return what each byte adds to a checksum, by the number of bytes behind it; the last row is zeros."""
    tables = np.zeros((longest + 1, VALUES), np.uint32)
    tables[0] = _TABLE
    for distance in range(1, _STATE_BYTES):
        before = tables[distance - 1]
        tables[distance] = tables[0][before & np.uint32(255)] ^ before >> np.uint32(8)
    known = _STATE_BYTES
    while known < longest:
        more = tables[: min(known, longest - known)]
        for place in range(_STATE_BYTES):
            byte = more >> np.uint32(8 * place) & np.uint32(255)
            tables[known : known + len(more)] ^= tables[known - 1 - place][byte]
        known += len(more)
    return tables


@cache
def _shifts() -> list[list[list[int]]]:
    """Return what each byte of a state, the lowest first, is after 1, 2, 4, 8, ... zero bytes."""
    bits = 8 * np.arange(_STATE_BYTES, dtype=np.uint32)[:, None]
    shift = np.arange(VALUES, dtype=np.uint32) << bits >> np.uint32(8)
    shift[0] = _TABLE
    shifts = [shift]
    while len(shifts) < _LENGTH_BITS:
        low = [shift >> np.uint32(8 * place) & np.uint32(255) for place in range(_STATE_BYTES)]
        shift = np.bitwise_xor.reduce([own[byte] for own, byte in zip(shift, low, strict=True)])
        shifts.append(shift)
    return [shift.tolist() for shift in shifts]


def behind_zeros(state: int, count: int) -> int:
    """Return the state that so many zero bytes, below 2**`_LENGTH_BITS`, make of one."""
    for power, shift in enumerate(_shifts()):
        if count >> power & 1:
            state = _shifted(state, shift)
    return state


def _shifted(state: int, shift: list[list[int]]) -> int:
    first, second, third, fourth = shift
    return first[state & 255] ^ second[state >> 8 & 255] ^ third[state >> 16 & 255] ^ fourth[state >> 24]


def _advance_long(state: int, data: bytes) -> int:
    whole = len(data) // BLOCK * BLOCK
    for start in range(0, whole, AT_ONCE):
        state = states_behind_blocks(state, data[start : min(start + AT_ONCE, whole)])[-1]
    return advance(state, data[whole:])


def states_behind_blocks(state: int, data: bytes) -> list[int]:
    """Return the state behind each `BLOCK` of bytes; `data` is some of these, at most `AT_ONCE` bytes."""
    blocks = np.frombuffer(data, np.uint8).reshape(-1, BLOCK)
    places = blocks + np.arange(BLOCK, dtype=np.int32)[::-1] * np.int32(VALUES)
    added = np.bitwise_xor.reduce(distance_tables(BLOCK).ravel()[places], axis=1)
    shift = _shifts()[BLOCK.bit_length() - 1]
    states: list[int] = []
    for one in added.tolist():
        state = _shifted(state, shift) ^ one
        states.append(state)
    return states


def crc32c(data: bytes, before: int = 0) -> int:
    """Return the CRC-32C of `data`, or of what has the checksum `before` with `data` behind it."""
    advancing = _advance_long if len(data) >= _LONG else advance
    return advancing(before ^ ALL_ONES, data) ^ ALL_ONES


@lru_cache(maxsize=4096)
def crc_of_zeros(length: int) -> int:
    """Return the checksum of so many zero bytes."""
    return crc32c(bytes(length))

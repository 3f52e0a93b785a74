"""The checksum of any stretch of a file, each of whose bytes is looked at twice at most.

Where a file is damaged, many headers may promise long payloads that lie over each other. A checksum is linear
over XOR: that of a stretch follows from those of all bytes up to its begin and up to its end.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import reduce

from losstui_parsers.event_file.crc32c import (
    ALL_ONES,
    AT_ONCE,
    BLOCK,
    advance,
    behind_zeros,
    crc32c,
    states_behind_blocks,
)

ReadAt = Callable[[int, int], bytes]  # from a byte on, so many, fewer only at the end of the file


class RunningChecksum:
    """Checksums of stretches of one file, quick where they begin ever further on."""

    def __init__(self) -> None:
        self._seen = 0
        self._begin = 0
        self._states = array("I", [0])  # behind so many blocks from `_begin` on

    def between(self, read_at: ReadAt, begin: int, end: int) -> int:
        """Return the CRC-32C of the bytes [begin, end) of the file that `read_at` reads; it has them all."""
        if begin >= self._seen:
            self._seen = end
            pieces = range(begin, end, AT_ONCE)
            return reduce(lambda crc, at: crc32c(read_at(at, min(AT_ONCE, end - at)), crc), pieces, 0)
        self._seen = max(self._seen, end)
        if begin < self._begin or len(self._states) == 1:
            self._begin = begin
            self._states = array("I", [0])
        before = self._up_to(read_at, begin) ^ ALL_ONES
        return self._up_to(read_at, end) ^ behind_zeros(before, end - begin) ^ ALL_ONES

    def _up_to(self, read_at: ReadAt, end: int) -> int:
        """Return the state that the bytes from `_begin` to `end` make of zero."""
        block = (end - self._begin) // BLOCK
        while len(self._states) <= block:
            missing = min((block + 1 - len(self._states)) * BLOCK, AT_ONCE)
            data = read_at(self._begin + (len(self._states) - 1) * BLOCK, missing)
            if len(data) < missing:  # the file was cut meanwhile
                return 0
            self._states.extend(states_behind_blocks(self._states[-1], data))
        at = self._begin + block * BLOCK
        return advance(self._states[block], read_at(at, end - at))

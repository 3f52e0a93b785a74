"""The lines of a large table on their way to the C parser of pandas.

pandas takes an empty cell and a written NaN for the same, so each written NaN is turned into a number on
the way to it.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Final, cast

import numpy as np
from numpy.typing import NDArray

from losstui.frame import IntArray

PIECE = 1 << 18  # bytes looked at at once: they stay in the processor's cache
COMMON = 500  # letters; where every so many the first one of a NaN stands, it is one of a word in each row
LONGEST_ROW = 16 << 20  # bytes
# For a written NaN: any number of three letters would do, as long as no cell holds the same.
STAND_IN: Final = b"9e9"
_LEAST: Final = b"-9223372036854775808"  # of 64 bits
_WORD = 8  # flags looked at as one number: few are set, and to look at each costs more than to find them


class NotPlain(ValueError):
    """The text holds what the fast path does not take."""


class WholeLines:
    """The whole lines of a stream, about `size` bytes of them at a time, in memory that is used again."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.letters = bytearray(size)
        self._stream = cast("io.BufferedIOBase", stream)  # of the two, only this one knows readinto
        self._taken: int = 0  # bytes at the start of `letters`: the lines that were told of
        self._filled: int = 0  # bytes in all

    @property
    def unfinished(self) -> bytes:
        """What stands behind the last line end."""
        return bytes(self.letters[self._taken : self._filled])

    def read(self) -> int:
        """Read on: how many bytes at the start of `letters` are whole lines, none at the end of the stream.

        Raises NotPlain where a line has no end.
        """
        self._filled -= self._taken
        self.letters[: self._filled] = self.letters[self._taken : self._taken + self._filled]
        self._taken = 0
        while not self._taken:
            if self._filled == len(self.letters):
                if self._filled >= LONGEST_ROW:
                    raise NotPlain("a line without end")
                self.letters = self.letters + bytes(self._filled)
            with memoryview(self.letters) as view:
                added = self._stream.readinto(view[self._filled :])
            if not added:
                break
            self._taken = self.letters.rfind(b"\n", self._filled, self._filled + added) + 1
            self._filled += added
        return self._taken


class Scan(io.BufferedIOBase):
    """The whole lines of a stream, a number in the place of each written NaN.

    Raises NotPlain where pandas would take other rows from them than a reader of lines.
    """

    def __init__(self, stream: BinaryIO, delimiter: str, columns: int, *, untyped: bool = False) -> None:
        self.stood_in = 0  # how many NaN were written
        self.passed = 0  # bytes read from it
        self._lines = WholeLines(stream, PIECE)
        self._most_delimiters = columns  # in the first row, one more than there should be
        self._untyped = untyped  # whether pandas may find columns of whole numbers
        self._begun = False  # whether the first row was looked at
        self._delimiter = delimiter.encode()
        self._flags = np.empty(PIECE + _WORD, bool)
        self._edges = np.zeros(256, bool)
        self._edges[[ord(delimiter), *b'\r\n "']] = True

    def readable(self) -> bool:
        """Always."""
        return True

    @property
    def unfinished(self) -> bytes:
        """What stands behind the last line end."""
        return self._lines.unfinished

    def read(self, size: int | None = -1, /) -> bytes:
        """Some whole lines, about `PIECE` bytes of them whatever is asked for; empty at the end."""
        end = self._lines.read()
        self.passed += end
        return self._checked(self._lines.letters, end) if end else b""

    def read1(self, size: int = -1, /) -> bytes:
        """As `read`: what older versions of pandas ask for."""
        return self.read(size)

    def _checked(self, letters: bytearray, end: int) -> bytes:
        if not self._begun:
            self._begun = True
            first = bytes(letters[: letters.find(b"\n") + 1])
            # From a first row of many cells pandas makes as many columns.
            if b'"' not in first and first.count(self._delimiter) > self._most_delimiters:
                raise NotPlain("a first row much longer than the header")
        if letters.find(b"\0", 0, end) >= 0:
            raise NotPlain("zero bytes, which end a cell")
        for letter in b"nN":
            if letters.find(letter, 0, end) >= 0:
                self._replace_nan(np.frombuffer(letters, np.uint8, end), letter)
        # Among whole numbers there is no -0, and the least one stands for an empty cell.
        signed = self._untyped and letters.find(b"-", 0, end) >= 0
        if signed and self._has_other_whole(np.frombuffer(letters, np.uint8, end)):
            raise NotPlain("a number that is another one as a whole number")
        with memoryview(letters) as view:
            return bytes(view[:end])

    def _replace_nan(self, letters: NDArray[np.uint8], begin: int) -> None:
        first = self._starts(letters, begin, ord("a"), ~0x20 & 0xFF)
        first = first[letters[first + 2] | 0x20 == ord("n")]
        first = first[self._edges[letters[first + len(STAND_IN)]]]
        self.stood_in += len(first)
        for distance, digit in enumerate(STAND_IN):
            letters[first + distance] = digit

    def _has_other_whole(self, letters: NDArray[np.uint8]) -> bool:
        """Whether a cell holds -0 or the least whole number."""
        first = self._starts(letters, ord("-"), ord("0"), ~(ord("0") ^ ord("9")) & 0xFF)
        second, third = letters[first + 1], letters[first + 2]
        if ((second == ord("0")) & (self._edges[third] | (third == ord("0")))).any():
            return True
        like = first[(second == _LEAST[1]) & (third == _LEAST[2])].tolist()
        return any(letters[place : place + len(_LEAST)].tobytes() == _LEAST for place in like)

    def _starts(self, letters: NDArray[np.uint8], first: int, second: int, mask: int) -> IntArray:
        """Where cells begin with two letters; of the second one only the bits of a mask count."""
        if len(self._flags) < len(letters) + _WORD:
            self._flags = np.empty(len(letters) + _WORD, bool)
        flags = np.equal(letters, first, out=self._flags[: len(letters)])
        self._flags[len(letters) : len(letters) + _WORD] = False
        words = self._flags[: -(-len(letters) // _WORD) * _WORD].view(np.int64)
        found = words != 0
        if COMMON * np.count_nonzero(found) > len(letters):
            np.logical_and(flags[:-1], letters[1:] & mask == second & mask, out=flags[:-1])
            found = words != 0
        places: IntArray = (np.flatnonzero(found)[:, None] * _WORD + np.arange(_WORD)).ravel()
        places = places[self._flags[places] & (places < len(letters) - 2)]
        places = places[letters[places + 1] & mask == second & mask]
        # Before the first letter stands the line end of the lines before.
        places = places[self._edges[letters[places - 1]]]
        return places


def skip_header(stream: BinaryIO, lines: int) -> None:
    """Leave behind the lines down to the header. Raises NotPlain where they are in another encoding."""
    above = b"".join(stream.readline(LONGEST_ROW) for _ in range(lines))
    if b"\0" in above or len(above.decode().splitlines()) != lines:
        raise NotPlain("a header in another encoding")

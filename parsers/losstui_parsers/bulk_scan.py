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
from losstui_parsers.tables import Mask

PIECE = 1 << 18  # bytes looked at at once: they stay in the processor's cache
FEW_PLACES = 600  # in a piece: to find so many one after the other costs less than to flag each letter
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
        self._wordy = False  # whether words or NaN are in every few rows
        self._delimiter = delimiter.encode()
        self._flags = np.empty((2, PIECE + _WORD), bool)
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
        self._replace_nan(letters, end)
        # Among whole numbers there is no -0, and the least one stands for an empty cell.
        signed = self._untyped and letters.find(b"-", 0, end) >= 0
        if signed and self._has_other_whole(np.frombuffer(letters, np.uint8, end)):
            raise NotPlain("a number that is another one as a whole number")
        with memoryview(letters) as view:
            return bytes(view[:end])

    def _replace_nan(self, written: bytearray, end: int) -> None:
        """Put a number in the place of each NaN."""
        middles = None if self._wordy else _middles(written, end)
        self._wordy = middles is None
        if middles is not None and not middles:
            return
        letters = np.frombuffer(written, np.uint8, end)
        if middles is None:
            first = self._flagged(letters, capitals=b"N" in written)
        else:
            first = np.array(middles) - 1
            first = first[self._edges[letters[first - 1]]]
            first = first[(letters[first] | 0x20 == ord("n")) & (letters[first + 2] | 0x20 == ord("n"))]
        first = first[self._edges[letters[first + len(STAND_IN)]]]
        self.stood_in += len(first)
        for distance, digit in enumerate(STAND_IN):
            letters[first + distance] = digit

    def _flagged(self, letters: NDArray[np.uint8], *, capitals: bool) -> IntArray:
        """Where cells begin with the letters of NaN; there may be capital ones."""
        begun, both = self._room(len(letters))
        np.equal(letters, ord("n"), out=begun)
        if capitals:
            begun |= letters == ord("N")
        # Both together are rare, even where each row has a word with one of them.
        if not np.logical_and(begun[:-2], begun[2:], out=both[:-2]).any():
            return np.empty(0, np.int64)
        first = self._starts(letters)
        found: IntArray = first[letters[first + 1] | 0x20 == ord("a")]
        return found

    def _has_other_whole(self, letters: NDArray[np.uint8]) -> bool:
        """Whether a cell holds -0 or the least whole number."""
        _, signs = self._room(len(letters))
        np.equal(letters, ord("-"), out=signs)
        first = self._starts(letters)
        second, third = letters[first + 1], letters[first + 2]
        if ((second == ord("0")) & (self._edges[third] | (third == ord("0")))).any():
            return True
        like = first[(second == _LEAST[1]) & (third == _LEAST[2])].tolist()
        return any(letters[place : place + len(_LEAST)].tobytes() == _LEAST for place in like)

    def _room(self, count: int) -> tuple[Mask, Mask]:
        """Two arrays of shape (count,) for flags, with anything in them."""
        if self._flags.shape[1] < count + _WORD:
            self._flags = np.empty((2, count + _WORD), bool)
        return self._flags[0, :count], self._flags[1, :count]

    def _starts(self, letters: NDArray[np.uint8]) -> IntArray:
        """Where the second room has flags at the start of a cell that is followed by two letters."""
        self._flags[1, len(letters) - 2 : len(letters) + _WORD] = False
        words = self._flags[1, : -(-len(letters) // _WORD) * _WORD].view(np.int64)
        places: IntArray = (np.flatnonzero(words != 0)[:, None] * _WORD + np.arange(_WORD)).ravel()
        places = places[self._flags[1, places]]
        # Before the first letter stands the line end of the lines before.
        places = places[self._edges[letters[places - 1]]]
        return places


def _middles(letters: bytearray, end: int) -> list[int] | None:
    """Where the middle of a NaN may be in the first `end` letters; None where in more than a few places."""
    places: list[int] = []
    for middle in b"aA":
        place = letters.find(middle, 1, end)
        while place >= 0:
            places.append(place)
            if len(places) > FEW_PLACES:
                return None
            place = letters.find(middle, place + 3, end)  # two do not stand closer
    return places


def skip_header(stream: BinaryIO, lines: int) -> None:
    """Leave behind the lines down to the header. Raises NotPlain where they are in another encoding."""
    above = b"".join(stream.readline(LONGEST_ROW) for _ in range(lines))
    if b"\0" in above or len(above.decode().splitlines()) != lines:
        raise NotPlain("a header in another encoding")

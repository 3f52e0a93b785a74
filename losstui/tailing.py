"""Tells what became of a growing file since the last look, and reads what was appended, format unknown.

A file is told from another of the same name by its device and inode, and its past by a fingerprint: its
first bytes and those before the offset. Only where both are as they were are the bytes behind the offset
taken for a continuation.
"""

from __future__ import annotations

import io
import os
import time
from enum import Enum
from pathlib import Path

MOST_BYTES = 4 << 20  # read at once
HEAD_BYTES = 4096  # of the fingerprint: the header of a table and the first record of an event file are in it
BEFORE_BYTES = 256  # of the fingerprint: some lines or records
# Two writes within a tick of the clock that stamps files (4 ms on most kernels) leave one time.
CLOCK_TICK_NS = 20_000_000

_Stamp = tuple[int, int, int, int]  # device, inode, size, nanoseconds of the last change


class Change(Enum):
    """What became of a file between two looks."""

    NOTHING = "nothing"
    APPENDED = "appended"
    REWRITTEN = "rewritten"  # or met for the first time, truncated, replaced: it is another file now
    VANISHED = "vanished"


class Watch:
    """A file of which only matters whether it may be another one since the last look."""

    def __init__(self, path: Path) -> None:
        self._name = os.fspath(path)
        self._stamp: _Stamp | None = None
        self._fresh = False

    def poll(self) -> bool:
        """Whether the file has come, gone or perhaps changed since the last look: one `stat`."""
        try:
            stamp = _stamp_of(os.stat(self._name))
        except OSError:
            stamp = None
        changed = stamp != self._stamp or self._fresh
        self._stamp = stamp
        self._fresh = stamp is not None and _is_fresh(stamp)
        return changed


class Tail:
    """A file that is read as it grows. `offset` is the first byte that was not taken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0
        self._name = os.fspath(path)
        self._stamp: _Stamp | None = None
        self._fresh = False
        self._head: bytes = b""
        self._before: bytes = b""
        self._ahead: bytes = b""  # what was read from `offset` on and not taken

    @property
    def size(self) -> int:
        """The bytes of the file at the last look."""
        return 0 if self._stamp is None else self._stamp[2]

    def poll(self) -> Change:
        """Look at the file: one `stat` where nothing happened, one bounded read where something did.

        After `REWRITTEN` everything has to be read anew, from offset 0 on. What vanished is `REWRITTEN`
        when it comes back.
        """
        try:
            stamp = _stamp_of(os.stat(self._name))
            if stamp == self._stamp and not self._fresh:
                return Change.NOTHING
            return self._look(stamp)
        except OSError:
            known = self._stamp is not None
            self._stamp = None
            return Change.VANISHED if known else Change.NOTHING

    def read(self, most: int = MOST_BYTES) -> bytes:
        """Return the bytes from `offset` on, at most `most`. Raises OSError."""
        if len(self._ahead) < min(most, self.size - self.offset):
            with io.FileIO(self._name) as file:
                file.seek(self.offset)
                self._ahead = _read(file, most)
        return self._ahead[:most]

    def take(self, count: int) -> None:
        """Say that `count` bytes, which `read` returned, are dealt with."""
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        if len(self._head) < HEAD_BYTES and self.offset == len(self._head):
            self._head = (self._head + taken)[:HEAD_BYTES]
        self._before = (self._before + taken)[-BEFORE_BYTES:]
        self.offset += count

    def skip_to(self, offset: int) -> None:
        """Say that the bytes before `offset` were read by other means. Raises OSError."""
        with io.FileIO(self._name) as file:
            if self.offset == 0:
                known = self._ahead if len(self._ahead) >= HEAD_BYTES else _read(file, HEAD_BYTES)
                self._head = known[: min(HEAD_BYTES, offset)]
            start = max(0, offset - BEFORE_BYTES)
            file.seek(start)
            self._before = _read(file, offset - start)
        self.offset = offset
        self._ahead = b""

    def _look(self, stamp: _Stamp) -> Change:
        known, self._stamp = self._stamp, stamp
        self._fresh = _is_fresh(stamp)
        if known is not None and stamp[:2] == known[:2]:
            grown = stamp[2] > known[2]
            if (grown or stamp == known) and self._continues(grown):
                return Change.APPENDED if grown else Change.NOTHING
        self.offset = 0
        self._head = self._before = self._ahead = b""
        return Change.REWRITTEN

    def _continues(self, grown: bool) -> bool:
        """Whether the fingerprint holds; reads the appended bytes with it."""
        with io.FileIO(self._name) as file:
            if file.read(len(self._head)) != self._head:
                return False
            start = self.offset - len(self._before)
            file.seek(start)
            least = self.size - start if grown else len(self._before)
            data = _read(file, min(least, len(self._before) + MOST_BYTES))
        if data[: len(self._before)] != self._before:
            return False
        if grown:
            self._ahead = data[len(self._before) :]
        return True


def _stamp_of(status: os.stat_result) -> _Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _is_fresh(stamp: _Stamp) -> bool:
    """Whether a further change may come within the same tick and leave the same stamp."""
    return abs(time.time_ns() - stamp[3]) < CLOCK_TICK_NS


def _read(file: io.FileIO, count: int) -> bytes:
    """The next `count` bytes, fewer only at the end of the file."""
    data: bytes = file.read(count)
    while len(data) < count:
        more: bytes = file.read(count - len(data))
        if not more:
            break
        data += more
    return data

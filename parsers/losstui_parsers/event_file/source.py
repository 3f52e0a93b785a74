"""Random access to a file through one reused buffer: memory stays small whatever the file's size."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import numpy as np

from losstui_parsers.event_file.running_checksum import RunningChecksum
from losstui_parsers.large_arrays import room_for

BUFFER_BYTES = 2 << 20  # large enough for vectors to pay, small enough for the processor's cache
PADDING = 64  # bytes behind the data that whole-word access may touch
MARGIN = 128  # bytes before the data that the tails of short records may reach into
_SMALL_BYTES = 1 << 18  # a file of thousands
_WINDOW_BYTES = 4096  # read at once behind what was stepped over: the next records' beginnings
_GROWTH = 4  # times as much is read each time nothing was stepped over
_WIDEST_GLANCE = 1 << 16  # bytes: the most that comes to
_FAR_BYTES = 1 << 18  # stepped over by disks too


class Source:
    """A file opened for reading. `size` is its size then: what is appended later is not looked at.

    `buffer`, uint8, holds at index i the file's byte `origin` + i, from `MARGIN` to `stop`.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size
        room = MARGIN + min(BUFFER_BYTES, self.size) + PADDING
        # The allocator has the buffer of the file before at hand: new pages cost more than to fill them.
        self.buffer = np.empty(room, np.uint8) if room <= _SMALL_BYTES else room_for(room, np.uint8)
        self.origin = -MARGIN
        self.stop = MARGIN
        self._window = BUFFER_BYTES
        self._reached = 0  # by glances
        self._announced = 0
        self._checksum = RunningChecksum()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def seek(self, at: int, need: int) -> int:
        """Make the `need` bytes from file byte `at` on available, as far as the file has them.

        Returns the index of byte `at` in the buffer. `size` shrinks with a file that was cut meanwhile.
        """
        index = at - self.origin
        if index >= MARGIN and index + min(need, self.size - at) <= self.stop:
            return index
        before = self.buffer.data
        if need > len(before) - MARGIN - PADDING:
            self.buffer = room_for(MARGIN + need + PADDING, np.uint8)
        kept = max(0, self.stop - index) if index >= MARGIN else 0
        # A memoryview copies what overlaps rightly.
        self.buffer.data[MARGIN : MARGIN + kept] = before[index : index + kept]
        self.origin, self.stop = at - MARGIN, MARGIN + kept
        self._fill(MARGIN + max(need, self._window))
        self._window = min(_GROWTH * self._window, BUFFER_BYTES)
        return MARGIN

    def read(self, at: int, count: int) -> bytes:
        """Return the `count` bytes from file byte `at` on, fewer where the file ends before."""
        index = self.seek(at, count)
        return self.buffer[index : min(index + count, self.stop)].tobytes()

    def read_at(self, at: int, count: int) -> bytes:
        """Return the `count` bytes from file byte `at` on as `read`, but leave the buffer as it is."""
        index = at - self.origin
        if MARGIN <= index <= self.stop - count:
            return self.buffer[index : index + count].tobytes()
        return os.pread(self._file.fileno(), count, at)

    def checksum(self, begin: int, end: int) -> int:
        """Return the CRC-32C of the file's bytes [begin, end), all of which it has."""
        return self._checksum.between(self.read_at, begin, end)

    def glance(self, at: int, need: int) -> bytes:
        """Return some bytes from file byte `at` on, at least `need` where the file has them.

        For those who step from record to record: what is between is not read.
        """
        index = at - self.origin
        if MARGIN <= index <= self.stop - need:
            return self.buffer[index : min(index + _WINDOW_BYTES, self.stop)].tobytes()
        distance = at - max(self._reached, self.origin + self.stop)
        self._window = min(_GROWTH * self._window, _WIDEST_GLANCE) if distance <= 0 else _WINDOW_BYTES
        # A disk reads on faster than it skips so few bytes; what is in the system's cache is only copied.
        if 0 < distance < _FAR_BYTES and at >= self._announced:
            self._announced = at + BUFFER_BYTES // 2
            if not self._is_cached(at):
                os.posix_fadvise(self._file.fileno(), at, BUFFER_BYTES, os.POSIX_FADV_WILLNEED)
        seen = self.read_at(at, min(self._window, max(0, self.size - at)))
        self._reached = at + len(seen)
        return seen

    def _is_cached(self, at: int) -> bool:
        """Whether reading there would not wait for the disk; True also where the system cannot tell."""
        try:
            os.preadv(self._file.fileno(), [bytearray(1)], at, os.RWF_NOWAIT)
        except BlockingIOError:
            return False
        except (OSError, AttributeError):
            return True
        return True

    def _fill(self, count: int) -> None:
        """Read on until byte `count` of the buffer, or all that there is."""
        self._file.seek(self.origin + self.stop)
        free = self.buffer.data[: len(self.buffer) - PADDING]
        end = min(len(free), count, self.size - self.origin)
        while self.stop < end:
            got = self._file.readinto(free[self.stop : end])
            if not got:
                self.size = self.origin + self.stop
                return
            self.stop += got

"""Follows a text log: only what was appended to it is read, as long as that holds nothing of a new kind."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Protocol

from losstui.compression import ENDINGS
from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, Follower, LogFile, LoggedRun, Parser
from losstui.rereading import RereadingFollower, fresh_group
from losstui.tailing import MOST_BYTES, Change, Tail

# A writer that fills a buffer before it writes, or draws a bar, ends a line within seconds; one that was
# silent for so long may be over, and its last line is then taken as it is.
PATIENCE = 30.0  # s
_BLOCK = 1 << 16  # bytes looked at in search of the last line end
_LONGEST_LINE = 16 << 20  # bytes


class Growing(Protocol):
    """What the lines of a log hold so far."""

    def append(self, data: bytes) -> int | None:
        """Take in the whole lines at the beginning of `data`; how many bytes that are.

        None where only a reading of the whole file can tell what they are: this object is then of no use.
        """
        ...

    def runs(self) -> list[LoggedRun]:
        """The runs as the parser would read them from the lines so far, or what it would raise."""
        ...


class TextParser(Parser, Protocol):
    """A reader of logs to which lines can be appended."""

    def begin(self, file: LogFile) -> Growing | None:
        """Read a file that ends with a whole line; None where its further lines need those before.

        Raises UnreadableLog.
        """
        ...


def follow_text(parser: TextParser, group: FileGroup) -> Follower:
    """The follower of a text log in one file; what is compressed is read anew when it changes."""
    path = group.files[0].path
    if path.suffix.lower() in ENDINGS:
        return RereadingFollower(parser, group)
    return TextFollower(parser, group)


class TextFollower:
    """One text log; a last line without an end waits for the rest of it, at most for `PATIENCE`."""

    def __init__(self, parser: TextParser, group: FileGroup) -> None:
        self._parser = parser
        self._group = group
        self._path: Path = group.files[0].path
        self._tail = Tail(self._path)
        self._growing: Growing | None = None
        self._unfinished_since: float | None = None  # s of the monotonic clock
        self._as_it_is = True  # whether the whole file counts, and not its whole lines alone

    def poll(self) -> bool:
        """Read what was appended to the file."""
        change = self._tail.poll()
        if change is Change.NOTHING:
            return self._unfinished_since is not None and self._give_up_waiting(self._unfinished_since)
        if change is Change.APPENDED and self._growing is not None and self._append(self._growing):
            return True
        self._growing = None
        self._as_it_is = True
        self._unfinished_since = None
        if change is not Change.VANISHED:
            self._read_anew(grows=change is Change.APPENDED)
        return True

    def runs(self) -> list[LoggedRun]:
        """The runs of the log. Raises what the parser raises."""
        if self._as_it_is or self._growing is None:
            return self._parser.read(fresh_group(self._group))
        return self._growing.runs()

    def _give_up_waiting(self, since: float) -> bool:
        if time.monotonic() - since < PATIENCE:
            return False
        self._unfinished_since = None
        self._as_it_is = True
        return True

    def _append(self, growing: Growing) -> bool:
        """Take in what stands behind the lines so far; False where the file has to be read anew."""
        left = self._tail.size - self._tail.offset
        if left > MOST_BYTES:
            return False
        try:
            data = self._tail.read()
        except OSError:
            return False
        taken = growing.append(data)
        if taken is None:
            return False
        self._tail.take(taken)
        self._unfinished_since = time.monotonic() if taken < len(data) else None
        self._as_it_is = False
        return True

    def _read_anew(self, *, grows: bool) -> None:
        """Read the whole lines that are there.

        A file met for the first time whose last line has no end counts as it is: it may be over. Its first
        growth tells that it is not.
        """
        try:
            end = _end_of_lines(self._path, self._tail.size)
            # Before the reading: what is written over meanwhile then shows at the next look.
            self._tail.skip_to(end)
            if end == 0 or (end < self._tail.size and not grows):
                return
            growing = self._parser.begin(LogFile(self._path, end))
        except (OSError, UnreadableLog):
            return
        if growing is not None and self._append(growing):
            self._growing = growing


def _end_of_lines(path: Path, size: int) -> int:
    """Where the last whole line within the first `size` bytes ends; 0 where there is none."""
    with io.FileIO(path) as file:
        for end in range(size, max(0, size - _LONGEST_LINE), -_BLOCK):
            start = max(0, end - _BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
    return 0

"""Follows a group of files by reading it anew whenever one of them has changed: right for every format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, Followable, Follower, LogFile, LoggedRun, Parser
from losstui.tailing import Watch

_SQLITE = b"SQLite format 3\0"


def follower_of(parser: Parser, group: FileGroup) -> Follower:
    """Return the follower that the parser has for `group`, else one that reads it anew."""
    return parser.follow(group) if isinstance(parser, Followable) else RereadingFollower(parser, group)


class RereadingFollower:
    """Reads the whole group again when one of its files has come, gone or changed."""

    def __init__(self, parser: Parser, group: FileGroup) -> None:
        self._parser = parser
        self._group = group
        self._watches = [Watch(path) for file in fresh_group(group).files for path in _written_to(file)]

    def poll(self) -> bool:
        """Look at every file."""
        return any([watch.poll() for watch in self._watches])

    def runs(self) -> list[LoggedRun]:
        """Read the group, the heads of its files too. Raises what the parser raises."""
        return self._parser.read(fresh_group(self._group))


class WithFilesBeside:
    """Follows a log and files beside it without values: what a run dies of may be told there."""

    def __init__(self, log: Follower, beside: Iterable[Path]) -> None:
        self._log = log
        self._watches = [Watch(path) for path in beside]

    def poll(self) -> bool:
        """Take in what became of the log; whether that or a file beside it has changed."""
        return any([self._log.poll(), *(watch.poll() for watch in self._watches)])

    def runs(self) -> list[LoggedRun]:
        """The runs of the log. Raises what its parser raises."""
        return self._log.runs()


def fresh_group(group: FileGroup) -> FileGroup:
    """Return the group without what was already read of its files."""
    return FileGroup(group.label, tuple(LogFile(file.path) for file in group.files))


def _written_to(file: LogFile) -> list[Path]:
    """The paths at which a change of what is in `file` shows."""
    try:
        database = file.head.startswith(_SQLITE)
    except UnreadableLog:
        database = False
    # A database may keep what was written last in a file beside it.
    return [file.path, file.path.with_name(f"{file.path.name}-wal")] if database else [file.path]

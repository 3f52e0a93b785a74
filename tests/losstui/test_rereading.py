from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import numpy as np

from losstui.frame import Frame, Series
from losstui.parsing import FileGroup, Followable, Follower, LogFile, LoggedRun, one_run_a_file
from losstui.rereading import RereadingFollower, follower_of


class Lengths:
    """Reads how long the files are."""

    name: ClassVar[str] = "lengths"

    def recognise(self, file: LogFile) -> str | None:
        return "any file"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        lengths = [len(file.head) for file in group.files]
        return [LoggedRun(Frame([Series("bytes", np.arange(len(lengths)), np.array(lengths, np.float64))]))]


class OwnFollower(RereadingFollower):
    """One that is told apart from what every other parser has."""


class Own(Lengths):
    """Has a follower of its own."""

    def follow(self, group: FileGroup) -> Follower:
        return OwnFollower(Lengths(), group)


def lengths(follower: Follower) -> list[float]:
    values: list[float] = follower.runs()[0].frame["bytes"].values.tolist()
    return values


def test_what_is_still_being_written_is_not_in_the_head(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one two")
    file = LogFile(tmp_path / "a", until=3)
    assert file.head == b"one"
    with file.open() as stream:
        assert stream.read() == b"one"


def test_the_group_is_read_anew_with_the_heads_of_its_files(tmp_path: Path) -> None:
    files = (LogFile(tmp_path / "a"), LogFile(tmp_path / "b"))
    for file in files:
        file.path.write_text("one")
        assert len(file.head) == 3
    follower = follower_of(Lengths(), FileGroup(tmp_path, files))
    assert follower.poll()
    assert lengths(follower) == [3, 3]
    files[1].path.write_text("longer")
    assert follower.poll()
    assert lengths(follower) == [3, 6]


def test_a_parser_with_a_follower_of_its_own_is_asked_for_it(tmp_path: Path) -> None:
    assert isinstance(Own(), Followable)
    assert not isinstance(Lengths(), Followable)
    (tmp_path / "a").write_text("one")
    group = FileGroup(tmp_path, (LogFile(tmp_path / "a"),))
    own = follower_of(Own(), group)
    assert isinstance(own, OwnFollower)
    assert lengths(own) == [3]
    assert not isinstance(follower_of(Lengths(), group), OwnFollower)


def test_what_a_database_keeps_in_a_file_beside_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("pragma journal_mode=wal")
        writer.execute("create table metrics (value real)")
        writer.commit()
        follower = follower_of(Lengths(), FileGroup(path, (LogFile(path),)))
        follower.poll()
        before = path.stat()
        writer.execute("insert into metrics values (0.5)")
        writer.commit()
        after = path.stat()
        assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        assert follower.poll()

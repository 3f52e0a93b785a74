from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.tailing import HEAD_BYTES, MOST_BYTES, Change, Tail, Watch


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


def settled(path: Path, age_seconds: float = 60.0) -> None:
    """Give the file a time that no further write can share."""
    then = path.stat().st_mtime_ns - int(age_seconds * 1e9)
    os.utime(path, ns=(then, then))


def drain(tail: Tail) -> bytes:
    taken = b""
    while data := tail.read():
        taken += data
        tail.take(len(data))
    return taken


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.write_bytes(b"a first line\n")
    return path


def test_the_first_look_says_to_read_from_the_start(log: Path) -> None:
    tail = Tail(log)
    assert tail.poll() is Change.REWRITTEN
    assert drain(tail) == b"a first line\n"
    assert tail.poll() is Change.NOTHING


def test_only_what_was_appended_is_read(log: Path) -> None:
    tail = Tail(log)
    tail.poll()
    drain(tail)
    append(log, b"a second\n")
    assert tail.poll() is Change.APPENDED
    assert drain(tail) == b"a second\n"
    assert tail.offset == log.stat().st_size


def test_what_was_not_taken_is_read_again_with_what_follows(log: Path) -> None:
    tail = Tail(log)
    tail.poll()
    drain(tail)
    append(log, b"half a ")
    tail.poll()
    assert tail.read() == b"half a "
    assert tail.poll() is Change.NOTHING
    append(log, b"line\n")
    assert tail.poll() is Change.APPENDED
    assert tail.read() == b"half a line\n"


def test_a_read_is_bounded(log: Path) -> None:
    log.write_bytes(bytes(MOST_BYTES + 7))
    tail = Tail(log)
    tail.poll()
    assert len(tail.read()) == MOST_BYTES
    tail.take(MOST_BYTES)
    assert tail.read() == bytes(7)


@pytest.mark.parametrize(
    "content",
    [b"", b"a fir", b"another begin, and longer than before\n", b"a FIRST line\n"],
    ids=["emptied", "truncated", "rewritten longer", "rewritten as long"],
)
def test_a_file_written_anew_in_place_is_told_from_one_that_grew(log: Path, content: bytes) -> None:
    tail = Tail(log)
    tail.poll()
    drain(tail)
    log.write_bytes(content)
    assert tail.poll() is Change.REWRITTEN
    assert drain(tail) == content


def test_a_file_whose_end_alone_was_rewritten_is_told_from_one_that_grew(log: Path) -> None:
    log.write_bytes(b"x" * 3 * HEAD_BYTES + b"the end\n")
    tail = Tail(log)
    tail.poll()
    drain(tail)
    log.write_bytes(b"x" * 3 * HEAD_BYTES + b"another end, and more\n")
    assert tail.poll() is Change.REWRITTEN


def test_a_file_whose_begin_alone_was_rewritten_is_told_from_one_that_grew(log: Path) -> None:
    rows = b"1,2\n" * HEAD_BYTES
    log.write_bytes(b"step,loss\n" + rows)
    tail = Tail(log)
    tail.poll()
    drain(tail)
    log.write_bytes(b"step,rate\n" + rows + rows)
    assert tail.poll() is Change.REWRITTEN


def test_a_file_replaced_by_a_longer_copy_is_read_anew(log: Path, tmp_path: Path) -> None:
    tail = Tail(log)
    tail.poll()
    drain(tail)
    other = tmp_path / "other"
    other.write_bytes(b"a first line\na second line\n")
    other.replace(log)
    assert tail.poll() is Change.REWRITTEN
    assert drain(tail) == b"a first line\na second line\n"


def test_a_rewrite_within_one_tick_of_the_clock_is_seen(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losstui.tailing.CLOCK_TICK_NS", 10**12)  # however busy the machine is
    tail, watch = Tail(log), Watch(log)
    tail.poll()
    assert watch.poll()
    drain(tail)
    stamp = log.stat().st_mtime_ns
    with log.open("r+b") as stream:
        stream.write(b"A FIRST LINE\n")
    os.utime(log, ns=(stamp, stamp))
    assert tail.poll() is Change.REWRITTEN
    assert watch.poll()


def test_a_file_that_vanishes_is_said_to_once_and_read_anew_when_it_is_back(log: Path) -> None:
    tail = Tail(log)
    tail.poll()
    drain(tail)
    log.unlink()
    assert [tail.poll(), tail.poll()] == [Change.VANISHED, Change.NOTHING]
    log.write_bytes(b"back\n")
    assert tail.poll() is Change.REWRITTEN
    assert drain(tail) == b"back\n"


def test_an_idle_file_is_not_opened(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(log)
    tail = Tail(log)
    tail.poll()
    drain(tail)
    monkeypatch.setattr("io.FileIO", None)
    assert tail.poll() is Change.NOTHING


def test_what_other_means_have_read_is_part_of_the_past(log: Path) -> None:
    tail = Tail(log)
    tail.poll()
    tail.skip_to(len(b"a first line\n"))
    append(log, b"more\n")
    assert tail.poll() is Change.APPENDED
    assert tail.read() == b"more\n"
    log.write_bytes(b"a furst line\nmore\nand more\n")
    assert tail.poll() is Change.REWRITTEN


@settings(deadline=None)
@given(
    pieces=st.lists(st.binary(max_size=600), max_size=12), takes=st.lists(st.integers(0, 700), max_size=12)
)
def test_any_appends_and_takes_give_the_bytes_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], takes: list[int]
) -> None:
    path = tmp_path_factory.mktemp("tail") / "log"
    path.touch()
    tail, taken = Tail(path), b""
    tail.poll()
    for piece, most in zip(pieces, [*takes, *[10**6] * len(pieces)], strict=False):
        append(path, piece)
        assert tail.poll() is (Change.APPENDED if piece else Change.NOTHING)
        data = tail.read()[:most]
        tail.take(len(data))
        taken += data
    assert taken + drain(tail) == b"".join(pieces)


def test_a_watch_tells_change_coming_and_going(log: Path) -> None:
    settled(log)
    watch = Watch(log)
    assert [watch.poll(), watch.poll()] == [True, False]
    append(log, b"more\n")
    assert watch.poll()
    settled(log)
    assert [watch.poll(), watch.poll()] == [True, False]
    log.unlink()
    assert [watch.poll(), watch.poll()] == [True, False]

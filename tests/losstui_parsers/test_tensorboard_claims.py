from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from event_files import NAME, event, frame_payload, scalars, summary_pb2, version
from losstui.errors import UnreadableLog
from losstui.parsing import HEAD_BYTES, LogFile
from losstui_parsers.tensorboard import Tensorboard


def recognise(folder: Path, data: bytes, name: str = NAME) -> str | None:
    path = folder / name
    path.write_bytes(data)
    return Tensorboard().recognise(LogFile(path))


def unreadable(folder: Path, data: bytes, name: str = NAME) -> str:
    path = folder / name
    path.write_bytes(data)
    parser = Tensorboard()
    (group,) = parser.group([LogFile(path)])
    with pytest.raises(UnreadableLog) as caught:
        parser.read(group)
    assert caught.value.path == str(path)
    return caught.value.reason


def test_an_event_file_is_recognised_by_its_content(tmp_path: Path) -> None:
    data = version() + scalars("a", [1.0])
    assert recognise(tmp_path, data, "renamed.log") is not None
    assert recognise(tmp_path, data, NAME + ".v2") is not None


def test_other_records_of_that_framing_are_not_event_files(tmp_path: Path) -> None:
    example = frame_payload(b"\x0a\x05hello")
    assert recognise(tmp_path, example * 3, "data.tfrecord") is None


@pytest.mark.parametrize("size", [120, 100_000])
def test_records_that_are_no_events_are_not_claimed_for_their_name(tmp_path: Path, size: int) -> None:
    example = frame_payload(
        b"\x0a" + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14]) + bytes(size)
    )
    assert recognise(tmp_path, example * 3) is None


def test_events_behind_a_damaged_beginning_are_claimed_for_their_name(tmp_path: Path) -> None:
    data = version() + scalars("loss", [1.0])
    assert recognise(tmp_path, data[:20] + b"!" + data[21:]) is not None
    assert recognise(tmp_path, b"!" + data[1:]) is not None
    assert recognise(tmp_path, bytes(HEAD_BYTES) + data) is not None
    assert recognise(tmp_path, data[:20]) is not None  # the first record is not yet all there


def test_text_is_not_claimed_for_its_name(tmp_path: Path) -> None:
    assert recognise(tmp_path, b"step,loss\n1,0.5\n", "tfevents_export.csv") is None


def test_a_pointer_of_git_lfs_is_named(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
    assert recognise(tmp_path, pointer) is not None
    assert "Git LFS" in unreadable(tmp_path, pointer)


def test_a_compressed_file_is_named(tmp_path: Path) -> None:
    data = gzip.compress(version() + scalars("a", [1.0]))
    assert unreadable(tmp_path, data, f"{NAME}.gz") == "a compressed event file: unpack it first"


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    assert recognise(tmp_path, b"") is not None
    assert unreadable(tmp_path, b"") == "the file is empty"


def test_a_file_that_holds_no_record_is_unreadable(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).bytes(5000)
    assert recognise(tmp_path, noise) is not None
    assert (
        unreadable(tmp_path, noise)
        == "5000 bytes (at most 200 records) dropped at byte 0: no valid record header"
    )


def test_a_file_without_scalars_is_unreadable(tmp_path: Path) -> None:
    histogram = summary_pb2.Summary.Value(tag="weights")
    histogram.histo.bucket.extend([1.0, 2.0])
    assert (
        unreadable(tmp_path, version() + event(3, histogram)) == "no scalar in it; records of other kinds: 2"
    )


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    parser = Tensorboard()
    with pytest.raises(UnreadableLog, match="no such file"):
        parser.read(parser.group([LogFile(tmp_path / NAME)])[0])

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import shutil
import sys
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui import compression
from losstui.analysis import LogError, analyse
from losstui.compression import ZSTANDARD
from losstui.errors import UnreadableLog
from losstui.parsing import HEAD_BYTES, LogFile, LoggedRun, Parser
from losstui.unrecognised import why_no_log
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout
from losstui_parsers.trainer_state import TrainerState

ROWS = 2000
LOSSES = [1.0 / (1 + step) for step in range(ROWS)]


def csv_text() -> str:
    return "step,loss\n" + "".join(f"{step},{loss!r}\n" for step, loss in enumerate(LOSSES))


def lines_text() -> str:
    return "".join(json.dumps({"step": step, "loss": loss}) + "\n" for step, loss in enumerate(LOSSES))


def state_text() -> str:
    history = [{"step": step, "loss": loss} for step, loss in enumerate(LOSSES)]
    return json.dumps({"log_history": history})


def stdout_text() -> str:
    return "".join(f"iter {step}: loss {loss!r}, time 1099ms\n" for step, loss in enumerate(LOSSES))


FORMATS = [
    ("metrics.csv", Delimited(), csv_text),
    ("log.jsonl", JsonRows(), lines_text),
    ("trainer_state.json", TrainerState(), state_text),
    ("train.log", Stdout(), stdout_text),
]


def read(parser: Parser, path: Path) -> LoggedRun:
    file = LogFile(path)
    assert parser.recognise(file) is not None
    [run] = parser.read(parser.group([file])[0])
    return run


@pytest.mark.parametrize(("name", "parser", "text"), FORMATS)
def test_a_compressed_log_gives_what_it_was_made_of(
    name: str, parser: Parser, text: Callable[[], str], tmp_path: Path
) -> None:
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text().encode()))
    run = read(parser, tmp_path / f"{name}.gz")
    assert run.frame["loss"].values.tolist() == LOSSES
    assert run.warnings == ()


@pytest.mark.parametrize(("name", "parser", "text"), FORMATS)
def test_compressed_data_that_is_cut_gives_what_comes_before_and_one_warning(
    name: str, parser: Parser, text: Callable[[], str], tmp_path: Path
) -> None:
    data = gzip.compress(text().encode())
    (tmp_path / f"{name}.gz").write_bytes(data[: len(data) // 2])
    run = read(parser, tmp_path / f"{name}.gz")
    found = run.frame["loss"].values.tolist()
    assert 100 < len(found) < ROWS
    assert found == LOSSES[: len(found)]
    told = [warning for warning in run.warnings if "compressed data is cut off behind" in warning]
    assert len(told) == 1
    assert told[0].startswith(f"{name}.gz: ")


@pytest.mark.parametrize(("ending", "compress"), [("bz2", bz2.compress), ("xz", lzma.compress)])
@pytest.mark.parametrize(("name", "parser", "text"), FORMATS)
def test_bzip2_and_xz_are_read_and_what_is_cut_is_told(
    name: str,
    parser: Parser,
    text: Callable[[], str],
    ending: str,
    compress: Callable[[bytes], bytes],
    tmp_path: Path,
) -> None:
    path = tmp_path / f"{name}.{ending}"
    data = compress(text().encode())
    path.write_bytes(data)
    run = read(parser, path)
    assert run.frame["loss"].values.tolist() == LOSSES
    assert run.warnings == ()
    path.write_bytes(data + data[: len(data) // 2])
    told = read(parser, path).warnings
    assert any(one.startswith(f"{path.name}: the compressed data is cut off behind") for one in told)


def test_a_zip_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "log.csv.zip", "w") as archive:
        archive.writestr("log.csv", csv_text())
    [told] = analyse([tmp_path / "log.csv.zip"])
    assert isinstance(told, LogError)
    assert told.reason == "a zip archive; unpack it to read the logs inside"


def test_what_is_compressed_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(csv_text().encode())))
    assert why_no_log(path, [Delimited()]) == "compressed twice: unpack it once before"


def test_the_head_of_a_compressed_file_is_as_long_as_that_of_another(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(bytes(2 * HEAD_BYTES)))
    assert LogFile(path).head == bytes(HEAD_BYTES)


def test_a_member_may_follow_another(tmp_path: Path) -> None:
    text = csv_text().encode()
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress(text[:5000]) + gzip.compress(text[5000:]))
    assert read(Delimited(), tmp_path / "log.csv.gz").frame["loss"].values.tolist() == LOSSES


@pytest.mark.parametrize("row", [b"0,0.5\n", b"0"])
def test_a_small_file_is_read_up_to_a_bound(
    row: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "MOST_DECOMPRESSED", 1 << 20)
    (tmp_path / "metrics.csv.gz").write_bytes(gzip.compress(b"step,loss\n0,1.0\n1,0.5\n" + row * (8 << 20)))
    with pytest.raises(UnreadableLog, match="more than 1 MiB when decompressed"):
        read(Delimited(), tmp_path / "metrics.csv.gz")


EXPANDED = 32 << 20  # bytes that come out of a small file


def test_what_expands_as_no_log_does_is_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "ALWAYS_READ", 1 << 20)
    bomb = gzip.compress(b"step,loss\n" + bytes(EXPANDED))
    stream = compression.decompressed(io.BytesIO(bomb), bomb, lambda _: None)
    taken = io.BytesIO()
    with pytest.raises(OSError, match="more than 200 times as large when decompressed, which no log is"):
        shutil.copyfileobj(stream, taken)
    assert 1 << 20 < taken.tell() <= 200 * len(bomb) < EXPANDED / 4


@pytest.mark.parametrize("row", [b"0,0.5\n", b"0", b"\0"])
def test_a_small_file_does_not_fill_the_memory(
    row: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "ALWAYS_READ", 1 << 20)
    path = tmp_path / "metrics.csv.gz"
    path.write_bytes(gzip.compress(b"step,loss\n0,1.0\n1,0.5\n" + row * (EXPANDED // len(row))))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableLog, match="more than 200 times as large when decompressed"):
            read(Delimited(), path)
        assert tracemalloc.get_traced_memory()[1] < EXPANDED
    finally:
        tracemalloc.stop()


def test_a_log_that_says_the_same_in_each_line_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "ALWAYS_READ", 1 << 20)
    names = ",".join(f"loss_{number}" for number in range(50))
    text = f"step,{names}\n" + "".join(f"{step}{',nan' * 50}\n" for step in range(10_000))
    data = gzip.compress(text.encode())
    assert len(text) > 30 * len(data)
    (tmp_path / "metrics.csv.gz").write_bytes(data)
    assert len(read(Delimited(), tmp_path / "metrics.csv.gz").frame["loss_7"].values) == 10_000


def test_what_is_compressed_in_another_way_is_said(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv.zst"
    path.write_bytes(ZSTANDARD + b"\0" * 20)
    if not compression.can_decompress(ZSTANDARD):
        assert "Python reads from 3.14 on" in why_no_log(path, [])
        with pytest.raises(UnreadableLog, match=r"Python reads from 3\.14 on"):
            read(Delimited(), path)
        with pytest.raises(OSError, match=r"Python reads from 3\.14 on"):
            LogFile(path).open()


class _ZstdError(Exception):
    """Named as the class of `compression.zstd`, by which broken data is told."""


_ZstdError.__name__ = "ZstdError"


class _StandIn:
    """What `compression.zstd.ZstdFile` is to us, over zlib: older Pythons have no Zstandard."""

    def __init__(self, stream: BinaryIO) -> None:
        assert stream.read(4) == ZSTANDARD
        self._stream, self._expand = stream, zlib.decompressobj()

    def read1(self, size: int) -> bytes:
        try:
            while not self._expand.eof:
                data = self._expand.unconsumed_tail or self._stream.read(256)
                if not data:
                    raise EOFError("Compressed file ended before the end-of-stream marker was reached")
                if text := self._expand.decompress(data, size):
                    return text
        except zlib.error as error:
            raise _ZstdError(str(error)) from error
        return b""

    def close(self) -> None:
        self._expand = zlib.decompressobj()


@pytest.fixture
def _with_zstandard(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("compression.zstd")
    module.__dict__["ZstdFile"] = _StandIn
    monkeypatch.setitem(sys.modules, "compression", ModuleType("compression"))
    monkeypatch.setitem(sys.modules, "compression.zstd", module)


@pytest.mark.usefixtures("_with_zstandard")
def test_zstandard_is_read_where_python_brings_it(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv.zst"
    data = ZSTANDARD + zlib.compress(csv_text().encode())
    path.write_bytes(data)
    run = read(Delimited(), path)
    assert run.frame["loss"].values.tolist() == LOSSES
    assert run.warnings == ()
    half = len(data) // 2
    for broken, reason in ((data[:half], "cut off"), (data[:half] + b"\xff" * half, "broken")):
        path.write_bytes(broken)
        run = read(Delimited(), path)
        assert 100 < len(run.frame["loss"]) < ROWS
        [warning] = (one for one in run.warnings if "compressed data" in one)
        assert warning.startswith(f"metrics.csv.zst: the compressed data is {reason} behind ")


@pytest.mark.usefixtures("_with_zstandard")
def test_zstandard_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "MOST_DECOMPRESSED", 1 << 20)
    path = tmp_path / "metrics.csv.zst"
    path.write_bytes(ZSTANDARD + zlib.compress(b"step,loss\n0,1.0\n1,0.5\n" + b"2,0.5\n" * (1 << 20)))
    with pytest.raises(UnreadableLog, match="more than 1 MiB when decompressed"):
        read(Delimited(), path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x1f\x8b\x08", "the compressed data is cut off"),
        (b"\x1f\x8b\x08\x00\x91j\x08k\x02\xffno such thing", "the compressed data is broken"),
        (gzip.compress(b""), "empty"),
    ],
)
@pytest.mark.parametrize("name", ["metrics.csv.gz", "notes.gz"])
def test_compressed_data_of_which_nothing_is_left_is_told(
    data: bytes, reason: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    [error] = analyse([tmp_path])
    assert isinstance(error, LogError)
    assert reason in error.reason
    assert "kept" not in error.reason


DATA = gzip.compress(csv_text().encode())


@pytest.mark.parametrize(
    ("name", "mode"), [("metrics.csv", "w"), ("metrics.csv.gz", "w:gz"), ("logs.tgz", "w:gz"), ("x.log", "w")]
)
def test_archive_is_told_as_one_and_not_read_as_its_first_file(
    name: str, mode: Literal["w", "w:gz"], tmp_path: Path
) -> None:
    (tmp_path / "metrics.csv").write_text(csv_text())
    logs = tmp_path / "logs"
    logs.mkdir()
    with tarfile.open(str(logs / name), mode) as archive:
        archive.add(tmp_path / "metrics.csv", "metrics.csv")
    [error] = analyse([logs])
    assert isinstance(error, LogError)
    assert error.reason.startswith("a tar archive")


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, len(DATA) - 1), byte=st.integers(0, 255), cut=st.integers(0, 2 * len(DATA)))
def test_broken_bytes_raise_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, cut: int
) -> None:
    path = tmp_path_factory.mktemp("broken") / "metrics.csv.gz"
    path.write_bytes((DATA[:place] + bytes((byte,)) + DATA[place + 1 :])[:cut])
    try:
        file = LogFile(path)
        if Delimited().recognise(file) is not None:
            Delimited().read(Delimited().group([file])[0])
    except UnreadableLog:
        return

"""How much work and memory a damaged event file may cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from damaged_events import irregular_log, lost, regular_log
from event_files import (
    event,
    frame_payload,
    read,
    read_reference,
    rows_of,
    scalars,
    simple,
)
from losstui_parsers.event_file import file_reader
from losstui_parsers.event_file.checksum import header_of
from losstui_parsers.event_file.columns import Part
from losstui_parsers.event_file.framing import Walk, find_records
from losstui_parsers.event_file.shapes import Shapes
from losstui_parsers.event_file.sorting import assemble_records
from losstui_parsers.event_file.source import Source
from losstui_parsers.event_file.wire import Record


@pytest.mark.parametrize("follows", [b"", scalars("loss", [1.0] * 40, first_step=40), bytes(5000)])
def test_what_is_longer_than_any_record_is_not_read_as_a_whole(
    tmp_path: Path, follows: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_reader, "LONGEST_RECORD", 1 << 20)
    before, size = regular_log(40), 3 << 20
    read_at_once: list[int] = []
    whole = Source.read

    def counted(self: Source, at: int, count: int) -> bytes:
        read_at_once.append(count)
        return whole(self, at, count)

    monkeypatch.setattr(Source, "read", counted)
    log = read(tmp_path, before + frame_payload(b"\x00" * size) + follows)
    assert rows_of(log) == read_reference(before + follows)
    assert max(read_at_once) <= 1 << 20
    assert log.damages[0].endswith(f"dropped at byte {len(before)}: a record longer than 1 MiB")


def test_a_hole_longer_than_what_is_searched_at_once_costs_no_record(tmp_path: Path) -> None:
    before, after = regular_log(40), scalars("loss", [1.0] * 40, first_step=40)
    log = read(tmp_path, before + bytes(5 << 20) + after)
    assert rows_of(log) == read_reference(before + after)
    assert log.damages == [
        lost(5 << 20, f"at most {(5 << 20) // 25} records", len(before), "no valid record header")
    ]


def test_damage_all_over_the_file_is_not_walked_over_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = irregular_log(6000)
    damaged = b"".join(log[at : at + 1000] + b"\0" for at in range(0, len(log), 1000))
    walked: list[int] = []

    def counted(buffer: NDArray[np.uint8], at: int, stop: int) -> Walk:
        walked.append(stop - at)
        return find_records(buffer, at, stop)

    monkeypatch.setattr(file_reader, "find_records", counted)
    assert rows_of(read(tmp_path, damaged)) == read_reference(damaged)
    assert sum(walked) < 20 * len(damaged)


@pytest.mark.parametrize("length", [700, 100_000])
def test_headers_that_promise_much_do_not_have_it_read_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    before, after = regular_log(40), scalars("loss", [1.0] * 40, first_step=40)
    rest = after + event(80, simple("text" * 50_000, 1.0))
    # The first byte of a payload is as plausible as it can be.
    damaged = before + (header_of(length) + b"\x09") * 6_000 + rest
    looked_at: list[int] = []
    read_at = Source.read_at

    def counted(self: Source, at: int, count: int) -> bytes:
        looked_at.append(count)
        return read_at(self, at, count)

    monkeypatch.setattr(Source, "read_at", counted)
    log = read(tmp_path, damaged)
    assert rows_of(log) == read_reference(before + rest)
    assert len(log.damages) == 1
    assert sum(looked_at) < 60 * len(damaged)


def test_headers_among_records_do_not_have_what_they_promise_read_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = regular_log(40)
    promise = header_of(30_000) + b"\x09"
    damaged = before + b"".join(promise + event(step, simple("loss", step)) for step in range(40, 1500))
    looked_at: list[int] = []
    whole = Source.read

    def counted(self: Source, at: int, count: int) -> bytes:
        looked_at.append(count)
        return whole(self, at, count)

    monkeypatch.setattr(Source, "read", counted)
    log = read(tmp_path, damaged)
    assert len(log.columns["loss"].steps) == 1500
    assert sum(looked_at) < 20 * len(damaged)


def test_records_that_are_read_one_by_one_are_not_held_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_reader, "_MOST_SINGLES", 32)
    log = irregular_log(3000)
    damaged = b"".join(log[at : at + 500] + b"\0" for at in range(0, len(log), 500))
    held: list[int] = []

    def assemble(records: list[tuple[int, Record]], shapes: Shapes) -> Part:
        held.append(len(records))
        return assemble_records(records, shapes)

    monkeypatch.setattr(file_reader, "assemble_records", assemble)
    assert rows_of(read(tmp_path, damaged)) == read_reference(damaged)
    assert len(held) > 1
    assert max(held) <= 32

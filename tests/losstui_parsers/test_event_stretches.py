from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from event_files import (
    check_against_reference,
    event,
    frame_payload,
    read,
    read_reference,
    rows_of,
    simple,
    version,
)
from losstui_parsers.event_file.framing import Walk
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.mixed_records import MixedRecordReader, Stretch
from losstui_parsers.event_file.plan import Plan


def regular(tags: list[str], steps: int, *, evaluate_each: int = 0) -> bytes:
    random = np.random.default_rng(0)
    records = [version()]
    for step in range(steps):
        records += [event(step, simple(tag, random.normal())) for tag in tags]
        if evaluate_each and step % evaluate_each == evaluate_each - 1:
            records += [event(step, simple(tag, random.normal())) for tag in ("val/loss", "val/acc")]
    return b"".join(records)


@pytest.mark.parametrize("evaluate_each", [0, 1, 7, 50])
@pytest.mark.parametrize(
    "tags", [["loss"], ["loss", "lr", "grad_norm/total"], [f"l{i:03}" for i in range(150)]]
)
def test_regular_logs_are_read(tmp_path: Path, tags: list[str], evaluate_each: int) -> None:
    data = regular(tags, 2400 // len(tags) + 130, evaluate_each=evaluate_each)
    check_against_reference(tmp_path, data)


@pytest.mark.parametrize("tags", [["loss"], [f"layer/{i}" for i in range(150)]])
def test_steps_that_become_longer_do_not_end_the_period(
    tmp_path: Path, tags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []
    general = MixedRecordReader.read

    def counted(
        self: MixedRecordReader, buffer: NDArray[np.uint8], walk: Walk, first: int, *, verify: bool
    ) -> Stretch:
        looked_at.append(first)
        return general(self, buffer, walk, first, verify=verify)

    monkeypatch.setattr(MixedRecordReader, "read", counted)
    steps = 16_400 // len(tags) + 130  # one more byte from step 128 or 16,384 on, behind 16,384 records
    log = read(tmp_path, regular(tags, steps))
    assert max(looked_at) < 16_384
    assert log.columns[tags[0]].steps.tolist() == list(range(steps))


def irregular(events: int, tags: int) -> bytes:
    random = np.random.default_rng(0)
    names = [f"tag_{'x' * int(random.integers(0, 9))}{i}" for i in range(tags)]
    steps = np.sort(random.integers(0, 20_000, events))
    chosen: list[int] = random.integers(0, tags, events).tolist()
    return version() + b"".join(
        event(int(step), simple(names[tag], random.normal()))
        for step, tag in zip(steps.tolist(), chosen, strict=True)
    )


@pytest.mark.parametrize(("events", "tags"), [(3, 2), (50, 10), (4000, 30), (6000, 1500)])
def test_irregular_logs_are_read(tmp_path: Path, events: int, tags: int) -> None:
    check_against_reference(tmp_path, irregular(events, tags))


def test_damages_that_cancel_each_other_are_found(tmp_path: Path) -> None:
    records = [event(step, simple(f"tag_{step % 7}", step / 3)) for step in range(128, 3000)]
    np.random.default_rng(0).shuffle(records)
    damaged = b"".join(flip(one, 20) if number in (100, 200) else one for number, one in enumerate(records))
    log = read(tmp_path, version() + damaged)
    assert rows_of(log) == read_reference(version() + damaged)
    assert [line.endswith("bad checksum") for line in log.damages] == [True, True]


def flip(record: bytes, at: int) -> bytes:
    return record[:at] + bytes([record[at] ^ 1]) + record[at + 1 :]


@pytest.mark.parametrize("wall_time", [None, 0.0])
@pytest.mark.parametrize("longest_tag", [9, 90, 600])
def test_records_of_all_sizes_are_read(tmp_path: Path, wall_time: float | None, longest_tag: int) -> None:
    random = np.random.default_rng(1)
    data = version()
    for number, length in enumerate(random.integers(1, longest_tag, 600).tolist()):
        step = (number, number << 9, (1 << 49) - 1 - number, 1 << 49, -number)[
            number % 40 if number % 40 < 5 else 0
        ]
        values = [simple("t" * length, number / 7)] * (1 + number % 3)
        data += event(step, *values, wall_time=wall_time)
    check_against_reference(tmp_path, data)


def test_a_number_written_in_two_ways_at_one_place_is_read(tmp_path: Path) -> None:
    def message(key: int, content: bytes) -> bytes:
        return bytes([key, len(content)]) + content

    def record(step: int) -> bytes:
        number = struct.pack("<f", step / 3)  # packed or not
        content = b"\x08\x01" + (message(0x2A, number) if step % 3 else b"\x2d" + number)
        value = message(0x0A, message(0x0A, b"loss") + message(0x42, content))
        return frame_payload(b"\x09" + struct.pack("<d", 1.7e9) + bytes([0x10, step]) + message(0x2A, value))

    check_against_reference(tmp_path, version() + b"".join(map(record, range(1, 100))))


def count_checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The places from which periods are checked from now on."""
    begins: list[int] = []
    rows = Plan.rows

    def counted(self: Plan, buffer: NDArray[np.uint8], at: int, stop: int, *, verify: bool) -> int:
        begins.append(at)
        return rows(self, buffer, at, stop, verify=verify)

    monkeypatch.setattr(Plan, "rows", counted)
    return begins


@pytest.mark.parametrize("padding", ["", "x" * 250])  # longer than what is checked many at once
def test_files_that_differ_in_numbers_only_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, padding: str
) -> None:
    tags = [f"{name}{padding}" for name in ("loss", "lr", "acc", "time")]
    files = [
        version() + b"".join(event(step, *[simple(tag, step + seed)]) for step in range(200) for tag in tags)
        for seed in range(6)
    ]
    learned = Learned()
    for data in files[:4]:
        assert rows_of(read(tmp_path, data, learned=learned)) == read_reference(data)
    begins = count_checks(monkeypatch)
    assert rows_of(read(tmp_path, files[4], learned=learned)) == read_reference(files[4])
    assert len(begins) == 1
    damaged = flip(files[5], len(files[5]) // 2)
    log = read(tmp_path, damaged, learned=learned)
    assert rows_of(log) == read_reference(damaged)
    assert len(log.damages) == 1


def test_files_of_one_size_with_other_steps_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def log_from(first: int) -> bytes:
        steps = range(first, first + 200)
        return version() + b"".join(event(step, simple(tag, step / 3)) for step in steps for tag in "abc")

    learned = Learned()
    for first in (128, 128, 128, 700, 800):
        read(tmp_path, log_from(first), learned=learned)
    begins = count_checks(monkeypatch)
    for first in (128, 900):
        data = log_from(first)
        assert rows_of(read(tmp_path, data, learned=learned)) == read_reference(data)
    assert len(begins) == 2
    data = log_from(128)
    for at in (data.index(b"\x10", 5000) + 1, data.index(b"\x10", 9000) + 2):  # a byte of a step
        log = read(tmp_path, flip(data, at), learned=learned)
        assert rows_of(log) == read_reference(flip(data, at))
        assert len(log.damages) == 1


def test_a_file_of_many_buffers_is_read(tmp_path: Path) -> None:
    block = regular(["loss", "learning_rate"], 2500, evaluate_each=100)
    data = block * 40
    log = read(tmp_path, data)
    once = read_reference(block)
    assert rows_of(log) == {tag: rows * 40 for tag, rows in once.items()}
    assert log.records == 40 * (1 + 5000 + 50)


def test_what_one_file_taught_does_not_change_the_next(tmp_path: Path) -> None:
    learned = Learned()
    files = [regular(["a", "b"], 300), irregular(500, 9), regular(["b", "a"], 300, evaluate_each=20)]
    for data in [*files, *files]:
        assert rows_of(read(tmp_path, data, learned=learned)) == read_reference(data)


def test_positions_put_the_values_of_different_tags_in_order(tmp_path: Path) -> None:
    data = version() + b"".join(
        event(step, simple(tag, start)) for start in (0, 1) for step in range(200) for tag in ("a", "b")
    )
    log = check_against_reference(tmp_path, data)
    positions: list[NDArray[np.int64]] = []
    for tag in "ab":
        column = log.columns[tag].positions
        assert column is not None
        positions.append(column)
    in_order: list[int] = np.column_stack(positions).ravel().tolist()
    assert in_order == list(range(1, 801))


def test_positions_are_left_out_where_no_tag_goes_back(tmp_path: Path) -> None:
    log = read(tmp_path, regular(["a", "b"], 300))
    assert log.columns["a"].positions is None

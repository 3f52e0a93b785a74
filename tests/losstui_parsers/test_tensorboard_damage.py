from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from damaged_events import LOGS, check, every_log, irregular_log, lost, mixed_log, record_at, regular_log
from event_files import (
    NAME,
    Value,
    event,
    frame_payload,
    intact_records,
    read,
    read_reference,
    rows_of,
    scalars,
    simple,
    summary_pb2,
    tensor,
    version,
)
from losstui.parsing import LogFile
from losstui_parsers.tensorboard import Tensorboard


@every_log
@pytest.mark.parametrize("offset", [0, 8, 12, 14, 22, 30, -6, -2])
def test_a_flipped_byte_costs_its_record_only(tmp_path: Path, data: bytes, offset: int) -> None:
    begin, length = record_at(data, 0.5)
    damaged = bytearray(data)
    damaged[begin + offset % length] ^= 0x10
    per_record = 2 if data is LOGS["mixed"] else 1
    log = check(tmp_path, bytes(damaged), per_record, data)
    cause = "no valid record header" if 0 <= offset < 12 else "bad checksum"
    assert log.damages == [f"{length} bytes (1 record) dropped at byte {begin}: {cause}"]


@every_log
def test_a_bad_length_costs_its_record_only(tmp_path: Path, data: bytes) -> None:
    begin, length = record_at(data, 0.3)
    damaged = data[:begin] + struct.pack("<Q", 2**40) + data[begin + 8 :]
    log = check(tmp_path, damaged, 2 if data is LOGS["mixed"] else 1, data)
    assert log.damages == [f"{length} bytes (1 record) dropped at byte {begin}: no valid record header"]


@every_log
def test_a_hole_of_zeros_costs_what_was_there(tmp_path: Path, data: bytes) -> None:
    begin, _ = record_at(data, 0.4)
    damaged = data[: begin + 5] + bytes(4096) + data[begin + 5 + 4096 :]
    log = read(tmp_path, damaged)
    assert rows_of(log) == read_reference(damaged)
    (line,) = log.damages
    dropped = int(line.split()[0])
    assert line == lost(dropped, f"at most {dropped // 25} records", begin, "no valid record header")
    assert 4096 <= dropped < 4096 + 5000


@every_log
def test_zeros_put_between_two_records_cost_none(tmp_path: Path, data: bytes) -> None:
    begin, _ = record_at(data, 0.4)
    log = check(tmp_path, data[:begin] + bytes(4096) + data[begin:], 0, data)
    assert log.damages == [
        f"4096 bytes (at most 163 records) dropped at byte {begin}: no valid record header"
    ]


@every_log
def test_missing_bytes_within_a_record_cost_it_only(tmp_path: Path, data: bytes) -> None:
    begin, length = record_at(data, 0.6)
    log = check(tmp_path, data[: begin + 20] + data[begin + 25 :], 2 if data is LOGS["mixed"] else 1, data)
    assert log.damages == [
        lost(length - 5, f"1 to {1 + (length - 5) // 25} records", begin, "a record cut off")
    ]


@every_log
@pytest.mark.parametrize("kept", [1, 11, 12, 13, 30])
def test_a_half_written_last_record_is_no_damage(tmp_path: Path, data: bytes, kept: int) -> None:
    begin, _ = record_at(data, 0.97)
    log = read(tmp_path, data[: begin + kept])
    assert rows_of(log) == read_reference(data[:begin])
    assert log.damages == []


def test_a_tail_of_zeros_is_told(tmp_path: Path) -> None:
    data = regular_log(50)
    log = read(tmp_path, data + bytes(512))
    assert rows_of(log) == read_reference(data)
    assert log.damages == [
        f"512 bytes (at most 20 records) dropped at byte {len(data)}: no valid record header"
    ]


def test_a_record_cut_in_the_middle_of_the_file_is_told(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = bytes(90_000)
    picture = event(3, value)
    before, after = regular_log(40), scalars("loss", [1.0] * 40, first_step=40)
    log = read(tmp_path, before + picture[:500] + after)
    assert rows_of(log) == read_reference(before + after)
    assert log.damages == [f"500 bytes (1 to 21 records) dropped at byte {len(before)}: a record cut off"]


def test_bytes_missing_from_a_large_picture_cost_no_scalar(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = np.random.default_rng(0).bytes(200_000)
    picture = event(3, value)
    before, after = regular_log(40), scalars("loss", [1.0] * 40, first_step=40)
    log = read(tmp_path, before + picture[:1000] + picture[1007:] + after)
    assert rows_of(log) == read_reference(before + after)
    assert log.damages == [
        lost(
            len(picture) - 7, f"1 to {1 + (len(picture) - 7) // 25} records", len(before), "a record cut off"
        )
    ]


def test_near_damage_no_picture_is_stepped_over_unchecked(tmp_path: Path) -> None:
    # Two writers leave it so: where a picture cut off would have ended, one of the other's records begins.
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = bytes(3_000)
    picture = event(3, value)
    after = scalars("loss", [1.0] * 80, first_step=200)
    size = len(after) // 80
    data = regular_log(40) + b"damage" + after + picture[: size + len(picture) % size] + after
    log = read(tmp_path, data)
    assert rows_of(log) == read_reference(data)
    assert len(log.damages) == 2


LIKE_FIELDS = struct.unpack("<f", b"\x00\x10\x80\x3f")[0]  # whose bytes read as fields are a value cut short


@pytest.mark.parametrize(
    "value", [simple("loss", LIKE_FIELDS), tensor("x", plugin="scalars", dtype=1, float_val=[LIKE_FIELDS])]
)
def test_no_changed_byte_costs_more_than_its_record(tmp_path: Path, value: Value) -> None:
    before, record, after = version() + scalars("loss", [1.0]), event(300, value), scalars("loss", [2.0])
    for at, byte in enumerate(record):
        for other in {0x10, *(byte ^ 1 << bit for bit in range(8))} - {byte}:
            broken = record[:at] + bytes([other]) + record[at + 1 :]
            assert rows_of(read(tmp_path, before + broken + after)) == read_reference(before + after)


@pytest.mark.parametrize("size", [600, 5000, 200_000])
@pytest.mark.parametrize("kept", [12, 13, 22, 40])
def test_zeros_in_place_of_a_large_payload_cost_its_record_only(tmp_path: Path, size: int, kept: int) -> None:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = b"x" * size
    picture = event(3, value)
    before, after = regular_log(40), scalars("loss", [1.0] * 40, first_step=40)
    log = read(tmp_path, before + picture[:kept] + bytes(len(picture) - kept) + after)
    assert rows_of(log) == read_reference(before + after)


def test_an_intact_record_that_is_no_event_is_told(tmp_path: Path) -> None:
    odd = frame_payload(b"\xff" * 30)
    data = regular_log(40)
    log = read(tmp_path, data + odd + scalars("loss", [1.0], first_step=40))
    assert len(log.columns["loss"].steps) == 41
    (line,) = log.damages
    assert line.startswith(f"{len(odd)} bytes (1 record) dropped at byte {len(data)}: no event: ")


def test_a_damaged_plugin_name_does_not_hide_the_tag(tmp_path: Path) -> None:
    first = bytearray(event(0, tensor("loss", plugin="scalars", dtype=1, float_val=[1.0])))
    first[first.index(b"scalars")] ^= 1
    rest = b"".join(event(step, tensor("loss", dtype=1, float_val=[1.0])) for step in range(1, 60))
    log = read(tmp_path, version() + bytes(first) + rest)
    assert len(log.columns["loss"].steps) == 59


def test_much_damage_is_told_in_few_lines(tmp_path: Path) -> None:
    data = bytearray(regular_log())
    begins = [at for at, _ in intact_records(bytes(data))]
    for begin in begins[10:1400:100]:
        data[begin] ^= 1
    log = read(tmp_path, bytes(data))
    assert rows_of(log) == read_reference(bytes(data))
    assert len(log.damages) == 4
    assert log.damages[3].endswith(f"(11 records) dropped at 11 more places, the first at byte {begins[310]}")


def test_warnings_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(regular_log(20) + bytes(100) + scalars("loss", [1.0], first_step=20))
    parser = Tensorboard()
    (run,) = parser.read(parser.group([LogFile(path)])[0])
    assert run.warnings == (
        f"{path}: " + lost(100, "at most 4 records", len(regular_log(20)), "no valid record header"),
    )


def test_a_file_with_a_damaged_head_is_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"\1\2\3\0" + regular_log(20)[4:])
    parser = Tensorboard()
    assert parser.recognise(LogFile(path)) is not None
    (run,) = parser.read(parser.group([LogFile(path)])[0])
    assert run.frame.points == 40


Edit = tuple[str, float, int]


edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "repeat", "zero", "end"]),
        st.floats(0, 1),
        st.sampled_from([1, 2, 7, 12, 60, 700, 5000]),
    ),
    max_size=5,
)


def damage(data: bytes, changes: list[Edit]) -> bytes:
    damaged = bytearray(data)
    for kind, share, size in changes:
        at = int(share * len(damaged))
        if kind == "flip" and at < len(damaged):
            damaged[at] ^= 1 << size % 8
        elif kind == "cut":
            del damaged[at : at + size]
        elif kind == "repeat":
            damaged[at:at] = damaged[at : at + size]
        elif kind == "zero":
            damaged[at : at + size] = bytes(len(damaged[at : at + size]))
        elif kind == "end" and share > 0.5:
            del damaged[at:]
    return bytes(damaged)


SMALL_LOGS = [regular_log(150), irregular_log(200), mixed_log(60)]


@settings(max_examples=60, deadline=None)
@given(data=st.sampled_from(SMALL_LOGS), changes=edits)
def test_all_that_is_intact_is_read_and_nothing_else(data: bytes, changes: list[Edit]) -> None:
    damaged = damage(data, changes)
    with tempfile.TemporaryDirectory() as folder:
        log = read(Path(folder), damaged)
    assert rows_of(log) == read_reference(damaged)


@settings(max_examples=30, deadline=None)
@given(noise=st.binary(max_size=300), share=st.floats(0, 1))
def test_noise_put_anywhere_is_survived(noise: bytes, share: float) -> None:
    data = SMALL_LOGS[0]
    at = int(share * len(data))
    damaged = data[:at] + noise + data[at:]
    with tempfile.TemporaryDirectory() as folder:
        log = read(Path(folder), damaged)
    assert rows_of(log) == read_reference(damaged)

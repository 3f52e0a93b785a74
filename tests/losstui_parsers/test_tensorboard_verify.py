"""What is found where every checksum of an event file is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from damaged_events import every_log, record_at, regular_log
from event_files import (
    event,
    read,
    read_reference,
    rows_of,
    scalars,
    summary_pb2,
    version,
)


def test_pictures_are_checked_when_asked_for(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = bytes(100_000)
    picture = bytearray(event(3, value))
    picture[50_000] ^= 1
    begin = len(regular_log(40))
    data = regular_log(40) + bytes(picture) + scalars("loss", [1.0], first_step=40)
    assert read(tmp_path, data).damages == []
    checked = read(tmp_path, data, verify=True)
    assert checked.damages == [f"{len(picture)} bytes (1 record) dropped at byte {begin}: bad checksum"]
    assert rows_of(checked) == read_reference(data)


@every_log
def test_verifying_reads_the_same(tmp_path: Path, data: bytes) -> None:
    assert rows_of(read(tmp_path, data, verify=True)) == read_reference(data)


@every_log
def test_two_equal_damages_cannot_hide_each_other_from_verifying(tmp_path: Path, data: bytes) -> None:
    # The XOR of all records is as before, and so is the checksum of it.
    damaged = bytearray(data)
    for share in (0.5, 0.6):
        begin, length = record_at(data, share)
        damaged[begin + length - 6] ^= 0x10
    log = read(tmp_path, bytes(damaged), verify=True)
    assert rows_of(log) == read_reference(bytes(damaged))
    assert [line.split(" ", 2)[2] for line in log.damages] == [
        f"(1 record) dropped at byte {record_at(data, share)[0]}: bad checksum" for share in (0.5, 0.6)
    ]


@pytest.mark.parametrize("tag", ["x" * 300, "y" * 9000])
def test_verifying_checks_long_records_too(tmp_path: Path, tag: str) -> None:
    data = bytearray(version() + scalars(tag, range(80)))
    begin, length = record_at(bytes(data), 0.5)
    data[begin + length - 6] ^= 1
    log = read(tmp_path, bytes(data), verify=True)
    assert rows_of(log) == read_reference(bytes(data))
    assert len(log.columns[tag].steps) == 79

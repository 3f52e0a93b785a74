from __future__ import annotations

import gzip
import math
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from event_files import (
    Row,
    Value,
    event,
    event_pb2,
    frame_payload,
    read_reference,
    scalars,
    simple,
    summary_pb2,
    tensor,
    version,
)
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.event_file.checksum import crc32c, header_of
from losstui_parsers.event_file.general import GeneralReader, Stretch
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.plan import Plan
from losstui_parsers.event_file.reading import EventLog, read_event_file
from losstui_parsers.event_file.walk import Walk
from losstui_parsers.tensorboard import Tensorboard

NAME = "events.out.tfevents.1700000000.host.1.0"


def rows_of(log: EventLog) -> dict[str, list[Row]]:
    return {
        tag: [
            (step, struct.pack("<d", value), wall)
            for step, value, wall in zip(
                columns.steps.tolist(), columns.values.tolist(), columns.wall_times.tolist(), strict=True
            )
        ]
        for tag, columns in log.columns.items()
    }


def read_bytes(folder: Path, data: bytes, learned: Learned | None = None) -> EventLog:
    path = folder / NAME
    path.write_bytes(data)
    return read_event_file(path, learned)


def check_against_reference(folder: Path, data: bytes) -> EventLog:
    log = read_bytes(folder, data)
    expected = read_reference(data)
    assert expected, "a test without a scalar proves nothing"
    assert rows_of(log) == expected
    assert log.damages == []
    return log


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


ONE_NUMBER: dict[str, Value] = {
    "simple value": simple("a", 0.1),
    "packed float_val": tensor("a", dtype=1, float_val=[0.1]),
    "float content": tensor("a", dtype=1, tensor_content=struct.pack("<f", 0.1)),
    "double content": tensor("a", dtype=2, tensor_content=struct.pack("<d", 0.1)),
    "double_val": tensor("a", dtype=2, double_val=[0.1]),
    "int_val": tensor("a", dtype=3, int_val=[-7]),
    "int32 content": tensor("a", dtype=3, tensor_content=struct.pack("<i", -7)),
    "int64_val": tensor("a", dtype=9, int64_val=[-(2**60) - 1]),
    "int64 content": tensor("a", dtype=9, tensor_content=struct.pack("<q", 2**60 + 1)),
    "half_val": tensor("a", dtype=19, half_val=[0x3555]),
    "half content": tensor("a", dtype=19, tensor_content=struct.pack("<e", 0.1)),
    "bool_val": tensor("a", dtype=10, bool_val=[True]),
    "bool content": tensor("a", dtype=10, tensor_content=b"\1"),
    "uint8 content": tensor("a", dtype=4, tensor_content=b"\xc8"),
    "of shape (1, 1)": tensor(
        "a", dtype=1, float_val=[0.5], tensor_shape={"dim": [{"size": 1}, {"size": 1}]}
    ),
    "nan": simple("a", math.nan),
    "infinity": simple("a", -math.inf),
    "an empty tag": simple("", 1.0),
    "a tag of other letters": simple("Verlust/größe 損失", 1.0),
}


@pytest.mark.parametrize("value", ONE_NUMBER.values(), ids=ONE_NUMBER)
@pytest.mark.parametrize("count", [1, 400])
def test_every_encoding_is_read_as_protobuf_reads_it(tmp_path: Path, value: Value, count: int) -> None:
    data = version() + b"".join(event(step, value) for step in range(count))
    check_against_reference(tmp_path, data)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (tensor("a", dtype=14, half_val=[0x3DCC]), 0.099609375),
        (tensor("a", dtype=14, tensor_content=b"\xcc\x3d"), 0.099609375),
        (tensor("a", dtype=22, uint32_val=[2**32 - 1]), 2.0**32 - 1),
        (tensor("a", dtype=23, uint64_val=[2**63 + 2**12]), 2.0**63 + 2**12),
    ],
    ids=["bfloat16 half_val", "bfloat16 content", "uint32_val", "uint64_val"],
)
@pytest.mark.parametrize("count", [1, 400])
def test_encodings_that_tensorboard_itself_cannot_read(
    tmp_path: Path, value: Value, number: float, count: int
) -> None:
    log = read_bytes(tmp_path, version() + b"".join(event(step, value) for step in range(count)))
    assert log.columns["a"].values.tolist() == [number] * count


def test_unpacked_float_val_is_read(tmp_path: Path) -> None:
    value = tensor("a", dtype=1).SerializeToString()
    inner = tensor("a", dtype=1).tensor.SerializeToString() + b"\x2d" + struct.pack("<f", 2.5)
    value = b"\x0a\x01a\x42" + bytes([len(inner)]) + inner
    summary = b"\x0a" + bytes([len(value)]) + value
    payload = event_pb2.Event(step=3, wall_time=5.0).SerializeToString()
    payload += b"\x2a" + bytes([len(summary)]) + summary
    log = check_against_reference(tmp_path, version() + frame_payload(payload) * 50)
    assert log.columns["a"].values.tolist() == [2.5] * 50


def picture(step: int, size: int) -> bytes:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = np.random.default_rng(step).bytes(size)
    return event(step, value)


def histogram(step: int) -> bytes:
    value = summary_pb2.Summary.Value(tag="weights")
    value.histo.bucket.extend(np.random.default_rng(step).normal(size=step % 40).tolist())
    return event(step, value)


NO_SCALARS: dict[str, Value] = {
    "text": tensor("a", plugin="text", dtype=7, string_val=[b"hello"]),
    "a number another plug-in claims": tensor("a", plugin="mesh", dtype=1, float_val=[1.0]),
    "several numbers": tensor("a", dtype=1, float_val=[1.0, 2.0], tensor_shape={"dim": [{"size": 2}]}),
    "one number for many elements": tensor(
        "a", dtype=1, float_val=[1.0], tensor_shape={"dim": [{"size": 9}]}
    ),
    "content of another size": tensor("a", dtype=1, tensor_content=b"12345678"),
    "no number": tensor("a", dtype=1),
    "nothing at all": summary_pb2.Summary.Value(tag="a"),
}


@pytest.mark.parametrize("value", NO_SCALARS.values(), ids=NO_SCALARS)
def test_what_is_no_scalar_is_stepped_over(tmp_path: Path, value: Value) -> None:
    data = version() + b"".join(event(step, value) + event(step, simple("b", step)) for step in range(60))
    log = read_bytes(tmp_path, data)
    assert list(log.columns) == ["b"]
    assert log.columns["b"].values.tolist() == list(range(60))
    assert log.damages == []


def test_pictures_and_histograms_of_all_sizes_are_stepped_over(tmp_path: Path) -> None:
    sizes = (10, 5_000, 70_000, 3_000_000)
    data = version() + b"".join(
        picture(step, sizes[step % 4]) + histogram(step) + event(step, simple("loss", step))
        for step in range(12)
    )
    log = check_against_reference(tmp_path, data)
    assert log.records == 1 + 3 * 12


def test_scalars_in_one_event_with_a_large_picture_are_read(tmp_path: Path) -> None:
    value = summary_pb2.Summary.Value(tag="picture")
    value.image.encoded_image_string = bytes(200_000)
    data = version() + b"".join(
        event(step, simple("before", step), value, simple("after", step)) for step in range(3)
    )
    check_against_reference(tmp_path, data)


def test_several_values_in_one_event_are_read(tmp_path: Path) -> None:
    data = version() + b"".join(
        event(step, *(simple(tag, step / 7) for tag in "abcabc"[step % 3 : step % 3 + 4]))
        for step in range(300)
    )
    check_against_reference(tmp_path, data)


def test_metadata_on_the_first_value_only_holds_for_all(tmp_path: Path) -> None:
    claimed = [
        tensor("m", plugin="mesh" if step == 0 else "", dtype=1, float_val=[1.0]) for step in range(80)
    ]
    curve = [
        tensor("s", plugin="scalars" if step == 0 else "", dtype=1, float_val=[2.0]) for step in range(80)
    ]
    data = version() + b"".join(event(step, claimed[step]) + event(step, curve[step]) for step in range(80))
    log = read_bytes(tmp_path, data)
    assert list(log.columns) == ["s"]
    assert len(log.columns["s"].steps) == 80


@pytest.mark.parametrize("first", [0, 100, 16_300, 2_097_100, 2**28 - 40, 2**56 - 40, 2**63 - 90])
def test_steps_of_every_width_are_read(tmp_path: Path, first: int) -> None:
    data = version() + b"".join(
        event(first + i, simple("train/loss", i)) + event(first + i, simple("lr", 1 / (1 + i)))
        for i in range(90)
    )
    check_against_reference(tmp_path, data)


def test_negative_steps_are_read(tmp_path: Path) -> None:
    data = version() + b"".join(event(step, simple("a", step)) for step in range(-40, 40))
    log = check_against_reference(tmp_path, data)
    assert log.columns["a"].steps.tolist() == list(range(-40, 40))


def test_wall_times_are_kept_as_they_are(tmp_path: Path) -> None:
    walls = [1.7e9, 0.0, math.inf, -1.0, 1.7e9 + 1e-6] * 20
    data = version() + b"".join(event(i, simple("a", i), wall_time=wall) for i, wall in enumerate(walls))
    log = check_against_reference(tmp_path, data)
    assert log.columns["a"].wall_times.tolist() == walls


def test_every_event_on_one_step_is_kept(tmp_path: Path) -> None:
    data = version() + b"".join(event(step // 5, simple("a", step)) for step in range(200))
    log = check_against_reference(tmp_path, data)
    assert log.columns["a"].values.tolist() == list(range(200))


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
    read = GeneralReader.read

    def counted(self: GeneralReader, buffer: NDArray[np.uint8], walk: Walk, first: int) -> Stretch:
        looked_at.append(first)
        return read(self, buffer, walk, first)

    monkeypatch.setattr(GeneralReader, "read", counted)
    steps = 16_400 // len(tags) + 130  # one more byte from step 128 or 16,384 on, behind 16,384 records
    log = read_bytes(tmp_path, regular(tags, steps))
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
    log = read_bytes(tmp_path, version() + damaged)
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


def test_files_that_differ_in_numbers_only_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = ["loss", "lr", "acc", "time"]
    files = [
        version() + b"".join(event(step, *[simple(tag, step + seed)]) for step in range(200) for tag in tags)
        for seed in range(6)
    ]
    learned = Learned()
    for data in files[:4]:
        assert rows_of(read_bytes(tmp_path, data, learned)) == read_reference(data)
    begins: list[int] = []
    rows = Plan.rows

    def counted(self: Plan, buffer: NDArray[np.uint8], at: int, stop: int, *, verify: bool) -> int:
        begins.append(at)
        return rows(self, buffer, at, stop, verify=verify)

    monkeypatch.setattr(Plan, "rows", counted)
    assert rows_of(read_bytes(tmp_path, files[4], learned)) == read_reference(files[4])
    assert len(begins) == 1
    damaged = flip(files[5], len(files[5]) // 2)
    log = read_bytes(tmp_path, damaged, learned)
    assert rows_of(log) == read_reference(damaged)
    assert len(log.damages) == 1


def test_a_file_of_many_buffers_is_read(tmp_path: Path) -> None:
    block = regular(["loss", "learning_rate"], 2500, evaluate_each=100)
    data = block * 40
    log = read_bytes(tmp_path, data)
    once = read_reference(block)
    assert rows_of(log) == {tag: rows * 40 for tag, rows in once.items()}
    assert log.records == 40 * (1 + 5000 + 50)


def test_what_one_file_taught_does_not_change_the_next(tmp_path: Path) -> None:
    learned = Learned()
    files = [regular(["a", "b"], 300), irregular(500, 9), regular(["b", "a"], 300, evaluate_each=20)]
    for data in [*files, *files]:
        assert rows_of(read_bytes(tmp_path, data, learned)) == read_reference(data)


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
    log = read_bytes(tmp_path, regular(["a", "b"], 300))
    assert log.columns["a"].positions is None


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
    assert unreadable(tmp_path, version() + histogram(3)) == "no scalar in it; records of other kinds: 2"


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    parser = Tensorboard()
    with pytest.raises(UnreadableLog, match="No such file"):
        parser.read(parser.group([LogFile(tmp_path / NAME)])[0])


def test_checksums_are_those_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    long = np.random.default_rng(0).bytes(100_003)
    whole = frame_payload(long)
    assert header_of(len(long)) == whole[:12]
    masked = struct.unpack("<I", whole[-4:])[0]
    crc = crc32c(long)
    assert ((crc >> 15 | crc << 17) + 0xA282EAD8) % 2**32 == masked


def test_reading_imports_neither_pandas_nor_tensorboard_nor_protobuf(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(regular(["a", "b"], 200))
    program = (
        "import sys, pathlib\n"
        "from losstui.parsing import LogFile\n"
        "from losstui_parsers.tensorboard import Tensorboard\n"
        "parser = Tensorboard()\n"
        "file = LogFile(pathlib.Path(sys.argv[1]))\n"
        "assert parser.recognise(file)\n"
        "(run,) = parser.read(parser.group([file])[0])\n"
        "assert run.frame.points == 400\n"
        "heavy = {'pandas', 'tensorboard', 'google.protobuf', 'scipy', 'textual'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

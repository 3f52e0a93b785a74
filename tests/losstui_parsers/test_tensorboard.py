from __future__ import annotations

import math
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from event_files import (
    NAME,
    Value,
    check_against_reference,
    event,
    event_pb2,
    frame_payload,
    read,
    scalars,
    simple,
    summary_pb2,
    tensor,
    version,
)
from losstui_parsers.event_file import file_reader
from losstui_parsers.event_file.checksum import header_of
from losstui_parsers.event_file.crc32c import crc32c
from losstui_parsers.event_file.large_values import step_over_large_values
from losstui_parsers.event_file.source import Source

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
    log = read(tmp_path, version() + b"".join(event(step, value) for step in range(count)))
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
    log = read(tmp_path, data)
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


def test_pictures_with_metadata_behind_them_are_stepped_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped_over: list[int] = []

    def counted(source: Source, at: int, checked_to: int) -> tuple[int, int]:
        end, records = step_over_large_values(source, at, checked_to)
        stepped_over.append(records)
        return end, records

    monkeypatch.setattr(file_reader, "step_over_large_values", counted)
    strings = [b"64", b"64", bytes(90_000)]
    shape = {"dim": [{"size": 3}]}
    value = tensor("picture", plugin="images", dtype=7, string_val=strings, tensor_shape=shape)
    data = version() + b"".join(event(step, value) + event(step, simple("loss", step)) for step in range(20))
    check_against_reference(tmp_path, data)
    assert sum(stepped_over) == 20


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
    log = read(tmp_path, data)
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
    path.write_bytes(version() + scalars("a", [1.0] * 200) + scalars("b", [1.0] * 200))
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

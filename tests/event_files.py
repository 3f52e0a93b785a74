"""Event files for tests, made and read with TensorBoard's own messages and checksum."""

from __future__ import annotations

import importlib
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.reading import EventLog, read_event_file

NAME = "events.out.tfevents.1700000000.host.1.0"
Row = tuple[int, bytes, float]  # step, the value's eight bytes, wall time: NaN compares as what it is

# The modules carry no types; as Any they can be used without an exception on every line.
event_pb2: Any = importlib.import_module("tensorboard.compat.proto.event_pb2")
summary_pb2: Any = importlib.import_module("tensorboard.compat.proto.summary_pb2")
tensor_pb2: Any = importlib.import_module("tensorboard.compat.proto.tensor_pb2")
tensor_util: Any = importlib.import_module("tensorboard.util.tensor_util")
_checksums: Any = importlib.import_module("tensorboard.compat.tensorflow_stub.pywrap_tensorflow")

Value = Any
Event = Any

_NUMBER_TYPES = (1, 2, 3, 4, 5, 6, 9, 10, 14, 17, 19, 22, 23)


def frame_payload(payload: bytes) -> bytes:
    """The record that holds this payload."""
    header = struct.pack("<Q", len(payload))
    return b"".join(
        (
            header,
            struct.pack("<I", _checksums.masked_crc32c(header)),
            payload,
            struct.pack("<I", _checksums.masked_crc32c(payload)),
        )
    )


def simple(tag: str, number: float) -> Value:
    """A value as torch and TensorFlow 1 write it."""
    return summary_pb2.Summary.Value(tag=tag, simple_value=number)


def tensor(tag: str, *, plugin: str = "", **fields: object) -> Value:
    """A value as TensorFlow 2 writes it: `fields` are those of the tensor."""
    value = summary_pb2.Summary.Value(tag=tag, tensor=tensor_pb2.TensorProto(**fields))
    if plugin:
        value.metadata.plugin_data.plugin_name = plugin
    return value


def event(step: int, *values: Value, wall_time: float | None = None) -> bytes:
    """The record of one event; the wall time is the step's unless given."""
    made = event_pb2.Event(step=step, wall_time=1.7e9 + step / 8 if wall_time is None else wall_time)
    made.summary.value.extend(values)
    return frame_payload(made.SerializeToString())


def version() -> bytes:
    """The record every event file begins with."""
    return frame_payload(event_pb2.Event(wall_time=1.7e9, file_version="brain.Event:2").SerializeToString())


def scalars(tag: str, numbers: Iterable[float], first_step: int = 0) -> bytes:
    """One event a number."""
    return b"".join(event(first_step + i, simple(tag, number)) for i, number in enumerate(numbers))


def intact_records(data: bytes) -> list[tuple[int, Event]]:
    """The records of `data` whose checksums hold, each with its first byte, found byte by byte."""
    found: list[tuple[int, Event]] = []
    at = 0
    while at + 16 <= len(data):
        header, crc = data[at : at + 8], data[at + 8 : at + 12]
        end = at + 16 + struct.unpack("<Q", header)[0]
        payload, payload_crc = data[at + 12 : end - 4], data[end - 4 : end]
        if (
            end <= len(data)
            and crc == struct.pack("<I", _checksums.masked_crc32c(header))
            and payload_crc == struct.pack("<I", _checksums.masked_crc32c(payload))
        ):
            found.append((at, event_pb2.Event.FromString(payload)))
            at = end
        else:
            at += 1
    return found


def read_reference(data: bytes) -> dict[str, list[Row]]:
    """The scalars of all intact records by tag, in the order of the file."""
    rows: dict[str, list[Row]] = {}
    for _, message in intact_records(data):
        for value in message.summary.value:
            number = _number(value)
            if number is not None:
                row = (message.step, struct.pack("<d", number), message.wall_time)
                rows.setdefault(value.tag, []).append(row)
    return rows


def _number(value: Value) -> float | None:
    if value.WhichOneof("value") == "simple_value":
        return float(value.simple_value)
    if value.WhichOneof("value") != "tensor" or value.tensor.dtype not in _NUMBER_TYPES:
        return None
    if value.metadata.plugin_data.plugin_name not in ("", "scalars"):
        return None
    array = tensor_util.make_ndarray(value.tensor)
    return float(array.reshape(-1)[0]) if array.size == 1 else None


def read(folder: Path, data: bytes, *, learned: Learned | None = None, verify: bool = False) -> EventLog:
    """What the reader makes of a file of these bytes."""
    path = folder / NAME
    path.write_bytes(data)
    return read_event_file(path, learned or Learned(), verify=verify)


def rows_of(log: EventLog) -> dict[str, list[Row]]:
    """Each tag's values as `read_reference` has them."""
    rows: dict[str, list[Row]] = {}
    for tag, columns in log.columns.items():
        numbers = [struct.pack("<d", value) for value in columns.values.tolist()]
        rows[tag] = list(zip(columns.steps.tolist(), numbers, columns.wall_times.tolist(), strict=True))
    return rows


def check_against_reference(folder: Path, data: bytes) -> EventLog:
    """Hold what the reader makes of undamaged bytes against protobuf's scalars."""
    log = read(folder, data)
    expected = read_reference(data)
    assert expected, "a test without a scalar proves nothing"
    assert rows_of(log) == expected
    assert log.damages == []
    return log

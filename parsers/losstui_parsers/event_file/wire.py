"""The protocol-buffer wire format of one `Event` record: its scalars, and where in it they stand.

Only what a training curve needs is decoded; pictures, histograms, sound, text and large tensors are
stepped over by their length. The field numbers are those of `event.proto`, `summary.proto` and
`tensor.proto`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_SUMMARY, _VALUE = 5, 1  # Event.summary, Summary.value
_TAG, _SIMPLE_VALUE, _TENSOR, _METADATA = 1, 2, 8, 9  # of Summary.Value

_LARGE_KINDS: Final = (3, 4, 5, 6)  # old and new histogram, picture, sound
_VALUE_KINDS: Final = (_SIMPLE_VALUE, *_LARGE_KINDS, _TENSOR)
_STRING: Final = 7  # TensorFlow's data type
_LONGEST_TEXT: Final = 1 << 16  # bytes of a configuration written as text

_SCALAR_PLUGINS: Final = ("", "scalars")
HPARAMS_TAG: Final = "_hparams_/session_start_info"

_BFLOAT16: Final = 14
# TensorFlow's data types of numbers, as in tensor_content; bfloat16 is the upper half of a float32.
_DTYPES: Final = {
    1: "<f4",
    2: "<f8",
    3: "<i4",
    4: "|u1",
    5: "<i2",
    6: "|i1",
    9: "<i8",
    10: "|b1",
    _BFLOAT16: "bfloat16",
    17: "<u2",
    19: "<f2",
    22: "<u4",
    23: "<u8",
}
_VARINT_VALUES: Final = (7, 10, 11, 13, 16, 17)  # int, int64, bool, half, uint32, uint64
_HALF_VALUES: Final = 13


class MalformedRecord(ValueError):
    """The payload is not an `Event` message."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar of a record. `at` is its number's byte in the payload, -1 where that has no fixed width."""

    tag: str
    tag_at: tuple[int, int]
    number: float
    at: int
    dtype: str


@dataclass(slots=True)
class Record:
    """What one `Event` says.

    `wall_at` and `step_at` are bytes in the payload, -1 where the field is absent and the value 0.
    `regular` is True where every field has its fixed place, so that the record can serve as a template.
    """

    wall_time: float = 0.0
    wall_at: int = -1
    step: int = 0
    step_at: int = -1
    step_width: int = 0
    scalars: list[Scalar] = field(default_factory=list[Scalar])
    hparams: list[bytes] = field(default_factory=list[bytes])
    plugins: dict[str, str] = field(default_factory=dict[str, str])
    regular: bool = True


def decode_tag(raw: bytes) -> str:
    """Return the tag in these bytes; what is no UTF-8 is replaced."""
    return raw.decode("utf-8", errors="replace")


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the varint at byte `at` and the byte after it. Raises MalformedRecord."""
    result = shift = 0
    while shift < 70:
        if at >= len(data):
            raise MalformedRecord("a number runs over the end")
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise MalformedRecord("a number is longer than 10 bytes")


def fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (field number, wire type, first byte, byte after it) of the fields within [at, end)."""
    while at < end:
        key = data[at]
        at += 1
        if key > 127:
            key, at = read_varint(data, at - 1)
        wire = key & 7
        if wire == _BYTES:
            length, start = (data[at], at + 1) if at < end and data[at] < 128 else read_varint(data, at)
            at = start + length
        elif wire == _VARINT:
            start = at
            _, at = read_varint(data, at)
        elif wire in (_FIXED64, _FIXED32):
            start = at
            at += 8 if wire == _FIXED64 else 4
        else:
            raise MalformedRecord(f"a field has the unknown wire type {wire}")
        if at > end:
            raise MalformedRecord("a field runs over the end of its message")
        yield key >> 3, wire, start, at


class RecordParser:
    """Parses the records of one file.

    `plugins` says which plug-in a tag is written for; writers may say so with the tag's first value only.
    What a record says about it counts once the record is known to be intact: see `accept`.
    """

    def __init__(self) -> None:
        self.plugins: dict[str, str] = {}

    def accept(self, record: Record) -> Record:
        """Take note of what an intact record says for those that follow."""
        self.plugins.update(record.plugins)
        return record

    def must_be_intact(self, record: Record) -> bool:
        """Whether anything in the record counts, so that its checksum has to be looked at."""
        news = any(self.plugins.get(tag) != plugin for tag, plugin in record.plugins.items())
        return news or bool(record.scalars or record.hparams)

    def is_scalar(self, tag: str) -> bool:
        """Whether a tensor with one number under `tag` is a scalar: not where another plug-in claims it."""
        return self.plugins.get(tag, "") in _SCALAR_PLUGINS

    def parse(self, payload: bytes) -> Record:
        """Return what `payload` says. Raises MalformedRecord."""
        record = Record()
        for number, wire, start, end in fields(payload, 0, len(payload)):
            if number == 1 and wire == _FIXED64:
                record.regular &= record.wall_at < 0
                record.wall_time = struct.unpack_from("<d", payload, start)[0]
                record.wall_at = start
            elif number == 2 and wire == _VARINT:
                record.regular &= record.step_at < 0
                record.step = signed(read_varint(payload, start)[0])
                record.step_at, record.step_width = start, end - start
            elif number == 5 and wire == _BYTES:
                self._summary(payload, start, end, record)
            else:
                record.regular = False
        return record

    def _summary(self, data: bytes, at: int, end: int, record: Record) -> None:
        for number, wire, start, stop in fields(data, at, end):
            if number == 1 and wire == _BYTES:
                self._value(data, start, stop, record)
            else:
                record.regular = False

    def _value(self, data: bytes, at: int, end: int, record: Record) -> None:
        tag_at, metadata = (at, at), (at, at)
        kind, place = 0, (at, at)
        for number, _, start, stop in fields(data, at, end):
            if number == _TAG:
                tag_at = (start, stop)
            elif number == _METADATA:
                metadata = (start, stop)
            elif number in _VALUE_KINDS:
                kind, place = number, (start, stop)
        tag = decode_tag(data[slice(*tag_at)])
        plugin, content = _plugin(data, *metadata)
        if plugin:
            record.plugins[tag] = plugin
        if tag == HPARAMS_TAG and content:
            record.hparams.append(content)
        found: tuple[float, int, str] | None = None
        if kind == _SIMPLE_VALUE:
            found = struct.unpack_from("<f", data, place[0])[0], place[0], "<f4"
        elif kind == _TENSOR and (plugin in _SCALAR_PLUGINS if plugin else self.is_scalar(tag)):
            found = _tensor_scalar(data, *place)
        if found is None:
            record.regular = False
            return
        record.scalars.append(Scalar(tag, tag_at, *found))
        record.regular &= found[1] >= 0


def is_one_large_value(head: bytes, length: int) -> bool:
    """Whether the payload of `length` bytes that begins with `head` is a picture, histogram or the like.

    False also where the head does not tell, and where the text of a short string tensor may matter.
    """
    at, end = 0, length
    try:
        for inner in (_SUMMARY, _VALUE):
            number, at, end = _big_field(head, at, end, inner)
            if number != inner:
                return False
        number, at, end = _big_field(head, at, end, _SIMPLE_VALUE)
        return number in _LARGE_KINDS or (number == _TENSOR and not _may_be_text(head, at, end))
    except MalformedRecord:
        return False


def _may_be_text(head: bytes, at: int, end: int) -> bool:
    """Whether the tensor, of which `head` has the beginning, is one string that may be a configuration."""
    if end - at > _LONGEST_TEXT:
        return False
    dtype, elements = 0, 0
    for number, wire, start, stop in fields(head, at, end):
        if number == 1 and wire == _VARINT:
            dtype = read_varint(head, start)[0]
        elif number == 2 and wire == _BYTES and stop <= len(head):
            elements = _elements(head, start, stop)
        else:
            break
    return dtype == _STRING and elements <= 1


def _big_field(head: bytes, at: int, end: int, wanted: int) -> tuple[int, int, int]:
    """Return the field that runs over the head's end to `end`; number 0 where it is not the only one."""
    for number, _, start, stop in fields(head, at, end):
        if stop > len(head):
            return (number, start, stop) if stop == end else (0, at, end)
        if number == wanted:
            break
    return 0, at, end


def signed(varint: int) -> int:
    """Return the signed number that a varint of 64 bits stands for."""
    return varint - (1 << 64) if varint >> 63 else varint


def _plugin(data: bytes, at: int, end: int) -> tuple[str, bytes]:
    name, content = "", b""
    for number, wire, start, stop in fields(data, at, end):
        if number == 1 and wire == _BYTES:
            for inner, inner_wire, first, last in fields(data, start, stop):
                if inner == 1 and inner_wire == _BYTES:
                    name = data[first:last].decode("utf-8", errors="replace")
                elif inner == 2 and inner_wire == _BYTES:
                    content = data[first:last]
    return name, content


def _elements(data: bytes, at: int, end: int) -> int:
    sizes: list[int] = []
    for number, wire, start, stop in fields(data, at, end):
        if number == 2 and wire == _BYTES:
            dims = fields(data, start, stop)
            sizes.append(next((read_varint(data, f)[0] for n, w, f, _ in dims if n == 1 and w == 0), 0))
    return math.prod(sizes)


def _tensor_scalar(data: bytes, at: int, end: int) -> tuple[float, int, str] | None:
    """Return (number, its byte or -1, dtype) of a tensor with one number in it, or None for any other."""
    dtype = 0
    places: list[tuple[int, int, int, int]] = []
    for number, wire, start, stop in fields(data, at, end):
        if number == 1 and wire == _VARINT:
            dtype = read_varint(data, start)[0]
        elif number == 2 and wire == _BYTES:
            if _elements(data, start, stop) != 1:
                return None
        elif number == 4 or number >= 5:
            places.append((number, wire, start, stop))
    if dtype not in _DTYPES or len(places) != 1:
        return None
    return _tensor_number(data, dtype, *places[0])


def _tensor_number(
    data: bytes, dtype: int, number: int, wire: int, start: int, stop: int
) -> tuple[float, int, str] | None:
    kind = {4: _DTYPES[dtype], 5: "<f4", 6: "<f8"}.get(number)
    if kind is not None:
        if stop - start != (2 if kind == "bfloat16" else int(kind[2])):
            return None
        return decode_number(data[start:stop], kind), start, kind
    if number not in _VARINT_VALUES:
        return None
    value, after = read_varint(data, start)
    if wire == _BYTES and after != stop:
        return None
    if number == _HALF_VALUES:
        packed = (value & 0xFFFF).to_bytes(2, "little")
        return decode_number(packed, "bfloat16" if dtype == _BFLOAT16 else "<f2"), -1, _DTYPES[dtype]
    return float(value if number in (16, 17) else signed(value)), -1, _DTYPES[dtype]


def decode_number(raw: bytes, dtype: str) -> float:
    """Return the little-endian number in `raw`; `dtype` is numpy's name of its type or "bfloat16"."""
    if dtype == "bfloat16":
        return float(np.frombuffer(b"\0\0" + raw, "<f4")[0])
    return float(np.frombuffer(raw, dtype)[0])

"""The number in a tensor of one element, in all the ways TensorFlow's `TensorProto` has for it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from losstui_parsers.event_file.protobuf import BYTES, VARINT, fields, read_varint, signed

_BFLOAT16: Final = 14  # the number of the type in TensorFlow's types.proto
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
_INTEGER_VALUES: Final = (7, 10, 11, 13, 16, 17)  # int, int64, bool, half, uint32, uint64
_HALF_VALUES: Final = 13  # fields of TensorProto ...
_STRING_VALUES: Final = 8  # ... by their numbers


def element_count(data: bytes, at: int, end: int) -> int:
    """Return how many elements a tensor has by its shape, which stands at [at, end)."""
    sizes: list[int] = []
    for number, wire, start, stop in fields(data, at, end):
        if number == 2 and wire == BYTES:
            dims = fields(data, start, stop)
            sizes.append(next((read_varint(data, f)[0] for n, w, f, _ in dims if n == 1 and w == 0), 0))
    return math.prod(sizes)


def tensor_scalar(data: bytes, at: int, end: int) -> tuple[float, int, str] | None:
    """Return (number, its byte or -1, dtype) of a tensor with one number in it, or None for any other."""
    dtype = 0
    places: list[tuple[int, int, int, int]] = []
    for number, wire, start, stop in fields(data, at, end):
        if number == 1 and wire == VARINT:
            dtype = read_varint(data, start)[0]
        elif number == 2 and wire == BYTES:
            if element_count(data, start, stop) != 1:
                return None
        elif number == 4 or number >= 5:
            places.append((number, wire, start, stop))
    if dtype not in _DTYPES or len(places) != 1:
        return None
    return _tensor_number(data, dtype, places[0])


def tensor_text(data: bytes, at: int, end: int) -> bytes | None:
    """Return the string in a tensor with one string in it, or None for any other."""
    texts = [
        data[start:stop]
        for number, wire, start, stop in fields(data, at, end)
        if number == _STRING_VALUES and wire == BYTES
    ]
    return texts[0] if len(texts) == 1 else None


def _tensor_number(
    data: bytes, dtype: int, place: tuple[int, int, int, int]
) -> tuple[float, int, str] | None:
    """The same of the one field that holds values; `place` is what `fields` gives of it."""
    number, wire, start, stop = place
    kind = {4: _DTYPES[dtype], 5: "<f4", 6: "<f8"}.get(number)
    if kind is not None:
        if stop - start != (2 if kind == "bfloat16" else int(kind[2])):
            return None
        return decode_number(data[start:stop], kind), start, kind
    if number not in _INTEGER_VALUES:
        return None
    value, after = read_varint(data, start)
    if wire == BYTES and after != stop:
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

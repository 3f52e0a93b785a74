"""The parts that the messages of a W&B file are made of: fields, and items with a key and a JSON text.

The field numbers are those of W&B's `wandb_internal.proto`.
"""

from __future__ import annotations

from collections.abc import Iterator

from losstui_parsers.event_file.protobuf import MalformedRecord, read_varint
from losstui_parsers.json_text import JsonValue, NotJson, load

_KEY, _NESTED_KEY, _VALUE_JSON = 1, 2, 16  # HistoryItem, ConfigItem


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield (field number, value) of the fields of a message that are numbers or bytes."""
    at, end = 0, len(data)
    while at < end:
        key, at = (data[at], at + 1) if data[at] < 128 else read_varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = read_varint(data, at)
            yield key >> 3, value
        elif wire == 2:
            length, at = (data[at], at + 1) if at < end and data[at] < 128 else read_varint(data, at)
            if at + length > end:
                raise MalformedRecord("a field runs over the end of its message")
            yield key >> 3, data[at : at + length]
            at += length
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
        else:
            raise MalformedRecord(f"a field has the unknown wire type {wire}")


def messages(data: bytes, wanted: int) -> Iterator[bytes]:
    """Yield the contents of the fields of that number."""
    for number, value in fields(data):
        if number == wanted and isinstance(value, bytes):
            yield value


def text_of(raw: bytes) -> str:
    """The text of a field; bytes that are none are replaced."""
    return raw.decode("utf-8", errors="replace")


def item_of(data: bytes) -> tuple[list[str], bytes]:
    """The key, in parts where it is nested, and the JSON text of a history or configuration item."""
    key: list[str] = []
    raw = b""
    for number, value in fields(data):
        if not isinstance(value, bytes):
            continue
        if number == _VALUE_JSON:
            raw = value
        elif number in (_KEY, _NESTED_KEY) and value:
            key.append(text_of(value))
    return key, raw


def json_of(raw: bytes) -> JsonValue:
    """The value a JSON text stands for, None where it is none."""
    try:
        return load(text_of(raw))
    except NotJson:
        return None

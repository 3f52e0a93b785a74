"""The protocol-buffer wire format of one `Event` record: its scalars, and where in it they stand.

Only what a training curve needs is decoded; pictures, histograms, sound, text and large tensors are
stepped over by their length. The field numbers are those of `event.proto`, `summary.proto` and
`tensor.proto`.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import Final

from losstui_parsers.event_file.protobuf import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    MalformedRecord,
    fields,
    read_varint,
    signed,
)
from losstui_parsers.event_file.tensor import element_count, tensor_scalar, tensor_text

_SUMMARY, _VALUE = 5, 1  # Event.summary, Summary.value
_TAG, _SIMPLE_VALUE, _TENSOR, _METADATA = 1, 2, 8, 9  # of Summary.Value

_LARGE_KINDS: Final = (3, 4, 5, 6)  # old and new histogram, picture, sound
_VALUE_KINDS: Final = (_SIMPLE_VALUE, *_LARGE_KINDS, _TENSOR)
_STRING: Final = 7  # TensorFlow's data type
_LONGEST_TEXT: Final = 1 << 16  # bytes of a configuration written as text

_SCALAR_PLUGINS: Final = ("", "scalars")
HPARAMS_TAG: Final = "_hparams_/session_start_info"
_TEXT_PLUGIN: Final = "text"
_SETTINGS: Final = re.compile(
    r"(?:^|[^a-z])(?:arg|args|arguments|cfg|config|configuration|flags|hparams|hyper_?parameters|options"
    r"|parameters|params|settings)(?:$|[^a-z])",
    re.IGNORECASE,
)
_LONGEST_ARGUMENT: Final = 200  # bytes of a text that may be one setting, under whatever tag

Setting = tuple[str, bytes]  # a tag, and what it holds: the data of the hparams plug-in, or a text


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
    settings: list[Setting] = field(default_factory=list[Setting])
    plugins: dict[str, str] = field(default_factory=dict[str, str])
    regular: bool = True


def names_settings(tag: str) -> bool:
    """Whether a word of `tag` says that its text is a configuration."""
    return _SETTINGS.search(tag) is not None


def decode_tag(raw: bytes) -> str:
    """Return the tag in these bytes; what is no UTF-8 is replaced."""
    return raw.decode("utf-8", errors="replace")


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
        return news or bool(record.scalars or record.settings)

    def is_scalar(self, tag: str) -> bool:
        """Whether a tensor with one number under `tag` is a scalar: not where another plug-in claims it."""
        return self.plugins.get(tag, "") in _SCALAR_PLUGINS

    def parse(self, payload: bytes) -> Record:
        """Return what `payload` says. Raises MalformedRecord."""
        record = Record()
        for number, wire, start, end in fields(payload, 0, len(payload)):
            if number == 1 and wire == FIXED64:
                record.regular &= record.wall_at < 0
                record.wall_time = struct.unpack_from("<d", payload, start)[0]
                record.wall_at = start
            elif number == 2 and wire == VARINT:
                record.regular &= record.step_at < 0
                record.step = signed(read_varint(payload, start)[0])
                record.step_at, record.step_width = start, end - start
            elif number == 5 and wire == BYTES:
                self._summary(payload, start, end, record)
            else:
                record.regular = False
        return record

    def _summary(self, data: bytes, at: int, end: int, record: Record) -> None:
        for number, wire, start, stop in fields(data, at, end):
            if number == 1 and wire == BYTES:
                self._value(data, start, stop, record)
            else:
                record.regular = False

    def _value(self, data: bytes, at: int, end: int, record: Record) -> None:
        places: dict[int, tuple[int, int]] = {}
        kind = 0
        for number, wire, start, stop in fields(data, at, end):
            if wire == (FIXED32 if number == _SIMPLE_VALUE else BYTES):
                places[number] = start, stop
                kind = number if number in _VALUE_KINDS else kind
        nothing = at, at
        tag_at, metadata, place = (places.get(number, nothing) for number in (_TAG, _METADATA, kind))
        tag = decode_tag(data[slice(*tag_at)])
        plugin, content = _plugin(data, *metadata)
        if plugin:
            record.plugins[tag] = plugin
        setting = content if tag == HPARAMS_TAG else b""
        if kind == _TENSOR and plugin == _TEXT_PLUGIN:
            setting = _text_of_setting(tag, tensor_text(data, *place))
        record.settings += [(tag, setting)] if setting else []
        found: tuple[float, int, str] | None = None
        if kind == _SIMPLE_VALUE:
            found = struct.unpack_from("<f", data, place[0])[0], place[0], "<f4"
        elif kind == _TENSOR and (plugin in _SCALAR_PLUGINS if plugin else self.is_scalar(tag)):
            found = tensor_scalar(data, *place)
        if found is None:
            record.regular = False
            return
        record.scalars.append(Scalar(tag, tag_at, *found))
        record.regular &= found[1] >= 0


def _text_of_setting(tag: str, text: bytes | None) -> bytes:
    """Return the text where it may be a configuration, or one setting of it, else nothing."""
    if text and (names_settings(tag) or (len(text) <= _LONGEST_ARGUMENT and b"\n" not in text)):
        return text
    return b""


def is_one_large_value(head: bytes, length: int) -> bool:
    """Whether the payload of `length` bytes that begins with `head` is a picture, histogram or the like.

    False also where the head does not tell, and where the text of a short string tensor may matter.
    """
    at, end = 0, length
    try:
        for inner in (_SUMMARY, _VALUE):
            number, at, end = _long_field(head, at, inner)
            if number != inner or end != length:
                return False
        number, at, end = _long_field(head, at, _SIMPLE_VALUE)
        known = number in _LARGE_KINDS or (number == _TENSOR and not _may_be_text(head, at, end))
    except (IndexError, MalformedRecord):
        return False
    return known and end <= length


def _may_be_text(head: bytes, at: int, end: int) -> bool:
    """Whether the tensor, of which `head` has the beginning, is one string that may be a configuration."""
    if end - at > _LONGEST_TEXT:
        return False
    dtype, elements = 0, 0
    for number, wire, start, stop in fields(head, at, end):
        if number == 1 and wire == VARINT:
            dtype = read_varint(head, start)[0]
        elif number == 2 and wire == BYTES and stop <= len(head):
            elements = element_count(head, start, stop)
        else:
            break
    return dtype == _STRING and elements <= 1


def _long_field(head: bytes, at: int, wanted: int) -> tuple[int, int, int]:
    """Return number, first byte and byte after it of the field that runs over the head's end.

    The number is 0 where a field of the number `wanted` comes before it. It goes through the bytes by itself:
    a log of pictures has nothing else to do. Raises IndexError where the head ends before a field begins.
    """
    while (key := head[at]) < 128:
        at += 1
        wire = key & 7
        if wire == BYTES:
            size = shift = 0
            while (byte := head[at]) > 127:
                size |= (byte & 127) << shift
                shift += 7
                at += 1
            at += 1
            stop = at + (size | byte << shift)
            if stop > len(head):
                return key >> 3, at, stop
            if key >> 3 == wanted:
                break
            at = stop
        elif wire == VARINT:
            while head[at] > 127:
                at += 1
            at += 1
        elif wire == FIXED64:
            at += 8
        else:
            break
    return 0, at, at


def _plugin(data: bytes, at: int, end: int) -> tuple[str, bytes]:
    name, content = "", b""
    for number, wire, start, stop in fields(data, at, end):
        if number == 1 and wire == BYTES:
            for inner, inner_wire, first, last in fields(data, start, stop):
                if inner == 1 and inner_wire == BYTES:
                    name = data[first:last].decode("utf-8", errors="replace")
                elif inner == 2 and inner_wire == BYTES:
                    content = data[first:last]
    return name, content

"""The records of a W&B run: its configuration, the rows of its history, its end.

The field numbers are those of W&B's `wandb_internal.proto`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from losstui_parsers.event_file.protobuf import MalformedRecord, read_varint
from losstui_parsers.json_text import DEEPEST, JsonValue, NotJson, as_object, load
from losstui_parsers.tracker_rows import CLOCK, COUNTER

_HISTORY, _CONFIG, _METRIC, _RUN, _EXIT = 2, 5, 12, 17, 18  # Record
_RUN_CONFIG: Final = 4  # RunRecord
_UPDATE: Final = 1  # ConfigRecord
_ITEM, _HISTORY_STEP, _STEP_NUMBER = 1, 2, 1  # HistoryRecord, HistoryStep
_KEY, _NESTED_KEY, _VALUE_JSON = 1, 2, 16  # HistoryItem, ConfigItem
_STEP_METRIC: Final = 4  # MetricRecord
_EXIT_CODE: Final = 1  # RunExitRecord
_KEPT_PRIVATE = (COUNTER, CLOCK)
_MEDIA = "_type"


_VALUE_FIELD: Final = b"\x82\x01"  # how field 16 begins, before its length

_Path = tuple[str, ...]


@dataclass(slots=True)
class RunLog:
    """What the records of one run say. `axes` are the columns that `define_metric` names as x axes."""

    rows: list[dict[str, JsonValue]] = field(default_factory=list[dict[str, JsonValue]])
    config: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    axes: set[str] = field(default_factory=set[str])
    history: int = 0
    ended: bool = False
    failed: bool = False
    _paths: dict[bytes, _Path] = field(default_factory=dict[bytes, tuple[str, ...]])

    def take(self, record: bytes) -> None:
        """Add what one record says. Raises MalformedRecord."""
        for number, value in _fields(record):
            if not isinstance(value, bytes):
                continue
            if number == _HISTORY:
                self.history += 1
                row = _history_row(value, self._paths)
                if row:
                    self.rows.append(row)
            elif number == _CONFIG:
                _configure(self.config, value)
            elif number == _RUN:
                for config in _messages(value, _RUN_CONFIG):
                    _configure(self.config, config)
            elif number == _METRIC:
                self.axes.update(_text(axis) for axis in _messages(value, _STEP_METRIC))
            elif number == _EXIT:
                self.ended = True
                self.failed = any(field == _EXIT_CODE and code != 0 for field, code in _fields(value))


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
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


def _messages(data: bytes, wanted: int) -> Iterator[bytes]:
    """Yield the contents of the fields of that number."""
    for number, value in _fields(data):
        if number == wanted and isinstance(value, bytes):
            yield value


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def _item(data: bytes) -> tuple[list[str], bytes]:
    """The key, in parts where it is nested, and the JSON text of a history or configuration item."""
    key: list[str] = []
    raw = b""
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == _VALUE_JSON:
            raw = value
        elif number in (_KEY, _NESTED_KEY) and value:
            key.append(_text(value))
    return key, raw


def _json(raw: bytes) -> JsonValue:
    try:
        return load(_text(raw))
    except NotJson:
        return None


def _logged(raw: bytes) -> JsonValue:
    try:
        return float(raw)  # most are numbers; takes NaN and Infinity as JSON writers spell them
    except ValueError:
        return _json(raw)


def _history_item(data: bytes, paths: dict[bytes, _Path]) -> tuple[_Path, bytes]:
    """As `_item`; what stands before the value is the same in each row and decoded once, into `paths`."""
    split = data.find(_VALUE_FIELD)
    start = split + len(_VALUE_FIELD) + 1
    short = split > 0 and start <= len(data) and data[start - 1] == len(data) - start < 128
    if short and data[:split] in paths:
        return paths[data[:split]], data[start:]
    key, raw = _item(data)
    if short and raw == data[start:] and _item(data[:split]) == (key, b""):
        paths[data[:split]] = tuple(key)
    return tuple(key), raw


def _history_row(data: bytes, paths: dict[bytes, _Path]) -> dict[str, JsonValue]:
    """The numbers and texts of one row, none where it has none but W&B's own.

    What describes a picture, a table or a histogram is left out: an object with a `_type`, written as
    one value or as an item a member.
    """
    logged: dict[_Path, JsonValue] = {}
    for item in _messages(data, _ITEM):
        path, raw = _history_item(item, paths)
        if path and (not path[0].startswith("_") or path[0] in _KEPT_PRIVATE):
            _flatten(path, _logged(raw), 0, logged)
    media = {path[:-1] for path in logged if path[-1] == _MEDIA}
    row = {
        ".".join(path): value
        for path, value in logged.items()
        if not (media and any(path[:length] in media for length in range(1, len(path))))
    }
    for step in _messages(data, _HISTORY_STEP):
        for number, value in _fields(step):
            if number == _STEP_NUMBER and isinstance(value, int):
                row.setdefault(COUNTER, value)
    return row if any(key not in _KEPT_PRIVATE for key in row) else {}


def _flatten(path: _Path, value: JsonValue, depth: int, logged: dict[_Path, JsonValue]) -> None:
    members = as_object(value)
    if isinstance(value, (int, float, str)):
        logged[path] = value
    elif members is not None and depth < DEEPEST:
        for inner, nested in members.items():
            _flatten((*path, inner), nested, depth + 1, logged)


def _configure(config: dict[str, JsonValue], data: bytes) -> None:
    """Take the settings of a configuration record, nested as they were given."""
    for update in _messages(data, _UPDATE):
        key, raw = _item(update)
        value = _json(raw)
        members: dict[str, JsonValue] = config
        for part in key[:-1]:
            nested = as_object(members.get(part)) or {}
            members[part] = nested
            members = nested
        if key and value is not None:
            members[key[-1]] = value

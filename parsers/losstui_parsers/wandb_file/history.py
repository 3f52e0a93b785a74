"""The history of a W&B run: a row a call of `log`, each an item a key."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Final

import numpy as np

from losstui_parsers.json_text import DEEPEST, JsonValue, as_object
from losstui_parsers.rows import TableBuilder
from losstui_parsers.tables import Column, Table
from losstui_parsers.tracker_rows import CLOCK, COUNTER
from losstui_parsers.wandb_file.items import fields, item_of, json_of, messages

_ITEM, _STEP, _STEP_NUMBER = 1, 2, 1  # HistoryRecord, HistoryStep
# An item with a number: its field and length, its key, the field of the value, its length, the text.
_NUMBER_ITEM: Final = re.compile(rb"\n.([\n\x12][^\x82]*)\x82\x01.([-+.0-9a-zA-Z]+)", re.DOTALL)
_AROUND: Final = 5  # bytes of an item around its key and its text
_VARINT = rb"[\x80-\xff]*[\x00-\x7f]"
# What stands before the items, in a record with its number and a row; and behind them, the step.
_ROW_START: Final = re.compile(rb"\x08%b\x12%b(?=\n)" % (_VARINT, _VARINT))
_ROW_END: Final = re.compile(rb"(?:\x12.(?:\x08%b)?)?" % _VARINT, re.DOTALL)
_KEPT_PRIVATE = (COUNTER, CLOCK)
_MEDIA = "_type"
MOST_SHAPES = 256  # sets of keys; a run has a handful

_Path = tuple[str, ...]


class History:
    """Collects the rows; `count` is how many there were, with or without a number."""

    def __init__(self) -> None:
        self.count = 0
        self._rows = TableBuilder()
        self._shapes: dict[tuple[bytes, ...], _Shape | None] = {}

    def take(self, history: bytes) -> None:
        """Add the row of one history message. Raises MalformedRecord."""
        self.count += 1
        row = _row(history)
        if row:
            self._rows.add(row)

    def take_numbers(self, record: bytes) -> bool:
        """Add the row of a record that is nothing but a row of numbers, by its shape; whether it is one."""
        start = _ROW_START.match(record)
        items = _NUMBER_ITEM.findall(record, start.end()) if start else []
        if not start or not items:
            return False
        items.sort()  # W&B writes them in any order
        keys, texts = zip(*items, strict=True)
        end = start.end() + _AROUND * len(items) + len(b"".join(keys)) + len(b"".join(texts))
        if not _ROW_END.fullmatch(record, end):
            return False  # something else is between the items, or behind them
        shape = self._shapes[keys] if keys in self._shapes else self._new_shape(keys)
        if shape is None:
            return False
        try:
            shape.values.fromlist(list(map(float, texts)))
        except ValueError:
            return False
        shape.rows.append(self._rows.rows)
        self._rows.rows += 1
        self.count += 1
        return True

    def _new_shape(self, keys: tuple[bytes, ...]) -> _Shape | None:
        """What rows of these keys are kept in; None where they need a closer look."""
        names: list[str] = []
        for key in keys:
            path, value = item_of(key)
            if value:
                return None
            names.append(".".join(path) if _is_kept(path) else "")
        logged = [name for name in names if name]
        plain = (
            len(set(logged)) == len(logged) and COUNTER in logged and {*logged} > {COUNTER, CLOCK} & {*logged}
        )
        if len(self._shapes) < MOST_SHAPES:
            self._shapes[keys] = _Shape(names) if plain else None
        return self._shapes.get(keys)

    def table(self, file: str) -> Table:
        """The table of all rows; called once. `file` is the file's name, for the warnings."""
        for shape in self._shapes.values():
            if shape is not None:
                shape.put_into(self._rows)
        return self._rows.build(file)


class _Shape:
    """The rows with the same keys; `names` are their columns, empty where a key is left out."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.rows = array("q")
        self.values = array("d")

    def put_into(self, builder: TableBuilder) -> None:
        rows = np.frombuffer(self.rows, np.int64)
        values = np.frombuffer(self.values).reshape(len(rows), len(self.names))
        for index, name in enumerate(self.names):
            if name:
                builder.add_column(name, Column(rows, values[:, index].copy()))


def _is_kept(path: Sequence[str]) -> bool:
    return len(path) > 0 and (not path[0].startswith("_") or path[0] in _KEPT_PRIVATE)


def _logged(raw: bytes) -> JsonValue:
    try:
        return float(raw)  # most are numbers; takes NaN and Infinity as JSON writers spell them
    except ValueError:
        return json_of(raw)


def _row(data: bytes) -> dict[str, JsonValue]:
    """The numbers and texts of one row, none where it has none but W&B's own.

    What describes a picture, a table or a histogram is left out: an object with a `_type`, written as
    one value or as an item a member.
    """
    logged: dict[_Path, JsonValue] = {}
    for item in messages(data, _ITEM):
        key, raw = item_of(item)
        path = tuple(key)
        if _is_kept(path):
            _flatten(path, _logged(raw), 0, logged)
    media = {path[:-1] for path in logged if path[-1] == _MEDIA}
    row = {
        ".".join(path): value
        for path, value in logged.items()
        if not (media and any(path[:length] in media for length in range(1, len(path))))
    }
    for step in messages(data, _STEP):
        for number, value in fields(step):
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

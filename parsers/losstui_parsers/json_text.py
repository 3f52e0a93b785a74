"""Reading JSON that may be cut off, nested without end or hold NaN."""

from __future__ import annotations

import json
import re
from typing import cast

from losstui_parsers.columns import unwrap_scalars

DEEPEST = 32  # levels of nesting that are looked into; a log has three or four
_BLANK = re.compile(r"[ \t\r\n]*")
_AFTER_NUMBER = frozenset(",]} \t\r\n")
# A text without quotes in it, and the words that Python writes in another way
_PRINTED = re.compile(r"'([^'\"\\\n]*)'|\b(None|True|False|nan|inf)\b")
_WORDS = {"None": "null", "True": "true", "False": "false", "nan": "NaN", "inf": "Infinity"}
_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[ \t\r\n,]*")  # two objects of one text
_MOST_TORN = 4  # rows cut off on one line: each costs a look at the rest of it

# A value as `json` gives it; what it is, is asked with isinstance.
JsonValue = object


class NotJson(Exception):
    """Text that is no JSON. `position` is the character at which that shows."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position

    def told_of(self, text: str) -> str:
        """Where in that text it shows, and why: "line 3 column 14: expecting value"."""
        line = text.count("\n", 0, self.position) + 1
        column = self.position - text.rfind("\n", 0, self.position)
        return f"line {line} column {column}: {self.reason}"


def load(text: str) -> JsonValue:
    """The value `text` stands for; NaN and the infinities are taken. Raises NotJson."""
    try:
        value: JsonValue = json.loads(text)
        return value
    except (ValueError, RecursionError) as error:
        raise _not_json(error, 0) from error


def _not_json(error: ValueError | RecursionError, start: int) -> NotJson:
    """What the decoder says of a value that begins at `start`."""
    if isinstance(error, json.JSONDecodeError):
        reason = error.msg.removesuffix(" at").removesuffix(" starting")  # the place is told apart
        return NotJson(reason[:1].lower() + reason[1:], error.pos)
    if isinstance(error, RecursionError):
        return NotJson("nested too deep", start)
    return NotJson("a number is too long", start)  # a whole one of more digits than Python converts


def objects_in(text: str) -> tuple[list[dict[str, JsonValue]], NotJson | None]:
    """The objects that stand one after the other in `text`, and where the first thing is that is none.

    So writes a loop that ends no line, two programs with one file, or one that was stopped within a row and
    started again: what is left of that row, before one with the same first key, is stepped over.
    """
    objects: list[dict[str, JsonValue]] = []
    broken: NotJson | None = None
    start, torn = _after(text, 0), 0
    opening = text[start : text.find(":", start) + 1]
    while 0 <= start < len(text) and torn < _MOST_TORN:
        try:
            row, start = _object_at(text, start)
            objects.append(row)
        except NotJson as error:
            broken = broken or error
            torn += 1
            start = text.find(opening, start + 1) if opening else -1
    return objects, broken


def _object_at(text: str, start: int) -> tuple[dict[str, JsonValue], int]:
    """The object there, and where the next one begins or the text ends. Raises NotJson.

    One that something else follows is a member of a broken one.
    """
    try:
        value, end = cast("tuple[JsonValue, int]", _DECODER.raw_decode(text, start))
    except (ValueError, RecursionError) as error:
        raise _not_json(error, start) from error
    row, end = as_object(value), _after(text, end)
    if row is None:
        raise NotJson("no JSON object", start)
    if end < len(text) and text[end] != "{":
        raise NotJson("extra data", end)
    return row, end


def _after(text: str, position: int) -> int:
    match = _BETWEEN.match(text, position)
    return match.end() if match else position


def as_json(text: str) -> str:
    """A printed dictionary, `{'loss': [0.5, nan, None]}`, in the signs of JSON; other text as it is."""
    printed = text.lstrip().startswith(("{'", "[{'"))
    return _PRINTED.sub(_in_json, unwrap_scalars(text)) if printed else text


def _in_json(match: re.Match[str]) -> str:
    return _WORDS[match[2]] if match[2] else f'"{match[1]}"'


def load_prefix(text: str) -> tuple[JsonValue, str | None]:
    """The value at the start of `text`, of a broken one all before the break; and where it breaks, and why.

    A value of None where not even the first member can be had, a break of None where there is none.
    """
    try:
        return load(text), None
    except NotJson as error:
        value, _ = _prefix(text, _skip(text, 0), 0)
        return value, error.told_of(text)


def load_document(text: str) -> tuple[JsonValue, str | None]:
    """What `load_prefix` gives; of several objects one after the other, as of rows appended, their list.

    Several printed dictionaries are none, but the output of a program.
    """
    value, damage = load_prefix(as_json(text))
    if damage is None or as_object(value) is None or as_json(text) is not text:
        return value, damage
    objects, broken = objects_in(text)
    if len(objects) < 2:
        return value, damage
    return objects, None if broken is None else broken.told_of(text)


def goes_on_behind(text: str) -> bool:
    """Whether other text stands behind a first value that is whole, as in "[3] loss 0.5"."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return False
    return _skip(text, end) < len(text)


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _prefix(text: str, position: int, depth: int) -> tuple[JsonValue, int]:
    """The whole members of the container at `position`, and where it ends, -1 where that is broken."""
    opening = text[position : position + 1]
    if depth > DEEPEST or opening not in ("{", "["):
        return None, -1
    members: dict[str, JsonValue] = {}
    items: list[JsonValue] = []
    closing = "}" if opening == "{" else "]"
    position = _skip(text, position + 1)
    while position < len(text) and text[position] != closing:
        key: JsonValue = ""
        if opening == "{":
            key, position = _value(text, position, depth)
            position = _skip(text, position) if position >= 0 else -1
            if position < 0 or not isinstance(key, str) or text[position : position + 1] != ":":
                break
            position = _skip(text, position + 1)
        value, end = _value(text, position, depth)
        if end >= 0 or (opening == "{" and value is not None):
            members[str(key)] = value
            items.append(value)
        if end < 0:  # a broken row is none, but the first rows below a key are what there is
            position = -1
            break
        position = _skip(text, end)
        if text[position : position + 1] != ",":
            break
        position = _skip(text, position + 1)
    whole = 0 <= position < len(text) and text[position] == closing
    return (members if opening == "{" else items), (position + 1 if whole else -1)


def _value(text: str, position: int, depth: int) -> tuple[JsonValue, int]:
    try:
        value, end = cast("tuple[JsonValue, int]", _DECODER.raw_decode(text, position))
    except (ValueError, RecursionError):
        return _prefix(text, position, depth + 1)
    # A number that nothing follows may have lost its last digits.
    if isinstance(value, (int, float)) and text[end : end + 1] not in _AFTER_NUMBER:
        return None, -1
    return value, end


def as_object(value: JsonValue) -> dict[str, JsonValue] | None:
    """The value where it is an object, else None."""
    return cast("dict[str, JsonValue]", value) if isinstance(value, dict) else None


def as_objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    """The objects of a list, in order; none where it is no list."""
    if not isinstance(value, list):
        return []
    items = cast("list[JsonValue]", value)
    return [cast("dict[str, JsonValue]", item) for item in items if isinstance(item, dict)]

"""The hyper-parameters that trackers keep beside a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from losstui.errors import UnreadableLog
from losstui_parsers.json_text import DEEPEST, JsonValue, NotJson, as_object, load
from losstui_parsers.plain_text import read_text

LARGEST = 1 << 20  # bytes of a side file; a configuration has a few thousand
_LONGEST_LIST = 20  # items: longer ones are data, not settings
_SHORT_ID = 8  # characters of an id that tell runs of one name apart


def flat_parameters(members: Mapping[str, JsonValue]) -> dict[str, object]:
    """The settings in a configuration: nested keys joined with "/", nulls and what is private left out."""
    found: dict[str, object] = {}
    _collect(members, "", 0, found)
    return found


def _collect(members: Mapping[str, JsonValue], prefix: str, depth: int, found: dict[str, object]) -> None:
    for key, value in members.items():
        if key.startswith("_") or key.startswith("py/"):
            continue
        nested = as_object(value)
        if nested is not None and depth < DEEPEST:
            _collect(nested, f"{prefix}{key}/", depth + 1, found)
        elif isinstance(value, (bool, int, float, str)):
            found[prefix + key] = value
        elif isinstance(value, list):
            items = cast("list[JsonValue]", value)
            if len(items) <= _LONGEST_LIST and all(
                isinstance(item, (bool, int, float, str)) for item in items
            ):
                found[prefix + key] = items


def text_parameter(text: str) -> object:
    """The setting a text stands for: a whole number, a number, a truth value, or the text itself."""
    text = text.strip()
    if text in ("True", "False"):
        return text == "True"
    if "_" in text:
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def distinct_names(given: Mapping[str, str]) -> dict[str, str]:
    """The name of each run by its id; of several of one name, and where there is none, with the id."""
    often = Counter(given.values())
    return {
        run: name if name and often[name] == 1 else f"{name}-{run[:_SHORT_ID]}" if name else run
        for run, name in given.items()
    }


def side_text(path: Path) -> str | None:
    """The text of a small file beside the log; None where there is none that can be read."""
    try:
        return read_text(path) if path.is_file() and path.stat().st_size <= LARGEST else None
    except (OSError, UnreadableLog):
        return None


def side_object(path: Path) -> dict[str, JsonValue]:
    """The JSON object in a small file beside the log; empty where there is none that can be read."""
    text = side_text(path)
    try:
        return (as_object(load(text)) if text else None) or {}
    except NotJson:
        return {}


def plain_yaml(text: str) -> dict[str, str]:
    """The `key: value` lines of the top level of a YAML file; lists and what is nested are left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key and not key[0].isspace() and key[0] not in "#-'\"" and (value[:1] in ("", " ")):
            found[key.strip()] = _unquoted(value.strip())
    return {key: value for key, value in found.items() if value}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return str(load(value))
        except NotJson:
            return value[1:-1]
    return value

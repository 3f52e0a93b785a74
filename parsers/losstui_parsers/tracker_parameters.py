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
_NO_SCALARS = frozenset("!&*|>[{%@`")  # as the first letter
_NOTHING = frozenset(("~", "null", "Null", "NULL"))
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
    if text in ("True", "False", "true", "false"):
        return text in ("True", "true")
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
    """The `key: value` lines of the top level of a YAML file, as texts without quotes and comments.

    Lists, what is nested, nothing, and what is no plain scalar (tags, anchors, blocks) are left out.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key and not key[0].isspace() and key[0] not in "#-'\"" and (value[:1] in ("", " ")):
            found[key.strip()] = _scalar(value.strip())
    return {key: value for key, value in found.items() if value}


def _scalar(value: str) -> str:
    """The text of a plain or quoted scalar, empty where the value is none."""
    if value[:1] == "'" and "'" in value[1:]:
        return value[1 : value.rindex("'")].replace("''", "'")
    if value[:1] == '"' and '"' in value[1:]:
        quoted = value[: value.rindex('"') + 1]
        try:
            return str(load(quoted))
        except NotJson:
            return quoted[1:-1]
    value = "" if value.startswith("#") else value.partition(" #")[0].rstrip()
    return "" if value[:1] in _NO_SCALARS or value in _NOTHING else value


def yaml_parameters(text: str) -> dict[str, object]:
    """The settings at the top level of a YAML file; only scalars are taken, whatever tags it holds."""
    return {key: text_parameter(value) for key, value in plain_yaml(text).items()}

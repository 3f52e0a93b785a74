"""The rows of a JSON document of one value, in the shapes that a history is saved in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from typing import cast

from losstui.hyperparameters import flattened
from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, VALUE_NAMES, normalise
from losstui_parsers.json_text import JsonValue, as_object, as_objects
from losstui_parsers.unnamed_columns import names_from_file

Row = dict[str, JsonValue]

_NUMBERED = re.compile(r"(epoch|ep|step|iter|iteration|round)?[ _-]?(\d{1,15})", re.IGNORECASE)

_SERIES_NAMES = ("name", "title", "metric", "variant", "series", "key")
_DEEPEST_NUMBERED = 3  # "clients/hospital/7/"


def rows_of_document(value: JsonValue) -> list[Row]:
    """The rows: a list as it is; of an object its points by tag, numbered rows or longest list."""
    members = as_object(value)
    if members is None:
        return as_objects(value)
    return list(_points(members)) or _numbered(members) or _numbered_below(members) or _longest(members)


def series_by_name(value: JsonValue, depth: int = 0) -> JsonValue:
    """Series in a list, `[{"name": "train", "x": [0, 1], "y": [2.3, 1.9]}]`, by their names.

    So ClearML and Plotly write them, also those of each metric in a list below its name. Other values are as
    they were.
    """
    members = as_object(value)
    if members is not None:
        return {**members, **{name: series_by_name(member) for name, member in _lists_in(members).items()}}
    items = as_objects(value)
    if not items or _named_series(items[0], depth) is None:
        return value
    named = [one for one in (_named_series(item, depth) for item in items) if one is not None]
    return dict(named) if len(dict(named)) == len(cast("list[JsonValue]", value)) else value


def _named_series(item: Row, depth: int) -> tuple[str, JsonValue] | None:
    name = next((item[key] for key in _SERIES_NAMES if isinstance(item.get(key), str)), None)
    lists = _lists_in(item)
    if name is None or depth == _DEEPEST_NUMBERED:
        return None
    if lists.keys() >= {"x", "y"}:
        return str(name), {"x": lists["x"], "y": lists["y"]}
    below = series_by_name(next(iter(lists.values())), depth + 1) if len(lists) == 1 else None
    return (str(name), below) if as_object(below) else None


def _lists_in(members: Row) -> dict[str, list[JsonValue]]:
    return {
        name: cast("list[JsonValue]", member) for name, member in members.items() if isinstance(member, list)
    }


def named_by_file(value: JsonValue, stem: str) -> Row | None:
    """A list of numbers, or of pairs or triples of them, as an object of series named after the file.

    Pairs that begin with a whole number that rises are points. None where it is no such list, or the name of
    the file does not say what is measured.
    """
    items = cast("list[JsonValue]", value) if isinstance(value, list) else []
    rows = [cast("list[JsonValue]", item) if isinstance(item, list) else [item] for item in items]
    if not rows or {len(row) for row in rows} != {len(rows[0])} or not all(map(_is_number, chain(*rows))):
        return None
    columns = cast("list[tuple[float | None, ...]]", list(zip(*rows, strict=True)))
    names = names_from_file(stem, columns)
    return {name: list(column) for name, column in zip(names, columns, strict=True)} if names else None


def as_columns(members: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The columns of a history that pandas wrote, `{"loss": {"0": 2.3, "1": 1.9}}`, as lists; else as it is.

    Such numbers also name classes: they count rows where all members have them and one is a loss. Those from
    1 on are kept, as epochs.
    """
    columns = [as_object(member) or {} for member in members.values()]
    first = next((int(key) for column in columns for key in column if key in ("0", "1")), 0)
    counted = all(
        column and all(key == str(row) for row, key in enumerate(column, first)) for column in columns
    )
    if not counted or not any("loss" in name.lower() for name in members):
        return members
    listed: dict[str, JsonValue] = {
        name: list(column.values()) for name, column in zip(members, columns, strict=True)
    }
    longest = max(len(column) for column in columns)
    return listed if first == 0 else {"epoch": list(range(first, first + longest)), **listed}


def _longest(members: Mapping[str, JsonValue]) -> list[Row]:
    lists = [as_objects(member) for member in members.values()]
    return max(lists, key=len, default=list[Row]())


def _points(members: Mapping[str, JsonValue]) -> Iterator[Row]:
    """A row a point: `{"loss": [{"epoch": 1, "value": 2.3}]}`, `{"loss": [[1, 2.3]]}`, also below a split."""
    for tag, items in _lists_below(members):
        points = [_point(item) for item in items]
        known = [point for point in points if point is not None]
        if len(known) == len(points) and all(a[1] < b[1] for a, b in pairwise(known)):
            yield from ({axis: place, tag: value} for axis, place, value in known)


def _lists_below(
    members: Mapping[str, JsonValue], prefix: str = "", depth: int = 1
) -> Iterator[tuple[str, list[JsonValue]]]:
    """The lists in an object and in those within it, with their keys joined."""
    for key, member in members.items():
        below = as_object(member)
        if isinstance(member, list):
            yield prefix + key, cast("list[JsonValue]", member)
        elif below is not None and depth < _DEEPEST_NUMBERED:
            yield from _lists_below(below, f"{prefix}{key}/", depth + 1)


def _point(item: JsonValue) -> tuple[str, float, JsonValue] | None:
    """The name of the axis, the place on it and the value there; None where it is no point."""
    if isinstance(item, list):
        pair = cast("list[JsonValue]", item)
        place = pair[0] if len(pair) == 2 else None
        return ("step", place, pair[1]) if isinstance(place, int) and _is_number(pair[1]) else None
    point = as_object(item) or {}
    axes = [name for name in point if normalise(name) in (*STEP_NAMES, *EPOCH_NAMES)]
    values = [name for name in point if normalise(name) in VALUE_NAMES and _is_number(point[name])]
    if len(axes) != 1 or len(values) != 1:
        return None
    place = point[axes[0]]
    return (axes[0], place, point[values[0]]) if isinstance(place, (int, float)) else None


def _is_number(value: JsonValue) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _numbered(members: Mapping[str, JsonValue]) -> list[Row]:
    """`{"epoch_1": {"loss": 2.3}}` and `{"1": {"loss": 2.3}}`: no rows unless each key is such a number.

    Bare numbers also name classes and folds: they count epochs where what they name has a loss.
    """
    found = [(_NUMBERED.fullmatch(key), as_object(member)) for key, member in members.items()]
    rows = [(match, row) for match, row in found if match is not None and row is not None]
    axes = {(match[1] or "").lower() for match, _ in rows}
    if len(rows) < max(2, len(found)) or len(axes) > 1 or _numbered(rows[0][1]):
        return []
    if axes == {""} and not any("loss" in name.lower() for name, _ in flattened(rows[0][1])):
        return []
    axis = "step" if axes & {"step", "iter", "iteration", "round"} else "epoch"
    return [{axis: int(match[2]), **row} for match, row in rows]


def _numbered_below(members: Mapping[str, JsonValue]) -> list[Row]:
    """Numbered rows that stand below names, as of a federation: `{"global": {"1": {…}}, "clients": {…}}`."""
    rows: dict[tuple[str, JsonValue], Row] = {}
    named: list[tuple[str, Mapping[str, JsonValue], int]] = [("", members, 0)]
    while named:
        prefix, parent, depth = named.pop(0)
        for name, member in parent.items():
            below = as_object(member)
            if below is None or depth == _DEEPEST_NUMBERED:
                continue
            numbered = _numbered(below)
            if not numbered:
                named.append((f"{prefix}{name}/", below, depth + 1))
            for row in numbered:
                axis, place = next(iter(row.items()))
                own = {f"{prefix}{name}/{key}": value for key, value in row.items() if key != axis}
                rows.setdefault((axis, place), {axis: place}).update(own)
    return list(rows.values())

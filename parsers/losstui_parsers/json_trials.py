"""Folds, seeds and models that stand side by side in one JSON document, each with the history of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from losstui_parsers.columns import TRIAL_NAMES, names_split, normalise
from losstui_parsers.json_text import JsonValue, as_object, as_objects
from losstui_parsers.series import find_series

_DEEPEST = 3  # levels above the trials: "results", "cross_validation", "folds"
_WORDS = "fold|seed|run|trial|repeat|repetition"
_NUMBERED = re.compile(rf"({_WORDS})[ _-]?(\d{{1,9}})", re.IGNORECASE)
# "folds", "fold_results", "run_histories": what stands below is a trial each
_SEVERAL = re.compile(
    rf"({_WORDS})s?(?:[ _-](?:results?|histor(?:y|ies)|metrics|logs?|losses))?", re.IGNORECASE
)


def trials_of(value: JsonValue) -> dict[str, JsonValue]:
    """The trials of a document by their names, as "fold=1"; empty where it does not tell of several.

    They are members such as "fold_1"; what a member such as "folds" holds; the objects of a list that name
    their fold, seed or model; or members of any name that all hold the same series, of train and held-out
    data. The first level that has any counts.
    """
    level = [value]
    for _ in range(_DEEPEST + 1):
        for place in level:
            found = _below(place)
            if found:
                return found
        level = [member for place in level for member in (as_object(place) or {}).values()]
    return {}


def _below(value: JsonValue) -> dict[str, JsonValue]:
    """The trials right below a value."""
    members = as_object(value)
    if members is None:
        return dict(_that_name_themselves(value))
    numbered = dict(_that_are_numbered(members))
    if numbered:
        return numbered
    for key, member in members.items():
        several = _SEVERAL.fullmatch(key)
        if several:
            trials = dict(_that_name_themselves(member)) or dict(_counted(several[1].lower(), member))
            if trials:
                return trials
    objects = {key: one for key, member in members.items() if (one := as_object(member))}
    of_all = any(isinstance(member, list) for member in members.values())
    return dict(objects) if _are_alike(objects) and not of_all else {}


def _that_are_numbered(members: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    for key, member in members.items():
        match = _NUMBERED.fullmatch(key)
        if match and _holds_rows(member):
            yield f"{match[1].lower()}={match[2]}", member


def _that_name_themselves(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """The objects of a list that hold more than single values, where each names another trial."""
    rows = as_objects(value)
    if not rows or not any(isinstance(one, (dict, list)) for one in rows[0].values()):
        return
    key = next((key for key in rows[0] if normalise(key) in TRIAL_NAMES), None)
    names = [row.get(key) for row in rows] if key is not None else []
    if names and all(isinstance(name, (str, int)) for name in names) and len({*names}) == len(rows):
        yield from ((f"{key}={name}", row) for name, row in zip(names, rows, strict=True))


def _counted(word: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """The trials in a list, or under numbers, or under names of their own."""
    members = as_object(value)
    if isinstance(value, list):
        members = {str(place): item for place, item in enumerate(cast("list[JsonValue]", value))}
    yield from ((f"{word}={key}", member) for key, member in (members or {}).items() if _holds_rows(member))


def _holds_rows(member: JsonValue) -> bool:
    """Whether a member may be a trial: a mean over all of them is none, and neither are the losses of one."""
    return bool(as_object(member)) or bool(as_objects(member))


def _are_alike(objects: Mapping[str, Mapping[str, JsonValue]]) -> bool:
    """Whether two objects or more all hold the same series, of train and held-out data."""
    if len(objects) < 2 or any(map(names_split, objects)):
        return False
    series = (set(find_series(one)) for one in objects.values())
    first = next(series)
    held_out = [path for path in first if names_split(path, held_out=True)]
    return 0 < len(held_out) < len(first) and all(other == first for other in series)

"""Why a file that is written like a log is none, in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from losstui_parsers.columns import TRIAL_NAMES, is_bookkeeping, normalise, strong_words
from losstui_parsers.json_text import JsonValue, as_object, as_objects
from losstui_parsers.plain_text import shown
from losstui_parsers.tables import Table

_MOST_NAMES = 4  # of columns or keys; the line stays one that is read
_LISTS = ("[", "(", "{")
MISSING = "no step or epoch that moves on beside numbers, and no loss or metric"


def why_no_table(table: Table, labels: Mapping[str, Sequence[str]]) -> str:
    """What keeps the rows of a table from being a training log."""
    names = [*table.numbers, *(name for name in labels if name not in table.numbers)]
    told = named("columns", names)
    if not table.rows:
        return f"a header and no row below it: {told}" if names else "a header and no row below it"
    lists = [name for name, cells in labels.items() if cells[0].startswith(_LISTS)]
    if lists and any(map(is_bookkeeping, table.numbers)):
        return f"its column {shown(lists[0])} holds lists, not numbers: {shown(labels[lists[0]][0])}"
    wordy = strong_words(labels)
    if wordy:
        return f"its column {shown(wordy[0])} holds no number: {shown(labels[wordy[0]][0])}"
    trial = next((name for name in names if normalise(name) in TRIAL_NAMES), None)
    if trial is not None:
        return f"a table with a row for each {shown(trial)}, not for each step: {told}"
    return f"a table with {MISSING}: {told}"


def why_no_document(value: JsonValue) -> str | None:
    """What keeps a JSON document of one value from being a training log; None where it holds no object."""
    members = as_object(value)
    if members is None:
        rows = as_objects(value)
        items = cast("list[JsonValue]", value) if isinstance(value, list) else []
        if not rows and any(isinstance(one, (int, float, list)) for one in items):
            return "a JSON array of numbers; a name such as train_loss.json tells what they are"
        return f"a JSON array with {MISSING}: {named('keys', rows[0])}" if rows else None
    if not members:
        return None
    told = named("keys", members)
    words = strong_words(name for name, one in members.items() if isinstance(one, (int, float)))
    if words:
        return f"single values of a run that has ended, no curve: {named('keys', words)}"
    of_one = strong_words(name for name, one in members.items() if _holds_one(one))
    if of_one:
        return f"series of one value each, no curves yet: {named('keys', of_one)}"
    return f"a JSON object without series of losses or metrics: {told}"


def _holds_one(value: JsonValue) -> bool:
    return isinstance(value, list) and len(cast("list[JsonValue]", value)) == 1


def named(what: str, names: Iterable[str]) -> str:
    """The first of some names, as they may stand in a message."""
    names = list(names)
    told = ", ".join(shown(name) for name in names[:_MOST_NAMES])
    return f"{what} {told}{', …' * (len(names) > _MOST_NAMES)}"

"""Whether a table is a training log: the claim of the generic readers on a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from losstui.frame import FloatArray
from losstui_parsers.columns import (
    EPOCH_NAMES,
    STEP_NAMES,
    TAG_NAMES,
    TRIAL_NAMES,
    VALUE_NAMES,
    WALL_TIME_NAMES,
    WEAK_STEP_NAMES,
    first_of,
    is_bookkeeping,
    normalise,
    strong_words,
    training_words,
)
from losstui_parsers.melting import is_index
from losstui_parsers.tables import Table


def why_log(table: Table, labels: Mapping[str, Sequence[str]]) -> str | None:
    """Say which columns make the table a training log, or None.

    `labels` are the texts of the columns without numbers, a text a row that has one. An axis that
    moves forward, or the names of losses or metrics, are needed; a table with one row a trial, a
    model or a prompt has neither.
    """
    curves = [
        name
        for name, column in table.numbers.items()
        if len(column.values)
        and not is_bookkeeping(name)
        and normalise(name) not in WALL_TIME_NAMES
        and not is_index(name, column)
    ]
    axis = _axis(table)
    tag_name, value_name = first_of(labels, TAG_NAMES), first_of(curves, VALUE_NAMES)
    if tag_name and value_name:
        found = training_words(dict.fromkeys(labels[tag_name]))
        return _why([axis, tag_name, value_name]) if found or axis else None
    words = training_words(curves)
    if not curves or _is_table_of_trials(table, labels, moving=bool(axis and words)):
        return None
    if axis and (words or (normalise(axis) not in WEAK_STEP_NAMES and table.rows > 1)):
        return _why([axis, *(words or curves)])
    strong = strong_words(curves)
    hyperparameters = any(normalise(name) in TRIAL_NAMES for name in table.numbers)
    return _why(strong) if strong and table.rows > 1 and not hyperparameters else None


def _why(names: Sequence[str | None]) -> str:
    said = [name for name in names if name]
    return "columns " + ", ".join(said[:4]) + (", …" if len(said) > 4 else "")


def _axis(table: Table) -> str | None:
    """The column that counts steps or epochs: a name for it, and more rises than falls."""
    for vocabulary in (STEP_NAMES, EPOCH_NAMES):
        for known in vocabulary:
            name = first_of(table.numbers, (known,))
            if name and _moves_on(table.numbers[name].values, plural=known == "epochs"):
                return name
    return None


def _moves_on(values: FloatArray, *, plural: bool) -> bool:
    moves = np.diff(values)
    rises, falls = int(np.count_nonzero(moves > 0)), int(np.count_nonzero(moves < 0))
    # "epochs", always 10, is what each trial was given
    return falls < rises or (falls == 0 and not plural and len(values) > 0)


def _is_table_of_trials(table: Table, labels: Mapping[str, Sequence[str]], *, moving: bool) -> bool:
    """Whether each row has a name of its own: a model, a trial, a prompt.

    In a table with an axis that moves on and known words, other texts of each row are notes.
    """
    return any(
        normalise(name) not in WALL_TIME_NAMES
        and len(texts) > 1
        and len(set(texts)) == len(texts) >= 0.9 * table.rows
        and (normalise(name) in TRIAL_NAMES or not (moving or any(letter.isdigit() for letter in texts[0])))
        for name, texts in labels.items()
    )

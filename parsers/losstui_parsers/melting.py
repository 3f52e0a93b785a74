"""From a table to runs: which columns are axes, which are curves, which rows belong to which run."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import cast

import numpy as np

from losstui.frame import FloatArray, FrameBuilder, IntArray
from losstui.parsing import LoggedRun
from losstui.tags import split_of
from losstui_parsers.columns import (
    BOOKKEEPING_NAMES,
    CONTEXTS,
    HYPERPARAMETER_PREFIXES,
    RUN_NAMES,
    SPLIT_NAMES,
    SPLIT_WORDS,
    TAG_NAMES,
    VALUE_NAMES,
    VARIANT_NAMES,
    first_of,
    normalise,
)
from losstui_parsers.epoch_means import with_means_apart
from losstui_parsers.progress import progress_of
from losstui_parsers.step_axis import Axis, Rows, find_axis
from losstui_parsers.tables import Codes, Column, Labels, Mask, Table, labels_of
from losstui_parsers.trials import labels_by_number, take_trials
from losstui_parsers.wall_times import find_wall_times

# A loop trains before it evaluates, so that its first rows tell which number is of training.
_SPLITS_BY_NUMBER = ("split", "phase", "subset", "set", "data_split")
_TRAIN_FLAGS = ("is_train", "is_training")
FEW_LABELS = 8  # to look for one after the other is quicker than to sort them
LEAST_CHANGES = 3  # training, evaluation, training, evaluation

_Places = tuple[IntArray, FloatArray | None, FloatArray | None]  # steps, wall times, epochs


def runs_of(table: Table) -> list[LoggedRun]:
    """The runs of a table that have at least one curve: one, or one for each run or trial named."""
    _take_hyperparameters(table)
    labels = _run_labels(table)
    if labels is None or len(labels.names) < 2:
        labels = take_trials(table)
    if labels is None:
        runs = [_run_of(table, None, "")]
    else:
        runs = [
            _run_of(table, _mask(table.rows, labels, code), name) for code, name in enumerate(labels.names)
        ]
    return [run for run in runs if len(run.frame)]


def _take_hyperparameters(table: Table) -> None:
    for name in [name for name in table.numbers if name.startswith(HYPERPARAMETER_PREFIXES)]:
        values = table.numbers.pop(name).values
        if len(values):
            last = float(values[-1])
            table.hyperparameters[name.partition("/")[2]] = int(last) if last.is_integer() else last
    for name in [name for name in table.texts if name.startswith(HYPERPARAMETER_PREFIXES)]:
        table.hyperparameters[name.partition("/")[2]] = _last(table.texts.pop(name))


def _last(labels: Labels) -> str:
    return labels.names[int(labels.codes[-1])] if len(labels.codes) else ""


def _run_labels(table: Table) -> Labels | None:
    """The run that each row belongs to, by name or by number; such a column is no curve."""
    numbered = first_of(table.numbers, RUN_NAMES)
    if numbered:
        return labels_by_number(table.numbers.pop(numbered))
    named = first_of(table.texts, RUN_NAMES)
    return table.texts[named] if named else None


def _mask(rows: int, labels: Labels, code: int) -> Mask:
    mask = np.zeros(rows, bool)
    mask[labels.rows[labels.codes == code]] = True
    return mask


def _run_of(table: Table, mask: Mask | None, name: str) -> LoggedRun:
    """The run called `name` in the rows of `mask`, or in all."""
    numbers = table.numbers
    kept: Rows = slice(None)
    if mask is not None:
        numbers = {tag: column.where(mask) for tag, column in table.numbers.items()}
        kept = np.flatnonzero(mask)
    walls, wall_names = find_wall_times(numbers, table.texts, table.clocks, table.rows)
    progress = progress_of(numbers) if table.progress is None else table.progress
    curves = _curves(table, numbers, wall_names)
    axis = find_axis(numbers, curves, table.rows, kept)
    curves = with_means_apart(curves, axis.steps, axis.epochs)
    builder = FrameBuilder()
    axes: dict[int, _Places] = {}  # by the rows, which columns may share
    for tag, column in curves.items():
        if id(column.rows) not in axes:
            axes[id(column.rows)] = _places(axis, walls, column.rows, table.rows)
        steps, wall_times, epochs = axes[id(column.rows)]
        builder.add(tag, steps, column.values, wall_times=wall_times, epochs=epochs, positions=column.rows)
    return LoggedRun(
        builder.build(),
        axis.unit,
        name,
        {**table.hyperparameters, **table.settings_of_runs.get(name, {})},
        tuple(table.warnings),
        failed=table.failure is not None,
        progress=progress,
    )


def _places(axis: Axis, walls: FloatArray | None, of: IntArray, count: int) -> _Places:
    """The steps, wall times and epochs in some rows of a table with `count` of them."""
    rows = of if len(of) < count else slice(None)  # no copies of whole columns
    return (
        axis.steps[rows],
        None if walls is None else walls[rows],
        None if axis.epochs is None else axis.epochs[rows],
    )


def _curves(table: Table, numbers: dict[str, Column], walls: Collection[str]) -> dict[str, Column]:
    """The columns that are curves, by tag; a long table's values and split rows come under their own tags.

    They are taken out of the `numbers`: so the memory of a column that was divided serves the next.
    """
    names = [
        tag
        for tag, column in numbers.items()
        if tag not in walls
        and normalise(tag) not in BOOKKEEPING_NAMES
        and not is_index(tag, column)
        and len(column.rows)
    ]
    curves = {tag: numbers.pop(tag) for tag in names}
    tag_name, value_name = first_of(table.texts, TAG_NAMES), first_of(curves, VALUE_NAMES)
    if tag_name and value_name:
        return _by_label(table, {"": curves[value_name]}, _told_apart(table, tag_name), "")
    splits = _splits(table)
    numbered = _numbered_split(curves) if splits is None else None
    if numbered is not None:
        splits = _splits_by_number(curves.pop(numbered), numbered)
    return curves if splits is None else _by_label(table, curves, splits, "/")


def _told_apart(table: Table, tag_name: str) -> Labels:
    """The tags of a long table, each with the variant of it and the data of its row: "train/loss"."""
    tags = table.texts[tag_name]
    variants = first_of(table.texts, VARIANT_NAMES)
    if variants and variants != tag_name:
        tags = _beside(tags, table.texts[variants], table.rows, after=True)
    splits = _splits(table)
    return tags if splits is None else _beside(tags, splits, table.rows)


def _beside(tags: Labels, others: Labels, rows: int, *, after: bool = False) -> Labels:
    """The tags with the other label of their row before them, or after.

    One that names its data itself needs none.
    """
    dense = np.zeros(rows, np.int64)
    dense[others.rows] = others.codes + 1
    pairs, codes = np.unique(dense[tags.rows] * len(tags.names) + tags.codes, return_inverse=True)
    words: list[str] = []
    for pair in cast("list[int]", pairs.tolist()):
        other, tag = divmod(pair, len(tags.names))
        both = [tags.names[tag], ("", *others.names)[other]]
        known = not both[1] or (split_of(both[0]) != "none" and split_of(both[1]) != "none")
        words.append(both[0] if known else "/".join(both if after else reversed(both)))
    return labels_of(tags.rows, codes, words)


def _numbered_split(curves: Mapping[str, Column]) -> str | None:
    """The column that tells splits apart by number, or None.

    It goes back and forth, as a loop does between training and evaluation; a phase of the training does not.
    """
    for known in (*_SPLITS_BY_NUMBER, *_TRAIN_FLAGS):
        name = first_of(curves, (known,))
        if name is None:
            continue
        values = curves[name].values
        whole = np.isin(values, (0, 1) if known in _TRAIN_FLAGS else (0, 1, 2))
        begins = len(values) > 0 and values[0] == (1 if known in _TRAIN_FLAGS else 0)
        if whole.all() and begins and np.count_nonzero(np.diff(values)) >= LEAST_CHANGES:
            return name
    return None


def _splits_by_number(column: Column, name: str) -> Labels:
    words = ("val", "train") if normalise(name) in _TRAIN_FLAGS else ("train", "val", "test")
    return labels_of(column.rows, column.values.astype(np.int64), words)


def _splits(table: Table) -> Labels | None:
    """The labels that say on which split each row was measured; others, as of a checkpoint, become empty."""
    for known in (*SPLIT_NAMES, *CONTEXTS):
        name = first_of(table.texts, (known,))
        labels = table.texts[name] if name else None
        if labels is not None:
            words = [_split_word(text) for text in labels.names]
            if any(words):
                same = tuple(words) == labels.names
                return labels if same else labels_of(labels.rows, labels.codes, words)
    return None


def _split_word(text: str) -> str:
    """A label that names the data; of Aim's contexts, "{'subset': 'val'}", the word for it; else nothing."""
    if split_of(text) == "none" or not text.startswith("{"):
        return "" if split_of(text) == "none" else text
    return next((word for word in re.findall(r"[A-Za-z]+", text) if word.lower() in SPLIT_WORDS), "")


def _by_label(table: Table, curves: dict[str, Column], labels: Labels, separator: str) -> dict[str, Column]:
    """The curves divided by the label of their rows; they are taken out of `curves`."""
    codes = labels.codes
    if len(labels.rows) < table.rows:
        codes = np.full(table.rows, -1, np.int32)
        codes[labels.rows] = labels.codes
    free = codes < 0
    divided: dict[str, Column] = {}
    # By the rows, which columns may share.
    parts: dict[int, tuple[IntArray, list[tuple[IntArray, IntArray]]]] = {}
    for tag in list(curves):
        column = curves.pop(tag)
        if id(column.rows) not in parts:
            parts[id(column.rows)] = column.rows, _parts(codes, column.rows, len(labels.names))
        for name, (chosen, rows) in zip(labels.names, parts[id(column.rows)][1], strict=True):
            if len(chosen):
                divided[f"{name}{separator}{tag}"] = Column(rows, column.values[chosen])
        if tag and free.any():
            unlabelled = column.where(free)
            if len(unlabelled.rows):
                divided[tag] = unlabelled
    return divided


def _parts(codes: Codes, rows: IntArray, count: int) -> list[tuple[IntArray, IntArray]]:
    """For each code below `count` its places among some rows of a table, and those rows."""
    everywhere = len(rows) == len(codes)
    codes = codes if everywhere else codes[rows]
    if count <= FEW_LABELS:
        chosen = [np.flatnonzero(codes == code) for code in range(count)]
    else:
        # Numbers of 16 bits are sorted in one go.
        narrow = codes.astype(np.int16) if count < 1 << 15 else codes
        order = np.argsort(narrow, kind="stable")
        edges = np.searchsorted(narrow, np.arange(count + 1), sorter=order).tolist()
        chosen = [order[start:end] for start, end in pairwise(edges)]
    return [(places, places if everywhere else rows[places]) for places in chosen]


def is_index(name: str, column: Column) -> bool:
    """Whether a column without a name of its own only numbers the rows, as the index of a data frame does."""
    if name.strip() and not name.startswith("Unnamed") and name != "index":
        return False
    return len(column.values) > 0 and bool(np.all(np.diff(column.values) == 1))

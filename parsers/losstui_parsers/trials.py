"""Several trials in one table: a column names the fold, seed or model of a row, and the axis starts anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from losstui.frame import IntArray
from losstui.wording import counted
from losstui_parsers.columns import (
    EPOCH_NAMES,
    SPLIT_NAMES,
    STEP_NAMES,
    TAG_NAMES,
    TRIAL_NAMES,
    first_of,
    normalise,
)
from losstui_parsers.tables import Column, Labels, Table, labels_of


def take_trials(table: Table) -> Labels | None:
    """The trial that each row belongs to, "fold=2"; the columns that tell it are taken out of the numbers.

    The first column that parts the rows, else all of them together. None where they are those of one run:
    a batch size that grows on the way parts none, because the axis goes on.
    """
    known = dict(_named(table))
    axis = _axis(table.numbers) if known else None  # to go through a column of a million rows costs
    if axis is None or bool(np.all(axis.values[1:] > axis.values[:-1])):
        return None
    told_apart = [table.texts[name] for name in table.texts if normalise(name) in (*TAG_NAMES, *SPLIT_NAMES)]
    together = [tuple(known)] if len(known) > 1 else []
    for names in (*((name,) for name in known), *together):
        labels = _joined([known[name] for name in names], table.rows)
        if _start_anew(axis, labels, table.rows) and _goes_on(axis, [labels, *told_apart], table.rows):
            for name in names:
                table.numbers.pop(name, None)
            lost = _rows_without(labels, table)
            if lost:
                table.warnings.append(f"{counted(lost, 'row')} without {' and '.join(names)}; left out")
            return labels
    return None


def labels_by_number(column: Column, before: str = "") -> Labels:
    """The numbers of a column as labels: 3 becomes "3", with `before` in front of it."""
    numbers, codes = np.unique(column.values, return_inverse=True)
    words = [f"{before}{int(one) if one.is_integer() else f'{one:g}'}" for one in numbers.tolist()]
    return labels_of(column.rows, codes, words)


def _rows_without(labels: Labels, table: Table) -> int:
    """How many rows hold numbers and no label."""
    filled = np.zeros(table.rows, bool)
    for column in table.numbers.values():
        filled[column.rows] = True
    filled[labels.rows] = False
    return int(np.count_nonzero(filled))


def _axis(numbers: Mapping[str, Column]) -> Column | None:
    """The epochs or the steps, whichever more rows have; a counter of batches starts anew in each epoch."""
    names = [first_of(numbers, vocabulary) for vocabulary in (EPOCH_NAMES, STEP_NAMES)]
    columns = [numbers[name] for name in names if name is not None]
    moving = [one for one in columns if len(one.values) and float(np.ptp(one.values)) > 0]
    return max(moving, key=lambda one: len(one.rows), default=None)


def _named(table: Table) -> Iterator[tuple[str, Labels]]:
    """The columns that name trials, several of them, by name: those of texts first."""
    for name, labels in table.texts.items():
        if normalise(name) in TRIAL_NAMES and name not in table.numbers and len(labels.names) > 1:
            words = tuple(f"{name}={text}" for text in labels.names)
            yield name, Labels(labels.rows, labels.codes, words)
    for name, column in table.numbers.items():
        if normalise(name) in TRIAL_NAMES and np.any(column.values != column.values[:1]):
            yield name, labels_by_number(column, f"{name}=")


def _dense(labels: Labels, rows: int) -> IntArray:
    codes = np.full(rows, -1, np.int64)
    codes[labels.rows] = labels.codes
    return codes


def _joined(several: Sequence[Labels], rows: int) -> Labels:
    """Several labels a row as one: their names, with a blank between. Rows that lack one have none."""
    joined = several[0]
    for labels in several[1:]:
        first, second = _dense(joined, rows), _dense(labels, rows)
        kept = np.flatnonzero((first >= 0) & (second >= 0))
        pairs, codes = np.unique(first[kept] * len(labels.names) + second[kept], return_inverse=True)
        both = [divmod(pair, len(labels.names)) for pair in pairs.tolist()]
        words = [f"{joined.names[one]} {labels.names[other]}" for one, other in both]
        joined = labels_of(kept, codes, words)
    return joined


def _start_anew(axis: Column, labels: Labels, rows: int) -> bool:
    """Whether the axis begins in each trial where it does in the others.

    Where it begins may differ by as much as is between the first two points of one; half of them have
    two points.
    """
    codes = _dense(labels, rows)[axis.rows]
    if len(labels.names) < 2 or np.any(codes < 0):
        return False
    order = np.argsort(codes, kind="stable")
    trials, counts = codes[order], axis.values[order]
    rises = np.diff(counts)
    moves = np.flatnonzero((trials[1:] == trials[:-1]) & (rises > 0))
    risen, first_move = np.unique(trials[1:][moves], return_index=True)
    _, begin = np.unique(trials, return_index=True)
    apart = float(np.ptp(counts[begin]))
    return 2 * len(risen) >= len(labels.names) and apart <= float(rises[moves[first_move]].max(initial=0))


def _goes_on(axis: Column, told_apart: Sequence[Labels], rows: int) -> bool:
    """Whether the axis never falls in the rows that labels tell apart, of a trial, a tag and a split."""
    codes = np.zeros(len(axis.rows), np.int64)
    for labels in told_apart:
        codes = codes * (len(labels.names) + 1) + _dense(labels, rows)[axis.rows] + 1
    order = np.argsort(codes, kind="stable")
    within = codes[order][1:] == codes[order][:-1]
    return not np.any(np.diff(axis.values[order])[within] < 0)

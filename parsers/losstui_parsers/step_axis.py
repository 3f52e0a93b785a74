"""The axis of a table: which column counts the steps, and which the epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.run import StepUnit
from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, first_of
from losstui_parsers.tables import Column

LARGEST_STEP = 2.0**53  # above it float64 no longer holds every integer
PIECE = 1 << 15  # numbers looked at at once: what is made of them stays in the processor's cache
MOSTLY = 0.9  # share of cells that a column must fill, or of epochs at which a counter starts anew


Rows = IntArray | slice  # which rows of a table; a slice copies none of its columns


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The numeric columns of a table, how many `rows` it has, and which of them are `kept`."""

    numbers: Mapping[str, Column]
    rows: int
    kept: Rows

    def first_usable(
        self, names: tuple[str, ...], *, whole: bool = False, constant: bool = False
    ) -> FloatArray | None:
        """The first of the columns with these `names` that may be an axis, shape (rows,); None for none.

        Of a `whole` one all numbers are. One that stands still is none, unless it may be `constant`.
        """
        for known in names:
            name = first_of(self.numbers, (known,))
            if name is None:
                continue
            dense = self.numbers[name].dense(self.rows)
            all_known = max(-dense.min(initial=0), dense.max(initial=0)) < LARGEST_STEP  # False with NaN
            if not all_known:
                dense = np.where(np.abs(dense) < LARGEST_STEP, dense, np.nan)
            own = dense[self.kept]
            several = len(own) > 1
            own = own if all_known else own[~np.isnan(own)]
            if not len(own) or (whole and not _are_whole(own)):
                continue
            stands_still = float(own[0]) == float(own[-1]) and not np.ptp(own)
            if several and stands_still and not constant:
                continue
            return dense
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """`steps`, shape (rows,), what they count, and `epochs`, shape (rows,), where the table has them."""

    unit: StepUnit
    steps: IntArray
    epochs: FloatArray | None


def find_axis(numbers: Mapping[str, Column], curves: Mapping[str, Column], rows: int, kept: Rows) -> Axis:
    """The axis of the rows `kept` (rising indices, or all): steps, else whole epochs, else row numbers."""
    table = _Table(numbers, rows, kept)
    epochs = table.first_usable(EPOCH_NAMES)
    counted = _counter(table)
    epoch_axis = None if epochs is None else _filled(epochs, kept)
    if counted is not None:
        if epoch_axis is not None and bool(np.any(counted < 0)) and bool(np.any(counted >= 0)):
            counted, epoch_axis = _placed_ends(counted, epoch_axis, kept)
        steps = _unrolled(counted[kept], None if epoch_axis is None else epoch_axis[kept])
        steps = _spread(_fill(steps), rows, kept)
        if epoch_axis is None or not _number_better(epoch_axis, steps, curves, kept):
            return Axis(StepUnit.STEP, steps.astype(np.int64), epoch_axis)
    if epoch_axis is not None and _numbers_points(epoch_axis, curves, kept):
        return Axis(StepUnit.EPOCH, np.nan_to_num(epoch_axis).astype(np.int64), epoch_axis)
    counted = table.first_usable(STEP_NAMES, whole=True, constant=True)
    if counted is not None and _numbers_points(_filled(counted, kept), curves, kept):
        return Axis(StepUnit.STEP, _filled(counted, kept).astype(np.int64), epoch_axis)
    within = _counter_within(_Table({**numbers, **curves}, rows, kept))
    if within is not None:
        return Axis(StepUnit.STEP, within, epoch_axis)
    return Axis(StepUnit.ROW, np.arange(rows, dtype=np.int64), epoch_axis)


def _placed_ends(counted: FloatArray, epochs: FloatArray, kept: Rows) -> tuple[FloatArray, FloatArray]:
    """Steps and epochs, shape (rows,), of Sentence Transformers, whose step of -1 is the end of the epoch.

    With the epoch below 0 as well it evaluated outside of training: before it, or behind the rows above.
    """
    outside = (counted < 0) & (epochs < 0)
    before = np.logical_and.accumulate(outside)
    counted = np.where(before, 0, np.where(counted < 0, np.nan, counted))
    return counted, _filled(np.where(before, 0, np.where(outside, np.nan, epochs)), kept)


def _counter_within(table: _Table) -> IntArray | None:
    """The steps that count the rows below another name, "data/step", where they are the only ones."""
    numbers, kept = table.numbers, table.kept
    names = [name for name in numbers if "/" in name and first_of([name.rpartition("/")[2]], STEP_NAMES)]
    if len(names) != 1:
        return None
    dense = replace(table, numbers={"step": numbers[names[0]]}).first_usable(STEP_NAMES, whole=True)
    if dense is None or np.isnan(dense[kept]).any() or bool(np.any(np.diff(dense[kept]) < 0)):
        return None
    return np.nan_to_num(dense).astype(np.int64)


def _counter(table: _Table) -> FloatArray | None:
    """The first column that counts steps, but not one that falls while a later one counts all rows.

    That says how long each episode was, or counts anew in each of them.
    """
    first = table.first_usable(STEP_NAMES, whole=True)
    if first is None or _never_falls(first[table.kept]):
        return first
    for known in STEP_NAMES:
        other = table.first_usable((known,), whole=True)
        moves = np.zeros(0) if other is None else np.diff(_fill(other[table.kept]))
        if len(moves) and moves.min() >= 0 and np.count_nonzero(moves) >= MOSTLY * len(moves):
            return other
    return first


def _are_whole(numbers: FloatArray) -> bool:
    pieces = (numbers[start : start + PIECE] for start in range(0, len(numbers), PIECE))
    return all(bool(np.all(piece == np.floor(piece))) for piece in pieces)


def _never_falls(values: FloatArray) -> bool:
    """Whether no number is below the one before; NaN are left out."""
    if bool(np.all(values[1:] >= values[:-1])):  # no NaN either
        return True
    return bool(np.all(np.diff(values[~np.isnan(values)]) >= 0))


def _fill(values: FloatArray) -> FloatArray:
    """`values`, shape (n,), at least one finite, each NaN replaced by the number before, else the first."""
    if not np.isnan(values).any():
        return values
    known = np.flatnonzero(~np.isnan(values))
    last = np.searchsorted(known, np.arange(len(values)), side="right") - 1
    filled: FloatArray = values[known[np.maximum(last, 0)]]
    return filled


def _spread(values: FloatArray, rows: int, kept: Rows) -> FloatArray:
    if len(values) == rows:
        return values
    spread = np.zeros(rows)
    spread[kept] = values
    return spread


def _filled(dense: FloatArray, kept: Rows) -> FloatArray:
    return _spread(_fill(dense[kept]), len(dense), kept)


def _unrolled(steps: FloatArray, epochs: FloatArray | None) -> FloatArray:
    """The steps over the whole run where the column counts them anew in each epoch; else as they are.

    An epoch is taken to be as long as the largest count of it: what comes after the last one logged is
    not in the log.
    """
    if epochs is None:
        return steps
    unknown = np.isnan(steps) | np.isnan(epochs)
    known: Rows = np.flatnonzero(~unknown) if unknown.any() else slice(None)
    counts, whole = steps[known], epochs[known]
    falls = counts[1:] < counts[:-1]
    if not falls.any():
        return steps
    later = whole[1:] > whole[:-1]
    anew = later & (counts[1:] <= counts[:-1])
    if not np.any(anew & falls) or anew.sum() < MOSTLY * later.sum() or np.any(whole != np.floor(whole)):
        return steps
    rises = np.diff(counts)
    length = counts.max() + (rises[rises > 0].min(initial=np.inf) if counts.min() <= 0 else 0)
    if not np.isfinite(length):
        length = counts.max() + 1
    unrolled = steps.copy()
    unrolled[known] = counts + (whole - whole.min()) * length
    return unrolled


def _numbers_points(counts: FloatArray, curves: Mapping[str, Column], kept: Rows) -> bool:
    """Whether whole `counts` tell the points of a curve apart: none has several at most of its counts."""
    if not _are_whole(counts[kept]):
        return False
    for rows in {id(column.rows): column.rows for column in curves.values()}.values():
        own = counts if len(rows) == len(counts) else counts[rows]
        if len(own) > 1 and np.count_nonzero(own[1:] == own[:-1]) > len(own) / 2:
            return False
    return True


def _number_better(epochs: FloatArray, steps: FloatArray, curves: Mapping[str, Column], kept: Rows) -> bool:
    """Whether epochs tell points apart and steps do not: those are then how many an epoch has."""
    return not _numbers_points(steps, curves, kept) and _numbers_points(epochs, curves, kept)

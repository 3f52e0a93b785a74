"""Names for the columns of a table without a header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from losstui.tags import quantity_of, split_of, words_of
from losstui_parsers.columns import WALL_TIME_NAMES, is_bookkeeping, normalise, training_words
from losstui_parsers.wall_times import EARLIEST_WALL_TIME

MOST_UNNAMED = 3  # columns beside the axis: train, validation and test


def names_from_file(stem: str, columns: Sequence[Sequence[float | None]]) -> tuple[str, ...] | None:
    """Names for the columns of a table that has none, from that of its file; None where it says none.

    A first column of whole numbers that rise is the step; of two, the first is the epoch. One that rises from
    a moment after 2001 on, the first or behind the step, is a clock. A table of more columns than train,
    validation and test have is a matrix, and one with other whole numbers beside its values counts something
    else.
    """
    clock: tuple[str, ...] = ("timestamp",) if len(columns) > 1 and _is_clock(columns[0]) else ()
    columns = columns[len(clock) :]
    axes: tuple[str, ...] = ("step",) if len(columns) > 1 and _counts(columns[0]) else ()
    if axes and len(columns) == 3 and _is_clock(columns[1]):
        axes = ("step", "timestamp")
    elif axes and len(columns) == 3 and _counts(columns[1]):  # d3rlpy's "epoch,step,value"
        axes = ("epoch", "step")
    others = columns[len(axes) :]
    if not training_words([stem]) or not 0 < len(others) <= MOST_UNNAMED:
        return None
    if len(others) > 1 and any(all(value is None or value % 1 == 0 for value in one) for one in others):
        return None
    return (*clock, *axes, *_tags(stem, len(others)))


def _tags(stem: str, count: int) -> tuple[str, ...]:
    """Names for so many columns: "train_val_loss" tells train first, then val; else they are numbered."""
    if count == 1:
        return (stem,)
    splits = [split for split in map(split_of, words_of(stem).split("_")) if split != "none"]
    if len(splits) == count == len(set(splits)) and quantity_of(stem):
        return tuple(f"{split}_{quantity_of(stem)}" for split in splits)
    return tuple(f"{stem}.{number}" for number in range(1, count + 1))


def named_with_file(stem: str, names: Iterable[str]) -> dict[str, str]:
    """Fuller names for columns "train" and "val", or "value", where that of their file says what is measured.

    `names` are those of all columns; those that are no axis name a split and nothing more, or none is told.
    """
    curves = [name for name in names if not _is_no_curve(name)]
    if not curves or not training_words([stem]):
        return {}
    if len(curves) == 1 and normalise(curves[0]) == "value":
        return {curves[0]: stem}
    alone = all(split_of(name) != "none" and not quantity_of(name) for name in curves)
    return {name: f"{stem}/{name}" for name in curves} if alone else {}


def _is_no_curve(name: str) -> bool:
    """Whether a column is one of counts, of times, or without a name, as pandas writes row numbers."""
    return is_bookkeeping(name) or normalise(name) in WALL_TIME_NAMES or not name.strip()


def _counts(values: Sequence[float | None]) -> bool:
    """Whether whole numbers rise from row to row."""
    counts = [value for value in values if value is not None and value % 1 == 0]
    return len(counts) == len(values) > 1 and all(one < later for one, later in pairwise(counts))


def _is_clock(values: Sequence[float | None]) -> bool:
    """Whether each row has a moment in seconds, or a finer unit, none before the one above it."""
    moments = [value for value in values if value is not None and value >= EARLIEST_WALL_TIME]
    return len(moments) == len(values) > 1 and all(one <= later for one, later in pairwise(moments))

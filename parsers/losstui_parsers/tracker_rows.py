"""What trackers that keep rows hold: one row a call of `log`, numbered by the tracker itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from losstui.parsing import LoggedRun
from losstui_parsers.columns import EPOCH_NAMES, RUN_NAMES, normalise
from losstui_parsers.json_text import JsonValue
from losstui_parsers.melting import runs_of
from losstui_parsers.rows import table_of
from losstui_parsers.step_axis import MOSTLY
from losstui_parsers.tables import Table

COUNTER = "_step"  # how the rows name the tracker's own count of them
CLOCK = "_timestamp"
_AXIS = "step"
# What trainers log beside the tracker's count: the optimiser step itself.
_OWN_STEPS = frozenset(("global_step", "trainer_global_step", "train_global_step"))


def runs_of_rows(rows: Sequence[Mapping[str, JsonValue]], file: str) -> list[LoggedRun]:
    """As `runs_of_tracker`, for rows."""
    return runs_of_tracker(table_of(rows, file))


def runs_of_tracker(table: Table, declared: Collection[str] = ()) -> list[LoggedRun]:
    """The run of a table whose `_step` the tracker counted; none where it holds no number.

    `declared` are the columns that the user named as the axis. Where one of them, or the trainer's
    own step, is in nearly every row, it takes the place of the tracker's count.
    """
    for column in (*table.numbers, *table.texts):  # the tracker knows the runs: all rows are of one
        if normalise(column) in RUN_NAMES:
            table.numbers.pop(column, None)
            table.texts.pop(column, None)
    filled = np.zeros(table.rows, bool)
    for name, numbers in table.numbers.items():
        if name not in (COUNTER, CLOCK):
            filled[numbers.rows] = True
    used = int(np.count_nonzero(filled))
    axis = next((name for name in table.numbers if _is_own_step(name, table, declared, MOSTLY * used)), None)
    if axis is not None:
        others = {name: one for name, one in table.numbers.items() if name not in (axis, COUNTER, _AXIS)}
        table.numbers = {_AXIS: table.numbers[axis], **others}
    return runs_of(table)


def _is_own_step(name: str, table: Table, declared: Collection[str], least: float) -> bool:
    """Whether a column counts the steps, in `least` rows or more."""
    if normalise(name) not in _OWN_STEPS and (name not in declared or normalise(name) in EPOCH_NAMES):
        return False
    values = table.numbers[name].values
    return (
        len(values) >= least
        and bool(np.all(values == np.floor(values)))
        and bool(np.any(values != values[0]))
    )

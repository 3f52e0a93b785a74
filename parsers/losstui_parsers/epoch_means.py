"""The mean or the sum over an epoch that stands under the name of its batches, behind the last of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.kinds import HELD_BACK, LOSSES
from losstui.roles import assign_roles
from losstui_parsers.tables import Column, Mask

LEAST_EPOCHS = 2  # that end so: one row told twice at the end of a log is anything
LEAST_BATCHES = 2  # in each epoch: where there is one, two rows of an epoch may be two sets of data


def with_means_apart(
    curves: Mapping[str, Column], steps: IntArray, epochs: FloatArray | None
) -> dict[str, Column]:
    """The curves, with what an epoch ends with in one of its own: "loss_epoch" beside "loss".

    `steps` and `epochs`, shape (rows,), are those of the rows of the table. A value stands for an epoch where
    it is told at the step of the one before it, and such end every epoch that another one follows, and stand
    nowhere else. Metrics are rather evaluated then.
    """
    if epochs is None:
        return dict(curves)
    apart: dict[str, Column] = {}
    roles = assign_roles(curves)
    found: dict[int, Mask | None] = {}  # by the rows, which columns may share
    for tag, column in curves.items():
        rows = column.rows
        if id(rows) not in found:
            found[id(rows)] = _of_epochs(steps[rows], epochs[rows])
        means, name = found[id(rows)], f"{tag}_epoch"
        on_train = roles[tag].kind in LOSSES and roles[tag].split not in HELD_BACK
        if means is None or not on_train or name in curves or not _differs(column.values, means):
            apart[tag] = column
            continue
        apart[tag] = Column(rows[~means], column.values[~means])
        apart[name] = Column(rows[means], column.values[means])
    return apart


def _of_epochs(steps: IntArray, epochs: FloatArray) -> Mask | None:
    """Which rows are of whole epochs; None where the rows do not show it."""
    again = np.zeros(len(steps), np.bool_)
    again[1:] = (steps[1:] == steps[:-1]) & (epochs[1:] == epochs[:-1])
    count = int(np.count_nonzero(again))
    if count < LEAST_EPOCHS:
        return None
    ends = np.ones(len(steps), np.bool_)
    ends[:-1] = epochs[1:] != epochs[:-1]
    unlike = ends != again
    unlike[-1] = False  # the last epoch may not have ended yet
    starts = np.flatnonzero(np.concatenate([[True], ends[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(steps)]]))[:count]
    return None if unlike.any() or int(lengths.min()) <= LEAST_BATCHES else again


def _differs(values: FloatArray, means: Mask) -> bool:
    """Whether what ends the epochs is not just the last batch, told again."""
    places = np.flatnonzero(means)
    return bool(np.any(values[places] != values[places - 1]))

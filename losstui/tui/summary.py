"""A run in a few numbers: what the list of runs shows and orders by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losstui.curves import RunCurves


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a run; NaN, or None for the step, is what the log does not have.

    `last` and `best` are of the loss, that of validation where there is one, in its own unit; `gap` is
    the last validation loss less the last train loss. `last_rank` and `best_rank` are the same two with
    better always lower, infinite without a loss. `newest` is the newest wall time, in s since 1970.
    """

    step: int | None = None
    last: float = math.nan
    best: float = math.nan
    gap: float = math.nan
    last_rank: float = math.inf
    best_rank: float = math.inf
    newest: float = -math.inf


def summarise(curves: RunCurves) -> Summary:
    """Take the numbers out of the curves of a run."""
    frame = curves.run.frame
    step = max((int(series.steps[-1]) for series in frame.values() if len(series)), default=None)
    times = (
        float(series.wall_times[-1])
        for series in frame.values()
        if series.wall_times is not None and len(series)
    )
    newest = max((time for time in times if math.isfinite(time)), default=-math.inf)
    train, validation = curves.train_loss, curves.validation_loss
    loss = validation or train
    if loss is None or not len(loss):
        return Summary(step=step, newest=newest)
    best = int(loss.descent.argmin())
    gap = math.nan
    if train is not None and validation is not None and len(train):
        gap = float(validation.values[-1]) - float(train.values[-1])
    return Summary(
        step=step,
        last=float(loss.values[-1]),
        best=float(loss.values[best]),
        gap=gap,
        last_rank=float(loss.descent[-1]),
        best_rank=float(loss.descent[best]),
        newest=newest,
    )

"""A run in a few numbers: what the list of runs shows and orders by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losstui.curves import RunCurves


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a run; None is what the log does not have.

    `last` and `best` are of the loss, that of validation where there is one, in its own unit; `gap` is
    the last validation loss less the last train loss. A loss whose last value is NaN ends in NaN.
    `last_rank` and `best_rank` are the same two with better always lower, infinite where there is none.
    `newest` is the newest wall time, in s since 1970.
    """

    step: int | None = None
    last: float | None = None
    best: float | None = None
    gap: float | None = None
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
    losses = [one for one in (validation, train) if one is not None]
    if not losses:
        return Summary(step=step, newest=newest)
    loss = next((one for one in losses if len(one)), losses[0])
    last, gap = loss.last_value, None
    ends_well = last is not None and math.isfinite(last)
    best = int(loss.descent.argmin()) if len(loss) else None
    ends = [None if one is None else one.last_value for one in (train, validation)]
    if ends[0] is not None and ends[1] is not None:
        gap = ends[1] - ends[0]
    return Summary(
        step=step,
        last=last,
        best=None if best is None else float(loss.values[best]),
        gap=gap,
        last_rank=float(loss.descent[-1]) if ends_well else math.inf,
        best_rank=math.inf if best is None else float(loss.descent[best]),
        newest=newest,
    )

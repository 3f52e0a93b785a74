"""The same run as other trainers would write it: means, fewer digits, other quantities, units and blanks.

What a person sees is what is labelled: `as_logged` comes before the labels, which need losses by step;
`as_told` comes behind them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.simulation import Recorded
from benchmarks.detection.tasks import Logging
from losstui.frame import Frame, Series

FloatArray = NDArray[np.float64]
LOSSES = ("train/loss", "val/loss")
NEEDS = {  # class: the tag without which no log can show it
    "exploding_gradients": "train/grad_norm",
    "overfitting": "val/loss",
    "train_val_gap": "val/loss",
    "noisy_validation": "val/loss",
}
TIMED = frozenset({"stalled", "throughput_drop"})
SWINGS = frozenset({"oscillation"})


def as_logged(recorded: Recorded) -> Recorded:
    """The losses as the task's log has them; the exact ones beside them in the same quantity."""
    logging = recorded.logging

    def value(values: FloatArray) -> FloatArray:
        return values if logging.quantity is None else logging.quantity(values)

    def change(series: Series) -> Series:
        if series.tag not in LOSSES:
            return series
        values = value(series.values)
        if logging.running and series.tag == "train/loss":
            values = _running_mean(values, logging.running)
        return replace(series, values=values if logging.digits is None else np.round(values, logging.digits))

    return replace(
        recorded,
        frame=Frame(change(one) for one in recorded.frame.values()),
        train=value(recorded.train),
        validation=value(recorded.validation),
    )


def _running_mean(values: FloatArray, kept: float) -> FloatArray:
    means = values.copy()
    for i in range(1, len(means)):
        means[i] = kept * means[i - 1] + (1.0 - kept) * values[i]
    return means


def as_told(frame: Frame, logging: Logging) -> Frame:
    """What the log holds, by the names and in the units it has."""
    rows = frame["train/loss"]
    return Frame(
        _told(_with_blanks(one, rows) if logging.blanks and one.tag == "val/loss" else one, logging)
        for one in frame.values()
        if one.tag not in logging.unlogged
    )


def unseen(logging: Logging) -> frozenset[str]:
    """The classes that such a log cannot show: no tag, no time, or a mean that hides it."""
    missing = {name for name, tag in NEEDS.items() if tag in logging.unlogged}
    if not logging.timed:
        missing |= TIMED
    return frozenset(missing | SWINGS if logging.running else missing)


def in_units(step: int, logging: Logging) -> int:
    """A step as the log counts it."""
    return round(step * logging.units)


def _told(series: Series, logging: Logging) -> Series:
    values = series.values
    if series.tag in LOSSES:
        values = logging.scale * values
        values = values if logging.upwards_from is None else logging.upwards_from - values
    return replace(
        series,
        tag=logging.names.get(series.tag, series.tag),
        steps=np.rint(series.steps * logging.units).astype(np.int64),
        values=values,
        wall_times=series.wall_times if logging.timed else None,
    )


def _with_blanks(series: Series, rows: Series) -> Series:
    """A value for each of `rows`, NaN where `series` has none at that step of that session."""
    known = {at: value for at, value in zip(_places(series), series.values.tolist(), strict=True)}
    values = np.array([known.get(at, np.nan) for at in _places(rows)])
    return replace(rows, tag=series.tag, values=values)


def _places(series: Series) -> list[tuple[int, int]]:
    sessions = np.zeros(len(series), np.int32) if series.sessions is None else series.sessions
    return list(zip(sessions.tolist(), series.steps.tolist(), strict=True))

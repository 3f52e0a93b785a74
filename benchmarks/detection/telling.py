"""The same run as other trainers would write it: means, fewer digits, other quantities, units and blanks.

What a person sees is what is labelled: `as_logged` comes before the labels, which need losses by step;
`as_told` comes behind them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.recording import Recorded
from benchmarks.detection.tasks import Logging
from losstui.frame import Frame, Series

FloatArray = NDArray[np.float64]
LOSSES = ("train/loss", "val/loss", "test/loss")
EVALUATED = ("val/", "test/")  # how the tags of what is evaluated begin
NEEDS = {  # class: the tag without which no log can show it
    "exploding_gradients": "train/grad_norm",
    "overfitting": "val/loss",
    "train_val_gap": "val/loss",
    "noisy_validation": "val/loss",
}
TIMED = frozenset({"stalled", "throughput_drop"})
SWINGS = frozenset({"oscillation"})
SPIKES = frozenset({"loss_spikes"})
SPARSE = 10  # of so many rows one is kept where they are no longer dense


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
        if logging.window and series.tag == "train/loss":
            values = _mean_of_last(values, logging.window)
        if logging.epoch and series.tag == "train/loss":
            values = _means_of_epochs(values, series, logging)
        if logging.significant is not None:
            values = np.array([float(f"{one:.{logging.significant}g}") for one in values])
        if logging.mantissa is not None:
            fraction, exponent = np.frexp(values)
            values = np.ldexp(np.rint(np.ldexp(fraction, logging.mantissa)), exponent - logging.mantissa)
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


def _mean_of_last(values: FloatArray, width: int) -> FloatArray:
    """The mean of each value and of those before it, `width` of them where there are so many."""
    sums = np.cumsum(values)
    sums[width:] -= sums[:-width].copy()
    means: FloatArray = sums / np.minimum(np.arange(1.0, len(values) + 1.0), width)
    return means


def _means_of_epochs(values: FloatArray, series: Series, logging: Logging) -> FloatArray:
    """The mean up to each value since its epoch began, or its session."""
    length = logging.epoch * logging.every
    epochs = [(session, step // length) for session, step in _places(series)]
    begins = [0, *(i for i, (last, own) in enumerate(pairwise(epochs), 1) if own != last), len(epochs)]
    means = [np.cumsum(values[a:b]) / np.arange(1.0, b - a + 1.0) for a, b in pairwise(begins)]
    return np.concatenate(means)


def as_told(frame: Frame, logging: Logging) -> Frame:
    """What the log holds, by the names and in the units it has."""
    rows = frame["train/loss"]
    logged = [
        _told(chosen(one, rows, logging), logging)
        for one in frame.values()
        if one.tag not in logging.unlogged
    ]
    written = Frame(logged)
    return Frame([*logged, *(replace(of(written), tag=tag) for tag, of in logging.derived.items())])


def chosen(series: Series, rows: Series, logging: Logging) -> Series:
    """The rows of a tag that the log has; `rows` are those of the train loss."""
    if logging.blanks and series.tag == "val/loss":
        return _with_blanks(series, rows)
    kept = np.ones(len(series), dtype=bool)
    if logging.without_first:
        kept &= series.steps > 0
    if logging.dense and not series.tag.startswith(EVALUATED):
        kept &= (series.steps < logging.dense) | (series.steps % (SPARSE * logging.every) == 0)
    if logging.by_clock and not series.tag.startswith(EVALUATED):
        kept &= _fallen_due(len(series), logging.by_clock)
    if logging.lost is not None:
        first, last = (share * logging.steps for share in logging.lost)
        kept &= (series.steps < first) | (series.steps >= last)
    if logging.rarer and series.tag.startswith(EVALUATED):
        times = series.steps // logging.evaluate_every
        kept &= (times & (times - 1) == 0) | (times == times.max())
    series = series if kept.all() else _rows_of(series, kept)
    return _counted_anew(series, rows) if logging.counted_anew else series


def _fallen_due(rows: int, share: float) -> NDArray[np.bool_]:
    """Which of so many rows are logged where that share of them is, at random; the first and last one are."""
    due: NDArray[np.bool_] = np.random.default_rng(rows).random(rows) < share
    due[[0, -1]] = True
    return due


def _counted_anew(series: Series, rows: Series) -> Series:
    if series.sessions is None or rows.sessions is None:
        return series
    begins = [int(rows.steps[rows.sessions == one].min()) for one in range(int(rows.sessions.max()) + 1)]
    steps = series.steps - np.array(begins)[series.sessions]
    return _rows_of(replace(series, steps=steps), np.argsort(steps, kind="stable"))


def _rows_of(series: Series, kept: NDArray[np.bool_ | np.int64]) -> Series:

    def of(column: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if column is None else column[kept]

    return Series(
        series.tag,
        series.steps[kept],
        series.values[kept],
        of(series.wall_times),
        of(series.epochs),
        of(series.sessions),
    )


def unseen(logging: Logging) -> frozenset[str]:
    """The classes that such a log cannot show: no tag, no time, or a mean that hides it."""
    missing = {name for name, tag in NEEDS.items() if tag in logging.unlogged}
    if not logging.timed:
        missing |= TIMED
    if logging.running or logging.epoch or logging.window:
        missing |= SWINGS
    thinned = logging.dense or logging.by_clock or logging.lost is not None
    return frozenset(missing | SPIKES if thinned else missing)


def in_units(step: int, logging: Logging) -> int:
    """A step as the log counts it."""
    return logging.begun + round(step * logging.units)


def _told(series: Series, logging: Logging) -> Series:
    values, units = series.values, logging.units
    if logging.held_out_units is not None and series.tag.startswith(EVALUATED):
        units = logging.held_out_units
    if series.tag in LOSSES:
        values = logging.scale * values
        values = values if logging.upwards_from is None else logging.upwards_from - values
    return replace(
        series,
        tag=logging.names.get(series.tag, series.tag),
        steps=logging.begun + np.rint(series.steps * units).astype(np.int64),
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

"""Tags that are worked out of the others a log has: the best so far, how fast it goes, how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from losstui.frame import Frame, Series

Derived = Callable[[Frame], Series]
HIGHEST_POWER = 100.0  # beyond that a perplexity says nothing more


def lowest(tag: str) -> Derived:
    """The lowest value of `tag` so far."""
    return lambda frame: replace(frame[tag], values=np.fmin.accumulate(frame[tag].values))


def highest(tag: str) -> Derived:
    """The highest value of `tag` so far."""
    return lambda frame: replace(frame[tag], values=np.fmax.accumulate(frame[tag].values))


def overall(tag: str) -> Derived:
    """The mean of all values of `tag`, in one row at the end."""

    def of(frame: Frame) -> Series:
        series = frame[tag]
        last = slice(len(series) - 1, len(series))
        times = None if series.wall_times is None else series.wall_times[last]
        return Series("", series.steps[last], np.array([np.mean(series.values)]), times)

    return of


def so_far(tag: str) -> Derived:
    """The mean of all values of `tag` up to each, as a progress bar shows it."""
    return lambda frame: replace(
        frame[tag], values=np.cumsum(frame[tag].values) / np.arange(1.0, len(frame[tag]) + 1.0)
    )


def loss_scale(tag: str, rows: int) -> Derived:
    """What a half-precision loss is scaled by: doubled every so many `rows` of `tag`, halved where too much.

    Source: Micikevicius et al. 2018, "Mixed Precision Training".
    """

    def of(frame: Frame) -> Series:
        doubled = np.arange(len(frame[tag])) // rows
        return replace(frame[tag], values=2.0 ** np.minimum(12 + doubled, 16 - doubled % 2))

    return of


def counted(tag: str, each: float) -> Derived:
    """Where each value of `tag` stands, as a number of epochs or of examples: `each` a step."""
    return lambda frame: replace(frame[tag], values=each * frame[tag].steps.astype(np.float64))


def raised(tag: str, base: float = float(np.e)) -> Derived:
    """`base` to the power of each value of `tag`, as a perplexity beside its loss; of no more than 100."""
    return lambda frame: replace(
        frame[tag], values=np.round(base ** np.minimum(frame[tag].values, HIGHEST_POWER), 2)
    )


def smoothed(tag: str, kept: float) -> Derived:
    """The running mean of `tag`, with that share of it kept in each row."""

    def of(frame: Frame) -> Series:
        means = frame[tag].values.copy()
        for i in range(1, len(means)):
            means[i] += kept * (means[i - 1] - means[i])
        return replace(frame[tag], values=means)

    return of


def waited(tag: str) -> Derived:
    """How many values ago `tag` was at its lowest, as where patience is counted."""

    def of(frame: Frame) -> Series:
        values = frame[tag].values
        best = values <= np.fmin.accumulate(values)
        place = np.arange(len(values))
        gone = place - np.maximum.accumulate(np.where(best, place, 0))
        return replace(frame[tag], values=gone.astype(np.float64))

    return of


def seconds(tag: str) -> Derived:
    """Seconds a step since the last value of `tag`; as of the next one where there is no last one."""
    return lambda frame: replace(frame[tag], values=_seconds(frame[tag]))


def speed(tag: str, each: float) -> Derived:
    """How many a second there were since the last value of `tag`: `each` a step."""
    return lambda frame: replace(frame[tag], values=each / _seconds(frame[tag]))


def _seconds(series: Series) -> NDArray[np.float64]:
    assert series.wall_times is not None
    sessions = np.zeros(len(series), np.int32) if series.sessions is None else series.sessions
    seconds = np.full(len(series), np.nan)
    for session in np.unique(sessions):
        own = np.flatnonzero(sessions == session)
        gone = np.diff(series.wall_times[own]) / np.maximum(np.diff(series.steps[own]), 1)
        seconds[own[:-1]] = gone
        seconds[own[1:]] = gone
    return np.round(seconds, 4)

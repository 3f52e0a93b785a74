"""Aligns two curves that count differently: places the points of one, in epochs, among the other's steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray, IntArray

LEAST_POINTS = 3  # of either curve: fewer do not show how it counts
# Last step over last step, either way round. Validation that stopped at a tenth of the run is rarer than
# one that counts epochs, and no epoch has fewer than ten steps often enough to matter.
FOREIGN_RATIO = 10.0
DOUBTFUL_RATIO = 2.0  # beyond, clocks are asked whether the two count alike
LEAST_DISAGREEMENT = 0.25  # of the reference's range between the step logged and the step by the clock
LEAST_INSIDE = 0.8  # share of points whose clock falls within the reference's: else it was logged afterwards


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Where a curve's points were logged: steps, shape (n,), and the clocks, same shape, None if absent."""

    steps: IntArray
    wall_times: FloatArray | None = None
    epochs: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.steps)


def place_on(reference: Axis, other: Axis) -> FloatArray:
    """The steps of `other`, shape (n,), as `reference` counts them.

    Unchanged unless the two clearly count different things: the last steps differ by a factor of
    `FOREIGN_RATIO`, or by `DOUBTFUL_RATIO` and the clocks contradict the steps. Then the wall times
    decide where each point lies, else the epochs, else its share of `other`'s own range.
    """
    own = other.steps.astype(np.float64)
    if min(len(reference), len(other)) < LEAST_POINTS:
        return own
    ratio = _last_ratio(reference, other)
    if ratio < DOUBTFUL_RATIO:
        return own
    by_clock = _by_wall_time(reference, other)
    if by_clock is None:
        by_clock = _by_epoch(reference, other)
    if ratio < FOREIGN_RATIO and (by_clock is None or not _contradicts(reference, own, by_clock)):
        return own
    return _by_share(reference, other) if by_clock is None else by_clock


def _last_ratio(reference: Axis, other: Axis) -> float:
    """The larger last step over the smaller, at least 1; steps below 1 count as 1."""
    a, b = max(1, int(reference.steps[-1])), max(1, int(other.steps[-1]))
    return max(a, b) / min(a, b)


def _contradicts(reference: Axis, own: FloatArray, by_clock: FloatArray) -> bool:
    span = float(reference.steps[-1] - reference.steps[0])
    return float(np.median(np.abs(own - by_clock))) > LEAST_DISAGREEMENT * span


def _by_wall_time(reference: Axis, other: Axis) -> FloatArray | None:
    if reference.wall_times is None or other.wall_times is None:
        return None
    clock = _rising(reference.wall_times)
    asked = other.wall_times
    if not (np.isfinite(clock).all() and np.isfinite(asked).all()) or clock[-1] <= clock[0]:
        return None
    inside = (asked >= clock[0]) & (asked <= clock[-1] + _last_gap(clock))
    if np.count_nonzero(inside) < LEAST_INSIDE * len(asked):
        return None
    return np.interp(asked, clock, reference.steps.astype(np.float64))


def _rising(clock: FloatArray) -> FloatArray:
    """The clock without steps back: in a resumed run a point may be older than the one before it."""
    rising: FloatArray = np.maximum.accumulate(clock)
    return rising


def _last_gap(clock: FloatArray) -> float:
    """How long after the last point the last evaluation may come: two mean intervals."""
    return 2.0 * float(clock[-1] - clock[0]) / (len(clock) - 1)


def _by_epoch(reference: Axis, other: Axis) -> FloatArray | None:
    """Each point at the last step of its epoch.

    Epochs that train counts from 0 and the other curve from 1 are brought together.
    """
    asked = other.epochs if other.epochs is not None else other.steps.astype(np.float64)
    if reference.epochs is None or not (np.isfinite(reference.epochs).all() and np.isfinite(asked).all()):
        return None
    epochs = _rising(reference.epochs)
    last = float(epochs[-1])
    if last <= float(epochs[0]) or not 0.5 <= (float(asked[-1]) + 1.0) / (last + 1.0) <= 2.0:
        return None
    whole = bool(np.all(epochs == np.floor(epochs)))
    shift = 1.0 if whole and float(asked[0]) - float(epochs[0]) == 1.0 else 0.0
    index = np.searchsorted(epochs, asked - shift, side="right") - 1
    return reference.steps[np.clip(index, 0, len(epochs) - 1)].astype(np.float64)


def _by_share(reference: Axis, other: Axis) -> FloatArray:
    """Each point at its share of the range; the first comes after one interval, as evaluations do."""
    first, last = float(reference.steps[0]), float(reference.steps[-1])
    own = other.steps.astype(np.float64)
    interval = float(np.median(np.diff(own)))
    if interval <= 0.0:
        own, interval = np.arange(len(own), dtype=np.float64), 1.0
    share = (own - own[0] + interval) / (own[-1] - own[0] + interval)
    placed: FloatArray = first + share * (last - first)
    return placed

"""Where a level left another one: the place, and the interval that should cover it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

DRIFT = 1.0  # scales: what CUSUM takes off each value, so that noise around the level never adds up
CERTAIN = 6.0  # scales: the sum at which the change has certainly happened
LEAST_AFTER = 4  # values after a certain change that say what it looks like
CHI_SQUARED = 5.02  # 97.5 % of chi-squared with one degree of freedom: covers 92 % and more of slow rises
MOST_SCORE = 1e6  # scales: what lies further out only has to stay further out


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The index at which a rise begins, and the indices between which it certainly does."""

    index: int
    low: int
    high: int


def rise_onset(values: FloatArray, level: float, scale: float) -> ChangePoint:
    """Return where `values`, shape (n,), n >= 1, left `level` upwards for good.

    A CUSUM finds the rise: it was certain at one value and had not begun at its last reset before. There
    the ramp or the step that fits best, with `scale`, positive, as the standard deviation of a value,
    gives the onset; `low` and `high` are the onsets that fit it no worse than chance explains.
    """
    score = np.minimum((values - level) / scale, MOST_SCORE)
    total = np.cumsum(score - DRIFT)
    # A CUSUM is its running sum minus the lowest sum so far; it was reset where that lowest was set.
    sums = total - np.minimum.accumulate(np.minimum(total, 0.0))
    resets = np.flatnonzero(sums <= 0.0)
    begun = min(int(resets[-1]) + 1 if len(resets) else 0, len(values) - 1)
    certain = np.flatnonzero(sums[begun:] > CERTAIN)
    certainly = begun + int(certain[0]) if len(certain) else len(values) - 1
    end = min(len(values), certainly + 1 + max(LEAST_AFTER, certainly - begun))
    return _best_fit(score[:end])


def _best_fit(score: FloatArray) -> ChangePoint:
    """The ramp or step from 0 that explains `score`, shape (m,), best, and what fits almost as well."""
    index = np.arange(len(score))
    since = np.clip(index[None, :] - index[:, None] + 1, 0, None).astype(np.float64)
    gains: list[FloatArray] = []
    for shape in (since, (since > 0).astype(np.float64)):
        rise = np.maximum(shape @ score, 0.0)
        gains.append(rise * rise / np.sum(shape * shape, axis=1))
    gain = np.maximum(*gains)
    best = int(np.argmax(gain))
    # Where the true rise is neither ramp nor step, the misfit widens the interval.
    misfit = max(1.0, (float(score @ score) - float(gain[best])) / max(1, len(score) - 2))
    as_good = np.flatnonzero(gain >= gain[best] - CHI_SQUARED * misfit)
    return ChangePoint(best, int(as_good[0]), int(as_good[-1]))


def upward_swings(levels: FloatArray, least: float) -> int:
    """Count the rises of at least `least`, positive, in `levels`, shape (n,), each after a fall as high.

    A rise that goes on at the end counts, and so does one that begins the curve.
    """
    rises, rising = 0, False
    lowest = highest = float(levels[0]) if len(levels) else 0.0
    for level in levels:
        lowest, highest = min(lowest, float(level)), max(highest, float(level))
        if not rising and level - lowest >= least:
            rises, rising, highest = rises + 1, True, float(level)
        elif rising and highest - level >= least:
            rising, lowest = False, float(level)
    return rises

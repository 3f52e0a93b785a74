"""Points that stand out from the values before them, in linear time whatever the length of the curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from losstui.stats.medians import median, row_medians
from losstui.stats.noise import GAUSSIAN_MAD, noise_sigma

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

WINDOW = 64  # values: a median absolute deviation of 64 is right within 9 %
HOP = 16  # values between two windows, so that each value is looked at four times
SMALLEST_WINDOW = 16  # values: what short curves get
TAIL_SPAN = 5.0  # times as many values: far enough apart to measure how the tail falls
MOST_OF_BODY = 0.25  # of the values: closer to the median there is no tail
MOST_EXPONENT = 700.0  # the natural logarithm of the largest float, nearly
MANY = 20_000  # values: a curve this long loses nothing by windows that do not overlap


@dataclass(frozen=True, slots=True, eq=False)
class CausalScores:
    """How far each value is from the values before it; arrays of shape (n,).

    `levels` and `scales` are median and standard deviation (by the median absolute deviation) of the
    window before each value, `z` the distance in those scales. The first `window` values have
    no window before them.
    """

    levels: FloatArray
    scales: FloatArray
    z: FloatArray
    window: int


def causal_scores(values: FloatArray, resolution: float) -> CausalScores:
    """Compare each of `values`, shape (n,), all finite, with the median of the window before it.

    Outliers reach neither median nor scale until they are half of a window, so a spike does not hide
    the next one. Within the first window the level is the highest value so far: a curve that starts high
    and falls has no outlier there. `resolution`, in the unit of the values, is the least scale: a flat
    stretch has no smaller one.
    """
    n = len(values)
    window = max(2, min(WINDOW, max(SMALLEST_WINDOW, n // 8), n))
    hop = window if n > MANY else max(1, window * HOP // WINDOW)
    windows = np.lib.stride_tricks.sliding_window_view(values, window)[::hop]
    medians = row_medians(windows)
    scales = GAUSSIAN_MAD * row_medians(np.abs(windows - medians[:, None]))
    # Value i may use the windows that end before it: the last has number (i - window) // hop.
    chosen = np.clip((np.arange(n) - window) // hop, 0, len(windows) - 1)
    levels, scale = medians[chosen], np.maximum(scales[chosen], max(resolution, np.finfo(np.float64).tiny))
    scale[:window] = max(noise_sigma(values[:window]), resolution, np.finfo(np.float64).tiny)
    levels[0] = values[0]
    levels[1:window] = np.maximum.accumulate(values[: window - 1])
    with np.errstate(over="ignore"):
        return CausalScores(levels, scale, (values - levels) / scale, window)


def _local_medians(values: FloatArray) -> FloatArray:
    """For each value the median of the `HOP` values it is among; shape (n,) in and out."""
    whole = len(values) // HOP
    medians = (
        row_medians(values[: whole * HOP].reshape(whole, HOP)) if whole else np.median(values, keepdims=True)
    )
    local: FloatArray = np.repeat(medians, HOP)[: len(values)]
    return np.concatenate((local, np.full(len(values) - len(local), medians[-1])))


def tail_bound(values: FloatArray, beyond: int, by_chance: float) -> float:
    """Return the value that noise like `values`, shape (n,), n >= 2, exceeds `by_chance` times in all.

    The upper tail is continued as a power law through the quantiles that `beyond` and `TAIL_SPAN` times
    as many values exceed, each less the median around it: a heavy tail gives a high bound, normal noise
    a low one. The `beyond` largest values do not enter, so that many outliers do not raise the bound.
    """
    n = len(values)
    residual = values - _local_medians(values)
    near, far = min(TAIL_SPAN * beyond / n, MOST_OF_BODY), min(beyond / n, MOST_OF_BODY / 2.0)
    low, high = (float(one) for one in np.quantile(residual, (1.0 - near, 1.0 - far)))
    if not 0.0 < low < high:
        return max(high, 0.0)
    decades = math.log(high / low) / math.log(near / far)  # one over the exponent of the power law
    reach = math.log(high) + math.log(far * n / by_chance) * decades
    return math.exp(reach) if reach < MOST_EXPONENT else math.inf


def runs_of(flags: BoolArray, gap: int = 0) -> list[tuple[int, int]]:
    """Return the runs of True in `flags`, shape (n,), as inclusive (first, last) index pairs.

    Runs with at most `gap` False between them count as one.
    """
    where = np.flatnonzero(flags)
    if not len(where):
        return []
    starts = np.concatenate((np.ones(1, bool), np.diff(where) > gap + 1))
    ends = np.concatenate((starts[1:], np.ones(1, bool)))
    return [(int(first), int(last)) for first, last in zip(where[starts], where[ends], strict=True)]


def spike_score(values: FloatArray, sigmas: float, window: int) -> float:
    """Return the share of `values`, shape (n,), above mean + `sigmas` deviations of the `window` before.

    This is the score published with large language models, where 6 sigma over 128 steps and 7 sigma
    over 1000 are in use. NaN below `window` + 1 values.
    """
    n = len(values)
    if n <= window:
        return float("nan")
    centred = values - median(values)
    scale = float(np.max(np.abs(centred))) or 1.0
    centred = centred / scale
    sums = np.concatenate(([0.0], np.cumsum(centred)))
    squares = np.concatenate(([0.0], np.cumsum(centred * centred)))
    mean = (sums[window:-1] - sums[: -window - 1]) / window
    square = (squares[window:-1] - squares[: -window - 1]) / window
    deviation = np.sqrt(np.maximum(square - mean * mean, 0.0))
    # Differences of sums are right to rounding only; a deviation below that is no deviation.
    above = (centred[window:] - mean > sigmas * deviation) & (deviation > np.sqrt(np.finfo(np.float64).eps))
    return int(np.count_nonzero(above)) / len(above)

"""Points that stand out from the values around them, in linear time whatever the length of the curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.frame import BoolArray, FloatArray
from losstui.stats.blocks import Blocks, running_median
from losstui.stats.medians import largest, median, row_medians
from losstui.stats.noise import GAUSSIAN_MAD

WINDOW = 63  # values: half of them is the widest excursion that does not move the median
SMALLEST_WINDOW = 9  # values: what short curves get
WINDOWS = 8  # a short curve has so many windows at least
SCALE_VALUES = 32  # values: their median deviation is right within 13 %, and three such are averaged
LOGARITHMIC = 30.0  # times its lowest level: a curve that falls over more is noisy in proportion to it
WIDENED = 2.0  # times the deviation of the stretch before: beyond what chance makes of the two
LONG = 16  # values a block: from there on the levels of the blocks do for those of the values
TAIL_SPACES = 16  # spaces below a gap: they say how far apart the largest values of this noise lie
TYPICAL_SPACES = 10  # of these, the narrowest: the others may be gaps between outliers themselves
AT_ONCE = 1 << 14  # values: what the caches of a processor hold of all that is computed of them
ROWS = 64  # sums worked out at once
TAIL_RANK = 20  # scores, at most: a heavy tail begins with the lowest of the highest
LEAST_SPACE = 0.2  # of these spaces, between straightened scores and times the rank: that of normal noise


@dataclass(frozen=True, slots=True, eq=False)
class LocalScores:
    """How far each value is from the level around it; arrays of shape (n,).

    `levels` is a running median, `scales` the standard deviation around it (by the median absolute
    deviation), `residuals` the values less their levels, `distances` those from the level of the others.
    """

    levels: FloatArray
    scales: FloatArray
    residuals: FloatArray
    distances: FloatArray

    @property
    def z(self) -> FloatArray:
        """The distances from the others in the scales."""
        with np.errstate(over="ignore"):
            return self.distances / self.scales


def local_scores(values: FloatArray, blocks: Blocks, resolution: float) -> LocalScores:
    """Compare each of `values`, shape (n,), n >= 1, all finite, cut into `blocks`, with the level around it.

    Outliers reach neither level nor scale until they are half of a window. Within the first half window
    the level is at least the highest value so far: a curve that starts high and falls has no outlier
    there. `resolution`, in the unit of the values, is the least scale: a flat stretch has no smaller one.
    """
    n = len(values)
    if blocks.size < LONG:
        window = max(SMALLEST_WINDOW, min(WINDOW, n // WINDOWS)) | 1
        levels = running_median(values, window)
    else:
        window = blocks.size
        levels = np.interp(np.arange(n), 0.5 * (blocks.first + blocks.last), blocks.medians)
    distances = values - levels
    if window <= SMALLEST_WINDOW:  # of more values each has little part in the level
        around = values - running_median(levels, window)
        distances = around - _levels_of_others(around, window)
    half = min(window // 2, n - 1)
    levels[0] = values[0]
    levels[1 : half + 1] = np.maximum(levels[1 : half + 1], np.maximum.accumulate(values[:half]))
    residuals = values - levels
    least = max(resolution, float(np.finfo(np.float64).tiny))
    distances[: half + 1] = np.minimum(distances[: half + 1], residuals[: half + 1])
    scales = np.maximum(_scales(residuals, levels, max(SCALE_VALUES, blocks.size)), least)
    return LocalScores(levels, scales, residuals, distances)


def _scales(residuals: FloatArray, levels: FloatArray, size: int) -> FloatArray:
    """The standard deviation around each of `residuals`, from stretches of about `size`; all of shape (n,).

    The noise of what falls by powers of ten goes with its level, within a stretch as well: its deviation is
    that of most values there, and those of a high start would lie far out of it.
    """
    scales = _local_deviations(residuals, size)
    lowest = int(np.argmin(levels))
    if not float(levels[: lowest + 1].max()) > LOGARITHMIC * float(levels[lowest]) > 0.0:
        return scales
    return np.maximum(scales, levels * _local_deviations(residuals / levels, size))


def _levels_of_others(values: FloatArray, window: int) -> FloatArray:
    """The median of the others among the `window` values around each of `values`; both of shape (n,).

    A value that is counted in its own level lies on it one time in `window`, and nearer to it than noise lies
    to others: so many near 0 make short noise look narrow, and the largest of a heavy tail apart from it.
    """
    n = len(values)
    half = min(window // 2, (n - 1) // 2)
    if half < 1:
        return values.copy()
    around = np.lib.stride_tricks.sliding_window_view(values, 2 * half + 1)
    low, middle, high = np.partition(around, (half - 1, half, half + 1), axis=1)[:, half - 1 : half + 2].T
    own = values[half : n - half]
    levels = np.empty(n)
    levels[half : n - half] = 0.5 * (
        np.where(own <= middle, high, middle) + np.where(own < middle, middle, low)
    )
    for i in range(half):
        levels[i] = median(np.delete(values[: i + half + 1], i))
        levels[n - 1 - i] = median(np.delete(values[n - 1 - i - half :], half))
    return levels


def _local_deviations(residuals: FloatArray, size: int) -> FloatArray:
    """The standard deviation around each of `residuals`, shape (n,), from stretches of about `size`."""
    n = len(residuals)
    count = max(1, n // size)
    size = n // count
    thin = max(1, size // (2 * SCALE_VALUES))
    deviations = GAUSSIAN_MAD * row_medians(np.abs(residuals[: count * size].reshape(count, size)[:, ::thin]))
    if count >= 3:
        deviations = _of_what_follows(running_median(deviations, 3))
    index = np.minimum(np.arange(n) // size, count - 1)
    local: FloatArray = deviations[index]
    return local


def _of_what_follows(deviations: FloatArray) -> FloatArray:
    """The `deviations` of stretches, each that of the next one where noise widens there; shape (n,), n >= 1.

    The first values of wide noise lie far out by the calm before them alone, and are no outliers by what
    follows.
    """
    after = np.append(deviations[1:], deviations[-1])
    return np.where(after >= WIDENED * deviations, after, deviations)


def apart_probabilities(peaks: FloatArray, noise: FloatArray, most: int) -> FloatArray:
    """For i = 1 to `most`: how likely noise has the i largest of `peaks` and `noise` so far out.

    `peaks`, shape (k,), and `noise`, shape (m,), are in standard deviations from the level, infinity
    included; noise of minus infinity is left out. The result has shape (min(most, k),).
    In the tail of a distribution i times the space between the i-th largest value and the next is
    exponential with the same mean for every i. Two things are held against that: the one space below the
    i-th, and the sum of all from there up, where peaks of many heights leave no single wide one. The mean
    is that of the `TAIL_SPACES` below, estimated from their narrowest, on the square roots of the values:
    for a tail that falls as the exponential of a root. A heavier tail has wider spaces below too; a lighter
    one is judged on the safe side. In short noise they reach below the level, where spaces are wider than
    in the tail: the safe side again. That all i are tried, in two ways, is allowed for. Sources: Renyi
    1953, "On the theory of order statistics"; Epstein and Sobel 1953, "Life Testing", for the mean from
    the narrowest spaces.
    """
    tries = min(most, len(peaks))
    if tries < 1:
        return np.empty(0)
    beyond = tries + TAIL_SPACES + 1
    next_to = largest(noise, beyond)
    next_to = next_to[next_to > -np.inf]
    heights = _straightened(np.sort(np.concatenate((peaks, next_to)))[::-1][:beyond])
    spaces = np.zeros(beyond - 1)  # where there are no more values, `LEAST_SPACE` has to do
    spaces[: len(heights) - 1] = np.arange(1, len(heights)) * (heights[:-1] - heights[1:])
    below = np.lib.stride_tricks.sliding_window_view(spaces[1:], TAIL_SPACES)[:tries]
    narrow = np.sort(below, axis=1)[:, :TYPICAL_SPACES]
    others = TAIL_SPACES - TYPICAL_SPACES  # at least as wide as the widest that is counted
    usual = np.maximum((narrow.sum(axis=1) + others * narrow[:, -1]) / TYPICAL_SPACES, LEAST_SPACE)
    counts = np.arange(1, tries + 1)
    allowance = counts * (1.0 + math.log(tries))  # the sum of its inverses over all counts is at most 1
    one = allowance * (1.0 + spaces[:tries] / usual / TYPICAL_SPACES) ** -TYPICAL_SPACES
    together = tries * _gamma_ratio_tails(np.cumsum(spaces[:tries]) / usual / TYPICAL_SPACES)
    probability: FloatArray = np.minimum(1.0, 2.0 * np.minimum(one, together))
    return probability


def heavy_tail_probabilities(
    peaks: FloatArray, scores: FloatArray, most: int, power: float, share: float
) -> FloatArray:
    """For i = 1 to `most`: how likely the i largest of `scores` lie so far out as the i largest of `peaks`.

    `peaks`, shape (k,), are some of the `scores`, shape (n,), n >= 1, all in standard deviations from the
    level. The result has shape (min(most, k),). Where `apart_probabilities` asks whether a gap lies below
    them, this asks whether so many are too many: beyond the score of rank `TAIL_RANK`, or of that `share` of
    all, the tail falls at least with that `power`. A few spikes of a short run tell by that, though their
    heights leave no gap that is wide for its rank. That i of n values lie so far out has at most the
    probability of one of them to the power of i, times the choices. That all i are tried is allowed for.
    Source: Weissman 1978, "Estimation of parameters and large quantiles based on the k largest observations",
    Journal of the American Statistical Association 73, for a tail that begins at an order statistic.
    """
    tries, n = min(most, len(peaks)), len(scores)
    if tries < 1:
        return np.empty(0)
    rank = max(1, min(TAIL_RANK, int(share * n)))
    most_told = float(np.finfo(np.float64).max)  # of infinity
    begin = min(max(1.0, float(largest(scores, rank).min())), most_told)  # 1 where most scores are 0
    counts = np.arange(1, tries + 1)
    heights = np.clip(np.sort(peaks)[::-1][:tries], begin, most_told)
    choices = np.cumsum(np.log((n + 1 - counts) / counts))
    one = math.log(rank / n) - power * (np.log(heights) - math.log(begin))
    allowance = counts * (1.0 + math.log(tries))
    probability: FloatArray = np.minimum(1.0, allowance * np.exp(choices + counts * one))
    return probability


def _straightened(scores: FloatArray) -> FloatArray:
    """`scores`, shape (n,), as they are up to 1, and above as their roots, which grow as fast at 1.

    Only a tail is taken to be heavy: the roots of scores about 0 lie far apart in any noise.
    """
    most = np.finfo(np.float64).max  # of infinity: no space between two
    return np.where(scores <= 1.0, scores, 2.0 * np.sqrt(np.clip(scores, 1.0, most)) - 1.0)


def _gamma_ratio_tails(ratios: FloatArray) -> FloatArray:
    """For i = 1 to n: how likely the sum of i exponential values is `ratios[i - 1]` times that of others.

    The others are `TYPICAL_SPACES` as many; `ratios` has shape (n,).
    """
    j = np.arange(len(ratios))
    choices = np.concatenate(([0.0], np.cumsum(np.log((TYPICAL_SPACES + j[1:] - 1) / j[1:]))))
    logs = np.log(np.maximum(ratios, np.finfo(np.float64).tiny))[:, None]
    tails = np.empty(len(ratios))
    # The i-th sum has i terms: what lies right of these is not worked out.
    for first in range(0, len(ratios), ROWS):
        rows, terms = slice(first, first + ROWS), slice(first + ROWS)
        powers = (TYPICAL_SPACES + j[terms]) * np.log1p(ratios[rows])[:, None]
        tails[rows] = np.tril(np.exp(choices[terms] + j[terms] * logs[rows] - powers), first).sum(axis=1)
    return tails


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


def first_at_most(values: FloatArray, bound: float) -> int | None:
    """The first index of `values`, shape (n,), that is not above `bound`; None without one.

    It looks over twice as many values each time, so a near one costs little in a long array, and the next
    next to nothing.
    """
    if len(values) and values[0] <= bound:
        return 0
    first, size = 0, WINDOW
    while first < len(values):
        found = np.flatnonzero(values[first : first + size] <= bound)
        if len(found):
            return first + int(found[0])
        first, size = first + size, 2 * size
    return None


class SpikeScores:
    """Shares of values that are far from those before them, as published with large language models.

    Takes values of shape (n,), n >= 1, all finite, and a `level` among them: sums are right to rounding only.
    """

    def __init__(self, values: FloatArray, level: float) -> None:
        centred = values - level
        scale = max(float(centred.max()), -float(centred.min())) or 1.0
        centred /= scale
        self._centred = centred
        self._sums = np.concatenate(([0.0], np.cumsum(centred)))
        self._squares = np.concatenate(([0.0], np.cumsum(centred * centred)))

    def share(self, sigmas: float, window: int, two_sided: bool = False) -> float:
        """The share of values above mean + `sigmas` deviations of the `window` before.

        With `two_sided`, the share at least so far from the mean on either side: 6 sigma over 128 steps,
        above only, and 7 sigma over 1000, on both sides, are in use. NaN below `window` + 1 values.
        """
        if len(self._centred) <= window:
            return float("nan")
        rest = len(self._centred) - window
        spikes = sum(
            self._spikes(first, min(first + AT_ONCE, rest), sigmas, window, two_sided)
            for first in range(0, rest, AT_ONCE)
        )
        return spikes / rest

    def _spikes(self, first: int, end: int, sigmas: float, window: int, two_sided: bool) -> int:
        """How many values count of those from `first` to before `end`, both a `window` later."""
        before, up_to, values = slice(first, end), slice(first + window, end + window), self._centred
        mean = (self._sums[up_to] - self._sums[before]) / window
        square = (self._squares[up_to] - self._squares[before]) / window
        deviation = np.sqrt(np.maximum(square - mean * mean, 0.0))
        # Differences of sums are right to rounding only; a deviation below that is no deviation.
        known = deviation > np.sqrt(np.finfo(np.float64).eps)
        distance, bound = values[up_to] - mean, sigmas * deviation
        return int(np.count_nonzero(known & (np.abs(distance) >= bound if two_sided else distance > bound)))

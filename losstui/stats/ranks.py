"""Whether values lie above others by their ranks, which no outlier among them hides."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.autocorrelation import independent_count
from losstui.stats.medians import median
from losstui.stats.trend import theil_sen

MOST_FIRST = 3  # values that count as the first ones: as many as a median takes
TAIL = 2.0  # the exponent of the heaviest tail that is taken for noise: below, it has no deviation


def rank_z(one: FloatArray, other: FloatArray) -> float:
    """Standard errors by which `other`, shape (m,), lies above `one`, shape (n,), by the rank sum of both.

    Free of any scale: where one part is far noisier its spread does not hide that the parts lie apart.
    With all of `other` above all of `one` 8 and 8 values give 3.4, 20 and 20 give 5.4. 0.0 for no values.
    Source: Mann and Whitney 1947, Annals of Mathematical Statistics 18.
    """
    n, m = len(one), len(other)
    if not n or not m:
        return 0.0
    ordered = np.sort(one)
    below = np.searchsorted(ordered, other, "left") + np.searchsorted(ordered, other, "right")
    above_half = 0.5 * float(below.sum()) - 0.5 * n * m
    return above_half / math.sqrt(n * m * (n + m + 1) / 12.0)


def rank_trend_z(values: FloatArray) -> float:
    """Standard errors by which `values`, shape (n,), finite, rise from end to end, by the order of all pairs.

    Of neighbours that follow each other around a straight line so many count as are worth independent ones.
    0.0 below two values. Takes time in proportion to the square of n.
    Source: Mann 1945, "Nonparametric tests against trend", Econometrica 13.
    """
    n = len(values)
    if n < 2:
        return 0.0
    places = np.arange(n, dtype=np.float64)
    higher = float(np.sign(np.triu(values - values[:, np.newaxis])).sum())
    independent = independent_count(values - theil_sen(places, values) * places)
    return higher / math.sqrt(n * (n - 1) * (2 * n + 5) / 18.0) * math.sqrt(independent / n)


def lowest_by_luck(values: FloatArray, first: int = 1) -> float:
    """The probability at most that the `first` of `values`, shape (n,), lie so far below the others by luck.

    1.0 where one of the others is as low. Of n values that are alike a certain k are the lowest once in
    n over k times, and g times as far below the median as the next lowest once in g ** `TAIL` times of
    those, in the tail of a law as heavy as noise gets: the next lowest says how far noise reaches.
    """
    rest = values[first:]
    if not len(rest) or (highest := float(values[:first].max())) >= (lowest := float(rest.min())):
        return 1.0
    usual = median(rest)
    further = (usual - highest) / (usual - lowest) if usual > lowest else math.inf
    if len(rest) == 1:  # one says nothing of how far noise reaches
        further = 1.0
    luck = math.pow(further, -TAIL)
    return luck / math.comb(len(values), first)


def as_low_by_luck(values: FloatArray) -> float:
    """The probability at most that the first of `values`, shape (n,), is as low among them by luck alone.

    By its rank, or where the first few are the lowest by how far they lie below, as in `lowest_by_luck`;
    that so many ways were looked at is allowed for (Bonferroni). More others than those few have to say how
    far noise reaches.
    """
    lower = int(np.count_nonzero(values[1:] <= values[0]))
    if not lower:
        return lowest_by_luck(values)
    most = min(MOST_FIRST, (len(values) - 1) // 2)
    together = min((lowest_by_luck(values, first) for first in range(2, most + 1)), default=1.0)
    return min((lower + 1) / len(values), MOST_FIRST * together)

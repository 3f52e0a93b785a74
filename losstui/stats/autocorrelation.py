"""The scatter of a curve whose values follow each other: what is off now is likely to be off next."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.isotonic import isotonic_rise
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation, noise_sigma
from losstui.stats.trend import FAR, MEDIAN_ERROR, MOST_CORRELATION, theil_sen

FOLLOWED = 0.5  # half way from white noise to a walk: nearer to this one
MOST_RETURN_OF_WALK = 21.8  # n (1 - r) of a walk around its line, in 95 % of long ones
MOST_TOLD = 4000  # values: of so many a share of 0.5 is known within 0.03, a larger one better
REFINED = 3  # times: the steps that lie far out are the same ones then
LEAST_FOLLOWED = 8  # values: the differences of fewer scatter more than their correlation moves them


def error_of_difference(values: FloatArray, turn: int, counts: tuple[float, ...]) -> float:
    """The standard error of the difference between the medians of so many of `values` each, in their unit.

    `values`, shape (n,), all finite, that fall up to about index `turn` and rise from there. Noise of which
    neighbours have the correlation r shows only 6 - 8 r + 2 r^2 of its variance in second differences, and n
    values of it are worth n (1 - r) / (1 + r) that are independent. 0.0 below five values.
    Source: Bartlett 1946, "On the theoretical specification and sampling properties of autocorrelated
    time-series", Supplement to the Journal of the Royal Statistical Society 8.
    """
    r = _correlation_beside(values, turn)
    scatter = median_deviation(np.diff(values, 2)) / math.sqrt(6.0 - 8.0 * r + 2.0 * r**2)
    kept = (1.0 - r) / (1.0 + r)
    # A median of values that are worth one is as far off as one of them, not farther.
    return scatter * math.sqrt(sum(min(1.0, MEDIAN_ERROR**2 / (kept * n)) for n in counts))


def error_ratio(values: FloatArray, turn: int | None, count: int) -> float:
    """How many times the error of a median of `count` is what `noise_sigma` of `values` lets expect.

    `values`, shape (n,), all finite, as in `error_of_difference`, or without a `turn` around a straight line;
    at least 1.0, which is that of white noise.
    """
    r = correlation(_around_line(values)) if turn is None else _correlation_beside(values, turn)
    # As there: a median of values that are worth one is as far off as one of them, not farther.
    fewer = min((1.0 + r) / (1.0 - r), max(1.0, count / MEDIAN_ERROR**2))
    return math.sqrt(6.0 / (6.0 - 8.0 * r + 2.0 * r**2) * fewer)


@np.errstate(over="ignore", invalid="ignore")
def scatter_before_smoothing(values: FloatArray) -> float:
    """The standard deviation of what `values`, shape (n,), finite, may be running means over, in their unit.

    Each is r times the one before and 1 - r times a new one. Of what may as well be a walk, r is 1 - 1 / n,
    as in a mean over all values so far. 0.0 where they do not follow each other, or below `LEAST_FOLLOWED`.
    Source: the bias test of Dickey and Fuller 1979, Journal of the American Statistical Association 74.
    """
    n = len(values)
    if n < LEAST_FOLLOWED or correlation_of_steps(values) < FOLLOWED:
        return 0.0
    r = _uncapped_correlation(_around_line(values))
    if n * (1.0 - r) < MOST_RETURN_OF_WALK:
        r = 1.0 - 1.0 / n
    return noise_sigma(values[1:] - r * values[:-1]) / (1.0 - r)


def values_before_smoothing(values: FloatArray, begin: int) -> FloatArray | None:
    """What `values`, shape (n,), finite, may be running means over, shape (n,); None where they are none.

    Each mean is r times the one before and 1 - r times a new value. r is told from those from `begin` on,
    around a straight line, and what is left when it is undone follows nothing, within two standard errors.
    """
    later = values[begin:]
    if correlation_of_steps(later) < FOLLOWED:
        return None
    r = _share_kept(_around_line(later)[-MOST_TOLD:])
    if not FOLLOWED <= r <= MOST_CORRELATION:
        return None
    single = np.concatenate((values[:1], (values[1:] - r * values[:-1]) / (1.0 - r)))
    left = _uncapped_correlation(_around_line(single[begin + 1 :]))
    return single if left <= 2.0 / math.sqrt(len(later)) else None


def _share_kept(rest: FloatArray) -> float:
    """How much each of `rest`, shape (n,), around 0, keeps of the one before it.

    By least squares, without the steps that lie far out: what dies away after these says most of all.
    """
    before, after = rest[:-1], rest[1:]
    r = _uncapped_correlation(rest)
    for _ in range(REFINED):
        step = after - r * before
        usual = np.abs(step - median(step)) <= FAR * median_deviation(step)
        power = float(before[usual] @ before[usual])
        if power == 0.0:
            return 0.0
        r = float(before[usual] @ after[usual]) / power
    return r


def _around_line(values: FloatArray) -> FloatArray:
    x = np.arange(len(values), dtype=np.float64)
    rest = values - theil_sen(x, values) * x
    return rest - median(rest)


def _correlation_beside(values: FloatArray, turn: int) -> float:
    """The correlation of neighbours around the best course that falls until index `turn` and then rises."""
    until = isotonic_rise(values[turn::-1])[::-1]
    r = correlation(values - np.concatenate([until[:-1], isotonic_rise(values[turn:])]))
    # A course that may rise follows what wanders and hides it; what differences see may be the rise.
    return max(r, (r + correlation_of_steps(values[turn:])) / 2.0)


def correlation_of_steps(values: FloatArray) -> float:
    """The correlation of neighbours in `values`, shape (n,), finite, around a straight line, at least 0.

    Differences over two steps have 1 + r times the variance of those over one, whatever the course. 0.0 below
    `LEAST_FOLLOWED` values. Source: the variogram of Matheron 1963, Economic Geology 58.
    """
    if len(values) < LEAST_FOLLOWED:
        return 0.0
    one, two = float(np.std(np.diff(values))), float(np.std(values[2:] - values[:-2]))
    return min(max(0.0, (two / one) ** 2 - 1.0), MOST_CORRELATION) if one > 0.0 else 0.0


def correlation(rest: FloatArray) -> float:
    """The correlation of neighbours in `rest`, shape (n,), at least 0; values far out are drawn in."""
    return min(_uncapped_correlation(rest), MOST_CORRELATION)


def independent_count(values: FloatArray) -> float:
    """How many independent ones `values`, shape (n,), n >= 1, finite, around a level are worth, at least 1.

    `effective_count` of many; of few, by the `correlation`, which is not as low as theirs comes out.
    """
    r = correlation(values - median(values))
    return max(1.0, len(values) * (1.0 - r) / (1.0 + r))


def _uncapped_correlation(rest: FloatArray) -> float:
    """The `correlation`, which may be that of a walk."""
    far = FAR * median_deviation(rest)
    kept = np.clip(rest, -far, far) if far > 0.0 else rest
    kept = kept - kept.mean()
    power = float(kept @ kept)
    found = float(kept[1:] @ kept[:-1]) / power if power > 0.0 else 0.0
    # Marriott and Pope 1954: that of few values is too low by so much.
    return max(0.0, found + (1.0 + 4.0 * found) / len(rest))

"""Where a curve goes: slopes that outliers do not move, errors that autocorrelation does not fool."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation

PAIR_DISTANCE = 2.0 / 3.0  # of the range: where the slope from n pairs of points has the least error
MEDIAN_ERROR = 1.2533  # standard error of a median over that of a mean, for normal noise
FAR = 5.0  # standard deviations: what lies further out moves a median no more than what lies there
MOST_CORRELATION = 0.99  # of neighbours: of 1, a walk, nothing could be told
EXACT = 1e-6  # of another error: less is as good as none
ONE_SIDED_95 = 1.645  # standard errors: the 95 % bound on one side of a normal estimate


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its standard error, in one unit."""

    value: float
    error: float

    @property
    def upper(self) -> float:
        """The 95 % bound above, one-sided."""
        return self.value + ONE_SIDED_95 * self.error

    @property
    def lower(self) -> float:
        """The 95 % bound below, one-sided."""
        return self.value - ONE_SIDED_95 * self.error

    def over(self, unit: float) -> Estimate:
        """The estimate as a multiple of `unit`, which is above 0."""
        return Estimate(self.value / unit, self.error / unit)


def pooled(estimates: list[Estimate]) -> Estimate:
    """What independent estimates of one number say together: their mean, weighted by inverse variances.

    An error below `EXACT` of the largest finite one counts as that much; an infinite error and value 0 where
    none is finite. Source: Cochran 1954, Biometrics 10.
    """
    finite = [one for one in estimates if math.isfinite(one.error)]
    least = EXACT * max((one.error for one in finite), default=0.0)
    if least <= 0.0:  # all of them are exact
        return max(finite, key=lambda one: one.value, default=Estimate(0.0, math.inf))
    weights = [(least / max(one.error, least)) ** 2 for one in finite]  # no square of an error overflows
    mean = sum(weight * one.value for weight, one in zip(weights, finite, strict=True)) / sum(weights)
    return Estimate(mean, least * sum(weights) ** -0.5)


def theil_sen(x: FloatArray, y: FloatArray) -> float:
    """The median of the slopes between points two thirds of the range apart, shape (n,), finite, x rising.

    Theil's incomplete method with the distance of Cox and Stuart: linear in n, and a sixth of the points
    may be anything. 0.0 below two points. Sources: Theil 1950, Proceedings of the Royal Netherlands
    Academy of Sciences 53; Cox and Stuart 1955, Biometrika 42.
    """
    n = len(x)
    if n < 2:
        return 0.0
    apart = max(1, round(n * PAIR_DISTANCE))
    return median((y[apart:] - y[:-apart]) / (x[apart:] - x[:-apart]))


def effective_count(residuals: FloatArray) -> float:
    """How many independent values `residuals`, shape (n,), are worth under first-order autocorrelation.

    n (1 - r) / (1 + r) with r the lag-one autocorrelation, not below 0; at least 1.
    """
    n = len(residuals)
    if n < 3:
        return float(max(n, 1))
    centred = residuals - residuals.mean()
    power = float(centred @ centred)
    if power == 0.0:
        return float(n)
    correlation = min(max(float(centred[1:] @ centred[:-1]) / power, 0.0), MOST_CORRELATION)
    return max(1.0, n * (1 - correlation) / (1 + correlation))


def fall_over(levels: FloatArray) -> Estimate:
    """How far the line through `levels`, shape (n,), finite, equally spaced, falls from end to end.

    The standard error is that of `theil_sen` for normal noise, with the count of independent residuals
    in place of n; single values far out count as near ones, for the slope is a median. An infinite error
    below four values.
    """
    n = len(levels)
    if n < 4:
        return Estimate(float(levels[0] - levels[-1]) if n else 0.0, math.inf)
    x = np.linspace(0.0, 1.0, n)
    slope = theil_sen(x, levels)
    residuals = levels - slope * x
    residuals = residuals - median(residuals)
    far = FAR * median_deviation(residuals)
    if far > 0.0:
        residuals = np.clip(residuals, -far, far)
    independent = effective_count(residuals)
    spread = float(np.sqrt(np.mean(residuals**2) * n / (n - 2)))
    pairs = (1.0 - PAIR_DISTANCE) * independent
    return Estimate(-slope, MEDIAN_ERROR * spread * math.sqrt(2.0 / pairs) / PAIR_DISTANCE)

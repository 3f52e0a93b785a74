"""How sure one level lies above another, where few values tell how far either may be off."""

from __future__ import annotations

import math

from losstui.stats.noise import times_of
from losstui.stats.trend import Estimate


def z_of_difference(one: Estimate, other: Estimate, counts: tuple[int, int]) -> float:
    """Standard errors by which `other` lies above `one`: so many as are as rare where errors are known.

    `counts`, at least 2 each, are how many values tell the error of either. Of eight values that error is
    often far too small by luck, and the difference many times as large.
    Source: Welch 1947, Biometrika 34, on the degrees of freedom of two errors; Wallace 1959, Annals of
    Mathematical Statistics 30, on the normal deviate that is as rare as one of Student's law.
    """
    largest = max(one.error, other.error)
    t = times_of(other.value - one.value, math.hypot(one.error, other.error))
    # In shares of the larger error: the fourth power of either may be beyond the range of numbers.
    shares = [(each.error / largest) ** 2 if largest > 0.0 else 1.0 for each in (one, other)]
    doubt = sum(share**2 / (count - 1) for share, count in zip(shares, counts, strict=True))
    degrees = sum(shares) ** 2 / doubt
    size = (8.0 * degrees + 1.0) / (8.0 * degrees + 3.0) * math.sqrt(degrees * math.log1p(t * t / degrees))
    return math.copysign(size, t)

"""Welch's test: how sure one level lies above another, where few values tell how far either may be off."""

from __future__ import annotations

import math

from losstui.stats.noise import times_of
from losstui.stats.student import normal_of_student
from losstui.stats.trend import Estimate


def welch_z(one: Estimate, other: Estimate, counts: tuple[int, int]) -> float:
    """Standard errors by which `other` lies above `one`, as the normal deviate of the same probability.

    `counts`, at least 2 each, are how many values tell the error of either: of few values that error may be
    far too small by luck. Source: Welch 1947, Biometrika 34, on the degrees of freedom of two errors.
    """
    largest = max(one.error, other.error)
    t = times_of(other.value - one.value, math.hypot(one.error, other.error))
    # In shares of the larger error: the fourth power of either may be beyond the range of numbers.
    shares = [(each.error / largest) ** 2 if largest > 0.0 else 1.0 for each in (one, other)]
    doubt = sum(share**2 / (count - 1) for share, count in zip(shares, counts, strict=True))
    degrees = sum(shares) ** 2 / doubt
    return math.copysign(normal_of_student(abs(t), degrees), t)

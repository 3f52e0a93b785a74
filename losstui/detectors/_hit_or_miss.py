"""Rewards that most episodes have in common, as where a goal is met or not: medians see no more of them."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve

PARTS = 4  # of a run, as long as each other: one each for what was before, on the way and at the end
SURE = 3.0  # standard errors by which a part is better than the first: the luckiest of three is by less
UPPER = 2.0  # standard errors above the slope of a line, for its upper 95 % bound
LENGTH = math.sqrt(12.0)  # of a run, in deviations of its steps


def is_hit_or_miss(reward: Curve) -> bool:
    """Whether half of the values or more are the same."""
    return float(np.median(np.abs(reward.values - np.median(reward.values)))) == 0.0


def bound_of_hits(reward: Curve) -> float:
    """The upper 95 % bound of the gain, as a share of the scatter of values that are not all the same.

    The gain is that of the line through all values. It is infinite where that surely rises, and where the
    mean of a part of the run is surely better than that of the first.
    """
    count = len(reward)
    rise = -float(np.corrcoef(np.arange(count), reward.descent)[0, 1])  # in deviations of either
    parts = np.array_split(-reward.descent, PARTS)
    means = np.array([part.mean() for part in parts])
    squares = np.array([part.var() / len(part) for part in parts])
    gains, errors = means[1:] - means[0], np.sqrt(squares[1:] + squares[0])
    if np.any(gains > SURE * errors) or rise * math.sqrt(count) > UPPER:
        return math.inf
    return LENGTH * (rise + UPPER / math.sqrt(count))

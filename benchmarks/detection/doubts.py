"""What makes a label one that could be said either way, seen from a whole curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.labels import REVERSALS

FloatArray = NDArray[np.float64]

GAINED_BEFORE = 0.5  # D: half of what there is to learn; of less, the first steps of any run lose all again
ABOUT_ALL = 0.75  # of what was gained before: whoever sees the curve takes it for a breakdown
OF_ITS_LEVEL = 0.5  # half as high again as its best: more than the noise of a curve that lies still
SEEN = 0.03  # D: less is not seen beside the fall, whatever it is of a level near 0
ALL_BUT_EQUAL = 0.9999  # a correlation: of more the inverse hyperbolic tangent says nothing else
NO_CHANCE = 2.0  # standard errors: noise without order comes as far once in twenty logs


def end_of(values: FloatArray) -> float:
    """The level that a curve of shape (n,) ends at."""
    return float(np.median(values[-max(3, len(values) // 10) :]))


def smooth(values: FloatArray, width: int = 5) -> FloatArray:
    """The running median, of the same shape."""
    padded = np.pad(values, width // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)


def lost_for_good(values: FloatArray) -> tuple[float, float]:
    """How far the end of a curve, shape (n,), lies above its best, and the lowest of its last eighth."""
    curve = smooth(values)
    best = float(np.min(curve))
    return end_of(values) - best, float(np.min(curve[-len(curve) // 8 :])) - best


def risen_level(values: FloatArray) -> float:
    """How far the level that a curve, shape (n,), ends at lies above the best one it had for as long.

    The lowest of many swings is no level, and to come back from there to where they go around is no rise.
    """
    return end_of(values) - float(np.min(_by_tenths(values)))


def _by_tenths(values: FloatArray) -> FloatArray:
    """The levels of a curve, shape (n,), each over as much as `end_of`, or as the best of a short curve."""
    return smooth(values, max(5, len(values) // 10))


def risen_since(values: FloatArray, row: int) -> float:
    """How far a curve, shape (n,), ends above itself around `row`; each level is that of a tenth of it."""
    width = max(3, len(values) // 10)
    first = max(0, min(row - width // 2, len(values) - width))
    return end_of(values) - float(np.median(values[first : first + width]))


def has_come_back_from_as_much(values: FloatArray) -> bool:
    """Whether a curve, shape (n,), once rose as far as it has at its end, and was at its best after that.

    Whoever sees it takes the last rise for one more of its swings: nothing says that it stays.
    """
    best = int(np.argmin(_by_tenths(values)))
    before = smooth(values)[: best + 1]
    highest_rise = float(np.max(before - np.minimum.accumulate(before)))
    return highest_rise >= risen_level(values)


def lost_in_between(level: FloatArray) -> bool:
    """Whether a loss, shape (n,) in D, once lost about all that it had gained, however it ended.

    One value alone is a spike, and nothing was lost.
    """
    level = smooth(level, 3)
    best = np.minimum.accumulate(level)
    gained = level[0] - best
    return bool(np.any((gained >= GAINED_BEFORE) & (level - best >= ABOUT_ALL * gained)))


def rose_of_its_level(values: FloatArray, size: float) -> bool:
    """Whether a loss, shape (n,), ends well above its best for good, though it may be little of `size`, D.

    A loss that may be below 0, as a likelihood, has no level to hold a rise against.
    """
    curve = smooth(values)
    best, lowest_late = float(np.min(curve)), float(np.min(curve[-max(3, len(curve) // 8) :]))
    return best > 0.0 and lowest_late - best >= max(OF_ITS_LEVEL * best, SEEN * size)


def rises_beyond_swings(values: FloatArray) -> bool:
    """Whether a loss, shape (n,), n >= 3, ends farther above its best than it swings by since then.

    The best of many swings lies below the level around which they go: a rise of as much is no rise of that.
    """
    curve = smooth(values)
    best = int(np.argmin(curve))
    since = values[min(best, len(values) - max(3, len(values) // 8)) :]
    return end_of(values) - float(curve[best]) >= swings(since)[0]


def swings(values: FloatArray) -> tuple[float, int]:
    """How far a curve, shape (n,), swings around its trend (5th to 95th percentile), and its reversals."""
    rest = _around_trend(values)
    swing = float(np.percentile(rest, 95)) - float(np.percentile(rest, 5))
    large: FloatArray = np.sign(rest[np.abs(rest) > swing / 8])
    return swing, int(np.count_nonzero(large[1:] != large[:-1]))


def turns_often(values: FloatArray) -> bool:
    """Whether the last half of a curve, shape (n,), has the `REVERSALS` of one that swings."""
    return swings(values[len(values) // 2 :])[1] >= REVERSALS


def shows_swings(logged: FloatArray, exact: FloatArray) -> bool:
    """Whether the last half of a logged curve has the swings of the exact one, both of shape (n,), n >= 2.

    It turns often, and what its batches or samples add swings less far than the exact curve: of swings
    below that a log tells nothing, it looks the same without them.
    """
    rows, truth = logged[len(logged) // 2 :], exact[len(exact) // 2 :]
    return turns_often(logged) and swings(truth)[0] >= swings(rows - truth)[0]


def follow_each_other(values: FloatArray) -> bool:
    """Whether in the last half of a curve, shape (n,), values go on from each other, or turn, as no noise."""
    rest = _around_trend(values[len(values) // 2 :])
    return abs(_correlation(rest[1:], rest[:-1])) * math.sqrt(len(rest)) >= NO_CHANCE


def move_together(one: FloatArray, other: FloatArray) -> bool:
    """Whether the last halves of two curves, both of shape (n,), go up and down in step as no noise does."""
    first, second = (_around_trend(values[len(values) // 2 :]) for values in (one, other))
    correlation = float(np.clip(_correlation(first, second), -ALL_BUT_EQUAL, ALL_BUT_EQUAL))
    return math.atanh(correlation) * math.sqrt(max(0, len(first) - 3)) >= NO_CHANCE


def _around_trend(values: FloatArray) -> FloatArray:
    at = np.arange(len(values))
    rest: FloatArray = values - np.polyval(np.polyfit(at, values, 2), at)
    return rest


def _correlation(one: FloatArray, other: FloatArray) -> float:
    size = math.sqrt(float(one @ one) * float(other @ other))
    return float(one @ other) / size if size > 0.0 else 0.0

"""Points ready to draw, and the ranges they span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.tui.extremes import Extremes, Within
from losstui.tui.recent import Recent

CONSTANT_MARGIN = 0.05  # of the value: what is left free above and below a curve that never changes
OUTLIER_FENCES = 3.0  # interquartile ranges beyond the quartiles, Tukey's "far out"
MOST_RANKED = 100_000  # values: the quartiles of more are those of as many of them, evenly spread
WINDOWS_KEPT = 2  # all of the curve, and a part of it


class Columns(NamedTuple):
    """Points by pixel columns: the lowest and highest `y` of each, shape (k,), NaN where there is none.

    Column i holds the points from `bounds[i]` to before `bounds[i + 1]`.
    """

    bounds: IntArray
    low: FloatArray
    high: FloatArray


class Trace:
    """Points ready to draw: `x` and `y`, shape (n,), finite, `x` rising. `breaks`, shape (m,), rising.

    A break is the place of a value that cannot be drawn; no line is drawn across it. None of the arrays
    may change: what was asked of them is kept. `extremes` are those of `y`, where they are known already.
    """

    def __init__(
        self, x: FloatArray, y: FloatArray, breaks: FloatArray, extremes: Extremes | None = None
    ) -> None:
        self.x = x
        self.y = y
        self.breaks = breaks
        self._extremes = extremes or Extremes(y)
        self._columns: Recent[tuple[float, float, int], Columns] = Recent(WINDOWS_KEPT)

    def __len__(self) -> int:
        return len(self.x)

    def columns(self, edges: FloatArray) -> Columns:
        """The points from the first to the last of `edges`, evenly spaced, both inclusive."""
        key = (float(edges[0]), float(edges[-1]), len(edges))
        return self._columns.get(key, lambda: self._made_columns(edges))

    def _made_columns(self, edges: FloatArray) -> Columns:
        bounds = np.searchsorted(self.x, edges)
        bounds[-1] = np.searchsorted(self.x, edges[-1], "right")
        return Columns(bounds, *self._extremes.of(bounds))

    def visible(self, x_low: float, x_high: float) -> IntArray:
        """The first point from `x_low` on and the first after `x_high`."""
        first, last = np.searchsorted(self.x, x_low), np.searchsorted(self.x, x_high, "right")
        return np.array([first, last])

    def count(self, x_low: float, x_high: float) -> int:
        """How many points there are between `x_low` and `x_high`."""
        first, last = self.visible(x_low, x_high)
        return int(last - first)

    def lone(self, x_low: float, x_high: float) -> IntArray:
        """The indices of the points between `x_low` and `x_high` that no line is drawn to."""
        ends = np.concatenate([[0], np.searchsorted(self.x, self.breaks), [len(self.x)]])
        alone: IntArray = ends[:-1][np.diff(ends) == 1]
        first, last = self.visible(x_low, x_high)
        in_sight: IntArray = alone[(alone >= first) & (alone < last)]
        return in_sight

    def y_extent(self, x_low: float, x_high: float) -> tuple[float, float] | None:
        """The lowest and highest y between `x_low` and `x_high`, None without any point there."""
        low, high = self._extremes.of(self.visible(x_low, x_high))
        return None if np.isnan(low[0]) else (float(low[0]), float(high[0]))

    def y_within(self, x_low: float, x_high: float, y_low: float, y_high: float) -> Within:
        """What of the points between `x_low` and `x_high` lies between `y_low` and `y_high`."""
        first, last = self.visible(x_low, x_high)
        return self._extremes.within(int(first), int(last), y_low, y_high)


def trace(x: FloatArray, y: FloatArray, breaks: FloatArray | None = None, *, log: bool = False) -> Trace:
    """Return the trace of the points (x, y), shape (n,), in any order.

    NaN, infinities and, with `log`, values that are not positive become breaks beside those given.
    Points without a finite `x` have no place and are left out.
    """
    drawable = np.isfinite(y) & np.isfinite(x)
    if log:
        drawable &= y > 0
    gaps = rising(np.concatenate([x[~drawable], np.empty(0) if breaks is None else breaks]))
    if not drawable.all():
        x, y = x[drawable], y[drawable]
    return Trace(*in_order(x, y), gaps)


def rising(x: FloatArray) -> FloatArray:
    """The finite of some places, shape (n,), in order."""
    return np.sort(x[np.isfinite(x)])


def is_rising(x: FloatArray) -> bool:
    """Whether places, shape (n,), are finite and in order: they never fall."""
    return bool(np.isfinite(x[:1]).all() and np.isfinite(x[-1:]).all() and (x[1:] >= x[:-1]).all())


def in_order(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both by rising `x`, shape (n,), finite; the same arrays where they are in order, as most are."""
    if np.any(x[1:] < x[:-1]):
        order = np.argsort(x, kind="stable")
        return x[order], y[order]
    return x, y


def x_range(traces: Sequence[Trace]) -> tuple[float, float] | None:
    """The lowest and highest x of any point or break, None without any; never of zero width."""
    ends = [
        float(end) for one in traces for part in (one.x, one.breaks) if len(part) for end in part[[0, -1]]
    ]
    return widened(min(ends), max(ends)) if ends else None


def y_extent(traces: Sequence[Trace], x_low: float, x_high: float) -> tuple[float, float] | None:
    """The lowest and highest y between `x_low` and `x_high`, None without any point there."""
    extents = [extent for one in traces if (extent := one.y_extent(x_low, x_high)) is not None]
    return (min(low for low, _ in extents), max(high for _, high in extents)) if extents else None


def y_range(traces: Sequence[Trace], x_low: float, x_high: float) -> tuple[float, float] | None:
    """`y_extent`, but never of zero width: a constant curve lies in the middle."""
    extent = y_extent(traces, x_low, x_high)
    return None if extent is None else widened(*extent)


def widened(low: float, high: float) -> tuple[float, float]:
    """The range from `low` to `high`, with a margin around it where the two are the same."""
    if low < high:
        return low, high
    margin = abs(low) * CONSTANT_MARGIN or 1.0
    largest = float(np.finfo(np.float64).max)
    return max(low - margin, -largest), min(high + margin, largest)


class Cut(NamedTuple):
    """A y range, and how many values are above and below it."""

    low: float
    high: float
    above: int
    below: int


def without_outliers(traces: Sequence[Trace], x_low: float, x_high: float) -> Cut | None:
    """The y range without far outliers between `x_low` and `x_high`.

    None where nothing would be left out or the bulk of the values is one number.
    """
    visible = [one.y[slice(*one.visible(x_low, x_high))] for one in traces]
    count = sum(len(one) for one in visible)
    if count < 4:
        return None
    every = -(-count // MOST_RANKED)
    ranked = np.concatenate([one[::every] for one in visible])
    lower, upper = (float(quartile) for quartile in np.quantile(ranked, (0.25, 0.75)))
    reach = OUTLIER_FENCES * (upper - lower)
    if reach <= 0:
        return None
    parts = [one.y_within(x_low, x_high, lower - reach, upper + reach) for one in traces]
    above, below = sum(part.above for part in parts), sum(part.below for part in parts)
    if not above and not below:
        return None
    return Cut(min(part.low for part in parts), max(part.high for part in parts), above, below)

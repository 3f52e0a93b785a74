"""How far a curve goes up and down, apart from where it goes on the whole."""

from __future__ import annotations

import numpy as np

from losstui.frame import FloatArray

AWAY = 0.1  # of the size of the swings: nearer to the mean a value is on neither side
USUAL = 75.0  # percentile of the swings: a quarter of them at least as large, so a few spikes are none
OF_ONE_SPIKE = 2  # swings, up and down: of few these would be a quarter
ALIKE = 2.0  # times the largest of the others: swings of one kind come that near, a spike stands out further


def swing(values: FloatArray) -> float:
    """The size of a usual swing between two turning points of `values`, shape (n,), finite; 0.0 without one.

    The smallest of three: the mean over all swings of what goes up and comes down again, which leaves a
    one-way descent out; the percentile `USUAL` of their sizes, which leaves rare spikes out; and `ALIKE`
    times the largest but those `OF_ONE_SPIKE`, which leaves out a lone one among few values.
    """
    steps = np.diff(values)
    steps = steps[steps != 0.0]
    if len(steps) < 2:
        return 0.0
    turns = np.flatnonzero(steps[1:] * steps[:-1] < 0.0) + 1
    if not len(turns):
        return 0.0
    sizes = np.abs(np.add.reduceat(steps, np.concatenate(([0], turns))))
    both_ways = 2.0 * min(float(steps[steps > 0.0].sum()), -float(steps[steps < 0.0].sum()))
    if len(sizes) <= OF_ONE_SPIKE:
        return 0.0
    beside_one_spike = ALIKE * float(np.sort(sizes)[-1 - OF_ONE_SPIKE])
    return min(both_ways / len(sizes), float(np.percentile(sizes, USUAL)), beside_one_spike)


def turns(residuals: FloatArray, size: float) -> int:
    """How often `residuals`, shape (n,), n >= 1, change the side of their mean in swings of that size."""
    centred = residuals - np.mean(residuals)
    sides = np.sign(centred[np.abs(centred) > AWAY * size])
    return int(np.count_nonzero(sides[1:] != sides[:-1]))


def calm_after(values: FloatArray, size: float) -> int:
    """The index of the last of `values`, shape (n,), n >= 1, after which they move by less than `size`."""
    back = values[::-1]
    moved = np.maximum.accumulate(back) - np.minimum.accumulate(back) >= size
    return len(values) - 1 - int(np.argmax(moved)) if moved[-1] else 0

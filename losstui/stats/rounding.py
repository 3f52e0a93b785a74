"""Values that a log has rounded to few digits: they lie on the steps of a stair."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray

SAME = 1e-12  # of a value: what differs by less differs by the rounding of the computer
OFF_GRID = 0.02  # of a stair: what that rounding adds up to over some hundred stairs
MANY_TIMES = 4.0  # as many values as there can be levels: among so many unrounded ones more differ
FEWEST_LEVELS = 4  # different values: a cycle of two or three is no rounding
SPIKED = 0.1  # of the differences, the largest, are left out: a spike at one value in twenty makes as many
# The mean size of what is left of the differences of two normal values of deviation 1.
SIZE_OF_REST = 0.929


def rounding_unit(values: FloatArray, least: float) -> float:
    """The distance that all of `values`, shape (n,), n >= 1, are multiples of apart, if at least `least` > 0.

    0.0 where there is none; below `FEWEST_LEVELS` different values none can be told.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        most = (float(values.max()) - float(values.min())) / least + 1.0  # levels such stairs can have
        some = values[: int(min(len(values), MANY_TIMES * most))]
        if len(_levels(some)) > most:  # nearly all curves, told from a few of their values
            return 0.0
        levels = _levels(values)
        if len(levels) < FEWEST_LEVELS:
            return 0.0
        unit = float(np.diff(levels).min())
        stairs: FloatArray = (levels - levels[0]) / unit
        on_grid = np.abs(stairs - np.round(stairs)) <= OFF_GRID
    return unit if unit >= least and on_grid.all() else 0.0


def deviation_of_rounded(values: FloatArray, unit: float) -> float:
    """How far `values`, shape (n,), n >= 2, with few spikes, scatter around a level, both rounded to `unit`.

    The noise from the mean size of the differences side by side, which rounding leaves as it is on average,
    where a median jumps from 0 to a whole unit; and the error of rounding, of the value and of the level.
    Source: Widrow and Kollar 2008, "Quantization Noise".
    """
    sizes = np.sort(np.abs(np.diff(values)))
    kept = sizes[: len(sizes) - int(SPIKED * len(sizes))]
    return math.hypot(float(kept.mean()) / SIZE_OF_REST, unit / math.sqrt(6.0))


def _levels(values: FloatArray) -> FloatArray:
    """The distinct `values`, rising; values that differ only by floating-point error count as one."""
    levels: FloatArray = np.unique(values)
    different = np.concatenate((np.ones(1, bool), np.diff(levels) > SAME * np.abs(levels[1:])))
    chosen: FloatArray = levels[different]
    return chosen

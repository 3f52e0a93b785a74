"""A speed that drops gradually until the end of the run, told from one that only wanders."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.change_points import ChangePoint, rise_onset
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation, times_of

LEAST_STEPS = 8  # from block to block: fewer do not show what they scatter by
LEAST_Z = 4.0  # standard errors: of speeds that wander 1 of 300 drifts as far from where it is split best
STILL = 0.25  # of the usual step, in the last third: what stopped was a ramp to another kind of work
ENDS = 3  # blocks: the fewest with a median
LEAST_NOISE = 1e-6  # of the usual pace: no clock is finer


@dataclass(frozen=True, slots=True)
class Slowing:
    """From the block at `onset` on each is slower than the last, by `shift` in the logarithm at the end.

    `z` is the mean step in standard errors, `usual` the logarithm of the time per step before.
    """

    onset: ChangePoint
    shift: float
    z: float
    usual: float


def slowing(log_pace: FloatArray) -> Slowing | None:
    """The slowing that `log_pace`, shape (k,), k >= 3, ends in; None where there is none.

    It begins where a broken stick fits the time per step best. The null is a speed that wanders: the steps
    from block to block after the break are as often up as down, so their mean lies within its standard
    errors of 0. One jump is a single step, that makes the scatter of all as large as itself.
    """
    usual = median(log_pace)
    noise = median_deviation(np.diff(log_pace)) / math.sqrt(2.0)
    onset = rise_onset(np.exp(log_pace - usual), max(noise, LEAST_NOISE))
    start = max(0, onset.index - 1)
    steps = np.diff(log_pace[start:])
    if len(steps) < LEAST_STEPS:
        return None
    mean = float(steps.mean())
    z = times_of(mean, float(steps.std(ddof=1)) / math.sqrt(len(steps)))
    if z < LEAST_Z or float(steps[-len(steps) // 3 :].mean()) < STILL * mean:
        return None
    before = median(log_pace[: max(ENDS, onset.index)])
    return Slowing(onset, median(log_pace[-ENDS:]) - before, z, before)

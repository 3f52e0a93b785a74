"""Whether the learning rate ran out while a loss, a metric or a reward was still improving."""

from __future__ import annotations

import math

import numpy as np

from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.bounds import LEAST_Z, TAIL_SHARE
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._plateaus.small_fall import HIGH_RATE
from losstui.detectors._schedule import Schedule
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation
from losstui.stats.trend import MEDIAN_ERROR, effective_count, fall_over

SPENT_RATE = 0.01  # of the peak rate: below, nothing moves any more
LEAST_SPENT_FALL = 0.05  # of the gain: still falling, late in the spent rate or once it is gone
AROUND_HALF_WAY = 0.25  # of the spent rate, to both sides: the values that tell the level half way through


def exhausted_rate(tail: FlatTail, plan: Schedule | None) -> Reason | None:
    """Why `tail`, the last `TAIL_SHARE` of the run, is no end: it froze with its learning rate.

    The rate was gone and never came back, as it would after the low of a cycle. Only the values from where
    the rate left its peak, and all since, are compared: a log that goes on gives the same answer, but surer.
    """
    if plan is None or plan.highest_since(TAIL_SHARE) > SPENT_RATE or tail.gained <= 0.0:
        return None
    medians, steps = tail.curve.blocks.medians, tail.curve.block_steps.astype(np.float64)
    since = medians[np.searchsorted(steps, plan.gone_since(SPENT_RATE), side="right") :]
    # What surely goes on falling is trained at that rate, whatever higher one there was before.
    if len(since) < 2 or fall_over(since).lower > LEAST_SPENT_FALL * tail.gained:
        return None
    at_peak = medians[np.interp(steps, plan.steps, plan.rates) >= HIGH_RATE * plan.peak]
    if fall_over(at_peak[len(at_peak) // 2 :]).upper <= LEAST_SPENT_FALL * tail.gained:
        return None  # flat before: what it fell later came with the decay
    fall, error = _fall_since_half_way(medians, since, plan.spent_by(steps))
    if fall < max(LEAST_SPENT_FALL * tail.gained, LEAST_Z * error):
        return None
    return Reason(
        "lr-exhausted",
        f"the learning rate ran out while {tail.name} was still improving, and stopped it",
        Measure(
            "fall late in the spent learning rate",
            fall / tail.gained,
            LEAST_SPENT_FALL,
            "fraction of the gain",
        ),
        onset=plan.stopped_at(HIGH_RATE, SPENT_RATE),
    )


def _fall_since_half_way(medians: FloatArray, since: FloatArray, spent: FloatArray) -> tuple[float, float]:
    """How far the level `since` the rate had gone lies below that half way through it, and the error of that.

    `spent` is the share of the sum of all rates that each of `medians` comes after, both of shape (n,).
    """
    around = medians[np.abs(spent - 0.5) <= AROUND_HALF_WAY]
    half_way = median(around) if len(around) else float(np.interp(0.5, spent, medians))
    errors = 1.0 / math.sqrt(max(1, len(around))), 1.0 / math.sqrt(effective_count(since))
    return half_way - median(since), MEDIAN_ERROR * median_deviation(since) * math.hypot(*errors)

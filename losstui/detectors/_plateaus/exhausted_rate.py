"""Whether the learning rate ran out while a loss, a metric or a reward was still improving."""

from __future__ import annotations

import numpy as np

from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._schedule import Schedule
from losstui.findings import Measure

SPENT_RATE = 0.01  # of the peak rate: below, nothing moves any more
LEAST_SPENT_FALL = 0.05  # of the gain, in the second half of the spent rate: still falling
LEAST_Z = 2.0  # deviations of one value: a fall beside noise that hides the tail
MOST_TAIL_FALL = 0.15  # of the gain: the most it may fall over the tail afterwards


def exhausted_rate(tail: FlatTail, plan: Schedule | None, tail_share: float) -> Reason | None:
    """Why `tail`, the last `tail_share` of the run, is no end: it froze with its learning rate.

    The rate was gone and never came back, as it does after the low of a cycle. Where noise hides whether the
    tail is flat, the rate says so.
    """
    if plan is None or plan.highest_since(tail_share) > SPENT_RATE:
        return None
    if tail.gained <= 0.0 or tail.part.fall.lower > MOST_TAIL_FALL * tail.gained:
        return None
    spent = plan.spent_by(tail.curve.block_steps.astype(np.float64))
    # The levels look over 5 % of the run, in which a learning rate that goes this early may be spent.
    half_way = float(np.interp(0.5, spent, tail.curve.blocks.medians))
    share = (half_way - tail.level) / tail.gained
    shown = tail.part.fall.upper <= MOST_TAIL_FALL * tail.gained
    least = LEAST_SPENT_FALL if shown else max(LEAST_SPENT_FALL, LEAST_Z * tail.curve.noise / tail.gained)
    if share < least:
        return None
    return Reason(
        "lr-exhausted",
        f"the learning rate ran out while {tail.name} was still improving, and it froze with it",
        Measure("fall late in the spent learning rate", share, LEAST_SPENT_FALL, "fraction of the gain"),
    )

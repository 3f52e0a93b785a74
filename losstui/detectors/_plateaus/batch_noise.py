"""What tells a small fall from all that there is to gain, beside gradients that small batches hold up."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._plateaus.bounds import TAIL_SHARE
from losstui.detectors._skill import final_accuracy, skill
from losstui.kinds import LOSSES
from losstui.stats.chance import MOST_CLASSES, most_needed
from losstui.stats.medians import median

# Times the median, or a share of it: the noise of many directions adds up to a norm that hardly scatters.
# That of one direction is less than half of its median once in four values, of five once in twenty, of ten
# once in a hundred and fifty; heavy tails are as far on the other side.
FAR = 2.0
MOST_FAR = 0.05  # of the values: what five directions give
FAR_Z = 1.645  # standard errors of that share: beyond what luck gives 5 % of the time
LEAST_COUNT = 3  # values: one or two are odd batches
MOST_SKILL = 0.5  # of the way from guessing to all right: the noise of a task seldom leaves less
LEAST_EXCESS = 1.2  # times what the accuracy costs at most: who knows how sure to be loses less


def more_to_gain(curves: RunCurves) -> bool:
    """Whether the gradient norm over the last `TAIL_SHARE` or an accuracy says that there is more to gain."""
    norm, accuracy, train = curves.grad_norm, final_accuracy(curves), curves.train_loss
    if norm is not None and not held_up_by_batches(norm):
        return True
    if accuracy is None or train is None or not 0.0 < train.start_level <= math.log(MOST_CLASSES):
        return False
    learned = skill(curves, train.start_level)
    if learned is not None:
        return learned.share <= MOST_SKILL
    needed = most_needed(accuracy, max(2, round(math.exp(train.start_level))))
    losses = (one for one in curves.goals if one.role.kind in LOSSES)
    return all(float(one.levels[-1]) >= LEAST_EXCESS * needed for one in losses)


def held_up_by_batches(norm: Curve) -> bool:
    """Whether nothing says that the gradient `norm` of a loss at a stand is more than the noise of batches.

    The gradient of a batch is the gradient of all data plus noise. The noise stays as large where the first
    one is 0, and as it adds up over many directions its norm hardly changes. A norm that comes near 0 now and
    then over the last `TAIL_SHARE`, or far above its median, more often than `MOST_FAR` and luck explain, is
    that of few directions: most weights have no gradient.
    """
    tail = norm.values[-max(1, round(TAIL_SHARE * len(norm))) :]
    usual = median(tail)
    far = int(np.count_nonzero((tail < usual / FAR) | (tail > usual * FAR)))
    by_luck = MOST_FAR * len(tail) + FAR_Z * math.sqrt(MOST_FAR * (1.0 - MOST_FAR) * len(tail))
    return far < max(LEAST_COUNT, by_luck)

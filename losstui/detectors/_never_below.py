"""A run that has been worse all along than where it began, by its validation loss and its train loss."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.detectors._lasting_rise import LEAST_LOST, LEAST_SCALE, LEAST_WITNESSED_Z, TAIL_LEAST, TAIL_SHARE
from losstui.detectors._rises import FROM_START, NEGLIGIBLE, Rise
from losstui.stats.change_points import rise_onset
from losstui.stats.medians import median

LEAST_ABOVE = 0.25  # of the first evaluation: so much worse all along, it learns nothing


def never_below(train: Curve, validation: Curve) -> Rise | None:
    """A run that has been worse all along than where it began, however both losses swing there."""
    levels, rest = train.blocks.medians, validation.descent[1:]
    if min(float(one.blocks.lowest.min()) for one in (train, validation)) < 0.0:
        return None  # shares of a level mean nothing
    first, start = float(validation.descent[0]), float(levels[0])
    later = float(np.mean(levels[len(levels) // 2 :]))  # few batches of a small size are bad, but very bad
    z = math.sqrt(len(rest)) * float(np.mean(np.sign(rest - first)))
    ends = rest[len(rest) // 2 :], rest[-max(TAIL_LEAST, round(TAIL_SHARE * len(rest))) :]
    above = min(median(end) for end in ends) - first
    lost = (later - start) / (LEAST_SCALE * start) if start > 0.0 else 0.0
    if z < LEAST_WITNESSED_Z or above < LEAST_ABOVE * first or lost < LEAST_LOST:
        return None
    begin = rise_onset(levels, NEGLIGIBLE * (later - start))
    return Rise(begin, start, start, later, lost, z, FROM_START)

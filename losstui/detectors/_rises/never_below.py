"""A run that has been worse all along than where it began, by its validation loss and its train loss."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.detectors._rises.lasting_rise import LEAST_LOST, LEAST_WITNESSED_Z, TAIL_LEAST, TAIL_SHARE
from losstui.detectors._rises.rise import FROM_START, NEGLIGIBLE, Rise, least_scale
from losstui.frame import FloatArray
from losstui.stats.change_points import rise_onset
from losstui.stats.medians import median
from losstui.stats.ranks import as_low_by_luck

MOST_LUCK_OF_BOTH = 2e-3  # probability that both losses began as low by luck: two more tests hold as well
MOST_NOISE = 0.6  # of its level: a loss that scatters by more swings


def never_below(train: Curve, validation: Curve) -> Rise | None:
    """A run that has been worse all along than where it began, however both losses swing there."""
    levels, rest = train.blocks.medians, validation.descent[1:]
    first, start = float(validation.descent[0]), float(levels[0])
    later = float(np.mean(levels[len(levels) // 2 :]))  # few batches of a small size are bad, but very bad
    z = math.sqrt(len(rest)) * float(np.mean(np.sign(rest - first)))
    ends = rest[len(rest) // 2 :], rest[-max(TAIL_LEAST, round(TAIL_SHARE * len(rest))) :]
    above = min(median(end) for end in ends) - first
    scale = least_scale(train, start)
    lost = (later - start) / scale if scale > 0.0 else 0.0
    if z < LEAST_WITNESSED_Z or above < least_scale(validation, first) or lost < LEAST_LOST:
        return None
    if not _began_low(levels, validation.descent):
        return None
    begin = rise_onset(levels, NEGLIGIBLE * (later - start))
    return Rise(begin, start, start, later, lost, z, FROM_START)


def _began_low(*losses: FloatArray) -> bool:
    """Whether the first values of `losses` are lower than noise around a level would have them.

    What scatters by more than noise does has swung up from where it began, and has no such level.
    """
    if any(one.min() >= 0.0 and np.std(one[1:]) > MOST_NOISE * np.mean(one[1:]) for one in losses):
        return True
    return math.prod(as_low_by_luck(one) for one in losses) <= MOST_LUCK_OF_BOTH

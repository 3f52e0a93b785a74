"""A run that has been worse all along than where it began, by its validation loss and its train loss."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.detectors._rises.lasting_rise import LEAST_LOST, LEAST_WITNESSED_Z, TAIL_LEAST, TAIL_SHARE
from losstui.detectors._rises.rise import FROM_START, NEGLIGIBLE, Rise, least_scale
from losstui.frame import FloatArray
from losstui.stats.autocorrelation import LEAST_FOLLOWED, scatter_before_smoothing
from losstui.stats.change_points import rise_onset
from losstui.stats.medians import median
from losstui.stats.noise import mean_scatter, most_beyond, times_of
from losstui.stats.ranks import as_low_by_luck, rank_z

MOST_NOISE = 0.6  # of its level: a loss that scatters by more swings
MOST_LUCK_OF_BOTH = 2e-3  # probability that both losses began as low by luck: two more tests hold as well
MOST_LUCK_OF_SWINGS = 2e-2  # the same where train alone swings: its batches may have a heavy tail


def never_below(train: Curve, validation: Curve) -> Rise | None:
    """A run that has been worse all along than where it began, however both losses swing there."""
    if len(validation) <= TAIL_LEAST:
        return None
    levels, rest = train.blocks.medians, validation.descent[1:]
    first, start = float(validation.descent[0]), float(levels[0])
    later = float(np.mean(levels[len(levels) // 2 :]))  # few batches of a small size are bad, but very bad
    alone = _signs_z(rest - first)
    z = max(alone, (alone + _signs_z(levels[1:] - start)) / math.sqrt(2.0))  # of few by Stouffer's method
    ends = rest[len(rest) // 2 :], rest[-max(TAIL_LEAST, round(TAIL_SHARE * len(rest))) :]
    above = min(median(end) for end in ends) - first
    scale = least_scale(train, start)
    lost = (later - start) / scale if scale > 0.0 else 0.0
    if z < LEAST_WITNESSED_Z or above < least_scale(validation, first) or lost < LEAST_LOST:
        return None
    # A mean over many samples has no tail: validation that swings needs no luck to be ruled out.
    most_luck = MOST_LUCK_OF_SWINGS if _swings(levels) else MOST_LUCK_OF_BOTH
    if not _swings(validation.descent) and _luck(levels) * _luck(validation.descent) > most_luck:
        return None
    if _drift_apart(levels, rest):  # it overfits
        return None
    begin = rise_onset(levels, NEGLIGIBLE * (later - start))
    return Rise(begin, start, start, later, lost, z, FROM_START)


def _drift_apart(levels: FloatArray, rest: FloatArray) -> bool:
    """Whether `levels` of train come down from one half to the other and `rest`, validation, does not."""
    before, after = levels[1 : len(levels) // 2], levels[len(levels) // 2 :]
    falls = rank_z(after, before) >= LEAST_WITNESSED_Z
    return falls and rank_z(rest[: len(rest) // 2], rest[len(rest) // 2 :]) > 0.0


def _signs_z(differences: FloatArray) -> float:
    """Standard errors by which more of `differences`, shape (n,), are above 0 than below: a sign test."""
    return math.sqrt(len(differences)) * float(np.mean(np.sign(differences)))


def _swings(loss: FloatArray) -> bool:
    """Whether `loss`, shape (n,), scatters by more than noise does: it has swung up from where it began."""
    return bool(loss.min() >= 0.0 and np.std(loss[1:]) > MOST_NOISE * np.mean(loss[1:]))


def _luck(loss: FloatArray) -> float:
    """The probability at most that noise alone made the first of `loss`, shape (n,), so low.

    Two tests tell it, and the smaller probability counts: the rank of the first among all values (see
    `as_low_by_luck`), and how far it lies below the median of the others, in units of their noise. The noise
    is the scatter from one value to the next; of running means, that of the values they are over.
    """
    rest = loss[1:]
    by_order = as_low_by_luck(loss)
    if len(rest) < LEAST_FOLLOWED:  # what so few scatter by from one to the next is not known
        return by_order
    noise = max(mean_scatter(rest), scatter_before_smoothing(rest[len(rest) // 2 :]))
    return min(by_order, most_beyond(times_of(median(rest) - float(loss[0]), noise)))

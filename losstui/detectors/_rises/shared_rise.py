"""A late rise that train and validation show at once, though neither of them alone is sure."""

from __future__ import annotations

import math

import numpy as np

from losstui.curves import Pair
from losstui.detectors._rises.late_changes import LEAST_RISE, LEAST_Z, Change, late_rises
from losstui.stats.medians import median
from losstui.stats.noise import times_of
from losstui.stats.trend import MEDIAN_ERROR

# Standard errors: one split in 700 by chance, and validation has to have risen at it too.
LEAST_Z_OF_TRAIN = 3.0
LEAST_EVALUATIONS = 3  # before and after: the fewest with a median


def confirmed_changes(pair: Pair) -> list[Change]:
    """Each late rise of train that validation bears out, both together by `LEAST_Z` standard errors.

    However sure train is by itself, it counts for no more than that: something has to be left to validation.
    Source: Stouffer et al. 1949, "The American Soldier", on adding up the z of independent tests.
    """
    return [
        change
        for change in late_rises(pair.train, LEAST_Z_OF_TRAIN)
        if (min(change.z, LEAST_Z) + _z_since(pair, change.split)) / math.sqrt(2.0) >= LEAST_Z
    ]


def _z_since(pair: Pair, split: int) -> float:
    """Standard errors by which validation is higher after the train value at `split`; 0.0 of too few.

    The later half of the evaluations before the split is compared with all after it. The error is that of the
    noise of the whole curve, as so few do not show how far they scatter. A rise of less than `LEAST_RISE` of
    what validation had gained, over all of them or over their later half, counts as none.
    """
    validation = pair.validation
    at = int(np.searchsorted(pair.train_steps_of_validation, float(pair.train.steps[split])))
    before = validation.descent[min(at // 2, max(0, at - LEAST_EVALUATIONS)) : at]
    after = validation.descent[at:]
    if min(len(before), len(after)) < LEAST_EVALUATIONS:
        return 0.0
    calm, later = median(before), after[-max(LEAST_EVALUATIONS, len(after) // 2) :]
    if min(median(after), median(later)) - calm < LEAST_RISE * (float(validation.descent[0]) - calm):
        return 0.0
    error = MEDIAN_ERROR * validation.noise * math.sqrt(1.0 / len(before) + 1.0 / len(after))
    return times_of(median(after) - calm, error)

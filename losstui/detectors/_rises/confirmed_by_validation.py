"""A rise of the train loss beside validation: borne out by it, or beyond doubt though it denies it."""

from __future__ import annotations

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._rises.lasting_rise import (
    LEAST_LOST_LASTING,
    LEAST_LOST_WANDERING,
    LEAST_VALUES,
    lasting_rise,
)
from losstui.detectors._rises.never_below import never_below
from losstui.detectors._rises.rise import AFTER_LEARNING, FROM_START, Rise, least_scale
from losstui.detectors._rises.witness import has_begun_below


def confirmed_by_validation(train: Curve, curves: RunCurves, least_lost: float) -> Rise | None:
    """A rise that the batches hide in the train loss, but not in the loss or the error of validation.

    `least_lost` is a share of the progress.
    """
    validation = curves.validation_loss or curves.held_back_error
    if validation is None or validation is train or len(train) < LEAST_VALUES:
        return None
    if len(validation) < LEAST_VALUES:
        return never_below(train, validation)
    rise = lasting_rise(train, least_lost, witnessed=True)
    learnt = rise is not None and rise.kind == AFTER_LEARNING and rise.lost >= LEAST_LOST_LASTING
    if rise is not None and lasting_rise(validation, least_lost, learnt=learnt):
        return rise
    return never_below(train, validation)


def is_beyond_doubt(train: Curve, rise: Rise | None, curves: RunCurves) -> bool:
    """Whether `train` ends as far above its start as that lay above its best: no scatter of batches.

    Validation may look at an average of the weights, which follows later. What never learned has to rise
    by more than it wanders; the first value alone is its start where validation began as low.
    """
    if rise is None or (rise.kind == FROM_START and rise.lost < LEAST_LOST_WANDERING):
        return False
    if rise.kind == FROM_START and has_begun_below(curves, float(train.blocks.medians[1:].min())):
        return True
    progress = max(train.progress, least_scale(train, train.start_level))
    return rise.tail > max(rise.start, train.start_level) + progress

"""What validation says of a rise of the train loss: the batches of train do not move it."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._rises.rise import Rise, least_scale
from losstui.detectors._schedule import below_zero_since
from losstui.findings import Onset
from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.ranks import rank_z

LEAST_VALUES = 3  # evaluations before and after: the fewest with a median
LEAST_SHARED = 0.25  # of the share that train lost: what validation has to have lost of its own
LEAST_GAIN = 0.05  # of its start level: a validation loss that gained less has nothing to lose
LEAST_FALL_Z = 2.0  # standard errors: of eight values the last seven fall as clearly as they can


def validation_denies(curves: RunCurves, onset: Onset, lost: float | None = None) -> bool:
    """Whether validation was measured often enough since `onset` and lost nothing like train, or nothing.

    It is asked from the begin of the interval on, as within it validation may have risen already; where it is
    not known before that, from the step and from the end.
    `lost` is the share of its progress that the train loss lost, by default from one evaluation to the other.
    Batches can scatter as if the train loss rose, and dropout, augmentation or other data make its task
    harder, not the model worse: a validation loss that is level since shows that. Of fewer evaluations
    before, as where the rise begins with the run, the first has to be as early as the first train loss, and
    all of the later half of those since to lie below each of them.
    """
    pair = curves.pairs[0] if curves.pairs else None
    if pair is None or pair.validation is not curves.validation_loss:
        return False
    known = int(np.count_nonzero(pair.train_steps_of_validation <= onset.low)) >= LEAST_VALUES
    steps = (onset.low,) if known else (onset.step, onset.high)
    return any(_denies(pair, step, lost) for step in steps)


def is_rise_denied(train: Curve, rise: Rise, curves: RunCurves, lost: float | None = None) -> bool:
    """Whether validation denies the `rise` of `train`, wherever within its interval it began.

    It cannot where the learning rate lies below 0: then the loss is climbed, however little of that
    validation shows so far. `lost` is as for `validation_denies`.
    """
    low, step, high = train.block_steps[[rise.begin.low, rise.begin.index, rise.begin.high]].tolist()
    climbs = below_zero_since(curves, high) is not None
    return not climbs and validation_denies(curves, Onset(step, low, high), lost)


def _denies(pair: Pair, step: int, lost: float | None) -> bool:
    """Whether validation denies a rise that began at `step`."""
    validation, after = pair.validation, pair.train_steps_of_validation > step
    since = int(after.sum())
    values = validation.descent
    if since < 1 or since == len(values) or not _scale(validation):
        return False
    if len(values) - since < LEAST_VALUES:
        later = values[len(values) - (since + 1) // 2 :]
        first = validation.first_step <= pair.train.first_step
        return first and len(later) >= LEAST_VALUES and float(later.max()) < float(values[~after].min())
    if lost is None:
        if validation.progress <= LEAST_GAIN * abs(validation.start_level):
            return False
        ends = (pair.train_levels_at(pair.train_steps_of_validation[part]) for part in _ends(since))
        lost = _share_lost(pair.train, *ends)
    return lost > 0.0 and _share_lost(validation, *(values[part] for part in _ends(since))) < (
        LEAST_SHARED * min(lost, 1.0)
    )


def _ends(since: int) -> tuple[slice, slice]:
    """The few evaluations before the last `since`, and the few at the end."""
    return slice(-since - LEAST_VALUES, -since), slice(-min(since, LEAST_VALUES), None)


def _share_lost(curve: Curve, before: FloatArray, at_end: FloatArray) -> float:
    """How far `curve` at its end lies above itself `before`, in shares of its progress."""
    rise = median(at_end) - median(before)
    return rise / _scale(curve)


def _scale(curve: Curve) -> float:
    """What a rise of `curve` is held against; 0.0 of one that stays at 0."""
    return max(curve.progress, least_scale(curve, curve.start_level))


def begins_oddly(loss: Curve, curves: RunCurves) -> bool:
    """Whether `loss` descends but for a first value below all others, and no other curve says it was so.

    A running mean that begins at 0, or what is logged before the first step, is no start of a rise. Where
    the run did blow up at once, the validation loss and the gradient norm began low as well.
    """
    rest = loss.blocks.medians[1:]
    half = len(rest) // 2
    if not half or loss.blocks.medians[0] >= rest.min() or rank_z(rest[half:], rest[:half]) < LEAST_FALL_Z:
        return False
    others = (curves.validation_loss, curves.grad_norm)
    beside = [one.descent for one in others if one is not None and one is not loss and len(one) > 1]
    began_low = any(values[0] < values[1:].min() for values in beside)
    return not began_low and not has_begun_below(curves, float(rest.min()))


def has_begun_below(curves: RunCurves, level: float) -> bool:
    """Whether validation, measured before the first step, lay below that `level` of the train loss as well.

    It may look at an average of the weights, and come down by and by while train stays where it went.
    """
    pair = curves.pairs[0] if curves.pairs else None
    if pair is None or pair.validation is not curves.validation_loss or not pair.is_of_one_quantity:
        return False
    from_start = pair.validation.first_step <= pair.train.first_step
    return from_start and float(pair.validation.descent[0]) < level

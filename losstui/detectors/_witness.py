"""What other curves, which no batch of the train loss moves, say of a rise of that loss."""

from __future__ import annotations

import math

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._rises import least_scale
from losstui.stats.medians import median
from losstui.stats.ranks import rank_z

LEAST_VALUES = 3  # evaluations before and after: the fewest with a median
LEAST_SHARED = 0.25  # of the share that train lost: what validation has to have lost of its own
LEAST_ODDS = 100  # to one that evaluations which are all alike lie in that order
LEAST_FALL_Z = 2.0  # standard errors: of eight values the last seven fall as clearly as they can


def validation_denies(curves: RunCurves, step: int, lost: float) -> bool:
    """Whether validation was measured often enough since `step` and lost nothing like `lost` of its progress.

    `lost` is the share of its progress that the train loss lost. Batches can scatter as if the train loss
    rose, and a validation loss that is level since shows that it did not. Of fewer evaluations before, as
    where the rise begins with the run, the first has to be as early as the first train loss, and all of the
    later half of those since to lie below each of them.
    """
    pair = curves.pairs[0] if curves.pairs else None
    if pair is None or pair.validation is not curves.validation_loss:
        return False
    validation, after = pair.validation, pair.train_steps_of_validation > step
    since = int(after.sum())
    values = validation.descent
    if since < 1 or since == len(values):
        return False
    if len(values) - since < LEAST_VALUES:
        later = values[len(values) - (since + 1) // 2 :]
        first = validation.first_step <= pair.train.first_step
        return first and len(later) >= LEAST_VALUES and float(later.max()) < float(values[~after].min())
    before = median(values[~after][-LEAST_VALUES:])
    rise = median(values[-min(since, LEAST_VALUES) :]) - before
    scale = max(validation.progress, least_scale(validation, validation.start_level))
    return rise < LEAST_SHARED * min(lost, 1.0) * scale


def validation_gains(curves: RunCurves, step: int) -> bool:
    """Whether validation has come, since `step`, below all that it was before: the data became harder.

    All of the later half of the evaluations since then have to lie below each of those before, for it may
    take a while to learn the new data. Of n alike k that are named lie below all others once in n over k
    times.
    """
    pair = curves.pairs[0] if curves.pairs else None
    if pair is None or pair.validation is not curves.validation_loss:
        return False
    values, later = pair.validation.descent, pair.train_steps_of_validation > step
    before, since = values[~later], values[later]
    half = since[len(since) // 2 :]
    if not len(before) or not len(half) or float(half.max()) >= float(before.min()):
        return False
    return math.comb(len(before) + len(half), len(half)) >= LEAST_ODDS


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
    return not any(values[0] < values[1:].min() for values in beside)

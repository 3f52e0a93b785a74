"""A rise where the learning rate was raised: of a place that is known before, luck needs no allowance."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import RAISED
from losstui.detectors._rises.rise import AFTER_LEARNING, Rise, least_scale
from losstui.detectors._schedule import RUNNING, schedule
from losstui.findings import Onset
from losstui.stats.blocks import running_median
from losstui.stats.change_points import ChangePoint
from losstui.stats.medians import median
from losstui.stats.noise import times_of
from losstui.stats.ranks import rank_z

LEAST_LEVELS = 8  # on each side: of fewer the ranks do not tell as much as `LEAST_Z`
LEAST_LOST = 1.0  # of the progress: by less a higher rate may raise the level of a run that goes on learning
LEAST_Z = 4.0  # standard errors: one in 30,000 by chance
AT_MOST = 1.01  # times the highest rate before: what is only rounded otherwise
JUST_BEFORE = 0.05  # of the run: a rise begins no later than that behind the rate that makes it
LEAST_LASTING_Z = 2.5  # the same of the second half of what came since: it has not come back


def rise_at_raised_rate(train: Curve, curves: RunCurves) -> Rise | None:
    """The rise of the train loss, by the ranks of its levels, since the rate was raised above all before."""
    plan = schedule(curves)
    if plan is None or train is not curves.train_loss:
        return None
    raised = np.flatnonzero(plan.rates[1:] >= RAISED * np.maximum.accumulate(plan.rates)[:-1]) + 1
    at = int(np.searchsorted(train.block_steps, plan.steps[raised[-1]])) if len(raised) else 0
    before, after = train.blocks.medians[:at], train.blocks.medians[at:]
    if min(len(before), len(after)) < LEAST_LEVELS:
        return None
    end, start = after[len(after) // 2 :], max(train.start_level, float(before[0]))
    best, beside = float(running_median(before, LEAST_LEVELS).min()), before[-len(after) :]
    lost = times_of(median(end) - best, max(start - best, least_scale(train, start)))
    z = rank_z(beside, after)
    if lost < LEAST_LOST or z < LEAST_Z or rank_z(beside, end) < LEAST_LASTING_Z:
        return None
    return Rise(ChangePoint(at, at - 1, at), start, best, median(end), lost, z, AFTER_LEARNING)


def is_restarted(onset: Onset, curves: RunCurves) -> bool:
    """Whether the rate came back up where a rise begins, not above all before, and is still up there.

    What a restart of the schedule undoes, the way down makes good: until then nothing can be said.
    """
    plan = schedule(curves)
    if plan is None:
        return False
    earliest = onset.low - JUST_BEFORE * float(plan.steps[-1] - plan.steps[0])
    begin, end = int(np.searchsorted(plan.steps, earliest)), np.searchsorted(plan.steps, onset.high, "right")
    before, since, low = plan.rates[:begin], plan.rates[begin:], plan.rates[begin:end]
    if not len(before) or not len(low):
        return False
    up = max(RAISED * float(low.min()), RUNNING * float(before.max()))
    return up <= float(since[-1]) and up <= float(since.max()) <= AT_MOST * float(before.max())

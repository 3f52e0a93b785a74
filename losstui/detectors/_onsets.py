"""Onsets of findings from change points between the blocks of a curve."""

from __future__ import annotations

import numpy as np

from losstui.curves import Curve, RunCurves
from losstui.detectors._context import schedule
from losstui.findings import Onset
from losstui.stats.change_points import ChangePoint

RAISED = 1.5  # times the learning rate logged before: no warm-up rises so far at once, but at its first steps
LAG_VALUES = 2  # values of the curve from a new learning rate to the first that shows it


def onset_in_blocks(curve: Curve, found: ChangePoint, curves: RunCurves) -> Onset:
    """The onset in steps of a change point whose indices count the blocks of `curve`.

    A block says only that the change is within it, so the interval takes in whole blocks. Where the
    learning rate was raised at once within the interval, or just before, it began there.
    """
    blocks, steps = curve.blocks, curve.steps
    first, last = int(blocks.first[found.low]), int(blocks.last[found.high])
    onset = Onset(int(curve.block_steps[found.index]), int(steps[first]), int(steps[last]))
    return at_raised_rate(onset, int(steps[max(0, first - LAG_VALUES)]), curves)


def at_raised_rate(onset: Onset, earliest: int, curves: RunCurves) -> Onset:
    """The onset where the learning rate was raised at once between `earliest` and its end, else as it is."""
    plan = schedule(curves)
    if plan is None:
        return onset
    where = np.flatnonzero((plan.steps[1:] >= earliest) & (plan.steps[1:] <= onset.high))
    raised = where[plan.rates[where + 1] >= RAISED * plan.rates[where]]
    if not len(raised):
        return onset
    before, after = plan.steps[[raised[-1], raised[-1] + 1]].tolist()
    return Onset(int(after), min(onset.low, int(before)), onset.high)

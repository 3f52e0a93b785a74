"""Onsets of findings from change points between the blocks of a curve."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._schedule import below_zero_since, schedule
from losstui.findings import Onset
from losstui.frame import FloatArray, IntArray
from losstui.stats.change_points import ChangePoint
from losstui.stats.medians import median

RAISED = 1.5  # times the learning rate logged before: no warm-up rises so far at once, but at its first steps
BESIDE = 9  # blocks on both sides of a raise: their median tells a step from noise
MOST_OF = 0.5  # of the rise
GAP_SHARES = (
    0.25,
    0.5,
    0.75,
)  # of the gap at the end: between the outer two it has come to half
LAG_VALUES = 2  # values of the curve from a new learning rate to the first that shows it


def since_the_start(curve: Curve) -> Onset:
    """The onset of what was there before the first value of `curve`, which has some.

    Training began up to one interval between values earlier: a loss first logged at step 20, and then
    every 20 steps, is that of a run which began at step 0.
    """
    began = earliest_start(curve.steps)
    return Onset(began, began, curve.first_step)


def earliest_start(steps: IntArray) -> int:
    """The first step that training may have begun at, where it was logged at `steps`, shape (n,), n >= 1."""
    first = int(steps[0])
    intervals = np.diff(steps)
    is_even = bool(np.all(intervals == intervals[:1]))  # most logs: nothing to sort
    interval = int(intervals[0] if is_even else np.median(intervals)) if len(intervals) else 0
    return max(first - interval, min(first, 0))


def onset_in_blocks(curve: Curve, found: ChangePoint, curves: RunCurves) -> Onset:
    """The onset in steps of a change point whose indices count the blocks of `curve`.

    A block says only that the change is within it, so the interval takes in whole blocks. Where the
    learning rate was raised at once within the interval, or just before or behind it, as the interval may end
    with the last low value, it began there; where the rate is below 0 it began as soon as it was, for from
    there on the loss is climbed.
    """
    blocks, steps = curve.blocks, curve.steps
    first, last = int(blocks.first[found.low]), int(blocks.last[found.high])
    onset = Onset(int(curve.block_steps[found.index]), int(steps[first]), int(steps[last]))
    turned = below_zero_since(curves, onset.high)
    if turned is not None:
        return Onset(turned.step, turned.low, onset.high)
    onset = _at_later_raise(curve, found, onset, curves)
    earliest, latest = max(0, first - LAG_VALUES), min(last + 1, len(steps) - 1)
    return at_raised_rate(onset, int(steps[earliest]), max(int(steps[latest]), onset.high), curves)


def _at_later_raise(curve: Curve, found: ChangePoint, onset: Onset, curves: RunCurves) -> Onset:
    """The onset at a learning rate that was raised at once later, where most of the rise is made there."""
    plan, blocks = schedule(curves), curve.blocks
    if plan is None or len(blocks) < 2 * BESIDE:
        return onset
    first = max(0, int(np.searchsorted(plan.steps, onset.high, "right")) - 1)
    raised = first + _raises(plan.rates[first:])
    if not len(raised):
        return onset
    level, end = median(blocks.medians[: found.index + 1][-BESIDE:]), median(blocks.medians[-BESIDE:])
    for before, after in zip(plan.steps[raised].tolist(), plan.steps[raised + 1].tolist(), strict=True):
        at = int(np.searchsorted(curve.steps[blocks.first], float(after)))
        sides = blocks.medians[max(0, at - BESIDE) : at], blocks.medians[at : at + BESIDE]
        if len(sides[1]) == BESIDE and median(sides[1]) - median(sides[0]) >= MOST_OF * (end - level):
            return Onset(int(after), int(before), int(after))
    return onset


def at_raised_rate(onset: Onset, earliest: int, latest: int, curves: RunCurves) -> Onset:
    """The onset where the learning rate was raised at once between these two steps, else as it is.

    Of a rate that was raised again at each value, little by little, the first raise is the cause.
    """
    plan = schedule(curves)
    if plan is None:
        return onset
    first = max(0, int(np.searchsorted(plan.steps, earliest)) - 1)
    end = int(np.searchsorted(plan.steps, latest, "right"))
    raised = first + _raises(plan.rates[first:end])
    if not len(raised):
        return onset
    begin = raised[_first_in_a_row(raised)]
    before, after = plan.steps[[begin, begin + 1]].tolist()
    return Onset(int(after), min(onset.low, int(before)), max(onset.high, int(after)))


def _first_in_a_row(indices: IntArray) -> int:
    """The place of the first of the last `indices`, shape (n,), n >= 1, rising, that follow each other."""
    apart = np.flatnonzero(np.diff(indices) > 1)
    return int(apart[-1]) + 1 if len(apart) else 0


def _raises(rates: FloatArray) -> IntArray:
    """The indices of `rates`, shape (n,), that are followed by one raised at once, which is none below 0."""
    before, after = rates[:-1], rates[1:]
    return np.flatnonzero((after >= RAISED * before) & (after > 0.0))


def onset_of_gap(steps: IntArray, gap: FloatArray, end: float) -> Onset:
    """The step from which on `gap`, shape (n,) as `steps`, stays above half of what it ends at, `end`."""
    low, begin, high = sorted(int(steps[_stays_above(gap, share * end)]) for share in GAP_SHARES)
    return Onset(begin, low, high)


def _stays_above(values: FloatArray, bound: float) -> int:
    below = np.flatnonzero(values < bound)
    return min(int(below[-1]) + 1, len(values) - 1) if len(below) else 0

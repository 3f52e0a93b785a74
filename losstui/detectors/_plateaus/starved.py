"""Whether a loss is at a stand because no gradient reaches the weights."""

from __future__ import annotations

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors._dead_share import dead_share
from losstui.detectors._flat_bounds import FlatBounds, flat_tails
from losstui.detectors._flat_tail import LONGER_SHARE, FlatTail, together
from losstui.detectors._plateaus.bounds import LEAST_FALL, LEAST_Z, LOOSE_SHARE, TAIL_SHARE
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._vanished import vanished
from losstui.findings import Measure
from losstui.wording import portion, readable

MOST_OPEN = 1.67  # times what counts as flat: how far off a fall may be, 95 % sure


def starved(
    curves: RunCurves, tails: list[FlatTail], stand: FlatTail | None
) -> tuple[FlatTail, Reason] | None:
    """What gradient and dead units tell of the loss at a `stand`, or of one of `tails` that moves too little.

    It does not surely move, by `LEAST_Z` standard errors, and falls by no more than counts as flat, as far as
    noise shows.
    """
    if stand is not None:
        reason = _unfed(curves, stand)
        return None if reason is None else (stand, reason)
    if any(tail.moves(tail.bound, LEAST_Z) or tail.risen for tail in tails):
        return None
    held = tails[-1].held(TAIL_SHARE)
    reason = _unfed(curves, held)
    return (held, reason) if reason is not None and _falls_little(curves) else None


def _unfed(curves: RunCurves, tail: FlatTail) -> Reason | None:
    """Why the loss is at a stand in `tail`: nothing tells the weights to move.

    The gradient has vanished before the first layers, most units are dead, or the gradient is exactly 0.
    """
    gradient = vanished(curves)
    if gradient is not None:
        left = gradient.left
        text = f"the {left.name} is {readable(left.value)} {left.unit}"
        return Reason("starved", text, left)
    dead = dead_share(curves)
    if dead is not None:
        return Reason("starved", f"{portion(dead.value, 'the units')} are dead", dead)
    return _without_gradient(curves, tail)


def _falls_little(curves: RunCurves) -> bool:
    """Whether the curves fall by no more than counts as flat, as far as noise lets it show.

    That is by their estimate, where its error is small enough. What falls ever slower fell no slower before,
    so the pace over a longer part of the run, which is known far better, tells as well.
    """
    for share in (TAIL_SHARE, LONGER_SHARE, 1.0):
        fall = together(flat_tails(curves, FlatBounds(share, LEAST_FALL, LOOSE_SHARE)))
        longer = share / TAIL_SHARE
        if fall.value <= longer and fall.upper - fall.value <= MOST_OPEN * longer:
            return True
    return False


def _without_gradient(curves: RunCurves, tail: FlatTail) -> Reason | None:
    """Why the train loss stands still: its gradient is exactly 0.

    A norm that was not measured is often logged as 0 too, but beside a loss that moves.
    """
    norm = curves.grad_norm
    if norm is None or not len(norm) or tail.curve is not curves.train_loss:
        return None
    left = float(norm.values[-max(1, round(TAIL_SHARE * len(norm))) :].max())
    if left > 0.0 or float(np.ptp(tail.end(TAIL_SHARE))) > 0.0:
        return None
    measure = Measure("highest gradient norm over the tail", left, 0.0, "gradient norm")
    return Reason("starved", f"{norm.tag} is 0, and {tail.curve.tag} the same to the last digit", measure)

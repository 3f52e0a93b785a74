"""Whether the weights of a run no longer move, by a loss that no longer scatters."""

from __future__ import annotations

import numpy as np

from losstui.detectors._flat_tail import AT_START, FlatTail
from losstui.detectors._plateaus.bounds import TAIL_SHARE
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._schedule import Schedule
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.stats.chance import exactly_guessing

MOST_SWING = 3e-4  # of the level: weights that batches still move change a loss by more
MOST_SCATTER = 3e-3  # of the noise of a train value: weights that batches move pass on more to validation ...
MOST_OF_GAIN = 6e-4  # ... and of the gain: where next to nothing was gained, all of it is small
STRAIGHT = 0.1  # of the way along the line: what has found a minimum scatters, or comes to it ever slower
EARLY = 0.25  # of the run: rates that are lowered when the loss is flat take longer than that to be gone
UNIT = "of that of a train value"
MOST_FALLEN = 0.8  # of the first level: what lost more did learn


def frozen(tails: list[FlatTail], plan: Schedule | None) -> Reason | None:
    """Why the last of `tails`, those of the losses, is no finished run: its weights hardly move any more.

    One of these tells it; the later ones need that no loss lost more than `MOST_FALLEN` of its first level.

    - All values are the same, at the level of guessing. How high the loss began does not matter then.
    - The loss scatters far less than the batches do, has been flat since `EARLY` of the run at the latest,
      and its last values never turn back. Batches that still move the weights move it up as often as down.
      A rate that runs out in the last quarter is then no reason: it was high when the loss stopped.
    - The values of all losses lie close together, and little was gained. After a larger gain the run may as
      well have come to its minimum.
    - The loss lies close to a straight line. A rate that is a thousandth of what it was moves a loss on fixed
      data as evenly, and by next to nothing.
    """
    tail, batches = tails[-1], tails[0].curve.noise if len(tails) > 1 else 0.0
    if (guessing := _exactly_at_guessing(tail)) is not None:
        return guessing
    if any(one.fallen > MOST_FALLEN for one in tails):
        return None
    swing, together = tail.swing(TAIL_SHARE), min(MOST_SCATTER * batches, MOST_OF_GAIN * tail.gained)
    beside = swing * abs(tail.level) < together  # what never moved at all has not stopped
    if batches > 0.0 and beside and tail.since <= EARLY and _one_way(tail.end(TAIL_SHARE)):
        measure = Measure("swing over the tail", swing * abs(tail.level) / batches, MOST_SCATTER, UNIT)
        how = "no longer changes while the batches still scatter: the weights stopped early"
        return Reason("stuck", f"{tail.curve.tag} {how}", measure)
    if plan is not None and plan.ran_out:
        return None
    if swing > MOST_SWING:
        most = min(together, STRAIGHT * swing * abs(tail.level))
        return _evenly(tail, batches, most) if batches > 0.0 else None
    # After a larger gain the run may have come to its minimum.
    if tail.fallen > AT_START or not (beside or all(one.swing(TAIL_SHARE) <= MOST_SWING for one in tails)):
        return None
    measure = Measure("swing over the tail", swing, MOST_SWING, "fraction of the level")
    return Reason("stuck", f"{tail.curve.tag} no longer changes at all", measure)


def _evenly(tail: FlatTail, batches: float, most: float) -> Reason | None:
    """Whether the tail scatters by `most` about a line, where train values do by `batches`."""
    scatter = tail.scatter_about_line(TAIL_SHARE)
    if scatter > most:
        return None
    measure = Measure("scatter over the tail", scatter / batches, MOST_SCATTER, UNIT)
    text = f"{tail.curve.tag} no longer scatters while the batches still do: the weights hardly move"
    return Reason("stuck", text, measure)


def _exactly_at_guessing(tail: FlatTail) -> Reason | None:
    """Whether all values of the tail are the same, and that of guessing."""
    exact = exactly_guessing(tail.level)
    if not exact or float(np.ptp(tail.end(TAIL_SHARE))) != 0.0:
        return None
    measure = Measure("distance to the level of guessing", exact.off, exact.tolerance, "fraction")
    return Reason("stuck", f"{tail.curve.tag} no longer changes in a digit, at {exact.text}", measure)


def _one_way(values: FloatArray) -> bool:
    """Whether `values`, shape (n,), never turn back; n that batches move do so by chance in 2 of n! cases."""
    moves = np.diff(values)
    return bool((moves <= 0.0).all() or (moves >= 0.0).all())

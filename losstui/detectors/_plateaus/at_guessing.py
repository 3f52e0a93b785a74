"""Whether a loss is flat at the level of guessing."""

from __future__ import annotations

import math

from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.bounds import LATEST_START, LEAST_Z
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._skill import accuracies_known, accuracy_improves, final_accuracy
from losstui.findings import Measure
from losstui.stats.chance import FlatLoss, guess_at
from losstui.wording import number

FEWEST_ACCURACIES = 4  # of fewer, how far an accuracy improves has no error, and it may have done so since
SAME_GUESS = 0.03  # of the level: train and validation guess alike, if not on the same data


def at_guessing(
    tail: FlatTail, tails: list[FlatTail], accuracy: float | None, *, standardised: bool
) -> Reason | None:
    """Why the flat `tail` is no end: it is where guessing is, and so are all of `tails`, those of the losses.

    `accuracy`, within 0 and 1, is that of the run; with a `standardised` target a loss of 1 is guessing too.
    Levels differ by `LEAST_Z` standard errors.
    """
    loss = FlatLoss(tail.level, tail.first, max(one.scatter for one in tails), tail.error)
    guess = guess_at(loss, accuracy, standardised=standardised)
    if guess is None or not all(_same_level(one, tail) for one in tails):
        return None
    measure = Measure("distance to the level of guessing", guess.off, guess.tolerance, "fraction")
    return Reason("stuck", f"at {number(tail.level)} it is {guess.text}", measure)


def down_to_guessing(curves: RunCurves, loose: list[FlatTail]) -> tuple[FlatTail, Reason] | None:
    """The loss that a bad start left to fall all the way to guessing, where an accuracy says so too.

    `loose` are the tails of the losses; the one is flat from `LATEST_START` of the run on or before.
    """
    accuracy = final_accuracy(curves)
    if accuracy is None or accuracy_improves(curves) or any(tail.risen for tail in loose):
        return None
    if accuracies_known(curves) < FEWEST_ACCURACIES:
        return None
    for tail in loose:
        reason = at_guessing(tail, loose, accuracy, standardised=False)
        if reason is not None and tail.since <= LATEST_START:
            return tail, reason
    return None


def _same_level(one: FlatTail, other: FlatTail) -> bool:
    """Whether both end alike, but for other data and the noise of their levels."""
    apart, errors = abs(one.level - other.level), (one.part.end.error, other.part.end.error)
    return apart <= max(SAME_GUESS * other.level, LEAST_Z * math.hypot(*errors))

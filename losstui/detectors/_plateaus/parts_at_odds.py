"""Whether a part of a loss was given up for the others, or never learned because of them."""

from __future__ import annotations

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._parts import GivenUp, part_at_guessing, part_given_up
from losstui.detectors._plateaus.bounds import LEAST_Z
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._skill import final_accuracy
from losstui.findings import Measure
from losstui.stats.chance import Guess
from losstui.wording import portion, readable

LEAST_PART = 1 / 3  # of the loss: a part that is less is not what holds it up
LEAST_PART_RISE = 0.05  # of the loss: a part that has risen by less was not given up


def parts_at_odds(curves: RunCurves, tail: FlatTail) -> Reason | None:
    """Why the train loss is at a stand in `tail`: the other parts of the loss hold one part back.

    That part has risen, by at least `LEAST_Z` deviations of one of its values, or stayed at guessing.
    """
    if tail.curve is not curves.train_loss:
        return None
    part = part_given_up(curves, tail.curve, LEAST_Z)
    if part is not None and part.share >= LEAST_PART and part.rise >= LEAST_PART_RISE:
        return _given_up(part)
    guessing = part_at_guessing(curves, tail.curve, final_accuracy(curves))
    return None if guessing is None else _never_learned(*guessing)


def _given_up(part: GivenUp) -> Reason:
    text = (
        f"{part.tag} has risen from {readable(part.start)} to {readable(part.level)}, "
        f"{portion(part.share, 'the loss that is left')}: the parts of the loss pull against each other"
    )
    measure = Measure("rise of a part", part.rise, LEAST_PART_RISE, "fraction of the loss")
    return Reason("parts-at-odds", text, measure, (part.rise, LEAST_PART_RISE))


def _never_learned(part: Curve, guess: Guess) -> Reason:
    text = f"{part.tag} has stayed at {guess.text}: the other parts of the loss rule what is learned"
    measure = Measure("distance to the level of guessing", guess.off, guess.tolerance, "fraction")
    return Reason("stuck", text, measure)

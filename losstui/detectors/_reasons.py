"""What says that a flat loss could be lower."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curve import Curve
from losstui.detectors._context import Skill
from losstui.detectors._parts import GivenUp
from losstui.findings import Measure, Severity
from losstui.kin import Standing
from losstui.stats.chance import Guess
from losstui.wording import number, percent, readable

MOST_NAMED = 3  # settings that differ: more is a list to read elsewhere
LONGEST = 24  # characters of a setting in a message


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of plateau, in words and as a measure.

    `effect` is a measure and its bound, or the other way round, where that says how sure the reason is;
    a reason that holds for finished runs as well is no warning by its `severity`.
    """

    kind: str
    message: str
    measure: Measure
    effect: tuple[float, float] | None = None
    severity: Severity = Severity.WARNING


def exhausted(name: str, share: float, least_fall: float) -> Reason:
    """`name` made that `share` of its gain, at least `least_fall`, in the second half of the spent rate."""
    return Reason(
        "lr-exhausted",
        f"the learning rate ran out while {name} was still improving, and it froze with it",
        Measure("fall late in the spent learning rate", share, least_fall, "fraction of the gain"),
    )


def low_skill(learned: Skill, most: float) -> Reason:
    """A classifier is `most` of the way from guessing to all right, or less."""
    text = (
        f"an accuracy of {percent(learned.accuracy)} is {percent(max(0.0, learned.share))} of the "
        f"way from guessing among {learned.classes} classes to all right"
    )
    measure = Measure("accuracy above guessing", learned.share, most, "fraction of what there is")
    return Reason("low-skill", text, measure, (most, max(learned.share, 0.1 * most)))


def at_odds(part: GivenUp, least_rise: float) -> Reason:
    """A part of the loss was given up for the others; `least_rise` is the bound of its rise."""
    text = (
        f"{part.tag} has risen from {readable(part.start)} to {readable(part.level)}, "
        f"{percent(part.share)} of what is left: the parts of the loss pull against each other"
    )
    measure = Measure("rise of a part", part.rise, least_rise, "fraction of the loss")
    return Reason("parts-at-odds", text, measure, (part.rise, least_rise))


def guessing_part(part: Curve, guess: Guess) -> Reason:
    """A part of the loss has never left the level of guessing."""
    text = f"{part.tag} has stayed at {guess.text}: the other parts of the loss rule what is learned"
    measure = Measure("distance to the level of guessing", guess.off, guess.tolerance, "fraction")
    return Reason("stuck", text, measure)


def behind(standing: Standing, unit: str, least_behind: float) -> Reason:
    """Siblings had come far lower; `unit` is what one step is, `least_behind` the bound of the distance."""
    apart = [
        f"{one.name} {_short(one.now)}, there {_short(one.before)}" for one in standing.differing[:MOST_NAMED]
    ]
    text = (
        f"with as many {unit}s {standing.sibling} had brought {standing.tag} down to {number(standing.level)}"
        + (f" ({'; '.join(apart)})" if apart else "")
    )
    measure = Measure(
        "distance to what two siblings reach", standing.share, least_behind, "fraction of their gain"
    )
    return Reason("behind-siblings", text, measure, (standing.share, least_behind))


def _short(setting: str | None) -> str:
    if setting is None:
        return "not logged"
    return setting if len(setting) <= LONGEST else f"{setting[: LONGEST - 1]}…"

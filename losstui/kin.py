"""What runs tell of themselves to their siblings, and where one of them stands among the others."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from losstui.frame import FloatArray
from losstui.hyperparameters import HyperparameterDifference, number_of
from losstui.run_names import LoneNumber
from losstui.wording import counted, number

BEHIND_SIBLINGS = "behind-siblings"  # the kind of a finding that rests on a standing
MOST_NAMED = 3  # settings that differ: more is a list to read elsewhere
LONGEST_NUMBER = 9  # characters of a setting: what four digits take, and all that a person writes
LONGEST = 24  # characters of a setting in a message


@dataclass(frozen=True, slots=True, eq=False)
class LossLevels:
    """The course of one loss in a few levels; `steps` and `levels` have shape (n,), n >= 1, by step.

    `start` is the level it began at, `error` the standard error of one level, both in the unit of the loss.
    """

    tag: str
    steps: FloatArray
    levels: FloatArray
    start: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """The family a run says it belongs to, equal for all of it, and its losses: train, validation or both.

    `numbers` are those in its name that may part the family, if they are no counts of the runs.
    `names_task` is whether what it says names the task, or only how it was trained.
    """

    family: Hashable
    numbers: tuple[LoneNumber, ...]
    names_task: bool
    losses: tuple[LossLevels, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run ends above what two siblings at least had reached with as many steps.

    `sibling` is the id of the one that got furthest, `level` where its loss `tag` stood by then and `own`
    where that of the run ends, `differing` the settings that are other there (`before`) than here (`now`).
    `share` is the distance to the second as a share of what that one gained, the smaller of train and
    validation. `gain` is what the first gained since it was untrained, in the unit of the loss.
    """

    sibling: str
    tag: str
    level: float
    own: float
    differing: tuple[HyperparameterDifference, ...]
    share: float
    gain: float

    def text(self, unit: str) -> str:
        """The same in words, within a sentence; `unit` is what one step of the run is called."""
        named = [_in_words(one) for one in self.differing[:MOST_NAMED]]
        others = len(self.differing) - len(named)
        more = f" and {counted(others, 'other setting')}" if others else ""
        settings = f", with {', '.join(named)}{more}," if named else ""
        return (
            f"{self.sibling}{settings} had brought {self.tag} down to {number(self.level)} "
            f"in as many {unit}s, this run to {number(self.own)}"
        )


def _in_words(one: HyperparameterDifference) -> str:
    before, now = _rounded(one.before), _rounded(one.now)
    if before == now:  # what differs in further digits is told with all of them
        before, now = one.before, one.now
    return f"{one.name} {_short(before)} (here {_short(now)})"


def _rounded(setting: str | None) -> str | None:
    """A rate that was drawn, "0.06122104858870895", as a person says it."""
    if setting is None or len(setting) <= LONGEST_NUMBER or not (set(setting) & {".", "e"}):
        return setting
    value = number_of(setting)
    return setting if value is None else number(value)


def _short(setting: str | None) -> str:
    if setting is None:
        return "not logged"
    return setting if len(setting) <= LONGEST else f"{setting[: LONGEST - 1]}…"

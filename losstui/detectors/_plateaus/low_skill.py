"""Whether a classifier whose loss is at a stand is little better than guessing, on all data alike."""

from __future__ import annotations

from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._schedule import Schedule
from losstui.detectors._skill import Skill, skill
from losstui.findings import Measure
from losstui.stats.confidence import below
from losstui.wording import percent

MOST_SKILL = 0.35  # of the way from guessing to all right: classes that overlap allow more
MOST_CLASSES = 1000  # beyond, what is right is seldom one class alone
MOST_PACE = 0.15  # of the gain over the tail: a third of an even descent is slow, not at a stand
MOST_FALLEN = 0.5  # of the first level: a low accuracy after more than that is that of a hard task
SAME_LEVEL = 0.15  # of the level: closer than that, train and validation have learned equally little


def low_skill(
    curves: RunCurves, tail: FlatTail, tails: list[FlatTail], plan: Schedule | None, least_z: float
) -> Reason | None:
    """Why `tail`, the one of `tails` that is at a stand, is no end: next to nothing was learned.

    `tails` are those of all losses, the first of which tells how many classes there are.
    """
    if (plan is not None and plan.under_way) or tails[0].curve is not curves.train_loss:
        return None
    learned = skill(curves, tails[0].first)
    if learned is None or learned.classes > MOST_CLASSES or learned.share > MOST_SKILL:
        return None
    if any(one.moves(MOST_PACE * one.gained, least_z) or one.fallen > MOST_FALLEN for one in tails):
        return None
    alike = all(abs(one.level - tail.level) <= SAME_LEVEL * tail.level for one in tails)
    return _told(learned) if alike else None


def _told(learned: Skill) -> Reason:
    text = (
        f"an accuracy of {percent(learned.accuracy)} is {percent(max(0.0, learned.share))} of the "
        f"way from guessing among {learned.classes} classes to all right"
    )
    measure = Measure("accuracy above guessing", learned.share, MOST_SKILL, "fraction of what there is")
    return Reason("low-skill", text, measure, below(learned.share, MOST_SKILL))

"""Whether a classifier whose loss is at a stand is little better than guessing, on all data alike."""

from __future__ import annotations

from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.bounds import LEAST_Z
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._schedule import Schedule
from losstui.detectors._skill import Skill, share_wrong, skill
from losstui.findings import Measure
from losstui.stats.confidence import below
from losstui.wording import percent

MOST_SKILL = 0.35  # of the way from guessing to all right: classes that overlap allow more
MOST_CLASSES = 1000  # beyond, what is right is seldom one class alone
MOST_PACE = 0.15  # of the gain over the tail: a third of an even descent is slow, not at a stand
MOST_FALLEN = 0.5  # of the first level: a low accuracy after more than that is that of a hard task
SAME_LEVEL = 0.15  # of the level: closer than that, train and validation have learned equally little
# Where only shares of answers are known: of two classes many a task hardly tells the one from the other ...
FEWEST_ALONE = 3
MOST_ALONE = 10  # ... and beyond, whatever a run begins at is near some 1/K


def low_skill(
    curves: RunCurves, tail: FlatTail, tails: list[FlatTail], plan: Schedule | None
) -> Reason | None:
    """Why `tail`, the one of `tails` that is at a stand, is no end: next to nothing was learned.

    `tails` are those of all losses, the first of which tells how many classes there are.
    """
    if (plan is not None and plan.under_way) or tails[0].curve is not curves.train_loss:
        return None
    learned = skill(curves, tails[0].first)
    if learned is None or learned.classes > MOST_CLASSES or learned.share > MOST_SKILL:
        return None
    little = all(one.fallen <= MOST_FALLEN for one in tails)
    return _told(learned) if little and _stand_alike(tail, tails) else None


def low_share(tail: FlatTail, tails: list[FlatTail], plan: Schedule | None) -> Reason | None:
    """The same of a run without a loss in nats, by its shares of right or wrong answers, those of `tails`.

    The share that began nearest to guessing tells how many classes there are. A single curve is not enough:
    many a task is done at a third.
    """
    if len(tails) < 2 or (plan is not None and plan.under_way):
        return None
    began = [share_wrong(one.curve, one.first) for one in tails]
    ended = share_wrong(tail.curve, tail.level)
    if ended is None or None in began:
        return None
    guessed = max(share for share in began if share is not None)
    classes = round(1.0 / (1.0 - guessed)) if guessed < 1.0 else 0
    gained = max(one.fallen for one in tails)
    if not FEWEST_ALONE <= classes <= MOST_ALONE or gained > MOST_SKILL:
        return None
    return _told(Skill(1.0 - ended, classes, 1.0 - guessed)) if _stand_alike(tail, tails) else None


def _stand_alike(tail: FlatTail, tails: list[FlatTail]) -> bool:
    """Whether none of `tails` is on its way, and all have as much left as `tail`."""
    moving = any(one.moves(MOST_PACE * one.gained, LEAST_Z) for one in tails)
    return not moving and all(abs(one.left - tail.left) <= SAME_LEVEL * tail.left for one in tails)


def _told(learned: Skill) -> Reason:
    text = (
        f"an accuracy of {percent(learned.accuracy)} is {percent(max(0.0, learned.share))} of the "
        f"way from guessing among {learned.classes} classes to being right on all"
    )
    measure = Measure("accuracy above guessing", learned.share, MOST_SKILL, "fraction of what there is")
    return Reason("low-skill", text, measure, below(learned.share, MOST_SKILL))

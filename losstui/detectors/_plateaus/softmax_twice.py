"""Whether a classifier stands at the floor that a second softmax puts under its loss."""

from __future__ import annotations

import math

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._skill import final_accuracy, is_regression
from losstui.findings import Measure
from losstui.roles import Kind, Split
from losstui.stats.chance import SEEN_TOLERANCE, most_needed
from losstui.wording import number, percent

LEAST_CLASSES = 3  # of two, losses that end near 0.31 are common
MOST_CLASSES = 1000  # beyond, the first loss does not say how many there are
MOST_ABOVE = 0.05  # nats: what answers that are not quite sure add, or one answer in twenty that is wrong
LEAST_EXCESS = 1.2  # times what the accuracy costs at most: below, the loss is what it should be
LEAST_Z = 3.0  # standard errors of the level
ROUNDED = 1e-3  # of the floor: what digits leave open


def floor_of(classes: int) -> float:
    """What a sample costs at least, in nats, where the cross-entropy takes probabilities for scores.

    Who is sure and right has the scores 1 and, `classes` - 1 times, 0; who is sure and wrong loses 1 more.
    """
    return math.log(math.e + classes - 1) - 1.0


def softmax_twice(curves: RunCurves, tails: list[FlatTail]) -> tuple[FlatTail, Reason] | None:
    """The first of `tails`, those of losses at a stand, and why: all lie where that floor leaves them.

    No value is outside of what such a loss can be. Its end is as far above the floor as answers are wrong,
    and more than these cost at most. Without an accuracy nothing is told: other losses end there too.
    """
    train = curves.train_loss
    if train is None or not len(train) or not tails or tails[0].curve is not train or is_regression(curves):
        return None
    first = float(train.descent[0])
    classes = round(math.exp(first)) if 0.0 < first <= math.log(MOST_CLASSES) else 0
    if classes < LEAST_CLASSES or curves.select(Kind.COMPONENT_LOSS, Split.TRAIN):
        return None
    accuracy = final_accuracy(curves)
    if accuracy is None or first < (1.0 - SEEN_TOLERANCE) * math.log(classes):
        return None
    wrong = 1.0 - accuracy
    if not all(_within(tail, classes) and _above(tail, classes) <= wrong + MOST_ABOVE for tail in tails):
        return None
    above = tails[-1].level - floor_of(classes)
    needed = LEAST_EXCESS * most_needed(accuracy, classes)
    if above < wrong - MOST_ABOVE or min(one.level for one in tails) < needed:
        return None
    return tails[0], _told(above, classes, accuracy)


def _told(above: float, classes: int, accuracy: float) -> Reason:
    level = f"ln(e + {classes - 1}) - 1 = {number(floor_of(classes))}"
    most = 1.0 - accuracy + MOST_ABOVE
    measure = Measure("distance to the floor of a second softmax", above, most, "nats")
    text = (
        f"with an accuracy of {percent(accuracy)} it is what a loss of {classes} classes is that gets "
        f"probabilities for scores: {level}, and 1 more for each wrong answer"
    )
    return Reason("softmax-twice", text, measure)


def _above(tail: FlatTail, classes: int) -> float:
    """How far the level is above the floor, at least."""
    return tail.level - floor_of(classes) - LEAST_Z * tail.part.end.error


def _within(tail: FlatTail, classes: int) -> bool:
    """Whether the loss began no higher than guessing, and no value is out of what there can be."""
    values, floor = tail.curve.descent, floor_of(classes)
    lowest, highest = float(np.min(values)), float(np.max(values))
    began = float(values[0]) <= (1.0 + SEEN_TOLERANCE) * math.log(classes)
    return began and lowest >= (1.0 - ROUNDED) * floor and highest <= (1.0 + ROUNDED) * (floor + 1.0)

"""How good a run is by its accuracy, and whether it has one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.kinds import HELD_BACK, LOSSES
from losstui.roles import Kind, Split
from losstui.stats.chance import MOST_CLASSES, is_guessing
from losstui.stats.ranks import rank_z
from losstui.stats.trend import fall_over
from losstui.tags import any_word, quantity_of

END_SHARE = 0.1  # of the values: what "at the end" is
# The share of right answers; F1, BLEU and the like have other levels of guessing.
HITS = re.compile(r"acc|top.?1")
# The share of wrong ones; errors of numbers have no such unit.
MISSES = re.compile(r"err(?:or)?s?[^a-z]*(?:%|percent|pct)|zero.?one")
RANKED_PAIRS = any_word(r"(?<!pr_)auc|roc_?auc|auc_?roc|auroc|gauc|c_?index|concordance\w*")
GUESSED_PAIRS = 0.5  # of the pairs are ranked rightly by guessing, whatever the task
PREFERENCES = re.compile(r"reward")  # of two answers the one that people like better: they agree on 70 %
# A likelihood of numbers has no floor: another unit of theirs adds the same to all of its values. What
# PyTorch calls "nll_loss" is that of classes.
OF_NUMBERS = any_word(r"nll(?!_loss)|neg_elbo|nlml|neg_mll")
REGRESSION = any_word(r"mse|rmse|mae|r2|regression|huber|smooth_l_1")
PERCENT = 100.0  # all of it, where a share is logged in percent
MOST_FRACTION = 1.5  # an accuracy above is in percent
LEAST_Z = 2.5  # standard errors: what gains as much learns something
LEAST_LEARNED = 0.25  # of the way to all right: 0.62 of pairs ranked rightly, a quarter of all retrieved
LEAST_SLACK = 0.05  # of the accuracy above guessing at first: the luck of a small validation set
MOST_BEGUN = 0.2  # of the way from guessing to all right: what was trained before has come further


def end_level(curve: Curve) -> float:
    """The median of the last tenth of the values of `curve`, which has some."""
    return float(np.median(curve.values[-max(1, round(END_SHARE * len(curve))) :]))


def final_accuracy(curves: RunCurves) -> float | None:
    """The accuracy the run ends at, within 0 and 1, on validation data where it was measured there."""
    accuracy = _accuracies(curves)
    return None if accuracy is None else accuracy[1]


def share_wrong(curve: Curve, value: float) -> float | None:
    """The share of wrong answers, within 0 and 1, that a value of `curve.descent` is; None if it is none."""
    tag = curve.tag.lower()
    if curve.floor is None or not (HITS.search(tag) or MISSES.search(tag)):
        return None
    unit = PERCENT if float(np.max(np.abs(curve.values))) > MOST_FRACTION else 1.0
    return (value - curve.floor) / unit


def improves(metric: Curve) -> bool:
    """Whether a metric is better at the end of the run than at its start, beyond noise.

    Not by a few values at the start alone, as where a model finds the larger of two classes.
    """
    gain = fall_over(metric.blocks.medians)
    return gain.value > LEAST_Z * gain.error


def accuracy_improves(curves: RunCurves) -> bool:
    """Whether the accuracy of the run `improves`, so that it does not guess; False where none is logged."""
    accuracy = _accuracy(curves, of_preferences=True)
    return accuracy is not None and improves(accuracy)


def accuracies_known(curves: RunCurves) -> int:
    """How often the accuracy of the run was measured; 0 where none is logged."""
    accuracy = _accuracy(curves, of_preferences=True)
    return 0 if accuracy is None else len(accuracy)


def score_learned(curves: RunCurves) -> bool:
    """Whether a score of ranking, retrieval or overlap came `LEAST_LEARNED` of the way to all right.

    It tells what a loss with a high floor hides: of who clicks, or who survives, little can be known, and a
    model that knows all of it has lost little of its first level. Scores of held-back data count where there
    are some. A share of right answers (`skill`) is none: a quarter of that way is hardly learned.
    """
    scores = [curve for curve in curves.select(Kind.ACCURACY) if not HITS.search(curve.tag.lower())]
    held_back = [curve for curve in scores if curve.role.split in HELD_BACK]
    return any(_has_learned(curve) for curve in held_back or scores)


def _has_learned(score: Curve) -> bool:
    """Whether `score` came `LEAST_LEARNED` of the way from guessing, or else from its first value.

    There a few values at the start are not enough: to call all examples positive gives a fair F1.
    """
    if score.floor is None:
        return False
    ranks_pairs = RANKED_PAIRS.search(quantity_of(score.tag))
    lacked = -GUESSED_PAIRS * score.floor if ranks_pairs else float(score.descent[0]) - score.floor
    gained = lacked + end_level(score) + score.floor
    if gained < LEAST_LEARNED * lacked or gained < LEAST_Z * score.noise:
        return False
    earlier, later = np.array_split(score.descent, 2)
    return ranks_pairs is not None or rank_z(later, earlier) >= LEAST_Z


@dataclass(frozen=True, slots=True)
class Skill:
    """What a classifier that began at guessing has learned: the accuracy it ends at, within 0 and 1.

    `began` is the one first measured, `share` how far the last is on the way from guessing among `classes`
    to all right.
    """

    accuracy: float
    classes: int
    began: float

    @property
    def share(self) -> float:
        """0 for guessing, 1 for all right."""
        return (self.accuracy - 1.0 / self.classes) / (1.0 - 1.0 / self.classes)


def skill(curves: RunCurves, first: float) -> Skill | None:
    """The skill of a run whose train loss begins at `first`, in nats, which says how many classes there are.

    None where the first loss says nothing of the kind, where no accuracy is logged but that of preferences,
    of which nobody knows how many can be told, or where the model did not begin untrained: where the first
    accuracy is more than that of guessing when measured before the first step, or more than twice that when
    first measured later, and more than `MOST_BEGUN` of the way from guessing among as many classes as the
    validation loss beside it says. It is that on validation data where there is one.
    """
    classes = round(math.exp(first)) if first <= math.log(MOST_CLASSES) else 0
    accuracy = _accuracies(curves, of_preferences=False)
    if classes < 2 or accuracy is None:
        return None
    began, ended, since = accuracy
    train = curves.train_loss
    at_once = train is not None and len(train) > 0 and since <= train.first_step
    guessed = (
        is_guessing(began, classes) if at_once else began <= 1.0 / classes + max(1.0 / classes, LEAST_SLACK)
    )
    began_untrained = guessed or _is_as_unsure(curves.validation_loss, began, since)
    return Skill(ended, classes, began) if began_untrained else None


def _is_as_unsure(loss: Curve | None, accuracy: float, step: int) -> bool:
    """Whether `accuracy` is little better than guessing that costs as much as `loss` did at its first `step`.

    A model that has learned a part in its first epoch is better than guessing among all classes, and surer
    too. One that was trained before is right more often than it is sure to be of any one class.
    """
    if loss is None or not len(loss) or loss.first_step != step:
        return False
    value = float(loss.descent[0])
    if not 0.0 < value <= math.log(MOST_CLASSES):
        return False
    guessing = math.exp(-value)
    return accuracy <= guessing + MOST_BEGUN * (1.0 - guessing)


def _accuracies(curves: RunCurves, *, of_preferences: bool = True) -> tuple[float, float, int] | None:
    """The first and the last accuracy, within 0 and 1, and the step of the first.

    On validation data where it was measured there; of preferences only if asked for.
    """
    curve = _accuracy(curves, of_preferences=of_preferences)
    if curve is None:
        return None
    unit = PERCENT if float(curve.values.max()) > MOST_FRACTION else 1.0
    return float(curve.values[0]) / unit, end_level(curve) / unit, curve.first_step


def _accuracy(curves: RunCurves, *, of_preferences: bool) -> Curve | None:
    for split in (Split.VALIDATION, Split.TEST, Split.TRAIN):
        for curve in curves.select(Kind.ACCURACY, split):
            tag = curve.tag.lower()
            if len(curve) and HITS.search(tag) and (of_preferences or not PREFERENCES.search(tag)):
                return curve
    return None


def is_regression(curves: RunCurves) -> bool:
    """Whether a tag of the run names an error of numbers: a mean of squares, or R²."""
    return any(REGRESSION.search(quantity_of(tag)) for tag in curves.run.frame)


def of_numbers(curves: RunCurves) -> bool:
    """Whether a loss that is judged is the likelihood of numbers."""
    return any(one.role.kind in LOSSES and OF_NUMBERS.search(quantity_of(one.tag)) for one in curves.goals)

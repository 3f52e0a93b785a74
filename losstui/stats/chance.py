"""The level of a loss that has learned nothing, ln K for K classes or 1, and the highest of one that has."""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST_CLASSES = 1_000_000  # more than any vocabulary has: a higher loss is in another unit
BLIND_START = 1.5  # times ln 2: where a classifier begins at most, of which no accuracy is known ...
FAR_TOLERANCE = 0.0015  # ... but of the level of two classes: so close a loss seldom stands still by accident
BLIND_TOLERANCE = 0.005  # of the level, without an accuracy: what initial weights and batches add ...
BLIND_FIRST = 0.1  # ... to the first level too, where it alone says how many classes there are
BLIND_ERRORS = 3.0  # standard errors of the level: of many ln K one is always near, but seldom as near
BLIND_SCATTER = 0.02  # of the level: who gives every class the same share loses as much on each sample
SEEN_TOLERANCE = 0.03  # of the level, with an accuracy that says the same
DISTINCT = 0.25  # of the distance to the next ln K: nearer, the integer is no coincidence
GUESSING_SHARE = 0.3  # of 1/K: how far above 1/K guessing scores where the classes are uneven ...
GUESSING_LEAST = 0.03  # ... and by the luck of a small validation set
MOST_PRIOR = 0.65  # an accuracy above says more than the share of the larger class, so ...
LEAST_PRIOR = 0.5  # ... a loss equal to the entropy of the accuracy is no guess any more
LEAST_WRONG = 0.01  # of the answers: a validation set that is all right may hold few examples
EXACT = 1e-4  # of the level: what four digits leave open
MOST_EXACT = 50  # classes: of more, one logarithm in ten levels is as near by accident
STANDARD_TOLERANCE = 0.03  # of 1: the sampling error of the variance of a few thousand targets


def is_guessing(accuracy: float, classes: int) -> bool:
    """Whether `accuracy`, within 0 and 1, is what guessing among `classes` gives."""
    return accuracy <= 1.0 / classes + max(GUESSING_SHARE / classes, GUESSING_LEAST)


def most_needed(accuracy: float, classes: int) -> float:
    """The most nats a sample costs on average who is right that often and knows how sure to be.

    `accuracy` is within 0 and 1. Who errs evenly among all other classes loses as much, anybody else less.
    Source: Fano 1961, "Transmission of Information".
    """
    wrong = min(max(1.0 - accuracy, LEAST_WRONG), 1.0 - LEAST_WRONG)
    entropy = -wrong * math.log(wrong) - (1.0 - wrong) * math.log(1.0 - wrong)
    return entropy + wrong * math.log(max(1, classes - 1))


@dataclass(frozen=True, slots=True)
class Guess:
    """The level of guessing a loss is at: in words, how far `off`, the `tolerance`, shares of the level."""

    text: str
    off: float
    tolerance: float


def exactly_guessing(level: float) -> Guess | None:
    """The level of guessing that a loss, in nats, is at to `EXACT`; None for none, or too many classes."""
    if not 0.0 < level <= math.log(MOST_EXACT):
        return None
    classes, off = _nearest_classes(level)
    return Guess(_among(classes), off, EXACT) if off <= EXACT else None


@dataclass(frozen=True, slots=True)
class FlatLoss:
    """A loss that began at `first` and stands at `level`, both in nats or squared units.

    `scatter` is the deviation of its single values, `error` the standard error of the level, both as shares
    of the level.
    """

    level: float
    first: float
    scatter: float = 0.0
    error: float = math.inf


def guess_at(loss: FlatLoss, accuracy: float | None, *, standardised: bool = False) -> Guess | None:
    """The level of guessing at which `loss` stands; None for none.

    `accuracy`, within 0 and 1, has to be that of guessing. Where it is None, the loss alone has to say so:

    - The level is so close to ln K that no other number of classes comes into question, and no further from
      it than its standard error allows.
    - The first level is as close to ln K. For ln 2 it may lie somewhat above, or anywhere if the level is
      nearly exactly ln 2.
    - Single values scatter little.
    - Or the level is close to 1, where the target may be `standardised`.

    Language models that have learned end at such levels as well.
    """
    if not 0.0 < loss.level <= math.log(MOST_CLASSES):
        return None
    if accuracy is not None:
        return _confirmed_guess(loss.level, accuracy)
    return _blind_guess(loss) or (_mean_guess(loss.level) if standardised else None)


def _confirmed_guess(level: float, accuracy: float) -> Guess | None:
    """The guess that a loss at `level` is by its `accuracy` too: among all classes, or the larger of two."""
    classes, off = _nearest_classes(level)
    if is_guessing(accuracy, classes) and off <= SEEN_TOLERANCE:
        return Guess(f"about {_among(classes)}", off, SEEN_TOLERANCE)
    if LEAST_PRIOR <= accuracy <= MOST_PRIOR:
        entropy = -accuracy * math.log(accuracy) - (1.0 - accuracy) * math.log(1.0 - accuracy)
        off = abs(level / entropy - 1.0)
        if off <= SEEN_TOLERANCE:
            return Guess("what naming the larger of two classes every time gives", off, SEEN_TOLERANCE)
    return None


def _blind_guess(loss: FlatLoss) -> Guess | None:
    """The guess among classes that a loss is by its levels alone, as `guess_at` says."""
    classes, off = _nearest_classes(loss.level)
    if classes == 2:
        near = True
        tolerance = BLIND_TOLERANCE if loss.first <= BLIND_START * loss.level else FAR_TOLERANCE
    else:
        near = abs(loss.first / math.log(classes) - 1.0) <= BLIND_FIRST
        tolerance = min(BLIND_TOLERANCE, max(FAR_TOLERANCE, BLIND_ERRORS * loss.error))
    distinct = BLIND_TOLERANCE * loss.level <= DISTINCT / classes
    told = off <= tolerance and distinct and loss.scatter <= BLIND_SCATTER and near
    return Guess(f"about {_among(classes)}", off, tolerance) if told else None


def _mean_guess(level: float) -> Guess | None:
    off = abs(level - 1.0)
    text = "what predicting the mean of a standardised target gives"
    return Guess(text, off, STANDARD_TOLERANCE) if off <= STANDARD_TOLERANCE else None


def _nearest_classes(level: float) -> tuple[int, float]:
    """The number of classes whose ln K is nearest to `level`, above 0, and how far off that is of ln K."""
    classes = max(2, round(math.exp(level)))
    return classes, abs(level / math.log(classes) - 1.0)


def _among(classes: int) -> str:
    return f"ln {classes} ({math.log(classes):.4g}), what guessing among {classes} classes gives"

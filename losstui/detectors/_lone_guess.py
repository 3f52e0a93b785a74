"""Whether the accuracies of a run that logs no loss have been those of guessing all along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._idle import Idle
from losstui.detectors._skill import HITS, improves
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.kinds import HELD_BACK
from losstui.stats.chance import is_guessing
from losstui.stats.confidence import below
from losstui.stats.trend import fall_over
from losstui.wording import percent

LEAST_VALUES = 8  # fewer scatter too much to say that nothing was gained
MOST_GAIN = 0.05  # of what there is to learn: more would be learning, if slow ...
MOST_TIMES = 0.3  # ... and of the level: where that is low, as little is much
OFF_ERRORS = 2.5  # standard errors of the mean: so far from 1/K it is no guessing on what is drawn anew ...
LEAST_OFF = 0.003  # ... or this share of 1/K, for what is always the same ...
MOST_OFF = 0.03  # ... but at most this: of many levels one is always near where the error is large
MOST_CLASSES = 10  # beyond, any low accuracy is near some 1/K
LUCK = 4.0  # deviations of one value: no value of a run without progress lies further from the mean


@dataclass(frozen=True, slots=True)
class _Guess:
    """An accuracy that stays at `level`, within 0 and 1, which is that of guessing among `classes`.

    `gain` is the upper 95 % bound of what it gained over the run, as a share of what there is to learn.
    """

    curve: Curve
    level: float
    classes: int
    gain: float

    @property
    def idle(self) -> Idle:
        """The guess in words, and as a measure."""
        message = (
            f"Nothing learned in {len(self.curve)} values: {self.curve.tag} stays at {percent(self.level)}, "
            f"about what guessing among {self.classes} classes gives"
        )
        name, unit = "gain, upper 95 % bound", "fraction of what there is to learn"
        return Idle(
            self.curve, message, Measure(name, self.gain, MOST_GAIN, unit), below(self.gain, MOST_GAIN)
        )


def lone_guess(curves: RunCurves) -> Idle | None:
    """The accuracy on train data, where that on data held back is no better than guessing either.

    One alone is not enough: many a task is done at one half or a third. None where a metric improves.
    """
    metrics = curves.lone_metrics
    hits = [one for one in metrics if HITS.search(one.tag.lower()) and one.floor not in (None, 0.0)]
    if any(len(one) < LEAST_VALUES or improves(one) for one in metrics):
        return None
    train = next((one for one in hits if one.role.split not in HELD_BACK), None)
    held_back = [_shares(one) for one in hits if one.role.split in HELD_BACK]
    if train is None or not held_back:
        return None
    guess = _guess(train)
    if guess is None or any(not is_guessing(float(np.mean(one)), guess.classes) for one in held_back):
        return None
    return None if any(_stands_out(one) for one in held_back) else guess.idle


def _guess(train: Curve) -> _Guess | None:
    shares = _shares(train)
    level = float(np.mean(shares))
    if not 0.0 < level < 1.0 or _stands_out(shares):
        return None
    classes = max(2, round(1.0 / level))
    drawn = OFF_ERRORS * float(np.std(shares)) / np.sqrt(len(shares))
    off = min(MOST_OFF / classes, max(LEAST_OFF / classes, drawn))
    upper = fall_over(train.blocks.medians).upper / abs(train.floor or 1.0)
    if classes > MOST_CLASSES or abs(level - 1.0 / classes) > off:
        return None
    if upper > min(MOST_GAIN * (1.0 - level), MOST_TIMES * level):
        return None
    return _Guess(train, level, classes, upper / (1.0 - level))


def _shares(hits: Curve) -> FloatArray:
    assert hits.floor is not None
    return hits.descent / hits.floor


def _stands_out(shares: FloatArray) -> bool:
    """Whether a value lies further out than where nothing changes, as the first of a run that learns."""
    return float(np.max(np.abs(shares - shares.mean()))) > LUCK * float(np.std(shares))

"""The validation loss beside the train loss: whether it shows what moves both, the model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair
from losstui.detectors._swings.in_step import around_trend, beside_a_fall, compared_from, in_step, values_at
from losstui.stats.medians import median
from losstui.stats.noise import SCATTER_ERROR, mean_scatter, times_of
from losstui.stats.periodicity import MOST_CORRELATION
from losstui.stats.swings import turns

SPAN = 3.29  # standard deviations from the 5th to the 95th percentile of normal values
GROWN_Z = 2.8  # standard errors: one in 400 by chance
LEAST_COMPARED = 8  # evaluations on each side: enough for a scatter


@dataclass(frozen=True, slots=True)
class Beside:
    """The tail of the validation loss beside the train loss at the same steps.

    `size` is how far validation swings, from the 5th to the 95th percentile, in the unit of the loss, and
    `besides_a_fall` what no curve that only falls explains of it. `z` is how sure it is in step with train,
    in standard errors; `ratio` its scatter over that of single values of train. `grown_z` is how sure it
    scatters more than before the tail, in standard errors.
    """

    size: float
    besides_a_fall: float
    turns: int
    z: float
    ratio: float
    evaluations: int
    grown_z: float

    @property
    def for_the_model(self) -> float:
        """The log likelihood ratio of two causes of the scatter of validation: model against sample.

        If the model made all of the scatter, validation would correlate with train, by the smaller of the two
        scatters over the larger one. If a sample that is drawn anew made it, it would not correlate at all.
        Both correlations have the same error, so the one that is nearer to the measured `z` is the likelier.
        The scatter of a sample stays as large as it is: one that has grown beyond its level is the model's.
        """
        if self.grown_z >= GROWN_Z:
            return math.inf
        correlation = min(self.ratio, 1.0 / self.ratio, MOST_CORRELATION) if self.ratio > 0.0 else 0.0
        of_the_model = math.atanh(correlation) * math.sqrt(max(0, self.evaluations - 3))
        return of_the_model * (self.z - 0.5 * of_the_model)

    @property
    def is_sample(self) -> bool:
        """Whether validation more likely scatters by its sample than because the model moves."""
        return self.for_the_model < 0.0


def beside_train(pair: Pair, start: int, start_share: float) -> Beside:
    """Hold the evaluations of `pair` from index `start` on beside the train loss.

    `start_share` is the share of the run where a steep start may be.
    """
    chosen = compared_from(pair.validation, start)
    values = pair.validation.descent[chosen]
    validation = around_trend(values)
    of_train = float(np.std(around_trend(values_at(pair.train, pair.train_steps_of_validation[chosen]))))
    size = SPAN * float(np.std(validation))
    besides_a_fall = SPAN * float(np.std(beside_a_fall(values)))
    ratio = float(np.std(validation)) / of_train if of_train > 0.0 else math.inf
    grown_z = _grown_z(pair.validation, start, start_share)
    z = in_step(pair, start)
    return Beside(size, besides_a_fall, turns(validation, size), z, ratio, len(validation), grown_z)


def _grown_z(validation: Curve, start: int, start_share: float) -> float:
    """How surely validation scatters more from index `start` on than between the steep start and there.

    The scatter of a sample goes with the level of its loss: it may grow as that does.
    """
    early = slice(round(len(validation) * start_share), start)
    before, after = validation.descent[early], validation.descent[start:]
    if min(len(before), len(after)) < LEAST_COMPARED:
        return 0.0
    grown = times_of(mean_scatter(after), mean_scatter(before))
    levels = median(before), median(after)
    if min(levels) > 0.0:
        grown /= max(1.0, levels[1] / levels[0])
    error = SCATTER_ERROR * math.sqrt(1.0 / len(before) + 1.0 / len(after))
    return math.log(grown) / error if grown > 0.0 else 0.0

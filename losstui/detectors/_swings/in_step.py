"""Whether validation moves in step with train, around where both go on the whole."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from losstui.curve import Curve
from losstui.curves import Pair
from losstui.frame import FloatArray
from losstui.stats.isotonic import isotonic_fall
from losstui.stats.periodicity import clipped, correlation_z, detrended

MOST_EVALUATIONS = 2000  # compared with train: of so many a correlation is known within 2 %
OF_A_LINE_BESIDE_A_PARABOLA = 4  # degrees of freedom: its slope, and three of the parabola


def means_around(curve: Curve, steps: FloatArray) -> FloatArray:
    """The mean of `curve` over the values around each of `steps`, shape (m,), rising, m >= 2."""
    edges = window_edges(curve, steps)
    first = np.minimum(edges[:-1], len(curve) - 1)
    last = np.clip(edges[1:], first + 1, len(curve))
    until = np.append(curve.descent[: last[-1]], 0.0)  # a last place may be that behind the curve
    return np.add.reduceat(until, np.column_stack((first, last)).ravel())[::2] / (last - first)


def window_edges(curve: Curve, steps: FloatArray) -> NDArray[np.int64]:
    """The indices in `curve` between which the values around each of `steps` lie, shape (m + 1,), m >= 2."""
    middles = 0.5 * (steps[1:] + steps[:-1])
    outer = 1.5 * steps[[0, -1]] - 0.5 * steps[[1, -2]]
    return np.searchsorted(curve.steps, np.concatenate((outer[:1], middles, outer[1:])))


def values_at(curve: Curve, steps: FloatArray) -> FloatArray:
    """The values of `curve`, which has some, at `steps`, shape (m,), or next after them."""
    return curve.descent[np.minimum(np.searchsorted(curve.steps, steps), len(curve) - 1)]


def compared_from(validation: Curve, start: int) -> slice:
    """The evaluations from index `start` on that are compared with train: all, or some of very many."""
    return slice(start, None, 1 + (len(validation) - start) // MOST_EVALUATIONS)


def around_trend(values: FloatArray) -> FloatArray:
    """`values`, shape (n,), around the parabola that fits them, without spikes."""
    return clipped(detrended(values))


def beside_a_fall(values: FloatArray) -> FloatArray:
    """`around_trend` of what a curve that only falls leaves of `values`: steps down are gone too."""
    return around_trend(values - isotonic_fall(values))


def in_step(pair: Pair, start: int, residuals: Callable[[FloatArray], FloatArray] = around_trend) -> float:
    """How surely validation moves in step with train from evaluation `start` on, in standard errors.

    It is held against the mean of train around each evaluation, which has less noise, and against the value
    at the same step, which is of the same model; the surer of both counts. `residuals` takes the trend out.
    """
    chosen = compared_from(pair.validation, start)
    steps = pair.train_steps_of_validation[chosen]
    validation = residuals(pair.validation.descent[chosen])
    trained = means_around(pair.train, steps), values_at(pair.train, steps)
    return max(correlation_z(residuals(values), validation) for values in trained)


def share_in_train(pair: Pair, start: int) -> float:
    """Which share of the swings of validation train makes as well, from evaluation `start` on.

    The slope of the line that fits train by validation, both around their trends, of the values at the same
    steps or of the means around them, whichever is steeper; 0.0 where validation does not move.
    """
    chosen = compared_from(pair.validation, start)
    steps = pair.train_steps_of_validation[chosen]
    validation = around_trend(pair.validation.descent[chosen])
    trained = means_around(pair.train, steps), values_at(pair.train, steps)
    size = float(validation @ validation)
    return max(float(around_trend(values) @ validation) for values in trained) / size if size > 0.0 else 0.0


def in_step_between(pair: Pair, start: int) -> float:
    """How surely single values of train are in step with validation where the means around them are not.

    In standard errors, from evaluation `start` on: the partial correlation, given the means of train around
    the evaluations. A slow swing shows in these, and what is left of its values are batches; one that goes
    up and down between two evaluations shows in its values alone. 0.0 for too few evaluations.
    Source: Fisher 1924, "The distribution of the partial correlation coefficient", Metron 3.
    """
    chosen = compared_from(pair.validation, start)
    steps = pair.train_steps_of_validation[chosen]
    means = around_trend(means_around(pair.train, steps))
    values = around_trend(values_at(pair.train, steps)), around_trend(pair.validation.descent[chosen])
    return correlation_z(*(_beside(one, means) for one in values))


def batches_beside(pair: Pair, start: int) -> tuple[float, float]:
    """How surely single values of train are in step with validation of the same steps, and what is left.

    From evaluation `start` on, in standard errors; the rest that validation leaves unexplained is noise, as a
    standard deviation in the unit of train, infinite with too few values for one.
    """
    chosen = compared_from(pair.validation, start)
    validation = around_trend(pair.validation.descent[chosen])
    train = around_trend(values_at(pair.train, pair.train_steps_of_validation[chosen]))
    freedom = len(train) - OF_A_LINE_BESIDE_A_PARABOLA
    if freedom < 1 or not np.any(validation):
        return 0.0, math.inf
    rest = _beside(train, validation)
    return correlation_z(train, validation), math.sqrt(float(rest @ rest) / freedom)


def _beside(one: FloatArray, other: FloatArray) -> FloatArray:
    """What of the residuals `one`, shape (n,), the `other`, as many, do not explain by a line."""
    size = float(other @ other)
    return one - float(one @ other) / size * other if size > 0.0 else one

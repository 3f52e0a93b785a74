"""Whether the few values of a short curve have turned and rise, or scatter: a level needs more of them."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.noise import times_of
from losstui.stats.student import LEAST_TAIL, student_tail

LEAST_WINDOW = 4  # values: the fewest through which a parabola leaves a residual
PARAMETERS = 3  # of a parabola
USUAL_SCATTER = 0.01  # of the level: three of four validation sets scatter by less between evaluations
HIGHEST = 1.5  # times the rise: what lay further above the lowest is as good as there
USUAL_STEP = 0.03  # of the level: three of four short validation curves go less far between evaluations


def turn_z(values: FloatArray) -> float:
    """Standard errors by which `values`, shape (n,), all finite, have risen at their end from their lowest.

    A parabola through the last 4, 5, ... n of them each says how far the end lies above the lowest point of
    the curve, in errors of Student's t. That these agree is what sets a turn apart from noise, where one
    window or another always rises: the score is the z that goes with the geometric mean of their
    probabilities. A steep descent before is no parabola and would be taken for noise: the higher score
    counts, of the values and of them capped at `HIGHEST` times the rise. Few values may lie on a parabola
    by luck, so one residual of `USUAL_SCATTER` of the lowest value joins theirs. 0.0 below 4 values, and
    where the last is the lowest. Source: Smyth 2004, "Linear models and empirical Bayes methods", on a
    variance that few residuals share with what is usual.
    """
    if len(values) < LEAST_WINDOW or values[-1] == values.min():
        return 0.0
    usual = (USUAL_SCATTER * float(np.abs(values).min())) ** 2
    lowest = float(values.min())
    capped = np.minimum(values, lowest + HIGHEST * (float(values[-1]) - lowest))
    return math.sqrt(-2.0 * min(_mean_log_tail(values, usual), _mean_log_tail(capped, usual)))


def walk_z(values: FloatArray) -> float:
    """How far `values`, shape (n,), finite, have risen since their lowest, in errors of a walk of such steps.

    What is off by as much as before and a little more has no level, and few values do not show whether they
    follow each other: the error is that of a sum of independent steps, which scatter around their mean as
    these do. Steps beyond `USUAL_STEP` of the level are scatter, which does not add up. 0.0 with fewer than
    two values after the lowest.
    """
    lowest = int(np.argmin(values))
    steps = np.diff(values[lowest:])
    if len(steps) < 2:
        return 0.0
    step = min(float(np.std(steps, ddof=1)), USUAL_STEP * abs(float(values[lowest])))
    return times_of(float(values[-1] - values[lowest]), step * math.sqrt(len(steps)))


def _mean_log_tail(values: FloatArray, usual: float) -> float:
    tails = [_tail_of_rise(values[-n:], usual) for n in range(LEAST_WINDOW, len(values) + 1)]
    return float(np.mean(np.log(tails)))


def _tail_of_rise(values: FloatArray, usual: float) -> float:
    """The probability of as high a rise at the end of a parabola through `values` if there is none."""
    basis, _ = np.linalg.qr(np.vander(np.linspace(-1.0, 1.0, len(values)), PARAMETERS))
    weights = values @ basis
    fitted = basis @ weights
    rise = basis[-1] - basis[int(np.argmin(fitted))]
    freedom = len(values) - PARAMETERS + 1  # the usual scatter is one more
    variance = (float(((values - fitted) ** 2).sum()) + usual) / freedom
    height, error = float(rise @ weights), math.sqrt(variance * float(rise @ rise))
    if height <= 0.0:
        return 1.0
    return max(student_tail(height / error if error > 0.0 else math.inf, freedom), LEAST_TAIL)

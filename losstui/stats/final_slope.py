"""How fast a curve still falls at its end, with an error that also holds for few values."""

from __future__ import annotations

import math

import numpy as np

from losstui.frame import FloatArray
from losstui.stats.autocorrelation import correlation
from losstui.stats.confidence import normal_z
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation
from losstui.stats.student import LEAST_TAIL, student_tail
from losstui.stats.trend import ONE_SIDED_95, Estimate, theil_sen
from losstui.stats.turning import PARAMETERS

COURSE = 2.0 / 3.0  # of the values: before, a learning curve bends as no parabola does
LINE = 4  # values: the fewest of which two residuals of a line are free ...
STUDENT_95 = 2.920  # ... and the errors to the 95 % bound of Student's t, one-sided, with two
LEAST_COURSE = 6  # values: the fewest of which three residuals are free
ROUNDING = 1e-4  # of the values: what four digits leave open is no course
# Standard deviations: what lies further out counts as if it lay there, which costs 5 % of the information.
BEND = 1.345
ROUNDS = 6  # of weighted least squares: by then a slope moves by less than a hundredth of its error
LEAST_NEAR = 0.5  # of the values lie within a median deviation, and so within `BEND` standard ones
FEWEST = 4  # values: of fewer a course from a level leaves no error to see
LEAST_Z = 1e-3  # standard errors: nearer to 0 a fall is divided by what rounding leaves


def fall_at_end(values: FloatArray, share: float, places: FloatArray | None = None) -> Estimate:
    """How far the course of `values`, shape (n,), finite, falls over the last `share` of it.

    They lie at `places`, shape (n,), which rise from 0 to 1, or are equally spaced without any. The course is
    the parabola through the last `COURSE` of them: a line would take the descent before for that of the end,
    and one through the end alone has nearly twice the error. The error is the one at which a normal fall has
    the probability that Student's t gives this one, wider by what the correlation of neighbouring residuals
    costs. An infinite error below `LEAST_COURSE` values there. Source: Bartlett 1946, as in
    `losstui.stats.autocorrelation`.
    """
    count = max(LEAST_COURSE, math.ceil(COURSE * len(values)))
    if places is not None:
        count = int(np.count_nonzero(places >= 1.0 - COURSE))
    if not LEAST_COURSE <= count <= len(values):
        return Estimate(0.0, math.inf)
    scale = float(np.abs(values[-count:]).max())
    if scale == 0.0:
        return Estimate(0.0, 0.0)
    course = values[-count:] / scale  # whose squares are finite
    x = np.linspace(1.0 - (count - 1) / (len(values) - 1), 1.0, count) if places is None else places[-count:]
    powers = np.vander(x, PARAMETERS)
    ends = np.vander(np.array([1.0 - share, 1.0]), PARAMETERS)
    basis, triangle = np.linalg.qr(powers)
    apart: FloatArray = ends[0] - ends[1]
    contrast: FloatArray = np.linalg.solve(triangle.T, apart)
    weights = course @ basis
    residuals = course - basis @ weights
    freedom = count - PARAMETERS
    r = correlation(residuals)
    variance = (float(residuals @ residuals) + ROUNDING**2) / freedom * (1.0 + r) / (1.0 - r)
    fall = float(weights @ contrast)
    error = math.sqrt(variance * float(contrast @ contrast))
    t = fall / error
    z = normal_z(math.log10(max(student_tail(abs(t), freedom), LEAST_TAIL)))
    return Estimate(fall * scale, (abs(fall) / z if z > LEAST_Z else error) * scale)


def fall_of_few(values: FloatArray, share: float) -> Estimate:
    """How far the line through the last `LINE` of `values` falls over the last `share` of all of them.

    `values` has shape (n,), finite, equally spaced. So few leave a parabola nothing to err by, and what falls
    ever slower falls no faster at its end. The upper bound of the estimate is that of Student's t, and no
    lower than that of the step from the others of the line to the last value: what begins to fall again
    there bends no line by as much. An infinite error below `LINE` values.
    """
    if len(values) < LINE:
        return Estimate(0.0, math.inf)
    scale = float(np.abs(values[-LINE:]).max())
    if scale == 0.0:
        return Estimate(0.0, 0.0)
    course = values[-LINE:] / scale  # whose squares are finite
    x = (np.arange(LINE) - 0.5 * (LINE - 1)) / (len(values) - 1)
    spread = float(x @ x)
    slope = float(x @ course) / spread
    residuals = course - course.mean() - slope * x
    variance = (float(residuals @ residuals) + ROUNDING**2) / (LINE - 2)
    error = math.sqrt(variance / spread) * STUDENT_95 / ONE_SIDED_95
    fall = -slope * share
    step = float(course[:-1].mean() - course[-1])
    step_error = math.sqrt(variance * LINE / (LINE - 1)) + (step - fall) / ONE_SIDED_95
    return Estimate(fall * scale, max(error * share, step_error) * scale)


def fall_from_level(values: FloatArray) -> Estimate:
    """How far `values`, shape (n,), finite, equally spaced, come down over their second half from a level.

    The course that is fitted stays at a level for the first half and falls on a line over the second. A fall
    that begins half way shows with two thirds of the error that a line through the second half alone has; one
    that goes on evenly all the time counts up to 1.6 times. A single value far out counts as one `BEND`
    standard deviations off. The error is infinite below `FEWEST` values.
    Source: Huber 1973, "Robust regression: asymptotics, conjectures and Monte Carlo", Annals of Statistics 1.
    """
    n = len(values)
    if n < FEWEST:
        return Estimate(0.0, math.inf)
    places = np.linspace(-1.0, 1.0, n)
    x = np.maximum(places, 0.0)
    beside = values - theil_sen(places, values) * places
    bend = BEND * median_deviation(beside) or BEND * float(np.std(beside))
    rest: FloatArray = values - median(values)
    fall = 0.0
    for _ in range(ROUNDS if bend > 0.0 else 0):
        weights = bend / np.maximum(np.abs(rest), bend)
        weights /= weights.sum()
        apart = x - float(weights @ x)
        fall = -float((weights * apart) @ values) / float((weights * apart) @ apart)
        rest = values - float(weights @ values) + fall * apart
    kept = np.clip(rest, -bend, bend)
    near = max(LEAST_NEAR, float(np.mean(np.abs(rest) <= bend)))
    r = correlation(kept)
    variance = float(kept @ kept) / (n - 2) * (1.0 + r) / (1.0 - r)
    return Estimate(fall, math.sqrt(variance / float(np.sum((x - x.mean()) ** 2))) / near)

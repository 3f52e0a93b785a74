"""The total of a loss at the weights its parts have at the end: a weight that is raised lifts the total."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import SMOOTH_SHARE, Curve
from losstui.curves import RunCurves
from losstui.frame import FloatArray, Series
from losstui.roles import Kind
from losstui.run import StepUnit
from losstui.stats.noise import noise_sigma

LEAST_OVER = 8  # values more than there are weights: what is no sum of its parts fits none so well by luck
EXACT = 0.05  # of the noise: what digits leave of it where the total is nothing but the weighted parts


def at_last_weights(curves: RunCurves, total: Curve) -> Curve | None:
    """`total` as it would have been at the weights of its end all along.

    None where these are not known, where it would have been the same (they have not changed), and where some
    of it is not finite. They are those of the least squares of the last values over the component losses
    logged at the same steps. These have to leave nothing of the noise of the total, and what they leave may
    put no value in doubt by more than that noise.
    """
    parts = _parts(curves, total)
    count = max(2 * len(parts) + LEAST_OVER, round(SMOOTH_SHARE * len(total)))
    if not parts or count > len(total) or len(total.non_finite_steps):
        return None
    rows = np.stack([part / np.abs(part).max() for part in parts], axis=1)
    last = slice(len(total) - count, None)
    inverse: FloatArray = np.linalg.pinv(rows[last])
    if np.linalg.matrix_rank(rows[last]) < len(parts):
        return None
    scale = float(np.abs(total.values).max()) or 1.0
    values, noise = total.values / scale, total.noise / scale
    weighed: FloatArray = rows @ (inverse @ values[last])
    left = float(np.linalg.norm(values[last] - weighed[last])) / math.sqrt(count - len(parts))
    doubt = left * np.sqrt(np.sum((rows @ (inverse @ inverse.T)) * rows, axis=1))
    if left > EXACT * noise_sigma(values[last]) or float(doubt.max()) > noise:
        return None
    if float(np.abs(weighed - values).max()) <= noise:
        return None
    return Curve(Series(total.tag, total.steps, scale * weighed), total.role, StepUnit(total.unit))


def _parts(curves: RunCurves, total: Curve) -> list[FloatArray]:
    """The values of the component losses of the same data at the same steps, of those that are not all 0."""
    beside = curves.select(Kind.COMPONENT_LOSS, total.role.split)
    others = [part for part in beside if part is not total and np.array_equal(part.steps, total.steps)]
    return [part.values for part in others if part.values.any()]

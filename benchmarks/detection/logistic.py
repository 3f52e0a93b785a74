"""A logistic regression with normal priors, by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

ITERATIONS = 50  # it needs about ten


def most_likely(
    features: FloatArray, right: FloatArray, expected: FloatArray, deviations: FloatArray
) -> FloatArray:
    """The most likely weights, shape (k,), of `features`, shape (n, k), for `right`, 0 or 1, shape (n,).

    `expected` and `deviations`, shape (k,), are the mean and the standard deviation of the weights before
    any run is seen.
    """
    precision = deviations**-2.0
    weights = expected.copy()
    for _ in range(ITERATIONS):
        chance = 1.0 / (1.0 + np.exp(-features @ weights))
        gradient = features.T @ (right - chance) - precision * (weights - expected)
        curvature = (features.T * (chance * (1.0 - chance))) @ features + np.diag(precision)
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights

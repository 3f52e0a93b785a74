"""A logistic regression with normal priors, by Newton's method, and how sure its weights are."""

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
        weights = weights + np.linalg.solve(_curvature(features, weights, precision), gradient)
    return weights


def covariance(features: FloatArray, weights: FloatArray, deviations: FloatArray) -> FloatArray:
    """That of the most likely `weights`, shape (k, k), by the curvature there.

    Source: MacKay 1992, "The evidence framework applied to classification networks", Neural Computation 4.
    """
    inverse: FloatArray = np.linalg.inv(_curvature(features, weights, deviations**-2.0))
    return inverse


def _curvature(features: FloatArray, weights: FloatArray, precision: FloatArray) -> FloatArray:
    chance = 1.0 / (1.0 + np.exp(-features @ weights))
    curved: FloatArray = (features.T * (chance * (1.0 - chance))) @ features + np.diag(precision)
    return curved

"""Losses of the sundry tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tape import Node, cross_entropy, exp, log, sigmoid, softplus
from sample_logs.training import Array

LEAST_WIDTH = 0.05  # of a distribution
FOUND_TOO_MUCH, MISSED, FOCUS = 0.3, 0.7, 0.75  # what both mistakes count, and the power of what is left
ROUNDED = 0.05  # an error below that counts by its square
BINS, FURTHEST = 17, 4.0  # of a value, and the last one of them
KNOWN = 0.5  # the power of the variance that an example counts by


def accelerated(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of the logarithm of a time that may be a lower bound only: log-logistic.

    `targets` are that logarithm, and 1 where it was the end and 0 where nobody looked on.
    Source: Wei 1992, "The Accelerated Failure Time Model", Statistics in Medicine 11.
    """
    time, ended = targets[:, :1], targets[:, 1:]
    width = softplus(scores[1:]) + LEAST_WIDTH
    off = (time - scores[:1]) * exp(-1.0 * log(width))
    at_its_end = off + 2.0 * softplus(-1.0 * off) + log(width)
    return (at_its_end * ended + softplus(off) * (1.0 - ended)).mean()


def overlap_missed(scores: Node, targets: Array) -> Node:
    """How far a found area is from the true one, where to miss counts for more than to find too much.

    Source: Abraham and Khan 2019, "A Novel Focal Tversky Loss Function With Improved Attention U-Net".
    """
    found = sigmoid(scores)
    both = (found * targets).rows() + 1.0
    wrong = FOUND_TOO_MUCH * (found * (1.0 - targets)).rows() + MISSED * ((1.0 - found) * targets).rows()
    share = both * exp(-1.0 * log(both + wrong))
    return exp(FOCUS * log(1.0 - share + 1e-6)).mean()


def rounded_off(scores: Node, targets: Array) -> Node:
    """The error itself, rounded off at nothing.

    Source: Charbonnier et al. 1994, "Two Deterministic Half-Quadratic Regularization Algorithms for Computed
    Imaging".
    """
    off = scores - targets
    share = 1.0 / targets.shape[1]
    far: Node = exp(0.5 * log(off * off + ROUNDED**2))
    errors: Node = share * far.rows()
    return errors.mean()


def near_both(values: Array) -> Array:
    """The shares of the two bins that a value, shape (n, 1), lies between, as their odds, shape (n, BINS)."""
    squeezed = np.sign(values) * np.log1p(np.abs(values))
    place = (np.clip(squeezed, -FURTHEST, FURTHEST) + FURTHEST) * (BINS - 1) / (2.0 * FURTHEST)
    shares: Array = np.maximum(0.0, 1.0 - np.abs(place - np.arange(BINS)))
    return shares


def in_bins(scores: Node, targets: Array) -> Node:
    """What is to come, of any size, as one of some bins.

    Source: Hafner et al. 2023, "Mastering Diverse Domains through World Models".
    """
    return cross_entropy(scores, near_both(targets))


def weighed_likelihood(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a number, where examples that are uncertain do not count for less.

    Source: Seitzer et al. 2022, "On the Pitfalls of Heteroscedastic Uncertainty Estimation with Probabilistic
    Neural Networks".
    """
    variance = softplus(scores[1:]) + LEAST_WIDTH**2
    off = scores[:1] - targets
    unlikely: Node = 0.5 * (log(variance) + off * off * exp(-1.0 * log(variance)))
    return (unlikely * variance.fixed**KNOWN).mean()

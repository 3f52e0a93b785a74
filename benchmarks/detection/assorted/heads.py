"""Losses of the assorted tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

from benchmarks.detection.tape import Node, exp, log, log_softmax, softplus
from sample_logs.training import Array

DEAR = 0.8  # how steeply a debt that is told too low is paid for
FREEDOM, LEAST_WIDTH = 3.0, 0.01  # degrees of it, of a distribution, and how narrow it may be


def linear_exponential(scores: Node, targets: Array) -> Node:
    """An error on one side costs about its exponential, and on the other about itself.

    Source: Varian 1975, "A Bayesian Approach to Real Estate Assessment"; Zellner 1986, JASA 81.
    """
    off = DEAR * (targets - scores)
    return (exp(off) - off - 1.0).mean()


def far_ones(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a number that is now and then far off, but for a constant.

    Source: Lange, Little and Taylor 1989, "Robust Statistical Modeling Using the t Distribution", JASA 84.
    """
    width = softplus(scores[1:]) + LEAST_WIDTH
    off = (scores[:1] - targets) * exp(-1.0 * log(width))
    return (0.5 * (FREEDOM + 1.0) * log(1.0 + (1.0 / FREEDOM) * (off * off)) + log(width)).mean()


def spherical(scores: Node, targets: Array) -> Node:
    """Less than nothing: the share of what came true, over the length of all shares.

    Source: Good 1971, comment on "Measuring Information and Uncertainty"; Roby 1964.
    """
    logs = log_softmax(scores)
    length = exp(-0.5 * log(exp(2.0 * logs).rows()))
    return -1.0 * ((exp(logs) * targets).rows() * length).mean()


def by_degrees(scores: Node, targets: Array) -> Node:
    """Whether each degree was reached, by itself.

    Source: Niu et al. 2016, "Ordinal Regression with Multiple Output CNN for Age Estimation".
    """
    return (softplus(scores) - scores * targets).rows().mean()

"""Losses of the motley tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

from benchmarks.detection.tape import Node, exp, log, log_softmax, relu, softplus
from sample_logs.training import Array

PAYS = 2.2  # what a bet on the right answer pays; one may also keep what one has
NARROWEST = 0.02  # width of a distribution


def margins(scores: Node, targets: Array) -> Node:
    """By how much each wrong answer comes within 1 of the right one.

    Source: Weston and Watkins 1999, "Support Vector Machines for Multi-Class Pattern Recognition".
    """
    right = (scores * targets).rows()
    return (relu(1.0 + scores - right) * (1.0 - targets)).rows().mean()


def gambled(scores: Node, targets: Array) -> Node:
    """The negative logarithm of what a bet brings, some of which is kept back; the last score is for that.

    Source: Liu et al. 2019, "Deep Gamblers: Learning to Abstain with Portfolio Theory".
    """
    shares = exp(log_softmax(scores))
    return -1.0 * log((shares[:-1] * targets).rows() + (1.0 / PAYS) * shares[-1:]).mean()


def any_of_those(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of being one of those that are named.

    Source: Jin and Ghahramani 2002, "Learning with Multiple Labels".
    """
    return -1.0 * log((exp(log_softmax(scores)) * targets).rows()).mean()


def hits_of_throws(scores: Node, targets: Array) -> Node:
    """The mean negative log-likelihood a throw, of so many hits (first column) of so many throws (second)."""
    hits, throws = targets[:, :1], targets[:, 1:]
    return (1.0 / float(throws.mean())) * (softplus(scores) * throws - scores * hits).mean()


def pointed(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood under a Laplace distribution of some width; below 0 where it is narrow.

    Source: Kendall and Gal 2017, "What Uncertainties Do We Need in Bayesian Deep Learning for Computer
    Vision?".
    """
    width = softplus(scores[1:]) + NARROWEST
    off = targets - scores[:1]
    return ((relu(off) + relu(-1.0 * off)) * exp(-1.0 * log(width)) + log(2.0 * width)).mean()


def squared_shares(scores: Node, targets: Array) -> Node:
    """The squared error of shares, summed over all answers.

    Source: Brier 1950, "Verification of Forecasts Expressed in Terms of Probability".
    """
    off = exp(log_softmax(scores)) - targets
    return (off * off).rows().mean()

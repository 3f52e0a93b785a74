"""Losses of what a perceptron answers, written down forwards: answers and targets give the mean loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    log,
    log_softmax,
    log_sum_exp,
    relu,
    softplus,
)
from sample_logs.training import Array

Head = Callable[[Node, Array], Node]

LEVELS = np.array([0.1, 0.5, 0.9])  # of the quantiles


def poisson(scores: Node, targets: Array) -> Node:
    """The mean deviance of counts whose mean is the softplus of the scores."""
    mean = softplus(scores) + 1e-3
    known: Array = targets * np.log(np.maximum(targets, 1e-9)) - targets
    half: Node = mean - log(mean) * targets + known
    return 2.0 * half.mean()


def pinball(scores: Node, targets: Array) -> Node:
    """The mean loss of three quantiles.

    Source: Koenker and Bassett 1978, "Regression Quantiles", Econometrica 46.
    """
    above: Node = targets - scores
    return (above * LEVELS + relu(-1.0 * above)).mean()


def mixture(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a number under three normal distributions; below 0 where it is sure.

    Source: Bishop 1994, "Mixture Density Networks".
    """
    shares, means, widths = log_softmax(scores[:3]), scores[3:6], scores[6:]
    off = (targets - means) * exp(-1.0 * widths)
    return -1.0 * log_sum_exp(shares - widths - 0.5 * off * off - 0.5 * np.log(2.0 * np.pi)).mean()


def focal(scores: Node, targets: Array) -> Node:
    """Tags of which few are given; those that are sure already count little.

    Source: Lin et al. 2017, "Focal Loss for Dense Object Detection".
    """
    right = scores * (2.0 * targets - 1.0)
    return (exp(-2.0 * softplus(right)) * softplus(-1.0 * right)).mean()


def ordered(scores: Node, targets: Array) -> Node:
    """Grades in an order: for each border, whether the grade lies above it."""
    return (softplus(scores) - scores * targets).rows().mean()


def hinge(scores: Node, targets: Array) -> Node:
    """The sum of the squared hinge losses of one class against the others; nothing is left beyond 1."""
    short = relu(1.0 - scores * (2.0 * targets - 1.0))
    return (short * short).rows().mean()


def errors(scores: Node, targets: Array) -> Node:
    """The share of wrong answers, with the gradient of the cross-entropy."""
    wrong = np.argmax(scores.value, axis=1) != np.argmax(targets, axis=1)
    return Node(np.count_nonzero(wrong) / len(targets), [(cross_entropy(scores, targets), lambda up: up)])

"""Losses of the medley tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tape import (
    Node,
    exp,
    half_square,
    log,
    log_softmax,
    of_length_one,
    relu,
    softplus,
    tanh,
)
from sample_logs.training import Array

GENERA, EACH = 3, 3  # groups of kinds, and kinds in each
OF_GROUPS = np.repeat(np.eye(GENERA), EACH, axis=0)  # which group a kind belongs to
COARSE = 0.5  # weight of the group
SOONEST = 0.3  # mean time
NARROWEST = 0.2  # width of a distribution
MEMBERS = 8  # of an ensemble


def _crossed(one: Node, other: Node) -> Node:
    """The cross product of each two rows of three numbers."""
    on, back = np.roll(np.eye(3), -1, axis=1), np.roll(np.eye(3), 1, axis=1)
    return (one @ on) * (other @ back) - (one @ back) * (other @ on)


def turned_frames(scores: Node, targets: Array) -> Node:
    """How far a body is from how it is turned, by two directions that are made upright to each other.

    Source: Zhou et al. 2019, "On the Continuity of Rotation Representations in Neural Networks".
    """
    first = of_length_one(scores[:3])
    rest = scores[3:]
    second = of_length_one(rest - first * (first * rest).rows())
    axes = (first, second, _crossed(first, second))
    return sum((half_square(axis - targets[:, 3 * i : 3 * i + 3]) for i, axis in enumerate(axes)), Node(0.0))


def kinds_of_groups(scores: Node, targets: Array) -> Node:
    """The cross-entropy of kinds, and that of the groups that they belong to.

    Source: Redmon and Farhadi 2017, "YOLO9000: Better, Faster, Stronger".
    """
    logs = log_softmax(scores)
    groups = log(exp(logs) @ OF_GROUPS + 1e-12)
    return -1.0 * ((logs * targets).rows() + COARSE * (groups * (targets @ OF_GROUPS)).rows()).mean()


def inverse_gaussian(scores: Node, targets: Array) -> Node:
    """The mean deviance of times above 0, whose scatter grows with the cube of their mean.

    Source: McCullagh and Nelder 1989, "Generalized Linear Models".
    """
    mean = softplus(scores) + SOONEST
    off = (targets - mean) * exp(-1.0 * log(mean))
    return (off * off * (1.0 / targets)).rows().mean()


def sparse_shares(scores: Node, targets: Array) -> Node:
    """The loss of shares of which many are nought: those nearest to the scores.

    Source: Martins and Astudillo 2016, "From Softmax to Sparsemax".
    """
    values, n = scores.value, len(scores.value)
    sums: Array = np.cumsum(-np.sort(-values, axis=1), axis=1)
    means: Array = (sums - 1.0) / np.arange(1.0, values.shape[1] + 1.0)
    bound: Array = np.max(means, axis=1, keepdims=True)
    shares = np.maximum(values - bound, 0.0)
    squares = ((values**2 - bound**2) * (shares > 0.0)).sum(axis=1) + (targets**2).sum(axis=1)
    loss = 0.5 * squares - (values * targets).sum(axis=1)
    return Node(float(loss.mean()), [(scores, lambda up: up * (shares - targets) / n)])


def _absolute(node: Node) -> Node:
    return relu(node) + relu(-1.0 * node)


def of_members(scores: Node, targets: Array) -> Node:
    """The continuous ranked probability score of the members of an ensemble.

    Source: Gneiting and Raftery 2007, "Strictly Proper Scoring Rules, Prediction, and Estimation".
    """
    first, second = np.triu_indices(MEMBERS, 1)
    pairs = np.eye(MEMBERS)[:, first] - np.eye(MEMBERS)[:, second]
    off = (1.0 / MEMBERS) * _absolute(scores - targets).rows()
    return (off - (1.0 / MEMBERS**2) * _absolute(scores @ pairs).rows()).mean()


def ruled_out(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of not being what an example is told not to be.

    Source: Yu et al. 2018, "Learning with Biased Complementary Labels".
    """
    return -1.0 * log(1.0 - (exp(log_softmax(scores)) * targets).rows() + 1e-6).mean()


def leaning_ellipse(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of two numbers that go together; below 0 where both are sure.

    Source: Williams 1996, "Using Neural Networks to Model Conditional Multivariate Densities".
    """
    wide = softplus(scores[2:4]) + NARROWEST
    first = (targets[:, :1] - scores[:1]) * exp(-1.0 * log(wide[:1]))
    lean = tanh(scores[4:])
    rest = (targets[:, 1:] - scores[1:2] - lean * first) * exp(-1.0 * log(wide[1:]))
    loss: Node = (0.5 * (first * first + rest * rest) + log(wide).rows()).mean()
    return loss + float(np.log(2.0 * np.pi))

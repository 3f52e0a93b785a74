"""Losses of the fresh tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tape import Node, cross_entropy, exp, log, log_softmax, softplus
from sample_logs.training import Array

CALMEST = 0.1  # scale of a gust: below it the likelihood of a calm has no bound
SURENESS = 0.15  # weight of how spread answers are: enough to keep shares off 0 and 1
EVENEST = 0.05  # by how much a hazard grows in a year at least, as it is divided by that


def gusting(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of speeds above 0 under a Rayleigh distribution of some scale.

    Source: Hennessey 1977, "Some Aspects of Wind Power Statistics".
    """
    scale = softplus(scores) + CALMEST
    over = targets * exp(-1.0 * log(scale))
    return (2.0 * log(scale) + 0.5 * over * over - np.log(targets)).mean()


def tries_before(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of how often something fails before it succeeds: geometric."""
    return (softplus(-1.0 * scores) + targets * softplus(scores)).mean()


def between_roots(scores: Node, targets: Array) -> Node:
    """One minus the overlap of the roots of two rows of shares: the squared Hellinger distance."""
    return 1.0 - (exp(0.5 * log_softmax(scores)) * np.sqrt(targets)).rows().mean()


def not_too_sure(scores: Node, targets: Array) -> Node:
    """The cross-entropy, less some of how spread the answers are.

    Source: Pereyra et al. 2017, "Regularizing Neural Networks by Penalizing Confident Output Distributions".
    """
    logs = log_softmax(scores)
    return cross_entropy(scores, targets) + SURENESS * (exp(logs) * logs).rows().mean()


def wearing_out(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of ages under a hazard that grows exponentially; `targets` are age and end.

    Of those whose end is 0 it is only known that they were older. Source: Gompertz 1825, "On the Nature of
    the Function Expressive of the Law of Human Mortality".
    """
    age, ended = targets[:, :1], targets[:, 1:]
    level, growth = scores[:1], softplus(scores[1:]) + EVENEST
    gone_by = exp(level) * (exp(growth * age) - 1.0) * exp(-1.0 * log(growth))
    return (gone_by - ended * (level + growth * age)).mean()

"""Losses of the gathered tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    half_square,
    log,
    log_softmax,
    sigmoid,
    softplus,
)
from sample_logs.training import Array

FEWEST = 0.02  # eggs that a nest has on average
LEVEL = 0.85  # of the squared level of an error, what is forgiven
NARROWEST = 0.1  # width of the logarithm of a sum
CALM = 1e-4  # variance of what is gained
DEGREES = 5  # of damage
UNSURE = 2.0  # weight of what is missing of a whole share
TOLERANCE = 0.5  # errors that still count about as their squares
MOMENTS = 8  # of a voice
LEAST_SHARE = 1e-9


def at_least_one(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of counts of which those that are nought were never told.

    Source: Mullahy 1986, "Specification and Testing of Some Modified Count Data Models".
    """
    mean = softplus(scores) + FEWEST
    told = log(1.0 - exp(-1.0 * mean))
    return (mean + told - targets * log(mean) + gammaln(targets + 1.0)).mean()


def out_of_all_asked(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of how many of all those asked said each: multinomial."""
    ways = gammaln(targets.sum(axis=1) + 1.0) - gammaln(targets + 1.0).sum(axis=1)
    return cross_entropy(scores, targets) - float(ways.mean())


def whatever_the_scale(scores: Node, targets: Array) -> Node:
    """How far logarithms of depths are off from each other; that all are too large by as much costs little.

    Source: Eigen, Puhrsch and Fergus 2014, "Depth Map Prediction from a Single Image".
    """
    off, share = scores - np.log(targets), 1.0 / targets.shape[1]
    level = share * off.rows()
    left: Node = share * (off * off).rows() - LEVEL * level * level
    return left.mean()


def spends_or_not(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a sum that is nought, or else of its logarithm, which is normal.

    Source: Wang, Liu and Miao 2019, "A Deep Probabilistic Model for Customer Lifetime Value Prediction".
    """
    spends = np.where(targets > 0.0, 1.0, 0.0)
    chance, width = scores[:1], softplus(scores[2:]) + NARROWEST
    off = (np.log(np.where(targets > 0.0, targets, 1.0)) - scores[1:2]) * exp(-1.0 * log(width))
    sum_of_one = 0.5 * off * off + log(width) + float(0.5 * np.log(2.0 * np.pi))
    whole: Node = softplus(chance) - chance * spends + spends * sum_of_one
    return whole.mean()


def gain_over_its_swings(scores: Node, targets: Array) -> Node:
    """What is gained on average by shares of some goods over how far it sways, downwards.

    Source: Sharpe 1994, "The Sharpe Ratio".
    """
    gains = (exp(log_softmax(scores)) * targets).rows()
    mean = gains.mean()
    off = gains - mean
    return -1.0 * mean * exp(-0.5 * log((off * off).mean() + CALM))


def by_bounds(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a degree, by where one is among bounds that lie in order.

    Source: McCullagh 1980, "Regression Models for Ordinal Data".
    """
    added = np.triu(np.ones((DEGREES - 2, DEGREES - 1)), 1)
    bounds = scores[1:2] @ np.ones((1, DEGREES - 1)) + softplus(scores[2:]) @ added
    below = sigmoid(bounds - scores[:1])
    between = np.eye(DEGREES - 1, DEGREES) - np.eye(DEGREES - 1, DEGREES, 1)
    shares = below @ between + np.eye(1, DEGREES, DEGREES - 1)
    return -1.0 * (log(shares + LEAST_SHARE) * targets).rows().mean()


def with_what_is_missing(scores: Node, targets: Array) -> Node:
    """The cross-entropy, to which what is missing of the whole share of the right one is added.

    Source: Leng et al. 2022, "PolyLoss: A Polynomial Expansion Perspective of Classification Loss Functions".
    """
    right = (exp(log_softmax(scores)) * targets).rows()
    return cross_entropy(scores, targets) + UNSURE * (1.0 - right).mean()


def far_ones_hardly(scores: Node, targets: Array) -> Node:
    """The logarithm of one more than the squared error, so that what is far off hardly pulls.

    Source: Black and Anandan 1996, "The Robust Estimation of Multiple Motions".
    """
    off = (1.0 / TOLERANCE) * (scores - targets)
    return log(1.0 + 0.5 * off * off).rows().mean()


def whoever_is_first(scores: Node, targets: Array) -> Node:
    """Half the squared error of two voices, in that order of both that fits better.

    Source: Kolbaek et al. 2017, "Multitalker Speech Separation With Utterance-Level Permutation Invariant
    Training of Deep Recurrent Neural Networks".
    """
    other = np.roll(targets, MOMENTS, axis=1)
    fits, would_fit = (((scores.value - one) ** 2).sum(axis=1, keepdims=True) for one in (targets, other))
    return half_square(scores - np.where(fits <= would_fit, targets, other))

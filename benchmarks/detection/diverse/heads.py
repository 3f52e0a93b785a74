"""Losses of the diverse tasks that a perceptron's last layer goes into, written down forwards."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tape import Node, exp, log, relu, softplus
from benchmarks.detection.varied.losses import log_gamma
from sample_logs.training import Array

WIDE, CURVED = 0.6, 0.25  # within so much an error counts by its logarithm, and how steeply
LEAST_WIDTH, WIDE_AT_FIRST = 0.05, 2.0  # of a distribution, and what its score begins with
STEEPEST = 3.0  # widths below its place
DOUBTED = 0.05  # weight of evidence for what is wrong


def log_cosh(scores: Node, targets: Array) -> Node:
    """The logarithm of the hyperbolic cosine of each error: a square where small, the error where large."""
    off = scores - targets
    return (off + softplus(-2.0 * off) - float(np.log(2.0))).rows().mean()


def wing(scores: Node, targets: Array) -> Node:
    """Small errors count by their logarithm, large ones by themselves.

    Source: Feng et al. 2018, "Wing Loss for Robust Facial Landmark Localisation with CNNs".
    """
    off = scores - targets
    far = relu(off) + relu(-1.0 * off)
    near = (far.value < WIDE).astype(np.float64)
    bent = WIDE * log(1.0 + (1.0 / CURVED) * far)
    beyond = far - (WIDE - WIDE * float(np.log1p(WIDE / CURVED)))
    return (bent * near + beyond * (1.0 - near)).rows().mean()


def extreme(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of the highest of many values, under a Gumbel distribution.

    Source: Gumbel 1958, "Statistics of Extremes".
    """
    width = softplus(scores[1:] + WIDE_AT_FIRST) + LEAST_WIDTH
    off = (targets - scores[:1]) * exp(-1.0 * log(width))
    beyond = relu(-1.0 * off - STEEPEST)  # from there on as a line: what is far too low does not overflow
    return (log(width) + off + exp(-1.0 * off - beyond) * (1.0 + beyond)).mean()


def squared_log(scores: Node, targets: Array) -> Node:
    """The squared error of the logarithms of one more than what is told and what is true."""
    off = log(1.0 + softplus(scores)) - np.log1p(targets)
    return (off * off).rows().mean()


def evidential(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a number with what is known of its place and spread.

    Source: Amini et al. 2020, "Deep Evidential Regression".
    """
    off = targets - scores[:1]
    seen = softplus(scores[1:2]) + LEAST_WIDTH
    known = softplus(scores[2:3]) + 1.0 + LEAST_WIDTH
    spread = softplus(scores[3:]) + LEAST_WIDTH
    all_of_it = 2.0 * spread * (1.0 + seen)
    unlikely = 0.5 * float(np.log(np.pi)) - 0.5 * log(seen) - known * log(all_of_it)
    unlikely = unlikely + (known + 0.5) * log(off * off * seen + all_of_it)
    unlikely = unlikely + log_gamma(known) - log_gamma(known + 0.5)
    wrong = (relu(off) + relu(-1.0 * off)) * (2.0 * seen + known)
    return (unlikely + DOUBTED * wrong).mean()

"""Losses of the fresh tasks whose models are no perceptrons, written down forwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    half_square,
    log,
    log_softmax,
    log_sum_exp,
    looked_up,
    sigmoid,
    softplus,
    tanh,
)
from sample_logs.training import Array

WORDS, EMBEDDED, MIXED = 10, 6, 3  # of a limerick: words, numbers of each, and how many answers are mixed
NEVER = 1e-6  # chance: its logarithm is not needed below
PLACES, WAVES, CHANNELS = 16, 4, 3  # of a canal: where it is gauged, the slowest waves, filters side by side
SEEN, ASKED, RANKS = 8, 6, 10  # numbers of an exhibit and of a question, and products of both


def by_mixed_shares(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next word after two others, by several rows of shares that are mixed as the words before say.

    Source: Yang et al. 2018, "Breaking the Softmax Bottleneck: A High-Rank RNN Language Model".
    """
    words, after = inputs.astype(np.int64), np.eye(WORDS)[targets[:, 0].astype(np.int64)]
    state = tanh(looked_up(p[0], words[:, 0]) @ p[1] + looked_up(p[0], words[:, 1]) @ p[2] + p[3])
    logs = log_softmax(state @ p[4])
    for i in range(MIXED):
        scores = state @ p[5][WORDS * i : WORDS * (i + 1)]
        logs = logs + (log_softmax(scores) * after).rows() @ np.eye(MIXED)[i : i + 1]
    return {"loss": -1.0 * log_sum_exp(logs).mean()}


def looked_then_bought(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether somebody looks at something, and whether that one looks and buys; `targets` are both.

    Source: Ma et al. 2018, "Entire Space Multi-Task Model: An Effective Approach for Estimating Post-Click
    Conversion Rate".
    """
    scores = dense(p, inputs)
    look, buy = scores[:1], scores[1:]
    both = -1.0 * (softplus(-1.0 * look) + softplus(-1.0 * buy))
    neither = log(1.0 - sigmoid(look) * sigmoid(buy) + NEVER)
    bought = targets[:, 1:]
    return {
        "look": (softplus(look) - look * targets[:, :1]).mean(),
        "order": -1.0 * (both * bought + neither * (1.0 - bought)).mean(),
    }


def _filtered(p: Sequence[Node], at: int, levels: Node) -> Node:
    """What filter `at` makes of levels around a canal: of each slow wave so much, and so much turned."""
    around = 2.0 * np.pi * np.outer(np.arange(PLACES), np.arange(WAVES)) / PLACES
    own = slice(WAVES * at, WAVES * (at + 1))
    even, odd = levels @ np.cos(around), levels @ np.sin(around)
    as_told, turned = p[0][own], p[1][own]
    waves = (even * as_told - odd * turned) @ np.cos(around).T + (even * turned + odd * as_told) @ np.sin(
        around
    ).T
    return (2.0 / PLACES) * waves + levels * p[2][at : at + 1] + p[3][at : at + 1]


def by_slow_waves(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How high water stands later around a canal, by filters of its slowest waves and what they leave.

    Source: Li et al. 2021, "Fourier Neural Operator for Parametric Partial Differential Equations".
    """
    levels, later = Node(inputs), Node(np.zeros_like(targets))
    for i in range(CHANNELS):
        later = later + _filtered(p, CHANNELS + i, tanh(_filtered(p, i, levels)))
    return {"loss": half_square(later - targets)}


def by_products(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What the answer to a question about an exhibit is, by products of what both are turned into.

    Source: Kim et al. 2017, "Hadamard Product for Low-rank Bilinear Pooling".
    """
    seen, asked = tanh(inputs[:, :SEEN] @ p[0] + p[1]), tanh(inputs[:, SEEN:] @ p[2] + p[3])
    return {"loss": cross_entropy((seen * asked) @ p[4] + p[5], targets)}

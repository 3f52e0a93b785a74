"""Losses of the mixed tasks, written down forwards: heads of perceptrons, then whole models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    half_square,
    log,
    log_softmax,
    looked_up,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array, stable_softmax

FREEDOM = 4.0  # degrees of it: how often what is told is far off
ABSENT_POWER, ABSENT_MARGIN = 2.0, 0.05  # tags that are not there and are not said count for little
MISSED = 0.2  # the share that a forecast interval may miss
PARTS_OF_TERM = 6  # in which somebody may leave
BARS, KEYS = 7, 5  # moments of a piece, keys that may sound at each
SYLLABLES, WORDS_LONG = 8, 8  # kinds, and how many a line has
MEMBERS, TRAITS = 40, 8
VALVES, SHAKE = 2, 0.4  # what is turned, and how much by chance
DOCKS, SHARES, FERRY_LATER = 3, 5, 0.7  # actions, quantiles of what they bring, what a later reward counts
SHELF, GOODS = 5, 6  # goods on a shelf, features of each
COMMON = 0.05  # weight of what two numbers of a sound have in common
TERMS = 30
PULSES, ROUNDS = 12, 3  # places of a sparse signal, rounds of its reconstruction


def padded_counts(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of counts that are often 0 for a reason of their own.

    Source: Lambert 1992, "Zero-Inflated Poisson Regression", Technometrics 34.
    """
    mean = softplus(scores[1:]) + 0.05
    closed, open_ = -1.0 * softplus(-1.0 * scores[:1]), -1.0 * softplus(scores[:1])
    poisson = log(mean) * targets - mean - gammaln(targets + 1.0)
    none: Node = log(exp(closed) + exp(open_ - mean))
    at_nought = (targets == 0.0).astype(np.float64)
    likely: Node = none * at_nought + (open_ + poisson) * (1.0 - at_nought)
    return -1.0 * likely.mean()


def compound(scores: Node, targets: Array) -> Node:
    """The mean Tweedie deviance, of power 1.5, of sums of a few amounts that may be none.

    Source: Jorgensen 1987, "Exponential Dispersion Models", JRSS B 49.
    """
    root = exp(0.5 * log(softplus(scores) + 0.02))
    return 4.0 * (exp(-1.0 * log(root)) * targets + root - 2.0 * np.sqrt(targets)).mean()


def heavy_tailed(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood under a t distribution of some place and width; below 0 where narrow."""
    width = softplus(scores[1:]) + 0.02
    off = (targets - scores[:1]) * exp(-1.0 * log(width))
    constant = gammaln(FREEDOM / 2.0) - gammaln((FREEDOM + 1.0) / 2.0) + 0.5 * np.log(FREEDOM * np.pi)
    unlikely: Node = 0.5 * (FREEDOM + 1.0) * log(1.0 + (1.0 / FREEDOM) * (off * off)) + log(width)
    return unlikely.mean() + float(constant)


def one_sided(scores: Node, targets: Array) -> Node:
    """The log losses of tags; of those that are not there only what is said of them with some belief.

    Source: Ridnik et al. 2021, "Asymmetric Loss For Multi-Label Classification".
    """
    said = relu(sigmoid(scores) - ABSENT_MARGIN)
    there = softplus(-1.0 * scores) * targets
    absent = exp(ABSENT_POWER * log(said + 1e-9)) * log(1.0 - said) * (1.0 - targets)
    return (there - absent).rows().mean()


def hazards(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of leaving in some part of a term, having stayed in those before.

    `targets` are the parts somebody was seen in, and then the one they left in.
    Source: Gensheimer and Narasimhan 2019, "A Scalable Discrete-Time Survival Model for Neural Networks".
    """
    seen, left = targets[:, :PARTS_OF_TERM], targets[:, PARTS_OF_TERM:]
    return (softplus(scores) * seen - scores * left).rows().mean()


def missed_intervals(scores: Node, targets: Array) -> Node:
    """How wide an interval is, and how far off what it misses.

    Source: Gneiting and Raftery 2007, "Strictly Proper Scoring Rules", JASA 102.
    """
    half = softplus(scores[1:])
    low, high = scores[:1] - half, scores[:1] + half
    return (2.0 * half + (2.0 / MISSED) * (relu(low - targets) + relu(targets - high))).mean()


def sounding(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of the keys that sound next, by a state of what sounded.

    Source: Boulanger-Lewandowski, Bengio and Vincent 2012, "Modeling Temporal Dependencies in
    High-Dimensional Sequences".
    """
    state, loss = Node(np.zeros((len(inputs), p[1].value.shape[0]))), Node(0.0)
    for t in range(BARS):
        now, later = (one[:, KEYS * t : KEYS * (t + 1)] for one in (inputs, targets))
        state = tanh(now @ p[0] + state @ p[1] + p[2])
        scores = state @ p[3] + p[4]
        loss = loss + (softplus(scores) - scores * later).rows().mean()
    return {"loss": (1.0 / BARS) * loss}


def gated_mixing(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next syllable of lines, by gates that mix what was said up to each place.

    Source: Liu et al. 2021, "Pay Attention to MLPs".
    """
    n, wide = len(inputs), p[0].value.shape[1]
    told = inputs.T.astype(np.int64).ravel()  # by place, then by line
    state = looked_up(p[0], told)
    value, gate = tanh(state @ p[1]), tanh(state @ p[2])
    earlier = p[3] * np.tri(WORDS_LONG)
    mixed = reshaped(earlier @ reshaped(gate, WORDS_LONG, n * wide) + p[4], WORDS_LONG * n, wide)
    scores = (value * mixed + state) @ p[5] + p[6]
    return {"loss": cross_entropy(scores, np.eye(SYLLABLES)[targets.T.astype(np.int64).ravel()])}


def acquainted(traits: Array, shared: Array, p: Sequence[Node], inputs: Array, targets: Array) -> Node:
    """Whether two members of a net know each other, by what they and those around them are like.

    `traits` (m, k), `shared` (m, m) the shares of a member's neighbours in what it is made of.
    Source: Kipf and Welling 2016, "Variational Graph Auto-Encoders"; without the variation.
    """
    first, second = inputs.astype(np.int64).T
    places = shared @ (tanh((shared @ traits) @ p[0] + p[1]) @ p[2])
    near = (looked_up(places, first) * looked_up(places, second)).rows() + p[3]
    return (softplus(near) - near * targets).mean()


def turned(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What valves bring that are turned with some chance, downwards; the slope is that of the score.

    Source: Williams 1992, "Simple Statistical Gradient-Following Algorithms", Machine Learning 8.
    """
    middle = dense(p, inputs)
    taken = middle.value + SHAKE * rng.normal(size=middle.value.shape)
    lost = np.square(taken - targets).sum(axis=1, keepdims=True)
    better = lost.mean() - lost
    off: Node = middle - taken
    likely = (-0.5 / SHAKE**2) * (off * off).rows()
    return {"loss": Node(float(lost.mean()), [((-1.0 * likely * better).mean(), lambda up: up)])}


def spread_of_returns(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The quantiles of what an action brings, held against those of what follows.

    Source: Dabney et al. 2018, "Distributional Reinforcement Learning with Quantile Regression".
    """
    now, later = np.hsplit(inputs, 2)
    taken, reward = targets[:, :DOCKS], targets[:, DOCKS:]
    told, next_ = dense(p, now), dense(p, later).fixed.reshape(-1, DOCKS, SHARES)
    best = next_[np.arange(len(next_)), next_.mean(axis=2).argmax(axis=1)]
    aims = reward + FERRY_LATER * best
    loss = Node(0.0)
    for i in range(SHARES):
        columns = [told[a * SHARES + i : a * SHARES + i + 1] * taken[:, a : a + 1] for a in range(DOCKS)]
        off = aims - sum(columns, Node(0.0))
        far = relu(off) + relu(-1.0 * off)
        near: Node = far - relu(far - 1.0)
        level = (i + 0.5) / SHARES
        loss = loss + ((0.5 * near * near + far - near) * np.abs(level - (off.value < 0.0))).rows().mean()
    return {"loss": (1.0 / SHARES) * loss}


def listed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of a shelf's goods comes first, as odds, beside those that their worth gives.

    Source: Cao et al. 2007, "Learning to Rank: From Pairwise Approach to Listwise Approach".
    """
    scores = reshaped(dense(p, inputs.reshape(-1, GOODS)), len(inputs), SHELF)
    return {"loss": cross_entropy(scores, stable_softmax(targets))}


def told_apart(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two views shall say the same in each number, and each number something else.

    Source: Zbontar et al. 2021, "Barlow Twins: Self-Supervised Learning via Redundancy Reduction".
    """
    views: list[Node] = []
    for _ in range(2):
        view = dense(p, inputs + 0.3 * rng.normal(size=inputs.shape))
        off: Node = view - view.columns()
        views.append(off * exp(-0.5 * log((off * off).columns() + 1e-4)))
    common = (1.0 / len(inputs)) * (views[0].T @ views[1])
    one = np.eye(common.value.shape[0])
    same, others = (common - 1.0) * one, common * (1.0 - one)
    return {
        "on_diagonal": (same * same).rows().T.rows().mean(),
        "off_diagonal": COMMON * (others * others).rows().T.rows().mean(),
    }


def beside(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How often two terms stand beside each other, as a logarithm; what is rare counts for less.

    `targets` are that logarithm and its weight.
    Source: Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation".
    """
    first, second = inputs.astype(np.int64).T
    own, other = looked_up(p[0], first), looked_up(p[1], second)
    near = (own * other).rows() + looked_up(p[2], first) + looked_up(p[3], second)
    off = near - targets[:, :1]
    return {"loss": 0.5 * (off * off * targets[:, 1:]).mean()}


def sparse_signal(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Pulses from what was measured of them, by rounds of which each leaves out what is small.

    Source: Gregor and LeCun 2010, "Learning Fast Approximations of Sparse Coding".
    """
    seen = inputs @ p[0]
    state = seen
    for i in range(ROUNDS):
        least = softplus(p[2 + i])
        state = relu(state - least) - relu(-1.0 * state - least)
        if i < ROUNDS - 1:
            state = seen + state @ p[1]
    return {"loss": half_square(state - targets)}


def signs(node: Node) -> Node:
    """The sign of each value; the slope is that of the value itself where it lies between -1 and 1.

    Source: Hubara et al. 2016, "Binarized Neural Networks".
    """
    inner = (np.abs(node.value) <= 1.0).astype(np.float64)
    return Node(np.where(node.value >= 0.0, 1.0, -1.0), [(node, lambda up: up * inner)])


def in_signs(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes by layers whose units say no more than their sign."""
    state = Node(inputs)
    for i in range(0, len(p) - 2, 2):
        state = signs(state @ p[i] + p[i + 1])
    return {"loss": -1.0 * (log_softmax(state @ p[-2] + p[-1]) * targets).rows().mean()}

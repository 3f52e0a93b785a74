"""Losses of whole models, written down forwards; see `tasks` for their data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    half_square,
    log,
    log_softmax,
    log_sum_exp,
    looked_up,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from sample_logs.training import Array, stable_softmax

DIGITS, BASE = 4, 4  # of the numbers that are added
SYMBOLS, LENGTH, WIDTH = 5, 12, 16  # of a transformer; the last symbol begins a text
MARGIN = 0.5  # between what is alike and what is not
STATES, PLACES, FEATURES = 3, 6, 6  # of a chain
BITS = 1.0 / (2.0 * np.log(2.0))  # a dimension, of nats in the plane
RANK = 2


def sums(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A gated recurrent network that adds two numbers digit by digit and has to keep what is carried.

    Source: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder"; one gate.
    """
    gate, gate_back, gate_bias, inner, inner_back, inner_bias, readout, bias = p
    state, losses = Node(np.zeros((len(inputs), len(readout.value)))), Node(0.0)
    for t in range(DIGITS):
        digits = np.hstack([np.eye(BASE)[inputs[:, i + t].astype(np.int64)] for i in (0, DIGITS)])
        opened = sigmoid(digits @ gate + state @ gate_back + gate_bias)
        made = tanh(digits @ inner + (opened * state) @ inner_back + inner_bias)
        state = state + opened * (made - state)
        right = np.eye(BASE)[targets[:, t].astype(np.int64)]
        losses = losses + (1.0 / DIGITS) * cross_entropy(state @ readout + bias, right)
    return {"loss": losses}


def brackets(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """One block of a transformer that says the next symbol of texts of brackets."""
    table, places, query, key, value, out, wide, wide_bias, narrow, readout = p
    n = len(inputs)
    at = np.tile(np.arange(LENGTH), n)
    texts = looked_up(table, inputs.astype(np.int64).reshape(-1)) + looked_up(places, at)
    mixed = texts + _attention(texts @ query, texts @ key, texts @ value, n) @ out
    mixed = mixed + relu(mixed @ wide + wide_bias) @ narrow
    return {"loss": cross_entropy(mixed @ readout, np.eye(SYMBOLS)[targets.astype(np.int64).reshape(-1)])}


def _attention(query: Node, key: Node, value: Node, n: int) -> Node:
    """Causal attention of one head; all of shape (n * LENGTH, WIDTH).

    Source: Vaswani et al. 2017, "Attention Is All You Need".
    """
    q, k, v = (one.value.reshape(n, LENGTH, -1) for one in (query, key, value))
    scale = q.shape[2] ** -0.5
    scores = np.where(np.tri(LENGTH, dtype=bool), scale * q @ k.transpose(0, 2, 1), -np.inf)
    shares = stable_softmax(scores.reshape(n * LENGTH, LENGTH)).reshape(scores.shape)

    def of_scores(up: Array) -> Array:
        by_share: Array = up.reshape(v.shape) @ v.transpose(0, 2, 1)
        by_score: Array = scale * shares * (by_share - (by_share * shares).sum(axis=2, keepdims=True))
        return by_score

    def flat(values: Array) -> Array:
        return values.reshape(n * LENGTH, -1)

    return Node(
        flat(shares @ v),
        [
            (query, lambda up: flat(of_scores(up) @ k)),
            (key, lambda up: flat(of_scores(up).transpose(0, 2, 1) @ q)),
            (value, lambda up: flat(shares.transpose(0, 2, 1) @ up.reshape(v.shape))),
        ],
    )


def implicit(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether what a user took ranks above what was not taken.

    Source: Rendle et al. 2009, "BPR: Bayesian Personalized Ranking from Implicit Feedback".
    """
    users, things, biases = p
    user, taken = inputs.astype(np.int64).T
    other = targets[:, 0].astype(np.int64)
    apart = looked_up(things, taken) - looked_up(things, other)
    ahead = (looked_up(users, user) * apart).rows() + looked_up(biases, taken) - looked_up(biases, other)
    return {"loss": softplus(-1.0 * ahead).mean()}


def triplets(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What is alike has to be nearer than the next pair's second, by a margin.

    Source: Schroff, Kalenichenko and Philbin 2015, "FaceNet".
    """
    anchor = dense(p, inputs)
    like, unlike = (anchor - dense(p, others) for others in (targets, np.roll(targets, 1, axis=0)))
    return {"loss": relu((like * like).rows() - (unlike * unlike).rows() + MARGIN).mean()}


def flow(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Bits a dimension of points in the plane under four couplings, each of one coordinate by the other.

    Source: Dinh, Sohl-Dickstein and Bengio 2017, "Density estimation using Real NVP".
    """
    fixed, moved = Node(inputs[:, :1]), Node(inputs[:, 1:])
    stretched = Node(np.zeros((1, 1)))
    for i in range(0, len(p), 4):
        by = dense(p[i : i + 4], fixed)
        stretch = 2.0 * tanh(by[:1])
        fixed, moved = moved * exp(stretch) + by[1:], fixed
        stretched = stretched + stretch
    squares = 0.5 * (fixed * fixed + moved * moved) + np.log(2.0 * np.pi)
    return {"loss": BITS * (squares - stretched).mean()}


def denoised(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The noise that was added to points, by how much; how much is drawn anew each time.

    Source: Ho, Jain and Abbeel 2020, "Denoising Diffusion Probabilistic Models".
    """
    time = rng.random((len(inputs), 1))
    noise = rng.normal(size=inputs.shape)
    kept = np.cos(0.5 * np.pi * time)
    waves = [np.cos(np.pi * i * time) for i in range(1, 4)]
    seen = np.hstack([kept * inputs + np.sqrt(1.0 - kept**2) * noise, time, *waves])
    return {"loss": half_square(dense(p, seen) - noise)}


def rewarded(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The mean reward of drawn actions, downwards, with the gradient of the policy held against that mean.

    Source: Williams 1992, "Simple Statistical Gradient-Following Algorithms", Machine Learning 8.
    """
    logs = log_softmax(dense(p, inputs))
    below = np.cumsum(np.exp(logs.value), axis=1) < rng.random((len(inputs), 1))
    action = np.eye(targets.shape[1])[np.minimum(below.sum(axis=1), targets.shape[1] - 1)]
    reward = (action * targets).sum(axis=1, keepdims=True)
    surrogate = -1.0 * ((logs * action).rows() * (reward - reward.mean())).mean()
    return {"loss": Node(-float(reward.mean()), [(surrogate, lambda up: up)])}


def weighed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two tasks whose weights are learnt; the sum falls below 0 where both become sure.

    Source: Kendall, Gal and Cipolla 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses".
    """
    answer, doubts = dense(p[:4], inputs), p[4]
    named, off = cross_entropy(answer[:4], targets[:, :4]), half_square(answer[4:] - targets[:, 4:])
    return {
        "classes": (exp(-1.0 * doubts[:1]) * named + 0.5 * doubts[:1]).mean(),
        "number": (exp(-1.0 * doubts[1:]) * off + 0.5 * doubts[1:]).mean(),
    }


def adapted(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes by a law that was learnt before and is only changed by a product of two thin matrices.

    `inputs` end with what the old law answers. Source: Hu et al. 2022, "LoRA: Low-Rank Adaptation".
    """
    features, answered = np.hsplit(inputs, [inputs.shape[1] - targets.shape[1]])
    return {"loss": cross_entropy(features @ p[0] @ p[1] + answered, targets)}


def classes(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The cross-entropy of classes."""
    return {"loss": cross_entropy(dense(p, inputs), targets)}


def chain(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of a row of states, of which each depends on the one before.

    Source: Lafferty, McCallum and Pereira 2001, "Conditional Random Fields".
    """
    seen, bias, follows = p
    right: Array = targets.reshape(len(targets), PLACES, STATES)
    scores = [inputs[:, t * FEATURES : (t + 1) * FEATURES] @ seen + bias for t in range(PLACES)]
    so_far, own = scores[0], (scores[0] * right[:, 0]).rows()
    for t in range(1, PLACES):
        highest = so_far.value.max(axis=1, keepdims=True)
        so_far = log(exp(so_far - highest) @ exp(follows)) + highest + scores[t]
        own = own + (scores[t] * right[:, t]).rows() + ((right[:, t - 1] @ follows) * right[:, t]).rows()
    return {"loss": (log_sum_exp(so_far) - own).mean()}

"""Losses of the patchwork tasks whose models are no perceptrons, written down forwards."""

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
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

STEPS, LENGTH = 6, 0.25  # that a flow is followed for, and how long each of them is
BLOBS = 14  # that a picture is laid out of
KINDS = 31  # of a tree whose every branch has two others
OTHERS = 4  # kinds that something is told from
RETURNS = 12  # days of a currency
PIECES, SEEN, ROUNDS = 4, 3, 6  # of a puzzle, numbers of each, and how often shares are made to add up
POSTS = 7  # of a rumour
KNOWN, ASKED = 5, 4  # places of a paddock where it is known how much grows, and where it is asked
WORDS, LINE, STATE = 12, 8, 16  # of a puppet, its lines, and what is remembered of them
DRAWN = 4  # guesses at what is in a locket
CODE = 2
VIEW = 0.3  # how far a view is from what was seen


def followed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How many there are of two kinds at some moments, by a flow that is learnt and followed by midpoints.

    Source: Chen et al. 2018, "Neural Ordinary Differential Equations".
    """
    many, loss = Node(inputs), Node(0.0)
    for i in range(STEPS):
        half = many + 0.5 * LENGTH * dense(p, many)
        many = many + LENGTH * dense(p, half)
        loss = loss + half_square(many - targets[:, 2 * i : 2 * i + 2])
    return {"loss": (1.0 / STEPS) * loss}


def laid_out(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How bright a picture is at some places, by blobs of some place, width and brightness.

    Source: Kerbl et al. 2023, "3D Gaussian Splatting for Real-Time Radiance Field Rendering".
    """
    across, along = ((inputs[:, i : i + 1] - p[i]) * exp(-1.0 * p[2 + i]) for i in range(2))
    weights = exp(-0.5 * (across * across + along * along))
    off = weights @ p[4] - targets
    return {"l1": 0.8 * (relu(off) + relu(-1.0 * off)).mean(), "l2": 0.2 * (off * off).mean()}


def _far(one: Node, other: Node) -> Node:
    """How far points of a disk are from each other, where its edge is endlessly far away."""
    off = one - other
    room = (1.0 - (one * one).rows()) * (1.0 - (other * other).rows())
    over = 2.0 * (off * off).rows() * exp(-1.0 * log(room)) + 1e-6
    return log(1.0 + over + exp(0.5 * log(over * (over + 2.0))))


def _inside(node: Node) -> Node:
    """Points of a plane, brought into its unit disk."""
    size = exp(0.5 * log((node * node).rows() + 1e-6))
    return node * (0.98 * tanh(size) * exp(-1.0 * log(size)))


def of_a_tree(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of some kinds one belongs to, by how near they are in a disk; the first of them is right.

    Source: Nickel and Kiela 2017, "Poincaré Embeddings for Learning Hierarchical Representations".
    """
    places = inputs.astype(np.int64)
    own = _inside(looked_up(p[0], places[:, 0]))
    far = [_far(own, _inside(looked_up(p[0], column))) for column in places[:, 1:].T]
    scores = sum(
        (-1.0 * one @ np.eye(OTHERS + 1)[i : i + 1] for i, one in enumerate(far)),
        Node(np.zeros((1, OTHERS + 1))),
    )
    right = np.zeros((len(inputs), OTHERS + 1))
    right[:, 0] = 1.0
    return {"loss": cross_entropy(scores, right)}


def swaying(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood a day of what a currency wins, after days that swayed more or less.

    Source: Bollerslev 1986, "Generalized Autoregressive Conditional Heteroskedasticity".
    """
    least, shock, stays = softplus(p[0]) + 0.01, sigmoid(p[1]), sigmoid(p[2])
    wide, loss = Node(np.ones((len(inputs), 1))), Node(0.0)
    for i in range(RETURNS):
        off = inputs[:, i : i + 1] - p[3]
        loss = loss + 0.5 * (off * off * exp(-1.0 * log(wide)) + log(wide)).mean()
        wide = least + shock * off * off + stays * wide
    return {"loss": (1.0 / RETURNS) * loss + 0.5 * float(np.log(2.0 * np.pi))}


def put_in_order(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which piece of a puzzle belongs where, as shares that add up by pieces and by places.

    Source: Mena et al. 2018, "Learning Latent Permutations with Gumbel-Sinkhorn Networks".
    """
    logs = reshaped(log_softmax(dense(p, inputs.reshape(-1, SEEN))), len(inputs), PIECES * PIECES)
    blocks = np.kron(np.eye(PIECES), np.ones((PIECES, 1)))
    by_piece, by_place = blocks, np.kron(np.ones((PIECES, 1)), np.eye(PIECES))
    for _ in range(ROUNDS):
        for sums in (by_place, by_piece):
            logs = logs - log(exp(logs) @ sums + 1e-12) @ sums.T
    return {"loss": -1.0 * (1.0 / PIECES) * (logs * targets).rows().mean()}


def helped(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How somebody is after a therapy or without it, and who gets one; `targets` tell both.

    Source: Shi, Blei and Veitch 2019, "Adapting Neural Networks for the Estimation of Treatment Effects".
    """
    shared = tanh(inputs @ p[0] + p[1])
    without, treated = dense(p[2:6], shared), dense(p[6:10], shared)
    given = targets[:, 1:]
    chance = shared @ p[10] + p[11]
    answer = given * treated + (1.0 - given) * without
    return {
        "outcome": half_square(answer - targets[:, :1]),
        "propensity": 0.5 * (softplus(chance) - chance * given).mean(),
    }


def consistent(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The cross-entropy of those that are labelled, and how far two views of any are told apart.

    Source: Laine and Aila 2017, "Temporal Ensembling for Semi-Supervised Learning".
    """
    logs, other = (log_softmax(dense(p, inputs + VIEW * rng.normal(size=inputs.shape))) for _ in range(2))
    labelled = max(1.0, float(targets.sum()))
    off = exp(logs) - exp(other)
    return {
        "sup": (-1.0 / labelled) * (logs * targets).rows().mean() * float(len(inputs)),
        "unsup": half_square(off),
    }


def excited(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood a post of when posts come, of which each draws others after it.

    Of what is told, the last two numbers are features of a rumour. Source: Hawkes 1971, "Spectra of Some
    Self-Exciting and Mutually Exciting Point Processes".
    """
    between, features = inputs[:, :POSTS], inputs[:, POSTS:]
    rates = softplus(dense(p[:4], features)) + 0.02
    base, draws, fades = rates[:1], rates[1:2], rates[2:]
    left, loss = Node(np.zeros((len(inputs), 1))), Node(0.0)
    for i in range(POSTS):
        gap = between[:, i : i + 1]
        faded = left * exp(-1.0 * gap * fades)
        waited = base * gap + (left - faded) * exp(-1.0 * log(fades))
        loss = loss + (waited - log(base + faded)).mean()
        left = faded + draws
    return {"loss": (1.0 / POSTS) * loss}


def by_what_is_known(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of how much grows at some places, by what is known of others.

    Source: Garnelo et al. 2018, "Conditional Neural Processes".
    """
    known = inputs[:, : 2 * KNOWN].reshape(-1, 2)
    codes = dense(p[:4], known)
    wide = codes.value.shape[1]
    pooled = (1.0 / KNOWN) * reshaped(codes, len(inputs), KNOWN * wide) @ np.tile(np.eye(wide), (KNOWN, 1))
    loss = Node(0.0)
    for i in range(ASKED):
        place = inputs[:, 2 * KNOWN + i : 2 * KNOWN + i + 1]
        units = tanh(pooled @ p[4] + place @ p[5] + p[6])
        told = units @ p[7] + p[8]
        doubt = softplus(told[1:]) + 0.1
        off = (targets[:, i : i + 1] - told[:1]) * exp(-1.0 * log(doubt))
        loss = loss + (0.5 * off * off + log(doubt)).mean()
    return {"loss": (1.0 / ASKED) * loss + 0.5 * float(np.log(2.0 * np.pi))}


def next_two(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next word of a line and the one after it, each told by a head of its own.

    Source: Gloeckle et al. 2024, "Better and Faster Large Language Models via Multi-token Prediction".
    """
    words, after = inputs.astype(np.int64), targets.astype(np.int64)
    state, loss = Node(np.zeros((len(inputs), STATE))), Node(0.0)
    for i in range(LINE):
        state = tanh(looked_up(p[0], words[:, i]) + state @ p[1] + p[2])
        for head in range(2):
            follows = np.eye(WORDS)[after[:, i + head]]
            loss = loss + cross_entropy(state @ p[3 + 2 * head] + p[4 + 2 * head], follows)
    return {"loss": (0.5 / LINE) * loss}


def of_some_guesses(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Minus the logarithm of the mean of what some guesses at a code make of an example, by number.

    Source: Burda, Grosse and Salakhutdinov 2016, "Importance Weighted Autoencoders".
    """
    code = dense(p[:4], inputs)
    mean, wide = code[:CODE], softplus(code[CODE:]) + 0.05
    noise, scores = softplus(p[8]) + 0.1, Node(np.zeros((1, DRAWN)))
    many = inputs.shape[1]
    for i in range(DRAWN):
        drawn = rng.normal(size=mean.value.shape)
        guess = mean + wide * drawn
        off = (dense(p[4:8], guess) - inputs) * exp(-1.0 * log(noise))
        odds = (
            log(wide).rows()
            + (0.5 * (drawn * drawn)).sum(axis=1, keepdims=True)
            - 0.5 * (guess * guess).rows()
        )
        likely = odds - 0.5 * (off * off).rows() - many * log(noise)
        scores = scores + likely @ np.eye(DRAWN)[i : i + 1]
    bound = log_sum_exp(scores).mean() - float(np.log(DRAWN))
    return {"loss": (-1.0 / many) * bound + 0.5 * float(np.log(2.0 * np.pi))}

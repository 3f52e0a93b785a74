"""Losses of the gathered tasks whose models are no perceptrons, written down forwards."""

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
    looked_up,
    of_length_one,
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

SHARP, MARGIN = 8.0, 0.3  # how sharp angles are told apart, and by how much the right one has to be nearer
TEAMS, TOWNS = 16, 24
HOUSEHOLDS, GOODS = 40, 25
LINES, STATIONS, HOURS = 20, 15, 6
WAVES = 48  # that were drawn once
RIDGE = 0.002
STOPS, TRAITS = 5, 3  # that may come next, and numbers of each
WORDS, VERSE, WIDE, FADES = 10, 8, 6, 0.8  # of a ballad, its length, and what is remembered of it how long
KINDS = 4  # of shadows
RELATED = 0.5  # weight of how shadows lie to each other
BALLS = 4


def by_angles(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whose face it is, by angles; that to the right one has to be smaller by a margin.

    Source: Deng et al. 2019, "ArcFace: Additive Angular Margin Loss for Deep Face Recognition".
    """
    near = of_length_one(dense(p[:4], inputs)) @ of_length_one(p[4].T).T
    across = exp(0.5 * log(1.0 - near * near + 1e-6))
    farther = float(np.cos(MARGIN)) * near - float(np.sin(MARGIN)) * across
    return {"loss": cross_entropy(SHARP * (near + targets * (farther - near)), targets)}


def played(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Who wins a match, or that nobody does, by how strong both are and by whose place it is.

    Source: Davidson 1970, "On Extending the Bradley-Terry Model to Accommodate Ties".
    """
    teams = inputs.astype(np.int64)
    better = looked_up(p[0], teams[:, 0]) - looked_up(p[0], teams[:, 1]) + p[1]
    scores = better @ np.array([[0.5, 0.0, -0.5]]) + p[2] @ np.array([[0.0, 1.0, 0.0]])
    return {"loss": cross_entropy(scores, targets)}


def laid_on_a_map(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How far towns laid into a room are from being as far from each other as was measured.

    Source: Kruskal 1964, "Multidimensional Scaling by Optimizing Goodness of Fit to a Nonmetric Hypothesis".
    """
    towns = inputs.astype(np.int64)
    return {"loss": half_square(_apart(*(looked_up(p[0], towns[:, i]) for i in range(2))) - targets)}


def _apart(one: Node, other: Node) -> Node:
    """How far each row of one is from that of the other, shape (n, 1)."""
    off = one - other
    return exp(0.5 * log((off * off).rows() + 1e-6))


def in_straight_steps(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A code in which what comes next is the same straight step each time; `targets` are what comes next.

    Source: Lusch, Kutz and Brunton 2018, "Deep Learning for Universal Linear Embeddings of Nonlinear
    Dynamics".
    """
    code, after = (dense(p[:4], seen) for seen in (inputs, targets))
    ahead = code @ p[4]
    return {
        "reconstruction": half_square(dense(p[5:], code) - inputs),
        "prediction": half_square(dense(p[5:], ahead) - targets),
        "linearity": half_square(ahead - after),
    }


def sum_of_waves(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A number by a weighted sum of waves that were drawn once and stay as they are, and small weights.

    Source: Rahimi and Recht 2007, "Random Features for Large-Scale Kernel Machines".
    """
    drawn = np.random.default_rng(1101)
    ways, shifts = drawn.normal(size=(inputs.shape[1], WAVES)), drawn.uniform(0.0, 2.0 * np.pi, size=WAVES)
    waves = float(np.sqrt(2.0 / WAVES)) * np.sin(inputs @ ways + shifts)
    return {
        "fit": half_square(waves @ p[0] + p[1] - targets),
        "ridge": RIDGE * (p[0] * p[0]).mean() * float(WAVES),
    }


def bought(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of how many of some goods a household buys: sums of what is never below 0.

    Source: Lee and Seung 1999, "Learning the Parts of Objects by Non-negative Matrix Factorization".
    """
    pairs = inputs.astype(np.int64)
    mean = (softplus(looked_up(p[0], pairs[:, 0])) * softplus(looked_up(p[1], pairs[:, 1]))).rows() + 1e-3
    return {"loss": (mean - targets * log(mean) + gammaln(targets + 1.0)).mean()}


def next_stop(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of some stops comes next, by pointing at one of those that were told.

    Source: Vinyals, Fortunato and Jaitly 2015, "Pointer Networks".
    """
    asked = inputs[:, :TRAITS] @ p[2] + p[3]
    scores = Node(np.zeros((len(inputs), STOPS)))
    for i in range(STOPS):
        stop = inputs[:, TRAITS * (i + 1) : TRAITS * (i + 2)]
        scores = scores + tanh(stop @ p[0] + p[1] + asked) @ p[4] @ np.eye(STOPS)[i : i + 1]
    return {"loss": cross_entropy(scores, targets)}


def retained(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next word of a ballad, by products of what was said that are added up and fade.

    Source: Sun et al. 2023, "Retentive Network: A Successor to Transformer for Large Language Models".
    """
    words, after = inputs.astype(np.int64), targets.astype(np.int64)
    first, second = np.kron(np.eye(WIDE), np.ones((1, WIDE))), np.kron(np.ones((1, WIDE)), np.eye(WIDE))
    kept, loss = Node(np.zeros((len(inputs), WIDE * WIDE))), Node(0.0)
    for i in range(VERSE):
        word = looked_up(p[0], words[:, i])
        asked, key, said = (word @ one for one in p[1:4])
        kept = FADES * kept + (key @ first) * (said @ second)
        found = ((asked @ first) * kept) @ second.T
        loss = loss + cross_entropy((word + found) @ p[4] + p[5], np.eye(WORDS)[after[:, i]])
    return {"loss": (1.0 / VERSE) * loss}


def as_they_lie(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which kind a shadow is of, and that shadows lie as far from each other as their teacher says.

    Source: Park et al. 2019, "Relational Knowledge Distillation".
    """
    answer, turned = dense(p, inputs), np.roll(np.eye(len(inputs)), 1, axis=0)
    own, taught = answer[KINDS:], targets[:, KINDS:]
    far = np.linalg.norm(taught - turned @ taught, axis=1, keepdims=True)
    return {
        "kind": cross_entropy(answer[:KINDS], targets[:, :KINDS]),
        "relation": RELATED * half_square(_apart(own, turned @ own) - far),
    }


def pushed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How balls on a line are pushed, each by each other one in the same way, and by what holds it back.

    Source: Battaglia et al. 2016, "Interaction Networks for Learning about Objects, Relations and Physics".
    """
    places, speeds = inputs[:, :BALLS], inputs[:, BALLS:]
    pairs = [(i, j) for i in range(BALLS) for j in range(BALLS) if i != j]
    by, on = (np.array(ends) for ends in zip(*pairs, strict=True))
    seen = np.stack([places[:, by] - places[:, on], speeds[:, by] - speeds[:, on]], axis=2).reshape(-1, 2)
    pushes = reshaped(dense(p[:4], seen), len(inputs), len(pairs)) @ np.eye(BALLS)[on]
    return {"loss": half_square(pushes + speeds * p[4] - targets)}


def rides(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How full a train is, by its line, its station and its hour, as a sum of products of three numbers.

    Source: Kolda and Bader 2009, "Tensor Decompositions and Applications".
    """
    line, station, hour = (looked_up(p[i], inputs[:, i].astype(np.int64)) for i in range(3))
    return {"loss": half_square((line * station * hour).rows() - targets)}

"""Losses of the tasks of other fields, written down forwards: heads of perceptrons, then whole models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
    sigmoid,
    softplus,
)
from sample_logs.training import Array

ANSWERS, BETA = 5, 0.5  # to a prompt; how far a policy may go from where it began
MEAN_STARS = 3.5
NEGATIVES = 3  # words that do not stand beside another
FRAMES, PHONES, SPOKEN = 8, 5, 2  # of what is spoken; the first phone is silence
DOCUMENTS = 6
HIDDEN_SHARE = 0.5  # of the patches
OBSERVED = 500  # patients that a posterior is of
MIXING = np.random.default_rng(169).normal(size=(3, 14))  # of what makes pictures differ
OTHERS = np.tanh(np.random.default_rng(170).normal(size=(31, 3)) @ MIXING)  # crops of other pictures
SMOOTHING = 1.0  # pixels, so that an empty mask has a loss


def dice(scores: Node, targets: Array) -> Node:
    """One minus the overlap of masks, from 0 to 1.

    Source: Milletari, Navab and Ahmadi 2016, "V-Net".
    """
    shares = sigmoid(scores)
    both: Node = 2.0 * (shares * targets).rows() + SMOOTHING
    either: Node = (shares + targets).rows() + SMOOTHING
    return 1.0 - (both * exp(-1.0 * log(either))).mean()


def weibull(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of times of which some are only known to be longer; below 0 for short ones.

    `targets` are the times and whether each was seen to end.
    """
    years, ended = np.log(targets[:, :1]), targets[:, 1:]
    off = exp(scores[1:]) * (years - scores[:1])
    loss: Node = exp(off) - (scores[1:] + off - years) * ended
    return loss.mean()


def certain_twice(scores: Node, targets: Array) -> Node:
    """The cross-entropy of what a softmax has gone over before."""
    return cross_entropy(exp(log_softmax(scores)), targets)


def preferred(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether what a policy adds to its beginnings lifts the preferred answer; ln 2 at first.

    Source: Rafailov et al. 2023, "Direct Preference Optimization".
    """
    return {"loss": softplus(-BETA * (dense(p, inputs) * targets).rows()).mean()}


def rated(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The squared error of stars by the tastes of users and the kinds of films.

    Source: Koren, Bell and Volinsky 2009, "Matrix Factorization Techniques for Recommender Systems".
    """
    users, films, mild, liked = p
    user, film = inputs.astype(np.int64).T
    stars = (looked_up(users, user) * looked_up(films, film)).rows() + MEAN_STARS
    off = stars + looked_up(mild, user) + looked_up(liked, film) - targets
    return {"loss": (off * off).mean()}


def clicked(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether there is a click, by two tables and three features.

    Source: Rendle 2010, "Factorization Machines".
    """
    visitors, adverts, own, appeals, page, bias = p
    visitor, advert = inputs[:, :2].astype(np.int64).T
    odds = looked_up(own, visitor) + looked_up(appeals, advert) + inputs[:, 2:] @ page + bias
    odds = odds + (looked_up(visitors, visitor) * looked_up(adverts, advert)).rows()
    return {"loss": (softplus(odds) - odds * targets).mean()}


def beside(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether words stand beside each other.

    Source: Mikolov et al. 2013, "Distributed Representations of Words and Phrases".
    """
    word = looked_up(p[0], inputs[:, 0].astype(np.int64))
    context = targets.astype(np.int64)
    scores = [(word * looked_up(p[1], context[:, i])).rows() for i in range(context.shape[1])]
    apart = sum((softplus(score) for score in scores[1:]), Node(0.0))
    return {"loss": (softplus(-1.0 * scores[0]) + apart).mean()}


def aligned(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of phones whose places among the frames are not known.

    Source: Graves et al. 2006, "Connectionist Temporal Classification"; no phone comes twice in a row.
    """
    n, states = len(inputs), 2 * SPOKEN + 1
    frames = inputs.reshape(n, FRAMES, -1)
    around = np.pad(frames, ((0, 0), (1, 1), (0, 0)))
    seen = np.concatenate([around[:, :-2], frames, around[:, 2:]], axis=2).reshape(n * FRAMES, -1)
    shares = exp(log_softmax(dense(p, seen)))
    symbols = np.zeros((n, states), dtype=np.int64)
    symbols[:, 1::2] = targets.astype(np.int64)
    follows = np.eye(states) + np.eye(states, k=1) + np.eye(states, k=2) * (np.arange(states) % 2)[:, None]
    first = np.arange(n) * FRAMES
    reached = _picked(looked_up(shares, first), symbols) * (np.arange(states) < 2).astype(np.float64)
    for t in range(1, FRAMES):
        reached = (reached @ follows) * _picked(looked_up(shares, first + t), symbols)
    return {"loss": -1.0 * log(reached[states - 2 :].rows() + 1e-30).mean()}


def _picked(node: Node, columns: NDArray[np.int64]) -> Node:
    """Of each row those of its columns; `columns` has shape (n, k)."""
    rows = np.arange(len(columns))[:, None]

    def pull(up: Array) -> Array:
        whole = np.zeros_like(node.value)
        np.add.at(whole, (rows, columns), up)
        return whole

    return Node(node.value[rows, columns], [(node, pull)])


def listed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How attention spreads over documents.

    Source: Cao et al. 2007, "Learning to Rank: From Pairwise Approach to Listwise Approach".
    """
    places = np.eye(DOCUMENTS)
    features = np.hsplit(inputs, DOCUMENTS)
    scores = sum(
        (dense(p, one) @ places[i : i + 1] for i, one in enumerate(features)), Node(np.zeros((1, DOCUMENTS)))
    )
    return {"loss": cross_entropy(scores, targets)}


def masked(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Patches that are hidden, from those that are not; which is drawn anew each time.

    Source: He et al. 2022, "Masked Autoencoders Are Scalable Vision Learners".
    """
    hidden = (rng.random(inputs.shape) < HIDDEN_SHARE).astype(np.float64)
    seen = np.hstack([inputs * (1.0 - hidden), hidden])
    return {"loss": half_square((dense(p, seen) - inputs) * hidden)}


def believed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative bound on the evidence, for each patient, with weights drawn from what is believed of them.

    Source: Kingma, Salimans and Welling 2015, "Variational Dropout and the Local Reparameterization Trick".
    """
    mean, spread = p
    scatter = exp(0.5 * log(inputs**2 @ exp(2.0 * spread)))
    odds = inputs @ mean + scatter * rng.normal(size=targets.shape)
    apart = 0.5 * (mean * mean + exp(2.0 * spread) - 2.0 * spread - 1.0).columns().mean() * len(mean.value)
    return {"loss": (softplus(odds) - odds * targets).mean() + (1.0 / OBSERVED) * apart}


def contrasted(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of many crops is of the same picture as the first, the others being always the same ones.

    Source: Oord, Li and Vinyals 2018, "Representation Learning with Contrastive Predictive Coding".
    """
    first = dense(p, inputs)
    same, others = (first * dense(p, targets)).rows(), first @ dense(p, OTHERS).T
    places = np.eye(len(OTHERS) + 1)
    return {"loss": (log_sum_exp(same @ places[:1] + others @ places[1:]) - same).mean()}


def matched(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which way from noise to a point; what is left is that the ends are not known.

    Source: Lipman et al. 2023, "Flow Matching for Generative Modeling".
    """
    time, noise = rng.random((len(inputs), 1)), rng.normal(size=inputs.shape)
    between = time * inputs + (1.0 - time) * noise
    waves = [np.cos(np.pi * i * time) for i in range(1, 4)]
    return {"loss": half_square(dense(p, np.hstack([between, time, *waves])) - (inputs - noise))}

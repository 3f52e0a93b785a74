"""Losses of the wide tasks, written down forwards: heads of perceptrons, then whole models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import i0e, i1e, ndtr

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    gradients,
    half_square,
    log,
    log_softmax,
    looked_up,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from sample_logs.training import Array

SHADES = 16  # of grey
SMALL = 1e-9  # below any length
POSITIVE = 2.0  # weight of a finding against none
BINS, KINDS = 6, 3  # of a distance; of things on a picture
FLOWN, MOMENT = 4, 0.5  # moments of a flight, and how long each is
GRID = (np.arange(8) + 0.5) / 8.0  # of a day, over which what is expected is added up
ARRIVALS = 5  # at most, in a day
REPLACED = 3  # other ends of a relation, for each that is true
ATTACK = 0.15  # how far an input may be moved against the model
PAST, AHEAD = 12, 4  # weeks of sales


def robust(scores: Node, targets: Array) -> Node:
    """Half the squared error up to a distance of 1, growing as the distance beyond.

    Source: Huber 1964, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35.
    """
    off = scores - targets
    slope = np.clip(off.value, -1.0, 1.0)
    value: Array = slope * off.value - 0.5 * slope**2
    return Node(value, [(off, lambda up: up * slope)]).rows().mean()


def discretised(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of one of some shades under a logistic distribution; both ends are open.

    Source: Salimans et al. 2017, "PixelCNN++".
    """
    narrow = exp(-2.0 * tanh(0.5 * scores[1:]))
    last = (targets >= SHADES - 1).astype(np.float64)
    above: Node = sigmoid((targets + 0.5 - scores[:1]) * narrow) * (1.0 - last) + last
    below: Node = sigmoid((targets - 0.5 - scores[:1]) * narrow) * (targets > 0).astype(np.float64)
    return -1.0 * log(above - below + 1e-7).mean()


def directed(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a direction, of length 1, around that of the scores; below 0 if sure.

    Source: Mardia and Jupp 1999, "Directional Statistics"; von Mises.
    """
    length = exp(0.5 * log((scores * scores).rows() + SMALL))
    scaled = i0e(length.value)
    slope = i1e(length.value) / scaled
    spread = Node(np.log(scaled) + length.value, [(length, lambda up: up * slope)])
    return (spread - (scores * targets).rows() + float(np.log(2.0 * np.pi))).mean()


def gamma(scores: Node, targets: Array) -> Node:
    """The mean deviance of sums above 0, whose scatter grows with their mean.

    Source: McCullagh and Nelder 1989, "Generalized Linear Models".
    """
    loss: Node = scores - np.log(targets) + exp(-1.0 * scores) * targets - 1.0
    return 2.0 * loss.mean()


def weighed(scores: Node, targets: Array) -> Node:
    """The log losses of all findings, those that are there counted for more."""
    return ((softplus(scores) - scores * targets) * (1.0 + (POSITIVE - 1.0) * targets)).rows().mean()


def overlap(scores: Node, targets: Array) -> Node:
    """One minus what two masks share of what either covers.

    Source: Rahman and Wang 2016, "Optimizing Intersection-Over-Union in Deep Neural Networks".
    """
    shares = sigmoid(scores)
    both = (shares * targets).rows()
    either: Node = (shares + targets).rows() - both
    return 1.0 - (both * exp(-1.0 * log(either + 1e-6))).mean()


def ranked(scores: Node, targets: Array) -> Node:
    """The continuous ranked probability score of a number under a normal distribution.

    Source: Gneiting and Raftery 2007, "Strictly Proper Scoring Rules, Prediction, and Estimation".
    """
    mean, width = scores[:1], softplus(scores[1:]) + 0.05
    off = (targets - mean.value) / width.value
    density, below = np.exp(-0.5 * off**2) / np.sqrt(2.0 * np.pi), 2.0 * ndtr(off) - 1.0
    level = 2.0 * density - 1.0 / np.sqrt(np.pi)
    value: Array = width.value * (off * below + level)
    return Node(value, [(mean, lambda up: -up * below), (width, lambda up: up * level)]).mean()


def _normalised(node: Node) -> Node:
    """Each row with mean 0 and scatter 1."""
    share: float = 1.0 / node.value.shape[1]
    off: Node = node - share * node.rows()
    return off * exp(-0.5 * log(share * (off * off).rows() + 1e-5))


def found(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Where something is, what it is, and in which bin the distance to its edge lies.

    Source: Li et al. 2020, "Generalized Focal Loss".
    """
    answer, kinds = dense(p, inputs), 4 + KINDS
    odds, right = answer[4:kinds], targets[:, 4:kinds]
    return {
        "box": 2.0 * robust(answer[:4], targets[:, :4]),
        "class_": (softplus(odds) - odds * right).rows().mean(),
        "bins": cross_entropy(answer[kinds:], targets[:, kinds:]),
    }


def steered(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How far a glider is off its course, in gusts, and what it costs to steer."""
    height, climb, cost = Node(inputs[:, :1]), Node(inputs[:, 1:2]), Node(0.0)
    sides = np.eye(3)
    for moment in range(FLOWN):
        gust = inputs[:, 2 + moment : 3 + moment]
        felt = height @ sides[:1] + climb @ sides[1:2] + Node(gust) @ sides[2:]
        rudder = tanh(dense(p, felt))
        climb = climb + MOMENT * (2.0 * rudder + gust - 0.3 * climb)
        height = height + MOMENT * climb
        cost = cost + (1.0 / FLOWN) * (half_square(height) + 0.1 * half_square(rudder))
    return {"loss": cost}


def stacked(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two residual blocks, each behind a normalisation.

    Source: Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture"; without attention.
    """
    state = inputs @ p[0]
    for i in (1, 5):
        state = state + relu(_normalised(state) @ p[i] + p[i + 1]) @ p[i + 2] + p[i + 3]
    return {"loss": cross_entropy(_normalised(state) @ p[9] + p[10], targets)}


def centred(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Kinds by how near an input is to each of some centres.

    Source: Broomhead and Lowe 1988, "Multivariable Functional Interpolation and Adaptive Networks".
    """
    centres, narrow, readout, bias = p
    apart: Node = (inputs**2).sum(axis=1, keepdims=True) + (centres * centres).rows().T
    apart = apart - 2.0 * (inputs @ centres.T)
    return {"loss": cross_entropy(exp(-1.0 * apart * exp(narrow)) @ readout + bias, targets)}


def carried(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Layers that let through what their gates leave as it was; the logarithm of the error's cosh.

    Source: Srivastava, Greff and Schmidhuber 2015, "Highway Networks".
    """
    state = tanh(dense(p[:2], inputs))
    for i in (2, 6):
        opened = sigmoid(dense(p[i : i + 2], state))
        state = state + opened * (tanh(dense(p[i + 2 : i + 4], state)) - state)
    off = dense(p[10:], state) - targets
    return {"loss": (softplus(2.0 * off) - off - float(np.log(2.0))).mean()}


def topics(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How likely each word of a text is, by a few topics that the text is guessed to be about.

    Source: Srivastava and Sutton 2017, "Autoencoding Variational Inference for Topic Models".
    """
    shares = exp(log_softmax(dense(p[:4], inputs)))
    words = log(shares @ exp(log_softmax(p[4])) + SMALL)
    counted: Array = targets / targets.sum(axis=1, keepdims=True)
    return {"loss": -1.0 * (words * counted).rows().mean()}


def awaited(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of when in a day something comes; below 0 where much comes at once.

    `targets` are the times and then which of them there are. Source: Omi, Ueda and Aihara 2019, "Fully
    Neural Network based Model for General Temporal Point Processes"; the intensity itself is the network.
    """
    times, there = np.hsplit(targets, 2)
    every = np.tile(GRID, len(inputs))
    expected = exp(_intensity(p, inputs.repeat(len(GRID), axis=0), every)).mean()
    came = _intensity(p, inputs.repeat(ARRIVALS, axis=0), times.ravel()) * there.reshape(-1, 1)
    return {"loss": expected - float(ARRIVALS) * came.mean()}


def _intensity(p: Sequence[Node], inputs: Array, times: Array) -> Node:
    """The logarithm of how often somebody comes at `times`, shape (n,)."""
    clock = 2.0 * np.pi * times[:, None]
    return 3.0 * tanh(dense(p, np.hstack([inputs, np.cos(clock), np.sin(clock)])))


def related(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether a relation leads from one thing to another, the first end being true and the others not.

    Source: Bordes et al. 2013, "Translating Embeddings for Modeling Multi-relational Data".
    """
    things, relations, near = p
    begins, kind = inputs.astype(np.int64).T
    led = looked_up(things, begins) + looked_up(relations, kind)
    ends = targets.astype(np.int64)
    off = [led - looked_up(things, ends[:, i]) for i in range(1 + REPLACED)]
    odds = [near - (one * one).rows() for one in off]
    wrong = sum((softplus(one) for one in odds[1:]), Node(0.0))
    return {"loss": (softplus(-1.0 * odds[0]) + (1.0 / REPLACED) * wrong).mean()}


def chosen(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether a customer takes one thing rather than another.

    Source: Rendle et al. 2009, "BPR: Bayesian Personalized Ranking from Implicit Feedback".
    """
    customers, things, liked = p
    taken, left = targets.astype(np.int64).T
    own = looked_up(customers, inputs[:, 0].astype(np.int64))
    better = (own * (looked_up(things, taken) - looked_up(things, left))).rows()
    return {"loss": softplus(-1.0 * (better + looked_up(liked, taken) - looked_up(liked, left))).mean()}


def attacked(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The cross-entropy where each input is moved to where it is worst.

    Source: Goodfellow, Shlens and Szegedy 2015, "Explaining and Harnessing Adversarial Examples".
    """
    own = Node(inputs)
    (worse,) = gradients(cross_entropy(dense([Node(one.value) for one in p], own), targets), [own])
    return {"loss": cross_entropy(dense(p, inputs + ATTACK * np.sign(worse)), targets)}


def forecast(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next weeks by two blocks, each of which explains a part of those before; the error in shares.

    Source: Oreshkin et al. 2020, "N-BEATS: Neural basis expansion analysis for interpretable forecasting".
    """
    rest, ahead = Node(inputs), Node(np.zeros((1, AHEAD)))
    for block in (p[:4], p[4:]):
        answer = dense(block, rest)
        rest, ahead = rest - answer[:PAST], ahead + answer[PAST:]
    sold = softplus(ahead)
    off = sold - targets
    share: Node = (relu(off) + relu(-1.0 * off)) * exp(-1.0 * log(sold + targets))
    return {"loss": 2.0 * share.mean()}

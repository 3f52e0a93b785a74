"""Losses of the medley tasks whose models are no perceptrons, written down forwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    exp,
    half_square,
    log,
    log_softmax,
    looked_up,
    sigmoid,
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

DAYS, ILL, SHOWN = 6, 0.05, 10.0  # that are counted, ill at first, and how many times larger it is told
READINGS, SENSORS = 6, 4  # of the air, at each of so many places
ROWS, THREADS, CELLS = 4, 3, 8  # moments, numbers of each, and units that remember
DISHES, COURSES = 8, 4  # to choose from for each course of a menu
STREETS, HOUSE, HELD = 30, 4, 0.3  # features of a house, and how much a street is held to the others
KNOTS, COLOURS, UNITS = 6, 4, 8
PERSONS = 30
LATENT, SPREAD = 2, 5.0  # numbers of a code, and the weight of how it is spread
HELD_TO_NOISE = 32  # codes of a batch, at the most: it takes as long as there are pairs of them
TRIPS, CURVES = 5, 6  # features of a trip, and units of what each of them adds


def infected(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How many are ill on each of some days, by how fast it spreads and passes in a place.

    Source: Abbey 1952, "An Examination of the Reed-Frost Theory of Epidemics".
    """
    rates = softplus(dense(p, inputs))
    well, ill = Node(np.full((len(inputs), 1), 1.0 - ILL)), Node(np.full((len(inputs), 1), ILL))
    loss = Node(0.0)
    for day in range(DAYS):
        left = well * exp(-1.0 * rates[:1] * ill)
        well, ill = left, ill * exp(-0.5 * rates[1:]) + well - left
        loss = loss + half_square(SHOWN * ill - targets[:, day : day + 1])
    return {"loss": (1.0 / DAYS) * loss}


def log_determinant(matrix: Node) -> Node:
    """The logarithm of how many times larger a matrix makes what it is applied to."""
    _, value = np.linalg.slogdet(matrix.value)
    finite = np.isfinite(matrix.value).all()
    inverse = np.linalg.pinv(matrix.value).T if finite else np.full_like(matrix.value, np.nan)
    return Node(float(value), [(matrix, lambda up: up * inverse)])


def unmixed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood a microphone, of voices that speak by themselves.

    Source: Bell and Sejnowski 1995, "An Information-Maximization Approach to Blind Separation and Blind
    Deconvolution".
    """
    voices, many = inputs @ p[0], inputs.shape[1]
    likely = (softplus(2.0 * voices) - voices).rows().mean() + many * float(np.log(np.pi / 2.0))
    return {"loss": (1.0 / many) * (likely - log_determinant(p[0]))}


def followed_by_guesses(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood a reading, of what sways by itself and is read with some noise.

    Source: Kalman 1960, "A New Approach to Linear Filtering and Prediction Problems".
    """
    stays, sways, noise = tanh(p[0]), exp(p[1]), exp(p[2])
    level, doubt = Node(np.zeros((len(inputs), SENSORS))), Node(np.ones((1, SENSORS)))
    loss = Node(0.0)
    for i in range(READINGS):
        guess, doubt = stays * level, stays * stays * doubt + sways
        whole = doubt + noise
        off = inputs[:, SENSORS * i : SENSORS * (i + 1)] - p[3] - guess
        gain = doubt * exp(-1.0 * log(whole))
        level, doubt = guess + gain * off, (1.0 - gain) * doubt
        loss = loss + 0.5 * (off * off * exp(-1.0 * log(whole))).mean() + 0.5 * log(whole).mean()
    return {"loss": (1.0 / READINGS) * loss + 0.5 * float(np.log(2.0 * np.pi))}


def kept_in_cells(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What comes next, by units that keep, forget and show what they know through gates.

    Source: Gers, Schmidhuber and Cummins 2000, "Learning to Forget: Continual Prediction with LSTM".
    """
    known, said = (Node(np.zeros((len(inputs), CELLS))) for _ in range(2))
    loss = Node(0.0)
    for i in range(ROWS):
        both = inputs[:, THREADS * i : THREADS * (i + 1)] @ p[0] + said @ p[1] + p[2]
        gates = sigmoid(both[: 3 * CELLS])
        kept, let_in, shown = (gates[CELLS * j : CELLS * (j + 1)] for j in range(3))
        known = kept * known + let_in * tanh(both[3 * CELLS :])
        said = shown * tanh(known)
        loss = loss + half_square(said @ p[3] + p[4] - targets[:, THREADS * i : THREADS * (i + 1)])
    return {"loss": (1.0 / ROWS) * loss}


def by_pairs(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether somebody takes a menu, by its courses and by how well each two of them go together.

    Source: Rendle 2010, "Factorization Machines".
    """
    places = inputs.astype(np.int64) + DISHES * np.arange(COURSES)
    alone, whole, squares = Node(0.0), Node(0.0), Node(0.0)
    for column in places.T:
        vector = looked_up(p[1], column)
        alone, whole = alone + looked_up(p[0], column), whole + vector
        squares = squares + vector * vector
    score = p[2] + alone + 0.5 * (whole * whole - squares).rows()
    return {"loss": (softplus(score) - score * targets).mean()}


def by_streets(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a house costs, by its features and its street, of which each is held to the mean of all.

    Source: Gelman and Hill 2007, "Data Analysis Using Regression and Multilevel/Hierarchical Models".
    """
    cost = inputs[:, 1:] @ p[0] + p[1] + looked_up(p[2], inputs[:, 0].astype(np.int64))
    return {"fit": half_square(cost - targets), "prior": 0.5 * HELD * (p[2] * p[2]).mean()}


def across(node: Node, rows: int) -> Node:
    """Of each `rows` rows that follow each other, the columns as rows."""
    wide = node.value.shape[1]

    def turned(values: Array, high: int, low: int) -> Array:
        return values.reshape(-1, high, low).transpose(0, 2, 1).reshape(-1, high)

    return Node(turned(node.value, rows, wide), [(node, lambda up: turned(up, wide, rows))])


def mixed_both_ways(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which pattern is woven, by layers that mix first the knots and then the colours of each.

    Source: Tolstikhin et al. 2021, "MLP-Mixer: An all-MLP Architecture for Vision".
    """
    knots = inputs.reshape(-1, COLOURS) @ p[0]
    mixed = knots + across(dense(p[1:5], across(knots, KNOTS)), UNITS)
    both = mixed + dense(p[5:9], mixed)
    pooled = (1.0 / KNOTS) * reshaped(both, len(inputs), KNOTS * UNITS) @ np.tile(np.eye(UNITS), (KNOTS, 1))
    return {"loss": -1.0 * (log_softmax(pooled @ p[9] + p[10]) * targets).rows().mean()}


def near_each_other(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether two of a club know each other, by how near they are in a plane that nobody has seen.

    Source: Hoff, Raftery and Handcock 2002, "Latent Space Approaches to Social Network Analysis".
    """
    one, other = (looked_up(p[0], column) for column in inputs.astype(np.int64).T)
    off = one - other
    score = p[1] - exp(0.5 * log((off * off).rows() + 1e-4))
    return {"loss": (softplus(score) - score * targets).mean()}


def alike(one: Node | Array, other: Node) -> Node:
    """How near each row of the one is to each of the other, from 0 to 1, on average."""
    squares: Node | Array = (
        (one * one).rows() if isinstance(one, Node) else (one**2).sum(axis=1, keepdims=True)
    )
    far = squares + (other * other).rows().T - 2.0 * (one @ other.T)
    return exp(-1.0 * log(1.0 + (0.5 / LATENT) * far)).mean()


def spread_like_noise(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a code of few numbers keeps of an example, and how far codes are from being spread like noise.

    Source: Tolstikhin et al. 2018, "Wasserstein Auto-Encoders".
    """
    codes = dense(p[:4], inputs)
    first = looked_up(codes, np.arange(min(len(inputs), HELD_TO_NOISE)))
    drawn = rng.normal(size=first.value.shape)
    apart = alike(first, first) - 2.0 * alike(drawn, first) + float(alike(drawn, Node(drawn)).value)
    return {"recon": half_square(dense(p[4:], codes) - inputs), "mmd": SPREAD * apart}


def never_more_for_more(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How many take a road, which are never more where its toll, told first, is higher.

    Source: Sill 1998, "Monotonic Networks".
    """
    units = tanh(inputs[:, 1:] @ p[1] + p[2] - inputs[:, :1] @ exp(p[0]))
    return {"loss": half_square((1.0 / len(p[3].value)) * units @ exp(p[3]) + p[4] - targets)}


def added_up(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a trip costs, as the sum of what each of its features adds, by curves that are learnt.

    Source: Agarwal et al. 2021, "Neural Additive Models".
    """
    units = tanh(np.repeat(inputs, CURVES, axis=1) * p[0] + p[1])
    return {"loss": half_square(units @ p[2] + p[3] - targets)}

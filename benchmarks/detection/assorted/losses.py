"""Losses of the assorted tasks whose models are no perceptrons, written down forwards."""

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
    relu,
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

SIGNAL, STATE, LEAK = 12, 40, 0.6  # days, numbers of a state, and the share of it that is new
BUMPS, WIDE = 7, 0.6  # of a function of one number, and how wide each of them is
BIRDS, BIRD = 7, 4
COLOURS = 6
ASSETS = 4
CELLS, TISSUE = 8, 5
FURTHEST = 2.5  # of a grain that is drawn evenly


def largest_of_two(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A number, by units of which each answers the larger one of two sums.

    Source: Goodfellow et al. 2013, "Maxout Networks".
    """
    one, other = inputs @ p[0] + p[1], inputs @ p[2] + p[3]
    return {"loss": half_square((one + relu(other - one)) @ p[4] + p[5] - targets)}


def _wired() -> tuple[Array, Array]:
    """What comes into a state, and what it becomes of itself: drawn once, never trained."""
    truth = np.random.default_rng(721)
    own = truth.normal(size=(STATE, STATE))
    return truth.normal(size=(1, STATE)), 0.8 * own / float(np.abs(np.linalg.eigvals(own)).max())


INTO, OWN = _wired()


def state_after(days: Array) -> Array:
    """The state after all `days`, shape (n, SIGNAL), shape (n, STATE)."""
    state = np.zeros((len(days), STATE))
    for day in days.T:
        state = (1.0 - LEAK) * state + LEAK * np.tanh(day[:, None] @ INTO + state @ OWN)
    return state


def read_out(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How high a lake stands, read from a state that nobody trains.

    Source: Jaeger 2001, "The Echo State Approach to Analysing and Training Recurrent Neural Networks"; two
    layers read.
    """
    return {"loss": half_square(dense(p, 3.0 * state_after(inputs)) - targets)}


def remembered(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Three numbers, by the patterns that are most alike.

    Source: Ramsauer et al. 2021, "Hopfield Networks is All You Need".
    """
    alike = exp(log_softmax(inputs @ p[0] + p[1]))
    return {"loss": half_square(alike @ p[2] - targets)}


def _bumps(column: Node) -> list[Node]:
    """What each bump makes of a number, all of shape (n, k)."""
    return [
        exp((-0.5 / WIDE**2) * ((column - place) * (column - place))) for place in np.linspace(-2, 2, BUMPS)
    ]


def by_curves(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A number, by sums of learnt curves of sums of learnt curves.

    Source: Liu et al. 2024, "KAN: Kolmogorov-Arnold Networks"; bumps for splines.
    """
    inner = sum((one @ p[i] for i, one in enumerate(_bumps(Node(inputs)))), Node(0.0))
    outer = sum((one @ p[BUMPS + i] for i, one in enumerate(_bumps(inner))), Node(0.0))
    return {"loss": half_square(outer + p[-1] - targets)}


def modulated(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two colours by day, where the lamp scales and shifts what is made of all.

    Source: Perez et al. 2018, "FiLM: Visual Reasoning with a General Conditioning Layer".
    """
    colours, lamp = inputs[:, :COLOURS], inputs[:, COLOURS:]
    made = tanh((colours @ p[0]) * (1.0 + lamp @ p[1]) + lamp @ p[2])
    return {"loss": half_square(made @ p[3] + p[4] - targets)}


def of_all_alike(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a flock does, by the sum of what is made of each of its birds.

    Source: Zaheer et al. 2017, "Deep Sets".
    """
    n = len(inputs)
    birds = inputs.reshape(n, BIRDS, BIRD).transpose(1, 0, 2).reshape(-1, BIRD)
    each = tanh(tanh(birds @ p[0] + p[1]) @ p[2] + p[3])
    whole = np.full((1, BIRDS), 1.0 / np.sqrt(BIRDS)) @ reshaped(each, BIRDS, n * p[2].value.shape[1])
    return {"loss": cross_entropy(reshaped(whole, n, p[2].value.shape[1]) @ p[4] + p[5], targets)}


def told_from_noise(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How dense grains lie, by telling them from as many that are drawn evenly.

    Source: Gutmann and Hyvarinen 2010, "Noise-Contrastive Estimation".
    """
    drawn = rng.uniform(-FURTHEST, FURTHEST, size=inputs.shape)
    return {
        "data": softplus(-1.0 * dense(p, inputs)).mean(),
        "noise": softplus(dense(p, drawn)).mean(),
    }


def grown(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Minus by how much all grows, in logarithms, that is laid into papers by shares.

    Source: Kelly 1956, "A New Interpretation of Information Rate", Bell System Technical Journal 35.
    """
    return {"loss": -1.0 * log((exp(log_softmax(dense(p, inputs))) * targets).rows()).mean()}


def kept_energy(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How places and speeds change, as they must where an energy stays what it is.

    Source: Greydanus, Dzamba and Yosinski 2019, "Hamiltonian Neural Networks".
    """
    units = tanh(inputs @ p[0] + p[1])
    slope = ((1.0 - units * units) * p[2].T) @ p[0].T
    return {
        "q": half_square(slope[2:] - targets[:, :2]),
        "p": half_square(-1.0 * slope[:2] - targets[:, 2:]),
    }


def looked_at(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether a tissue is ill, by the cells that are looked at most.

    Source: Ilse, Tomczak and Welling 2018, "Attention-based Deep Multiple Instance Learning".
    """
    n = len(inputs)
    cells = inputs.reshape(n, CELLS, TISSUE).transpose(1, 0, 2).reshape(-1, TISSUE)
    made = tanh(cells @ p[0] + p[1])
    scores = reshaped(made @ p[2], CELLS, n).T
    wide = p[0].value.shape[1]
    looks = reshaped(exp(log_softmax(scores)).T, CELLS * n, 1)
    whole = reshaped(np.ones((1, CELLS)) @ reshaped(made * looks, CELLS, n * wide), n, wide)
    score = whole @ p[3] + p[4]
    return {"loss": (softplus(score) - score * targets).mean()}

"""Losses of the motley tasks whose models are no perceptrons, written down forwards."""

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
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

PUPILS, EXERCISES = 40, 24
SHOWN, PLACE = 8, 3  # examples that are shown before one is asked, and numbers of each
MAGNETS = 16
PARITY = 2.0  # weight of what must not depend on a group
APART = 1.5  # how far from each other what is not of the same hand has to be
ANSWERS, ODDS = 8, 0.25  # and the weight of how much likelier the better one is
SIGNS, WORD = 10, 9  # that there are, and in a line
STAGES, SOUNDS, NIGHT = 2, 5, 8
LEANT = 0.1  # weight of how steep a distance is
PLANTS, CLIMATE, UNITS = 5, 3, 8


def repeated(node: Node, times: int) -> Node:
    """Each row so many times, one after the other."""
    n, wide = node.value.shape
    return reshaped(node @ np.tile(np.eye(wide), times), n * times, wide)


def summed(node: Node, many: int) -> Node:
    """The sum of each `many` rows that follow each other."""
    n, wide = node.value.shape
    return reshaped(node, n // many, many * wide) @ np.tile(np.eye(wide), (many, 1))


def solved(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether a pupil solves an exercise: by what one can, how hard the other is and how much that tells.

    Source: Birnbaum 1968, "Some Latent Trait Models and Their Use in Inferring an Examinee's Ability".
    """
    pupil, exercise = inputs.astype(np.int64).T
    able, hard, tells = looked_up(p[0], pupil), looked_up(p[1], exercise), looked_up(p[2], exercise)
    score = (1.0 + tells) * (able - hard)
    return {"loss": (softplus(score) - score * targets).mean()}


def of_brightness(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How bright a pattern is through masks that turn its light: phases are lost, the pattern is sought.

    Source: Candès, Li and Soltanolkotabi 2015, "Phase Retrieval via Wirtinger Flow".
    """
    half = inputs.shape[1] // 2
    still, turned = inputs[:, :half], inputs[:, half:]
    one = still @ p[0] - turned @ p[1]
    other = still @ p[1] + turned @ p[0]
    return {"loss": half_square(one * one + other * other - targets)}


def shown_before(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a law that is another one each time makes of a place, by attention to what it made of others.

    Source: Garg et al. 2022, "What Can Transformers Learn In-Context?"; one layer of linear attention.
    """
    shown = inputs[:, PLACE:].reshape(-1, PLACE + 1)
    keys = dense(p[:4], shown[:, :PLACE])
    asked = dense(p[:4], inputs[:, :PLACE]) @ p[4]
    alike = (repeated(asked, SHOWN) * keys).rows()
    return {"loss": half_square((1.0 / SHOWN) * summed(alike * shown[:, PLACE:], SHOWN) - targets)}


def by_the_others(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How likely each magnet points as it does, given all the others: the pseudo-likelihood.

    Source: Besag 1975, "Statistical Analysis of Non-Lattice Data", The Statistician 24.
    """
    pull = (p[0] + p[0].T) * (1.0 - np.eye(MAGNETS))
    return {"loss": softplus(-2.0 * inputs * (inputs @ pull + p[1])).mean()}


def alike_for_both(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether somebody is hired, and how far the scores of two groups, told last, are apart.

    Source: Zafar et al. 2017, "Fairness Constraints: Mechanisms for Fair Classification".
    """
    score, group = dense(p, inputs), inputs[:, -1:]
    apart = (score * (group - group.mean())).mean()
    return {"bce": (softplus(score) - score * targets).mean(), "parity": PARITY * (apart * apart)}


def of_one_hand(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What is of the same hand (target 1) has to be near, and what is not has to be far enough.

    Source: Hadsell, Chopra and LeCun 2006, "Dimensionality Reduction by Learning an Invariant Mapping".
    """
    half = inputs.shape[1] // 2
    off = dense(p, inputs[:, :half]) - dense(p, inputs[:, half:])
    squares = (off * off).rows()
    short = relu(APART - exp(0.5 * log(squares + 1e-6)))
    return {"loss": 0.5 * (squares * targets + short * short * (1.0 - targets)).mean()}


def by_odds(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The better of two answers, and by how much its odds are above those of the worse one.

    Source: Hong, Lee and Thorne 2024, "ORPO: Monolithic Preference Optimization without Reference Model".
    """
    better, worse = targets[:, :ANSWERS], targets[:, ANSWERS:]
    scores = dense(p, inputs)
    logs = log_softmax(scores)
    rest = log(1.0 - exp(logs) + 1e-6)
    ahead = ((logs - rest) * (better - worse)).rows()
    return {"nll": cross_entropy(scores, better), "odds": ODDS * softplus(-1.0 * ahead).mean()}


def replaced(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which signs of a line were replaced, by each of them, the one before and the one behind.

    Source: Clark et al. 2020, "ELECTRA: Pre-training Text Encoders as Discriminators".
    """
    line = np.pad(inputs.astype(np.int64), ((0, 0), (1, 1)), constant_values=SIGNS)
    before, own, behind = (line[:, i : i + WORD].ravel() for i in range(3))
    units = tanh(looked_up(p[0], before) + looked_up(p[1], own) + looked_up(p[2], behind))
    score = dense(p[3:], units)
    return {"loss": (softplus(score) - score * targets.reshape(-1, 1)).mean()}


def heard_asleep(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood a sound of a night whose stages nobody sees.

    Source: Rabiner 1989, "A Tutorial on Hidden Markov Models", Proceedings of the IEEE 77.
    """
    follows, sounds = exp(log_softmax(p[1])), exp(log_softmax(p[2])).T
    night, stages = inputs.astype(np.int64), np.ones((len(inputs), 1)) @ exp(log_softmax(p[0]))
    likely = Node(0.0)
    for i in range(night.shape[1]):
        both = (stages @ follows if i else stages) * looked_up(sounds, night[:, i])
        whole = log(both.rows())
        stages = both * exp(-1.0 * whole)
        likely = likely + whole.mean()
    return {"loss": (-1.0 / night.shape[1]) * likely}


def clustered(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of points under round clusters of some size and width.

    Source: McLachlan and Peel 2000, "Finite Mixture Models".
    """
    squares = (inputs**2).sum(axis=1, keepdims=True) - 2.0 * inputs @ p[0].T + (p[0] * p[0]).rows().T
    logs = log_softmax(p[2]) - 0.5 * squares * exp(-2.0 * p[1]) - 2.0 * p[1]
    return {"loss": np.log(2.0 * np.pi) - log_sum_exp(logs).mean()}


def far_from_the_edge(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How far a point is from the edge of a casting, which has to grow by 1 a step straight away from it.

    Source: Gropp et al. 2020, "Implicit Geometric Regularization for Learning Shapes".
    """
    units = tanh(inputs @ p[0] + p[1])
    steep = Node(0.0)
    for i in range(2):
        slope = ((1.0 - units * units) * (np.eye(2)[i : i + 1] @ p[0])) @ p[2]
        steep = steep + slope * slope
    return {
        "distance": half_square(units @ p[2] + p[3] - targets),
        "eikonal": LEANT * half_square(steep - 1.0),
    }


def by_climate(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How much grows, by weights that another network makes of the climate.

    Source: Ha, Dai and Le 2017, "HyperNetworks".
    """
    plants, climate = inputs[:, :PLANTS], inputs[:, PLANTS:]
    weights = dense(p[:4], climate)
    products = weights * np.repeat(plants, UNITS, axis=1)
    units = tanh(products @ np.tile(np.eye(UNITS), (PLANTS, 1)) + p[4])
    return {"loss": half_square(units @ p[5] + p[6] - targets)}

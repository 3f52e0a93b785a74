"""Losses that are the sum of several parts, written down forwards; see `tasks` for their data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    half_square,
    log_softmax,
    sine,
    softplus,
    tanh,
)
from sample_logs.training import Array, Parameters

Parts = dict[str, Node]
# Parameters, inputs (n, n_features), targets (n, n_targets) and what is drawn anew -> the parts.
Loss = Callable[[Sequence[Node], Array, Array, np.random.Generator], Parts]
Make = Callable[[np.random.Generator], Parameters]

PITCH = 4.0  # of the oscillation whose equation is solved
SOFT = 3.0  # temperature of a distillation
SMALL = 0.003  # of a penalty on the weights
ENTROPY = 0.02  # weight of the bonus
POINTS = 100  # that are held against as many real ones
REVERSED = 0.3  # weight of the gradient that is turned round


def layers(*sizes: int, gain: float = 1.0) -> Make:
    """Weights and biases of dense layers of those widths."""

    def make(rng: np.random.Generator) -> Parameters:
        made: Parameters = []
        for fan_in, fan_out in pairwise(sizes):
            made += [gain * rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in), np.zeros((1, fan_out))]
        return made

    return make


def joined(*parts: Make) -> Make:
    """The parameters of several networks, one after the other."""
    return lambda rng: [one for make in parts for one in make(rng)]


def dense(parameters: Sequence[Node], inputs: Node | Array) -> Node:
    """What dense layers with `tanh` between them answer."""
    values = inputs if isinstance(inputs, Node) else Node(inputs)
    for i in range(0, len(parameters), 2):
        values = values @ parameters[i] + parameters[i + 1]
        values = tanh(values) if i < len(parameters) - 2 else values
    return values


def _field(parameters: Sequence[Node], places: Array, along: int) -> tuple[Node, Node, Node]:
    """The answer of one hidden layer at `places`, and its first and second derivative along one input."""
    weights, bias, outer, last = parameters
    units = tanh(places @ weights + bias)
    slope = 1.0 - units * units
    turned = np.eye(places.shape[1])[along : along + 1] @ weights
    first = (slope * turned) @ outer
    second = (-2.0 * units * slope * turned * turned) @ outer
    return units @ outer + last, first, second


def oscillation(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """An equation whose residual nothing fulfils as well, beside the values it starts from."""
    value, _, second = _field(p, inputs, 0)
    at_start, slope, _ = _field(p, np.zeros((1, 1)), 0)
    return {
        "residual": half_square(second * PITCH**-2 + value),
        "initial": half_square(at_start - 1.0) + half_square(slope * (1.0 / PITCH)),
    }


def pendulum(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The same for a pendulum, which two points of rest fulfil as well; it starts with a push."""
    angle, _, second = _field(p, inputs, 0)
    at_start, push, _ = _field(p, np.zeros((1, 1)), 0)
    return {
        "residual": half_square(second * PITCH**-2 + sine(angle)),
        "angle": half_square(at_start - 1.0),
        "push": half_square((push - 2.0) * (1.0 / PITCH)),
    }


def membrane(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a load bends a line to that is held at both ends: the model begins flat, as the ends are."""
    _, _, bent = _field(p, inputs, 0)
    ends, _, _ = _field(p, np.array([[0.0], [1.0]]), 0)
    load = np.pi**2 * np.sin(np.pi * inputs)
    return {"residual": 0.1 * half_square(bent + load), "boundary": half_square(ends)}


def transport(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A wave that travels: its equation, its first shape, and both ends of the line alike."""
    _, across, _ = _field(p, inputs, 0)
    _, later, _ = _field(p, inputs, 1)
    first = np.column_stack([inputs[:, 0], np.zeros(len(inputs))])
    left = np.column_stack([np.zeros(len(inputs)), inputs[:, 1]])
    ends = _field(p, left, 0)[0] - _field(p, left + np.array([2 * np.pi, 0.0]), 0)[0]
    return {
        "residual": half_square(later + across),
        "initial": half_square(_field(p, first, 0)[0] - np.sin(inputs[:, :1])),
        "boundary": half_square(ends),
    }


def two_heads(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Five classes and a number."""
    answer = dense(p, inputs)
    return {
        "classes": cross_entropy(answer[:5], targets[:, :5]),
        "number": half_square(answer[5:] - targets[:, 5:]),
    }


def three_heads(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Four classes, a number and a direction."""
    answer = dense(p, inputs)
    return {
        "classes": cross_entropy(answer[:4], targets[:, :4]),
        "depth": half_square(answer[4:5] - targets[:, 4:5]),
        "normal": half_square(answer[5:] - targets[:, 5:]),
    }


def boxes(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether there is something, where it is and what."""
    answer, there = dense(p, inputs), targets[:, :1]
    off = (answer[1:5] - targets[:, 1:5]) * there
    named = -1.0 * (log_softmax(answer[5:]) * targets[:, 5:]).rows() * there
    return {
        "object": (softplus(answer[:1]) - answer[:1] * there).mean(),
        "box": half_square(off),
        "class_": named.mean(),
    }


def bottleneck(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A variational autoencoder with three latents."""
    code = dense(p[:4], inputs)
    mean, log_variance = code[:3], code[3:]
    latent = mean + exp(0.5 * log_variance) * rng.normal(size=mean.value.shape)
    divergence = 0.5 * (mean * mean + exp(log_variance) - log_variance - 1.0).rows().mean()
    return {"reconstruction": 5.0 * half_square(dense(p[4:], latent) - targets), "divergence": divergence}


def codebook(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """An autoencoder whose code is the nearest of a few; the decoder's gradient goes past the choice."""
    code, codes = dense(p[:4], inputs), p[8]
    apart = ((code.value[:, None] - codes.value[None]) ** 2).sum(axis=2)
    chosen = np.eye(len(codes.value))[np.argmin(apart, axis=1)] @ codes
    passed = code + (chosen.fixed - code.fixed)
    return {
        "reconstruction": half_square(dense(p[4:8], passed) - targets),
        "codebook": half_square(chosen - code.fixed),
        "commitment": 0.25 * half_square(code - chosen.fixed),
    }


def penalised(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes, and a penalty on the weights, which grow."""
    squares = [SMALL * (one * one).mean() * float(one.value.size) for one in p[::2]]
    return {"classes": cross_entropy(dense(p, inputs), targets), "penalty": squares[0] + squares[1]}


def experts(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Four linear experts and who is asked, with a loss that keeps them busy alike.

    Source of that loss: Fedus, Zoph and Shazeer 2022, "Switch Transformers".
    """
    scores = inputs @ p[0]
    shares = exp(log_softmax(scores))
    answer = shares[:1] * (inputs @ p[1])
    for i in range(1, 4):
        answer = answer + shares[i : i + 1] * (inputs @ p[1 + i])
    asked = np.eye(4)[np.argmax(scores.value, axis=1)].mean(axis=0, keepdims=True)
    balance = 0.05 * 4.0 * (shares.columns() * asked).rows().mean()
    return {"classes": cross_entropy(answer, targets), "balance": balance}


def rivals(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A generator of points and the judge of them, each with a loss of its own."""
    made = dense(p[:4], targets)
    fixed = [Node(one.value) for one in p[4:]]
    judged = softplus(-1.0 * dense(p[4:], inputs)).mean() + softplus(dense(p[4:], made.fixed)).mean()
    return {"generator": softplus(-1.0 * dense(fixed, made)).mean(), "judge": judged}


def distance_of_points(p: Sequence[Node], inputs: Array, targets: Array) -> float:
    """The energy distance from the points that the generator of `rivals` makes to the real ones.

    Source: Székely and Rizzo 2013, Journal of Statistical Planning and Inference 143.
    """
    made, real = dense(p[:4], targets[:POINTS]).value, inputs[:POINTS]

    def apart(some: Array, others: Array) -> float:
        return float(np.mean(np.sqrt(((some[:, None] - others[None]) ** 2).sum(axis=2))))

    return 2.0 * apart(made, real) - apart(made, made) - apart(real, real)


def domains(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes, from features that shall not tell which of two sources an input is from.

    Source: Ganin et al. 2016, "Domain-Adversarial Training of Neural Networks".
    """
    features = tanh(inputs @ p[0] + p[1])
    turned = Node(features.value, [(features, lambda up: -REVERSED * up)])
    source = dense(p[4:], turned)
    return {
        "classes": cross_entropy(features @ p[2] + p[3], targets[:, :4]),
        "domain": (softplus(source) - source * targets[:, 4:]).mean(),
    }


def loss_of_classes(p: Sequence[Node], inputs: Array, targets: Array) -> float:
    """What `domains` is for."""
    return float(cross_entropy(dense(p[:4], inputs), targets[:, :4]).value)


def actor_critic(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A policy that is drawn from, the value it is held against, and a bonus for what stays open.

    `targets` are the rewards of each action. Source: Mnih et al. 2016, "Asynchronous Methods for Deep
    Reinforcement Learning".
    """
    answer = dense(p, inputs)
    logs, value = log_softmax(answer[:4]), answer[4:]
    shares = exp(logs)
    ranks = np.cumsum(shares.value, axis=1) < rng.random((len(inputs), 1))
    action = np.eye(4)[np.minimum(ranks.sum(axis=1), 3)]
    reward = (action * targets).sum(axis=1, keepdims=True)
    reward = reward + 0.3 * rng.normal(size=reward.shape)
    return {
        "policy": -1.0 * ((logs * action).rows() * (reward - value.fixed)).mean(),
        "value": half_square(value - reward),
        "entropy": ENTROPY * (shares * logs).rows().mean(),
    }


def reward_missed(p: Sequence[Node], inputs: Array, targets: Array) -> float:
    """How far the policy of `actor_critic` stays below the best action, on average."""
    shares = exp(log_softmax(dense(p, inputs)[:4])).value
    return float(np.mean(targets.max(axis=1) - (shares * targets).sum(axis=1)))


def views(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of two views belong together, asked from both sides, at a temperature that is learnt.

    Source: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision".
    """
    scores = (dense(p[:4], inputs) @ dense(p[4:8], targets).T) * exp(p[8])
    same = np.eye(len(inputs))
    return {"first": 0.5 * cross_entropy(scores, same), "second": 0.5 * cross_entropy(scores.T, same)}


def pupil(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes, and the softened answers of a teacher.

    Source: Hinton, Vinyals and Dean 2015, "Distilling the Knowledge in a Neural Network".
    """
    answer = dense(p, inputs)
    hard, teacher = targets[:, :5], targets[:, 5:]
    own = -1.0 * float(np.mean(np.sum(teacher * np.log(teacher), axis=1)))
    soft = SOFT**2 * (cross_entropy(answer * (1.0 / SOFT), teacher) - own)
    return {"hard": 0.5 * cross_entropy(answer, hard), "soft": 0.5 * soft}

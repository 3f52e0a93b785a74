"""Losses of the sundry tasks whose models are no perceptrons, written down forwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detection.part.losses import Parts, dense
from benchmarks.detection.tape import (
    Node,
    cross_entropy,
    exp,
    half_square,
    log_softmax,
    log_sum_exp,
    looked_up,
    of_length_one,
    relu,
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

WORDS, TEXT, ASKED = 10, 9, 5  # kinds, how many a text has, and how many of those are the question
CRITERIA, CENTRED = 8, 0.01  # numbers of an answer; weight of what keeps rewards near 0
TRIED = 4  # answers to each riddle
STROKE, MOMENTS, MOST_SIGNAL = 6, 50, 5.0  # numbers of a stroke, moments of noise, a bound on its weight
SPOKEN, HEARD_BEFORE, EXPERTS = 8, 3, 4  # kinds of words, how many come before, who is asked
BALANCE, NEAR_NOUGHT = 0.02, 0.001  # weights of what keeps all busy, and scores small
HEARD, FRAMES, SAID, SOUNDS, INNER = 3, 5, 3, 4, 12  # of an utterance, and numbers of a state
ROAD, MAKES, CARS, PLACED = 12, 2, 2, 2.0  # cells, kinds, how many there are; weight of where they are
PAST, AHEAD, SMOOTH = 16, 4, 5  # days, and how many are taken together
FRIENDS, TRAITS = 5, 5
SHEET, SEEN = 6, 7  # cards of a sheet, numbers of a card
LEVELS = 7  # of a weight of four bits, on each side of 0
SENSORS, SHARED = 8, 8  # places where it is measured, products that are added up


def old_dialect() -> tuple[Array, Array]:
    """The scores of the next word by the last one, and by the one before, that were learnt long ago."""
    truth = np.random.default_rng(601)
    last, before = 1.5 * truth.normal(size=(2, WORDS, WORDS))
    return last, before


def low_rank(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next word of an answer, by old scores that do not change and a change of low rank.

    `targets` are the next words, below 0 where the question goes on: those are not counted.
    Source: Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models".
    """
    own, counted = inputs.astype(np.int64), targets[:, 1:] >= 0.0
    last, before = own[:, 1:][counted], own[:, :-1][counted]
    old_last, old_before = old_dialect()
    scores = looked_up(p[0], last) @ p[1] + looked_up(p[2], before) @ p[3]
    answers = np.eye(WORDS)[targets[:, 1:][counted].astype(np.int64)]
    return {"loss": cross_entropy(scores + (old_last[last] + old_before[before]), answers)}


def preferred(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of two answers people like better, by what each is worth; `targets` are 1 or -1.

    Source: Ouyang et al. 2022, "Training language models to follow instructions with human feedback".
    """
    one, other = (dense(p, half) for half in np.hsplit(inputs, 2))
    both = one + other
    return {
        "preference": softplus((one - other) * -targets).mean(),
        "centre": CENTRED * (both * both).mean(),
    }


def tried(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a few answers to each riddle bring, less than nothing, with the slope of those above their mean.

    `targets` are what each answer is worth.
    Source: Shao et al. 2024, "DeepSeekMath"; one step for each group, so that nothing is clipped.
    """
    logs = log_softmax(dense(p, inputs))
    odds = logs.value[:, None] + rng.gumbel(size=(len(inputs), TRIED, targets.shape[1]))
    chosen = np.eye(targets.shape[1])[odds.argmax(axis=2)]
    worth = (chosen * targets[:, None]).sum(axis=2)
    better = (worth - worth.mean(axis=1, keepdims=True)) / (worth.std(axis=1, keepdims=True) + 0.1)
    way = -1.0 * (logs * (chosen * better[:, :, None]).mean(axis=1)).rows().mean()
    return {"loss": Node(-float(worth.mean()), [(way, lambda up: up)])}


def by_signal(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The noise in a stroke, where moments with hardly any of it do not count for more than others.

    Source: Hang et al. 2023, "Efficient Diffusion Training via Min-SNR Weighting Strategy".
    """
    moment = rng.integers(1, MOMENTS, size=(len(inputs), 1)) / MOMENTS
    kept, noise = np.cos(0.5 * np.pi * moment) ** 2, rng.normal(size=inputs.shape)
    mixed = np.sqrt(kept) * inputs + np.sqrt(1.0 - kept) * noise
    off = dense(p, np.hstack([mixed, moment, np.sin(np.pi * moment), np.sqrt(kept) * mixed])) - noise
    signal = kept / (1.0 - kept)
    weight = np.minimum(signal, MOST_SIGNAL) / signal
    return {"loss": (1.0 / STROKE) * ((off * off).rows() * weight).mean()}


def routed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next word, by the one expert that is asked; all shall be asked alike, and scores stay small.

    Source: Fedus, Zoph and Shazeer 2022, "Switch Transformers"; Zoph et al. 2022, "ST-MoE".
    """
    n = len(inputs)
    words = reshaped(looked_up(p[0], inputs.astype(np.int64).ravel()), n, p[1].value.shape[0])
    scores = words @ p[1]
    shares = exp(log_softmax(scores))
    asked = np.eye(EXPERTS)[scores.value.argmax(axis=1)]
    state = Node(np.zeros((n, p[2].value.shape[1])))
    for i in range(EXPERTS):
        state = state + tanh(words @ p[2 + i]) * ((shares * asked).rows() * asked[:, i : i + 1])
    far = log_sum_exp(scores)
    return {
        "ce": cross_entropy(state @ p[-2] + p[-1], np.eye(SPOKEN)[targets[:, 0].astype(np.int64)]),
        "balance": BALANCE * EXPERTS * (shares.columns() * asked.mean(axis=0)).rows().mean(),
        "router_z": NEAR_NOUGHT * (far * far).mean(),
    }


def transduced(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The negative log-likelihood of what is said, by all ways to say it while the frames go by.

    Source: Graves 2012, "Sequence Transduction with Recurrent Neural Networks".
    """
    n, said = len(inputs), targets.astype(np.int64)
    frames = inputs.reshape(n, FRAMES, HEARD).transpose(1, 0, 2)
    before = np.concatenate([np.zeros((1, n, HEARD)), frames[:-1]])
    heard = frames.reshape(-1, HEARD) @ p[0] + before.reshape(-1, HEARD) @ p[1] + p[2]
    history = looked_up(p[3], np.vstack([np.full(n, SOUNDS), said.T]).ravel())
    at, after = (one.ravel() for one in np.indices((FRAMES, SAID + 1, n))[:2])
    who = np.tile(np.arange(n), FRAMES * (SAID + 1))
    logs = log_softmax(
        tanh(looked_up(heard, at * n + who) + looked_up(history, after * n + who)) @ p[4] + p[5]
    )
    next_ = np.eye(SOUNDS + 1)[np.vstack([said.T, np.full(n, SOUNDS)])[after, who]]
    cells = FRAMES * (SAID + 1)
    goes_on, says = (reshaped(one, cells, n).T for one in (logs[SOUNDS:], (logs * next_).rows()))
    ways: dict[tuple[int, int], Node] = {(0, 0): Node(np.zeros((n, 1)))}
    for cell in range(1, cells):
        t, u = divmod(cell, SAID + 1)
        came = list[Node]()
        if t:
            came.append(ways[t - 1, u] + goes_on[cell - SAID - 1 : cell - SAID])
        if u:
            came.append(ways[t, u - 1] + says[cell - 1 : cell])
        ways[t, u] = came[0] if len(came) == 1 else came[0] + softplus(came[1] - came[0])
    return {"loss": (-1.0 / SAID) * (ways[FRAMES - 1, SAID] + goes_on[cells - 1 :]).mean()}


def _absolute(node: Node) -> Node:
    return relu(node) + relu(-1.0 * node)


def matched(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two cars on a road, what they are and from where to where: those that are told, as they fit best.

    `targets` are of each car its middle, its length and its make.
    Source: Carion et al. 2020, "End-to-End Object Detection with Transformers".
    """
    each = 2 + MAKES
    told = dense(p, inputs)
    makes: list[list[Node]] = []
    places: list[list[Node]] = []
    for query in range(CARS):
        own = told[each * query : each * (query + 1)]
        makes.append([])
        places.append([])
        for car in range(CARS):
            true = targets[:, each * car : each * (car + 1)]
            makes[query].append(-1.0 * (log_softmax(own[2:]) * true[:, 2:]).rows())
            places[query].append(PLACED * _absolute(own[:2] - true[:, :2]).rows())
    straight, crossed = ([(0, car), (1, 1 - car)] for car in (0, 1))
    costs = [sum(makes[i][j].value + places[i][j].value for i, j in pairs) for pairs in (straight, crossed)]
    first = (np.asarray(costs[0]) <= np.asarray(costs[1])).astype(np.float64)
    parts = Parts()
    for name, of in (("ce", makes), ("bbox", places)):
        both = [sum((of[i][j] for i, j in pairs), Node(0.0)) for pairs in (straight, crossed)]
        parts[name] = 0.5 * (both[0] * first + both[1] * (1.0 - first)).mean()
    return parts


def _means() -> Array:
    """What each day counts for the trend at each day, shape (PAST, PAST)."""
    days = np.arange(PAST)
    near: Array = np.maximum(0.0, 1.0 - np.abs(days[:, None] - days) / SMOOTH)
    return near / near.sum(axis=0)


MEANS = _means()


def decomposed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The days ahead, as they follow from the trend of those before and from what is left of them.

    Source: Zeng et al. 2023, "Are Transformers Effective for Time Series Forecasting?".
    """
    last = inputs[:, -1:]
    trend = (inputs - last) @ MEANS
    told = trend @ p[0] + (inputs - last - trend) @ p[1] + p[2]
    return {"loss": (2.0 / AHEAD) * half_square(told - (targets - last))}


def attended(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which kind somebody is of, by themselves and those friends that they listen to.

    Source: Velickovic et al. 2018, "Graph Attention Networks".
    """
    n = len(inputs)
    everyone = Node(inputs.reshape(n, 1 + FRIENDS, TRAITS).transpose(1, 0, 2).reshape(-1, TRAITS)) @ p[0]
    scores = looked_up(everyone @ p[1], np.tile(np.arange(n), 1 + FRIENDS)) + everyone @ p[2]
    scores = relu(scores) - 0.2 * relu(-1.0 * scores)
    weights = reshaped(exp(log_softmax(reshaped(scores, 1 + FRIENDS, n).T)).T, n * (1 + FRIENDS), 1)
    wide = p[0].value.shape[1]
    together = np.ones((1, 1 + FRIENDS)) @ reshaped(everyone * weights, 1 + FRIENDS, n * wide)
    return {"loss": cross_entropy(tanh(reshaped(together, n, wide)) @ p[3] + p[4], targets)}


def paired(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether a picture and a text are of the same card, each pair of a sheet by itself.

    Source: Zhai et al. 2023, "Sigmoid Loss for Language Image Pre-Training".
    """
    pictures = of_length_one(dense(p[:4], inputs.reshape(-1, SEEN)))
    texts = of_length_one(dense(p[4:8], targets.reshape(-1, SEEN)))
    place = np.arange(len(pictures.value))
    loss = Node(0.0)
    for by in range(SHEET):
        other = looked_up(texts, place // SHEET * SHEET + (place + by) % SHEET)
        near = (pictures * other).rows() * exp(p[8]) + p[9]
        loss = loss + softplus((1.0 if by else -1.0) * near).mean()
    return {"loss": loss}


def in_few_bits(node: Node) -> Node:
    """Each value as one of a few steps of the largest; the slope is that of the value itself.

    Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-
    Only Inference".
    """
    step = max(float(np.abs(node.value).max()), 1e-12) / LEVELS
    return Node(step * np.rint(node.value / step), [(node, lambda up: up)])


def quantised(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Two numbers by layers whose weights have four bits."""
    coarse = [in_few_bits(one) if i % 2 == 0 else one for i, one in enumerate(p)]
    return {"loss": half_square(dense(coarse, inputs) - targets)}


def operated(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How warm it is at a place and a moment, by how warm it was in some places at first.

    Source: Lu et al. 2021, "Learning nonlinear operators via DeepONet", Nature Machine Intelligence 3.
    """
    branch, trunk = dense(p[:4], inputs[:, :SENSORS]), dense(p[4:8], inputs[:, SENSORS:])
    return {"loss": half_square((branch * trunk).rows() + p[8] - targets)}


def crossed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Whether somebody books, by features that are multiplied with each other layer by layer.

    Source: Wang et al. 2021, "DCN V2: Improved Deep & Cross Network".
    """
    state = Node(inputs)
    for i in (0, 2):
        state = (state @ p[i] + p[i + 1]) * inputs + state
    score = state @ p[4] + p[5]
    return {"loss": (softplus(score) - score * targets).mean()}

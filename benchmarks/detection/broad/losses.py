"""Losses of the broad tasks, written down forwards: heads of perceptrons, then whole models."""

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
    looked_up,
    of_length_one,
    relu,
    sigmoid,
    sine,
    softplus,
    tanh,
)
from sample_logs.training import Array, Parameters

NODES, POINTS = 6, 10  # of a graph, of an outline
ACTIONS, DISCOUNT = 3, 0.7  # of what can be done, and of what that leads to
BALANCED, MOMENT = 6, 0.3  # moments for which something is held upright, and how long each is
SAMPLES = 24  # of a voice
DECIBEL = 10.0 / float(np.log(10.0))  # of a natural logarithm
WIDEST = 3.0  # of a normal distribution, and narrowest: logarithms
MARKS = 6  # that a taster may give
HEARD, BANDS, KERNEL = 12, 5, 3  # moments of a word, what each is made of, and those seen together
ECHOED = 8  # moments of a signal in a room
WAYS = 3  # classes of an episode
SHARPNESS, MARGIN = 8.0, 0.2  # of the cosines of persons
STEPS_AHEAD = 4
FIXED_ENDS = 20.0  # weight of the ends of a beam
SMALL = 1e-9  # below any length


def pretrained(rng: np.random.Generator) -> Parameters:
    """A model of what follows that was trained before: always the same one."""
    truth = np.random.default_rng(190)
    shapes = ((12, 24), (1, 24), (24, 8), (1, 8))
    scales = (12**-0.5, 0.3, 1.5 * 24**-0.5, 0.3)
    return [scale * truth.normal(size=shape) for shape, scale in zip(shapes, scales, strict=True)]


def absolute(scores: Node, targets: Array) -> Node:
    """The mean absolute error."""
    off = scores - targets
    return (relu(off) + relu(-1.0 * off)).rows().mean()


def distortion(scores: Node, targets: Array) -> Node:
    """How loud what is wrong is against what is wanted, in dB; below 0 where it is quieter.

    Source: Le Roux et al. 2019, "SDR - half-baked or well done?".
    """
    off = scores - targets
    wanted: Array = np.log((targets**2).sum(axis=1, keepdims=True))
    louder: Node = log((off * off).rows() + SMALL) - wanted
    return DECIBEL * louder.mean()


def moved(scores: Node, targets: Array) -> Node:
    """How far marks would have to be moved to be spread as the targets are.

    Source: Talebi and Milanfar 2018, "NIMA: Neural Image Assessment".
    """
    apart: Node = (exp(log_softmax(scores)) - targets) @ np.triu(np.ones((MARKS, MARKS)))
    return exp(0.5 * log((apart * apart).rows() * (1.0 / MARKS) + 1e-6)).mean()


def turned_away(scores: Node, targets: Array) -> Node:
    """One minus the cosine between an answer and what a teacher answers."""
    lengths = np.sqrt((targets**2).sum(axis=1, keepdims=True))
    return 1.0 - (of_length_one(scores) * (targets / lengths)).rows().mean()


def rare(scores: Node, targets: Array) -> Node:
    """The log loss of a yes that is rare."""
    return (softplus(scores) - scores * targets).mean()


def normal(scores: Node, targets: Array) -> Node:
    """The negative log-likelihood of a number under one normal distribution; below 0 where it is narrow."""
    width = WIDEST * tanh((1.0 / WIDEST) * scores[1:])
    off = (targets - scores[:1]) * exp(-1.0 * width)
    loss: Node = 0.5 * off * off + width + 0.5 * np.log(2.0 * np.pi)
    return loss.mean()


def gathered(node: Node, weights: Array) -> Node:
    """Sums over the parts of each example: `node` (n * k, f) by `weights` (n, m, k) gives (n * m, f)."""
    n, m, k = weights.shape

    def pull(up: Array) -> Array:
        return (weights.transpose(0, 2, 1) @ up.reshape(n, m, -1)).reshape(n * k, -1)

    return Node((weights @ node.value.reshape(n, k, -1)).reshape(n * m, -1), [(node, pull)])


def highest(node: Node, parts: int) -> Node:
    """The largest of the parts of each example, by feature: (n * parts, f) gives (n, f)."""
    values = node.value.reshape(-1, parts, node.value.shape[1])
    best = np.argmax(values, axis=1)[:, None]

    def pull(up: Array) -> Array:
        whole = np.zeros_like(values)
        np.put_along_axis(whole, best, up[:, None], axis=1)
        return whole.reshape(node.value.shape)

    return Node(np.take_along_axis(values, best, axis=1)[:, 0], [(node, pull)])


def bound(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Kinds of molecules, by two rounds of messages along their bonds.

    Source: Kipf and Welling 2017, "Semi-Supervised Classification with Graph Convolutional Networks".
    """
    n, size = len(inputs), NODES * NODES
    shares = inputs[:, -size:].reshape(n, NODES, NODES)
    features = Node(inputs[:, :-size].reshape(n * NODES, -1))
    first = tanh(gathered(features, shares) @ p[0] + p[1])
    second = tanh(gathered(first, shares) @ p[2] + p[3])
    whole = gathered(second, np.full((n, 1, NODES), 1.0 / NODES))
    return {"loss": cross_entropy(whole @ p[4] + p[5], targets)}


def outlined(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Outlines by what is largest over their points.

    Source: Qi et al. 2017, "PointNet".
    """
    units = tanh(dense(p[:4], inputs.reshape(-1, 2)))
    return {"loss": cross_entropy(highest(units, POINTS) @ p[4] + p[5], targets)}


def valued(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What an action brings and leads to, by the model's own value of that.

    Source: Mnih et al. 2015, "Human-level control through deep reinforcement learning", Nature 518.
    """
    action, reward, after = np.hsplit(targets, [ACTIONS, ACTIONS + 1])
    best = dense(p, after).fixed.max(axis=1, keepdims=True)
    return {"loss": half_square((dense(p, inputs) * action).rows() - (reward + DISCOUNT * best))}


def upright(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How far something leans on average while it is pushed, with the slope through its motion."""
    angle, speed, cost = Node(inputs[:, :1]), Node(inputs[:, 1:]), Node(0.0)
    sides = np.eye(2)
    for _ in range(BALANCED):
        push = dense(p, angle @ sides[:1] + speed @ sides[1:])
        speed = speed + MOMENT * (sine(angle) + 2.0 * tanh(push))
        angle = angle + MOMENT * speed
        cost = cost + (angle * angle + 0.1 * speed * speed).mean() * (1.0 / BALANCED)
    return {"loss": cost}


def sloped(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The slope of the logarithm of a density that is only seen by its draws; below 0 where it is right.

    Source: Hyvarinen 2005, "Estimation of Non-Normalized Statistical Models by Score Matching", JMLR 6.
    """
    weights, bias, outer, last = p
    units = tanh(inputs @ weights + bias)
    slope = units @ outer + last
    bent = 1.0 - units * units
    sides = np.eye(2)
    own = [(bent * (sides[i : i + 1] @ weights)) @ outer[i : i + 1] for i in range(2)]
    return {"loss": half_square(slope) + (own[0] + own[1]).mean()}


def echoed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What a room makes of a signal, by states that fade; no slope goes back over the middle.

    Source: Gu, Goel and Re 2022, "Efficiently Modeling Long Sequences with Structured State Spaces".
    """
    fades, drive, readout, direct = p
    kept, state, loss = sigmoid(fades), Node(np.zeros((len(inputs), drive.value.shape[1]))), Node(0.0)
    for t in range(ECHOED):
        state = Node(state.fixed) if t == ECHOED // 2 else state
        now = inputs[:, t : t + 1]
        state = kept * state + now @ drive
        loss = loss + (1.0 / ECHOED) * half_square(state @ readout + now @ direct - targets[:, t : t + 1])
    return {"loss": loss}


def compared(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of the examples shown is nearest to the one that is asked for.

    Source: Snell, Swersky and Zemel 2017, "Prototypical Networks for Few-shot Learning".
    """
    asked, *shown = (dense(p, one) for one in reversed(np.hsplit(inputs, WAYS + 1)))
    apart = [asked - one for one in reversed(shown)]
    places = np.eye(WAYS)
    scores = sum(
        ((one * one).rows() @ -places[i : i + 1] for i, one in enumerate(apart)), Node(np.zeros((1, WAYS)))
    )
    return {"loss": cross_entropy(scores, targets)}


def followed(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The cross-entropy of what follows."""
    return {"loss": cross_entropy(dense(p, inputs), targets)}


def filled(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What belongs into a gap, by a table for each place around it.

    Source: Devlin et al. 2019, "BERT"; the layers between are left out.
    """
    *tables, readout, bias = p
    symbols = inputs.astype(np.int64)
    context = sum((looked_up(table, symbols[:, i]) for i, table in enumerate(tables)), Node(0.0))
    return {"loss": cross_entropy(tanh(context) @ readout + bias, targets)}


def spotted(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which word is heard somewhere, by a convolution and the mean over all moments.

    Source: Sainath and Parada 2015, "Convolutional Neural Networks for Small-footprint Keyword Spotting".
    """
    n, places = len(inputs), HEARD - KERNEL + 1
    frames = inputs.reshape(n, HEARD, BANDS)
    windows = np.concatenate([frames[:, i : i + places] for i in range(KERNEL)], axis=2)
    units = relu(dense(p[:2], windows.reshape(n * places, -1)))
    whole = gathered(units, np.full((n, 1, places), 1.0 / places))
    return {"loss": cross_entropy(whole @ p[2] + p[3], targets)}


def bent(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The energy of a beam under its load, below 0 at rest, and how far its ends are off.

    Source: E and Yu 2018, "The Deep Ritz Method".
    """
    weights, bias, outer, last = p
    units = tanh(inputs @ weights + bias)
    height, slope = units @ outer + last, ((1.0 - units * units) * weights) @ outer
    ends = tanh(np.array([[0.0], [1.0]]) @ weights + bias) @ outer + last
    load = np.pi**2 * np.sin(np.pi * inputs)
    return {
        "energy": half_square(slope) - (height * load).mean(),
        "ends": FIXED_ENDS * half_square(ends),
    }


def spoken(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How a sound is spoken, how long it takes and whether it is the last.

    Source: Ren et al. 2019, "FastSpeech".
    """
    answer = dense(p, inputs)
    return {
        "sound": absolute(answer[:8], targets[:, :8]) * (1.0 / 8.0),
        "length": half_square(answer[8:9] - targets[:, 8:9]),
        "last": rare(answer[9:], targets[:, 9:]),
    }


def recognised(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Persons by the angle to what each looks like, which has to be the smallest by a margin.

    Source: Wang et al. 2018, "CosFace: Large Margin Cosine Loss for Deep Face Recognition".
    """
    cosines = of_length_one(dense(p[:-1], inputs)) @ of_length_one(p[-1]).T
    return {"loss": cross_entropy(SHARPNESS * (cosines - MARGIN * targets), targets)}


def moved_on(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Where something is seen after a while, each time from where the model itself has taken it.

    Source: Chen et al. 2018, "Neural Ordinary Differential Equations".
    """
    state, loss = Node(inputs), Node(0.0)
    for seen in np.hsplit(targets, STEPS_AHEAD):
        state = state + 0.5 * dense(p, state)
        loss = loss + (1.0 / STEPS_AHEAD) * half_square(state - seen)
    return {"loss": loss}

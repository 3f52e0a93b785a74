"""Losses of the diverse tasks whose models are no perceptrons, written down forwards."""

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
    looked_up,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from benchmarks.detection.varied.losses import reshaped
from sample_logs.training import Array

LETTERS, VERSE = 9, 12  # kinds, and how many a verse has
HEARD, FRAMES, SOUNDS = 3, 8, 5  # numbers of a frame, frames of an utterance, kinds of sound
RIPPLE, QUARTERS = 8, 4  # numbers of a signal, quarters of the way from it to noise
SIDE, WINDOW = 6, 3  # pixels of a tile and of what is seen of it at once
PATTERNS, FILTERS = 5, 8
GOODS_KNOWN, VISITED, TASTE = 30, 5, 10  # goods, how many were looked at before, numbers of one
BRANCHES, TWIGS = 7, 8  # of a tree of three levels
SHOTS, KINDS, TRAITS = 2, 3, 6  # examples of a kind, kinds of an episode, numbers of an example
SEEN, DONE = 5, 2  # numbers of a moment, and of what is done in it
TOKENS, MEANING = 8, 4  # of a passage, and numbers of each
SAMPLES, REACH = 6, 3.0  # points along a ray, and how far it goes
DISHES = 3


def earlier(node: Node, rows: int) -> Node:
    """What stood so many rows before, and nothing in the first ones."""
    none = np.zeros((rows, node.value.shape[1]))
    return Node(
        np.concatenate([none, node.value[:-rows]]),
        [(node, lambda up: np.concatenate([up[rows:], none]))],
    )


def dilated(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The next letter of verses, by convolutions that look back one, two and four places.

    Source: van den Oord et al. 2016, "WaveNet: A Generative Model for Raw Audio"; without gates.
    """
    n = len(inputs)
    state = looked_up(p[0], inputs.T.astype(np.int64).ravel())  # by place, then by verse
    for i, back in enumerate((1, 2, 4)):
        state = state + tanh(state @ p[1 + 3 * i] + earlier(state, back * n) @ p[2 + 3 * i] + p[3 + 3 * i])
    scores = state @ p[10] + p[11]
    return {"loss": cross_entropy(scores, np.eye(LETTERS)[targets.T.astype(np.int64).ravel()])}


def remembered(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which sound each frame belongs to, by states that each fade at a speed of their own.

    Source: Gu et al. 2022, "On the Parameterization and Initialization of Diagonal State Space Models".
    """
    kept, loss = sigmoid(p[0]), Node(0.0)
    state = Node(np.zeros((len(inputs), p[0].value.shape[1])))
    for t in range(FRAMES):
        frame = inputs[:, HEARD * t : HEARD * (t + 1)]
        state = kept * state + frame @ p[1]
        scores = tanh(state @ p[2] + frame @ p[3] + p[4]) @ p[5] + p[6]
        loss = loss + cross_entropy(scores, np.eye(SOUNDS)[targets[:, t].astype(np.int64)])
    return {"loss": (1.0 / FRAMES) * loss}


def by_quarter(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The noise in a signal that is on its way to nothing but noise; a part for each quarter of the way.

    Source: Ho, Jain and Abbeel 2020, "Denoising Diffusion Probabilistic Models"; the parts are those of
    Nichol and Dhariwal 2021, "Improved Denoising Diffusion Probabilistic Models".
    """
    way, noise = rng.random((len(inputs), 1)), rng.normal(size=inputs.shape)
    angle = 0.5 * np.pi * way
    mixed = np.cos(angle) * inputs + np.sin(angle) * noise
    off = dense(p, np.hstack([mixed, np.cos(angle), np.sin(angle)])) - noise
    squares = (1.0 / RIPPLE) * (off * off).rows()
    quarter = np.minimum((QUARTERS * way).astype(np.int64), QUARTERS - 1)
    return {f"q{i}": (squares * (quarter == i)).mean() for i in range(QUARTERS)}


def _windows() -> NDArray[np.int64]:
    """The pixels of each window of a tile, shape (windows, pixels)."""
    own = np.arange(WINDOW)
    first = np.arange(SIDE - WINDOW + 1)
    corners = (SIDE * first[:, None] + first).ravel()
    return corners[:, None] + (SIDE * own[:, None] + own).ravel()


WINDOWS = _windows()


def convolved(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which pattern a tile has, by a few filters that go over it."""
    seen = inputs[:, WINDOWS].reshape(-1, WINDOW * WINDOW)
    answers = reshaped(relu(seen @ p[0] + p[1]), len(inputs), len(WINDOWS) * FILTERS)
    return {"loss": cross_entropy(answers @ p[2] + p[3], targets)}


TOGETHER = np.kron(np.full((VISITED, 1), 1.0 / VISITED), np.eye(TASTE))  # the mean of what was visited


def visited(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which of all goods somebody looks at next, by the mean of what they looked at before.

    Source: Covington, Adams and Sargin 2016, "Deep Neural Networks for YouTube Recommendations".
    """
    before = reshaped(looked_up(p[0], inputs.astype(np.int64).ravel()), len(inputs), VISITED * TASTE)
    wanted = tanh((before @ TOGETHER) @ p[1] + p[2]) @ p[3]
    scores = wanted @ p[0].T + p[4]
    return {"loss": cross_entropy(scores, np.eye(GOODS_KNOWN)[targets[:, 0].astype(np.int64)])}


def branched(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Classes by a tree whose branches are taken with some chance.

    Source: Frosst and Hinton 2017, "Distilling a Neural Network Into a Soft Decision Tree".
    """
    right = sigmoid(inputs @ p[0] + p[1])
    likely = Node(np.zeros((len(inputs), 1)))
    shares = exp(log_softmax(p[2]))
    for twig in range(TWIGS):
        branch, chance = 0, Node(np.ones((len(inputs), 1)))
        for level in (4, 2, 1):
            turn = right[branch : branch + 1]
            chance = chance * (turn if twig & level else 1.0 - turn)
            branch = 2 * branch + (2 if twig & level else 1)
        likely = likely + chance * (targets @ shares.T)[twig : twig + 1]
    return {"loss": -1.0 * log(likely + 1e-9).mean()}


def alike(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Which kind of an episode an example is, by how near it is to the mean of the others of that kind.

    `inputs` are the examples one after the other, kind by kind, the one that is asked for last.
    Source: Snell, Swersky and Zemel 2017, "Prototypical Networks for Few-shot Learning".
    """
    n, each = len(inputs), SHOTS + 1
    of_kinds = inputs.reshape(n, KINDS * each, TRAITS).transpose(1, 0, 2).reshape(-1, TRAITS)
    wide = p[-1].value.shape[1]
    placed = reshaped(dense(p, of_kinds), KINDS * each, n * wide)
    means = np.kron(np.eye(KINDS), np.array([[1.0 / SHOTS] * SHOTS + [0.0]]))
    asked = np.kron(np.eye(KINDS), np.array([[0.0] * SHOTS + [1.0]]))
    middles, questions = means @ placed, asked @ placed
    loss = Node(0.0)
    for kind in range(KINDS):
        off = middles - np.eye(KINDS)[kind : kind + 1] @ questions
        near = reshaped(reshaped(off * off, KINDS * n, wide).rows(), KINDS, n).T
        loss = loss + cross_entropy(-1.0 * near, np.tile(np.eye(KINDS)[kind], (n, 1)))
    return {"loss": (1.0 / KINDS) * loss}


def imagined(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """What is seen after something is done, what that brings, and whether it goes on.

    Source: Hafner et al. 2021, "Mastering Atari with Discrete World Models"; without a latent state.
    """
    told = dense(p, inputs)
    goes_on = targets[:, SEEN + 1 :]
    return {
        "seen": half_square(told[:SEEN] - targets[:, :SEEN]),
        "reward": half_square(told[SEEN : SEEN + 1] - targets[:, SEEN : SEEN + 1]),
        "goes_on": (softplus(told[SEEN + 1 :]) - told[SEEN + 1 :] * goes_on).mean(),
    }


def spanned(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """Where in a passage the answer to a question begins, and where it ends.

    `inputs` are the tokens of the passage and then the question; `targets` both places.
    Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers".
    """
    n = len(inputs)
    tokens = inputs[:, : TOKENS * MEANING].reshape(-1, MEANING)
    question = np.repeat(inputs[:, TOKENS * MEANING :], TOKENS, axis=0)
    place = np.tile(np.eye(TOKENS), (n, 1))
    state = tanh(tokens @ p[0] + question @ p[1] + place @ p[2] + (tokens * question) @ p[3])
    both = state @ p[4]
    starts, ends = (reshaped(both[i : i + 1], n, TOKENS) for i in (0, 1))
    true = np.eye(TOKENS)[targets.astype(np.int64)]
    return {
        "start": 0.5 * cross_entropy(starts, true[:, 0]),
        "end": 0.5 * cross_entropy(ends, true[:, 1]),
    }


BEFORE = np.triu(np.ones((SAMPLES, SAMPLES)), 1)  # the points of a ray that lie before each


def shone_through(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """How bright a ray is that goes through what shines and what hides.

    `inputs` are where a ray begins and where it goes.
    Source: Mildenhall et al. 2020, "NeRF: Representing Scenes as Neural Radiance Fields".
    """
    return {"loss": half_square(brightness(p, inputs) - targets)}


def brightness(p: Sequence[Node], rays: Array) -> Node:
    """What each ray, shape (n, 4), shows, shape (n, 1)."""
    n, each = len(rays), REACH / SAMPLES
    far = each * (np.arange(SAMPLES) + 0.5)
    points = (rays[None, :, :2] + far[:, None, None] * rays[None, :, 2:]).reshape(-1, 2)
    told = dense(p, points)
    dense_ = each * reshaped(softplus(told[:1]), SAMPLES, n).T
    light = reshaped(sigmoid(told[1:]), SAMPLES, n).T
    passed = exp(-1.0 * (dense_ @ BEFORE))
    return (passed * (1.0 - exp(-1.0 * dense_)) * light).rows()


def weighed_by_doubt(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """A kind and an amount, each counted by how sure it is; below 0 where both are.

    Source: Kendall, Gal and Cipolla 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses".
    """
    told, doubt = dense(p[:4], inputs), p[4]
    kind = cross_entropy(told[:DISHES], targets[:, :DISHES])
    amount = half_square(told[DISHES:] - targets[:, DISHES:])
    return {
        "kind": (exp(-1.0 * doubt[:1]) * kind + 0.5 * doubt[:1]).mean(),
        "amount": (exp(-1.0 * doubt[1:]) * amount + 0.5 * doubt[1:]).mean(),
    }

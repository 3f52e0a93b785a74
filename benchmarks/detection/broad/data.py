"""What the broad tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.broad.losses import (
    ACTIONS,
    BANDS,
    ECHOED,
    HEARD,
    MARKS,
    NODES,
    POINTS,
    SAMPLES,
    STEPS_AHEAD,
    WAYS,
    pretrained,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import Array, stable_softmax
from sample_logs.training import Task as Clusters

PIXELS = 16
SYMBOLS, BESIDE = 10, 6  # of a text; of those around a gap
PEOPLE = 50.0  # that one unit of a count stands for


def molecules(rng: np.random.Generator, n: int) -> Data:
    """The features of a few nodes and which of them are bound, and one of three kinds."""
    truth = np.random.default_rng(180)
    inner, outer = truth.normal(size=(4, 12)), truth.normal(size=(12, 3))
    features = rng.normal(size=(n, NODES, 4))
    bound = np.triu(rng.random((n, NODES, NODES)) < 0.35, 1)
    links = (bound | bound.transpose(0, 2, 1) | np.eye(NODES, dtype=bool)).astype(np.float64)
    shares = links / links.sum(axis=2, keepdims=True)
    odds = 6.0 * np.tanh(shares @ features @ inner).mean(axis=1) @ outer
    kinds = np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)
    return np.hstack([features.reshape(n, -1), shares.reshape(n, -1)]), np.eye(3)[kinds]


def outlines(rng: np.random.Generator, n: int) -> Data:
    """Points of one of four outlines, of any size."""
    kind, angle = rng.integers(4, size=n), 2.0 * np.pi * rng.random((n, POINTS))
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=2)
    square = circle / np.abs(circle).max(axis=2, keepdims=True)
    line = circle * np.array([1.3, 0.1])
    leaf = circle * (0.3 + np.abs(np.cos(1.5 * angle)))[:, :, None]
    points = np.stack([circle, square, line, leaf])[kind, np.arange(n)]
    size = rng.uniform(1.6, 2.2, size=(n, 1, 1))
    return (size * points + 0.1 * rng.normal(size=points.shape)).reshape(n, -1), np.eye(4)[kind]


def transitions(rng: np.random.Generator, n: int) -> Data:
    """Where something was, and what was done there, what it brought and where that led."""
    truth = np.random.default_rng(181)
    worth, pushes = truth.normal(size=(4, ACTIONS)), 0.6 * truth.normal(size=(ACTIONS, 4))
    state, action = rng.normal(size=(n, 4)), rng.integers(ACTIONS, size=n)
    reward = np.tanh(state @ worth)[np.arange(n), action] + 0.3 * rng.normal(size=n)
    after = 0.7 * state + pushes[action] + 0.2 * rng.normal(size=(n, 4))
    return state, np.column_stack([np.eye(ACTIONS)[action], reward, after])


def leanings(rng: np.random.Generator, n: int) -> Data:
    """How far something that has to be kept upright leans, and how fast it falls."""
    return rng.uniform(-1.0, 1.0, size=(n, 2)), np.zeros((n, 1))


def wards(rng: np.random.Generator, n: int) -> Data:
    """Ten findings of which a third were not taken, which of them were, and what came of it."""
    findings = rng.normal(size=(n, 10))
    odds = 1.5 * findings[:, 0] - 1.2 * findings[:, 1] + findings[:, 2] * findings[:, 3] - 0.5
    ill = rng.random(n) < 1.0 / (1.0 + np.exp(-2.0 * odds))
    taken = (rng.random((n, 10)) < 0.7).astype(np.float64)
    return np.hstack([findings * taken, taken]), np.eye(2)[ill.astype(np.int64)]


def voices(rng: np.random.Generator, n: int) -> Data:
    """Two voices at once, and one of them alone."""
    time = np.linspace(0.0, 1.0, SAMPLES)

    def voice(low: float, high: float) -> Array:
        pitch, phase = rng.uniform(low, high, size=(n, 1)), rng.uniform(0.0, 2.0 * np.pi, size=(n, 1))
        return np.sin(pitch * time + phase)

    own, other = voice(6.0, 10.0), voice(20.0, 28.0)
    return 2.0 * (own + 0.8 * other + 0.7 * rng.normal(size=(n, SAMPLES))), own


def tastings(rng: np.random.Generator, n: int) -> Data:
    """Eight properties of a wine, and how the marks that its tasters gave are spread."""
    inputs = rng.normal(size=(n, 8))
    mean = 2.5 + 1.2 * np.tanh(inputs[:, 0] - inputs[:, 1]) + 0.8 * np.sin(inputs[:, 2])
    width = 0.6 + 0.3 / (1.0 + np.exp(-2.0 * inputs[:, 3]))
    apart = (np.arange(MARKS) - (mean + 0.3 * rng.normal(size=n))[:, None]) / width[:, None]
    return inputs, stable_softmax(-0.5 * apart**2)


def villages(rng: np.random.Generator, n: int) -> Data:
    """Places that lie around four centres in the plane."""
    centres = np.array([[1.0, 0.6], [-0.8, 1.0], [-0.4, -1.0], [1.1, -0.9]])
    return centres[rng.integers(4, size=n)] + 0.35 * rng.normal(size=(n, 2)), np.zeros((n, 1))


def echoes(rng: np.random.Generator, n: int) -> Data:
    """A signal, and what a room with three echoes makes of it."""
    signal = 2.0 * rng.normal(size=(n, ECHOED))
    fades, weights = np.array([0.3, 0.7, 0.95]), np.array([1.0, -0.8, 0.5])
    state, heard = np.zeros((n, 3)), np.zeros((n, ECHOED))
    for t in range(ECHOED):
        state = fades * state + signal[:, t : t + 1]
        heard[:, t] = state @ weights
    return signal, heard + 0.6 * rng.normal(size=(n, ECHOED))


def episodes(rng: np.random.Generator, n: int) -> Data:
    """One example of each of three classes that are new, one more, and which class that is of."""
    kinds = 0.6 * rng.normal(size=(n, WAYS, 3)) @ np.random.default_rng(182).normal(size=(3, 8))
    asked = rng.integers(WAYS, size=n)
    shown = np.concatenate([kinds, kinds[np.arange(n), asked][:, None]], axis=1)
    blur = np.random.default_rng(183).normal(size=(8, 8)) * np.geomspace(0.3, 1.6, 8)[:, None]
    return (shown + rng.normal(size=shown.shape) @ blur).reshape(n, -1), np.eye(WAYS)[asked]


def continued(rng: np.random.Generator, n: int) -> Data:
    """What follows by a law that lies near the one of a model that was trained before."""
    truth = np.random.default_rng(184)
    inner, bias, outer, last = (
        one + 0.5 * truth.normal(size=one.shape) / np.sqrt(len(one)) for one in pretrained(truth)
    )
    inputs = rng.normal(size=(n, 12))
    odds = 1.3 * (np.tanh(inputs @ inner + bias) @ outer + last)
    return inputs, np.eye(8)[np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)]


def embedded(rng: np.random.Generator, n: int) -> Data:
    """Ten features, and where a large model puts them."""
    truth = np.random.default_rng(185)
    inputs = rng.normal(size=(n, 10))
    inner = np.tanh(inputs @ truth.normal(size=(10, 20)) / 2.0)
    return inputs, inner @ truth.normal(size=(20, 8)) + 0.8 * rng.normal(size=(n, 8))


def gaps(rng: np.random.Generator, n: int) -> Data:
    """The symbols around a gap in a text, and the one that belongs there."""
    truth = np.random.default_rng(186)
    law = stable_softmax(2.0 * truth.normal(size=(SYMBOLS, SYMBOLS)))
    text = np.zeros((n, BESIDE + 1), dtype=np.int64)
    text[:, 0] = rng.integers(SYMBOLS, size=n)
    for t in range(BESIDE):
        reached = np.cumsum(law[text[:, t]], axis=1) < rng.random((n, 1))
        text[:, t + 1] = np.minimum(reached.sum(axis=1), SYMBOLS - 1)
    middle = BESIDE // 2
    return np.delete(text, middle, axis=1).astype(np.float64), np.eye(SYMBOLS)[text[:, middle]]


def keywords(rng: np.random.Generator, n: int) -> Data:
    """A short sound somewhere in a longer noise, and which of five it was."""
    sounds = 1.6 * np.random.default_rng(187).normal(size=(5, 3, BANDS))
    word, begins = rng.integers(5, size=n), rng.integers(HEARD - 2, size=n)
    heard = 1.3 * rng.normal(size=(n, HEARD, BANDS))
    for i in range(3):
        heard[np.arange(n), begins + i] += sounds[word, i]
    return heard.reshape(n, -1), np.eye(5)[word]


def crowds(rng: np.random.Generator, n: int) -> Data:
    """Nine features of a picture, and how many people are on it."""
    inputs = rng.normal(size=(n, 9))
    mean = np.exp(0.7 * inputs[:, 0] + 0.5 * np.tanh(2.0 * inputs[:, 1] * inputs[:, 2]))
    return inputs, rng.poisson(PEOPLE * mean * rng.gamma(12.0, 1.0 / 12.0, size=n))[:, None] / PEOPLE


def strips(rng: np.random.Generator, n: int) -> Data:
    """Strips of pixels with noise, and the same without."""
    place = np.linspace(0.0, 1.0, PIXELS)
    edge, steep = rng.uniform(0.1, 0.9, size=(n, 1)), rng.choice([4.0, 60.0], size=(n, 1))
    low, high = rng.uniform(0.0, 1.0, size=(2, n, 1))
    clean = low + (high - low) * 0.5 * (1.0 + np.tanh(0.5 * steep * (place - edge)))
    return 4.0 * (clean + 0.12 * rng.normal(size=clean.shape) - 0.5), clean


def loads(rng: np.random.Generator, n: int) -> Data:
    """Places along a beam."""
    return rng.uniform(0.0, 1.0, size=(n, 1)), np.zeros((n, 1))


def sentences(rng: np.random.Generator, n: int) -> Data:
    """A sound of a sentence, how it is spoken, how long it takes and whether it is the last."""
    inputs = rng.normal(size=(n, 12))
    truth = np.random.default_rng(188)
    spoken = np.tanh(inputs @ truth.normal(size=(12, 8)) / 2.0) + 0.15 * rng.normal(size=(n, 8))
    long = np.log(2.0 + 6.0 / (1.0 + np.exp(-inputs[:, 0] - inputs[:, 1]))) + 0.15 * rng.normal(size=n)
    last = (inputs[:, 2] + 0.3 * rng.normal(size=n) > 1.3).astype(np.float64)
    return inputs, np.column_stack([spoken, long, last])


def persons(rng: np.random.Generator, n: int) -> Data:
    """Pictures of eight persons."""
    clusters = Clusters.make(189, classes=8, features=16, spread=0.9, clusters_per_class=2)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(8)[labels]


def orbits(rng: np.random.Generator, n: int) -> Data:
    """Where something begins in the plane, and where it is seen afterwards."""
    state = rng.normal(size=(n, 2))
    begins, seen = state, list[Array]()
    for _ in range(STEPS_AHEAD):
        turned = state[:, ::-1] * np.array([-1.0, 1.0])
        state = state + 0.5 * (turned + (1.0 - (state**2).sum(axis=1, keepdims=True)) * np.tanh(state))
        state = np.clip(state, -3.0, 3.0)
        seen.append(state + 0.1 * rng.normal(size=(n, 2)))
    return begins, np.hstack(seen)


def payments(rng: np.random.Generator, n: int) -> Data:
    """Ten features of a payment, and whether it was a fraud, as one in seven is."""
    inputs = rng.normal(size=(n, 10))
    odds = 4.0 * inputs[:, 0] + 3.0 * np.abs(inputs[:, 1]) * inputs[:, 2] - 5.5
    return inputs, (rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(np.float64)[:, None]


def returns(rng: np.random.Generator, n: int) -> Data:
    """Six features of a day, and what the next one brought, sometimes more than others."""
    inputs = rng.normal(size=(n, 6))
    width = 0.1 * np.exp(0.7 * np.tanh(inputs[:, 0]) + 0.3 * inputs[:, 1])
    return inputs, (0.5 * np.tanh(inputs[:, 2] - inputs[:, 3]) + width * rng.normal(size=n))[:, None]

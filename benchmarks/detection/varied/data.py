"""What the varied tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tasks import Data, FloatArray
from benchmarks.detection.varied.losses import BITS, CHOICES, EMBEDDED, KINDS, SENTENCE, SIDES, TAGS
from sample_logs.training import Array, stable_softmax
from sample_logs.training import Task as Clusters

TOKENS = 12
MOMENTS = 8  # of which a mood is told
FOUND, DIRECTIONS = 8, 16  # numbers of an activation; what may be in it


def _named(odds: Array, rng: np.random.Generator) -> Array:
    """One class each, drawn by its odds."""
    return np.eye(odds.shape[1])[np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)]


def rents(rng: np.random.Generator, n: int) -> Data:
    """Nine features of a flat, and what is paid for it."""
    inputs = rng.normal(size=(n, 9))
    paid = inputs[:, 0] + 0.8 * np.abs(inputs[:, 1]) + 0.7 * inputs[:, 2] * inputs[:, 3]
    paid = paid + np.tanh(2.0 * inputs[:, 4]) - 0.6 + 0.5 * rng.normal(size=n)
    return inputs, paid[:, None]


RENTS_VARIANCE = float(np.var(rents(np.random.default_rng(0), 20000)[1]))


def unexplained(losses: FloatArray) -> FloatArray:
    """The share of the variance of `rents` that half squared errors leave."""
    return 2.0 * losses / RENTS_VARIANCE


def chapters(rng: np.random.Generator, n: int) -> Data:
    """The last two tokens of a text, and the next one: few are frequent."""
    truth = np.random.default_rng(301)
    first, second = truth.normal(size=(2, TOKENS, TOKENS))
    both = 1.2 * truth.normal(size=(TOKENS, TOKENS, TOKENS))
    seen = np.minimum(rng.zipf(1.6, size=(n, 2)) - 1, TOKENS - 1)
    odds = 1.5 * first[seen[:, 0]] + 1.5 * second[seen[:, 1]] + both[seen[:, 0], seen[:, 1]]
    return np.hstack([np.eye(TOKENS)[one] for one in seen.T]), _named(odds - np.log1p(np.arange(TOKENS)), rng)


def sensors(rng: np.random.Generator, n: int) -> Data:
    """Twelve sensors that hear much the same, and the flow they are read for."""
    truth = np.random.default_rng(302)
    inputs = rng.normal(size=(n, 5)) @ truth.normal(size=(5, 12)) / 2.0 + 0.7 * rng.normal(size=(n, 12))
    return inputs, inputs @ truth.normal(size=(12, 1)) / 2.0 + 0.4 * rng.normal(size=(n, 1))


def birds(rng: np.random.Generator, n: int) -> Data:
    """Eight kinds of birds, in two plumages each."""
    clusters = Clusters.make(303, classes=8, features=14, spread=0.85, clusters_per_class=2)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(8)[labels]


def tenders(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a job, and what somebody asks for it: now and then far more than others."""
    inputs = rng.normal(size=(n, 7))
    middle = np.sin(1.5 * inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] + 0.5 * inputs[:, 3]
    width = 0.2 + 0.4 / (1.0 + np.exp(-inputs[:, 4]))
    return inputs, (middle + width * (rng.gamma(1.5, 1.0, size=n) - 1.0))[:, None]


def cells(rng: np.random.Generator, n: int) -> Data:
    """Eight marks of a cell, and how often a gene is read in it."""
    inputs = rng.normal(size=(n, 8))
    mean = np.exp(
        0.8 + 0.9 * np.tanh(inputs[:, 0] + inputs[:, 1]) + 0.6 * inputs[:, 2] * np.sign(inputs[:, 3])
    )
    return inputs, rng.poisson(mean * rng.gamma(2.0, 0.5, size=n)).astype(np.float64)[:, None]


def fractions(rng: np.random.Generator, n: int) -> Data:
    """Six bands of a satellite, and the shares of a pixel that are water, wood and town."""
    inputs = rng.normal(size=(n, 6))
    truth = np.random.default_rng(304)
    odds = np.tanh(inputs @ truth.normal(size=(6, 10)) / 1.5) @ truth.normal(size=(10, 3)) / 1.5
    shares = np.maximum(rng.gamma(12.0 * stable_softmax(odds) + 0.5), 1e-3)
    return inputs, shares / shares.sum(axis=1, keepdims=True)


def hearsay(rng: np.random.Generator, n: int) -> Data:
    """Five kinds, of which people name one in five wrongly."""
    clusters = Clusters.make(305, classes=5, features=10, spread=0.7, label_noise=0.2, clusters_per_class=2)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(5)[labels]


def churned(rng: np.random.Generator, n: int) -> Data:
    """Ten features of a customer, and whether they leave; one in four does."""
    inputs = rng.normal(size=(n, 10))
    odds = 1.8 * inputs[:, 0] + 1.5 * inputs[:, 1] * inputs[:, 2] + np.abs(inputs[:, 3]) - 2.4
    return inputs, (rng.random(n) < 1.0 / (1.0 + np.exp(-1.5 * odds))).astype(np.float64)[:, None]


def moods(rng: np.random.Generator, n: int) -> Data:
    """How somebody sounds, by sixteen numbers, and what they feel from moment to moment."""
    truth = np.random.default_rng(306)
    hidden = rng.normal(size=(n, 4))
    felt = np.sin(hidden @ truth.normal(size=(4, MOMENTS))) + 0.8 * hidden[:, :1]
    heard = np.tanh(hidden @ truth.normal(size=(4, 16))) + 0.2 * rng.normal(size=(n, 16))
    return heard, felt + 0.3 * rng.normal(size=felt.shape)


def fruits(rng: np.random.Generator, n: int) -> Data:
    """A strip of twelve brightnesses, from where to where a fruit lies on it, and which one it is."""
    kind = rng.integers(KINDS, size=n)
    centre, half = rng.uniform(-1.0, 1.0, size=(n, 1)), rng.uniform(0.3, 0.8, size=(n, 1))
    colour = 0.6 + 0.6 * kind[:, None]
    places = np.linspace(-1.8, 1.8, 12)
    seen = colour / (1.0 + np.exp(-8.0 * (half - np.abs(places - centre)))) + 0.15 * rng.normal(size=(n, 12))
    return seen, np.hstack([centre - half, centre + half, np.eye(KINDS)[kind]])


def scans(rng: np.random.Generator, n: int) -> Data:
    """Sixteen features of a scan, all of them in other units, and which of six things it shows."""
    clusters = Clusters.make(307, classes=6, features=16, spread=1.0, clusters_per_class=2)
    inputs, labels = clusters.draw(rng, n)
    return inputs * np.geomspace(0.3, 3.0, 16), np.eye(6)[labels]


def clouds(rng: np.random.Generator, n: int) -> Data:
    """Points of three arcs."""
    arc, along = rng.integers(3, size=n), rng.uniform(-1.0, 1.0, size=n)
    angle = 2.0 * np.pi * arc / 3.0 + along
    points = 1.5 * np.column_stack([np.cos(angle), np.sin(angle)]) + 0.08 * rng.normal(size=(n, 2))
    return points, np.zeros((n, 1))


def sheets(rng: np.random.Generator, n: int) -> Data:
    """Sheets of pictures and their captions, in the same order."""
    truth = np.random.default_rng(308)
    shown = rng.normal(size=(n, SIDES, 3))
    blur = rng.normal(size=(2, n, SIDES, EMBEDDED))
    pictures = np.tanh(shown @ truth.normal(size=(3, EMBEDDED))) + 0.25 * blur[0]
    captions = np.sign(shown @ truth.normal(size=(3, EMBEDDED))) + 0.4 * blur[1]
    return pictures.reshape(n, -1), captions.reshape(n, -1)


def doubles(rng: np.random.Generator, n: int) -> Data:
    """Twelve numbers that are made of five; nothing is asked of them."""
    inputs = np.tanh(rng.normal(size=(n, 5)) @ np.random.default_rng(309).normal(size=(5, 12)))
    return inputs + 0.1 * rng.normal(size=inputs.shape), np.zeros((n, 1))


def logged_actions(rng: np.random.Generator, n: int) -> Data:
    """Where somebody was, what they did, what it brought and where it led."""
    truth = np.random.default_rng(310)
    pushes = truth.normal(size=(CHOICES, 3))
    now = rng.normal(size=(n, 3))
    action = rng.integers(CHOICES, size=n)
    later = 0.8 * now + 0.5 * pushes[action] + 0.3 * rng.normal(size=(n, 3))
    reward = 1.0 - 0.5 * (later**2).sum(axis=1, keepdims=True) / 3.0 + 0.2 * rng.normal(size=(n, 1))
    return np.hstack([now, later]), np.hstack([np.eye(CHOICES)[action], reward])


def names(rng: np.random.Generator, n: int) -> Data:
    """Sentences, and whether each word begins a name, goes on with it or is none."""
    truth = np.random.default_rng(311)
    follows = np.cumsum(np.array([[0.1, 0.7, 0.2], [0.2, 0.4, 0.4], [0.4, 0.0, 0.6]]), axis=1)
    looks = truth.normal(size=(TAGS, 4))
    tags = np.zeros((n, SENTENCE), dtype=np.int64)
    tags[:, 0] = 2 * rng.integers(2, size=n)
    for t in range(1, SENTENCE):
        tags[:, t] = (rng.random((n, 1)) > follows[tags[:, t - 1]]).sum(axis=1).clip(max=TAGS - 1)
    loud = rng.choice([0.6, 1.6], size=(n, SENTENCE, 1))
    words = looks[tags] * loud + 0.9 * rng.normal(size=(n, SENTENCE, 4))
    return words.reshape(n, -1), tags.astype(np.float64)


def exits(rng: np.random.Generator, n: int) -> Data:
    """Five kinds, some of which are told by one feature and others only by products of two."""
    inputs = rng.normal(size=(n, 10))
    odds = np.column_stack(
        [
            2.0 * inputs[:, 0],
            -2.0 * inputs[:, 0],
            2.0 * inputs[:, 1] * inputs[:, 2],
            -2.0 * inputs[:, 1] * inputs[:, 2],
            2.0 * np.sin(2.0 * inputs[:, 3]),
        ]
    )
    return inputs, _named(1.5 * odds, rng)


def activations(rng: np.random.Generator, n: int) -> Data:
    """What a layer answers, made of a few of many directions."""
    truth = np.random.default_rng(312)
    ways = truth.normal(size=(DIRECTIONS, FOUND))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    strong = rng.gamma(4.0, 0.4, size=(n, DIRECTIONS)) * (rng.random((n, DIRECTIONS)) < 0.12)
    return strong @ ways + 0.05 * rng.normal(size=(n, FOUND)), np.zeros((n, 1))


def switches(rng: np.random.Generator, n: int) -> Data:
    """Eight switches, of which each goes mostly as the two before it disagree."""
    states = (rng.random((n, BITS)) < 0.5).astype(np.float64)
    for i in range(2, BITS):
        apart = np.abs(states[:, i - 1] - states[:, i - 2])
        states[:, i] = np.where(rng.random(n) < 0.12, 1.0 - apart, apart)
    return states, states


def remissions(rng: np.random.Generator, n: int) -> Data:
    """Sets of patients in the order in which they are well again, and of whom that is known."""
    features = rng.normal(size=(n, SIDES, 5))
    risk = 1.2 * features[..., 0] + np.abs(features[..., 1]) - features[..., 2] * features[..., 3]
    times = rng.exponential(size=(n, SIDES)) * np.exp(-risk)
    bounds = 2.0 * rng.exponential(size=(n, SIDES))
    order = np.argsort(np.minimum(times, bounds), axis=1)
    known = np.take_along_axis((times < bounds).astype(np.float64), order, axis=1)
    return np.take_along_axis(features, order[..., None], axis=1).reshape(n, -1), known

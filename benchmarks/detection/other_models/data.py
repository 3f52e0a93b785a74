"""What the tasks of `tasks` are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.other_models.losses import (
    BASE,
    DIGITS,
    FEATURES,
    LENGTH,
    PLACES,
    RANK,
    STATES,
    SYMBOLS,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import Task as Clusters
from sample_logs.training import stable_softmax

USERS, THINGS = 30, 40


def additions(rng: np.random.Generator, n: int) -> Data:
    """The digits of two numbers and of their sum, the lowest first, without what is carried last."""
    digits = rng.integers(BASE, size=(n, 2, DIGITS))
    powers = BASE ** np.arange(DIGITS)
    total = (digits * powers).sum(axis=(1, 2))
    return digits.reshape(n, -1).astype(np.float64), (total[:, None] // powers % BASE).astype(np.float64)


def bracketed(rng: np.random.Generator, n: int) -> Data:
    """Texts of two kinds of brackets that close in the right order; one symbol in twenty is at random."""
    texts = np.full((n, LENGTH + 1), SYMBOLS - 1)
    opened = np.zeros((n, LENGTH + 1), dtype=np.int64)
    depth, rows = np.zeros(n, dtype=np.int64), np.arange(n)
    for t in range(LENGTH):
        opens = (depth == 0) | ((rng.random(n) < 0.5) & (depth < 4))
        kind = rng.integers(2, size=n)
        last = opened[rows, np.maximum(depth - 1, 0)]
        opened[rows[opens], depth[opens]] = kind[opens]
        symbol = np.where(opens, kind, 2 + last)
        texts[:, t + 1] = np.where(rng.random(n) < 0.05, rng.integers(4, size=n), symbol)
        depth += np.where(opens, 1, -1)
    return texts[:, :-1].astype(np.float64), texts[:, 1:].astype(np.float64)


def taken(rng: np.random.Generator, n: int) -> Data:
    """Users with what they took and, as targets, something they are not known to have taken."""
    truth = np.random.default_rng(141)
    tastes, kinds = truth.normal(size=(USERS, 3)), truth.normal(size=(THINGS, 3))
    odds = np.cumsum(stable_softmax(1.2 * tastes @ kinds.T + 0.5 * truth.normal(size=THINGS)), axis=1)
    users = rng.integers(USERS, size=n)
    things = np.minimum((odds[users] < rng.random((n, 1))).sum(axis=1), THINGS - 1)
    return np.column_stack([users, things]).astype(np.float64), rng.integers(THINGS, size=(n, 1)).astype(
        np.float64
    )


def faces(rng: np.random.Generator, n: int) -> Data:
    """Two pictures each of one of thirty persons."""
    persons = np.random.default_rng(142).normal(size=(30, 16))[rng.integers(30, size=n)]
    first, second = (np.tanh(persons + 0.5 * rng.normal(size=persons.shape)) for _ in range(2))
    return first, second


def moons(rng: np.random.Generator, n: int) -> Data:
    """Two thin half rings that reach into each other."""
    upper = rng.integers(2, size=n)
    angle = np.pi * (rng.random(n) + upper)
    ring = np.column_stack([np.cos(angle) + upper - 0.5, np.sin(angle) + 0.5 * upper - 0.25])
    return 0.6 * ring + 0.03 * rng.normal(size=(n, 2)), np.zeros((n, 1))


def coil(rng: np.random.Generator, n: int) -> Data:
    """Points of a coil."""
    angle = 3.0 * np.pi * np.sqrt(rng.random(n))
    points = angle[:, None] / 4.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + 0.05 * rng.normal(size=(n, 2)), np.zeros((n, 1))


def offers(rng: np.random.Generator, n: int) -> Data:
    """What each of five offers would bring, most of them nothing."""
    inputs = rng.normal(size=(n, 8))
    likely = inputs @ np.random.default_rng(143).normal(size=(8, 5)) / 1.5 - 1.0
    return inputs, (rng.random((n, 5)) < 1.0 / (1.0 + np.exp(-2.0 * likely))).astype(np.float64)


def streets(rng: np.random.Generator, n: int) -> Data:
    """Four classes, and a number with hardly any noise."""
    inputs, labels = Clusters.make(144, classes=4, features=10, spread=0.5, label_noise=0.02).draw(rng, n)
    number = np.sin(inputs[:, :1]) + 0.5 * inputs[:, 1:2] + 0.05 * rng.normal(size=(n, 1))
    return inputs, np.column_stack([np.eye(4)[labels], number])


def new_domain(rng: np.random.Generator, n: int) -> Data:
    """Six classes by a law that differs a little from an older one, whose answers come with the features."""
    truth = np.random.default_rng(145)
    old = truth.normal(size=(20, 6))
    change = truth.normal(size=(20, RANK)) @ truth.normal(size=(RANK, 6)) / np.sqrt(RANK)
    inputs = rng.normal(size=(n, 20)) / np.sqrt(20)
    odds = np.cumsum(stable_softmax(4.0 * inputs @ (old + 0.6 * change)), axis=1)
    labels = np.minimum((odds < rng.random((n, 1))).sum(axis=1), 5)
    return np.hstack([inputs, 4.0 * inputs @ old]), np.eye(6)[labels]


def rooms(rng: np.random.Generator, n: int) -> Data:
    """A number that depends on steps in its features and on two of them together."""
    inputs = rng.uniform(0, 1, size=(n, 8))
    steps = 2.0 * (inputs[:, 0] > 0.3) + 3.0 * inputs[:, 1] - 2.0 * (inputs[:, 2] > 0.7)
    return inputs, (steps + (inputs[:, 3] > 0.5) * inputs[:, 4] + 0.5 * rng.normal(size=n))[:, None]


def rows_of_states(rng: np.random.Generator, n: int) -> Data:
    """States that mostly stay as they are, each seen through noise."""
    means = np.random.default_rng(146).normal(size=(STATES, FEATURES))
    states = np.zeros((n, PLACES), dtype=np.int64)
    states[:, 0] = rng.integers(STATES, size=n)
    for t in range(1, PLACES):
        states[:, t] = np.where(rng.random(n) < 0.75, states[:, t - 1], rng.integers(STATES, size=n))
    seen = means[states] + 1.2 * rng.normal(size=(n, PLACES, FEATURES))
    return seen.reshape(n, -1), np.eye(STATES)[states].reshape(n, -1)

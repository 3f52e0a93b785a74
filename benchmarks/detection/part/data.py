"""What the tasks of several parts are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.part.losses import SOFT
from benchmarks.detection.tasks import Data
from sample_logs.training import Task as Clusters


def times(rng: np.random.Generator, n: int) -> Data:
    """Moments at which an equation is to hold."""
    return rng.uniform(0, 1.5, size=(n, 1)), np.zeros((n, 1))


def places(rng: np.random.Generator, n: int) -> Data:
    """Places between two ends."""
    return rng.uniform(0, 1, size=(n, 1)), np.zeros((n, 1))


def line(rng: np.random.Generator, n: int) -> Data:
    """Places on a line and moments."""
    return rng.uniform(0, 1, size=(n, 2)) * [2 * np.pi, 1.0], np.zeros((n, 1))


def faces(rng: np.random.Generator, n: int) -> Data:
    """Five classes, and a number that two features tell."""
    inputs, labels = Clusters.make(120, classes=5, features=12).draw(rng, n)
    number = np.tanh(inputs[:, :1] - inputs[:, 1:2]) + 0.3 * rng.normal(size=(n, 1))
    return inputs, np.column_stack([np.eye(5)[labels], number])


def rooms(rng: np.random.Generator, n: int) -> Data:
    """Four classes, a depth and a direction."""
    inputs, labels = Clusters.make(121, classes=4, features=10).draw(rng, n)
    depth = np.abs(inputs[:, :1]) + inputs[:, 1:2] + 0.2 * rng.normal(size=(n, 1))
    normal = np.sin(inputs[:, 2:5]) + 0.2 * rng.normal(size=(n, 3))
    return inputs, np.column_stack([np.eye(4)[labels], depth, normal])


def scenes(rng: np.random.Generator, n: int) -> Data:
    """Something in two of three places, of five kinds."""
    inputs, labels = Clusters.make(122, classes=5, features=16).draw(rng, n)
    there = (inputs[:, :1] + 0.3 * rng.normal(size=(n, 1)) > -0.4).astype(np.float64)
    place = np.tanh(inputs[:, 1:5]) + 0.15 * rng.normal(size=(n, 4))
    return inputs, np.column_stack([there, place, np.eye(5)[labels]])


def mixed(rng: np.random.Generator, n: int) -> Data:
    """Sixteen features of three hidden causes."""
    mixing = np.random.default_rng(123).normal(size=(3, 16))
    inputs = np.tanh(rng.normal(size=(n, 3)) @ mixing) + 0.2 * rng.normal(size=(n, 16))
    return inputs, inputs


def kinds(rng: np.random.Generator, n: int) -> Data:
    """Six classes."""
    inputs, labels = Clusters.make(124, classes=6, features=12).draw(rng, n)
    return inputs, np.eye(6)[labels]


def regions(rng: np.random.Generator, n: int) -> Data:
    """A law of its own in each of four regions."""
    inputs = rng.normal(size=(n, 8))
    region = 2 * (inputs[:, 0] > 0) + (inputs[:, 1] > 0)
    laws = np.random.default_rng(125).normal(size=(4, 8, 3))
    labels = np.argmax(np.einsum("nf,nfk->nk", inputs, laws[region]), axis=1)
    return inputs, np.eye(3)[labels]


def points(rng: np.random.Generator, n: int) -> Data:
    """Points of a bent band, and the noise that others are made from."""
    along = rng.normal(size=n)
    bent = np.column_stack([along + 2.0, 0.5 * along**2 - 1.5]) + 0.2 * rng.normal(size=(n, 2))
    return bent, rng.normal(size=(n, 3))


def sources(rng: np.random.Generator, n: int) -> Data:
    """Four classes from two sources, of which one lies elsewhere."""
    inputs, labels = Clusters.make(126, classes=4, features=10).draw(rng, n)
    second = rng.integers(2, size=(n, 1)).astype(np.float64)
    moved = inputs + second * np.random.default_rng(127).normal(size=(1, 10))
    return moved, np.column_stack([np.eye(4)[labels], second])


def rewards(rng: np.random.Generator, n: int) -> Data:
    """What each of four actions brings."""
    inputs = rng.normal(size=(n, 6))
    return inputs, np.tanh(inputs @ np.random.default_rng(128).normal(size=(6, 4)))


def pairs(rng: np.random.Generator, n: int) -> Data:
    """Two views of the same four hidden causes."""
    inner = rng.normal(size=(n, 4))
    mixing = np.random.default_rng(129).normal(size=(2, 4, 12))
    first, second = (np.tanh(inner @ one) + 0.3 * rng.normal(size=(n, 12)) for one in mixing)
    return first, second


def lessons(rng: np.random.Generator, n: int) -> Data:
    """Labels of which some are wrong, and a teacher that knows better."""
    clusters = Clusters.make(130, classes=5, features=10, label_noise=0.2)
    inputs, labels = clusters.draw(rng, n)
    apart = ((inputs[:, None] - clusters.centres[None]) ** 2).sum(axis=2)
    nearest = -np.stack([apart[:, k::5].min(axis=1) for k in range(5)], axis=1) / SOFT
    shares = np.exp(nearest - nearest.max(axis=1, keepdims=True)) + 1e-3
    return inputs, np.column_stack([np.eye(5)[labels], shares / shares.sum(axis=1, keepdims=True)])

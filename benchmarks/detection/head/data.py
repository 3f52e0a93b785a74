"""What the tasks of `tasks` are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.tasks import Data
from sample_logs.training import Task as Clusters

Draw = Callable[[np.random.Generator, int], Data]

SMOOTHED = 0.1  # of the weight of the right class is spread over all


def visits(rng: np.random.Generator, n: int) -> Data:
    """Counts, most of them small."""
    inputs = rng.normal(size=(n, 10))
    mean = np.exp(0.6 * inputs[:, 0] - 0.5 * np.abs(inputs[:, 1]) + 0.4 * np.sin(2 * inputs[:, 2]) + 0.8)
    return inputs, rng.poisson(mean)[:, None].astype(np.float64)


def demand(rng: np.random.Generator, n: int) -> Data:
    """A number whose scatter depends on the features, with a long tail upwards."""
    inputs = rng.uniform(-1, 1, size=(n, 5))
    width = 0.3 + 0.5 * (inputs[:, 1] + 1.0)
    return inputs, (2.0 * np.sin(3 * inputs[:, 0]) + width * rng.gamma(2.0, 0.5, size=n))[:, None]


def branches(rng: np.random.Generator, n: int) -> Data:
    """One of two numbers, each nearly without noise."""
    inputs = rng.uniform(-1, 1, size=(n, 2))
    branch = np.where(rng.random(n) < 0.5 + 0.3 * inputs[:, 1], 1.0, -1.0)
    return inputs, (branch * (0.8 + 0.6 * np.cos(3 * inputs[:, 0])) + 0.08 * rng.normal(size=n))[:, None]


def rare_tags(rng: np.random.Generator, n: int) -> Data:
    """Eight tags, each given to about one in ten."""
    inputs = rng.normal(size=(n, 16))
    odds = 2.0 * np.tanh(inputs @ np.random.default_rng(140).normal(size=(16, 8)) / 2.0) - 2.5
    return inputs, (rng.random((n, 8)) < 1.0 / (1.0 + np.exp(-2.0 * odds))).astype(np.float64)


def grades(rng: np.random.Generator, n: int) -> Data:
    """Five grades by three borders and one more, from a quality that is only partly seen."""
    inputs = rng.normal(size=(n, 7))
    quality = inputs[:, 0] + np.tanh(2 * inputs[:, 1] * inputs[:, 2]) + 0.6 * rng.normal(size=n)
    return inputs, (quality[:, None] > np.array([-1.5, -0.5, 0.5, 1.5])).astype(np.float64)


def sorts(seed: int, classes: int, features: int, spread: float, wrong: float = 0.0) -> Draw:
    """Classes around centres of their own."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        clusters = Clusters.make(
            seed, classes=classes, features=features, spread=spread, clusters_per_class=2, label_noise=wrong
        )
        inputs, labels = clusters.draw(rng, n)
        return inputs, np.eye(classes)[labels]

    return draw


def smoothed(rng: np.random.Generator, data: Data) -> Data:
    """The same classes, none of them quite sure."""
    inputs, shares = data
    return inputs, (1.0 - SMOOTHED) * shares + SMOOTHED / shares.shape[1]


def blended(rng: np.random.Generator, data: Data) -> Data:
    """Each example and another, in shares. Source: Zhang et al. 2018, "mixup"."""
    share, others = rng.beta(0.5, 0.5, size=(len(data[0]), 1)), rng.permutation(len(data[0]))
    mixed = [share * one + (1.0 - share) * one[others] for one in data]
    return mixed[0], mixed[1]

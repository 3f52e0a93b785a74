"""Tasks whose best level is not low: noise no model removes, classes that overlap, a target far from 0."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tasks import Data, Task
from sample_logs.training import Task as Clusters


def _flips(rng: np.random.Generator, n: int) -> Data:
    """Four classes, and a third of the labels drawn at random."""
    inputs, labels = Clusters.make(104, classes=4, features=8, label_noise=0.35).draw(rng, n)
    return inputs, np.eye(4)[labels]


def _crowd(rng: np.random.Generator, n: int) -> Data:
    """Twenty classes, so near to each other that hardly more than half can be told."""
    crowd = Clusters.make(105, classes=20, clusters_per_class=1, features=10, spread=1.3, label_noise=0.1)
    inputs, labels = crowd.draw(rng, n)
    return inputs, np.eye(20)[labels]


def _faint(rng: np.random.Generator, n: int) -> Data:
    """A target of variance 1, of which a third can be explained."""
    inputs = rng.normal(size=(n, 5))
    signal = np.sqrt(2) * np.sin(inputs[:, 0] + inputs[:, 1] * inputs[:, 2])
    return inputs, (0.58 * signal + 0.81 * rng.normal(size=n))[:, None]


def _remote(rng: np.random.Generator, n: int) -> Data:
    """A target that was not scaled: its mean is larger than what it varies by."""
    inputs = rng.uniform(-1, 1, size=(n, 4))
    targets = 4 + 2 * np.sin(3 * inputs[:, 0]) * inputs[:, 1] + inputs[:, 2] + 0.3 * rng.normal(size=n)
    return inputs, targets[:, None]


HARD_TASKS = (
    Task("flips", "dev", _flips, (8, 12, 4), 0.03, 0.01, classes=True, logs_accuracy=True),
    Task("faint", "dev", _faint, (5, 24, 1), 0.02, 0.01),
    Task("crowd", "report", _crowd, (10, 24, 20), 0.03, 0.01, classes=True, logs_accuracy=True),
    Task("remote", "report", _remote, (4, 48, 24, 1), 0.02, 0.01),
)

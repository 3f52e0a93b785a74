"""Tasks of more kinds: pictures, features on different scales, skewed targets, hardly any noise."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.tasks import DETECTION, KERAS, TRAINER, Data, Logging, Task

SIDE = 7  # pixels of a picture


def _glyphs(rng: np.random.Generator, n: int) -> Data:
    """Pictures of ten glyphs, each somewhere else and with noise on it."""
    shapes = np.random.default_rng(110).random((10, 5, 5)) < 0.4
    labels, across, down = rng.integers(10, size=n), rng.integers(3, size=n), rng.integers(3, size=n)
    pictures = 0.25 * rng.normal(size=(n, SIDE, SIDE))
    for i in range(n):
        pictures[i, down[i] : down[i] + 5, across[i] : across[i] + 5] += shapes[labels[i]]
    return pictures.reshape(n, -1), np.eye(10)[labels]


def _chess(rng: np.random.Generator, n: int) -> Data:
    """Two classes in the squares of a board: at the start nothing tells them apart."""
    inputs = rng.uniform(-1.5, 1.5, size=(n, 2))
    squares = np.floor(inputs).astype(np.int64).sum(axis=1) % 2
    return 2 * inputs, np.eye(2)[squares]


def _arm(rng: np.random.Generator, n: int) -> Data:
    """Where an arm of three links ends, hardly any noise."""
    angles = rng.uniform(-1, 1, size=(n, 3))
    total = 2 * np.cumsum(angles, axis=1)
    ends = np.column_stack([np.cos(total).sum(axis=1), np.sin(total).sum(axis=1)])
    return angles, ends + 0.02 * rng.normal(size=ends.shape)


def _bids(rng: np.random.Generator, n: int) -> Data:
    """A yes or no that a third of the time is luck, from features of which most say nothing."""
    inputs = rng.normal(size=(n, 20))
    odds = 1.5 * inputs[:, 0] - 1.5 * np.abs(inputs[:, 1]) + inputs[:, 2] * inputs[:, 3]
    return inputs, np.eye(2)[(rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)]


def _wines(rng: np.random.Generator, n: int) -> Data:
    """Three kinds told by features whose scales differ by a factor of ten."""
    centres = np.random.default_rng(111).normal(size=(3, 9))
    labels = rng.integers(3, size=n)
    scales = np.geomspace(0.4, 4.0, 9)
    return (centres[labels] + 0.9 * rng.normal(size=(n, 9))) * scales, np.eye(3)[labels]


def _claims(rng: np.random.Generator, n: int) -> Data:
    """A skewed target that is never below zero, as amounts of money are."""
    inputs = rng.normal(size=(n, 8))
    mean = 0.5 * inputs[:, 0] + 0.4 * inputs[:, 1] * inputs[:, 2] + 0.3 * np.sin(2 * inputs[:, 3])
    return inputs, np.exp(0.7 * mean + 0.25 * rng.normal(size=n))[:, None]


def _votes(rng: np.random.Generator, n: int) -> Data:
    """Eight classes along a winding line, every seventh label wrong."""
    place = rng.uniform(0, 1, size=n)
    curve = np.column_stack([np.sin(3 * place), np.cos(5 * place), np.sin(7 * place), np.cos(11 * place)])
    labels = np.minimum((8 * place).astype(np.int64), 7)
    wrong = rng.random(n) < 0.15
    labels = np.where(wrong, rng.integers(8, size=n), labels)
    return 1.5 * curve + 0.05 * rng.normal(size=curve.shape), np.eye(8)[labels]


def _echoes(rng: np.random.Generator, n: int) -> Data:
    """Sums of decaying waves, to be put together again through a narrow middle."""
    time = np.linspace(0, 1, 24)
    decay, pitch = rng.uniform(1, 5, size=(n, 1)), rng.uniform(6, 16, size=(n, 1))
    waves = np.exp(-decay * time) * np.sin(pitch * time) + 0.08 * rng.normal(size=(n, 24))
    return waves, waves


MORE_TASKS = (
    Task(
        "glyphs",
        "dev",
        _glyphs,
        (SIDE * SIDE, 48, 10),
        0.2,
        0.02,
        classes=True,
        logs_accuracy=True,
        logging=Logging(800, 4, 20, KERAS),
    ),
    Task(
        "chess",
        "dev",
        _chess,
        (2, 32, 32, 2),
        0.4,
        0.04,
        classes=True,
        batch=64,
        logging=Logging(1000, 10, 50, TRAINER),
    ),
    Task("arm", "dev", _arm, (3, 48, 24, 2), 0.06, 0.03),
    Task(
        "bids",
        "dev",
        _bids,
        (20, 16, 2),
        0.05,
        0.006,
        classes=True,
        logs_accuracy=True,
        batch=64,
        logging=Logging(600, 2, 30),
    ),
    Task(
        "wines",
        "report",
        _wines,
        (9, 24, 3),
        0.05,
        0.012,
        classes=True,
        logs_accuracy=True,
        logging=Logging(500, 5, 10, DETECTION),
    ),
    Task("claims", "report", _claims, (8, 32, 1), 0.01, 0.012, batch=64, logging=Logging(900, 3, 30)),
    Task(
        "votes",
        "report",
        _votes,
        (4, 48, 24, 8),
        0.1,
        0.02,
        classes=True,
        logs_accuracy=True,
        logging=Logging(800, 4, 20, KERAS),
    ),
    Task("echoes", "report", _echoes, (24, 32, 4, 32, 24), 0.03, 0.01),
)

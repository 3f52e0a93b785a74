"""What a run is fed: batches of its data, in an order, and data that are changed as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.tasks import Data
from sample_logs.training import Array

FEATURES = 2048  # so many that examples of a few hundred hardly touch each other
FREQUENCY = 8.0  # per unit of the inputs: neighbours have nothing in common

IntArray = NDArray[np.int64]


def _by_target(targets: Array) -> IntArray:
    return np.argsort(targets.reshape(len(targets), -1)[:, 0], kind="stable")


def batches(data: Data, rng: np.random.Generator, size: int, *, in_order: bool) -> Iterator[Data]:
    """Batches without end, each round in another order, or always in that of the targets."""
    inputs, targets = data
    size = min(size, len(inputs))
    by_target = _by_target(targets)
    while True:
        order = by_target if in_order else rng.permutation(len(inputs))
        for start in range(0, len(inputs) - size + 1, size):
            chosen = order[start : start + size]
            yield inputs[chosen], targets[chosen]


def apart(rng: np.random.Generator, length: float, *data: Data) -> list[Data]:
    """The same with inputs of that length in which no two examples are alike: random waves of the inputs.

    Source: Rahimi and Recht 2007, "Random Features for Large-Scale Kernel Machines".
    """
    waves = FREQUENCY * rng.normal(size=(data[0][0].shape[1], FEATURES))
    phases = rng.uniform(0.0, 2.0 * np.pi, size=FEATURES)
    scale = length * np.sqrt(2.0 / FEATURES)
    return [(scale * np.cos(inputs @ waves + phases), targets) for inputs, targets in data]


def easier_half(data: Data) -> Data:
    """The half with the lower targets."""
    chosen = _by_target(data[1])[: len(data[1]) // 2]
    return data[0][chosen], data[1][chosen]


def without(data: Data, lost: IntArray, rng: np.random.Generator) -> Data:
    """The data with those features taken from other examples; `lost` has shape (k,)."""
    inputs = data[0].copy()
    inputs[:, lost] = data[0][rng.permutation(len(inputs))][:, lost]
    return inputs, data[1]

"""A perceptron with another loss: its task and its model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.head.losses import Head
from benchmarks.detection.models import Model, Network
from benchmarks.detection.tape import Node, gradients
from benchmarks.detection.tasks import AS_MADE, Layers, Task
from sample_logs.training import Array


@dataclass(frozen=True, kw_only=True)
class HeadTask(Task):
    """A perceptron with another loss."""

    head: Head

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return HeadNetwork(rng, self.widths(layers), self.head, layers)


class HeadNetwork(Network):
    """A perceptron whose last layer goes into `head`."""

    def __init__(self, rng: np.random.Generator, sizes: Sequence[int], head: Head, layers: Layers) -> None:
        super().__init__(rng, sizes, classes=False, activation=layers.activation, gain=layers.gain)
        self.head = head

    def _loss(self, prediction: Array, targets: Array) -> float:
        return float(self.head(Node(prediction), targets).value)

    def _error(self, prediction: Array, targets: Array) -> Array:
        scores = Node(prediction)
        return gradients(self.head(scores, targets), [scores])[0]

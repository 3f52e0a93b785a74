"""The models of the tasks of other fields that have no slope: what evolves, and what is boosted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.models import Model, Network
from benchmarks.detection.round_models import BoostedTask, Stumps
from benchmarks.detection.tasks import AS_MADE, Layers, Task
from sample_logs.training import Array, Parameters

PAIRS, SPREAD = 8, 0.05  # of a generation, and of its weights
NEWTON = 4.0  # one over the largest curvature of the loss of a yes or no


@dataclass(frozen=True, kw_only=True)
class EvolvedTask(Task):
    """A perceptron that is only tried out; one step is one generation."""

    @property
    def is_perceptron(self) -> bool:
        """It is not: more weights than it has are not found by trying."""
        return False

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return Evolved(rng, self.widths(layers), layers)


class Evolved(Network):
    """The slope is what pairs of changed weights do to the loss.

    Source: Salimans et al. 2017, "Evolution Strategies as a Scalable Alternative to Reinforcement Learning".
    """

    def __init__(self, rng: np.random.Generator, sizes: Sequence[int], layers: Layers) -> None:
        super().__init__(rng, sizes, classes=False, activation=layers.activation, gain=layers.gain)
        self.rng = rng

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the mean loss of the generation, and the slope that it shows."""
        own = self.parameters
        slopes = [np.zeros_like(one) for one in own]
        losses: list[float] = []
        for _ in range(PAIRS):
            changes = [self.rng.normal(size=one.shape) for one in own]
            pair: list[float] = []
            for side in (SPREAD, -SPREAD):
                self.parameters = [one + side * change for one, change in zip(own, changes, strict=True)]
                pair.append(self.loss(inputs, targets))
            losses += pair
            for slope, change in zip(slopes, changes, strict=True):
                slope += (pair[0] - pair[1]) / (2.0 * SPREAD * PAIRS) * change
        self.parameters = own
        return float(np.mean(losses)), slopes


@dataclass(frozen=True, kw_only=True)
class BoostedClassesTask(BoostedTask):
    """A yes or no by a sum of stumps."""

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return LogisticStumps(self.sizes[0])


class LogisticStumps(Stumps):
    """Stumps that are fitted to the slope of the log loss over its largest curvature."""

    def _judged(self, answer: Array, targets: Array) -> tuple[float, Array]:
        loss = np.logaddexp(0.0, answer) - answer * targets
        return float(np.mean(loss)), NEWTON * (0.5 * (1.0 + np.tanh(0.5 * answer)) - targets)

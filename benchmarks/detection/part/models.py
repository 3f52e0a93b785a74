"""What a loss of several parts is trained by: its task and its model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.models import Model
from benchmarks.detection.part.losses import Loss, Make
from benchmarks.detection.tape import Node, gradients
from benchmarks.detection.tasks import AS_MADE, Layers, Task
from sample_logs.training import Array, Parameters

Aim = Callable[[Sequence[Node], Array, Array], float]


@dataclass(frozen=True, kw_only=True)
class PartTask(Task):
    """A task with a loss of several parts, or of one called "loss". `sizes` are not used.

    `heavy` is the part whose weight may be wrong; `aim`, where it is not the loss, is what is learnt.
    `symbols` stands for inputs that are no features.
    """

    make: Make
    parts: Loss
    heavy: str | None = None
    aim: Aim | None = None
    symbols: bool = False

    @property
    def has_features(self) -> bool:
        """Whether its examples are features, not symbols."""
        return not self.symbols

    @property
    def is_perceptron(self) -> bool:
        """It is not: its model is what its loss makes of its parameters."""
        return False

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return PartModel(self, self.make(rng), rng)


@dataclass
class PartModel:
    """What is trained on a loss of several parts; `weight` is what the heavy one is multiplied by.

    `last` are the parts of the loss that was worked out last, as weighed.
    """

    task: PartTask
    parameters: Parameters
    rng: np.random.Generator
    weight: float = 1.0
    last: dict[str, float] = field(default_factory=dict[str, float])

    def loss(self, inputs: Array, targets: Array) -> float:
        """Return the loss; what is drawn for it is always the same."""
        return float(self._loss(self._nodes(), inputs, targets, np.random.default_rng(0)).value)

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the loss and its gradients."""
        nodes = self._nodes()
        loss = self._loss(nodes, inputs, targets, self.rng)
        return float(loss.value), gradients(loss, nodes)

    def aimed_at(self, inputs: Array, targets: Array) -> float:
        """What the run is judged by: `aim`, or the loss with the right weights."""
        nodes = self._nodes()
        if self.task.aim is not None:
            return self.task.aim(nodes, inputs, targets)
        parts = self.task.parts(nodes, inputs, targets, np.random.default_rng(0))
        return sum(float(part.value) for part in parts.values())

    @property
    def judged_by_its_loss(self) -> bool:
        """Whether `aimed_at` is the loss that is trained."""
        return self.weight == 1.0 and self.task.aim is None

    def _nodes(self) -> list[Node]:
        return [Node(one) for one in self.parameters]

    def _loss(self, nodes: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Node:
        parts = self.task.parts(nodes, inputs, targets, rng)
        weighed = {
            name: self.weight * part if name == self.task.heavy else part for name, part in parts.items()
        }
        self.last = {name: float(part.value) for name, part in weighed.items()}
        return sum(weighed.values(), Node(0.0))

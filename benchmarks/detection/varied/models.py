"""A model that behaves otherwise where it is trained than where it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.models import Model
from benchmarks.detection.part.losses import Parts
from benchmarks.detection.part.models import PartModel, PartTask
from benchmarks.detection.tape import Node, cross_entropy, exp, gradients, log, relu
from benchmarks.detection.tasks import AS_MADE, Layers
from sample_logs.training import Array, Parameters

Statistics = list[tuple[Array, Array]]  # of each layer, the mean and the spread of its units


def normalised(
    p: Sequence[Node], inputs: Array, targets: Array, known: Statistics | None = None
) -> tuple[Node, Statistics]:
    """Classes by layers whose units are brought to a common scale: that of the batch, or a known one.

    Source: Ioffe and Szegedy 2015, "Batch Normalization".
    """
    state, used = Node(inputs), Statistics()
    for i in range(0, len(p) - 2, 3):
        weights, gain, shift = p[i : i + 3]
        state = state @ weights
        if known:
            mean, spread = known[i // 3]
            state = (state - mean) * (1.0 / spread)
        else:
            off: Node = state - state.columns()
            wide = exp(0.5 * log((off * off).columns() + 1e-5))
            used.append((state.columns().value, wide.value))
            state = off * exp(-1.0 * log(wide))
        state = relu(state * gain + shift)
    return cross_entropy(state @ p[-2] + p[-1], targets), used


def by_batch(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    """The loss under the scale of the batch itself."""
    return {"loss": normalised(p, inputs, targets)[0]}


@dataclass(frozen=True, kw_only=True)
class NormalisedTask(PartTask):
    """A task of classes; `kept` is the share of what is known of the units' scale that a step keeps."""

    kept: float = 0.9

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return NormalisedModel(self, self.make(rng), rng, kept=self.kept)


@dataclass
class NormalisedModel(PartModel):
    """Trained under the scale of each batch, asked under the running mean of those scales."""

    kept: float = 0.9
    known: Statistics = field(default_factory=Statistics)

    def loss(self, inputs: Array, targets: Array) -> float:
        """Return the loss where the model is asked."""
        return self.aimed_at(inputs, targets)

    def aimed_at(self, inputs: Array, targets: Array) -> float:
        """The same."""
        known = self.known or [(np.zeros((1, 1)), np.ones((1, 1)))] * (len(self.parameters) // 3)
        loss, _ = normalised([Node(one) for one in self.parameters], inputs, targets, known)
        self.last = {"loss": float(loss.value)}
        return float(loss.value)

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the loss where it is trained, and its gradients."""
        nodes = [Node(one) for one in self.parameters]
        loss, used = normalised(nodes, inputs, targets)
        self.last = {"loss": float(loss.value)}
        if not self.known:
            self.known = [(np.zeros_like(mean), np.ones_like(spread)) for mean, spread in used]
        self.known = [
            (self.kept * mean + (1.0 - self.kept) * new, self.kept * spread + (1.0 - self.kept) * new_spread)
            for (mean, spread), (new, new_spread) in zip(self.known, used, strict=True)
        ]
        return float(loss.value), gradients(loss, nodes)

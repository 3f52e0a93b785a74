"""Models of which one step is a round: of clients that learn together, and of boosting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.models import Model
from benchmarks.detection.part.models import PartModel, PartTask
from benchmarks.detection.tasks import AS_MADE, Layers, Task
from sample_logs.training import Array, Parameters

CLIENTS = 4  # each with data of its own
LOCAL_RATE, LOCAL_STEPS = 0.1, 2  # of what each client does in a round
BINS = 16  # of a feature between 0 and 1


@dataclass(frozen=True, kw_only=True)
class FederatedTask(PartTask):
    """A task that several clients learn together; one step is one round."""

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return FederatedModel(self, self.make(rng), rng)


class FederatedModel(PartModel):
    """Each client takes a few steps from the same weights; the gradient is how far they went on average.

    Source: McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data".
    """

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the mean loss of the clients before the round, and the gradients."""
        shared, order = self.parameters, np.argsort(np.argmax(targets, axis=1), kind="stable")
        clients = np.array_split(order, min(CLIENTS, len(order)))  # each has few of the classes
        losses: list[float] = []
        total = [np.zeros_like(one) for one in shared]
        for own in clients:
            self.parameters = [one.copy() for one in shared]
            for step in range(LOCAL_STEPS):
                loss, slopes = super().loss_and_gradients(inputs[own], targets[own])
                losses += [loss] if step == 0 else []
                for parameter, slope in zip(self.parameters, slopes, strict=True):
                    parameter -= LOCAL_RATE * slope
            for one, before, after in zip(total, shared, self.parameters, strict=True):
                one += (before - after) / (LOCAL_RATE * len(clients))
        self.parameters = shared
        mean = float(np.mean(losses))
        self.last = {"loss": mean}
        return mean, total


@dataclass(frozen=True, kw_only=True)
class BoostedTask(Task):
    """A number by a sum of stumps; one step is one round."""

    @property
    def is_perceptron(self) -> bool:
        """It is not."""
        return False

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        return Stumps(self.sizes[0])


class Stumps:
    """A sum of stumps, kept as what they give together for each bin of each feature.

    Source: Friedman 2001, "Greedy Function Approximation: A Gradient Boosting Machine", Annals of Statistics.
    """

    def __init__(self, features: int) -> None:
        self.parameters: Parameters = [np.zeros((features, BINS))]

    def _answer(self, bins: NDArray[np.int64]) -> Array:
        return self.parameters[0][np.arange(bins.shape[1]), bins].sum(axis=1)

    def _judged(self, answer: Array, targets: Array) -> tuple[float, Array]:
        """The mean loss, and how far each answer is above where its loss is least, shape (n,)."""
        off = answer - targets
        return float(np.mean(off**2)), off

    def loss(self, inputs: Array, targets: Array) -> float:
        """Return the mean loss."""
        return self._judged(self._answer(_binned(inputs)), targets[:, 0])[0]

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the mean loss, and as the gradient the stump that fits best how far the answers are off."""
        bins = _binned(inputs)
        loss, off = self._judged(self._answer(bins), targets[:, 0])
        features = bins.shape[1]
        first: NDArray[np.int64] = BINS * np.arange(features, dtype=np.int64)
        cells: NDArray[np.int64] = (bins + first).ravel()
        size = features * BINS
        counted = np.bincount(cells, minlength=size).reshape(features, BINS)
        summed = np.bincount(cells, np.repeat(off, features), size).reshape(features, BINS)
        below, below_sum = np.cumsum(counted, axis=1), np.cumsum(summed, axis=1)
        above, above_sum = len(off) - below, off.sum() - below_sum
        means = below_sum / np.maximum(below, 1), above_sum / np.maximum(above, 1)
        best = int(np.argmax(below * means[0] ** 2 + above * means[1] ** 2))
        feature, border = divmod(best, BINS)
        stump = np.zeros_like(self.parameters[0])
        stump[feature] = np.where(
            np.arange(BINS) <= border, means[0][feature, border], means[1][feature, border]
        )
        return loss, [stump]


def _binned(inputs: Array) -> NDArray[np.int64]:
    return np.clip((BINS * inputs).astype(np.int64), 0, BINS - 1)

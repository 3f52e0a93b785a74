"""Small models in numpy with their own backward passes, all trained on targets of real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from sample_logs.training import ACTIVATIONS, Array, Parameters, Recurrent, stable_softmax


class Model(Protocol):
    """What is trained: its parameters, and the mean loss on a batch with or without gradients."""

    parameters: Parameters

    def loss(self, inputs: Array, targets: Array) -> float:
        """Return the mean loss."""
        ...

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the mean loss and its gradient for each of `parameters`."""
        ...


class Network:
    """A multi-layer perceptron, or with two sizes a linear model.

    `classes`: targets are class shares and the loss is the cross-entropy, else it is half the squared
    error summed over the outputs. Both have the gradient prediction minus target.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: Sequence[int],
        *,
        classes: bool,
        activation: str = "relu",
        gain: float = 1.4,
    ) -> None:
        self.classes = classes
        self.activation, self.derivative = ACTIVATIONS[activation]
        self.parameters: Parameters = []
        for fan_in, fan_out in pairwise(sizes):
            weights = rng.normal(size=(fan_in, fan_out)) * gain / np.sqrt(fan_in)
            self.parameters += [weights, np.zeros(fan_out)]

    def _forward(self, inputs: Array) -> list[Array]:
        outputs = [inputs]
        for i in range(0, len(self.parameters), 2):
            before = outputs[-1] @ self.parameters[i] + self.parameters[i + 1]
            outputs.append(self.activation(before) if i < len(self.parameters) - 2 else before)
        if self.classes:
            outputs[-1] = stable_softmax(outputs[-1])
        return outputs

    def _loss(self, prediction: Array, targets: Array) -> float:
        if self.classes:
            return -float(np.mean(np.sum(targets * np.log(np.maximum(prediction, 1e-30)), axis=1)))
        return 0.5 * float(np.mean(np.sum((prediction - targets) ** 2, axis=1)))

    def _error(self, prediction: Array, targets: Array) -> Array:
        """The gradient of the loss by what the last layer gives, before any softmax."""
        return (prediction - targets) / len(targets)

    def loss(self, inputs: Array, targets: Array) -> float:
        """Return the mean loss; `inputs` (n, n_features), `targets` (n, n_outputs)."""
        return self._loss(self._forward(inputs)[-1], targets)

    def dead_shares(self, inputs: Array) -> list[float]:
        """For each hidden layer, the share of its units that are 0 for all of `inputs`."""
        return [float(np.mean(np.all(values == 0.0, axis=0))) for values in self._forward(inputs)[1:-1]]

    def accuracy(self, inputs: Array, targets: Array) -> float:
        """Return the share of inputs whose most likely class is the target's."""
        named, true = np.argmax(self._forward(inputs)[-1], axis=1), np.argmax(targets, axis=1)
        return int(np.count_nonzero(named == true)) / len(targets)

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the mean loss and its gradients."""
        outputs = self._forward(inputs)
        error = self._error(outputs[-1], targets)
        gradients: Parameters = []
        for i in range(len(self.parameters) - 2, -1, -2):
            values = outputs[i // 2]
            gradients = [values.T @ error, error.sum(axis=0), *gradients]
            error = (error @ self.parameters[i].T) * self.derivative(values)
        return self._loss(outputs[-1], targets), gradients


class SequenceModel:
    """A plain recurrent network that predicts the next of `symbols` symbols."""

    def __init__(self, rng: np.random.Generator, symbols: int, hidden: int, *, radius: float = 0.9) -> None:
        self.network = Recurrent(rng, symbols, hidden, radius=radius, drive=0.5)
        self.parameters = self.network.parameters

    def loss(self, inputs: Array, targets: Array) -> float:
        """Return the mean loss; both of shape (n, length), holding symbols."""
        return self.network.loss_and_gradients(inputs, targets.astype(np.int64))[0]

    def loss_and_gradients(self, inputs: Array, targets: Array) -> tuple[float, Parameters]:
        """Return the mean loss and its gradients."""
        return self.network.loss_and_gradients(inputs, targets.astype(np.int64))

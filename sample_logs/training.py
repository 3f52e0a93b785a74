"""Small trainings in plain numpy, with their own backward passes: what the sample logs are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating]
Labels = NDArray[np.int64]
Parameters = list[Array]
Row = tuple[int, dict[str, float]]  # a step, and the value of each tag logged there


@dataclass(frozen=True)
class Task:
    """Labelled points around centres, several a class; `label_noise` is the share of wrong labels."""

    centres: Array  # (n_clusters, n_features)
    classes: int
    spread: float
    label_noise: float

    @classmethod
    def make(
        cls,
        seed: int,
        *,
        classes: int = 10,
        clusters_per_class: int = 3,
        features: int = 16,
        spread: float = 0.8,
        label_noise: float = 0.05,
    ) -> Task:
        """A task of its own for each seed."""
        rng = np.random.default_rng(seed)
        return cls(rng.normal(size=(classes * clusters_per_class, features)), classes, spread, label_noise)

    def draw(self, rng: np.random.Generator, n: int) -> tuple[Array, Labels]:
        """Return inputs of shape (n, n_features) and labels of shape (n,)."""
        cluster = rng.integers(len(self.centres), size=n)
        inputs = self.centres[cluster] + self.spread * rng.normal(size=(n, self.centres.shape[1]))
        labels = cluster % self.classes
        wrong = rng.random(n) < self.label_noise
        return inputs, np.where(wrong, rng.integers(self.classes, size=n), labels)


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


# Name: (the function, its derivative given the function's value).
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "relu": (lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(y.dtype)),
    "tanh": (np.tanh, lambda y: 1 - y**2),
    "sigmoid": (_sigmoid, lambda y: y * (1 - y)),
}


def stable_softmax(logits: Array) -> Array:
    """Return the class probabilities, shape (n, n_classes); large logits do not overflow."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def naive_softmax(logits: Array) -> Array:
    """Return the class probabilities as written in the textbook: overflows, and then gives NaN."""
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


class Perceptron:
    """A multi-layer perceptron with softmax cross-entropy. `sizes` are the widths, inputs to classes."""

    def __init__(
        self,
        rng: np.random.Generator,
        sizes: list[int],
        *,
        activation: str = "relu",
        gain: float = np.sqrt(2),
        dtype: DTypeLike = np.float64,
        softmax: Callable[[Array], Array] = stable_softmax,
    ) -> None:
        self.activation, self.derivative = ACTIVATIONS[activation]
        self.softmax = softmax
        self.parameters: Parameters = []
        for fan_in, fan_out in pairwise(sizes):
            weights = rng.normal(size=(fan_in, fan_out)) * gain / np.sqrt(fan_in)
            self.parameters += [weights.astype(dtype), np.zeros(fan_out, dtype)]

    def _forward(self, inputs: Array) -> list[Array]:
        outputs = [inputs.astype(self.parameters[0].dtype)]
        for i in range(0, len(self.parameters), 2):
            before = outputs[-1] @ self.parameters[i] + self.parameters[i + 1]
            outputs.append(before if i == len(self.parameters) - 2 else self.activation(before))
        return outputs

    def loss_and_gradients(self, inputs: Array, labels: Labels) -> tuple[float, Parameters]:
        """Return the mean cross-entropy and its gradient for each of `parameters`."""
        outputs = self._forward(inputs)
        probabilities = self.softmax(outputs[-1])
        rows: Labels = np.arange(len(labels))
        loss = float(np.mean(-np.log(probabilities[rows, labels])))
        error = probabilities.copy()
        error[rows, labels] -= 1
        error /= len(labels)
        gradients: Parameters = []
        for i in range(len(self.parameters) - 2, -1, -2):
            values = outputs[i // 2]
            gradients = [values.T @ error, error.sum(axis=0), *gradients]
            error = (error @ self.parameters[i].T) * self.derivative(values)
        return loss, gradients

    def evaluate(self, inputs: Array, labels: Labels) -> tuple[float, float]:
        """Return the mean cross-entropy and the accuracy."""
        probabilities = self.softmax(self._forward(inputs)[-1])
        correct = probabilities[np.arange(len(labels)), labels]
        hits = np.argmax(probabilities, axis=1) == labels
        return float(np.mean(-np.log(correct))), float(np.mean(hits))


class Recurrent:
    """A plain tanh recurrent network that predicts the next symbol of a sequence."""

    def __init__(
        self, rng: np.random.Generator, symbols: int, hidden: int, *, radius: float, drive: float
    ) -> None:
        recurrent = rng.normal(size=(hidden, hidden)) * radius / np.sqrt(hidden)
        self.parameters: Parameters = [
            rng.normal(size=(symbols, hidden)) * drive,
            recurrent,
            rng.normal(size=(hidden, symbols)) / np.sqrt(hidden),
            np.zeros(symbols),
        ]

    def loss_and_gradients(self, sequences: Array, targets: Labels) -> tuple[float, Parameters]:
        """Back-propagation through time; `sequences` and `targets` hold symbols, shape (n, length)."""
        embedding, recurrent, readout, bias = self.parameters
        symbols = sequences.astype(np.int64)
        n, length = symbols.shape
        states = [np.zeros((n, len(recurrent)))]
        for t in range(length):
            states.append(np.tanh(embedding[symbols[:, t]] + states[-1] @ recurrent))
        gradients: Parameters = [np.zeros_like(one) for one in self.parameters]
        carried = np.zeros_like(states[0])
        loss = 0.0
        rows: Labels = np.arange(n)
        for t in range(length - 1, -1, -1):
            error = stable_softmax(states[t + 1] @ readout + bias)
            loss -= float(np.sum(np.log(error[rows, targets[:, t]])))
            error[rows, targets[:, t]] -= 1
            error /= n * length
            gradients[2] += states[t + 1].T @ error
            gradients[3] += error.sum(axis=0)
            inner = (error @ readout.T + carried) * (1 - states[t + 1] ** 2)
            np.add.at(gradients[0], symbols[:, t], inner)
            gradients[1] += states[t].T @ inner
            carried = inner @ recurrent.T
        return loss / (n * length), gradients


class Sgd:
    """Gradient descent with momentum and, where asked for, decoupled weight decay."""

    def __init__(self, momentum: float = 0.9, weight_decay: float = 0.0) -> None:
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocity: Parameters = []

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.velocity = self.velocity or [np.zeros_like(one) for one in parameters]
        for parameter, gradient, velocity in zip(parameters, gradients, self.velocity, strict=True):
            velocity *= self.momentum
            velocity += gradient
            parameter -= rate * (velocity + self.weight_decay * parameter)


class Adam:
    """Adam. `forgotten`: the share of each of its two means that a step replaces."""

    def __init__(self, forgotten: tuple[float, float] = (0.1, 0.001), epsilon: float = 1e-8) -> None:
        self.forgotten = forgotten
        self.epsilon = epsilon
        self.moments: list[tuple[Array, Array]] = []
        self.steps = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(np.zeros_like(one), np.zeros_like(one)) for one in parameters]
        self.steps += 1
        new, new_square = self.forgotten
        for parameter, gradient, (first, second) in zip(parameters, gradients, self.moments, strict=True):
            first += new * (gradient - first)
            second += new_square * (gradient**2 - second)
            mean = first / (1 - (1 - new) ** self.steps)
            variance = second / (1 - (1 - new_square) ** self.steps)
            parameter -= rate * mean / (np.sqrt(variance) + self.epsilon)


def norm(gradients: Parameters) -> float:
    """Return the global norm."""
    return float(np.sqrt(sum(float(np.sum(np.square(one, dtype=np.float64))) for one in gradients)))


@dataclass
class Training:
    """A training loop: what is logged when. Everything is counted in optimiser steps.

    `batches` yields inputs and labels; `rate` maps a step to its learning rate. With `mean_of_interval`
    the train loss logged is the mean since the last log, else the loss of that batch.
    """

    model: Perceptron | Recurrent
    batches: Iterator[tuple[Array, Labels]]
    rate: Callable[[int], float]
    optimiser: Sgd | Adam = field(default_factory=Sgd)
    log_every: int = 5
    evaluate_every: int = 100
    held_out: tuple[Array, Labels] | None = None
    mean_of_interval: bool = False
    layer_norms: bool = False

    def run(self, steps: range) -> Iterator[Row]:
        """Train over `steps` and yield what is logged, in the order of the log."""
        losses: list[float] = []
        for step in steps:
            loss, gradients = self.model.loss_and_gradients(*next(self.batches))
            losses.append(loss)
            rate = self.rate(step)
            if (step + 1) % self.log_every == 0:
                logged = float(np.mean(losses)) if self.mean_of_interval else loss
                yield step, self._train_row(logged, gradients, rate)
                losses = []
            self.optimiser.step(self.model.parameters, gradients, rate)
            if self.held_out is not None and (step + 1) % self.evaluate_every == 0:
                assert isinstance(self.model, Perceptron)
                loss, accuracy = self.model.evaluate(*self.held_out)
                yield step, {"val/loss": loss, "val/accuracy": accuracy}

    def _train_row(self, loss: float, gradients: Parameters, rate: float) -> dict[str, float]:
        row = {"train/loss": loss, "train/grad_norm": norm(gradients), "train/lr": rate}
        if self.layer_norms:
            weights = gradients[::2]
            row |= {f"grad_norm/layer_{i}": norm([one]) for i, one in enumerate(weights, 1)}
        return row


def fresh_batches(task: Task, rng: np.random.Generator, size: int) -> Iterator[tuple[Array, Labels]]:
    """New data for each batch, without end."""
    while True:
        yield task.draw(rng, size)


def epochs_of(
    data: tuple[Array, Labels], rng: np.random.Generator, size: int
) -> Iterator[tuple[Array, Labels]]:
    """The same data over and over, shuffled anew each epoch; an incomplete last batch is left out."""
    inputs, labels = data
    while True:
        order = rng.permutation(len(labels))
        for start in range(0, len(labels) - size + 1, size):
            chosen = order[start : start + size]
            yield inputs[chosen], labels[chosen]

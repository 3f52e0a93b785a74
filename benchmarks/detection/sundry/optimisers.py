"""Optimisers of still other kinds that the sundry runs are trained with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Adam, Array, Parameters

LEVELS = 127.0  # that one byte tells apart on each side of 0


@dataclass
class Outer:
    """Every so many steps the way that they went is one step of another optimiser, with its own momentum.

    Source: Douillard et al. 2023, "DiLoCo: Distributed Low-Communication Training of Language Models".
    """

    inner: Optimiser
    every: int
    rate: float = 0.7
    momentum: float = 0.6
    begun: Parameters = field(default_factory=list[Array])
    velocity: Parameters = field(default_factory=list[Array])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.begun = self.begun or [one.copy() for one in parameters]
        self.velocity = self.velocity or [np.zeros_like(one) for one in parameters]
        self.inner.step(parameters, gradients, rate)
        self.done += 1
        if self.done % self.every:
            return
        for one, begun, velocity in zip(parameters, self.begun, self.velocity, strict=True):
            way = begun - one
            velocity *= self.momentum
            velocity += way
            begun -= self.rate * (way + self.momentum * velocity)
            one[...] = begun


@dataclass
class Agreeing:
    """Of what it does only that which the gradient agrees with.

    Source: Liang et al. 2024, "Cautious Optimizers: Improving Training with One Line of Code".
    """

    inner: Optimiser

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        before = [one.copy() for one in parameters]
        self.inner.step(parameters, gradients, rate)
        for one, old, gradient in zip(parameters, before, gradients, strict=True):
            agreed = ((one - old) * gradient < 0.0).astype(np.float64)
            one[...] = old + (one - old) * agreed / max(float(agreed.mean()), 0.1)


@dataclass
class TwoMeans:
    """By a short and by a long mean of the slopes together.

    Source: Pagliardini, Ablin and Grangier 2024, "The AdEMAMix Optimizer: Better, Faster, Older".
    """

    weight: float = 2.0
    kept: float = 0.99
    inner: Adam = field(default_factory=Adam)
    long: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.long = self.long or [np.zeros_like(one) for one in parameters]
        self.inner.step(parameters, gradients, rate)
        share = min(1.0, self.inner.steps / 100.0)
        for one, mean, gradient, (_, second) in zip(
            parameters, self.long, gradients, self.inner.moments, strict=True
        ):
            mean += (1.0 - self.kept) * (gradient - mean)
            square = second / (1.0 - 0.999**self.inner.steps)
            one -= rate * share * self.weight * mean / (np.sqrt(square) + 1e-8)


class NeverForgetting(Adam):
    """Each weight by the largest mean square that its slope ever had.

    Source: Reddi, Kale and Kumar 2018, "On the Convergence of Adam and Beyond".
    """

    def __init__(self) -> None:
        super().__init__(forgotten=(0.1, 0.01))
        self.largest: Parameters = []

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(np.zeros_like(one), np.zeros_like(one)) for one in parameters]
        self.largest = self.largest or [np.zeros_like(one) for one in parameters]
        for one, gradient, (mean, square), largest in zip(
            parameters, gradients, self.moments, self.largest, strict=True
        ):
            mean += self.forgotten[0] * (gradient - mean)
            square += self.forgotten[1] * (gradient**2 - square)
            np.maximum(largest, square, out=largest)
            one -= rate * mean / (np.sqrt(largest) + 1e-8)


class InBytes(Adam):
    """What it remembers is kept in one byte a number.

    Source: Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization"; the root of squares is kept,
    rounded up.
    """

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        super().step(parameters, gradients, rate)
        for mean, square in self.moments:
            unit = max(float(np.abs(mean).max()), 1e-30) / LEVELS
            mean[...] = unit * np.rint(mean / unit)
            unit = max(float(np.sqrt(square.max())), 1e-30) / LEVELS
            square[...] = (unit * np.ceil(np.sqrt(square) / unit)) ** 2


@dataclass
class Narrow:
    """Slopes of a matrix lie in a few directions, which are those of the slope at hand from time to time.

    Source: Zhao et al. 2024, "GaLore: Memory-Efficient LLM Training by Gradient Low-Rank Projection".
    """

    inner: Optimiser
    rank: int = 4
    every: int = 20
    kept: dict[int, Array] = field(default_factory=dict[int, Array])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        changed: Parameters = []
        for i, gradient in enumerate(gradients):
            wide = gradient.ndim == 2 and min(gradient.shape) > self.rank and np.isfinite(gradient).all()
            if wide and (i not in self.kept or self.done % self.every == 0):
                self.kept[i] = np.linalg.svd(gradient, full_matrices=False)[0][:, : self.rank]
            changed.append(self.kept[i] @ (self.kept[i].T @ gradient) if wide else gradient)
        self.done += 1
        self.inner.step(parameters, changed, rate)


@dataclass
class Skipped:
    """Only every so many steps change anything; the gradients of the others are lost."""

    inner: Optimiser
    every: int
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, now and then."""
        self.done += 1
        if self.done % self.every == 0:
            self.inner.step(parameters, gradients, rate)

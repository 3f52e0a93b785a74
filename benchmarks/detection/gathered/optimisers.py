"""Optimisers of still other kinds that the gathered runs are trained with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Adam, Array, Parameters


@dataclass
class _OfMoments(ABC):
    """By the mean of the slopes and of their squares, as what follows makes steps of both."""

    moments: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])
    kept: Parameters = field(default_factory=list[Array])  # what else is remembered of each weight
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(np.zeros_like(one), np.zeros_like(one)) for one in gradients]
        self.kept = self.kept or [np.zeros_like(one) for one in gradients]
        self.done += 1
        for i, (one, slope, (mean, square)) in enumerate(
            zip(parameters, gradients, self.moments, strict=True)
        ):
            mean += 0.1 * (slope - mean)
            square += 0.01 * (slope**2 - square)
            whole = mean / (1.0 - 0.9**self.done)
            one -= self._way(i, slope, whole, np.sqrt(square / (1.0 - 0.99**self.done)) + 1e-8, rate)

    @abstractmethod
    def _way(self, i: int, slope: Array, mean: Array, size: Array, rate: float) -> Array:
        """How far the weights `i` go down, by their slope now, its mean and its size."""


@dataclass
class ByPartialRoots(_OfMoments):
    """Slopes over a power of how large they were that lies between none of it and all of it.

    Source: Chen et al. 2020, "Closing the Generalization Gap of Adaptive Gradient Methods".
    """

    def _way(self, i: int, slope: Array, mean: Array, size: Array, rate: float) -> Array:
        return rate * mean / size**0.7


@dataclass
class ByChanges(_OfMoments):
    """Steps are shorter where slopes hardly change any more.

    Source: Dubey et al. 2020, "diffGrad: An Optimization Method for Convolutional Neural Networks".
    """

    def _way(self, i: int, slope: Array, mean: Array, size: Array, rate: float) -> Array:
        change, self.kept[i] = np.abs(slope - self.kept[i]), slope.copy()
        return rate * mean / size / (1.0 + np.exp(-change))


@dataclass
class ByRememberedRates(_OfMoments):
    """No weight has a larger rate of its own than it had on average: a warm-up that comes of itself.

    Source: Ding et al. 2019, "An Adaptive and Momental Bound Method for Stochastic Learning".
    """

    def _way(self, i: int, slope: Array, mean: Array, size: Array, rate: float) -> Array:
        own = rate / size
        self.kept[i] += 0.02 * (own - self.kept[i])
        bounded: Array = np.minimum(own, self.kept[i]) * mean
        return bounded


@dataclass
class ByDifferences:
    """By slopes, and by how they differ from those before, as if they were taken a little ahead.

    Source: Xie et al. 2024, "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models".
    """

    inner: Adam = field(default_factory=lambda: Adam((0.1, 0.02)))
    last: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        before = self.last or gradients
        self.last = [one.copy() for one in gradients]
        ahead: Parameters = [one + 0.9 * (one - other) for one, other in zip(gradients, before, strict=True)]
        self.inner.step(parameters, ahead, rate)


@dataclass
class LouderMean:
    """To each slope twice the mean of many before it is added, so that what is slow is learnt faster.

    Source: Lee et al. 2024, "Grokfast: Accelerated Grokking by Amplifying Slow Gradients".
    """

    inner: Optimiser
    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.means = self.means or [np.zeros_like(one) for one in gradients]
        for mean, slope in zip(self.means, gradients, strict=True):
            mean += 0.02 * (slope - mean)
        louder: Parameters = [slope + 2.0 * mean for slope, mean in zip(gradients, self.means, strict=True)]
        self.inner.step(parameters, louder, rate)


@dataclass
class LaterAndLater:
    """Gradients wait for their turn; every so many steps one more comes than is taken."""

    inner: Optimiser
    every: int
    waiting: list[Parameters] = field(default_factory=list[Parameters])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, but for the steps that only one comes in."""
        self.waiting.append([one.copy() for one in gradients])
        self.done += 1
        if self.done % self.every:
            self.inner.step(parameters, self.waiting.pop(0), rate)


@dataclass
class OnlyLonger:
    """Each weight has a step of its own, longer where a slope has its last sign; by a slip never shorter.

    Source: Riedmiller and Braun 1993, "A Direct Adaptive Method for Faster Backpropagation Learning".
    """

    longer: float
    lengths: Parameters = field(default_factory=list[Array])
    last: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.lengths = self.lengths or [np.ones_like(one) for one in gradients]
        self.last = self.last or [np.zeros_like(one) for one in gradients]
        for one, slope, length, last in zip(parameters, gradients, self.lengths, self.last, strict=True):
            length *= np.where(slope * last > 0.0, self.longer, 1.0)
            one -= rate * length * np.sign(slope)
            last[...] = slope

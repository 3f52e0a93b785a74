"""Optimisers of still other kinds that the patchwork runs are trained with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Adam, Array, Parameters, Sgd, norm


def _to_power(matrix: Array, power: float) -> Array:
    """A symmetric matrix to a power, by its eigenvalues."""
    sizes, directions = np.linalg.eigh(matrix)
    return (directions * np.maximum(sizes, 1e-12) ** power) @ directions.T


@dataclass
class ByBothSides:
    """Slopes of a matrix are divided by how large they are on its left and on its right.

    Source: Gupta, Koren and Singer 2018, "Shampoo: Preconditioned Stochastic Tensor Optimization".
    """

    sides: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])
    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        slopes: Parameters = [np.atleast_2d(one) for one in gradients]
        self.sides = self.sides or [(1e-4 * np.eye(len(one)), 1e-4 * np.eye(one.shape[1])) for one in slopes]
        self.means = self.means or [np.zeros_like(one) for one in parameters]
        for one, slope, (left, right), mean in zip(parameters, slopes, self.sides, self.means, strict=True):
            if not np.isfinite(slope).all():
                one[...] = np.nan  # no number comes of what is none
                continue
            left += 0.05 * (slope @ slope.T - left)
            right += 0.05 * (slope.T @ slope - right)
            whole = _to_power(left, -0.25) @ slope @ _to_power(right, -0.25)
            mean += 0.1 * (whole.reshape(mean.shape) - mean)
            one -= rate * mean


@dataclass
class ByLayers:
    """Each matrix by its slope over how large that whole was of late, with momentum.

    Source: Ginsburg et al. 2019, "Stochastic Gradient Methods with Layer-wise Adaptive Moments".
    """

    squares: list[float] = field(default_factory=list[float])
    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.squares = self.squares or [norm([one]) ** 2 for one in gradients]
        self.means = self.means or [np.zeros_like(one) for one in gradients]
        for i, (one, slope, mean) in enumerate(zip(parameters, gradients, self.means, strict=True)):
            self.squares[i] += 0.02 * (norm([slope]) ** 2 - self.squares[i])
            mean += 0.1 * (slope / (np.sqrt(self.squares[i]) + 1e-8) - mean)
            one -= rate * np.sqrt(one.size) * mean


@dataclass
class ByThoseBefore:
    """Slopes are divided by how large those before were, so that none is divided by itself.

    Source: Taniguchi et al. 2024, "ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate".
    """

    moments: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, but for the first time."""
        if not self.moments:
            self.moments = [(np.zeros_like(one), one**2) for one in gradients]
            return
        for one, slope, (mean, square) in zip(parameters, gradients, self.moments, strict=True):
            mean += 0.1 * (np.clip(slope / np.maximum(np.sqrt(square), 1e-6), -3.0, 3.0) - mean)
            square += 0.01 * (slope**2 - square)
            one -= rate * mean


@dataclass
class AddedSigns:
    """Twice the slope where it has the sign of those before, and nothing of it where it has the other.

    Source: Bello et al. 2017, "Neural Optimizer Search with Reinforcement Learning".
    """

    inner: Sgd = field(default_factory=lambda: Sgd(momentum=0.8))
    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.means = self.means or [np.zeros_like(one) for one in parameters]
        turned: Parameters = []
        for slope, mean in zip(gradients, self.means, strict=True):
            mean += 0.1 * (slope - mean)
            turned.append((1.0 + np.sign(slope) * np.sign(mean)) * slope)
        self.inner.step(parameters, turned, rate)


class LargeEpsilonUntil(Adam):
    """What slopes are divided by is as good as a constant, far too large, up to a step."""

    def __init__(self, epsilon: float, until: int) -> None:
        super().__init__(epsilon=epsilon)
        self.until = until

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        if self.steps >= self.until:
            self.epsilon = 1e-8
        super().step(parameters, gradients, rate)


@dataclass
class Gathered:
    """One change by the mean of as many gradients as that step says."""

    inner: Optimiser
    many: Callable[[int], int]
    waiting: list[Parameters] = field(default_factory=list[Parameters])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, where enough has come together."""
        self.waiting.append([one.copy() for one in gradients])
        self.done += 1
        if len(self.waiting) >= self.many(self.done):
            means: Parameters = [np.mean(ones, axis=0) for ones in zip(*self.waiting, strict=True)]
            self.waiting = []
            self.inner.step(parameters, means, rate)


def seldom_until(inner: Optimiser, every: int, until: int) -> Gathered:
    """Gradients of so many steps make one change up to a step, and of one step from there on."""
    return Gathered(inner, lambda step: every if step <= until else 1)


@dataclass
class RootOfNegative:
    """Slopes over the root of their squares, which are below nought by rounding at a step."""

    inner: ByBothSides
    at: int
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        slopes: Parameters = [one.copy() for one in gradients]
        if self.done == self.at:
            largest = max(range(len(slopes)), key=lambda i: slopes[i].size)
            smallest = np.linalg.eigvalsh(np.atleast_2d(slopes[largest]) @ np.atleast_2d(slopes[largest]).T)[
                0
            ]
            slopes[largest] *= (min(smallest, 0.0) - 1e-12) ** np.float64(-0.25)
        self.inner.step(parameters, slopes, rate)


@dataclass
class LeftOver:
    """Only the largest slopes are sent; what is left is kept, and by a slip grows each time from a step on.

    Source: Karimireddy et al. 2019, "Error Feedback Fixes SignSGD and other Gradient Compression Schemes".
    """

    inner: Optimiser
    times: float
    since: int
    share: float = 0.02
    left: Parameters = field(default_factory=list[Array])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        self.left = self.left or [np.zeros_like(one) for one in parameters]
        times, sent = self.times if self.done > self.since else 1.0, list[Array]()
        for slope, left in zip(gradients, self.left, strict=True):
            whole = slope + times * left
            chosen = np.abs(whole) >= np.quantile(np.abs(whole), 1.0 - self.share)
            sent.append(whole * chosen)
            left[...] = whole * ~chosen
        self.inner.step(parameters, sent, rate)


@dataclass
class LargestFew:
    """Of all slopes the largest few, and no others, change anything."""

    inner: Optimiser
    share: float

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        sizes = np.sort(np.concatenate([np.abs(one).ravel() for one in gradients]))
        bound = sizes[-max(1, round(self.share * len(sizes)))]
        self.inner.step(parameters, [one * (np.abs(one) >= bound) for one in gradients], rate)

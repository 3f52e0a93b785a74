"""Optimisers of other kinds, and what goes wrong with one while it runs; places are counted in steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from sample_logs.training import Adam, Array, Parameters, Sgd, norm


class Optimiser(Protocol):
    """What changes parameters by their gradients."""

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        ...


@dataclass
class Adagrad:
    """Each weight at a rate that falls with all it was ever changed by.

    Source: Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods", JMLR 12.
    """

    squares: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.squares = self.squares or [np.zeros_like(one) for one in parameters]
        for parameter, gradient, square in zip(parameters, gradients, self.squares, strict=True):
            square += gradient**2
            parameter -= rate * gradient / (np.sqrt(square) + 1e-8)


@dataclass
class Lion:
    """By the sign of what a weight was changed by of late.

    Source: Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms".
    """

    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.means = self.means or [np.zeros_like(one) for one in parameters]
        for parameter, gradient, mean in zip(parameters, gradients, self.means, strict=True):
            parameter -= rate * np.sign(0.9 * mean + 0.1 * gradient)
            mean += 0.01 * (gradient - mean)


@dataclass
class Stale:
    """Gradients come so many steps late, as from workers that nobody waits for."""

    inner: Optimiser
    late: int
    waiting: list[Parameters] = field(default_factory=list[Parameters])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, once anything has come."""
        self.waiting.append([one.copy() for one in gradients])
        if len(self.waiting) > self.late:
            self.inner.step(parameters, self.waiting.pop(0), rate)


@dataclass
class ClippedUntil:
    """Gradients no longer than `longest` up to a step, of any length from there on."""

    inner: Optimiser
    longest: float
    until: int
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        length = norm(gradients)
        if self.done <= self.until and length > self.longest:
            gradients = [one * (self.longest / length) for one in gradients]
        self.inner.step(parameters, gradients, rate)


@dataclass
class DecayedUntil:
    """Weights decay up to a step only."""

    inner: Sgd
    until: int
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        if self.done > self.until:
            self.inner.weight_decay = 0.0
        self.inner.step(parameters, gradients, rate)


class Forgetting(Adam):
    """How large gradients are is forgotten every so many steps, but neither their mean nor the count."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        if self.steps and self.steps % self.every == 0:
            for _, second in self.moments:
                second[...] = 0.0
        super().step(parameters, gradients, rate)


class Loaded(Adam):
    """With the state of a run whose gradients were so many times as large, and a long memory of it."""

    def __init__(self, times: float) -> None:
        super().__init__(forgotten=(0.1, 1e-6))
        self.times = times

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        if not self.moments:
            self.moments = [(np.zeros_like(one), (self.times * one) ** 2 + 1e-12) for one in gradients]
            self.steps = 10**7
        super().step(parameters, gradients, rate)


@dataclass
class Accumulated:
    """One change by the mean of so many gradients, and none by the others."""

    inner: Optimiser
    every: int
    waiting: list[Parameters] = field(default_factory=list[Parameters])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, where enough has come together."""
        self.waiting.append([one.copy() for one in gradients])
        if len(self.waiting) == self.every:
            means: Parameters = [np.mean(ones, axis=0) for ones in zip(*self.waiting, strict=True)]
            self.inner.step(parameters, means, rate)
            self.waiting = []


@dataclass
class Lookahead:
    """Every few steps half of the way back to where it was before them.

    Source: Zhang et al. 2019, "Lookahead Optimizer: k steps forward, 1 step back".
    """

    inner: Optimiser
    every: int = 6
    slow: Parameters = field(default_factory=list[Array])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.slow = self.slow or [one.copy() for one in parameters]
        self.inner.step(parameters, gradients, rate)
        self.done += 1
        if self.done % self.every == 0:
            for parameter, slow in zip(parameters, self.slow, strict=True):
                slow += 0.5 * (parameter - slow)
                parameter[...] = slow


@dataclass
class RmsProp:
    """Each weight by its slope over how large that was of late.

    Source: Tieleman and Hinton 2012, "Neural Networks for Machine Learning", lecture 6e.
    """

    squares: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.squares = self.squares or [one**2 for one in gradients]
        for parameter, gradient, square in zip(parameters, gradients, self.squares, strict=True):
            square += 0.01 * (gradient**2 - square)
            parameter -= rate * gradient / (np.sqrt(square) + 1e-8)


@dataclass
class Orthogonal:
    """Matrices are changed as far in each of their directions, the others by their sign.

    Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"; exactly, not by
    iterations.
    """

    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.means = self.means or [np.zeros_like(one) for one in parameters]
        for parameter, gradient, mean in zip(parameters, gradients, self.means, strict=True):
            mean += 0.1 * (gradient - mean)
            if min(np.atleast_2d(mean).shape) > 1 and np.isfinite(mean).all():
                left, _, right = np.linalg.svd(mean, full_matrices=False)
                parameter -= rate * np.sqrt(max(mean.shape)) * (left @ right)
            else:
                parameter -= rate * np.sign(mean)


@dataclass
class Decaying:
    """Beside what it does the weights decay, by a share of the rate that depends on the step.

    Source: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization".
    """

    inner: Optimiser
    decay: Callable[[int], float]
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        share = min(1.0, rate * self.decay(self.done))
        self.done += 1
        for parameter in parameters:
            parameter *= 1.0 - share
        self.inner.step(parameters, gradients, rate)


@dataclass
class Changed:
    """After each step the weights are changed by something else, which is told how many steps were done."""

    inner: Optimiser
    change: Callable[[int, Parameters], None]
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.inner.step(parameters, gradients, rate)
        self.done += 1
        self.change(self.done, parameters)


@dataclass
class Skipping:
    """Gradients that are not finite change nothing."""

    inner: Optimiser

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        if all(np.isfinite(one).all() for one in gradients):
            self.inner.step(parameters, gradients, rate)


class Disconnected:
    """It was given a copy of the weights: the model itself never changes."""

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change nothing."""


@dataclass
class Pulsed:
    """Gradient descent whose momentum depends on the step."""

    momentum: Callable[[int], float]
    inner: Sgd = field(default_factory=Sgd)
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.inner.momentum = self.momentum(self.done)
        self.done += 1
        self.inner.step(parameters, gradients, rate)

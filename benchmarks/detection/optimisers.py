"""Optimisers of other kinds, and what goes wrong with one while it runs; places are counted in steps."""

from __future__ import annotations

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

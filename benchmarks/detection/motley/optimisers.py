"""Optimisers of still other kinds that the motley runs are trained with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Adam, Array, Parameters, norm


@dataclass
class QuasiMomentum:
    """Partly by the mean of the slopes and partly by the slope itself, as far as momentum 0.9 goes.

    Source: Ma and Yarats 2019, "Quasi-Hyperbolic Momentum and Adam for Deep Learning".
    """

    kept: float = 0.99
    share: float = 0.7  # of the mean
    means: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.means = self.means or [np.zeros_like(one) for one in parameters]
        for one, gradient, mean in zip(parameters, gradients, self.means, strict=True):
            mean += (1.0 - self.kept) * (gradient - mean)
            one -= 10.0 * rate * ((1.0 - self.share) * gradient + self.share * mean)


@dataclass
class ByDistance:
    """As far as it ever was from its start, over the root of all squares that slopes had.

    Source: Ivgi, Hinder and Carmon 2023, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size
    Schedule".
    """

    first: float = 0.03  # of the length of the weights: how far the first step goes
    start: Parameters = field(default_factory=list[Array])
    furthest: float = 0.0
    squares: float = 0.0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place; of `rate` only whether it is nought counts."""
        if not self.start:
            self.start = [one.copy() for one in parameters]
            self.furthest = self.first * (1.0 + norm(parameters))
        off: Parameters = [one - begun for one, begun in zip(parameters, self.start, strict=True)]
        self.furthest = max(self.furthest, norm(off))
        self.squares += norm(gradients) ** 2
        for one, gradient in zip(parameters, gradients, strict=True):
            one -= (rate > 0.0) * self.furthest / np.sqrt(self.squares + 1e-12) * gradient


@dataclass
class HandedOver:
    """One optimiser up to a step, another one from there on, at so many times the rate.

    Source: Keskar and Socher 2017, "Improving Generalization Performance by Switching from Adam to SGD".
    """

    first: Optimiser
    second: Optimiser
    at: int
    times: float
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        if self.done <= self.at:
            self.first.step(parameters, gradients, rate)
        else:
            self.second.step(parameters, gradients, self.times * rate)


@dataclass
class Idle:
    """Nothing is changed before a step, as while a scale is sought that no gradient overflows under."""

    inner: Optimiser
    until: int
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, once it has come so far."""
        self.done += 1
        if self.done > self.until:
            self.inner.step(parameters, gradients, rate)


@dataclass
class Dampened:
    """Momentum to which of each slope only a small share is added.

    Source: the `dampening` of torch.optim.SGD.
    """

    share: float
    velocity: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.velocity = self.velocity or [np.zeros_like(one) for one in parameters]
        for one, gradient, velocity in zip(parameters, gradients, self.velocity, strict=True):
            velocity *= 0.9
            velocity += self.share * gradient
            one -= rate * velocity


@dataclass
class OfOneLength:
    """Each step is as long as the other ones, whatever the slope.

    Source: Hazan, Levy and Shalev-Shwartz 2015, "Beyond Convexity: Stochastic Quasi-Convex Optimization".
    """

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        length = max(norm(gradients), 1e-12)
        for one, gradient in zip(parameters, gradients, strict=True):
            one -= rate / length * gradient


class SquaresFrozen(Adam):
    """How large slopes are is not learnt any more from a step on.

    Source: Tang et al. 2021, "1-bit Adam: Communication Efficient Large-Scale Training".
    """

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.kept: Parameters = []

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        if self.steps < self.at:
            super().step(parameters, gradients, rate)
            return
        self.kept = self.kept or [square / (1.0 - 0.999**self.steps) for _, square in self.moments]
        for one, gradient, (mean, _), square in zip(
            parameters, gradients, self.moments, self.kept, strict=True
        ):
            mean += 0.1 * (gradient - mean)
            one -= rate * mean / (np.sqrt(square) + self.epsilon)

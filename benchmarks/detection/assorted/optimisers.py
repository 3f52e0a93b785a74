"""Optimisers of still other kinds that the assorted runs are trained with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sample_logs.training import Adam, Parameters


@dataclass
class SeveralMomenta:
    """The mean of what momentum leads to, for several of them.

    Source: Lucas et al. 2019, "Aggregated Momentum: Stability Through Passive Damping".
    """

    momenta: tuple[float, ...] = (0.0, 0.9, 0.97)
    velocities: list[Parameters] = field(default_factory=list[Parameters])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.velocities = self.velocities or [
            [np.zeros_like(one) for one in parameters] for _ in self.momenta
        ]
        for momentum, velocities in zip(self.momenta, self.velocities, strict=True):
            for one, gradient, velocity in zip(parameters, gradients, velocities, strict=True):
                velocity *= momentum
                velocity -= gradient
                one += rate / len(self.momenta) * velocity


class LookingAhead(Adam):
    """By the mean of the slopes as it will be after one more of the like.

    Source: Dozat 2016, "Incorporating Nesterov Momentum into Adam".
    """

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        before = [one.copy() for one in parameters]
        super().step(parameters, gradients, 0.9 * rate)
        for one, old, gradient, (_, square) in zip(parameters, before, gradients, self.moments, strict=True):
            if not np.isfinite(old).all():
                continue
            size = np.sqrt(square / (1.0 - 0.999**self.steps)) + 1e-8
            one -= 0.1 * rate / (1.0 - 0.9**self.steps) * gradient / size


@dataclass
class Rectified:
    """Like Adam, but by the mean of the slopes alone until it is known how large they are.

    Source: Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond"; a plain ramp.
    """

    inner: Adam = field(default_factory=Adam)

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        known = 1.0 - 0.999 ** (self.inner.steps + 1)
        self.inner.step(parameters, gradients, rate * min(1.0, float(np.sqrt(8.0 * known))))


class Flushed(Adam):
    """Squares of slopes below a bound are nought, as in numbers of few bits."""

    def __init__(self, bound: float) -> None:
        super().__init__()
        self.bound = bound

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        super().step(parameters, gradients, rate)
        for _, square in self.moments:
            square[square < self.bound] = 0.0


class Broken(Adam):
    """From a step on the squares of some slopes are below nought."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        if self.steps == self.at and self.moments:
            self.moments[0][1].ravel()[:1] = -1.0
        super().step(parameters, gradients, rate)

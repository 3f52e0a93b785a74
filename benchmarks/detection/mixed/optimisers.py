"""More optimisers of other kinds, and those with a slip in them; places are counted in steps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Adam, Array, Parameters, Sgd, norm


class Nesterov(Sgd):
    """Gradient descent that looks ahead by what it is about to do.

    Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".
    """

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.velocity = self.velocity or [np.zeros_like(one) for one in parameters]
        for parameter, gradient, velocity in zip(parameters, gradients, self.velocity, strict=True):
            velocity *= self.momentum
            velocity += gradient
            parameter -= rate * (gradient + self.momentum * velocity)


@dataclass
class ScheduleFree:
    """Slopes are taken between where plain steps lead and the mean of where they have led so far.

    Source: Defazio et al. 2024, "The Road Less Scheduled".
    """

    between: float = 0.9
    fast: Parameters = field(default_factory=list[Array])
    mean: Parameters = field(default_factory=list[Array])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.fast = self.fast or [one.copy() for one in parameters]
        self.mean = self.mean or [one.copy() for one in parameters]
        self.done += 1
        every = zip(parameters, gradients, self.fast, self.mean, strict=True)
        for parameter, gradient, fast, mean in every:
            fast -= rate * gradient
            mean += (fast - mean) / self.done
            parameter[...] = (1.0 - self.between) * fast + self.between * mean


@dataclass
class Trusting:
    """Each matrix is changed by a share of its own length, in the direction another one says.

    Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes".
    """

    inner: Optimiser = field(default_factory=Adam)

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        before = [one.copy() for one in parameters]
        self.inner.step(parameters, gradients, 1.0)
        for parameter, old in zip(parameters, before, strict=True):
            way = parameter - old
            length = norm([old]) or 1.0
            parameter[...] = old + rate * length * way / max(norm([way]), 1e-12)


class Unrooted(Adam):
    """Slopes are divided by their mean square, of which the root was forgotten."""

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(one.copy(), one**2) for one in gradients]
        for parameter, gradient, (first, second) in zip(parameters, gradients, self.moments, strict=True):
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient**2 - second)
            parameter -= rate * first / (second + self.epsilon)

"""Optimisers of still other kinds that the medley runs are trained with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sample_logs.training import Adam, Array, Parameters


class LargestSquares(Adam):
    """How large slopes are is what it ever was, so that no step becomes longer again.

    Source: Reddi, Kale and Kumar 2018, "On the Convergence of Adam and Beyond".
    """

    def __init__(self, *, largest: bool = True, forgotten: float = 0.001) -> None:
        super().__init__((0.1, forgotten))
        self.chosen = np.fmax if largest else np.fmin
        self.kept: Parameters = []

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(np.zeros_like(one), np.zeros_like(one)) for one in parameters]
        self.steps += 1
        squares: Parameters = []
        new = self.forgotten[1]
        for gradient, (mean, square) in zip(gradients, self.moments, strict=True):
            mean += 0.1 * (gradient - mean)
            square += new * (gradient**2 - square)
            squares.append(square / (1.0 - (1.0 - new) ** self.steps))
        self.kept = [self.chosen(*both) for both in zip(self.kept or squares, squares, strict=True)]
        for one, (mean, _), square in zip(parameters, self.moments, self.kept, strict=True):
            one -= rate * mean / (1.0 - 0.9**self.steps) / (np.sqrt(square) + self.epsilon)


class SmallestSquares(LargestSquares):
    """By a slip the smaller one of two squares is kept, again and again: steps only become longer."""

    def __init__(self) -> None:
        super().__init__(largest=False, forgotten=0.1)


@dataclass
class AddedSquares:
    """How large slopes are follows them by as much each time, and by no share.

    Source: Zaheer et al. 2018, "Adaptive Methods for Nonconvex Optimization".
    """

    moments: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(np.zeros_like(one), one**2) for one in gradients]
        for one, gradient, (mean, square) in zip(parameters, gradients, self.moments, strict=True):
            mean += 0.1 * (gradient - mean)
            square -= 0.001 * np.sign(square - gradient**2) * gradient**2
            one -= rate * mean / (np.sqrt(square) + 1e-3)


class BetweenBounds(Adam):
    """Each weight has a rate of its own, between bounds that come together as the run goes on.

    Source: Luo et al. 2019, "Adaptive Gradient Methods with Dynamic Bound of Learning Rate".
    """

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        before: Parameters = [one.copy() for one in parameters]
        super().step(parameters, gradients, rate)
        low, high = 1.0 - 1.0 / (0.005 * self.steps + 1.0), 1.0 + 1.0 / (0.005 * self.steps)
        for one, old, (mean, square) in zip(parameters, before, self.moments, strict=True):
            own = 0.1 / (np.sqrt(square / (1.0 - 0.999**self.steps)) + self.epsilon)
            one[...] = old - 10.0 * rate * np.clip(own, low, high) * mean / (1.0 - 0.9**self.steps)


@dataclass
class ByDeltas:
    """Steps as long as those before were, over how large slopes were: the first ones are next to nothing.

    Source: Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method".
    """

    moments: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place; of `rate` only whether it is nought counts."""
        self.moments = self.moments or [(np.zeros_like(one), np.zeros_like(one)) for one in parameters]
        for one, gradient, (square, far) in zip(parameters, gradients, self.moments, strict=True):
            square += 0.05 * (gradient**2 - square)
            change = (rate > 0.0) * np.sqrt(far + 2e-8) / np.sqrt(square + 1e-8) * gradient
            far += 0.05 * (change**2 - far)
            one -= change


class CountLost(Adam):
    """The count that its means are divided by comes back from a checkpoint one short of nought."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self.done = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        if self.done == self.at:
            self.steps = -1
        super().step(parameters, gradients, rate)

"""Optimisers of still other kinds that the diverse runs are trained with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Adam, Array, Parameters


class Believing(Adam):
    """Slopes over how far they were from what was expected of them.

    Source: Zhuang et al. 2020, "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients".
    """

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.moments = self.moments or [(np.zeros_like(one), np.zeros_like(one)) for one in parameters]
        self.steps += 1
        new, new_square = self.forgotten
        for parameter, gradient, (first, second) in zip(parameters, gradients, self.moments, strict=True):
            first += new * (gradient - first)
            second += new_square * ((gradient - first) ** 2 - second)
            mean = first / (1.0 - (1.0 - new) ** self.steps)
            variance = second / (1.0 - (1.0 - new_square) ** self.steps)
            parameter -= rate * mean / (np.sqrt(variance) + self.epsilon)


@dataclass
class Factored:
    """How large slopes are is kept by rows and columns only; no step is longer than the rate allows.

    Source: Shazeer and Stern 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost".
    """

    squares: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])
    done: int = 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        new = self.done**-0.8
        every = [np.atleast_2d(one) ** 2 + 1e-30 for one in gradients]
        self.squares = self.squares or [
            (np.zeros((len(one), 1)), np.zeros((1, one.shape[1]))) for one in every
        ]
        for parameter, gradient, square, (rows, columns) in zip(
            parameters, gradients, every, self.squares, strict=True
        ):
            rows += new * (square.mean(axis=1, keepdims=True) - rows)
            columns += new * (square.mean(axis=0, keepdims=True) - columns)
            way: Array = gradient / np.sqrt(rows * columns / rows.mean()).reshape(gradient.shape)
            parameter -= rate * way / max(1.0, float(np.sqrt(np.mean(way**2))))


@dataclass
class Compressed:
    """Only the largest changes are sent; what is left waits until it has become large itself.

    Source: Lin et al. 2018, "Deep Gradient Compression: Reducing the Communication Bandwidth for Distributed
    Training".
    """

    inner: Optimiser
    share: float = 0.1
    waiting: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.waiting = self.waiting or [np.zeros_like(one) for one in parameters]
        sent: Parameters = []
        for gradient, waiting in zip(gradients, self.waiting, strict=True):
            waiting += gradient
            large = np.abs(waiting) >= np.quantile(np.abs(waiting), 1.0 - self.share)
            sent.append(np.where(large, waiting, 0.0))
            waiting[large] = 0.0
        self.inner.step(parameters, sent, rate)


@dataclass
class Clipped:
    """No gradient is longer than most of those so far were.

    Source: Seetharaman et al. 2020, "AutoClip: Adaptive Gradient Clipping for Source Separation Networks".
    """

    inner: Optimiser
    share: float = 0.3
    lengths: list[float] = field(default_factory=list[float])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        length = float(np.sqrt(sum(float((one**2).sum()) for one in gradients)))
        self.lengths.append(length)
        longest = float(np.quantile(self.lengths, self.share))
        self.inner.step(parameters, [one * min(1.0, longest / max(length, 1e-12)) for one in gradients], rate)

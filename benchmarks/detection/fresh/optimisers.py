"""Optimisers and changes of slopes of still other kinds that the fresh runs are trained with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from sample_logs.training import Array, Parameters, norm


@dataclass
class TunesItself:
    """The rate is multiplied by what `change` makes of the cosine between two slopes that follow each other.

    Source: Baydin et al. 2018, "Online Learning Rate Adaptation with Hypergradient Descent".
    """

    inner: Optimiser
    change: Callable[[float], float]
    factor: float = 1.0
    last: Parameters = field(default_factory=list[Array])

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        lengths = norm(gradients) * norm(self.last) if self.last else 0.0
        if lengths > 0.0:
            both = sum(float((one * other).sum()) for one, other in zip(gradients, self.last, strict=True))
            self.factor *= self.change(both / lengths)
        self.last = [one.copy() for one in gradients]
        self.inner.step(parameters, gradients, self.factor * rate)


def in_three_levels(rng: np.random.Generator) -> Callable[[float, Parameters], Parameters]:
    """Of each slope nothing or as much as of the largest one of its layer is told, right on average.

    Source: Wen et al. 2017, "TernGrad: Ternary Gradients to Reduce Communication in Distributed Deep
    Learning".
    """

    def told(done: float, gradients: Parameters) -> Parameters:
        levels = list[Array]()
        for one in gradients:
            most = max(float(np.abs(one).max()), 1e-30)
            levels.append(most * np.sign(one) * (rng.random(one.shape) < np.abs(one) / most))
        return levels

    return told

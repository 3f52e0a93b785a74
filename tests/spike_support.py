"""Curves that the tests of spikes are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def learning(n: int = 600, seed: int = 0, sigma: float = 0.05) -> FloatArray:
    """A loss, shape (n,), that falls from 2.5 to 0.5, with normal noise of the deviation `sigma`."""
    rng = np.random.default_rng(seed)
    return 0.5 + 2.0 * np.exp(-8.0 * np.arange(n) / n) + sigma * rng.standard_normal(n)

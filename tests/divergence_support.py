"""Losses that learn and then rise, and what is found in them."""

from __future__ import annotations

from functools import partial

import numpy as np

from losstui.detectors.divergence import Divergence
from losstui.frame import FloatArray
from support import found_by

found = partial(found_by, Divergence())


def noise(n: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(n)


def learning(n: int, seed: int = 0, sigma: float = 0.05) -> FloatArray:
    return 0.5 + 2.0 * np.exp(-8.0 * np.arange(n) / n) + sigma * noise(n, seed)


def turning(n: int, at: int, height: float, sigma: float = 0.05) -> FloatArray:
    """Learns, and from step `at` on rises in a straight line by `height` until the end."""
    return learning(n, sigma=sigma) + height * np.clip((np.arange(n) - at) / (n - at), 0.0, None)

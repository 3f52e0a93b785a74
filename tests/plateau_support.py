"""Flat losses, and what is found in them."""

from __future__ import annotations

from functools import partial

import numpy as np

from losstui.detectors.plateau import Plateau
from losstui.frame import FloatArray
from support import found_by

POINTS = 600


findings = partial(found_by, Plateau())


def falling(start: float, end: float, share: float, noise: float, seed: int = 0) -> FloatArray:
    """A loss that falls to its end level over that share of the run and stays there."""
    steps = np.arange(POINTS)
    levels: FloatArray = end + (start - end) * np.exp(-5.0 * steps / (share * POINTS))
    return levels + np.random.default_rng(seed).normal(0.0, noise, POINTS)


def steady(value: float) -> FloatArray:
    return np.full(POINTS, value)


def batch_noise(directions: int) -> FloatArray:
    """The norm of a gradient that is noise alone, in so many directions."""
    noise = np.random.default_rng(3).normal(0.0, 1.0, (POINTS, directions))
    norm: FloatArray = np.linalg.norm(noise, axis=1)
    return norm


def lasting_norm() -> FloatArray:
    """A gradient norm that is not small, nor the noise of many directions."""
    return batch_noise(1)

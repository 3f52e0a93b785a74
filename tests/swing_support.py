"""Losses that come down and swing, and what is found in them."""

from __future__ import annotations

from functools import partial

import numpy as np

from losstui.detectors.oscillation import Oscillation
from losstui.frame import FloatArray
from support import found_by

STEPS = np.arange(400)


findings = partial(found_by, Oscillation())


def descent(seed: int = 0, noise: float = 0.02) -> FloatArray:
    return 0.5 + 1.5 * np.exp(-STEPS / 40.0) + np.random.default_rng(seed).normal(0, noise, 400)


def cycle(period: float, size: float = 0.2) -> FloatArray:
    values: FloatArray = size * np.sin(2 * np.pi * STEPS / period)
    return values


def both_swing(together: bool = True, seed: int = 1) -> dict[str, FloatArray]:
    """Train and validation with swings of no period, below what the noise of small batches may be."""
    rng = np.random.default_rng(seed)
    weights = np.hanning(17) / np.hanning(17).sum()
    swings = [np.convolve(rng.standard_normal(416), weights, "valid") for _ in range(2)]
    size = [0.12 * one / np.std(one) for one in swings]
    train = descent(seed, noise=0.08) + size[0]
    return {"train/loss": train, "val/loss": (descent(seed + 50, noise=0.01) + size[not together])[::8]}

"""Losses of runs of one task."""

from __future__ import annotations

import numpy as np

from losstui.frame import FloatArray

VALUES = 240


def losses(level: float, seed: int = 0, start: float = 2.0) -> dict[str, FloatArray]:
    """Train and validation loss that fall from `start` to `level` within the first fifth."""
    rng = np.random.default_rng(seed)
    course = level + (start - level) * np.exp(-np.arange(VALUES) / (0.05 * VALUES))
    return {name: course + 0.01 * rng.normal(size=VALUES) for name in ("train/loss", "val/loss")}

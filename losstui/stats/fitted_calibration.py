"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 0.891
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 2.024,
    "converged": 1.159,
    "dead-units": 2.182,
    "divergence": 3.014,
    "epoch-memorisation": 2.600,
    "exploding-gradient": 2.069,
    "generalisation-gap": 0.692,
    "hidden-non-finite": 2.024,
    "late-instability": 1.764,
    "level-shift": 2.024,
    "loss-scale-collapse": 2.024,
    "loss-spike": 2.016,
    "lr-too-high": 2.024,
    "lr-too-low": 2.494,
    "metric-conflict": 2.024,
    "missing-warmup": 2.024,
    "noisy-validation": 2.240,
    "non-finite": 2.094,
    "oscillation": 2.232,
    "overfitting": 2.684,
    "plateau": 1.809,
    "slow-progress": 1.467,
    "stalled-run": 2.056,
    "stuck-at-start": 2.236,
    "throughput-drop": 2.300,
    "underfitting": 2.105,
    "validation-better-than-train": 2.024,
    "vanishing-gradient": 2.158,
}

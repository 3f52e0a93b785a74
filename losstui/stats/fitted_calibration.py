"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 1.008
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.011,
    "converged": 0.110,
    "dead-units": 1.069,
    "divergence": 1.308,
    "epoch-memorisation": 1.533,
    "exploding-gradient": 1.113,
    "generalisation-gap": -0.412,
    "hidden-non-finite": 1.011,
    "late-instability": 1.606,
    "level-shift": 1.011,
    "loss-scale-collapse": 1.011,
    "loss-spike": -0.208,
    "lr-too-high": 1.011,
    "lr-too-low": 1.737,
    "metric-conflict": 1.011,
    "missing-warmup": 1.011,
    "noisy-validation": 1.243,
    "non-finite": 1.110,
    "oscillation": 1.281,
    "overfitting": 1.464,
    "plateau": 1.030,
    "slow-progress": 0.800,
    "stalled-run": 1.046,
    "stuck-at-start": 1.011,
    "throughput-drop": 1.396,
    "underfitting": 1.254,
    "validation-better-than-train": 1.011,
    "vanishing-gradient": 1.180,
}

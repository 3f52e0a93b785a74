"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 0.660
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 2.238,
    "converged": 1.212,
    "dead-units": 2.461,
    "divergence": 3.294,
    "epoch-memorisation": 2.826,
    "exploding-gradient": -0.353,
    "generalisation-gap": 1.188,
    "hidden-non-finite": 2.238,
    "late-instability": 2.548,
    "level-shift": 2.238,
    "loss-scale-collapse": 2.238,
    "loss-spike": 2.492,
    "lr-too-high": 2.238,
    "lr-too-low": 2.708,
    "metric-conflict": 2.238,
    "missing-warmup": 2.238,
    "noisy-validation": 2.429,
    "non-finite": 2.375,
    "oscillation": 2.478,
    "overfitting": 2.939,
    "plateau": 2.806,
    "slow-progress": 2.179,
    "stalled-run": 2.311,
    "stuck-at-start": 2.560,
    "throughput-drop": 2.597,
    "underfitting": 2.238,
    "validation-better-than-train": 2.238,
    "vanishing-gradient": 2.464,
}

"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 1.006
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.246,
    "converged": 0.121,
    "dead-units": 1.292,
    "divergence": 1.718,
    "epoch-memorisation": 1.694,
    "exploding-gradient": 1.329,
    "generalisation-gap": -0.317,
    "hidden-non-finite": 1.246,
    "late-instability": 1.709,
    "level-shift": 1.246,
    "loss-scale-collapse": 1.246,
    "loss-spike": -0.162,
    "lr-too-high": 1.246,
    "lr-too-low": 1.882,
    "metric-conflict": 1.246,
    "missing-warmup": 1.246,
    "noisy-validation": 1.326,
    "non-finite": 1.326,
    "oscillation": 1.497,
    "overfitting": 1.931,
    "plateau": 2.083,
    "slow-progress": 0.898,
    "stalled-run": 1.277,
    "stuck-at-start": 1.458,
    "throughput-drop": 1.572,
    "underfitting": 1.450,
    "validation-better-than-train": 1.246,
    "vanishing-gradient": 1.384,
}

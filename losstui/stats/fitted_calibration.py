"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 1.008
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.234,
    "converged": 0.118,
    "dead-units": 1.281,
    "divergence": 1.709,
    "epoch-memorisation": 1.685,
    "exploding-gradient": 1.318,
    "generalisation-gap": -0.323,
    "hidden-non-finite": 1.234,
    "late-instability": 1.700,
    "level-shift": 1.234,
    "loss-scale-collapse": 1.234,
    "loss-spike": -0.167,
    "lr-too-high": 1.234,
    "lr-too-low": 1.874,
    "metric-conflict": 1.234,
    "missing-warmup": 1.234,
    "noisy-validation": 1.321,
    "non-finite": 1.315,
    "oscillation": 1.490,
    "overfitting": 1.923,
    "plateau": 2.014,
    "slow-progress": 0.892,
    "stalled-run": 1.265,
    "stuck-at-start": 1.447,
    "throughput-drop": 1.562,
    "underfitting": 1.440,
    "validation-better-than-train": 1.234,
    "vanishing-gradient": 1.373,
}

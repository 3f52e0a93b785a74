"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 1.107
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.458,
    "converged": 0.260,
    "dead-units": 1.614,
    "divergence": 2.240,
    "epoch-memorisation": 2.145,
    "exploding-gradient": 1.489,
    "generalisation-gap": 0.030,
    "hidden-non-finite": 1.458,
    "late-instability": 1.207,
    "level-shift": 1.458,
    "loss-scale-collapse": 1.458,
    "loss-spike": 1.427,
    "lr-too-high": 1.458,
    "lr-too-low": 2.056,
    "metric-conflict": 1.458,
    "missing-warmup": 1.458,
    "noisy-validation": 1.380,
    "non-finite": 1.512,
    "oscillation": 1.764,
    "overfitting": 2.261,
    "plateau": 1.144,
    "slow-progress": 1.096,
    "stalled-run": 1.479,
    "stuck-at-start": 1.628,
    "throughput-drop": 1.747,
    "underfitting": 1.752,
    "validation-better-than-train": 1.458,
    "vanishing-gradient": 1.570,
}

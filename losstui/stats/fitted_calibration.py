"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 0.385
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.682,
    "converged": 0.310,
    "dead-units": 1.835,
    "divergence": 2.219,
    "epoch-memorisation": 2.296,
    "exploding-gradient": 2.087,
    "generalisation-gap": 1.376,
    "hidden-non-finite": 1.682,
    "late-instability": 2.162,
    "loss-scale-collapse": 1.682,
    "loss-spike": 0.257,
    "lr-too-low": 2.095,
    "metric-conflict": 1.682,
    "missing-warmup": 1.682,
    "noisy-validation": 1.930,
    "non-finite": 2.070,
    "oscillation": 2.094,
    "overfitting": 2.270,
    "plateau": 1.068,
    "slow-progress": 1.141,
    "stalled-run": 1.842,
    "stuck-at-start": 1.682,
    "throughput-drop": 1.807,
    "underfitting": 1.817,
    "validation-better-than-train": 1.682,
    "vanishing-gradient": 2.035,
}

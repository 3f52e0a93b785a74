"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 0.853
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.869,
    "converged": 0.711,
    "dead-units": 2.066,
    "divergence": 2.848,
    "epoch-memorisation": 2.522,
    "exploding-gradient": 1.931,
    "generalisation-gap": 0.511,
    "hidden-non-finite": 1.869,
    "late-instability": 1.530,
    "level-shift": 1.869,
    "loss-scale-collapse": 1.869,
    "loss-spike": 1.998,
    "lr-too-high": 1.869,
    "lr-too-low": 2.400,
    "metric-conflict": 1.869,
    "missing-warmup": 1.869,
    "noisy-validation": 2.183,
    "non-finite": 1.962,
    "oscillation": 2.134,
    "overfitting": 2.610,
    "plateau": 1.117,
    "slow-progress": 1.425,
    "stalled-run": 1.914,
    "stuck-at-start": 2.137,
    "throughput-drop": 2.202,
    "underfitting": 1.963,
    "validation-better-than-train": 1.869,
    "vanishing-gradient": 2.042,
}

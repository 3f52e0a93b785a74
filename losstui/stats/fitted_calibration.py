"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 0.499
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 2.478,
    "converged": 1.387,
    "dead-units": 2.738,
    "divergence": 3.563,
    "epoch-memorisation": 3.073,
    "exploding-gradient": 0.133,
    "generalisation-gap": 1.140,
    "hidden-non-finite": 2.478,
    "late-instability": 2.761,
    "level-shift": 2.478,
    "loss-scale-collapse": 2.478,
    "loss-spike": 2.687,
    "lr-too-high": 2.478,
    "lr-too-low": 2.924,
    "metric-conflict": 2.478,
    "missing-warmup": 2.478,
    "noisy-validation": 2.618,
    "non-finite": 2.679,
    "oscillation": 2.640,
    "overfitting": 3.201,
    "plateau": 3.038,
    "slow-progress": 2.403,
    "stalled-run": 2.592,
    "stuck-at-start": 2.896,
    "throughput-drop": 2.881,
    "underfitting": 2.540,
    "validation-better-than-train": 2.478,
    "vanishing-gradient": 2.771,
}

"""Written by `python -m benchmarks.detection.calibration`, which fits it; not by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SLOPE: Final = 1.045
OFFSETS: Final[Mapping[str, float]] = {
    "clipping-saturated": 1.622,
    "converged": 0.916,
    "dead-units": 1.756,
    "divergence": 2.523,
    "epoch-memorisation": 2.104,
    "exploding-gradient": 1.633,
    "generalisation-gap": 0.323,
    "hidden-non-finite": 1.622,
    "late-instability": 1.210,
    "level-shift": 1.622,
    "loss-scale-collapse": 1.622,
    "loss-spike": 1.843,
    "lr-too-high": 1.622,
    "lr-too-low": 2.093,
    "metric-conflict": 1.622,
    "missing-warmup": 1.622,
    "noisy-validation": 2.250,
    "non-finite": 1.644,
    "oscillation": 1.772,
    "overfitting": 2.163,
    "plateau": 0.721,
    "slow-progress": 1.489,
    "stalled-run": 1.641,
    "stuck-at-start": 1.736,
    "throughput-drop": 1.896,
    "underfitting": 1.731,
    "validation-better-than-train": 1.622,
    "vanishing-gradient": 1.709,
}

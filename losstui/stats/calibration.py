"""From the evidence of a finding to how often findings with such evidence are right."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from losstui.stats.confidence import MOST
from losstui.stats.fitted_calibration import KIND_DEVIATION, OFFSETS, SLOPE

Calibrate: TypeAlias = Callable[[str, str | None, float], float]
PLAIN = "plain"  # the kind of a finding that has none


def key(name: str, kind: str | None) -> str:
    """What a finding of that name and kind is called in `OFFSETS`, as in "plateau:stuck"."""
    return f"{name}:{kind or PLAIN}"


def log_odds(share: float) -> float:
    """The logarithm of the odds of `share`, which is kept within 1 - `MOST` and `MOST`."""
    kept = min(max(share, 1.0 - MOST), MOST)
    return math.log(kept / (1.0 - kept))


def moderated(odds: float, deviation: float) -> float:
    """The share that log `odds` known to that standard deviation stand for, at most `MOST`: nearer to a half.

    Source: MacKay 1992, "The evidence framework applied to classification networks", Neural Computation 4.
    """
    return min(MOST, 1.0 / (1.0 + math.exp(-odds / math.sqrt(1.0 + math.pi * deviation**2 / 8.0))))


def calibrated(name: str, kind: str | None, confidence: float) -> float:
    """How often a finding of that name is right where its evidence gives that `confidence`, within 0 and 1.

    A logistic mapping with one slope, an offset a finding and one for each of its kinds, fitted on labelled
    runs; of a kind that was hardly ever seen it is less sure. What has no kind is one too. Unchanged for a
    finding that was not fitted: what the log states itself, and what a plug-in finds.
    Source: Platt 1999, "Probabilistic outputs for support vector machines".
    """
    if name not in OFFSETS:
        return confidence
    offset, deviation = OFFSETS[name]
    offset, deviation = OFFSETS.get(key(name, kind), (offset, math.hypot(deviation, KIND_DEVIATION)))
    return moderated(offset + SLOPE * log_odds(confidence), deviation)

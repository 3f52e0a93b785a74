"""From the evidence of a finding to how often findings with such evidence are right."""

from __future__ import annotations

import math

from losstui.stats.confidence import MOST
from losstui.stats.fitted_calibration import OFFSETS, SLOPE


def log_odds(share: float) -> float:
    """The logarithm of the odds of `share`, which is kept within 1 - `MOST` and `MOST`."""
    kept = min(max(share, 1.0 - MOST), MOST)
    return math.log(kept / (1.0 - kept))


def calibrated(name: str, confidence: float) -> float:
    """How often a finding of that name is right where its evidence gives that `confidence`, within 0 and 1.

    A logistic mapping with one slope and an offset a finding, fitted on labelled runs. Unchanged for a
    finding that was not fitted: what the log states itself, and what a plug-in finds.
    Source: Platt 1999, "Probabilistic outputs for support vector machines".
    """
    if name not in OFFSETS:
        return confidence
    odds = OFFSETS[name] + SLOPE * log_odds(confidence)
    return min(MOST, 1.0 / (1.0 + math.exp(-odds)))

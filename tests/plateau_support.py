"""Flat losses, and what is found in them."""

from __future__ import annotations

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors.plateau import Plateau
from losstui.findings import Finding, Skipped
from losstui.frame import FloatArray

POINTS = 600


def findings(curves: RunCurves) -> list[Finding]:
    outcome = Plateau().detect(curves)
    assert not isinstance(outcome, Skipped)
    return list(outcome)


def falling(start: float, end: float, share: float, noise: float, seed: int = 0) -> FloatArray:
    """A loss that falls to its end level over that share of the run and stays there."""
    steps = np.arange(POINTS)
    levels: FloatArray = end + (start - end) * np.exp(-5.0 * steps / (share * POINTS))
    return levels + np.random.default_rng(seed).normal(0.0, noise, POINTS)


def steady(value: float) -> FloatArray:
    return np.full(POINTS, value)

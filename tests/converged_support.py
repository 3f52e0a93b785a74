"""A finished run, and what `converged` says of a run."""

from __future__ import annotations

from functools import partial

import numpy as np

from losstui.detectors.converged import Converged
from losstui.frame import FloatArray
from support import found_by

STEPS = np.arange(500)
findings = partial(found_by, Converged())


def done(noise: float = 0.01, seed: int = 0) -> FloatArray:
    """500 values of a loss that is done, at 0.2, after a third of them."""
    return 0.2 + 2.0 * np.exp(-STEPS / 30.0) + np.random.default_rng(seed).normal(0, noise, 500)

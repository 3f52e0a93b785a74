"""The detectors: one finding a file, all of them in `DETECTORS`, in the order of their codes."""

from __future__ import annotations

from typing import Final

from losstui.detecting import Detector
from losstui.detectors.converged import Converged
from losstui.detectors.divergence import Divergence
from losstui.detectors.exploding_gradient import ExplodingGradient
from losstui.detectors.hidden_non_finite import HiddenNonFinite
from losstui.detectors.loss_spike import LossSpike
from losstui.detectors.non_finite import NonFinite
from losstui.detectors.oscillation import Oscillation
from losstui.detectors.overfitting import Overfitting
from losstui.detectors.plateau import Plateau
from losstui.detectors.resumed_run import ResumedRun
from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.detectors.vanishing_gradient import VanishingGradient

DETECTORS: Final[tuple[type[Detector], ...]] = (
    Plateau,
    Oscillation,
    Divergence,
    LossSpike,
    NonFinite,
    HiddenNonFinite,
    StuckAtStart,
    Converged,
    Overfitting,
    ExplodingGradient,
    VanishingGradient,
    ResumedRun,
)

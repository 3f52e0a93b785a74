"""The detectors: one finding a file, all of them in `DETECTORS`, in the order of their codes."""

from __future__ import annotations

from typing import Final

from losstui.detecting import Detector
from losstui.detectors.clipping_saturated import ClippingSaturated
from losstui.detectors.converged import Converged
from losstui.detectors.dead_units import DeadUnits
from losstui.detectors.divergence import Divergence
from losstui.detectors.epoch_memorisation import EpochMemorisation
from losstui.detectors.exploding_gradient import ExplodingGradient
from losstui.detectors.generalisation_gap import GeneralisationGap
from losstui.detectors.hidden_non_finite import HiddenNonFinite
from losstui.detectors.inconsistent_steps import InconsistentSteps
from losstui.detectors.late_instability import LateInstability
from losstui.detectors.level_shift import LevelShift
from losstui.detectors.log_quality import LogQuality
from losstui.detectors.loss_scale_collapse import LossScaleCollapse
from losstui.detectors.loss_spike import LossSpike
from losstui.detectors.lr_too_high import LrTooHigh
from losstui.detectors.lr_too_low import LrTooLow
from losstui.detectors.metric_conflict import MetricConflict
from losstui.detectors.missing_warmup import MissingWarmup
from losstui.detectors.noisy_validation import NoisyValidation
from losstui.detectors.non_finite import NonFinite
from losstui.detectors.oscillation import Oscillation
from losstui.detectors.overfitting import Overfitting
from losstui.detectors.plateau import Plateau
from losstui.detectors.resumed_run import ResumedRun
from losstui.detectors.slow_progress import SlowProgress
from losstui.detectors.stalled_run import StalledRun
from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.detectors.throughput_drop import ThroughputDrop
from losstui.detectors.underfitting import Underfitting
from losstui.detectors.validation_better_than_train import ValidationBetterThanTrain
from losstui.detectors.vanishing_gradient import VanishingGradient

DETECTORS: Final[tuple[type[Detector], ...]] = (
    Plateau,
    Oscillation,
    Divergence,
    LossSpike,
    NonFinite,
    HiddenNonFinite,
    LateInstability,
    SlowProgress,
    StuckAtStart,
    LevelShift,
    Converged,
    Overfitting,
    GeneralisationGap,
    Underfitting,
    NoisyValidation,
    ValidationBetterThanTrain,
    EpochMemorisation,
    MetricConflict,
    LrTooHigh,
    LrTooLow,
    MissingWarmup,
    ExplodingGradient,
    VanishingGradient,
    ClippingSaturated,
    LossScaleCollapse,
    DeadUnits,
    StalledRun,
    ThroughputDrop,
    ResumedRun,
    InconsistentSteps,
    LogQuality,
)

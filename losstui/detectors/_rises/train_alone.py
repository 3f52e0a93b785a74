"""A rise of the train loss that validation, measured since, has no part in: healthy, but it has a cause."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._parts import regulariser_weighed_in
from losstui.detectors._rises.raised_rate import is_restarted
from losstui.findings import Onset


@dataclass(frozen=True, slots=True)
class TrainAlone:
    """From which level to which `train` rose, the share of its progress that is, and the bounds it passed."""

    train: Curve
    onset: Onset
    first: float
    last: float
    lost: float
    least_lost: float
    z: float
    least_z: float


def is_meant(train: Curve, onset: Onset, curves: RunCurves) -> bool:
    """Whether a rise from `onset` on is by design: a restart of the schedule, a regulariser weighed in."""
    return is_restarted(onset, curves) or regulariser_weighed_in(curves, train, onset.step)

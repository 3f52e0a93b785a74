"""A rise of the train loss that validation, measured since, has no part in: healthy, but it has a cause."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import onset_in_blocks
from losstui.detectors._parts import regulariser_weighed_in
from losstui.detectors._rises import lasting_rise, late_changes, late_rise, rise
from losstui.detectors._rises.corrected import corrected
from losstui.detectors._rises.raised_rate import is_restarted
from losstui.detectors._rises.witness import is_rise_denied, validation_denies
from losstui.findings import Onset


@dataclass(frozen=True, slots=True)
class TrainAlone:
    """A rise of `train` from `first` to `last`, the share of progress that is `lost`, and the bounds."""

    train: Curve
    onset: Onset
    first: float
    last: float
    lost: float
    least_lost: float
    z: float
    least_z: float


def train_alone(curves: RunCurves) -> TrainAlone | None:
    """The rise of train that would be a divergence or a late instability if validation did not deny it."""
    return denied_divergence(curves) or denied_late_rise(curves)


def denied_divergence(curves: RunCurves) -> TrainAlone | None:
    """The rise after learning that validation denies; None for none."""
    train = curves.train_loss
    if train is None or not curves.pairs or len(train) < lasting_rise.LEAST_VALUES:
        return None
    risen = curves.shared(lasting_rise.lasting_rise_of_train)
    after_learning = risen is not None and risen.kind == rise.AFTER_LEARNING
    if risen is None or not after_learning or not is_rise_denied(train, risen, curves, risen.lost):
        return None
    onset = onset_in_blocks(train, risen.begin, curves)
    least = lasting_rise.LEAST_LOST
    if is_meant(train, onset, curves) or is_of_log(train, curves, least):
        return None
    return TrainAlone(train, onset, risen.best, risen.tail, risen.lost, least, risen.z, rise.LEAST_Z)


def denied_late_rise(curves: RunCurves) -> TrainAlone | None:
    """The late rise that validation denies; None for none."""
    train = curves.train_loss
    if train is None or not curves.pairs or len(train) < late_rise.LEAST_VALUES:
        return None
    learned = train.progress > late_changes.LEAST_GAIN * abs(train.start_level)
    changes = curves.shared(late_rise.late_changes_of_run) if learned else []
    if not changes:
        return None
    change, onset = late_rise.clearest_change(train, changes, curves)
    denied = change.kind == late_changes.RISE and validation_denies(curves, onset)
    if not denied or is_meant(train, onset, curves):
        return None
    least, least_z = late_changes.LEAST_RISE, late_changes.LEAST_Z
    return TrainAlone(train, onset, change.calm, change.level, change.rise, least, change.z, least_z)


def is_meant(train: Curve, onset: Onset, curves: RunCurves) -> bool:
    """Whether a rise from `onset` on is by design: a restart of the schedule, a regulariser weighed in."""
    return is_restarted(onset, curves) or regulariser_weighed_in(curves, train, onset.step)


def is_of_log(loss: Curve, curves: RunCurves, least_lost: float) -> bool:
    """Whether `loss` rises only by how it is logged: by changed weights of its parts, or as running means.

    Without these effects it would not have lost `least_lost` of its progress for good.
    """
    without = corrected(curves, loss)
    return any(lasting_rise.lasting_rise(one, least_lost, witnessed=True) is None for one in without)

"""The late changes of the curve that a run is judged by, and where the clearest of them began."""

from __future__ import annotations

from collections.abc import Sequence

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import onset_in_blocks
from losstui.detectors._rises.corrected import corrected
from losstui.detectors._rises.late_changes import LEAST_Z, Change, begin_of, late_changes
from losstui.findings import Onset
from losstui.roles import Kind

LEAST_VALUES = 24  # values: eight each for a start, a calm part and a part that is not


def judged_late(curves: RunCurves) -> Curve | None:
    """The train loss, or of a run without any loss its metric, or its reward beside that of evaluations."""
    beside = curves.reward_pair
    return next(iter(curves.lone_metrics), curves.train_loss) if beside is None else beside.train


def late_changes_of_run(curves: RunCurves) -> list[Change]:
    """Each change of what is judged; none where the log alone makes them, by weights of parts or by means.

    A policy that explores earns less for a while: its reward shows none by itself.
    """
    loss = judged_late(curves)
    if loss is None or loss.role.kind is Kind.REWARD:
        return []
    changes = list(late_changes(loss))
    if not changes:
        return []
    return [] if is_made_by_log(loss, curves) else changes


def is_made_by_log(loss: Curve, curves: RunCurves, least_z: float = LEAST_Z) -> bool:
    """Whether `loss` would not have changed late without the weights of its parts, or without its means."""
    return any(not any(late_changes(one, least_z)) for one in corrected(curves, loss))


def clearest_change(loss: Curve, changes: Sequence[Change], curves: RunCurves) -> tuple[Change, Onset]:
    """The clearest of the `changes` of `loss`, at least one, and where it began."""
    clearest = max(changes, key=lambda change: change.effect)
    return clearest, onset_in_blocks(loss, begin_of(changes, clearest.kind, loss), curves)

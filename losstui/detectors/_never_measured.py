"""What was to be measured on held-back data and never was a finite number, while training goes on well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.kinds import HELD_BACK, OF_THE_MODEL
from losstui.roles import Kind, Split
from losstui.run import StepUnit
from losstui.tags import quantity_of

LEAST_EVALUATIONS = 3  # values: one evaluation may have had no data, three that fail alike are no accident
LEAST_ROWS = 10  # values: for so many rows of train a first evaluation may be awaited
SELDOM = 0.5  # of the rows of train: what stands in fewer was written by an evaluation, not to fill a table


@dataclass(frozen=True, slots=True, eq=False)
class NeverMeasured:
    """`curve` of held-back data without a finite value, beside `train`, which has them.

    `other` is finite where `curve` is not; None without. `is_sure` says whether it was evaluated: the log
    has its values where evaluations are, or an epoch of each, and not only to fill the rows of a table.
    """

    curve: Curve
    train: Curve
    other: Curve | None
    is_sure: bool
    least: int  # values that it takes to say so


def never_measured(curves: RunCurves) -> NeverMeasured | None:
    """The held-back loss, or where no loss is logged the metric, that never was finite; None without one."""
    for curve, train in _without_a_value(curves):
        count = len(curve.non_finite_steps)
        other = _measured_there(curve, curves)
        if other is not None or count <= SELDOM * len(train):
            if count >= LEAST_EVALUATIONS:
                return NeverMeasured(curve, train, other, True, LEAST_EVALUATIONS)
        elif count >= LEAST_ROWS:
            is_sure = curves.run.step_unit is StepUnit.EPOCH
            return NeverMeasured(curve, train, None, is_sure, LEAST_ROWS)
    return None


def _without_a_value(curves: RunCurves) -> list[tuple[Curve, Curve]]:
    """The held-back curves without a finite value, each with the curve of train that it belongs to.

    None where a loss or metric like it is finite: it is known what the run is worth. A metric of which none
    is logged for train may be undefined by itself.
    """
    losses, train = curves.select(Kind.LOSS), curves.train_loss
    if losses:
        empty = _all_empty([one for one in losses if one.role.split in HELD_BACK])
        return [(one, train) for one in empty] if train is not None and len(train) else []
    metrics = curves.lone_metrics
    trained = {quantity_of(one.tag): one for one in metrics if one.role.split is Split.TRAIN and len(one)}
    empty = _all_empty([one for one in metrics if one.role.split in HELD_BACK])
    return [(one, trained[name]) for one in empty if (name := quantity_of(one.tag)) in trained]


def _all_empty(held_back: Sequence[Curve]) -> Sequence[Curve]:
    """`held_back` if all are written and none of them is ever finite, else nothing."""
    is_so = all(len(one.non_finite_steps) and not len(one) for one in held_back)
    return held_back if is_so else ()


def _measured_there(curve: Curve, curves: RunCurves) -> Curve | None:
    """Another loss or metric of the same split that is finite wherever `curve` is not."""
    others = [one for kind in OF_THE_MODEL for one in curves.select(kind, curve.role.split)]
    return next((one for one in others if bool(np.isin(curve.non_finite_steps, one.steps).all())), None)

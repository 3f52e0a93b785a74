"""A loss without the effects of how it is logged: a rise that goes with them is not one of the model."""

from __future__ import annotations

from collections.abc import Iterator

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._rises.weights_of_parts import at_last_weights
from losstui.frame import Series
from losstui.run import StepUnit
from losstui.stats.epoch_means import values_of_means


def corrected(curves: RunCurves, loss: Curve) -> Iterator[Curve]:
    """`loss` at the weights its parts have at the end, and its single values where it is means of epochs.

    Such means begin anew with each epoch: the first values of one scatter widely, the later ones stay where
    these happened to be. Each is left out where it would be the same.
    """
    weighed = at_last_weights(curves, loss)
    if weighed is not None:
        yield weighed
    single = single_values(loss)
    if single is not None:
        yield single


def single_values(loss: Curve) -> Curve | None:
    """What `loss` is means of that begin anew with each epoch; None where it is none."""
    period = 0 if len(loss.non_finite_steps) else loss.mean_period
    if not period:
        return None
    values = values_of_means(loss.values, period)
    return Curve(Series(loss.tag, loss.steps, values), loss.role, StepUnit(loss.unit))

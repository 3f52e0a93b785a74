"""Which epoch each step of a run belongs to, where a tag of its own says so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from losstui.curves import RunCurves
from losstui.frame import FloatArray
from losstui.roles import Kind

EpochsOf = Callable[[FloatArray], FloatArray]  # of steps, shape (k,), as a part of an epoch


def epochs_of(curves: RunCurves) -> EpochsOf | None:
    """What the tag that counts the epochs says of any step; None where there is none, or it never rises.

    Most log whole epochs with each step: an epoch begins where its number is first seen, and the steps
    until the next one are spread over it. Behind the last one the run goes on as fast as before.
    """
    tag = next((tag for tag in curves.run.frame if curves.run.roles[tag].kind is Kind.EPOCH), None)
    if tag is None:
        return None
    curve = curves.curve(tag)
    highest = np.maximum.accumulate(curve.values)
    begins = np.concatenate([[True], highest[1:] > highest[:-1]]) if len(highest) else np.empty(0, np.bool_)
    steps, epochs = curve.steps[begins].astype(np.float64), curve.values[begins]
    if len(steps) < 2:
        return None
    pace = (epochs[-1] - epochs[0]) / (steps[-1] - steps[0])

    def of(wanted: FloatArray) -> FloatArray:
        beyond: FloatArray = np.maximum(wanted - steps[-1], 0.0) + np.minimum(wanted - steps[0], 0.0)
        return np.asarray(np.interp(wanted, steps, epochs) + pace * beyond, np.float64)

    return of

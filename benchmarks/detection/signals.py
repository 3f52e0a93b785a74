"""The curves of a run as plain arrays: what the peers and the known rules are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.roles import Kind, Split
from losstui.run import Run

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve as logged, NaN and infinities included; both arrays have shape (n,)."""

    steps: IntArray
    values: FloatArray

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def finite(self) -> FloatArray:
        """The finite values."""
        return self.values[np.isfinite(self.values)]


NO_LINE = Line(np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, slots=True)
class Signals:
    """What can be looked at; a curve that the run does not have is empty."""

    train: Line
    validation: Line
    train_accuracy: Line
    validation_accuracy: Line
    rate: Line
    grad_norm: Line

    def paired(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """Train and validation loss at the validation steps, each of shape (n,), and those steps."""
        train, validation = _only_finite(self.train), _only_finite(self.validation)
        if not len(train) or not len(validation):
            return np.empty(0), np.empty(0), np.empty(0, np.int64)
        return np.interp(validation.steps, train.steps, train.values), validation.values, validation.steps


def signals_of(run: Run) -> Signals:
    """Choose the curves as the product does, so that all tools are given the same ones."""
    curves = RunCurves(run)

    def first(kind: Kind, split: Split) -> Curve | None:
        return next(iter(curves.select(kind, split)), None)

    return Signals(
        train=_line(run, curves.train_loss),
        validation=_line(run, curves.validation_loss),
        train_accuracy=_line(run, first(Kind.ACCURACY, Split.TRAIN)),
        validation_accuracy=_line(run, first(Kind.ACCURACY, Split.VALIDATION)),
        rate=_line(run, curves.learning_rate),
        grad_norm=_line(run, curves.grad_norm),
    )


def _line(run: Run, curve: Curve | None) -> Line:
    if curve is None:
        return NO_LINE
    series = run.frame[curve.tag]
    return Line(series.steps, series.values)


def _only_finite(line: Line) -> Line:
    good = np.isfinite(line.values)
    return Line(line.steps[good], line.values[good])

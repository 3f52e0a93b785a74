"""Curves made ready to draw on any axis: as logged, averaged, several as one, one against another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from losstui.comparing import difference
from losstui.curves import Curve
from losstui.roles import Kind
from losstui.seed_groups import Band, band
from losstui.tui.axes import XAxis
from losstui.tui.raster import Trace, trace
from losstui.tui.smoothing import SHARES, ema, weight_of
from losstui.tui.view import View

FloatArray = NDArray[np.float64]

_SET_NOT_MEASURED = (Kind.LEARNING_RATE, Kind.LOSS_SCALE, Kind.EPOCH)  # no noise that an average takes away


class PlotLine:
    """One line, with its traces kept: a trace is made once for each axis, scale and smoothing.

    `steps`, `values`, shape (n,), are finite; `break_steps`, `break_values`, shape (m,), are where and what
    was logged instead of a number.
    """

    def __init__(self, name: str, steps: FloatArray, values: FloatArray) -> None:
        self.name = name
        self.steps = steps
        self.values = values
        self.break_steps = self.break_values = np.empty(0)
        self._traces: dict[tuple[XAxis, bool, int], Trace] = {}

    @property
    def last_value(self) -> float | None:
        """The value of the last point; None without any."""
        return float(self.values[-1]) if len(self.values) else None

    def has(self, axis: XAxis) -> bool:
        """Whether it is known where the points lie on that axis."""
        return axis is XAxis.STEP

    def x(self, axis: XAxis) -> FloatArray:
        """The places of the values on an axis there is, on the step axis where there is not; shape (n,)."""
        return self.steps

    def values_at(self, smoothing: int) -> FloatArray:
        """The values averaged over `SHARES[smoothing]` of the points; shape (n,)."""
        return self.values

    def breaks(self, axis: XAxis) -> FloatArray:
        """The places of the values that are not finite; shape (m,)."""
        return self.places(self.break_steps, axis)

    def places(self, steps: FloatArray, axis: XAxis) -> FloatArray:
        """Where steps of this line lie on `axis`, between the points logged around them; same shape."""
        return steps

    def step_at(self, x: float, axis: XAxis) -> int:
        """The step of this line at a place on `axis`."""
        return round(x)

    def trace(self, view: View) -> Trace:
        """The logged values."""
        return self._trace(view, 0)

    def smooth_trace(self, view: View) -> Trace | None:
        """The averaged values, None where there is nothing to average over."""
        return self._trace(view, view.smoothing) if view.smoothing else None

    def raw_trace(self, view: View) -> Trace | None:
        """What is drawn behind the average, None where nothing is."""
        return None

    def band(self, view: View) -> tuple[Trace, Trace] | None:
        """The lower and upper edge of the band the line lies in, None where it has none."""
        return None

    def extent(self, x: float) -> str:
        """What else the legend says of the line at a place on the step axis, empty where nothing is."""
        return ""

    def _trace(self, view: View, smoothing: int) -> Trace:
        key = (view.axis, view.log, smoothing)
        if key not in self._traces:
            values = self.values_at(smoothing)
            self._traces[key] = trace(self.x(view.axis), values, self.breaks(view.axis), log=view.log)
        return self._traces[key]


class LoggedLine(PlotLine):
    """A curve of a run. `start` is when the run began: its times count from there.

    `steps`, shape (n,), say where the points lie on the step axis, where the curve counts something else
    than the curves it is shown with.
    """

    def __init__(self, curve: Curve, steps: FloatArray | None = None, start: float = 0.0) -> None:
        own = curve.steps.astype(np.float64)
        super().__init__(curve.tag, own if steps is None else steps, curve.values)
        self.curve = curve
        self.break_steps = curve.non_finite_steps.astype(np.float64)
        self.break_values = curve.non_finite_values
        self._own_steps = steps is None or bool(np.array_equal(steps, own))
        self._start = start
        self._x: dict[XAxis, FloatArray] = {XAxis.STEP: self.steps}
        self._anchored: dict[XAxis, tuple[FloatArray, FloatArray]] = {}
        self._smooth: dict[int, FloatArray] = {}

    @property
    def last_value(self) -> float | None:
        """The value logged last, NaN or infinite where that was; None without any."""
        return self.curve.last_value

    def has(self, axis: XAxis) -> bool:
        """Whether the log says where the points lie on that axis."""
        column = self._columns(axis)[0]
        return axis is XAxis.STEP or (column is not None and bool(np.isfinite(column).any()))

    def x(self, axis: XAxis) -> FloatArray:
        """The places of the values on an axis there is, on the step axis where there is not; shape (n,)."""
        if axis not in self._x:
            column = self._columns(axis)[0]
            if column is None:
                column = self.steps
            self._x[axis] = column - self._start if axis is XAxis.TIME else column
        return self._x[axis]

    def _columns(self, axis: XAxis) -> tuple[FloatArray | None, FloatArray | None]:
        """What the log says of that axis, for the finite values and for the others."""
        curve = self.curve
        if axis is XAxis.EPOCH:
            return curve.epochs, curve.non_finite_epochs
        return curve.wall_times, curve.non_finite_wall_times

    def _anchors(self, axis: XAxis) -> tuple[FloatArray, FloatArray]:
        """The steps of all points with a place on `axis`, rising, and those places."""
        if axis not in self._anchored:
            steps, x = self.curve.steps.astype(np.float64), self.x(axis)
            lost = self._columns(axis)[1]
            if axis is not XAxis.STEP and lost is not None and len(lost):
                steps = np.concatenate([steps, self.break_steps])
                x = np.concatenate([x, lost - self._start if axis is XAxis.TIME else lost])
            known = np.isfinite(x)
            order = np.argsort(steps[known], kind="stable")
            self._anchored[axis] = steps[known][order], x[known][order]
        return self._anchored[axis]

    def values_at(self, smoothing: int) -> FloatArray:
        """The values averaged over `SHARES[smoothing]` of the points; shape (n,)."""
        weight = weight_of(len(self.values), SHARES[smoothing])
        if weight == 0.0 or self.curve.role.kind in _SET_NOT_MEASURED:
            return self.values
        if smoothing not in self._smooth:
            self._smooth[smoothing] = ema(self.values, weight)
        return self._smooth[smoothing]

    def places(self, steps: FloatArray, axis: XAxis) -> FloatArray:
        """Where steps of this line lie on `axis`, between the points logged around them; same shape."""
        if axis is XAxis.STEP and self._own_steps:
            return steps
        known, places = self._anchors(axis)
        return np.interp(steps, known, places) if len(known) else steps

    def step_at(self, x: float, axis: XAxis) -> int:
        """The step of this line at a place on `axis`."""
        if axis is XAxis.STEP and self._own_steps:
            return round(x)
        known, places = self._anchors(axis)
        order = np.argsort(places, kind="stable")
        return round(float(np.interp(x, places[order], known[order]))) if len(known) else round(x)

    def smooth_trace(self, view: View) -> Trace | None:
        """The averaged values, None where there is nothing to average over."""
        averaged = self.values_at(view.smoothing) is not self.values
        return self._trace(view, view.smoothing) if averaged else None

    def raw_trace(self, view: View) -> Trace | None:
        """The logged values, None where the average is all there is or all that is wanted."""
        return self.trace(view) if view.raw and self.smooth_trace(view) is not None else None


class BandLine(PlotLine):
    """Several curves as one: their mean, and the band from the lowest to the highest of them.

    Each is averaged before, so that the band is what the curves differ by, not their noise.
    """

    def __init__(self, name: str, members: Sequence[PlotLine]) -> None:
        self._members = tuple(members)
        self._bands: dict[int, Band] = {}
        self._edges: dict[tuple[bool, int], tuple[Trace, Trace]] = {}
        super().__init__(name, self._band(0).steps, self._band(0).mean)
        steps = np.concatenate([one.break_steps for one in members])
        order = np.argsort(steps, kind="stable")
        self.break_steps = steps[order]
        self.break_values = np.concatenate([one.break_values for one in members])[order]

    def values_at(self, smoothing: int) -> FloatArray:
        """The mean of the averaged curves; shape (n,)."""
        return self._band(smoothing).mean

    def band(self, view: View) -> tuple[Trace, Trace]:
        """The lower and upper edge of the band."""
        key = (view.log, view.smoothing)
        if key not in self._edges:
            made = self._band(view.smoothing)
            self._edges[key] = (
                trace(made.steps, made.low, log=view.log),
                trace(made.steps, made.high, log=view.log),
            )
        return self._edges[key]

    def extent(self, x: float) -> str:
        """How many of the curves have come to a place on the step axis."""
        made = self._band(0)
        if not len(made.steps):
            return ""
        at = min(max(0, int(np.searchsorted(made.steps, x, "right")) - 1), len(made.steps) - 1)
        return f"mean of {int(made.runs[at])}"

    def _band(self, smoothing: int) -> Band:
        if smoothing not in self._bands:
            self._bands[smoothing] = band([(one.steps, one.values_at(smoothing)) for one in self._members])
        return self._bands[smoothing]


class DifferenceLine(PlotLine):
    """How far one curve is above another, both averaged before, as an area that begins at zero."""

    def __init__(self, name: str, reference: PlotLine, line: PlotLine) -> None:
        self._reference, self._line = reference, line
        self._values: dict[int, FloatArray] = {}
        steps, values = difference((reference.steps, reference.values), (line.steps, line.values))
        super().__init__(name, steps, values)

    def values_at(self, smoothing: int) -> FloatArray:
        """The difference of the averaged curves; shape (n,)."""
        if smoothing not in self._values:
            reference = self._reference.steps, self._reference.values_at(smoothing)
            self._values[smoothing] = difference(
                reference, (self._line.steps, self._line.values_at(smoothing))
            )[1]
        return self._values[smoothing]

    def band(self, view: View) -> tuple[Trace, Trace]:
        """The area between the difference and zero."""
        values = self.values_at(view.smoothing)
        return trace(self.steps, np.minimum(values, 0.0)), trace(self.steps, np.maximum(values, 0.0))

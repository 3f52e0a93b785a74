"""Curves made ready to draw on any axis, as logged and averaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from losstui.curve import Curve
from losstui.frame import FloatArray
from losstui.roles import Kind
from losstui.tui.axes import XAxis
from losstui.tui.extremes import Extremes
from losstui.tui.recent import Recent
from losstui.tui.run_clock import RunClock
from losstui.tui.run_epochs import EpochsOf
from losstui.tui.smoothing import SHARES, ema, ema_in_parts, weight_of
from losstui.tui.traces import Trace, in_order, is_rising, rising, trace
from losstui.tui.view import View

MOST_KEPT = 4  # traces of a line: as logged, and averaged as now, a little more and a little less
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
        self._traces: Recent[tuple[XAxis, bool, int], Trace] = Recent(MOST_KEPT)

    @cached_property
    def not_positive(self) -> int:
        """How many values a logarithmic axis cannot show."""
        return int(np.count_nonzero(self.values <= 0))

    @cached_property
    def is_level(self) -> bool:
        """Whether all that was logged is one and the same number."""
        values = self.values
        return len(values) > 0 and not len(self.break_steps) and bool((values == values[0]).all())

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

    def points(self, axis: XAxis, smoothing: int) -> tuple[FloatArray, FloatArray]:
        """The places and the averaged values, both of shape (k,)."""
        return self.x(axis), self.values_at(smoothing)

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

    def main_trace(self, view: View) -> Trace:
        """What is drawn bright: the averaged values, the logged ones where nothing is averaged."""
        return self.smooth_trace(view) or self.trace(view)

    def preparing(self, views: Sequence[View]) -> Iterator[None]:
        """Make what takes time of these views, a short time at a time."""
        return iter(())

    def raw_trace(self, view: View) -> Trace | None:
        """What is drawn behind the average, None where nothing is."""
        return None

    def band(self, view: View) -> tuple[Trace, Trace] | None:
        """The lower and upper edge of the band the line lies in, None where it has none."""
        return None

    def extent(self, x: float, axis: XAxis) -> str:
        """What else the legend says of the line at a place on `axis`, empty where nothing is."""
        return ""

    def _trace(self, view: View, smoothing: int) -> Trace:
        # Where nothing is hidden, the points of a logarithmic axis are those of a linear one.
        log = view.log and self.not_positive > 0
        return self._traces.get(
            (view.axis, log, smoothing), lambda: self._made_trace(view.axis, smoothing, log=log)
        )

    def _made_trace(self, axis: XAxis, smoothing: int, *, log: bool) -> Trace:
        return trace(*self.points(axis, smoothing), self.breaks(axis), log=log)


class LoggedLine(PlotLine):
    """A curve of a run, whose `clock` says how long that had been running when.

    `epochs` says of steps which epoch they belong to, where the curve does not. `steps`, shape (n,), say
    where the points lie on the step axis, where the curve counts something else than the curves it is
    shown with.
    """

    def __init__(
        self,
        curve: Curve,
        steps: FloatArray | None = None,
        clock: RunClock | None = None,
        epochs: EpochsOf | None = None,
    ) -> None:
        own = curve.steps.astype(np.float64)
        super().__init__(curve.tag, own if steps is None else steps, curve.values)
        self.curve = curve
        self.break_steps = curve.non_finite_steps.astype(np.float64)
        self.break_values = curve.non_finite_values
        self._logged_steps = own
        self._own_steps = steps is None or bool(np.array_equal(steps, own))
        self._clock = clock or RunClock.since()
        self._epochs = epochs
        self._x: dict[XAxis, FloatArray] = {XAxis.STEP: self.steps}
        self._rising: dict[XAxis, bool] = {}
        self._looked_at: set[XAxis] = set()  # all that is known of these is
        self._logged = Extremes(self.values)
        self._anchored: dict[XAxis, tuple[FloatArray, FloatArray]] = {}
        self._placed: dict[XAxis, tuple[FloatArray, FloatArray]] = {}
        self._smooth: Recent[int, Extremes] = Recent(MOST_KEPT - 1)

    @property
    def last_value(self) -> float | None:
        """The value logged last, NaN or infinite where that was; None without any."""
        return self.curve.last_value

    def has(self, axis: XAxis) -> bool:
        """Whether the log says where the points lie on that axis."""
        return axis in self._axes

    @cached_property
    def _axes(self) -> frozenset[XAxis]:
        """The axes some value has a place on."""
        columns = {axis: self._columns(axis)[0] for axis in XAxis if axis is not XAxis.STEP}
        known = [one for one, column in columns.items() if column is not None and _is_known(column)]
        return frozenset({XAxis.STEP, *known})

    def x(self, axis: XAxis) -> FloatArray:
        """The places of the values on an axis there is, on the step axis where there is not; shape (n,)."""
        if axis not in self._x:
            column = self._columns(axis)[0]
            if column is None:
                column = self.steps
            self._x[axis] = self._clock.elapsed(column) if axis is XAxis.TIME else column
        return self._x[axis]

    def _columns(self, axis: XAxis) -> tuple[FloatArray | None, FloatArray | None]:
        """What the log says of that axis, for the finite values and for the others."""
        curve = self.curve
        if axis is XAxis.EPOCH:
            if curve.epochs is None and self._epochs is not None:
                return self._epochs(self._logged_steps), self._epochs(self.break_steps)
            return curve.epochs, curve.non_finite_epochs
        return curve.wall_times, curve.non_finite_wall_times

    def _anchors(self, axis: XAxis) -> tuple[FloatArray, FloatArray]:
        """The steps of all points with a place on `axis`, rising, and those places."""
        if axis not in self._anchored:
            steps, x = self._logged_steps, self.x(axis)
            lost = self._columns(axis)[1]
            if axis is not XAxis.STEP and lost is not None and len(lost):
                steps = np.concatenate([steps, self.break_steps])
                x = np.concatenate([x, self._clock.elapsed(lost) if axis is XAxis.TIME else lost])
            known = np.isfinite(x)
            if not known.all():
                steps, x = steps[known], x[known]
            self._anchored[axis] = in_order(steps, x)
        return self._anchored[axis]

    def _steps_by_place(self, axis: XAxis) -> tuple[FloatArray, FloatArray]:
        """The same places, rising, and their steps."""
        if axis not in self._placed:
            steps, places = self._anchors(axis)
            self._placed[axis] = in_order(places, steps)
        return self._placed[axis]

    def values_at(self, smoothing: int) -> FloatArray:
        """The values averaged over `SHARES[smoothing]` of the points; shape (n,)."""
        return self._averaged(smoothing).values

    def _averaged(self, smoothing: int) -> Extremes:
        weight = self._weight(smoothing)
        if weight == 0.0:
            return self._logged
        return self._smooth.get(smoothing, lambda: Extremes(ema(self.values, weight)))

    def _made_trace(self, axis: XAxis, smoothing: int, *, log: bool) -> Trace:
        x = self.x(axis)
        if log or not self._is_rising(axis):
            return super()._made_trace(axis, smoothing, log=log)
        averaged = self._averaged(smoothing)  # the same on every axis, and so are its extremes
        return Trace(x, averaged.values, rising(self.breaks(axis)), averaged)

    def _is_rising(self, axis: XAxis) -> bool:
        if axis not in self._rising:
            self._rising[axis] = is_rising(self.x(axis))
        return self._rising[axis]

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
        places, known = self._steps_by_place(axis)
        return round(float(np.interp(x, places, known))) if len(known) else round(x)

    def smooth_trace(self, view: View) -> Trace | None:
        """The averaged values, None where there is nothing to average over."""
        return self._trace(view, view.smoothing) if self._weight(view.smoothing) else None

    def preparing(self, views: Sequence[View]) -> Iterator[None]:
        """Look at each axis, and average over each share of the points, a short time at a time."""
        for view in views:
            axis = view.axis
            if self.has(axis) and axis not in self._looked_at:
                self.x(axis)
                yield
                self._is_rising(axis)
                yield
                self.places(np.empty(0), axis)
                yield
                self.trace(view).y_extent(-np.inf, np.inf)
                self._looked_at.add(axis)
                yield
            weight, smoothing = self._weight(view.smoothing), view.smoothing
            if weight and smoothing not in self._smooth:
                averaged = Extremes((yield from ema_in_parts(self.values, weight)))
                self._smooth.keep(smoothing, averaged)
                self.main_trace(view).y_extent(-np.inf, np.inf)
                yield

    def raw_trace(self, view: View) -> Trace | None:
        """The logged values, None where the average is all there is or all that is wanted."""
        return self.trace(view) if view.raw and self._weight(view.smoothing) else None

    def _weight(self, smoothing: int) -> float:
        """The weight of the past in the average; 0 where there is nothing to average over."""
        if self.curve.role.kind in _SET_NOT_MEASURED:
            return 0.0
        return weight_of(len(self.values), SHARES[smoothing])


def _is_known(column: FloatArray) -> bool:
    """Whether any of the places is finite."""
    return bool(np.isfinite(column[:1]).any() or np.isfinite(column).any())

"""What a chart shows: curves made ready to draw on any axis, and the stretches findings point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from losstui.curves import Curve, RunCurves
from losstui.findings import Finding, Severity
from losstui.roles import Kind
from losstui.tui.axes import XAxis
from losstui.tui.marker import Marker
from losstui.tui.raster import Trace, trace, x_range
from losstui.tui.smoothing import DEFAULT_SHARE, SHARES, ema, weight_of

FloatArray = NDArray[np.float64]

OUTLIER_FENCES = 3.0  # interquartile ranges beyond the quartiles, Tukey's "far out"


@dataclass(frozen=True, slots=True)
class View:
    """How to look at a plot. `zoom` is the visible x range, None for all of it."""

    axis: XAxis = XAxis.STEP
    log: bool = False
    smoothing: int = DEFAULT_SHARE  # index in SHARES
    cut_outliers: bool = False
    zoom: tuple[float, float] | None = None
    marker: Marker = Marker.BRAILLE

    @property
    def share(self) -> float:
        """Of a curve's points, the share that is averaged."""
        return SHARES[self.smoothing]

    def smoother(self, steps: int) -> View:
        """The view that many levels of smoothing further, at most to either end."""
        return replace(self, smoothing=max(0, min(len(SHARES) - 1, self.smoothing + steps)))


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of steps, both ends inclusive, that a finding points at, and where it begins.

    The steps are those of the curve of index `line`; of the one in front where that is None.
    """

    spans: tuple[tuple[int, int], ...]
    onset: int
    severity: Severity
    line: int | None = None


def shade_of(finding: Finding, line: int | None = None) -> Shade:
    """The stretch a finding about the curve of index `line` points at."""
    spans = tuple((span.first_step, span.last_step) for span in finding.spans)
    return Shade(spans, finding.onset.step, finding.severity, line)


class PlotLine:
    """One curve, with its traces kept: a trace is made once for each axis, scale and smoothing.

    `steps`, shape (n,), say where the points lie on the step axis, where the curve counts something else
    than the curves it is shown with.
    """

    def __init__(self, curve: Curve, steps: FloatArray | None = None) -> None:
        self.curve = curve
        self._own_steps = steps is None or bool(np.array_equal(steps, curve.steps))
        self._steps = curve.steps.astype(np.float64) if steps is None else steps
        self._x: dict[XAxis, FloatArray] = {}
        self._smooth: dict[int, FloatArray] = {}
        self._traces: dict[tuple[XAxis, bool, int], Trace] = {}

    def has(self, axis: XAxis) -> bool:
        """Whether the log says where the points lie on that axis."""
        column = {XAxis.EPOCH: self.curve.epochs, XAxis.TIME: self.curve.wall_times}.get(axis)
        return axis is XAxis.STEP or (column is not None and bool(np.isfinite(column).any()))

    def x(self, axis: XAxis, start: float) -> FloatArray:
        """The places of the finite values; shape (n,). Times count from `start`."""
        if axis not in self._x:
            if axis is XAxis.EPOCH and self.curve.epochs is not None:
                self._x[axis] = self.curve.epochs
            elif axis is XAxis.TIME and self.curve.wall_times is not None:
                self._x[axis] = self.curve.wall_times - start
            else:
                self._x[axis] = self._steps
        return self._x[axis]

    def breaks(self, axis: XAxis, start: float) -> FloatArray:
        """The places of the values that are not finite; shape (m,)."""
        return self.places(self.curve.non_finite_steps.astype(np.float64), axis, start)

    def places(self, steps: FloatArray, axis: XAxis, start: float) -> FloatArray:
        """Where `steps` lie on `axis`, between the points logged around them; same shape."""
        x = self.x(axis, start)
        known = np.isfinite(x)
        if (axis is XAxis.STEP and self._own_steps) or not known.any():
            return steps
        return np.interp(steps, self.curve.steps[known], x[known])

    def step_at(self, x: float, axis: XAxis, start: float) -> int:
        """The step of this curve at a place on `axis`."""
        places = self.x(axis, start)
        known = np.isfinite(places)
        if (axis is XAxis.STEP and self._own_steps) or not known.any():
            return round(x)
        order = np.argsort(places[known], kind="stable")
        return round(float(np.interp(x, places[known][order], self.curve.steps[known][order])))

    def trace(self, view: View, start: float) -> Trace:
        """The logged values."""
        return self._trace(view, start, 0)

    def smooth_trace(self, view: View, start: float) -> Trace | None:
        """The averaged values, None where there is nothing to average over."""
        if view.smoothing == 0 or weight_of(len(self.curve), view.share) == 0.0:
            return None
        return self._trace(view, start, view.smoothing)

    def _trace(self, view: View, start: float, smoothing: int) -> Trace:
        key = (view.axis, view.log, smoothing)
        if key not in self._traces:
            values = self.curve.values
            if smoothing:
                if smoothing not in self._smooth:
                    weight = weight_of(len(values), SHARES[smoothing])
                    self._smooth[smoothing] = ema(values, weight)
                values = self._smooth[smoothing]
            x = self.x(view.axis, start)
            self._traces[key] = trace(x, values, self.breaks(view.axis, start), log=view.log)
        return self._traces[key]


class Plot:
    """The curves one chart shows together; the one of index `front` is drawn over the others.

    `step_unit` is what one step of the log is: a step, an epoch, a row.
    """

    def __init__(self, lines: Sequence[PlotLine], front: int = 0, step_unit: str = "step") -> None:
        self.lines = tuple(lines)
        self.front = front
        self.step_unit = step_unit
        starts = [
            float(times[np.isfinite(times)][0])
            for line in self.lines
            if (times := line.curve.wall_times) is not None and np.isfinite(times).any()
        ]
        self.start = min(starts, default=0.0)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags shown."""
        return tuple(line.curve.tag for line in self.lines)

    def axis_name(self, axis: XAxis) -> str:
        """What an x axis counts, in a word."""
        return self.step_unit if axis is XAxis.STEP else axis.value

    @property
    def has_positive(self) -> bool:
        """Whether any value can be shown on a logarithmic axis."""
        return any(bool(np.any(line.curve.values > 0)) for line in self.lines)

    def not_positive(self) -> int:
        """How many values a logarithmic axis cannot show."""
        return sum(int(np.count_nonzero(line.curve.values <= 0)) for line in self.lines)

    def axes(self) -> list[XAxis]:
        """The x axes all curves can be placed on."""
        return [axis for axis in XAxis if self.lines and all(line.has(axis) for line in self.lines)]

    def traces(self, view: View) -> list[Trace]:
        """The logged values of each curve."""
        return [line.trace(view, self.start) for line in self.lines]

    def full_range(self, view: View) -> tuple[float, float] | None:
        """The x range of everything there is, None where there is nothing."""
        return x_range(self.traces(view))

    def x_of(self, step: float, axis: XAxis, line: int | None = None) -> float:
        """Where a step of the curve of that index, the one in front if None, lies on `axis`."""
        one = self.lines[self.front if line is None else line]
        return float(one.places(np.array([step], np.float64), axis, self.start)[0])

    def step_at(self, x: float, axis: XAxis) -> int:
        """The step of the curve in front at a place on `axis`."""
        return self.lines[self.front].step_at(x, axis, self.start)

    def step_of(self, tag: str, step: int) -> int:
        """What a step of the curve in front is to that of `tag`, which may count otherwise."""
        if tag not in self.tags:
            return step
        x = self.x_of(step, XAxis.STEP)
        return self.lines[self.tags.index(tag)].step_at(x, XAxis.STEP, self.start)


def without_outliers(traces: Sequence[Trace], x_low: float, x_high: float) -> tuple[float, float, int] | None:
    """The y range without far outliers between `x_low` and `x_high`, and how many values that leaves out.

    None where nothing would be left out or the bulk of the values is one number.
    """
    visible = [
        one.y[np.searchsorted(one.x, x_low) : np.searchsorted(one.x, x_high, "right")] for one in traces
    ]
    values = np.concatenate(visible) if visible else np.empty(0)
    if len(values) < 4:
        return None
    lower, upper = (float(quartile) for quartile in np.quantile(values, (0.25, 0.75)))
    reach = OUTLIER_FENCES * (upper - lower)
    kept = values[(values >= lower - reach) & (values <= upper + reach)]
    if reach <= 0 or len(kept) == len(values):
        return None
    return float(kept.min()), float(kept.max()), len(values) - len(kept)


def tag_groups(curves: RunCurves) -> list[tuple[str, ...]]:
    """What a chart can show of a run, tag by tag; the train and validation loss come first, together."""
    losses = [curve.tag for curve in (curves.train_loss, curves.validation_loss) if curve is not None]
    order = list(Kind)
    others = sorted(
        (tag for tag in curves.run.frame if tag not in losses),
        key=lambda tag: (order.index(curves.run.roles[tag].kind), tag),
    )
    return ([tuple(losses)] if losses else []) + [(tag,) for tag in others]


def group_of(groups: Sequence[tuple[str, ...]], tag: str | None) -> int:
    """The index of the group that shows `tag`; 0 where none does."""
    return next((index for index, group in enumerate(groups) if tag in group), 0)


def translated_steps(curves: RunCurves) -> dict[str, FloatArray]:
    """For each validation curve that is one of a pair: its steps as the train curve counts them."""
    return {pair.validation.tag: pair.train_steps_of_validation for pair in reversed(curves.pairs)}

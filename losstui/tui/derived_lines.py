"""Lines made of several curves: runs as one with a band around it, and one run less another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from losstui.comparing import difference
from losstui.frame import FloatArray
from losstui.seed_groups import Band, band
from losstui.tui.axes import XAxis
from losstui.tui.lines import MOST_KEPT, PlotLine
from losstui.tui.recent import Recent
from losstui.tui.traces import Trace, trace
from losstui.tui.view import View

Points = tuple[FloatArray, FloatArray]


class DerivedLine(PlotLine, ABC):
    """A line made of the averages of its `members`, on each axis anew: what is compared is what is at one x.

    By relative time that is what the runs had come to after as long, by step after as many steps.
    """

    def __init__(self, name: str, members: Sequence[PlotLine]) -> None:
        self._members = tuple(members)
        self._points: Recent[tuple[XAxis, int], Points] = Recent(MOST_KEPT)
        super().__init__(name, *self.points(XAxis.STEP, 0))

    @abstractmethod
    def made(self, axis: XAxis, smoothing: int) -> Points:
        """The places and values of the line, both of shape (k,)."""

    def points(self, axis: XAxis, smoothing: int) -> Points:
        """The places and the averaged values, both of shape (k,)."""
        return self._points.get((axis, smoothing), lambda: self.made(axis, smoothing))

    def has(self, axis: XAxis) -> bool:
        """Whether all members are on that axis, and together anywhere on it."""
        if axis is XAxis.STEP:
            return True
        return all(one.has(axis) for one in self._members) and len(self.points(axis, 0)[0]) > 0

    def x(self, axis: XAxis) -> FloatArray:
        """The places of the values; shape (k,)."""
        return self.points(axis, 0)[0]

    def values_at(self, smoothing: int) -> FloatArray:
        """The values on the step axis, averaged before; shape (n,)."""
        return self.points(XAxis.STEP, smoothing)[1]

    def places(self, steps: FloatArray, axis: XAxis) -> FloatArray:
        """Where steps lie on `axis` in the first member; same shape."""
        return steps if axis is XAxis.STEP else self._members[0].places(steps, axis)

    def step_at(self, x: float, axis: XAxis) -> int:
        """The step of the first member at a place on `axis`."""
        return round(x) if axis is XAxis.STEP else self._members[0].step_at(x, axis)

    def _member_points(self, axis: XAxis, smoothing: int) -> list[Points]:
        traces = (trace(one.x(axis), one.values_at(smoothing)) for one in self._members)
        return [(one.x, one.y) for one in traces]


class BandLine(DerivedLine):
    """Several curves as one: their mean, and the band from the lowest to the highest of them.

    Each is averaged before, so that the band is what the curves differ by, not their noise.
    """

    def __init__(self, name: str, members: Sequence[PlotLine]) -> None:
        self._bands: Recent[tuple[XAxis, int], Band] = Recent(MOST_KEPT)
        self._edges: Recent[tuple[XAxis, bool, int], tuple[Trace, Trace]] = Recent(MOST_KEPT)
        super().__init__(name, members)
        steps = np.concatenate([one.break_steps for one in members])
        self._break_order = np.argsort(steps, kind="stable")
        self.break_steps = steps[self._break_order]
        self.break_values = np.concatenate([one.break_values for one in members])[self._break_order]

    def made(self, axis: XAxis, smoothing: int) -> Points:
        """The places, and the mean of the averaged curves there."""
        made = self._band(axis, smoothing)
        return made.steps, made.mean

    def breaks(self, axis: XAxis) -> FloatArray:
        """The places of the values of any member that are not finite; shape (m,)."""
        return np.concatenate([one.breaks(axis) for one in self._members])[self._break_order]

    def band(self, view: View) -> tuple[Trace, Trace]:
        """The lower and upper edge of the band."""
        made = self._band(view.axis, view.smoothing)
        return self._edges.get(
            (view.axis, view.log, view.smoothing),
            lambda: (
                trace(made.steps, made.low, log=view.log),
                trace(made.steps, made.high, log=view.log),
            ),
        )

    def extent(self, x: float, axis: XAxis) -> str:
        """How many of the curves have come to a place on `axis`."""
        made = self._band(axis, 0)
        if not len(made.steps):
            return ""
        at = min(max(0, int(np.searchsorted(made.steps, x, "right")) - 1), len(made.steps) - 1)
        return f"mean of {int(made.runs[at])}"

    def _band(self, axis: XAxis, smoothing: int) -> Band:
        return self._bands.get((axis, smoothing), lambda: band(self._member_points(axis, smoothing)))


class DifferenceLine(DerivedLine):
    """How far one curve is above another, both averaged before, as an area that begins at zero."""

    def __init__(self, name: str, reference: PlotLine, line: PlotLine) -> None:
        self._areas: Recent[tuple[XAxis, int], tuple[Trace, Trace]] = Recent(MOST_KEPT)
        super().__init__(name, (reference, line))

    @cached_property
    def not_positive(self) -> int:
        """How many values a logarithmic axis cannot show: the zero that the area begins at, at least."""
        return max(1, int(np.count_nonzero(self.values <= 0)))

    def made(self, axis: XAxis, smoothing: int) -> Points:
        """The places both have come to, and the difference there."""
        reference, line = self._member_points(axis, smoothing)
        return difference(reference, line)

    def band(self, view: View) -> tuple[Trace, Trace]:
        """The area between the difference and zero."""
        x, values = self.points(view.axis, view.smoothing)
        return self._areas.get(
            (view.axis, view.smoothing),
            lambda: (trace(x, np.minimum(values, 0.0)), trace(x, np.maximum(values, 0.0))),
        )

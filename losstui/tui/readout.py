"""The values of a plot where they are read: at the cursor, or at the end."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from losstui.tui.axes import XAxis, clock, count, duration
from losstui.tui.lines import PlotLine
from losstui.tui.painting import Picture
from losstui.tui.plot import Plot
from losstui.tui.view import View
from losstui.wording import number


class Entry(NamedTuple):
    """What the legend says of a line: a value, what part of the line it is of, how many are not finite."""

    value: str
    is_finite: bool
    extent: str
    lost: int


@dataclass(frozen=True, slots=True, eq=False)
class Readout:
    """Reads a plot at the column `cursor` of its picture; without one the last values."""

    plot: Plot
    view: View
    picture: Picture | None = None
    cursor: int | None = None

    @property
    def x(self) -> float | None:
        """The x the cursor stands for: that of the last point in its column, else the column's middle."""
        if self.picture is None or self.cursor is None:
            return None
        low, high = self.picture.x_of(self.cursor)
        for one in self.plot.traces(self.view):
            last = int(one.x.searchsorted(high)) - 1
            if last >= 0 and one.x[last] >= low:
                return float(one.x[last])
        return self.picture.middle(self.cursor)

    @property
    def place(self) -> str:
        """Where the values are read: "last", or the step, epoch or time the cursor stands for."""
        x = self.x
        if x is None:
            return "last"
        if self.view.axis is XAxis.TIME:
            return f"time {duration(x)}"
        if self.view.axis is XAxis.WALL_TIME:
            return f"{clock(x, 86_400.0)} {clock(x)}"
        if self.view.axis is XAxis.EPOCH:
            return f"epoch {count(x, 0.01)}"
        return f"{self.plot.step_unit} {round(x)}"

    def value(self, line: PlotLine) -> float | None:
        """The value of a line there: a NaN in the column, else the last value up to it; None for none yet."""
        if self.picture is None or self.cursor is None:
            return line.last_value
        low, high = self.picture.x_of(self.cursor)
        breaks = line.breaks(self.view.axis)
        here = (breaks >= low) & (breaks < high)
        if here.any():
            return float(line.break_values[here][0])
        logged = line.trace(replace(self.view, log=False))
        before = int(np.searchsorted(logged.x, high)) - 1
        return float(logged.y[before]) if before >= 0 else None

    def entry(self, index: int) -> Entry:
        """What is said there of the line of that index."""
        line = self.plot.lines[index]
        value = self.value(line)
        return Entry(
            "" if value is None else number(value),
            value is None or math.isfinite(value),
            self._extent(line),
            len(line.break_steps),
        )

    def _extent(self, line: PlotLine) -> str:
        if self.picture is None or self.cursor is None:
            return _last_extent(line)
        return line.extent(self.picture.x_of(self.cursor)[1], self.view.axis)


def extent_width(line: PlotLine) -> int:
    """The cells of what is said of a line behind its last value, the blank behind it included."""
    extent = _last_extent(line)
    return len(extent) + bool(extent)


def _last_extent(line: PlotLine) -> str:
    return line.extent(float(line.steps[-1]) if len(line.steps) else 0.0, XAxis.STEP)

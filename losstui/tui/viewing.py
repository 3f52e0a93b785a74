"""Ways to look at plots: zooming, panning, changing the axis. Each returns another view."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from losstui.tui.axes import XAxis
from losstui.tui.glyphs import Glyphs
from losstui.tui.plot import MOST_RAW, Plot
from losstui.tui.view import View
from losstui.wording import counted, percent

ALL = 0.99  # of the whole x range: what is missing then is less than a column
DEEPEST_ZOOM = 1e-7  # of the whole x range: finer than any terminal can tell two steps apart
SPAN_MARGIN = 0.5  # of a finding's stretch, left free on either side when zooming to it
LEAST_MARGIN = 0.01  # of the whole x range, for stretches of one step
PAN_SHARE = 0.25  # of the visible x range


class Viewed(Protocol):
    """A plot, or several that share their x axis."""

    @property
    def has_positive(self) -> bool:
        """Whether any value can be shown on a logarithmic axis."""
        ...

    def axes(self) -> list[XAxis]:
        """The x axes there are."""
        ...

    def full_range(self, view: View) -> tuple[float, float] | None:
        """The x range of everything there is, None where there is nothing."""
        ...

    def x_of(self, step: float, axis: XAxis) -> float:
        """Where a step of the line in front lies on `axis`."""
        ...


def visible_range(viewed: Viewed, view: View) -> tuple[float, float] | None:
    """The x range that is seen, None where there is nothing."""
    return view.zoom or viewed.full_range(view)


def zoomed_to(viewed: Viewed, view: View, low: float, high: float) -> View:
    """The part from `low` to `high` that exists; the same view where that is too narrow."""
    full = viewed.full_range(view)
    if full is None:
        return view
    low, high = max(low, full[0]), min(high, full[1])
    width = full[1] - full[0]
    if high - low < width * DEEPEST_ZOOM:
        return view
    return replace(view, zoom=None if high - low > width * ALL else (low, high))


def zoomed(viewed: Viewed, view: View, middle: float | None, steps: int) -> View:
    """Half (1) or twice (-1) the x range, around `middle` or else around its own middle."""
    visible = visible_range(viewed, view)
    if visible is None:
        return view
    fixed = visible[0] / 2 + visible[1] / 2 if middle is None else middle
    factor = 2.0**-steps
    low, high = fixed - (fixed - visible[0]) * factor, fixed + (visible[1] - fixed) * factor
    return zoomed_to(viewed, view, low, high)


def panned(viewed: Viewed, view: View, steps: int) -> View:
    """The x range moved by `steps` quarters of its width, at most to either end."""
    visible, full = visible_range(viewed, view), viewed.full_range(view)
    if visible is None or full is None:
        return view
    shift = (visible[1] - visible[0]) * PAN_SHARE * steps
    shift = max(full[0] - visible[0], min(full[1] - visible[1], shift))
    return zoomed_to(viewed, view, visible[0] + shift, visible[1] + shift)


def around_steps(viewed: Viewed, view: View, first: int, last: int) -> View:
    """The steps from `first` to `last`, with a margin."""
    full = viewed.full_range(view)
    if full is None:
        return view
    low, high = (viewed.x_of(step, view.axis) for step in (first, last))
    margin = max((high - low) * SPAN_MARGIN, (full[1] - full[0]) * LEAST_MARGIN)
    return zoomed_to(viewed, view, low - margin, high + margin)


def on_next_axis(viewed: Viewed, view: View) -> View | None:
    """All of the curves on the next x axis they have, None where there is only one."""
    axes = viewed.axes()
    if len(axes) < 2:
        return None
    return replace(view, axis=axes[(axes.index(view.axis) + 1) % len(axes)], zoom=None)


def fitting(viewed: Viewed, view: View) -> View:
    """The view for other curves: all of their x range, on the same axes where they have them."""
    axis = view.axis if view.axis in viewed.axes() else View().axis
    return replace(view, zoom=None, axis=axis, log=view.log and viewed.has_positive)


def likely_views(viewed: Viewed, view: View) -> list[View]:
    """The view, and those one key away that take time to prepare: other smoothing, other axes."""
    others = [replace(view, axis=axis) for axis in viewed.axes()]
    return [view, view.smoother(1), view.smoother(-1), *others]


def description(plot: Plot, view: View, outliers: int, glyphs: Glyphs) -> str:
    """How the curves are shown, in a few words; `outliers` values are outside the y range."""
    parts = [f"EMA {percent(view.share)}" if view.smoothing else "no smoothing"]
    if view.smoothing and not view.raw:
        parts.append("no logged values")
    elif view.smoothing and len(plot.lines) > MOST_RAW:
        parts.append("raw of one run")
    if view.log:
        hidden = plot.not_positive()
        parts.append(f"log y, {counted(hidden, 'value')} <= 0 not shown" if hidden else "log y")
    if view.cut_outliers:
        parts.append(f"{counted(outliers, 'outlier')} off the plot" if outliers else "no outliers")
    if view.zoom is not None:
        parts.append("zoomed")
    return f" {glyphs.dot} ".join([*parts, plot.axis_name(view.axis)])

"""A plot as rows of styled text: the picture a chart widget copies to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from losstui.tui import raster
from losstui.tui.axes import Tick, number, x_ticks, y_ticks
from losstui.tui.glyphs import Glyphs
from losstui.tui.marker import Marker
from losstui.tui.palette import severity_use
from losstui.tui.plot import Plot, PlotLine, Shade, View, without_outliers
from losstui.tui.rows import Row, Run, merged

LEAST_COLUMNS = 4
LEAST_ROWS = 1
_BLANK = ord(" ")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A painted plot without its legend, and what is needed to put a cursor on it.

    `body` are the rows of the plot, `labels` the row below the axis. The plot has `columns` columns,
    the first one at cell `left`. `axis` holds the cells of the axis row, `axis_uses` their styles.
    """

    left: int
    columns: int
    window: raster.Window
    body: tuple[Row, ...]
    axis: tuple[str, ...]
    axis_uses: tuple[str, ...]
    labels: Row
    outliers: int = 0

    def column_of(self, x: float) -> int | None:
        """The plot column of `x`, None outside the window."""
        column = int(raster.column_of(np.array([x]), self.window, self.columns)[0])
        return column if 0 <= column < self.columns else None

    def x_of(self, column: int) -> tuple[float, float]:
        """The x from which and below which points lie in a plot column."""
        edges = raster.column_edges(self.window, self.columns)
        last = column == self.columns - 1
        return float(edges[column]), float(np.nextafter(edges[-1], np.inf) if last else edges[column + 1])

    def axis_row(self, cursor: int | None, glyphs: Glyphs) -> Row:
        """The axis, with the cursor at that plot column."""
        texts, uses = list(self.axis), list(self.axis_uses)
        if cursor is not None:
            texts[cursor], uses[cursor] = glyphs.cursor, "cursor"
        head = Run(" " * (self.left - 1) + glyphs.corner, "axis")
        return (
            head,
            *merged([Run(text, use) for text, use in zip(texts, uses, strict=True)]),
            Run(" ", "axis"),
        )


def paint(
    plot: Plot,
    view: View,
    shades: Sequence[Shade],
    selected: Shade | None,
    size: tuple[int, int],
    glyphs: Glyphs,
) -> Picture | None:
    """Paint a plot in `size`, (width, height) in cells, axis and labels included.

    None where there is no point to show or no room for a plot.
    """
    width, height = size
    rows = height - 2
    marks = any(len(line.curve.non_finite_steps) for line in plot.lines)
    plot_rows = rows - 1 if marks and rows > LEAST_ROWS else rows
    full = plot.full_range(view)
    if full is None or plot_rows < LEAST_ROWS:
        return None
    window, outliers = _window(plot, view, view.zoom or full)
    ticks = y_ticks(window.y_low, window.y_high, max(1, plot_rows // 3), log=view.log)
    left = max(len(tick.label) for tick in ticks) + 1
    columns = width - left - 1
    if columns < LEAST_COLUMNS:
        return None
    shading, axis, axis_uses = _spans(plot, view, shades, selected, window, columns, glyphs)
    codes, uses, names = _layers(plot, view, window, columns, plot_rows, glyphs)
    gutter = _gutter(ticks, window, plot_rows, left, glyphs)
    ends = _end_marks(plot, view, window, plot_rows, glyphs)
    body: list[Row] = [
        (
            Run(gutter[row], "label"),
            *_row(codes[row], uses[row], names, shading),
            ends.get(row, Run(" ", "axis")),
        )
        for row in range(plot_rows)
    ]
    if plot_rows < rows:
        body.insert(0, _non_finite_row(plot, view, window, columns, left, shading, glyphs))
    labels = _x_labels(
        x_ticks(window.x_low, window.x_high, max(1, columns // 12), view.axis), window, columns
    )
    for column in labels.ticks:
        if axis[column] == glyphs.horizontal:
            axis[column] = glyphs.x_tick
    label_row = (Run(" " * left + _with_unit(labels.text, plot.axis_name(view.axis)) + " ", "label"),)
    return Picture(left, columns, window, tuple(body), tuple(axis), tuple(axis_uses), label_row, outliers)


def _window(plot: Plot, view: View, visible: tuple[float, float]) -> tuple[raster.Window, int]:
    traces = plot.traces(view)
    y_visible = raster.y_range(traces, *visible)
    outliers = 0
    if view.cut_outliers and (cut := without_outliers(traces, *visible)) is not None:
        y_visible, outliers = raster.widened(cut[0], cut[1]), cut[2]
    low, high = y_visible or ((1.0, 10.0) if view.log else (0.0, 1.0))
    if view.log and low <= 0:
        low = high / 10.0
    return raster.Window(*visible, low, high, view.log), outliers


def _layers(
    plot: Plot, view: View, window: raster.Window, columns: int, rows: int, glyphs: Glyphs
) -> tuple[NDArray[np.int32], NDArray[np.int16], list[str]]:
    """The code point of each cell, the index of its style, and the styles.

    Painted from back to front: the logged values of all curves, then their averages, the curve in
    focus last. A cell shows the foremost curve alone, in its own colour.
    """
    codes = np.full((rows, columns), _BLANK, np.int32)
    uses = np.zeros((rows, columns), np.int16)
    names = ["text"]
    order = sorted(enumerate(plot.lines), key=lambda item: item[0] == plot.front)
    smooth = {index: line.smooth_trace(view, plot.start) for index, line in order}
    layers = [
        (f"raw{index}", line.trace(view, plot.start)) for index, line in order if smooth[index] is not None
    ]
    layers += [(f"line{index}", smooth[index] or line.trace(view, plot.start)) for index, line in order]
    marker = Marker.ASCII if glyphs.ascii_only else view.marker
    for name, one in layers:
        painted = raster.cells(raster.dots(one, window, columns, rows), marker)
        seen = painted != _BLANK
        codes[seen] = painted[seen]
        names.append(name)
        uses[seen] = len(names) - 1
    return codes, uses, names


def _row(
    codes: NDArray[np.int32], uses: NDArray[np.int16], names: Sequence[str], shading: NDArray[np.int16]
) -> list[Run]:
    text = "".join(map(chr, codes))
    # A blank looks the same in any colour: it takes that of what is before it, one change of style less.
    seen = np.where(codes != _BLANK, np.arange(len(codes)), 0)
    uses = uses[np.maximum.accumulate(seen)]
    keys = uses * 3 + shading
    cuts = [0, *(np.flatnonzero(np.diff(keys)) + 1).tolist(), len(keys)]
    return [
        Run(text[begin:end], names[int(uses[begin])], int(shading[begin])) for begin, end in pairwise(cuts)
    ]


def _spans(
    plot: Plot,
    view: View,
    shades: Sequence[Shade],
    selected: Shade | None,
    window: raster.Window,
    columns: int,
    glyphs: Glyphs,
) -> tuple[NDArray[np.int16], list[str], list[str]]:
    """How each column is shaded, and the cells of the axis: spans drawn heavy, onsets marked."""
    shading = np.zeros(columns, np.int16)
    axis = [glyphs.horizontal] * columns
    uses = ["axis"] * columns
    ordered = [shade for shade in shades if shade is not selected] + ([selected] if selected else [])
    onsets: list[tuple[int, str]] = []
    for shade in ordered:
        for first, last in shade.spans:
            ends = np.array([plot.x_of(step, view.axis, shade.line) for step in (first, last)])
            low, high = (int(column) for column in raster.column_of(ends, window, columns))
            if high < 0 or low >= columns:
                continue
            reach = slice(max(low, 0), min(high, columns - 1) + 1)
            shading[reach] = 2 if shade is selected else np.maximum(shading[reach], 1)
            for column in range(reach.start, reach.stop):
                axis[column], uses[column] = glyphs.span, severity_use(shade.severity)
        begin = np.array([plot.x_of(shade.onset, view.axis, shade.line)])
        onset = int(raster.column_of(begin, window, columns)[0])
        if 0 <= onset < columns:
            onsets.append((onset, "onset" if shade is selected else severity_use(shade.severity)))
    for column, use in onsets:
        axis[column], uses[column] = glyphs.onset, use
    return shading, axis, uses


def _cell_rows(values: Sequence[float], window: raster.Window, rows: int) -> list[int]:
    """The row of cells each value lies in; outside the window below 0 or from `rows` on."""
    pixels = raster.row_of(raster.height_of(np.array(values), window), rows * raster.DOTS_DOWN)
    return [int(row) for row in np.floor(np.clip(pixels / raster.DOTS_DOWN, -1, rows))]


def _gutter(ticks: Sequence[Tick], window: raster.Window, rows: int, left: int, glyphs: Glyphs) -> list[str]:
    gutter = [" " * (left - 1) + glyphs.vertical] * rows
    for tick, row in zip(ticks, _cell_rows([tick.value for tick in ticks], window, rows), strict=True):
        if 0 <= row < rows:
            gutter[row] = tick.label.rjust(left - 1) + glyphs.y_tick
    return gutter


def _end_marks(plot: Plot, view: View, window: raster.Window, rows: int, glyphs: Glyphs) -> dict[int, Run]:
    """The mark of each curve at the height of its last visible value; they give way to each other."""
    marks: dict[int, Run] = {}
    if len(plot.lines) < 2:
        return marks
    for index, line in enumerate(plot.lines):
        one = line.smooth_trace(view, plot.start) or line.trace(view, plot.start)
        last = int(np.searchsorted(one.x, window.x_high, "right")) - 1
        if last < 0 or one.x[last] < window.x_low:
            continue
        row = min(max(_cell_rows([float(one.y[last])], window, rows)[0], 0), rows - 1)
        free = [other for other in (row, row + 1, row - 1) if 0 <= other < rows and other not in marks]
        if free:
            marks[free[0]] = Run(line_mark(index, glyphs), f"line{index}")
    return marks


def line_mark(index: int, glyphs: Glyphs) -> str:
    """The mark of curve `index`, by which it is told apart without colours."""
    return glyphs.line_marks[index % len(glyphs.line_marks)]


def _non_finite_row(
    plot: Plot,
    view: View,
    window: raster.Window,
    columns: int,
    left: int,
    shading: NDArray[np.int16],
    glyphs: Glyphs,
) -> Row:
    marked = np.zeros(columns, bool)
    for line in plot.lines:
        places = raster.column_of(line.breaks(view.axis, plot.start), window, columns)
        marked[places[(places >= 0) & (places < columns)]] = True
    runs = [
        Run(glyphs.critical if mark else " ", "non-finite" if mark else "text", int(level))
        for mark, level in zip(marked, shading, strict=True)
    ]
    return (
        Run("NaN".rjust(left - 1)[: left - 1] + glyphs.vertical, "label"),
        *merged(runs),
        Run(" ", "axis"),
    )


class _Labels(NamedTuple):
    text: str
    ticks: list[int]


def _x_labels(ticks: Sequence[Tick], window: raster.Window, columns: int) -> _Labels:
    text = ""
    placed: list[int] = []
    for tick in ticks:
        column = int(raster.column_of(np.array([tick.value]), window, columns)[0])
        if not 0 <= column < columns:
            continue
        start = min(max(0, column - len(tick.label) // 2), columns - len(tick.label))
        if start < 0 or (text and start < len(text) + 2):
            continue
        text = text.ljust(start) + tick.label
        placed.append(column)
    return _Labels(text.ljust(columns), placed)


def _with_unit(text: str, unit: str) -> str:
    if text[-len(unit) - 2 :].strip():
        return text
    return text[: len(text) - len(unit)] + unit


def value_at(line: PlotLine, view: View, start: float, low: float, high: float) -> tuple[str, bool]:
    """The value a cursor between `low` and `high` reads: a NaN there, else the last value up to there.

    Returns it as text, and whether it is finite.
    """
    breaks = line.breaks(view.axis, start)
    here = (breaks >= low) & (breaks < high)
    if here.any():
        return number(float(line.curve.non_finite_values[here][0])), False
    logged = line.trace(replace(view, log=False), start)
    before = int(np.searchsorted(logged.x, high)) - 1
    return (number(float(logged.y[before])) if before >= 0 else "", True)

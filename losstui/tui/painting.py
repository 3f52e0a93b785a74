"""A plot as rows of styled text: the picture a chart widget copies to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from losstui.tui import raster
from losstui.tui.axes import Tick, end_ticks, y_ticks
from losstui.tui.axis_row import axis_cells
from losstui.tui.figure import Shaded
from losstui.tui.glyphs import Glyphs
from losstui.tui.layers import layers, styled_rows
from losstui.tui.plot import Plot
from losstui.tui.rows import Row, Run, merged
from losstui.tui.traces import widened, without_outliers, y_extent, y_range
from losstui.tui.view import View

LEAST_COLUMNS = 4  # cells: in fewer no curve has a shape
LEAST_ROWS = 1  # of cells: without one there is no picture
ROWS_A_TICK = 3  # one with a label, and two free ones before the next
LEAST_STRIP, STRIP_SHARE = 3, 10  # rows of a strip: at least, and one in as many of the picture


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A painted plot without its legend, and what is needed to put a cursor on it.

    `body` are the rows of the plot, `labels` the row below the axis. The plot has `columns` columns,
    the first one at cell `left`. `axis` holds the cells of the axis row, `axis_uses` their styles.
    `titles` are the rows of the body left free for what is to be said of the strips. `above` and `below`
    count the values outside the y range.
    """

    left: int
    columns: int
    window: raster.Window
    body: list[Row]
    axis: tuple[str, ...]
    axis_uses: tuple[str, ...]
    labels: Row
    titles: tuple[int, ...] = ()
    above: int = 0
    below: int = 0

    @property
    def outliers(self) -> int:
        """How many values are outside the y range."""
        return self.above + self.below

    def column_of(self, x: float) -> int | None:
        """The plot column of `x`, None outside the window."""
        column = int(raster.column_of(np.array([x]), self.window, self.columns)[0])
        return column if 0 <= column < self.columns else None

    def x_of(self, column: int) -> tuple[float, float]:
        """The x from which and below which points lie in a plot column."""
        edges = raster.column_edges(self.window, self.columns)
        last = column == self.columns - 1
        return float(edges[column]), float(np.nextafter(edges[-1], np.inf) if last else edges[column + 1])

    def middle(self, column: int) -> float:
        """The x in the middle of a plot column."""
        low, high = self.x_of(column)
        return low / 2 + high / 2

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


class Sketch:
    """A plot laid out in `size`, (width, height) in cells, axis and labels included, but not yet painted.

    `strips` are plots on the same x axis, a few rows each, between the plot and the axis; of one that is
    level its title says all. `visible` is the x range to show, else what the view says. `left` is how many
    cells the labels of the y axis take.
    """

    def __init__(
        self,
        shaded: Shaded,
        view: View,
        size: tuple[int, int],
        *,
        strips: Sequence[Plot] = (),
        visible: tuple[float, float] | None = None,
    ) -> None:
        plot = shaded.plot
        self._shaded, self._view = shaded, view
        self._width, height = size
        strip_rows = max(LEAST_STRIP, height // STRIP_SHARE)
        drawn = [one for one in strips if not one.is_level(view)]
        rows = height - 2 - len(strips) - len(drawn) * strip_rows
        x_range = visible or view.zoom or plot.full_range(view)
        self._main: _Part | None = None
        self._strips: list[_Part | None] = []  # None for one that is level
        if x_range is not None and rows >= LEAST_ROWS:
            self._main = _Part(plot, view, x_range, rows)
            self._strips = [
                _Part(one, _view_of_strip(one, view), x_range, strip_rows) if one in drawn else None
                for one in strips
            ]
        parts = [part for part in (self._main, *self._strips) if part is not None]
        self.left = max((part.label_width for part in parts), default=0) + 1

    def painted(self, glyphs: Glyphs, left: int | None = None) -> Picture | None:
        """The picture, the labels in `left` cells or as many as they take; None without points or room."""
        left = self.left if left is None else left
        columns, main = self._width - left - 1, self._main
        if main is None or columns < LEAST_COLUMNS:
            return None
        axis = axis_cells(self._shaded, self._view, main.window, columns, glyphs)
        body = main.body(columns, left, axis.shading, glyphs)
        titles: list[int] = []
        for strip in self._strips:
            titles.append(len(body))
            body.append(())
            if strip is not None:
                body += strip.body(columns, left, axis.shading, glyphs)
        return Picture(
            left=left,
            columns=columns,
            window=main.window,
            body=body,
            axis=tuple(axis.texts),
            axis_uses=tuple(axis.uses),
            labels=(Run(" " * left + axis.labels + " ", "label"),),
            titles=tuple(titles),
            above=main.above,
            below=main.below,
        )


def _view_of_strip(strip: Plot, view: View) -> View:
    """A strip goes along with a log axis only where that hides nothing of it."""
    return replace(view, log=view.log and strip.not_positive() == 0)


class _Part:
    """One of the plots of a picture: its window, its ticks, its rows."""

    def __init__(self, plot: Plot, view: View, visible: tuple[float, float], rows: int) -> None:
        self._plot, self._view = plot, view
        self._has_marks = rows > LEAST_ROWS and any(len(line.break_steps) for line in plot.lines)
        self._rows = rows - 1 if self._has_marks else rows
        self.window, self.above, self.below = _window(plot, view, visible)
        low, high, most = self.window.y_low, self.window.y_high, self._rows // ROWS_A_TICK
        if not any(len(one) for one in plot.traces(view)):
            self.ticks: list[Tick] = []  # where nothing is drawn, heights say nothing
        elif most > 1:
            self.ticks = y_ticks(low, high, most, log=view.log)
        else:
            extent = y_extent(plot.drawn(view), *visible)
            self.ticks = [] if extent is None else end_ticks(max(extent[0], low), min(extent[1], high))

    @property
    def label_width(self) -> int:
        """How many cells the labels of the rows take."""
        marks = ["NaN"] if self._has_marks else []
        return max((len(label) for label in [*marks, *(tick.label for tick in self.ticks)]), default=0)

    def body(self, columns: int, left: int, shading: NDArray[np.int16], glyphs: Glyphs) -> list[Row]:
        """The rows, with the non-finite values on a row of their own above the others."""
        grid = raster.Grid(self.window, columns, self._rows)
        codes, uses, names = layers(self._plot, self._view, grid, glyphs)
        gutter = _gutter(self.ticks, self.window, self._rows, left, glyphs)
        ends = _end_marks(self._plot, self._view, self.window, self._rows, glyphs)
        body: list[Row] = [
            (
                Run(gutter[row], "label"),
                *cells,
                ends.get(row, Run(" ", "axis")),
            )
            for row, cells in enumerate(styled_rows(codes, uses, names, shading))
        ]
        if self._has_marks:
            body.insert(0, self._non_finite_row(columns, left, shading, glyphs))
        return body

    def _non_finite_row(self, columns: int, left: int, shading: NDArray[np.int16], glyphs: Glyphs) -> Row:
        """A row of marks for NaN and infinities; a column with both shows the NaN."""
        places = np.concatenate([line.breaks(self._view.axis) for line in self._plot.lines])
        values = np.concatenate([line.break_values for line in self._plot.lines])
        column = raster.column_of(places, self.window, columns)
        seen = (column >= 0) & (column < columns)
        marks = [" "] * columns
        for mark, here in (
            (glyphs.plus_infinity, values == np.inf),
            (glyphs.minus_infinity, values == -np.inf),
            (glyphs.critical, np.isnan(values)),
        ):
            for one in column[seen & here]:
                marks[one] = mark
        runs = [
            Run(mark, "text" if mark == " " else "non-finite", int(level))
            for mark, level in zip(marks, shading, strict=True)
        ]
        name = "NaN" if np.isnan(values).any() else "inf"
        return (
            Run(name.rjust(left - 1) + glyphs.vertical, "label"),
            *merged(runs),
            Run(" ", "axis"),
        )


def _window(plot: Plot, view: View, visible: tuple[float, float]) -> tuple[raster.Window, int, int]:
    """What is seen, and how many logged values are above and below it."""
    drawn = plot.drawn(view)
    y_visible = y_range(drawn, *visible)
    above = below = 0
    if view.cut_outliers and (cut := without_outliers(drawn, *visible)) is not None:
        y_visible, above, below = widened(cut.low, cut.high), cut.above, cut.below
    low, high = y_visible or ((1.0, 10.0) if view.log else (0.0, 1.0))
    if view.log and low <= 0:
        low = high / 10.0
    return raster.Window(*visible, low, high, view.log), above, below


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
    """The mark of each line at the height of its last visible value; they give way to that in front."""
    marks: dict[int, Run] = {}
    if len(plot.lines) < 2:
        return marks
    for index in sorted(range(len(plot.lines)), key=lambda index: index != plot.front):
        one, look = plot.lines[index].main_trace(view), plot.looks[index]
        last = int(np.searchsorted(one.x, window.x_high, "right")) - 1
        if last < 0 or one.x[last] < window.x_low:
            continue
        row = min(max(_cell_rows([float(one.y[last])], window, rows)[0], 0), rows - 1)
        free = [other for other in (row, row + 1, row - 1) if 0 <= other < rows and other not in marks]
        if free:
            marks[free[0]] = Run(look.mark(glyphs), f"line{look.slot}")
    return marks

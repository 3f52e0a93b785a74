"""The plots of a page as rows of text: each with its legend, strips and axis, and one cursor in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size

from losstui.tui.figure import Page
from losstui.tui.glyphs import UNICODE, Glyphs
from losstui.tui.legend import legend, legend_height, strip_title
from losstui.tui.painting import Picture, Sketch
from losstui.tui.plot import Plot
from losstui.tui.readout import Readout
from losstui.tui.rows import Row, Run, centred
from losstui.tui.view import View
from losstui.tui.viewing import visible_range

LEGEND_SHARE = 4  # the legend may take one row in four
STRIPS_FROM = 24  # rows: below, the curve needs them
# Columns and rows of a grid, the smallest first; charts are wide, so what is second goes below.
GRIDS = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3))
LEAST_CELL = (36, 8)  # columns and rows of a plot: less than that has no room for ticks and a curve
LEAST_OF_THREE = 14  # rows: below, three plots stand better two by two than above each other


def grid_for(count: int, size: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows for `count` plots in `size`, (width, height): as many as stay legible."""
    width, height = size
    fitting = [
        (columns, rows)
        for columns, rows in GRIDS
        if width // columns >= LEAST_CELL[0]
        and height // rows >= (LEAST_OF_THREE if (columns, rows) == (1, 3) else LEAST_CELL[1])
    ]
    holding = [grid for grid in fitting if grid[0] * grid[1] >= count]
    return holding[0] if holding else (fitting or [GRIDS[0]])[-1]


@dataclass(frozen=True, slots=True)
class _Place:
    left: int
    top: int
    width: int
    height: int


class Panels:
    """A page painted in `size`, (width, height), with `columns` plots beside each other."""

    def __init__(self, page: Page, view: View, size: tuple[int, int], columns: int, glyphs: Glyphs) -> None:
        visible = visible_range(page, view)
        count = len(page.shaded)
        columns = min(columns, count)
        self._panels: list[tuple[_Panel, _Place]] = []
        for index, place in enumerate(_places(count, columns, size)):
            self._panels.append((_Panel(page, index, view, visible, place), place))
        for index, (panel, _) in enumerate(self._panels):
            # The same place in every plot of a column is the same x.
            panel.paint(max(one.left for one, _ in self._panels[index % columns :: columns]), glyphs)
        self._front = self._panels[page.front][0]
        self.height = size[1]

    @property
    def picture(self) -> Picture | None:
        """The picture of the selected plot, None where there is no point to show or no room."""
        return self._front.picture

    @property
    def outliers(self) -> int:
        """How many values are outside the y ranges."""
        return sum(panel.picture.outliers for panel, _ in self._panels if panel.picture is not None)

    def row(self, y: int) -> Row:
        """One row of the page."""
        runs: list[Run] = []
        for panel, place in self._panels:
            if place.top <= y < place.top + place.height:
                runs += _in_width(panel.rows[y - place.top], place.width)
        return tuple(runs)

    def put_cursor(self, x: float | None) -> list[int]:
        """Draw the cursor at `x` in every plot; returns the rows that may look different."""
        return sorted({place.top + row for panel, place in self._panels for row in panel.put_cursor(x)})

    def readings(self, x: float | None) -> Iterator[tuple[str, float]]:
        """What every line shown is called and its value at `x`; the last one for None."""
        for panel, _ in self._panels:
            yield from panel.readings(x)

    def place(self, x: float) -> str:
        """Where the values at `x` are read, in a word or two."""
        return self._front.place(x)

    def column_at(self, x: int, y: int) -> float | None:
        """The x of the plots at a cell of the page, None where it is beside the plots."""
        for panel, place in self._panels:
            picture = panel.picture
            if picture is None or not (place.top <= y < place.top + place.height):
                continue
            column = x - place.left - picture.left
            if 0 <= column < picture.columns:
                return picture.middle(column)
        return None


class _Panel:
    """The plot of that index with what is around it. What depends on the cursor is drawn when that moves."""

    def __init__(
        self, page: Page, index: int, view: View, visible: tuple[float, float] | None, place: _Place
    ) -> None:
        shaded, alone = page.shaded[index], len(page.shaded) == 1
        self._plot = plot = shaded.plot
        # Whether it is the one that is selected among others.
        self._chosen = None if alone else index == page.front
        strips = page.strips if alone and place.height >= STRIPS_FROM else ()
        self._glyphs = UNICODE
        self._view = replace(view, log=view.log and plot.has_positive)
        self._strips = [one for one in strips if view.axis in one.axes()]
        self._width, self._height = place.width, place.height
        self._legend_height = legend_height(plot, self._width, max(1, self._height // LEGEND_SHARE))
        room = (self._width, self._height - self._legend_height)
        self._sketch: Sketch | None = None
        if view.axis in plot.axes():
            self._sketch = Sketch(shaded, self._view, room, strips=self._strips, visible=visible)
        self.left = 0 if self._sketch is None else self._sketch.left
        self.picture: Picture | None = None
        self.rows: list[Row] = []

    def paint(self, left: int, glyphs: Glyphs) -> None:
        """Paint, with the labels of the y axis in `left` cells."""
        self._glyphs = glyphs
        if self._sketch is not None:
            self.picture = self._sketch.painted(glyphs, left)
        if self.picture is None:
            known = self._sketch is not None
            note = "no value to draw, or no room for it" if known else f"no {self._view.axis.value} is logged"
            body = centred(note, self._width, self._height - self._legend_height)
        else:
            body = [*self.picture.body, (), self.picture.labels]
        self.rows = [*[()] * self._legend_height, *body]
        self.put_cursor(None)

    def readings(self, x: float | None) -> Iterator[tuple[str, float]]:
        """The names of the lines that have a value at `x`, with those values; the last ones for None."""
        for plot in (self._plot, *self._strips):
            readout = self._readout(plot, x)
            for line, look in zip(plot.lines, plot.looks, strict=True):
                value = readout.value(line)
                if value is not None:
                    yield f"{look.full_name}, {plot.title}" if plot.title else look.full_name, value

    def place(self, x: float) -> str:
        """Where the values at `x` are read, in a word or two."""
        return self._readout(self._plot, x).place

    def _readout(self, plot: Plot, x: float | None) -> Readout:
        column = self.picture.column_of(x) if self.picture is not None and x is not None else None
        return Readout(plot, self._view, self.picture, column)

    def put_cursor(self, x: float | None) -> list[int]:
        """Draw the cursor; returns the rows that may look different."""
        picture, head = self.picture, self._legend_height
        readout = self._readout(self._plot, x)
        drawn = legend(readout, (self._width, head), self._glyphs, with_place=self._chosen is not False)
        if self._chosen:
            drawn[0] = (Run(self._glyphs.right, "cursor"), *drawn[0])
        changed = list(range(head))
        self.rows[:head] = drawn
        if picture is not None:
            axis = head + len(picture.body)
            self.rows[axis] = picture.axis_row(readout.cursor, self._glyphs)
            changed.append(axis)
            for strip, row in zip(self._strips, picture.titles, strict=True):
                self.rows[head + row] = strip_title(self._readout(strip, x), picture, self._glyphs)
                changed.append(head + row)
        return changed


def _places(count: int, columns: int, size: tuple[int, int]) -> list[_Place]:
    """Where each of `count` plots stands, row by row; what does not divide evenly goes to the last."""
    width, height = size
    rows = -(-count // columns)
    places: list[_Place] = []
    for index in range(count):
        row, column = divmod(index, columns)
        left, top = width * column // columns, height * row // rows
        right, bottom = width * (column + 1) // columns, height * (row + 1) // rows
        places.append(_Place(left, top, right - left, bottom - top))
    return places


def _in_width(row: Row, width: int) -> list[Run]:
    """A row cut or filled to `width` cells."""
    left = width
    runs: list[Run] = []
    for run in row:
        cells = cell_len(run.text)
        runs.append(run if cells <= left else run._replace(text=set_cell_size(run.text, left)))
        left -= min(cells, left)
    return [*runs, Run(" " * left, "text")] if left else runs

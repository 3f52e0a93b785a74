"""The legend of a plot: each line with its mark and its value, at the cursor or at the end."""

from __future__ import annotations

import math
from typing import NamedTuple

from rich.cells import cell_len

from losstui.sanitise import clean
from losstui.tui.axes import XAxis, clock, count, duration
from losstui.tui.glyphs import Glyphs
from losstui.tui.lines import PlotLine
from losstui.tui.naming import Names
from losstui.tui.painting import Picture, value_at
from losstui.tui.plot import Look, Plot
from losstui.tui.rows import Row, Run
from losstui.tui.view import View
from losstui.wording import number

VALUE_WIDTH = 9
MOST_ROWS = 6
PLACE_WIDTH = 16  # "step 100000000  "
_AROUND_NAME = 4  # mark and blanks
_LEAST_NAME = 6
_COUNT_WIDTH = 4  # "+12": how many lines there is no room for


def legend_height(plot: Plot, width: int, most: int) -> int:
    """How many rows the legend takes to name all lines in full, at most as many as there may be."""
    room = width - (2 if plot.title else PLACE_WIDTH)
    side_by_side = max(1, room // (_full_width(plot) + VALUE_WIDTH + _AROUND_NAME))
    rows = -(-len(plot.lines) // side_by_side) + bool(plot.title)
    return max(1, min(rows, most, MOST_ROWS))


def legend(
    plot: Plot,
    view: View,
    picture: Picture | None,
    cursor: int | None,
    size: tuple[int, int],
    glyphs: Glyphs,
    *,
    with_place: bool = True,
) -> list[Row]:
    """The rows of the legend in `size`, (width, height), with the cursor at that plot column if any.

    `with_place` begins it with where the values are read. A title has a row of its own, if there is one
    to spare. Lines there is no room for are counted; the one in front is none of them.
    """
    width, height = size
    place = place_text(plot, view, picture, cursor) if with_place else ""
    names = Names([look.name for look in plot.looks])
    painted: list[Row] = []
    if plot.title and height > 1:
        painted.append((Run(f"  {clean(plot.title)}", "strong"), Run(f"  {place}", "label")))
        place = ""
        height -= 1
    room = width - cell_len(place) - 2
    least = _LEAST_NAME + VALUE_WIDTH + _AROUND_NAME + max(map(_extent_width, plot.lines))
    if len(plot.lines) > room // least * height:
        room -= _COUNT_WIDTH
    a_row = min(max(1, room // least), max(1, -(-len(plot.lines) // height)))
    places = range(len(plot.lines))
    fits = a_row * height >= len(places)
    shown = list(places) if fits else sorted(places, key=lambda index: index != plot.front)[: a_row * height]
    aligned = max(cell_len(clean(plot.looks[index].full_name)) for index in shown) if height > 1 else 0
    for row in range(height):
        runs = [Run((place if row == 0 else " " * cell_len(place)) + "  ", "strong")]
        for index in shown[row * a_row : (row + 1) * a_row]:
            entry = _entry(plot, index, view, picture, cursor)
            runs += _cells(plot.looks[index], entry, room // a_row, names, glyphs, aligned)
        painted.append(tuple(runs))
    if len(shown) < len(plot.lines):
        painted[-1] = (*painted[-1], Run(f"+{len(plot.lines) - len(shown)}", "label"))
    return painted


def strip_title(strip: Plot, view: View, picture: Picture, cursor: int | None, glyphs: Glyphs) -> Row:
    """The row above a strip: its line in front with its value, after as many blanks as the axis takes."""
    entry = _entry(strip, strip.front, view, picture, cursor)
    return (
        Run(" " * (picture.left - 1) + glyphs.vertical, "label"),
        *_cells(strip.looks[strip.front], entry, picture.columns, Names(()), glyphs),
    )


class _Entry(NamedTuple):
    value: str
    is_finite: bool
    extent: str
    lost: int


def _full_width(plot: Plot) -> int:
    """The cells of the longest name, with what else is said of its line."""
    return max(
        cell_len(clean(look.full_name)) + _extent_width(line)
        for line, look in zip(plot.lines, plot.looks, strict=True)
    )


def _extent_width(line: PlotLine) -> int:
    """The cells of what is said of a line behind its value, the blank behind it included."""
    extent = line.extent(_last(line), XAxis.STEP)
    return len(extent) + bool(extent)


def _last(line: PlotLine) -> float:
    return float(line.steps[-1]) if len(line.steps) else 0.0


def _cells(
    look: Look, entry: _Entry, width: int, names: Names, glyphs: Glyphs, aligned: int = 0
) -> list[Run]:
    """One line of the plot in `width` cells, or a few more where there are too few for a name.

    Its name takes at least `aligned` of them, if there are as many.
    """
    mark, colour = look.mark(glyphs), f"line{look.slot}"
    tail = [Run(entry.value.ljust(VALUE_WIDTH), "strong" if entry.is_finite else "non-finite")]
    if entry.extent:
        tail.append(Run(f"{entry.extent} ", "label"))
    if entry.lost:
        tail.append(Run(f"{glyphs.critical}{entry.lost} ", "non-finite"))
    room = width - sum(cell_len(run.text) for run in tail) - _AROUND_NAME
    name = names.shortened(look.name, max(_LEAST_NAME, room), glyphs)
    name += look.note if cell_len(name + look.note) <= room else ""
    name += " " * (min(aligned, room) - cell_len(name))
    return [Run(f"{mark} {name} ", colour), *tail, Run(" ", "text")]


def place_text(plot: Plot, view: View, picture: Picture | None, cursor: int | None) -> str:
    """Where the values are read: "last", or the step, epoch or time the cursor stands for."""
    if picture is None or cursor is None:
        return "last"
    x = cursor_x(plot, view, picture, cursor)
    if view.axis is XAxis.TIME:
        return f"time {duration(x)}"
    if view.axis is XAxis.WALL_TIME:
        return f"{clock(x, 86_400.0)} {clock(x)}"
    if view.axis is XAxis.EPOCH:
        return f"epoch {count(x, 0.01)}"
    return f"{plot.step_unit} {round(x)}"


def cursor_x(plot: Plot, view: View, picture: Picture, cursor: int) -> float:
    """The x the cursor stands for: that of the last point in its column, else the column's middle."""
    low, high = picture.x_of(cursor)
    for one in plot.traces(view):
        last = int(one.x.searchsorted(high)) - 1
        if last >= 0 and one.x[last] >= low:
            return float(one.x[last])
    return picture.middle(cursor)


def _entry(plot: Plot, index: int, view: View, picture: Picture | None, cursor: int | None) -> _Entry:
    line = plot.lines[index]
    value = reading(line, view, picture, cursor)
    here, axis = (
        (_last(line), XAxis.STEP)
        if picture is None or cursor is None
        else (picture.x_of(cursor)[1], view.axis)
    )
    return _Entry(
        "" if value is None else number(value),
        value is None or math.isfinite(value),
        line.extent(here, axis),
        len(line.break_steps),
    )


def reading(line: PlotLine, view: View, picture: Picture | None, cursor: int | None) -> float | None:
    """The value of a line at the cursor, else the last one logged; None where there is none."""
    if picture is None or cursor is None:
        return line.last_value
    return value_at(line, view, *picture.x_of(cursor))

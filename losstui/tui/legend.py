"""The legend of a plot: each line with its mark and its value, at the cursor or at the end."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.naming import Names
from losstui.tui.painting import Picture
from losstui.tui.plot import Look, Plot
from losstui.tui.readout import Entry, Readout, extent_width
from losstui.tui.rows import Row, Run

VALUE_WIDTH = 9  # cells: nearly every number, as it is written here
MOST_ROWS = 6  # the curves are what is looked at
PLACE_WIDTH = 16  # "step 100000000  "
LEVEL = "all along"  # what stands behind a value that never changes
_AROUND_NAME = 4  # mark and blanks
_LEAST_NAME = 6  # cells: in fewer hardly a name is told from the next
_COUNT_WIDTH = 4  # "+12": how many lines there is no room for


def legend_height(plot: Plot, width: int, most: int) -> int:
    """How many rows the legend takes to name all lines in full, at most as many as there may be."""
    room = width - (2 if plot.title else PLACE_WIDTH)
    side_by_side = max(1, room // (_full_width(plot) + VALUE_WIDTH + _AROUND_NAME))
    rows = -(-len(plot.lines) // side_by_side) + bool(plot.title)
    return max(1, min(rows, most, MOST_ROWS))


def legend(readout: Readout, size: tuple[int, int], glyphs: Glyphs, *, with_place: bool = True) -> list[Row]:
    """The rows of the legend in `size`, (width, height).

    `with_place` begins it with where the values are read. A title has a row of its own, if there is one
    to spare. Lines there is no room for are counted; the one in front is none of them.
    """
    plot = readout.plot
    width, height = size
    place = readout.place if with_place else ""
    names = Names([look.name for look in plot.looks])
    painted: list[Row] = []
    if plot.title and height > 1:
        painted.append((Run(f"  {clean(plot.title)}", "strong"), Run(f"  {place}", "label")))
        place = ""
        height -= 1
    shown, a_row, cells = _shared_out(plot, width - cell_len(place) - 2, height)
    aligned = max(cell_len(clean(plot.looks[index].full_name)) for index in shown) if height > 1 else 0
    column = _Column(cells, aligned)
    for row in range(height):
        runs = [Run((place if row == 0 else " " * cell_len(place)) + "  ", "strong")]
        for index in shown[row * a_row : (row + 1) * a_row]:
            runs += _cells(plot.looks[index], readout.entry(index), column, names, glyphs)
        painted.append(tuple(runs))
    if len(shown) < len(plot.lines):
        painted[-1] = (*painted[-1], Run(f"+{len(plot.lines) - len(shown)}", "label"))
    return painted


def _shared_out(plot: Plot, room: int, height: int) -> tuple[list[int], int, int]:
    """Which lines are named in `height` rows of `room` cells, how many a row, and the cells of each."""
    least = _LEAST_NAME + VALUE_WIDTH + _AROUND_NAME + max(map(extent_width, plot.lines))
    if len(plot.lines) > room // least * height:
        room -= _COUNT_WIDTH
    a_row = min(max(1, room // least), max(1, -(-len(plot.lines) // height)))
    places = list(range(len(plot.lines)))
    if a_row * height < len(places):
        places = sorted(places, key=lambda index: index != plot.front)[: a_row * height]
    return places, a_row, room // a_row


def strip_title(readout: Readout, picture: Picture, glyphs: Glyphs) -> Row:
    """The row above a strip: its line in front with its value, after as many blanks as the axis takes.

    It is all there is of a strip that is level, and says so.
    """
    front = readout.plot.front
    note = LEVEL if readout.plot.is_level(readout.view) else ""
    room = picture.columns - len(note)
    return (
        Run(" " * (picture.left - 1) + glyphs.vertical, "label"),
        *_cells(readout.plot.looks[front], readout.entry(front), _Column(room), Names(()), glyphs),
        Run(note, "label"),
    )


def _full_width(plot: Plot) -> int:
    """The cells of the longest name, with what else is said of its line."""
    return max(
        cell_len(clean(look.full_name)) + extent_width(line)
        for line, look in zip(plot.lines, plot.looks, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """The cells that a line of the plot is named in, and how many of them its name takes at least."""

    width: int
    name: int = 0


def _cells(look: Look, entry: Entry, column: _Column, names: Names, glyphs: Glyphs) -> list[Run]:
    """One line of the plot in a column, or a few cells more where that is too narrow for a name."""
    mark, colour = look.mark(glyphs), f"line{look.slot}"
    tail = [Run(entry.value.ljust(VALUE_WIDTH), "strong" if entry.is_finite else "non-finite")]
    if entry.extent:
        tail.append(Run(f"{entry.extent} ", "label"))
    if entry.lost:
        tail.append(Run(f"{glyphs.critical}{entry.lost} ", "non-finite"))
    room = column.width - sum(cell_len(run.text) for run in tail) - _AROUND_NAME
    name = names.shortened(look.name, max(_LEAST_NAME, room), glyphs)
    name += look.note if cell_len(name + look.note) <= room else ""
    name += " " * (min(column.name, room) - cell_len(name))
    return [Run(f"{mark} {name} ", colour), *tail, Run(" ", "text")]

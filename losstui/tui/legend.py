"""The legend of a plot: each curve with its mark and its value, at the cursor or at the end."""

from __future__ import annotations

from rich.cells import cell_len

from losstui.sanitise import clean
from losstui.tui.axes import XAxis, count, duration, number, whole
from losstui.tui.glyphs import Glyphs
from losstui.tui.painting import Picture, line_mark, value_at
from losstui.tui.plot import Plot, PlotLine, View
from losstui.tui.rows import Row, Run
from losstui.tui.shortening import shortened

VALUE_WIDTH = 9
MOST_ROWS = 4
_LEAST_TAG = 6


def legend_height(plot: Plot, width: int, most: int) -> int:
    """How many rows the legend takes: one where all curves fit side by side, else one a curve."""
    together = 16 + sum(cell_len(clean(tag)) + VALUE_WIDTH + 10 for tag in plot.tags)
    return 1 if together <= width else max(1, min(len(plot.lines), most, MOST_ROWS))


def legend(
    plot: Plot, view: View, picture: Picture | None, cursor: int | None, size: tuple[int, int], glyphs: Glyphs
) -> list[Row]:
    """The rows of the legend in `size`, (width, height), with the cursor at that plot column if any."""
    width, height = size
    place = _place(plot, view, picture, cursor)
    values = [_value(line, plot, view, picture, cursor) for line in plot.lines]
    shown = list(range(len(plot.lines)))
    alone = height - 1  # rows with one curve; the last row takes all others
    rows = [[index] for index in shown[:alone]] + [shown[alone:]]
    painted: list[Row] = []
    for indices in rows:
        head = place if not painted else " " * cell_len(place)
        room = (width - cell_len(head) - 2) // max(1, len(indices)) - VALUE_WIDTH - 5
        runs = [Run(head + "  ", "strong")]
        for index in indices:
            line, (value, finite) = plot.lines[index], values[index]
            tag = shortened(clean(line.curve.tag), max(_LEAST_TAG, room), glyphs)
            runs.append(Run(f"{line_mark(index, glyphs)} {tag} ", f"line{index}"))
            runs.append(Run(value.ljust(VALUE_WIDTH), "strong" if finite else "non-finite"))
            lost = len(line.curve.non_finite_steps)
            if lost:
                runs.append(Run(f"{glyphs.critical}{whole(lost)} ", "non-finite"))
            runs.append(Run(" ", "text"))
        painted.append(tuple(runs))
    return painted


def _place(plot: Plot, view: View, picture: Picture | None, cursor: int | None) -> str:
    if picture is None or cursor is None:
        return "last"
    x = cursor_x(plot, view, picture, cursor)
    if view.axis is XAxis.TIME:
        return f"time {duration(x)}"
    if view.axis is XAxis.EPOCH:
        return f"epoch {count(x, 0.01)}"
    return f"{plot.step_unit} {whole(round(x))}"


def cursor_x(plot: Plot, view: View, picture: Picture, cursor: int) -> float:
    """The x the cursor stands for: that of the last point in its column, else the column's middle."""
    low, high = picture.x_of(cursor)
    for one in plot.traces(view):
        last = int(one.x.searchsorted(high)) - 1
        if last >= 0 and one.x[last] >= low:
            return float(one.x[last])
    return low / 2 + high / 2


def _value(
    line: PlotLine, plot: Plot, view: View, picture: Picture | None, cursor: int | None
) -> tuple[str, bool]:
    if picture is None or cursor is None:
        return (number(float(line.curve.values[-1])) if len(line.curve) else ""), True
    return value_at(line, view, plot.start, *picture.x_of(cursor))

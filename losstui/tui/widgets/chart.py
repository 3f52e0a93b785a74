"""The chart: curves with the findings' stretches on them, and a value cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from losstui.tui.glyphs import Glyphs
from losstui.tui.marker import Marker
from losstui.tui.palette import Palette
from losstui.tui.rows import Row, Run

if TYPE_CHECKING:
    from losstui.tui.painting import Picture
    from losstui.tui.plot import Plot, Shade, View

# numpy comes with the modules that draw; they are imported when there is something to draw, so that
# the screen is there before.

LEGEND_SHARE = 4  # the legend may take one row in four


class Chart(Widget, can_focus=True):
    """Shows a plot, or a note where there is none. The picture is painted once for each change."""

    @dataclass
    class CursorMoved(Message):
        """The value cursor stands at `step` now; None where it was taken away."""

        step: int | None

    @dataclass
    class ViewChanged(Message):
        """How the curves are shown has changed; `description` says how, in a few words."""

        description: str

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._plot: Plot | None = None
        self._view: View | None = None
        self._marker = Marker.BRAILLE
        self._shades: tuple[Shade, ...] = ()
        self._selected: Shade | None = None
        self._note = ""
        self._refusal = ""
        self._cursor_x: float | None = None
        self._picture: Picture | None = None
        self._rows: list[Row] | None = None
        self._legend_height = 1

    @property
    def zoomed(self) -> bool:
        """Whether only a part of the x range is shown."""
        return self._view is not None and self._view.zoom is not None

    @property
    def description(self) -> str:
        """How the curves are shown, in a few words."""
        if self._refusal:
            return self._refusal
        if self._plot is None or self._view is None:
            return ""
        from losstui.tui.viewing import description

        self._paint()
        outliers = self._picture.outliers if self._picture else 0
        return description(self._plot, self._view, outliers, self._glyphs)

    @property
    def steps_in_sight(self) -> tuple[int, int] | None:
        """The first and last step of the curve in front that are seen; None where all are."""
        if self._plot is None or self._view is None or self._view.zoom is None:
            return None
        low, high = (self._plot.step_at(x, self._view.axis) for x in self._view.zoom)
        return low, high

    def show(self, plot: Plot | None, note: str = "") -> None:
        """Show other curves, all of their range; where there is no plot, show the note."""
        self._plot, self._note = plot, note
        self._cursor_x = None
        self._shades, self._selected = (), None
        if plot is not None:
            from losstui.tui.plot import View
            from losstui.tui.viewing import fitting

            self._view = fitting(plot, self._view or View(marker=self._marker))
        self._changed("")

    def renew(self, plot: Plot | None) -> None:
        """Show what is new of the same curves: the zoom and the cursor stay where they are."""
        if plot is None or self._view is None or self._plot is None:
            self.show(plot)
            return
        self._plot = plot
        if not plot.has_positive:
            self._view = replace(self._view, log=False)
        self._changed("")

    def shade(self, shades: Sequence[Shade], selected: Shade | None) -> None:
        """Mark the stretches of findings, the selected one strongest."""
        self._shades, self._selected = tuple(shades), selected
        self._repaint()

    def zoom_to_steps(self, first: int, last: int) -> None:
        """Show the steps from `first` to `last`, with a margin."""
        if self._plot is not None and self._view is not None:
            from losstui.tui.viewing import around_steps

            self._look(around_steps(self._plot, self._view, first, last))

    def zoom(self, steps: int) -> None:
        """Halve (1) or double (-1) the visible x range around the cursor, else around its middle."""
        if self._plot is not None and self._view is not None:
            from losstui.tui.viewing import zoomed

            self._look(zoomed(self._plot, self._view, self._cursor_x, steps))

    def pan(self, steps: int) -> None:
        """Move the visible x range by quarters of its width."""
        if self._plot is not None and self._view is not None:
            from losstui.tui.viewing import panned

            self._look(panned(self._plot, self._view, steps))

    def reset_view(self) -> None:
        """Show the whole curves."""
        if self._view is not None:
            self._look(replace(self._view, zoom=None))

    def smooth(self, steps: int) -> None:
        """Average over more (1) or fewer (-1) points."""
        if self._view is not None:
            self._look(self._view.smoother(steps))

    def toggle_log(self) -> None:
        """Switch the logarithmic y axis; refused, with a note, where no value is positive."""
        if self._plot is None or self._view is None:
            return
        if not self._view.log and not self._plot.has_positive:
            self._changed("no log y: no value is positive")
            return
        self._look(replace(self._view, log=not self._view.log))

    def toggle_outliers(self) -> None:
        """Fit the y axis to all values, or to all but far outliers."""
        if self._view is not None:
            self._look(replace(self._view, cut_outliers=not self._view.cut_outliers))

    def next_marker(self) -> Marker:
        """Draw with the next marker, which is returned."""
        marker = (self._view.marker if self._view is not None else self._marker).next
        self.draw_with(marker)
        return marker

    def draw_with(self, marker: Marker) -> None:
        """Draw with that marker."""
        self._marker = marker
        if self._view is not None:
            self._look(replace(self._view, marker=marker))

    def next_axis(self) -> None:
        """Place the curves on the next x axis that all of them have; the cursor stays on its step."""
        if self._plot is None or self._view is None:
            return
        from losstui.tui.viewing import on_next_axis

        view = on_next_axis(self._plot, self._view)
        if view is None:
            self._changed("the log has no epochs or times")
            return
        step = self._cursor_step()
        self._cursor_x = None if step is None else self._plot.x_of(step, view.axis)
        self._look(view)

    def move_cursor(self, columns: int) -> None:
        """Move the value cursor; the first move brings it in from the end it comes from."""
        self._paint()
        if self._picture is None:
            return
        column, last = self._cursor_column(), self._picture.columns - 1
        if column is None:
            column = -1 if columns > 0 else last + 1
        self._put_cursor(max(0, min(last, column + columns)))

    def cursor_to_edge(self, direction: int) -> None:
        """Put the value cursor at the start (-1) or the end (1)."""
        self._paint()
        if self._picture is not None:
            self._put_cursor(0 if direction < 0 else self._picture.columns - 1)

    def remove_cursor(self) -> bool:
        """Take the value cursor away; False where there was none."""
        if self._cursor_x is None:
            return False
        self._cursor_x = None
        self._refresh_cursor()
        self.post_message(self.CursorMoved(None))
        return True

    def render_line(self, y: int) -> Strip:
        """One row of the picture."""
        self._paint()
        base = self.rich_style
        if self._rows is None or y >= len(self._rows):
            return Strip.blank(self.size.width, base)
        style = self._palette.style
        segments = [Segment(text, base + style(use, shading)) for text, use, shading in self._rows[y]]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_resize(self) -> None:
        """Paint anew for the new size."""
        self._repaint()

    def on_click(self, event: events.Click) -> None:
        """Put the value cursor where the mouse is."""
        if self._picture is not None and 0 <= event.x - self._picture.left < self._picture.columns:
            self._put_cursor(event.x - self._picture.left)

    def _look(self, view: View) -> None:
        self._view = view
        self._changed("")

    def _changed(self, refusal: str) -> None:
        self._refusal = refusal
        self._repaint()
        self.post_message(self.ViewChanged(self.description))

    def _repaint(self) -> None:
        self._rows = None
        self.refresh()

    def _cursor_column(self) -> int | None:
        if self._picture is None or self._cursor_x is None:
            return None
        return self._picture.column_of(self._cursor_x)

    def _cursor_step(self) -> int | None:
        column = self._cursor_column()
        if self._plot is None or self._view is None or self._picture is None or column is None:
            return None
        from losstui.tui.legend import cursor_x

        return self._plot.step_at(cursor_x(self._plot, self._view, self._picture, column), self._view.axis)

    def _put_cursor(self, column: int) -> None:
        if self._picture is not None:
            low, high = self._picture.x_of(column)
            self._cursor_x = low / 2 + high / 2
            self._refresh_cursor()
            self.post_message(self.CursorMoved(self._cursor_step()))

    def _refresh_cursor(self) -> None:
        """Draw the axis and the legend again; the plot between them would cost twenty times as much."""
        if self._rows is None or self._picture is None:
            return
        self._draw_cursor_rows(self._rows, self._picture)
        width, axis = self.size.width, self._legend_height + len(self._picture.body)
        self.refresh(Region(0, 0, width, self._legend_height), Region(0, axis, width, 1))

    def _draw_cursor_rows(self, rows: list[Row], picture: Picture) -> None:
        if self._plot is None or self._view is None:
            return
        from losstui.tui.legend import legend

        column = self._cursor_column()
        size = (self.size.width, self._legend_height)
        rows[: self._legend_height] = legend(self._plot, self._view, picture, column, size, self._glyphs)
        rows[self._legend_height + len(picture.body)] = picture.axis_row(column, self._glyphs)

    def _paint(self) -> None:
        """Bring `_rows` up to date, if anything but the cursor has changed."""
        width, height = self.size
        if self._rows is not None or width == 0 or height == 0:
            return
        self._picture = None
        if self._plot is None or self._view is None:
            self._rows = _message(self._note, width, height)
            return
        from losstui.tui.legend import legend_height
        from losstui.tui.painting import paint

        self._legend_height = legend_height(self._plot, width, max(1, height // LEGEND_SHARE))
        size = (width, height - self._legend_height)
        picture = paint(self._plot, self._view, self._shades, self._selected, size, self._glyphs)
        if picture is None:
            self._rows = _message("no value to draw, or no room for it", width, height)
            return
        blank: Row = ()
        rows: list[Row] = [*[blank] * self._legend_height, *picture.body, blank, picture.labels]
        self._picture = picture
        self._draw_cursor_rows(rows, picture)
        self._rows = rows


def _message(text: str, width: int, height: int) -> list[Row]:
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    rows: list[Row] = [(Run(line.center(width), "note"),) for line in lines]
    return [()] * max(0, height // 2 - len(rows)) + rows

"""The chart: a canvas with a value cursor to move and ways to look at what is on it."""

from __future__ import annotations

from dataclasses import replace

from textual import events

from losstui.tui.marker import Marker
from losstui.tui.widgets.canvas import Canvas


class Chart(Canvas):
    """Moves the value cursor, and changes the view: the stretch, the axes, smoothing, what else is drawn."""

    def move_cursor(self, columns: int) -> None:
        """Move the value cursor; the first move brings it in from the end it comes from."""
        picture = self._painted()
        if picture is None:
            return
        column, last = self._cursor_column(), picture.columns - 1
        if column is None:
            column = -1 if columns > 0 else last + 1
        self._put_cursor(picture.middle(max(0, min(last, column + columns))))

    def cursor_to_edge(self, direction: int) -> None:
        """Put the value cursor at the start (-1) or the end (1)."""
        picture = self._painted()
        if picture is not None:
            self._put_cursor(picture.middle(0 if direction < 0 else picture.columns - 1))

    def on_click(self, event: events.Click) -> None:
        """Put the value cursor where the mouse is."""
        x = self._panels.column_at(event.x, event.y) if self._panels is not None else None
        if x is not None:
            self._put_cursor(x)

    def zoom_to_steps(self, first: int, last: int) -> None:
        """Show the steps from `first` to `last` of the line in front, with a margin."""
        if self._figure is not None and self._view is not None:
            from losstui.tui.viewing import around_steps

            self._look(around_steps(self._page(self._figure), self._view, first, last))

    def zoom(self, steps: int) -> None:
        """Halve (1) or double (-1) the visible x range around the cursor, else around its middle."""
        self._zoom_around(self._cursor_x, steps)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in where the mouse is."""
        self._zoom_at_mouse(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out where the mouse is."""
        self._zoom_at_mouse(event, -1)

    def _zoom_at_mouse(self, event: events.MouseEvent, steps: int) -> None:
        x = self._panels.column_at(event.x, event.y) if self._panels is not None else None
        if x is not None:
            self._zoom_around(x, steps)
            event.stop()

    def _zoom_around(self, x: float | None, steps: int) -> None:
        if self._figure is not None and self._view is not None:
            from losstui.tui.viewing import zoomed

            self._look(zoomed(self._page(self._figure), self._view, x, steps))

    def pan(self, steps: int) -> None:
        """Move the visible x range by quarters of its width."""
        if self._figure is not None and self._view is not None:
            from losstui.tui.viewing import panned

            self._look(panned(self._page(self._figure), self._view, steps))

    def reset_view(self) -> None:
        """Show the whole curves."""
        if self._view is not None:
            self._look(replace(self._view, zoom=None))

    def smooth(self, steps: int) -> None:
        """Average over more (1) or fewer (-1) points."""
        if self._view is not None:
            self._look(self._view.smoother(steps))

    def toggle_raw(self) -> None:
        """Draw the logged values behind their average, or the average alone."""
        if self._view is not None:
            self._look(replace(self._view, raw=not self._view.raw))

    def toggle_log(self) -> None:
        """Switch the logarithmic y axis; refused, with a note, where no value is positive."""
        if self._figure is None or self._view is None:
            return
        if not self._view.log and not self._page(self._figure).has_positive:
            self._changed("no log y: no value is positive")
            return
        self._look(replace(self._view, log=not self._view.log))

    def toggle_outliers(self) -> None:
        """Fit the y axis to all values, or to all but far outliers."""
        if self._view is not None:
            self._look(replace(self._view, cut_outliers=not self._view.cut_outliers))

    def next_marker(self) -> Marker:
        """Draw with the next marker, which is returned."""
        marker = (self._view or self._first_view()).marker.next
        self.draw_with(marker)
        return marker

    def draw_with(self, marker: Marker) -> None:
        """Draw with that marker."""
        self._remembered["marker"] = marker.value
        if self._view is not None:
            self._look(replace(self._view, marker=marker))

    def toggle_strips(self) -> str:
        """Show what drives the run below its curves, or not; returns what there is to say about it."""
        if self._figure is not None and not self._figure.strips:
            return "no learning rate or gradient norm is logged"
        from losstui.tui.panels import STRIPS_FROM

        if self._in_grid():
            return "strips show below a single chart"
        if self.size.height < STRIPS_FROM:
            return f"no room for strips: the chart has {self.size.height} rows, they need {STRIPS_FROM}"
        self._strips = not self._strips
        self._changed("")
        return "" if self._strips else "strips hidden"

    def toggle_grid(self) -> None:
        """Show the curves of several tags side by side, or of one."""
        self._grid = not self._in_grid()
        self._changed("")

    def next_axis(self) -> None:
        """Place the curves on the next x axis that all of them have; the cursor stays on its step."""
        if self._figure is None or self._view is None:
            return
        from losstui.tui.viewing import on_next_axis

        view = on_next_axis(self._page(self._figure), self._view)
        if view is None:
            self._changed("no other x axis for these curves")
            return
        step = self._cursor_step()
        self._cursor_x = None if step is None else self._figure.plot.x_of(step, view.axis)
        self._look(view)

"""Curves with the findings' stretches on them, and a value cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import Palette
from losstui.tui.rows import Row, Run, centred
from losstui.tui.widgets.preparation import Preparation
from losstui.tui.widgets.row_style import RowStyled, unheard

if TYPE_CHECKING:
    from losstui.tui.figure import Figure, Page
    from losstui.tui.painting import Picture
    from losstui.tui.panels import Panels
    from losstui.tui.plot import Plot
    from losstui.tui.view import View

# numpy comes with the modules that draw; they are imported when there is something to draw, so that
# the screen is there before.

GRID_FROM = (72, 44)  # columns and rows from which several plots have room without being asked for


class Canvas(RowStyled, can_focus=True):
    """Shows a figure, or a note where there is none. The rows are painted once for each change."""

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._figure: Figure | None = None
        self._view: View | None = None
        self._remembered: dict[str, Any] = {}  # how to look at the first curves
        self._note = ""
        self._refusal = ""
        self._cursor_x: float | None = None
        self._panels: Panels | None = None
        self._rows: list[Row] | None = None
        self._styles: dict[tuple[str, int], Style] = {}
        self._strips = True
        self._preparation = Preparation(self, self._parts_to_prepare)
        self.likely_figures: Callable[[], Iterable[Figure]] = tuple  # what may be shown next
        # Who is told is told at once: a message through the queues would be answered a frame later.
        self.when_cursor_moved: Callable[[int | None], None] = unheard  # to that step; None: taken away
        self.when_view_changed: Callable[[str], None] = unheard  # which is described so
        self._grid: bool | None = None  # what was asked for; None for as there is room

    @property
    def zoomed(self) -> bool:
        """Whether only a part of the x range is shown."""
        return self._view is not None and self._view.zoom is not None

    @property
    def description(self) -> str:
        """How the curves are shown, in a few words."""
        if self._refusal:
            return self._refusal
        if self._figure is None or self._view is None:
            return ""
        from losstui.tui.viewing import description

        self._paint()
        outliers = self._panels.outliers if self._panels else 0
        shown = description(self._figure.plot, self._view, outliers, self._glyphs)
        if not self._in_grid() and any(self._view.axis not in one.axes() for one in self._strips_shown()):
            return f"strip without {self._view.axis.value} left out {self._glyphs.dot} {shown}"
        columns, rows = self._grid_size(self._figure)
        place = self._figure.place(columns * rows)
        return f"{place} {self._glyphs.dot} {shown}" if place else shown

    @property
    def steps_in_sight(self) -> tuple[int, int] | None:
        """The first and last step of the line in front that are seen; None where all are."""
        if self._figure is None or self._view is None or self._view.zoom is None:
            return None
        low, high = (self._figure.plot.step_at(x, self._view.axis) for x in self._view.zoom)
        return low, high

    def readings(self) -> tuple[str, list[tuple[str, float]]]:
        """Where the cursor stands, "" without one, and the name and value of every line there or at last."""
        self._paint()
        if self._panels is None:
            return "", []
        place = "" if self._cursor_x is None else self._panels.place(self._cursor_x)
        return place, list(self._panels.readings(self._cursor_x))

    def show(self, figure: Figure | None, note: str = "") -> None:
        """Show other curves, all of their range; where there is no figure, show the note."""
        self._figure, self._note = figure, note
        self._cursor_x = None
        if figure is not None:
            from losstui.tui.viewing import fitting

            self._view = fitting(self._page(figure), self._view or self._first_view())
        self._changed("")

    def remember(self, choices: Mapping[str, Any]) -> None:
        """Look at the first curves as `view_choices` said before."""
        self._remembered = dict(choices)
        grid = choices.get("grid")
        self._grid = grid if isinstance(grid, bool) else None
        self._strips = choices.get("strips") is not False

    def view_choices(self) -> dict[str, Any]:
        """How the curves are looked at, as plain values."""
        if self._view is None:
            return self._remembered
        from losstui.tui.view_memory import plain

        return {**plain(self._view), "grid": self._grid, "strips": self._strips}

    def _first_view(self) -> View:
        from losstui.tui.view import View
        from losstui.tui.view_memory import restored

        return restored(View(), self._remembered)

    def renew(self, figure: Figure | None) -> None:
        """Show what is new of the same curves: the zoom and the cursor stay where they are."""
        if figure is None or self._view is None or self._figure is None:
            self.show(figure)
            return
        self._figure = figure
        page = self._page(figure)
        if self._view.axis not in page.axes():
            self.show(figure)
            return
        if not page.has_positive:
            self._view = replace(self._view, log=False)
        self._changed("")

    def remove_cursor(self) -> bool:
        """Take the value cursor away; False where there was none."""
        if self._cursor_x is None:
            return False
        self._cursor_x = None
        self._refresh_cursor()
        self.when_cursor_moved(None)
        return True

    def render_line(self, y: int) -> Strip:
        """One row of the panels."""
        self._paint()
        base = self.row_style
        if self._rows is None or y >= len(self._rows):
            return Strip.blank(self.size.width, base)
        segments = [Segment(run.text, self._style(run)) for run in self._rows[y]]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in `crop`."""
        self._styles = {}
        return super().render_lines(crop)

    def _style(self, run: Run) -> Style:
        """The style of a run on the ground of the widget, found out once for all rows drawn together."""
        key = run[1:]
        if key not in self._styles:
            self._styles[key] = self.row_style + self._palette.style(run.use, run.shading)
        return self._styles[key]

    def on_resize(self) -> None:
        """Paint anew for the new size."""
        self._repaint()
        self.refresh()

    def _look(self, view: View) -> None:
        if view != self._view or self._refusal:
            self._view = view
            self._changed("")

    def _changed(self, refusal: str) -> None:
        self._refusal = refusal
        before = self._rows
        self._repaint()
        if before is None or self._rows is None or len(before) != len(self._rows):
            self.refresh()
        else:
            self.refresh_rows([y for y, row in enumerate(self._rows) if row != before[y]])
        self.when_view_changed(self.description)

    def _repaint(self) -> None:
        self._rows = None
        self._paint()
        self._preparation.begin()

    def put_off(self) -> None:
        """Someone presses a key: what may be needed after it waits until it is answered."""
        self._preparation.put_off()

    def _parts_to_prepare(self) -> Iterator[None]:
        """Make what the next key may need, a short time at a time."""
        if self._figure is None or self._view is None or self._rows is None:
            return
        from losstui.tui.viewing import fitting, likely_views

        page = self._page(self._figure, self._strips_shown())
        yield from page.preparing(likely_views(page, self._view))
        for figure in self.likely_figures():
            yield
            strips = figure.strips if self._strips else ()
            yield
            page = self._page(figure, strips)
            yield
            yield from page.preparing([fitting(page, self._view)])

    def _in_grid(self) -> bool:
        if self._grid is not None:
            return self._grid
        alone = self._figure is not None and self._figure.alone
        return not alone and self.size.width >= GRID_FROM[0] and self.size.height >= GRID_FROM[1]

    def _grid_size(self, figure: Figure) -> tuple[int, int]:
        from losstui.tui.panels import grid_for

        return grid_for(figure.count, (self.size.width, self.size.height)) if self._in_grid() else (1, 1)

    def _strips_shown(self) -> Sequence[Plot]:
        return self._figure.strips if self._figure is not None and self._strips else ()

    def _page(self, figure: Figure, strips: Sequence[Plot] = ()) -> Page:
        columns, rows = self._grid_size(figure)
        return figure.page(columns * rows, strips)

    def _painted(self) -> Picture | None:
        self._paint()
        return None if self._panels is None else self._panels.picture

    def _cursor_column(self) -> int | None:
        picture = None if self._panels is None else self._panels.picture
        if picture is None or self._cursor_x is None:
            return None
        return picture.column_of(self._cursor_x)

    def _cursor_step(self) -> int | None:
        picture, column = self._painted(), self._cursor_column()
        if self._figure is None or self._view is None or picture is None or column is None:
            return None
        from losstui.tui.readout import Readout

        plot = self._figure.plot
        x = Readout(plot, self._view, picture, column).x
        return None if x is None else plot.step_at(x, self._view.axis)

    def _put_cursor(self, x: float) -> None:
        self._cursor_x = x
        self._refresh_cursor()
        self.when_cursor_moved(self._cursor_step())

    def _refresh_cursor(self) -> None:
        """Draw the axes and the legends again; the plots between them would cost twenty times as much."""
        if self._rows is None or self._panels is None:
            return
        changed = self._panels.put_cursor(self._cursor_x)
        for y in changed:
            self._rows[y] = self._panels.row(y)
        self.refresh_rows(changed)

    def _paint(self) -> None:
        """Bring `_rows` up to date, if anything but the cursor has changed."""
        width, height = self.size
        if self._rows is not None or width == 0 or height == 0:
            return
        self._panels = None
        if self._figure is None or self._view is None:
            self._rows = centred(self._note, width, height)
            return
        from losstui.tui.panels import Panels

        columns = self._grid_size(self._figure)[0]
        page = self._page(self._figure, self._strips_shown())
        self._panels = Panels(page, self._view, (width, height), columns, self._glyphs)
        self._panels.put_cursor(self._cursor_x)
        self._rows = [self._panels.row(y) for y in range(height)]

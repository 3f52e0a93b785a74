"""One line above the curves that says which run they are of, and how they are shown."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from losstui.findings import Severity
from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.naming import Names
from losstui.tui.palette import Palette, severity_use
from losstui.tui.shortening import shortened

VIEW_WIDTH = 34  # cells for how the curves are shown: thousands of outliers off the plot, and the axis
VIEW_SHARE = 0.6  # of the line, the same where that is less
LEAST_WIDTH = 50  # columns: below, the name of the run takes the whole line


class RunPicker(Static):
    """Shows the name of a run, how many there are, and how its curves are shown."""

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._run_id: str | None = None
        self._names = Names(())
        self._worst: Severity | None = None
        self._marks = Text()
        self._place = ""
        self._view = ""

    def show(self, run_id: str | None, names: Names, worst: Severity | None, place: str, marks: Text) -> None:
        """Show a run, or none, after its marks; `place` is where it stands in the list: "2/6"."""
        self._names = names
        self._run_id, self._worst, self._place, self._marks = run_id, worst, place, marks
        self.refresh()

    def describe(self, view: str) -> None:
        """Say how the curves are shown."""
        if view != self._view:
            self._view = view
            self.refresh()

    def render(self) -> Text:
        """One line: the run at the left, the view at the right."""
        width = self.size.width
        text = Text()
        if self._run_id is None and self._place.startswith("0/0"):
            return text
        tail = f" {self._place} {self._glyphs.right}"
        taken = cell_len(tail) + self._marks.cell_len + cell_len(clean(self._run_id or "")) + 5
        view = self._view_in(width - taken) if width >= LEAST_WIDTH else ""
        room = width - cell_len(tail) - cell_len(view) - 5
        before = self._glyphs.left if self._run_id is None else f"{self._glyphs.left} "
        text.append(before, self._palette.style("label"))
        if self._run_id is not None:
            mark = self._glyphs.severity(self._worst)
            text.append_text(self._marks)
            text.append(f"{mark} ", self._palette.style(severity_use(self._worst)))
            name = self._names.shortened(self._run_id, max(1, room - self._marks.cell_len), self._glyphs)
            text.append(name, self._palette.style("strong"))
        text.append(tail, self._palette.style("label"))
        if view:
            text.append(" " * max(1, width - text.cell_len - cell_len(view)))
            text.append(view, self._palette.style("label"))
        return text

    def _view_in(self, room: int) -> str:
        """How the curves are shown in `room` cells, or in those that are due to it beside a long name."""
        dot = f" {self._glyphs.dot} "
        place, _, rest = self._view.partition(dot)
        # The name of the run says more than which tag it is.
        shown = rest if place.startswith("tag") and cell_len(self._view) > room else self._view
        room = max(room, min(VIEW_WIDTH, int(self.size.width * VIEW_SHARE)))
        while cell_len(shown) > room and dot in shown:
            shown = shown.partition(dot)[2]
        return shortened(shown, room, self._glyphs)

"""One line above the curves that says which run they are of, and how they are shown."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from losstui.sanitise import clean
from losstui.tui.glyphs import Glyphs
from losstui.tui.naming import Names
from losstui.tui.palette import Palette
from losstui.tui.shortening import shortened

VIEW_WIDTH = 34  # cells for how the curves are shown: thousands of outliers off the plot, and the axis
VIEW_SHARE = 0.6  # of the line, the same where that is less
LEAST_WIDTH = 50  # columns: below, the whole name comes before all but its place


class RunPicker(Static):
    """Shows the name of a run, how many there are, and how its curves are shown."""

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._run_id: str | None = None
        self._names = Names(())
        self._marks = Text()
        self._ill = Text()
        self._alone = False
        self._place = ""
        self._view = ""

    def show(self, run_id: str | None, names: Names, marks: Text, place: str, ill: Text) -> None:
        """Show a run, or none, after its marks.

        `place` is its state, and where it stands in the list: "† 2/6"; `ill` counts the runs of the list that
        need someone.
        """
        self._names = names
        self._run_id, self._marks, self._place, self._ill = run_id, marks, place, ill
        self.refresh()

    def stand_alone(self, alone: bool) -> None:
        """Whether no list of runs is beside it: then it says how many are ill."""
        if alone is not self._alone:
            self._alone = alone
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
        tail = Text(f" {self._place} {self._glyphs.right}", self._palette.style("label"))
        name_width = self._marks.cell_len + cell_len(clean(self._run_id or "")) + 3
        if self._alone and (width >= LEAST_WIDTH or width - name_width >= tail.cell_len + self._ill.cell_len):
            tail.append_text(self._ill)
        view = self._view_in(width - name_width - tail.cell_len) if width >= LEAST_WIDTH else ""
        room = width - tail.cell_len - cell_len(view) - 3
        before = self._glyphs.left if self._run_id is None else f"{self._glyphs.left} "
        text.append(before, self._palette.style("label"))
        if self._run_id is not None:
            text.append_text(self._marks)
            name = self._names.shortened(self._run_id, max(1, room - self._marks.cell_len), self._glyphs)
            text.append(name, self._palette.style("strong"))
        text.append_text(tail)
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

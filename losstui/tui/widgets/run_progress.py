"""How many runs have been read and what was found in them, in the last line of the list of runs."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from losstui.tui.glyphs import Glyphs
from losstui.tui.shortening import cut_lines


class RunProgress(Static):
    """Shows a line, and the order of the runs where no border is there to say it."""

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._counted, self._brief, self._marks = "", "", Text()
        self._order = ""

    def show(self, counted: str, brief: str, marks: Text, order: str) -> None:
        """Show how many there are, and what they are ordered by: "by severity".

        `counted` has a `brief` form without its noun ("42 runs", "42"); `marks` say how many are how bad.
        """
        self._counted, self._brief, self._marks, self._order = counted, brief, marks, order
        self.refresh()

    def render(self) -> Text:
        """One line. Its noun goes before a count is cut: a mark without its number would tell a wrong one."""
        text = self._line(f"{self._counted} ")
        if text.cell_len > self.size.width:
            text = self._line(self._brief)
        return cut_lines(text, self.size.width, self._glyphs)

    def _line(self, begin: str) -> Text:
        text = Text(begin).append_text(self._marks)
        if self._order and self.screen.has_class("-single"):
            text.append(f" {self._glyphs.dot} {self._order}")
        return text

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
        self._text = Text()
        self._order = ""

    def show(self, text: Text, order: str) -> None:
        """Show how many there are, and what they are ordered by: "by severity"."""
        self._text, self._order = text, order
        self.refresh()

    def render(self) -> Text:
        """One line; a mark without its number would tell a wrong one."""
        text = self._text.copy()
        if self._order and self.screen.has_class("-single"):
            text.append(f" {self._glyphs.dot} {self._order}")
        return cut_lines(text, self.size.width, self._glyphs)

"""The keys that help most right now, in the last line of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from losstui.tui.glyphs import Glyphs
from losstui.tui.keymap import written
from losstui.tui.keys import Key
from losstui.tui.palette import Palette
from losstui.tui.shortening import cut_lines

GAP, NARROW_GAP = "  ", " "
# Columns: below, those that lead to other panes and to the next finding have no room but in fewer cells.
LEAST_WIDTH = 50


class KeyBar(Static):
    """Shows keys, as many as fit, or a message in their place."""

    def __init__(self, palette: Palette, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._glyphs = glyphs
        self._keys: tuple[Key, ...] = ()
        self._message = ""

    def show(self, keys: Sequence[Key]) -> None:
        """Show these keys, the most needed first, unless a message is in their place."""
        self._keys = tuple(keys)
        self.refresh()

    def say(self, message: str) -> None:
        """Show a message in place of the keys; an empty one gives the place back."""
        self._message = message
        self.refresh()

    def render(self) -> Text:
        """One line."""
        if self._message:
            return cut_lines(
                Text(self._message, self._palette.style("strong")), self.size.width, self._glyphs
            )
        text = Text()
        narrow = self.size.width < LEAST_WIDTH
        for key in self._keys:
            if not key.keys:
                continue
            gap = (NARROW_GAP if narrow else GAP) if text else ""
            shown, word = written(key.keys[0]), (key.brief if narrow else "") or key.bar
            if text.cell_len + cell_len(f"{gap}{shown} {word}") > self.size.width:
                continue
            text.append(gap)
            text.append(shown, self._palette.style("key"))
            text.append(f" {word}", self._palette.style("label"))
        return text

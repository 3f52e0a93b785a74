"""Text cut to fit."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from losstui.tui.glyphs import Glyphs


def shortened(text: str, width: int, glyphs: Glyphs) -> str:
    """`text` in at most `width` cells: what is too long loses its middle."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return glyphs.ellipsis[:width]
    tail = text
    while cell_len(tail) > (width - 1) // 2:
        tail = tail[1:]
    return set_cell_size(text, width - 1 - cell_len(tail)).rstrip() + glyphs.ellipsis + tail


def cut_lines(text: Text, width: int, glyphs: Glyphs) -> Text:
    """Each line of `text` in at most `width` cells: what is too long loses its end."""
    lines = text.split("\n", allow_blank=True)
    for line in lines:
        if line.cell_len > width:
            line.truncate(max(0, width - 1))
            line.append(glyphs.ellipsis[:width])
    return Text("\n").join(lines)

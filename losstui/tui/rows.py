"""Rows of styled text, as the drawing code hands them to the widgets."""

from __future__ import annotations

from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len


class Run(NamedTuple):
    """Cells of one style: the name of the style, and 0, 1 or 2 for not shaded, shaded, selected."""

    text: str
    use: str
    shading: int = 0


Row = tuple[Run, ...]


def merged(runs: list[Run]) -> Row:
    """The same cells in as few runs as there are changes of style."""
    whole: list[Run] = []
    for run in runs:
        if whole and whole[-1][1:] == run[1:]:
            whole[-1] = Run(whole[-1].text + run.text, run.use, run.shading)
        else:
            whole.append(run)
    return tuple(whole)


def centred(text: str, width: int, height: int) -> list[Row]:
    """A text in the middle of `height` rows, its lines broken between words where they are too long."""
    lines = [part for line in text.split("\n") for part in wrap(line, max(1, width)) or [""]]
    if any(cell_len(line) > width for line in lines):  # of wide characters
        lines = [part for line in text.split("\n") for part in wrap(line, max(1, width // 2)) or [""]]
    rows: list[Row] = [(Run(line.center(width), "note"),) for line in lines[:height]]
    above = max(0, (height - len(rows)) // 2)
    return [*[()] * above, *rows, *[()] * (height - above - len(rows))]

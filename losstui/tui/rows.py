"""Rows of styled text, as the drawing code hands them to the widgets."""

from __future__ import annotations

from typing import NamedTuple


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

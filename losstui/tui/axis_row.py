"""The axis below a plot: its ticks, the stretches of findings, where they begin, the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from losstui.tui import raster
from losstui.tui.axes import Tick, XAxis, x_ticks
from losstui.tui.figure import Shaded
from losstui.tui.glyphs import Glyphs
from losstui.tui.palette import severity_use
from losstui.tui.plot import Shade
from losstui.tui.view import View

LEAST_WITH_UNIT = 24  # columns: below, the last label says more than the unit
LABEL_COLUMNS = 9  # for each tick on average


class AxisCells(NamedTuple):
    """The cells of the axis with their styles, how each column above is shaded (0, 1, 2), the labels."""

    texts: list[str]
    uses: list[str]
    shading: NDArray[np.int16]
    labels: str


def axis_cells(shaded: Shaded, view: View, window: raster.Window, columns: int, glyphs: Glyphs) -> AxisCells:
    """Draw the axis: spans heavy, the interval of the selected onset double, onsets marked."""
    plot, selected = shaded.plot, shaded.selected
    # The selected finding is drawn last, over the others.
    shades = [shade for shade in shaded.shades if shade is not selected] + ([selected] if selected else [])
    made = AxisCells([glyphs.horizontal] * columns, ["axis"] * columns, np.zeros(columns, np.int16), "")

    def columns_of(steps: tuple[int, int], shade: Shade) -> slice:
        ends = np.array([plot.x_of(step, view.axis, shade.line) for step in steps])
        low, high = (int(column) for column in raster.column_of(ends, window, columns))
        return slice(max(low, 0), max(0, min(high, columns - 1) + 1))

    def draw(reach: slice, text: str, use: str) -> None:
        for column in range(reach.start, reach.stop):
            made.texts[column], made.uses[column] = text, use

    for shade in shades:
        for span in shade.spans:
            reach = columns_of(span, shade)
            made.shading[reach] = 2 if shade is selected else np.maximum(made.shading[reach], 1)
            draw(reach, glyphs.span, severity_use(shade.severity))
    if selected is not None and selected.interval is not None:
        draw(columns_of(selected.interval, selected), glyphs.interval, "onset")
    for shade in shades:
        use = "onset" if shade is selected else severity_use(shade.severity)
        draw(columns_of((shade.onset, shade.onset), shade), glyphs.onset, use)
    ticks = x_ticks(window.x_low, window.x_high, max(1, columns // LABEL_COLUMNS), view.axis)
    unit = plot.axis_name(view.axis)
    # Of times the labels say themselves what they are.
    free = len(unit) + 2 if view.axis in (XAxis.STEP, XAxis.EPOCH) and columns >= LEAST_WITH_UNIT else 0
    labels, placed = _labels(ticks, window, columns, free)
    for column in placed:
        if made.texts[column] == glyphs.horizontal:
            made.texts[column] = glyphs.x_tick
    return made._replace(labels=_with_unit(labels, unit))


def _labels(ticks: Sequence[Tick], window: raster.Window, columns: int, free: int) -> tuple[str, list[int]]:
    """The text below the axis, its last `free` cells blank, and the columns of its ticks."""
    text = ""
    placed: list[int] = []
    for tick in ticks:
        column = int(raster.column_of(np.array([tick.value]), window, columns)[0])
        if not 0 <= column < columns:
            continue
        start = min(max(0, column - len(tick.label) // 2), columns - len(tick.label))
        if start < 0 or (text and start < len(text) + 2) or start + len(tick.label) > columns - free:
            continue
        text = text.ljust(start) + tick.label
        placed.append(column)
    return text.ljust(columns), placed


def _with_unit(text: str, unit: str) -> str:
    if text[-len(unit) - 2 :].strip():
        return text
    return text[: len(text) - len(unit)] + unit

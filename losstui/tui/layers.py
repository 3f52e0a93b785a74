"""The lines of a plot as cells, one laid over the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from losstui.tui import raster
from losstui.tui.glyphs import Glyphs
from losstui.tui.marker import Marker
from losstui.tui.plot import Plot
from losstui.tui.rows import Run
from losstui.tui.view import View

_BLANK = ord(" ")


def layers(
    plot: Plot, view: View, grid: raster.Grid, glyphs: Glyphs
) -> tuple[NDArray[np.int32], NDArray[np.int16], list[str]]:
    """The code point of each cell, the index of its style, and the styles.

    Painted from back to front: bands, then the logged values of all curves, then their averages with
    the marks of their points. A cell shows the foremost curve alone, in its own colour.
    """
    codes = np.full((grid.rows, grid.columns), _BLANK, np.int32)
    uses = np.zeros(codes.shape, np.int16)
    names = ["text"]
    for name, painted in _painted(plot, view, grid, glyphs):
        seen = painted != _BLANK
        codes[seen] = painted[seen]
        names.append(name)
        uses[seen] = len(names) - 1
    return codes, uses, names


def _painted(
    plot: Plot, view: View, grid: raster.Grid, glyphs: Glyphs
) -> Iterator[tuple[str, NDArray[np.int32]]]:
    """The style and the cells of each layer, from back to front."""
    marker = Marker.ASCII if glyphs.ascii_only else view.marker
    order = plot.back_to_front(view, grid.window.x_low, grid.window.x_high)
    for index in order:
        edges = plot.lines[index].band(view)
        if edges is not None:
            yield f"raw{plot.looks[index].slot}", raster.hatched(raster.filled(*edges, grid), marker)
    for index in order:
        raw = plot.raw_trace(index, view)
        if raw is not None:
            yield f"raw{plot.looks[index].slot}", raster.cells(raster.dots(raw, grid), marker)
    for index in order:
        one, look = plot.lines[index].main_trace(view), plot.looks[index]
        painted = raster.cells(raster.dots(one, grid), marker)
        painted[raster.marked(one, grid)] = ord(look.mark(glyphs))
        yield f"line{look.slot}", painted


def styled_rows(
    codes: NDArray[np.int32], uses: NDArray[np.int16], names: Sequence[str], shading: NDArray[np.int16]
) -> list[list[Run]]:
    """Rows of cells in as few runs as there are changes of style.

    `codes` and `uses` are of shape (rows, columns), `shading` is of shape (columns,).
    """
    columns = int(codes.shape[1])
    # A blank looks the same in any colour: it takes that of what is before it, one change of style less.
    seen = np.where(codes != _BLANK, np.arange(columns), 0)
    uses = np.take_along_axis(uses, np.maximum.accumulate(seen, axis=1), axis=1)
    keys = uses * 3 + shading
    changed = keys[:, 1:] != keys[:, :-1]
    rows: list[list[Run]] = []
    for row_codes, row_keys, row_changed in zip(codes, keys, changed, strict=True):
        text = row_codes.astype("<u4").tobytes().decode("utf-32-le")
        cuts = [0, *(np.flatnonzero(row_changed) + 1).tolist(), columns]
        styles: list[int] = row_keys[cuts[:-1]].tolist()
        rows.append(
            [
                Run(text[begin:end], names[key // 3], key % 3)
                for (begin, end), key in zip(pairwise(cuts), styles, strict=True)
            ]
        )
    return rows

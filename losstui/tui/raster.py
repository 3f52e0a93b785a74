"""Curves as dots: what a grid of terminal cells shows of any number of points, none of them lost.

A braille cell has 2 dots in a row and 4 in a column, so a plot of `columns` x `rows` cells has
`2 * columns` pixel columns and `4 * rows` pixel rows. Each pixel column is lit from its lowest to its
highest value, and joined to its neighbours from its last to their first: no spike can fall between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from losstui.tui.marker import Marker
from losstui.tui.traces import Trace

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DOTS_ACROSS = 2
DOTS_DOWN = 4
_BRAILLE = 0x2800
_BRAILLE_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int32)
_QUADRANTS = np.array([ord(glyph) for glyph in " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"], np.int32)
_QUADRANT_BITS = np.array([[1, 2], [4, 8]], np.int32)
_ASCII_BITS = np.array([[1], [2], [4], [8]], np.int32)
# By which of a cell's four pixel rows are lit (bit 0 the top one): where ASCII has a glyph at that height.
_ASCII = np.array([ord(glyph) for glyph in " '-'-|-|.|-|.|.|"], np.int32)
MARK_EVERY = 3  # columns: marks that stand closer hide the line between them
LEAST_MARKED = 5  # rows: in fewer a mark says nothing about the height of a point
FAR = 1e6  # heights or widths of the window


@dataclass(frozen=True, slots=True)
class Window:
    """What is visible, both ends inclusive. With `log` the y axis is logarithmic and `y_low` positive."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    log: bool = False


def column_edges(window: Window, columns: int) -> FloatArray:
    """The x at the left of each of `columns` equal columns, and at the right of the last."""
    # Halved, because the width of the largest range there is would overflow.
    edges: FloatArray = np.linspace(window.x_low / 2, window.x_high / 2, columns + 1) * 2
    edges[0], edges[-1] = window.x_low, window.x_high
    return edges


def column_of(x: FloatArray, window: Window, columns: int) -> IntArray:
    """The column each `x` falls in, -1 left of the window and `columns` right of it; shape as `x`."""
    edges = column_edges(window, columns)
    column: IntArray = np.searchsorted(edges, x, "right") - 1
    column[x == window.x_high] = columns - 1
    return column


def height_of(y: FloatArray, window: Window) -> FloatArray:
    """How high each `y` lies: 0 at the bottom of the window, 1 at its top; shape as `y`.

    What is further away than `FAR` windows is as good as that far.
    """
    low, high = window.y_low, window.y_high
    if window.log:
        y, low, high = np.log10(y), float(np.log10(low)), float(np.log10(high))
    # Scaled first, so that neither the largest nor the smallest numbers there are overflow or vanish.
    scale = max(abs(low), abs(high))
    with np.errstate(over="ignore"):
        height = (y / scale - low / scale) / (high / scale - low / scale)
    return np.clip(height, -FAR, FAR)


def row_of(height: FloatArray, rows: int) -> FloatArray:
    """The row, 0 at the top, where `height` lies; below 0 or from `rows` on outside the window."""
    row: FloatArray = np.rint((1.0 - height) * (rows - 1))
    return row


def dots(one: Trace, window: Window, columns: int, rows: int) -> BoolArray:
    """Return the lit pixels of a plot of `columns` x `rows` cells, shape (4 * rows, 2 * columns)."""
    across, down = columns * DOTS_ACROSS, rows * DOTS_DOWN
    edges = column_edges(window, across)
    columns_of = one.columns(edges)
    bounds = columns_of.bounds
    first, last = int(bounds[0]), int(bounds[-1])
    low, high = height_of(columns_of.low, window), height_of(columns_of.high, window)
    filled = np.flatnonzero(np.diff(bounds) > 0)
    begins = [bounds[:-1][filled]]
    ends = [bounds[1:][filled] - 1]
    places: list[FloatArray] = [filled.astype(np.float64) + 0.5]
    # The line enters and leaves the window: the points just outside are knots as well.
    for point, position in ((first - 1, 0), (last, 2)):
        if 0 <= point < len(one):
            begins.insert(position, np.array([point]))
            ends.insert(position, np.array([point]))
            places.insert(position, np.array([_place(float(one.x[point]), edges)]))
    knots = (np.concatenate(begins), np.concatenate(ends), np.concatenate(places))
    crossings = row_of(_crossings(one, window, *knots, across), down)
    # A column reaches to the row where the line leaves it, and from the one after it where it enters.
    top, bottom = row_of(high, down), row_of(low, down)
    top, bottom = np.fmin(top, crossings[1:]), np.fmax(bottom, crossings[1:])
    entry = crossings[:-1]
    entry = np.where(entry < top, entry + 1, np.where(entry > bottom, entry - 1, entry))
    entry[0] = crossings[0]
    top, bottom = np.fmin(top, entry), np.fmax(bottom, entry)
    lit = np.flatnonzero(np.isfinite(top))
    pixels = np.zeros((down, across), bool)
    row = np.arange(down)[:, None]
    pixels[:, lit] = (row >= top[lit]) & (row <= bottom[lit])
    return pixels


def marked(one: Trace, window: Window, columns: int, rows: int) -> tuple[IntArray, IntArray]:
    """Return the rows and columns of the cells, each shape (k,), whose points take a mark to be seen.

    Those that no line is drawn to, and all of a curve of few points, in a plot high enough for marks;
    none where marks would stand closer than one in `MARK_EVERY` columns.
    """
    first, last = (int(end) for end in one.visible(window.x_low, window.x_high))
    if rows < LEAST_MARKED or (last - first) * MARK_EVERY > columns:
        points = one.lone(window.x_low, window.x_high)
    else:
        points = np.arange(first, last)
    if len(points) * MARK_EVERY > columns:
        points = points[:0]
    row = row_of(height_of(one.y[points], window), rows * DOTS_DOWN) // DOTS_DOWN
    seen = (row >= 0) & (row < rows)
    column = column_of(one.x[points], window, columns * DOTS_ACROSS) // DOTS_ACROSS
    return row[seen].astype(np.int64), column[seen]


def filled(low: Trace, high: Trace, window: Window, columns: int, rows: int) -> BoolArray:
    """Return the pixels between two traces on the same x, shape (4 * rows, 2 * columns)."""
    across, down = columns * DOTS_ACROSS, rows * DOTS_DOWN
    edges = column_edges(window, across)
    middles = edges[:-1] / 2 + edges[1:] / 2
    pixels = np.zeros((down, across), bool)
    if not len(low) or not len(high):
        return pixels
    rows_of: list[FloatArray] = []
    for one, is_high in ((high, True), (low, False)):
        level = np.interp(middles, one.x, one.y, left=np.nan, right=np.nan)
        columns_of = one.columns(edges)
        extreme = columns_of.high if is_high else columns_of.low
        level = np.where(np.isnan(extreme), level, extreme)
        rows_of.append(row_of(height_of(level, window), down))
    top, bottom = rows_of
    lit = np.flatnonzero(np.isfinite(top) & np.isfinite(bottom))
    row = np.arange(down)[:, None]
    pixels[:, lit] = (row >= top[lit]) & (row <= bottom[lit])
    return pixels


def hatched(pixels: BoolArray, marker: Marker = Marker.BRAILLE) -> NDArray[np.int32]:
    """Return the code point of each cell as `cells` does, every other dot left out: an area, not a line."""
    if marker is Marker.ASCII:
        return np.where(cells(pixels, marker) == ord(" "), ord(" "), ord(":")).astype(np.int32)
    row, column = np.indices(pixels.shape)
    if marker is Marker.QUADRANT:
        row = row // 2
    return cells(pixels & ((row + column) % 2 == 0), marker)


def _place(x: float, edges: FloatArray) -> float:
    """Where `x` lies in pixel columns; it may be outside the window, at most `FAR` of its widths."""
    across = len(edges) - 1
    low, high = float(edges[0]), float(edges[-1])
    width = max(high / across - low / across, float(np.finfo(np.float64).tiny))
    return max(-FAR * across, min(FAR * across, x / width - low / width))


def _crossings(
    one: Trace, window: Window, begins: IntArray, ends: IntArray, places: FloatArray, across: int
) -> FloatArray:
    """The height of the line where it passes each edge between pixel columns, NaN where there is none.

    `begins` and `ends` are the first and last point of each knot the line runs through, `places` where
    the knots lie in pixel columns; all of shape (k,). The result has shape (across + 1,).
    """
    crossings = np.full(across + 1, np.nan)
    if len(places) < 2:
        return crossings
    edge = np.arange(across + 1)
    after = np.searchsorted(places, edge)
    inner = np.flatnonzero((after > 0) & (after < len(places)))
    right = after[inner]
    left = right - 1
    share = (edge[inner] - places[left]) / (places[right] - places[left])
    from_height = height_of(one.y[ends[left]], window)
    to_height = height_of(one.y[begins[right]], window)
    height = from_height * (1.0 - share) + to_height * share
    broken = np.searchsorted(one.breaks, one.x[ends[left]]) < np.searchsorted(
        one.breaks, one.x[begins[right]], "right"
    )
    crossings[inner] = np.where(broken, np.nan, height)
    return crossings


def cells(pixels: BoolArray, marker: Marker = Marker.BRAILLE) -> NDArray[np.int32]:
    """Return the code point of each cell, shape (rows, columns); 32 where nothing is lit."""
    if marker is Marker.ASCII:
        return _ASCII[_patterns(pixels[:, ::2] | pixels[:, 1::2], _ASCII_BITS)]
    if marker is Marker.QUADRANT:
        return _QUADRANTS[_patterns(pixels[::2] | pixels[1::2], _QUADRANT_BITS)]
    codes = _patterns(pixels, _BRAILLE_BITS)
    return np.where(codes > 0, codes + _BRAILLE, ord(" ")).astype(np.int32)


def _patterns(pixels: BoolArray, bits: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each block of the shape of `bits` the sum of the bits of its lit pixels."""
    down, across = bits.shape
    patterns = np.zeros((pixels.shape[0] // down, pixels.shape[1] // across), np.int32)
    for (row, column), bit in np.ndenumerate(bits):
        patterns += pixels[row::down, column::across] * bit
    return patterns

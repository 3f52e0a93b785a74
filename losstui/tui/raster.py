"""Curves as dots: what a grid of terminal cells shows of any number of points, none of them lost.

A braille cell has 2 dots in a row and 4 in a column, so a plot of `columns` x `rows` cells has
`2 * columns` pixel columns and `4 * rows` pixel rows. Each pixel column is lit from its lowest to its
highest value, and joined to its neighbours from its last to their first: no spike can fall between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from losstui.frame import BoolArray, FloatArray, IntArray
from losstui.tui.marker import Marker
from losstui.tui.traces import Trace

DOTS_ACROSS = 2  # of a cell, with the finest marker, Braille ...
DOTS_DOWN = 4  # ... and downwards
_BRAILLE = 0x2800  # the code point of the blank pattern, to which the bits of the dots are added
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


@dataclass(frozen=True, slots=True)
class Grid:
    """The `columns` x `rows` cells a window is drawn in, and the pixels those hold."""

    window: Window
    columns: int
    rows: int

    @property
    def across(self) -> int:
        """How many pixels are in a row."""
        return self.columns * DOTS_ACROSS

    @property
    def down(self) -> int:
        """How many pixels are in a column."""
        return self.rows * DOTS_DOWN

    @property
    def pixel_edges(self) -> FloatArray:
        """The x at the left of each pixel column, and at the right of the last, shape (across + 1,)."""
        return column_edges(self.window, self.across)

    def pixel_rows(self, y: FloatArray) -> FloatArray:
        """The pixel row each `y` lies in, 0 at the top; below 0 or from `down` on outside; shape as `y`."""
        return row_of(height_of(y, self.window), self.down)

    def lit(self, top: FloatArray, bottom: FloatArray) -> BoolArray:
        """Return pixels lit from row `top` to row `bottom` of each pixel column, none where either is NaN."""
        pixels = np.zeros((self.down, self.across), bool)
        columns = np.flatnonzero(np.isfinite(top) & np.isfinite(bottom))
        row = np.arange(self.down)[:, None]
        pixels[:, columns] = (row >= top[columns]) & (row <= bottom[columns])
        return pixels


@dataclass(frozen=True, slots=True, eq=False)
class _Knots:
    """The points a line is drawn through: of each its `first` and `last` one, and its place, shape (k,).

    The points of one pixel column are one knot; places count pixel columns from the left of the window.
    """

    first: IntArray
    last: IntArray
    places: FloatArray


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


def dots(one: Trace, grid: Grid) -> BoolArray:
    """Return the lit pixels of a curve, shape (4 * rows, 2 * columns)."""
    edges = grid.pixel_edges
    columns_of = one.columns(edges)
    crossings = row_of(_crossings(one, grid, _knots(one, columns_of.bounds, edges)), grid.down)
    # A column reaches to the row where the line leaves it, and from the one after it where it enters.
    top, bottom = grid.pixel_rows(columns_of.high), grid.pixel_rows(columns_of.low)
    top, bottom = np.fmin(top, crossings[1:]), np.fmax(bottom, crossings[1:])
    entry = crossings[:-1]
    entry = np.where(entry < top, entry + 1, np.where(entry > bottom, entry - 1, entry))
    entry[0] = crossings[0]
    return grid.lit(np.fmin(top, entry), np.fmax(bottom, entry))


def _knots(one: Trace, bounds: IntArray, edges: FloatArray) -> _Knots:
    """What the line runs through: `bounds` are the first points of each pixel column, those of `edges`."""
    first, last = int(bounds[0]), int(bounds[-1])
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
    return _Knots(np.concatenate(begins), np.concatenate(ends), np.concatenate(places))


def marked(one: Trace, grid: Grid) -> tuple[IntArray, IntArray]:
    """Return the rows and columns of the cells, each shape (k,), whose points take a mark to be seen.

    Those that no line is drawn to, and all of a curve of few points, in a plot high enough for marks;
    none where marks would stand closer than one in `MARK_EVERY` columns.
    """
    window, columns, rows = grid.window, grid.columns, grid.rows
    first, last = (int(end) for end in one.visible(window.x_low, window.x_high))
    if rows < LEAST_MARKED or (last - first) * MARK_EVERY > columns:
        points = one.lone(window.x_low, window.x_high)
    else:
        points = np.arange(first, last)
    if len(points) * MARK_EVERY > columns:
        points = points[:0]
    row = grid.pixel_rows(one.y[points]) // DOTS_DOWN
    seen = (row >= 0) & (row < rows)
    column = column_of(one.x[points], window, grid.across) // DOTS_ACROSS
    return row[seen].astype(np.int64), column[seen]


def filled(low: Trace, high: Trace, grid: Grid) -> BoolArray:
    """Return the pixels between two traces on the same x, shape (4 * rows, 2 * columns)."""
    edges = grid.pixel_edges
    middles = edges[:-1] / 2 + edges[1:] / 2
    if not len(low) or not len(high):
        return np.zeros((grid.down, grid.across), bool)
    rows_of: list[FloatArray] = []
    for one, is_high in ((high, True), (low, False)):
        level = np.interp(middles, one.x, one.y, left=np.nan, right=np.nan)
        columns_of = one.columns(edges)
        extreme = columns_of.high if is_high else columns_of.low
        level = np.where(np.isnan(extreme), level, extreme)
        rows_of.append(grid.pixel_rows(level))
    return grid.lit(*rows_of)


def hatched(pixels: BoolArray, marker: Marker) -> NDArray[np.int32]:
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


def _crossings(one: Trace, grid: Grid, knots: _Knots) -> FloatArray:
    """The height of the line where it passes each of the pixel edges, NaN where there is none."""
    places = knots.places
    crossings = np.full(grid.across + 1, np.nan)
    if len(places) < 2:
        return crossings
    edge = np.arange(grid.across + 1)
    after = np.searchsorted(places, edge)
    inner = np.flatnonzero((after > 0) & (after < len(places)))
    right = after[inner]
    left = right - 1
    share = (edge[inner] - places[left]) / (places[right] - places[left])
    leaves, enters = knots.last[left], knots.first[right]
    from_height, to_height = height_of(one.y[leaves], grid.window), height_of(one.y[enters], grid.window)
    height = from_height * (1.0 - share) + to_height * share
    broken = np.searchsorted(one.breaks, one.x[leaves]) < np.searchsorted(one.breaks, one.x[enters], "right")
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

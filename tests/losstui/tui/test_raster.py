import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from losstui.tui.marker import Marker
from losstui.tui.raster import (
    DOTS_ACROSS,
    DOTS_DOWN,
    LEAST_MARKED,
    MARK_EVERY,
    Grid,
    Window,
    cells,
    column_of,
    dots,
    filled,
    hatched,
    height_of,
    marked,
    row_of,
)
from losstui.tui.traces import Trace, trace, x_range, y_range

COLUMNS, ROWS = 20, 6


def whole_window(one: Trace, *, log: bool = False) -> Window:
    x = x_range([one])
    assert x is not None
    y = y_range([one], *x)
    assert y is not None
    return Window(*x, *y, log)


def pixels_of(one: Trace, window: Window) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = row_of(height_of(one.y, window), ROWS * DOTS_DOWN).astype(np.int64)
    return rows, column_of(one.x, window, COLUMNS * DOTS_ACROSS)


def drawn(
    x: list[float], y: list[float], *, marker: Marker = Marker.BRAILLE, rows: int = 2, columns: int = 4
) -> str:
    one = trace(np.array(x, float), np.array(y, float))
    grid = cells(dots(one, Grid(whole_window(one), columns, rows)), marker)
    return "\n".join("".join(map(chr, row)) for row in grid)


def test_a_rising_line_is_drawn_from_corner_to_corner() -> None:
    assert drawn([0, 7], [0, 7]) == "  ⡤⠋\n⡤⠋  "


def test_quadrants_show_two_by_two_blocks_a_cell() -> None:
    assert drawn([0, 7], [0, 7], marker=Marker.QUADRANT) == "  ▄▀\n▄▀  "


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_each_marker_lights_a_cell_that_has_a_dot(lit: list[bool]) -> None:
    pixels = np.array(lit).reshape(DOTS_DOWN, DOTS_ACROSS)
    for marker in Marker:
        assert (cells(pixels, marker)[0, 0] != ord(" ")) == any(lit)


def test_ascii_shows_the_same_shape() -> None:
    shape = drawn([0, 7], [0, 7], marker=Marker.ASCII).split("\n")
    assert [[glyph != " " for glyph in row] for row in shape] == [
        [glyph != " " for glyph in row] for row in drawn([0, 7], [0, 7]).split("\n")
    ]
    assert all(glyph in " '-.|" for row in shape for glyph in row)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=60))
@example([(1.0, 0.0), (3.3122281312793007e-308, 1.0)])
def test_every_point_lights_its_pixel(points: list[tuple[float, float]]) -> None:
    x, y = (np.array(values) for values in zip(*points, strict=True))
    one = trace(x, y)
    window = whole_window(one)
    lit = dots(one, Grid(window, COLUMNS, ROWS))
    rows, columns = pixels_of(one, window)
    assert lit[rows, columns].all()
    assert lit.shape == (ROWS * DOTS_DOWN, COLUMNS * DOTS_ACROSS)


@given(
    st.lists(
        st.tuples(st.floats(min_value=0, max_value=100), st.floats(min_value=1e-300, max_value=1e300)),
        min_size=1,
    )
)
def test_every_point_lights_its_pixel_on_a_log_axis(points: list[tuple[float, float]]) -> None:
    x, y = (np.array(values) for values in zip(*points, strict=True))
    one = trace(x, y, log=True)
    window = whole_window(one, log=True)
    rows, columns = pixels_of(one, window)
    assert dots(one, Grid(window, COLUMNS, ROWS))[rows, columns].all()


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=40), finite, finite)
@example([(4.5e306, 0.0)], 0.0, 1.0)
def test_any_part_of_anything_can_be_drawn(
    points: list[tuple[float, float]], one_end: float, other: float
) -> None:
    x = np.array([point[0] for point in points], float)
    y = np.array([point[1] for point in points], float)
    one = trace(x, y)
    low, high = min(one_end, other), max(one_end, other)
    if low == high:
        return
    window = Window(low, high, *(y_range([one], low, high) or (0.0, 1.0)))
    assert dots(one, Grid(window, COLUMNS, ROWS)).shape == (ROWS * DOTS_DOWN, COLUMNS * DOTS_ACROSS)


def test_one_high_value_among_a_million_is_kept() -> None:
    values = np.zeros(1_000_000)
    values[654_321] = 1.0
    one = trace(np.arange(1e6), values)
    lit = dots(one, Grid(whole_window(one), COLUMNS, ROWS))
    assert np.flatnonzero(lit[0]).tolist() == [654_321 * COLUMNS * DOTS_ACROSS // 1_000_000]


def test_one_low_and_one_high_value_in_the_same_column_are_both_kept() -> None:
    values = np.full(10_000, 5.0)
    values[5_001], values[5_002] = 0.0, 10.0
    one = trace(np.arange(1e4), values)
    lit = dots(one, Grid(whole_window(one), COLUMNS, ROWS))
    assert lit[0].sum() == 1
    assert lit[-1].sum() == 1


def test_neighbouring_columns_are_joined() -> None:
    one = trace(np.array([0.0, 1.0, 2.0]), np.array([0.0, 10.0, 0.0]))
    lit = dots(one, Grid(whole_window(one), COLUMNS, ROWS))
    assert lit.any(axis=0).all()
    assert lit.any(axis=1).all()


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_no_line_is_drawn_across_a_value_that_is_not_finite(hole: float) -> None:
    one = trace(np.arange(5.0), np.array([1.0, 1.0, hole, 1.0, 1.0]))
    lit = dots(one, Grid(whole_window(one), COLUMNS, ROWS))
    assert one.breaks.tolist() == [2.0]
    assert lit.any(axis=0).tolist() == [True] * 11 + [False] * 19 + [True] * 10


def test_breaks_may_be_given_apart() -> None:
    one = trace(np.array([0.0, 4.0]), np.array([1.0, 2.0]), np.array([3.0]))
    lit = dots(one, Grid(whole_window(one), COLUMNS, ROWS))
    assert int(lit.sum()) == 2


def test_values_that_are_not_positive_are_breaks_on_a_log_axis() -> None:
    one = trace(np.arange(4.0), np.array([1.0, 0.0, -1.0, 100.0]), log=True)
    assert one.y.tolist() == [1.0, 100.0]
    assert one.breaks.tolist() == [1.0, 2.0]


def test_a_log_axis_gives_each_decade_the_same_height() -> None:
    window = Window(0, 1, 1e-2, 1e2, log=True)
    assert height_of(np.array([1e-2, 1.0, 1e2]), window) == pytest.approx([0.0, 0.5, 1.0])


def test_points_in_any_order_give_the_same_picture() -> None:
    rng = np.random.default_rng(0)
    x, y = np.arange(500.0), rng.normal(size=500)
    order = rng.permutation(500)
    in_order, shuffled = trace(x, y), trace(x[order], y[order])
    window = whole_window(in_order)
    assert (dots(in_order, Grid(window, COLUMNS, ROWS)) == dots(shuffled, Grid(window, COLUMNS, ROWS))).all()


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5, 1e300, 1.7976931348623157e308, 5e-324])
def test_a_constant_curve_is_one_straight_line(value: float) -> None:
    one = trace(np.arange(100.0), np.full(100, value))
    lit = dots(one, Grid(whole_window(one), COLUMNS, ROWS))
    assert lit.any(axis=1).sum() == 1
    assert lit.any(axis=0).all()


def test_one_point_is_one_pixel() -> None:
    one = trace(np.array([7.0]), np.array([2.0]))
    assert int(dots(one, Grid(whole_window(one), COLUMNS, ROWS)).sum()) == 1


def test_nothing_has_no_range_and_lights_nothing() -> None:
    nothing = trace(np.empty(0), np.empty(0))
    assert x_range([nothing]) is None
    assert y_range([nothing], 0, 1) is None
    assert not dots(nothing, Grid(Window(0, 1, 0, 1), COLUMNS, ROWS)).any()


def test_a_curve_of_breaks_alone_has_an_x_range() -> None:
    assert x_range([trace(np.arange(3.0), np.full(3, np.nan))]) == (0.0, 2.0)


def test_the_line_enters_and_leaves_a_window_between_two_points() -> None:
    one = trace(np.array([0.0, 100.0]), np.array([0.0, 1.0]))
    lit = dots(one, Grid(Window(40.0, 60.0, 0.4, 0.6), COLUMNS, ROWS))
    assert lit.any(axis=0).all()
    assert lit[-1, 0]
    assert lit[0, -1]


def test_what_lies_above_the_window_is_not_drawn_at_its_edge() -> None:
    one = trace(np.arange(4.0), np.array([0.0, 0.0, 50.0, 50.0]))
    lit = dots(one, Grid(Window(0.0, 3.0, 0.0, 1.0), COLUMNS, ROWS))
    assert not lit[:, -5:].any()


def area(low: list[float], high: list[float]) -> NDArray[np.bool_]:
    x = np.arange(float(len(low)))
    window = Window(0.0, len(low) - 1.0, 0.0, 10.0)
    return filled(trace(x, np.array(low)), trace(x, np.array(high)), Grid(window, COLUMNS, ROWS))


def test_an_area_reaches_from_its_lower_to_its_upper_edge() -> None:
    pixels = area([0.0, 0.0], [10.0, 0.0])
    assert pixels[:, 0].all()
    assert pixels[:, -1].sum() == 1
    assert (np.diff(pixels.sum(axis=0)) <= 0).all()
    assert pixels[-1].all()


def test_an_area_keeps_the_highest_and_lowest_value_of_a_column() -> None:
    low, high = np.full(100_000, 5.0), np.full(100_000, 5.0)
    low[50_000], high[70_000] = 0.0, 10.0
    pixels = area(low.tolist(), high.tolist())
    assert pixels[0].sum() == 1
    assert pixels[-1].sum() == 1


def test_nothing_has_no_area() -> None:
    assert not area([], []).any()


def test_beside_its_curves_there_is_no_area() -> None:
    one = trace(np.array([4.0, 6.0]), np.array([1.0, 1.0]))
    pixels = filled(one, one, Grid(Window(0.0, 10.0, 0.0, 2.0), COLUMNS, ROWS))
    assert not pixels[:, : COLUMNS // 2].any()
    assert not pixels[:, -COLUMNS // 2 :].any()
    assert pixels[:, COLUMNS].any()


@pytest.mark.parametrize("marker", list(Marker))
def test_an_area_is_hatched_and_so_no_line(marker: Marker) -> None:
    whole = np.ones((8, 8), bool)
    codes = hatched(whole, marker)
    assert codes.shape == (2, 4)
    assert (codes != ord(" ")).all()
    assert (codes != cells(whole, marker)).all()
    assert (hatched(~whole, marker) == ord(" ")).all()


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=COLUMNS // MARK_EVERY))
def test_each_of_a_few_points_is_marked_in_a_cell_the_line_passes(points: list[tuple[float, float]]) -> None:
    x, y = (np.array(values) for values in zip(*points, strict=True))
    one = trace(x, y)
    window = whole_window(one)
    rows, columns = pixels_of(one, window)
    cells_of_points = set(zip((rows // DOTS_DOWN).tolist(), (columns // DOTS_ACROSS).tolist(), strict=True))
    row, column = marked(one, Grid(window, COLUMNS, ROWS))
    assert set(zip(row.tolist(), column.tolist(), strict=True)) == cells_of_points
    assert (cells(dots(one, Grid(window, COLUMNS, ROWS)))[row, column] != ord(" ")).all()


def test_of_many_points_only_those_without_a_line_are_marked() -> None:
    values = np.sin(np.arange(100.0))
    assert not len(marked(trace(np.arange(100.0), values), Grid(Window(0, 99, -1, 1), COLUMNS, ROWS))[0])
    values[[40, 42]] = np.nan
    _, column = marked(trace(np.arange(100.0), values), Grid(Window(0, 99, -1, 1), COLUMNS, ROWS))
    assert column.tolist() == [41 * COLUMNS // 100]
    values[::2] = np.nan
    assert not len(marked(trace(np.arange(100.0), values), Grid(Window(0, 99, -1, 1), COLUMNS, ROWS))[0])


def test_few_rows_mark_only_points_without_a_line() -> None:
    pair, alone = trace(np.array([0.0, 1.0]), np.zeros(2)), trace(np.zeros(1), np.zeros(1))
    window = Window(0, 1, -1, 1)
    assert len(marked(pair, Grid(window, COLUMNS, LEAST_MARKED))[0]) == 2
    assert len(marked(pair, Grid(window, COLUMNS, LEAST_MARKED - 1))[0]) == 0
    assert len(marked(alone, Grid(window, COLUMNS, LEAST_MARKED - 1))[0]) == 1


def test_what_is_outside_the_window_is_not_marked() -> None:
    one = trace(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 5.0, 1.0, 0.0]))
    _, column = marked(one, Grid(Window(0.5, 2.5, 0.0, 2.0), COLUMNS, ROWS))
    assert column.tolist() == [15]

import numpy as np
import pytest

from losstui.tui.raster import Grid, Window, column_edges, dots
from losstui.tui.traces import MOST_RANKED, WINDOWS_KEPT, trace, without_outliers, y_extent

WHOLE = Window(0.0, 99_999.0, -5.0, 5.0)


def test_columns_are_made_once_for_each_window_and_width() -> None:
    one = trace(np.arange(100_000.0), np.random.default_rng(0).normal(size=100_000))
    edges = column_edges(WHOLE, 200)
    assert one.columns(edges) is one.columns(column_edges(Window(0.0, 99_999.0, 1e-3, 9.0, log=True), 200))
    assert one.columns(edges) is not one.columns(column_edges(WHOLE, 202))
    zoomed = one.columns(column_edges(Window(0.0, 50_000.0, -5.0, 5.0), 200))
    assert zoomed.bounds[-1] == 50_001
    assert one.columns(edges).bounds[-1] == 100_000


def test_columns_of_few_windows_are_kept() -> None:
    one = trace(np.arange(1_000.0), np.zeros(1_000))
    first = one.columns(np.linspace(0, 999, 11))
    for last in range(WINDOWS_KEPT):
        one.columns(np.linspace(0, 500 + last, 11))
    assert one.columns(np.linspace(0, 999, 11)) is not first


@pytest.mark.parametrize("seed", range(5))
def test_of_many_points_the_same_is_drawn_as_point_by_point(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(0, 1000, 300_000)), rng.normal(size=300_000)
    y[rng.integers(0, len(y), 3)] = 4.9
    window = Window(100.0, float(rng.uniform(200, 1000)), -5.0, 5.0)
    columns, rows = 60, 20
    lit = dots(trace(x, y), Grid(window, columns, rows))
    edges = column_edges(window, columns * 2)
    for column in range(columns * 2):
        inside = y[(x >= edges[column]) & (x < edges[column + 1])]
        if len(inside):
            ends = np.array([inside.max(), inside.min()])
            highest, lowest = np.rint((5 - ends) / 10 * (rows * 4 - 1)).astype(int)
            assert lit[highest : lowest + 1, column].all()


def test_the_extent_is_that_of_what_is_visible() -> None:
    one = trace(np.arange(100_000.0), np.arange(100_000.0))
    assert y_extent([one], 1_000.5, 70_000.0) == (1_001.0, 70_000.0)
    assert y_extent([one], 0.2, 0.8) is None


def test_all_outliers_of_more_points_than_are_ranked_are_counted() -> None:
    values = np.random.default_rng(0).uniform(size=3 * MOST_RANKED + 7)
    values[5], values[123_456] = 500.0, -500.0
    one = trace(np.arange(float(len(values))), values)
    cut = without_outliers([one], 0.0, float(len(values)))
    assert cut is not None
    assert (cut.above, cut.below) == (1, 1)
    assert (cut.low, cut.high) == (np.sort(values)[1], np.sort(values)[-2])


def test_what_is_in_sight_is_counted() -> None:
    one = trace(np.arange(10.0), np.zeros(10))
    assert [one.count(*ends) for ends in ((-5.0, 50.0), (2.0, 4.0), (2.5, 2.6))] == [10, 3, 0]


def test_points_between_breaks_are_alone() -> None:
    values = np.array([1.0, np.nan, 1.0, np.nan, 1.0, 1.0, np.nan, 1.0])
    one = trace(np.arange(8.0), values)
    assert one.x[one.lone(0.0, 7.0)].tolist() == [0.0, 2.0, 7.0]
    assert one.x[one.lone(1.0, 6.0)].tolist() == [2.0]
    assert not len(trace(np.empty(0), np.empty(0)).lone(0.0, 1.0))

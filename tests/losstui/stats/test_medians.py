from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losstui.stats.medians import FEW, LONG, SAMPLE_STEP, STRETCH, largest, median, row_medians

finite = st.floats(-1e300, 1e300)


@given(st.lists(finite, min_size=1, max_size=30))
def test_median_is_the_median(values: list[float]) -> None:
    assert median(np.array(values)) == pytest.approx(float(np.median(np.array(values))), abs=1e-300)


@pytest.mark.parametrize("n", [FEW, FEW + 1, FEW + 2, LONG - 1, LONG, LONG + 1, 3 * LONG])
@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_the_median_of_many_is_that_of_all(n: int, ties: bool) -> None:
    values = np.random.default_rng(n).normal(size=n)
    values = np.round(values) if ties else values
    assert median(values) == np.median(values)
    assert median(np.sort(values)) == np.median(values)


@pytest.mark.parametrize("sampled", [-9.0, 9.0], ids=["low", "high"])
def test_a_sample_unlike_the_rest_does_not_mislead(sampled: float) -> None:
    values = np.random.default_rng(0).normal(size=LONG)
    values[::SAMPLE_STEP] = sampled
    assert median(values) == np.median(values)


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 63, 64, 65, 66, 501])
def test_row_medians_are_those_of_the_rows(columns: int) -> None:
    table = np.random.default_rng(columns).normal(size=(5, columns))
    np.testing.assert_allclose(row_medians(table), np.median(table, axis=1))


def test_values_are_left_in_their_order() -> None:
    values = np.array([3.0, 1.0, 2.0])
    assert median(values) == 2.0
    assert values.tolist() == [3.0, 1.0, 2.0]


@pytest.mark.parametrize("n", [1, 5, STRETCH, 10 * STRETCH + 3, 100 * STRETCH])
@pytest.mark.parametrize("count", [1, 4, 40])
@pytest.mark.parametrize("ties", [False, True], ids=["distinct", "ties"])
def test_largest_are_the_last_of_the_sorted(n: int, count: int, ties: bool) -> None:
    values = np.random.default_rng(n).normal(size=n)
    values = np.round(values) if ties else values
    np.testing.assert_array_equal(np.sort(largest(values, count)), np.sort(values)[-count:])


def test_largest_may_all_stand_in_one_stretch() -> None:
    values = np.arange(100.0 * STRETCH)
    assert sorted(largest(values, 5)) == values[-5:].tolist()
    values[:3] = np.inf
    assert sorted(largest(values, 4)) == [values[-1], np.inf, np.inf, np.inf]

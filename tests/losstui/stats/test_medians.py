from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losstui.stats.medians import median, row_medians

finite = st.floats(-1e300, 1e300)


@given(st.lists(finite, min_size=1, max_size=30))
def test_median_is_the_median(values: list[float]) -> None:
    assert median(np.array(values)) == pytest.approx(float(np.median(np.array(values))), abs=1e-300)


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 63, 64, 65, 66, 501])
def test_row_medians_are_those_of_the_rows(columns: int) -> None:
    table = np.random.default_rng(columns).normal(size=(5, columns))
    np.testing.assert_allclose(row_medians(table), np.median(table, axis=1))


def test_values_are_left_in_their_order() -> None:
    values = np.array([3.0, 1.0, 2.0])
    assert median(values) == 2.0
    assert values.tolist() == [3.0, 1.0, 2.0]

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losstui.tui.smoothing import ROW, ROWS_AT_ONCE, SHARES, ema, weight_of


def slow_ema(values: list[float], weight: float) -> list[float]:
    smooth: list[float] = []
    total = count = 0.0
    for value in values:
        total = total * weight + value
        count = count * weight + 1.0
        smooth.append(total / count)
    return smooth


@given(st.lists(st.floats(-1e6, 1e6), max_size=200), st.sampled_from([0.0, 0.3, 0.6, 0.97, 0.999, 0.999999]))
def test_it_is_the_debiased_average_of_the_definition(values: list[float], weight: float) -> None:
    assert ema(np.array(values, float), weight).tolist() == pytest.approx(
        slow_ema(values, weight), rel=1e-9, abs=1e-6
    )


@pytest.mark.parametrize("weight", [0.01, 0.99, 0.9999, 0.9999999])
def test_it_is_exact_over_many_parts(weight: float) -> None:
    for points in (ROW - 1, ROW, ROW + 1, ROW * ROWS_AT_ONCE, ROW * ROWS_AT_ONCE + 1, 20_003):
        values = np.random.default_rng(0).normal(size=points)
        assert ema(values, weight) == pytest.approx(slow_ema(values.tolist(), weight), abs=1e-12)


def test_a_constant_stays_what_it_is() -> None:
    assert set(ema(np.full(1_000, 0.693147), 0.99).tolist()) == {0.693147}


def test_the_largest_numbers_do_not_overflow() -> None:
    largest = float(np.finfo(np.float64).max)
    assert np.isfinite(ema(np.full(100, largest / 2), 0.9)).all()


def test_the_values_given_are_not_changed() -> None:
    values = np.arange(10.0)
    ema(values, 0.9)
    ema(values, 0.0)[0] = 9.0
    assert values.tolist() == list(range(10))


def test_the_same_share_of_a_run_logged_ten_times_as_often_weighs_the_same_stretch() -> None:
    sparse, dense = weight_of(1_000, 0.02), weight_of(10_000, 0.02)
    assert 10 / (1 - sparse) == pytest.approx(1 / (1 - dense), rel=0.05)


def test_less_than_one_point_is_no_average() -> None:
    assert weight_of(20, SHARES[1]) == 0.0
    assert weight_of(0, SHARES[-1]) == 0.0
    assert weight_of(1_000_000, 0.0) == 0.0

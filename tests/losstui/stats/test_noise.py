from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.stats.noise import (
    MOST_DIFFERENCES,
    MOST_TIMES,
    SHIFTED_ERROR,
    mean_scatter,
    median_deviation,
    most_beyond,
    noise_between_spikes,
    noise_sigma,
    noise_with_ties,
    scatter_of_means,
    times_of,
)

FloatArray = NDArray[np.float64]


def test_the_deviation_of_normal_values_is_their_standard_deviation() -> None:
    values = np.random.default_rng(0).normal(5.0, 2.0, 20_000)
    assert median_deviation(values) == pytest.approx(2.0, rel=0.03)


def test_a_third_of_wild_values_moves_the_deviation_little() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(0.0, 1.0, 3000)
    values[::10] = 1e9
    assert median_deviation(values) == pytest.approx(1.0, rel=0.3)


def test_nothing_deviates_in_nothing() -> None:
    assert median_deviation(np.array([])) == 0.0
    assert median_deviation(np.array([3.0])) == 0.0


@pytest.mark.parametrize("trend", [0.0, 0.01, -3.0])
def test_a_straight_trend_is_no_noise(trend: float) -> None:
    values = np.random.default_rng(0).normal(0.0, 0.5, 5000) + trend * np.arange(5000)
    assert noise_sigma(values) == pytest.approx(0.5, rel=0.05)


def test_steps_and_spikes_are_no_noise() -> None:
    values = np.random.default_rng(0).normal(0.0, 0.5, 5000)
    values[2500:] += 100.0
    values[::100] += 50.0
    assert noise_sigma(values) == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_noise_scales_with_the_unit(factor: float) -> None:
    values = np.random.default_rng(0).normal(0.0, 1.0, 1000)
    assert noise_sigma(factor * values) == pytest.approx(factor * noise_sigma(values))


def test_a_smooth_curve_has_no_noise() -> None:
    assert noise_sigma(np.linspace(3.0, 1.0, 100)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 5.0, 2.0]])
def test_below_four_values_noise_is_not_told_from_trend(values: list[float]) -> None:
    assert noise_sigma(np.array(values)) == 0.0


def test_a_long_curve_is_judged_by_a_part_of_it() -> None:
    n = 7 * MOST_DIFFERENCES + 3
    assert noise_sigma(np.random.default_rng(0).normal(0.0, 2.0, n)) == pytest.approx(2.0, rel=0.02)


def test_values_at_the_end_of_the_range_do_not_raise() -> None:
    assert np.isfinite(noise_sigma(np.array([1e308, -1e308] * 10)))


def test_values_that_are_mostly_alike_scatter_by_the_few_others() -> None:
    rng = np.random.default_rng(2)
    values = np.where(rng.random(4000) < 0.1, rng.normal(0.0, 1.0, 4000), 0.0)
    assert noise_sigma(values) == 0.0
    assert noise_with_ties(values) == pytest.approx(np.std(values), rel=0.1)


def test_where_few_are_alike_ties_change_nothing() -> None:
    values = np.random.default_rng(3).normal(0.0, 1.0, 500)
    assert noise_with_ties(values) == noise_sigma(values)


@pytest.mark.parametrize("values", [np.zeros(50), np.arange(50.0), np.array([1.0, 2.0])])
def test_a_line_has_no_noise_with_ties_either(values: FloatArray) -> None:
    assert noise_with_ties(values) == 0.0


@pytest.mark.parametrize(
    ("size", "scale", "times"),
    [
        (3.0, 2.0, 1.5),
        (-3.0, 2.0, -1.5),
        (0.0, 0.0, 0.0),
        (1e-9, 0.0, MOST_TIMES),
        (-1.0, 5e-324, -MOST_TIMES),
        (1e300, 1e-300, MOST_TIMES),
    ],
)
def test_nothing_is_more_than_a_million_times_its_scale(size: float, scale: float, times: float) -> None:
    assert times_of(size, scale) == times


def test_the_mean_scatter_is_that_around_a_trend() -> None:
    values = np.random.default_rng(0).normal(0.0, 2.0, 20_000) + np.arange(20_000)
    assert mean_scatter(values) == pytest.approx(2.0, rel=0.03)
    assert mean_scatter(values[:2]) == 0.0


def test_the_scatter_of_means_is_that_of_the_means_and_surer_than_that_of_some() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(0.0, 1.0, (300, 100))
    all_windows = np.log([scatter_of_means(values, 10) for values in draws])
    side_by_side = np.log([mean_scatter(values.reshape(-1, 10).mean(axis=1)) for values in draws])
    assert np.exp(all_windows.mean()) == pytest.approx(10**-0.5, rel=0.05)
    assert all_windows.std() < SHIFTED_ERROR * side_by_side.std()
    assert scatter_of_means(draws[0], 1) == pytest.approx(mean_scatter(draws[0]))
    assert scatter_of_means(draws[0, :29], 10) == 0.0


def test_spikes_at_every_fifth_value_leave_the_noise_between_them() -> None:
    values = 0.1 * np.random.default_rng(0).standard_normal(1000)
    calm = noise_between_spikes(values, noise_with_ties(values))
    values[::5] += 4.0
    noise = noise_with_ties(values)
    assert noise_between_spikes(values, noise) < 2.5 * calm
    assert noise > 10.0 * calm


def test_a_trend_and_ties_are_no_noise_between_spikes() -> None:
    assert noise_between_spikes(np.arange(100.0), 0.0) == pytest.approx(0.0, abs=1e-12)
    mostly_zero = np.where(np.arange(100) % 10 == 0, 1.0, 0.0)
    noise = noise_with_ties(mostly_zero)
    assert noise_between_spikes(mostly_zero, noise) == noise > 0.0
    assert noise_between_spikes(np.array([1.0]), 0.0) == 0.0


def test_what_any_law_with_one_mode_has_beyond_so_many_deviations() -> None:
    assert most_beyond(0.0) == most_beyond(-9.0) == 1.0
    uniform = (np.arange(10_000) + 0.5) / 5_000.0 - 1.0
    for law in (uniform, np.log1p(-(uniform + 1.0) / 2.0), np.cbrt(uniform) * np.abs(uniform)):
        z = (law - law.mean()) / law.std()
        assert all(np.mean(z >= k) <= most_beyond(k) for k in (1.3, 2.0, 3.0, 5.0))
    assert most_beyond(10.0) < 0.005

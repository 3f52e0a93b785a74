from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from losstui.detectors._swings.order_search import OrderSearch
from losstui.frame import FloatArray
from losstui.stats.periodicity import (
    NO_PEAK,
    alternation,
    clipped,
    correlation_z,
    detrended,
    prominence,
    strength_at,
    strongest_period,
)


def test_the_von_neumann_ratio_of_white_noise_stays_within_its_errors() -> None:
    rng = np.random.default_rng(0)
    scores = [alternation(rng.normal(size=100)) for _ in range(500)]
    assert np.mean(scores) == pytest.approx(0.0, abs=0.2)
    assert np.std(scores) == pytest.approx(1.0, abs=0.15)


def test_an_alternating_curve_lies_far_above_and_a_drifting_one_below() -> None:
    rng = np.random.default_rng(0)
    assert alternation(np.tile([1.0, -1.0], 50) + rng.normal(0, 0.1, 100)) > 8.0
    assert alternation(np.cumsum(rng.normal(size=100))) < -8.0


def test_the_period_in_noise_is_found_with_a_small_probability() -> None:
    rng = np.random.default_rng(0)
    peak = strongest_period(np.sin(2 * np.pi * np.arange(200) / 10.0) + rng.normal(0, 0.5, 200))
    assert peak.period == pytest.approx(10.0, rel=0.02)
    assert peak.share > 0.5
    assert peak.log10_probability < -20.0


def test_noise_alone_hardly_ever_has_a_period() -> None:
    rng = np.random.default_rng(0)
    seen = [strongest_period(rng.normal(size=200)).log10_probability for _ in range(400)]
    assert np.mean(np.array(seen) < -2.0) <= 0.03


@pytest.mark.parametrize("cycles", [10.0, 10.25, 10.5, 10.75])
def test_a_period_is_as_strong_between_two_fourier_frequencies(cycles: float) -> None:
    peak = strongest_period(np.sin(2 * np.pi * cycles * np.arange(80) / 80.0))
    assert peak.period == pytest.approx(80.0 / cycles, rel=0.02)
    assert peak.share > 0.8


def test_the_probability_of_noise_counts_all_frequencies_looked_at() -> None:
    rng = np.random.default_rng(1)
    seen = np.array([strongest_period(rng.normal(size=60)).log10_probability for _ in range(2000)])
    assert 0.004 <= np.mean(seen < -2.0) <= 0.012


PROMINENT = OrderSearch().least_prominence


def _share_with_a_period(curves: Iterable[FloatArray]) -> float:
    """How many of `curves` have a peak as sure, strong and prominent as that of an oscillation."""
    bounds = OrderSearch()
    found: list[bool] = []
    for curve in curves:
        residuals = clipped(detrended(curve))
        peak = strongest_period(residuals)
        sure = peak.log10_probability <= bounds.most_log10_probability and peak.share >= bounds.least_power
        enough = len(curve) / peak.period >= bounds.least_cycles
        found.append(sure and enough and prominence(residuals, peak.period) >= bounds.least_prominence)
    return float(np.mean(found))


def test_curves_that_wander_seldom_have_a_prominent_period() -> None:
    rng = np.random.default_rng(2)
    assert _share_with_a_period(np.cumsum(rng.normal(size=(600, 100)), axis=1)) <= 0.005


@pytest.mark.parametrize("width", [5, 8, 12, 20])
def test_running_means_of_noise_seldom_have_a_prominent_period(width: int) -> None:
    sums = np.cumsum(np.random.default_rng(width).normal(size=(600, 200 + width)), axis=1)
    assert _share_with_a_period(sums[:, width:] - sums[:, :-width]) <= 0.015


@pytest.mark.parametrize("cycles", [5.0, 5.25, 5.5, 9.75, 50.0])
def test_a_period_is_prominent_however_it_is_cut_off(cycles: float) -> None:
    rng = np.random.default_rng(3)
    values = np.cos(2 * np.pi * cycles * np.arange(100) / 100.0) + rng.normal(0, 0.1, 100)
    assert prominence(values - np.mean(values), 100.0 / cycles) > 10.0 * PROMINENT


def test_nothing_is_around_a_sine_alone() -> None:
    assert prominence(np.tile([1.0, -1.0], 20), 2.0) == np.inf


@pytest.mark.parametrize("values", [np.array([]), np.ones(5), np.zeros(100)])
def test_nothing_swings_where_nothing_moves(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    assert strongest_period(values) == NO_PEAK
    assert alternation(values) == 0.0


def test_what_grew_beyond_all_squares_has_no_order() -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        assert alternation(np.tile([1e200, -1e200], 20)) == 0.0


def test_clipping_cuts_the_spike_and_keeps_the_rest() -> None:
    values = np.random.default_rng(0).normal(size=500)
    values[7] = 1e6
    limited = clipped(values)
    assert limited.max() < 10.0
    assert np.corrcoef(np.delete(limited, 7), np.delete(values, 7))[0, 1] > 0.999


def test_detrending_takes_the_parabola_and_leaves_the_cycle() -> None:
    x = np.linspace(0.0, 1.0, 300)
    cycle = np.sin(2 * np.pi * 20 * x)
    assert np.abs(detrended(3.0 - 5.0 * x + 2.0 * x**2)).max() < 1e-9
    assert np.std(detrended(cycle - 5.0 * x)) == pytest.approx(np.std(cycle), rel=0.02)


def test_correlation_of_independent_noise_stays_within_its_errors() -> None:
    rng = np.random.default_rng(0)
    scores = [correlation_z(rng.normal(size=30), rng.normal(size=30)) for _ in range(500)]
    assert np.mean(scores) == pytest.approx(0.0, abs=0.2)
    assert np.std(scores) == pytest.approx(1.0, abs=0.15)
    common = rng.normal(size=30)
    assert correlation_z(common, common + 0.3 * rng.normal(size=30)) > 6.0
    assert np.isfinite(correlation_z(common, common))
    assert correlation_z(np.zeros(30), common) == 0.0


@pytest.mark.parametrize("period", [2.0, 7.3])
def test_strength_is_the_amplitude_at_that_period(period: float) -> None:
    turns = 2.0 * np.pi * np.arange(200) / period
    assert strength_at(0.4 * np.cos(turns), period) == pytest.approx(0.4 if period > 2.0 else 0.8, rel=0.05)
    assert strength_at(np.cos(turns), 31.0) < 0.05


def test_a_correlation_is_held_against_the_error_that_fisher_gives_it() -> None:
    one = np.tile([1.0, -1.0], 6)
    other = one * np.where(np.arange(12) < 10, 1.0, -1.0)  # ten of twelve agree, two do not: 8 / 12
    assert correlation_z(one, other) == pytest.approx(np.arctanh(8.0 / 12.0) * 3.0)
    assert correlation_z(one, -other) == pytest.approx(-np.arctanh(8.0 / 12.0) * 3.0)

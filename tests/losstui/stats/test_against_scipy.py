"""The statistics of the default path, closed forms over numpy, held against those of scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage, signal, stats

from losstui.frame import FloatArray
from losstui.stats.blocks import running_median
from losstui.stats.confidence import normal_z
from losstui.stats.noise import median_deviation
from losstui.stats.periodicity import correlation_z, detrended, strength_at, strongest_period
from losstui.stats.ranks import rank_z
from losstui.stats.trend import Estimate, theil_sen
from losstui.stats.welch import welch_z

SIZES = (8, 9, 64, 301)
DRAWS = 200


def draws(size: int) -> FloatArray:
    """A curve that falls, with noise."""
    return np.exp(-np.linspace(0.0, 3.0, size)) + np.random.default_rng(size).normal(0.0, 0.1, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_scatter_is_the_median_deviation_of_a_normal(size: int) -> None:
    expected = stats.median_abs_deviation(draws(size), scale="normal")
    assert median_deviation(draws(size)) == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_the_running_median_is_that_of_a_filter_away_from_the_ends(size: int) -> None:
    inner = slice(2, size - 2)
    expected = ndimage.median_filter(draws(size), size=5)
    assert running_median(draws(size), 5)[inner].tolist() == expected[inner].tolist()


@pytest.mark.parametrize("size", SIZES)
def test_ranks_say_what_mann_and_whitney_say(size: int) -> None:
    one, other = draws(size), draws(size + 3) - 0.1
    found = stats.mannwhitneyu(other, one, use_continuity=False, alternative="greater", method="asymptotic")
    assert stats.norm.sf(rank_z(one, other)) == pytest.approx(float(found.pvalue), rel=1e-9)


@pytest.mark.parametrize("size", SIZES)
def test_the_correlation_is_fishers(size: int) -> None:
    one, other = draws(size), draws(size)[::-1] + draws(size)
    expected = math.atanh(float(stats.pearsonr(one, other).statistic)) * math.sqrt(size - 3)
    assert correlation_z(one, other) == pytest.approx(expected, rel=1e-9)


def test_a_tail_has_the_standard_errors_of_a_normal() -> None:
    for z, tolerance in ((0.0, 1e-6), (0.3, 1e-6), (5.0, 1e-6), (20.0, 1e-6), (60.0, 3e-3)):
        log10_probability = float(stats.norm.logsf(z)) / math.log(10.0)
        assert normal_z(log10_probability) == pytest.approx(z, rel=tolerance, abs=1e-9)


@pytest.mark.parametrize("size", SIZES)
def test_the_strongest_period_is_where_the_periodogram_is_highest(size: int) -> None:
    residuals = detrended(draws(size)) + np.sin(np.arange(size) * (2.0 * math.pi / 5.0))
    frequencies, power = signal.periodogram(residuals)
    assert 1.0 / strongest_period(residuals).period == pytest.approx(
        float(frequencies[np.argmax(power)]), abs=0.6 / size
    )


def test_the_strength_of_a_period_is_the_amplitude_of_its_line() -> None:
    """Of twelve whole turns of seven values each."""
    residuals = detrended(draws(84))
    _, power = signal.periodogram(residuals, scaling="spectrum", detrend=False)
    assert strength_at(residuals, 7.0) == pytest.approx(math.sqrt(2.0 * float(power[12])), rel=1e-9)


def test_the_slope_scatters_little_more_than_that_of_all_pairs() -> None:
    """For normal noise by three tenths in theory: the price of a time that is linear."""
    own: list[float] = []
    pairs: list[float] = []
    x = np.linspace(0.0, 1.0, 60)
    for seed in range(DRAWS):
        y = np.random.default_rng(seed).normal(size=60) - x
        own.append(theil_sen(x, y))
        pairs.append(float(stats.theilslopes(y, x).slope))
    assert np.std(own) < 1.35 * np.std(pairs)
    assert abs(np.mean(own) + 1.0) < 3.0 * np.std(own) / math.sqrt(DRAWS)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("other_size", SIZES)
@pytest.mark.parametrize("apart", [-0.5, 0.2, 0.8])
def test_a_difference_of_levels_is_as_rare_as_by_the_test_of_welch(
    size: int, other_size: int, apart: float
) -> None:
    one, other = draws(size), apart + 2.0 * draws(other_size)
    levels = [Estimate(float(x.mean()), float(x.std(ddof=1)) / math.sqrt(len(x))) for x in (one, other)]
    told = stats.ttest_ind(other, one, equal_var=False, alternative="greater")
    expected = -float(stats.norm.ppf(told.pvalue))
    assert welch_z(levels[0], levels[1], (size, other_size)) == pytest.approx(expected, rel=0.015, abs=0.01)

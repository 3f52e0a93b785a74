from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.stats.epoch_means import mean_period, values_of_means

FloatArray = NDArray[np.float64]
DRAWS = 300


def means(values: FloatArray, period: int) -> FloatArray:
    """The mean of the values of each epoch so far, shape (n,)."""
    parts = np.split(values, range(period, len(values), period))
    return np.concatenate([np.cumsum(part) / np.arange(1.0, len(part) + 1.0) for part in parts])


@pytest.mark.parametrize("period", [40, 90, 173, 3000])
@pytest.mark.parametrize("gain", [0.0, 2.0])
def test_the_values_come_back_from_the_means_of_each_epoch(period: int, gain: float) -> None:
    index = np.arange(6 * period + 5)
    values = 1.0 + gain * np.exp(-index / 40.0)
    values *= 1.0 + 0.2 * np.random.default_rng(period).standard_normal(len(index))
    logged = 1e5 * means(values, period)
    assert mean_period(logged) == period
    assert values_of_means(logged, period) == pytest.approx(1e5 * values)


def test_no_other_noise_is_taken_for_means_of_epochs() -> None:
    rng = np.random.default_rng(0)
    for _ in range(DRAWS):
        index = np.arange(int(rng.integers(24, 1500)))
        white = rng.standard_normal(len(index))
        dying = 3.0 * np.exp(-10.0 * index / len(index)) * (1.0 + 0.1 * white) + 0.5
        over_all = np.cumsum(white) / (index + 1.0)
        for values in (white, np.cumsum(white), dying, over_all):
            assert mean_period(values) == 0


def test_few_or_equal_values_are_no_means() -> None:
    assert mean_period(np.zeros(0)) == 0
    assert mean_period(np.arange(10.0)) == 0
    assert mean_period(np.ones(100)) == 0
    huge = 1e308 * np.random.default_rng(0).uniform(-1.0, 1.0, 100)
    assert mean_period(huge) == 0


def test_the_period_is_found_though_the_noise_dies_away() -> None:
    found: list[int] = []
    for seed in range(20):
        index = np.arange(240)
        noise = np.random.default_rng(seed).standard_normal(240) * (1.0 - index / 240.0)
        found.append(mean_period(means(1.0 + np.exp(-index / 20.0) + 0.2 * noise, 30)))
    assert found.count(30) >= 15


def test_what_grows_by_powers_of_ten_is_no_mean() -> None:
    index = np.arange(250)
    teeth = np.exp(0.2 * (index // 6 - index % 6))  # it jumps up and comes down again, each time higher
    values = np.random.default_rng(0).lognormal(0.0, 0.1, 250) * teeth
    assert mean_period(values) == 0

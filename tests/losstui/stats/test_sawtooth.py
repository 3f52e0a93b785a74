from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.stats.sawtooth import excess_of_steps, outdo_steps, sawtooth
from support import remembering

FloatArray = NDArray[np.float64]
DRAWS = 100


def saw(period: float, epochs: float, height: float, seed: int = 0) -> FloatArray:
    """Rises by `height` in each epoch, is lower by a fifth of that in each, and scatters by as much."""
    index = np.arange(round(period * epochs))
    scatter = np.random.default_rng(seed).normal(0.0, 0.2 * abs(height), len(index))
    within = height * np.remainder(index, period) / period
    return np.asarray(2.0 + within - 0.2 * abs(height) * np.floor(index / period) + scatter)


@pytest.mark.parametrize("unit", [1e-4, -1.0, 1e5])
@pytest.mark.parametrize(("period", "epochs"), [(30.0, 3.0), (75.3, 3.9), (40.0, 7.3)])
def test_the_length_of_an_epoch_and_the_height_of_its_step_are_found(
    period: float, epochs: float, unit: float
) -> None:
    found = sawtooth(unit * saw(period, epochs, 1.0))
    assert found is not None
    assert found.period == pytest.approx(period, rel=0.04)
    assert found.height == pytest.approx(unit, rel=0.35)


@pytest.mark.parametrize("high", [50.0, 5000.0])
def test_single_values_far_out_hide_no_steps(high: float) -> None:
    levels = saw(40.0, 5.0, 1.0)
    levels[[57, 95, 141]] = high
    found = sawtooth(levels)
    assert found is not None
    assert found.period == pytest.approx(40.0, rel=0.04)


def test_one_step_and_waves_of_noise_are_none() -> None:
    index, rng = np.arange(200), np.random.default_rng(0)
    assert sawtooth(1.0 + 1.0 * (index < 100) + rng.normal(0.0, 0.05, 200)) is None
    found = 0
    for _ in range(DRAWS):
        white = rng.standard_normal(200)
        wild = np.exp(2.0 * white)
        descent = np.exp(-index / 30.0) + 0.05 * white
        found += sum(sawtooth(values) is not None for values in (white, np.cumsum(white), wild, descent))
    assert found <= 0.03 * 4 * DRAWS


@pytest.mark.parametrize("n", [0, 1, 5, 30])
def test_few_values_and_equal_ones_have_no_steps(n: int) -> None:
    assert sawtooth(np.arange(n, dtype=np.float64)) is None
    assert sawtooth(np.ones(n)) is None


def test_a_single_hump_far_above_all_else_is_none() -> None:
    index = np.arange(60)
    calm = 2.0 + np.random.default_rng(0).normal(0.0, 0.3, 60)
    for begin in range(12, 30):
        hump = np.where(index >= begin, 40.0 * np.exp(-np.abs(index - begin) / 8.0), 0.0)
        found = sawtooth(calm + hump)
        assert found is None or abs(found.height) < 10.0


BORDERS = np.arange(40, 200, 40)


@pytest.mark.parametrize("followed", [0.0, 0.9])
def test_a_place_on_a_curve_that_wanders_is_a_place_among_others(followed: float) -> None:
    beyond = 0
    for seed in range(DRAWS):
        wander = remembering(np.random.default_rng(seed), 200, followed)
        beyond += abs(excess_of_steps(wander, BORDERS, 40.0, 8)) >= 5.0
    assert beyond == 0


def test_what_a_descent_adds_at_a_border_it_adds_around_it() -> None:
    places = np.arange(200.0)
    scatter = np.random.default_rng(0).normal(0.0, 0.1, 200)
    stairs = -0.5 * np.searchsorted(BORDERS, places, side="right")
    plain = excess_of_steps(stairs + scatter, BORDERS, 40.0, 8)
    assert plain > 15.0
    fallen = scatter - 0.02 * places
    assert excess_of_steps(stairs + fallen, BORDERS, 40.0, 8) == pytest.approx(plain, rel=0.1)
    assert abs(excess_of_steps(fallen, BORDERS, 40.0, 8)) < 3.0


def test_without_a_place_between_the_borders_nothing_stands_out() -> None:
    levels = np.repeat([3.0, 2.0, 1.0], 4)
    assert excess_of_steps(levels, np.array([4, 8]), 4.0, 4) == 0.0
    assert not outdo_steps(levels, np.array([4, 8]), 4.0, 4).any()


def test_a_drop_outdoes_those_around_it_however_high_they_are_elsewhere() -> None:
    borders = np.array([50, 100, 150])
    levels = np.searchsorted(borders, np.arange(200.0), side="right").astype(np.float64) * -0.1
    levels[70:] -= 0.3  # between the first two borders
    assert outdo_steps(levels, borders, 50.0, 8).tolist() == [False, False, True]
    assert outdo_steps(levels, borders, 10.0, 8).tolist() == [True, True, True]  # near each border

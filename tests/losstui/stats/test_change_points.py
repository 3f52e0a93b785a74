from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.change_points import ChangePoint, rise_onset, shifts, upward_swings

NEGLIGIBLE = 1e-3


@pytest.mark.parametrize("power", [0, 1, 2, 3, 6])
@pytest.mark.parametrize("height", [20.0, 200.0])
def test_onset_interval_covers_the_onset(power: int, height: float) -> None:
    covered = 0
    for seed in range(100):
        since = np.clip((np.arange(200) - 120) / 80, 0, None)
        rise = height * (since**power if power else (since > 0.0))
        found = rise_onset(rise + np.random.default_rng(seed).standard_normal(200), NEGLIGIBLE)
        covered += found.low <= 120 <= found.high
        assert found.low <= found.index <= found.high
    assert covered >= 85


@pytest.mark.parametrize("power", [1, 2])
def test_the_interval_of_a_few_noisy_values_is_as_sure_and_no_wider(power: int) -> None:
    since = np.clip((np.arange(40) - 24) / 16, 0, None)
    found = [
        rise_onset(6.0 * since**power + np.random.default_rng(seed).standard_normal(40), NEGLIGIBLE)
        for seed in range(200)
    ]
    assert np.mean([one.low <= 24 <= one.high for one in found]) >= 0.96
    assert np.mean([one.high - one.low for one in found]) <= 30.0


def test_interval_is_wider_for_slower_rises() -> None:
    noise = np.random.default_rng(0).standard_normal(200)
    fast, slow = (
        rise_onset(slope * np.clip(np.arange(200) - 120, 0, None) + noise, NEGLIGIBLE) for slope in (5.0, 0.2)
    )
    assert slow.high - slow.low > 2 * (fast.high - fast.low)


def test_jump_is_placed_exactly() -> None:
    values = np.concatenate((np.zeros(50), np.full(50, 100.0)))
    assert rise_onset(values, NEGLIGIBLE) == ChangePoint(50, 49, 50)
    assert rise_onset(values[40:], NEGLIGIBLE).shifted(40) == ChangePoint(50, 49, 50)


def test_excursion_that_came_back_is_not_the_onset() -> None:
    values = np.zeros(200)
    values[40:50] = 10.0
    values[150:] = 10.0
    assert rise_onset(values, NEGLIGIBLE).index == 150


def test_the_scatter_after_the_rise_does_not_delay_it() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate((rng.normal(0.0, 1.0, 100), rng.normal(30.0, 15.0, 100)))
    found = rise_onset(values, NEGLIGIBLE)
    assert found.low <= 100 <= found.high <= 105


def test_curves_that_never_rise_or_always_did() -> None:
    never = rise_onset(np.zeros(20), NEGLIGIBLE)
    assert (never.low, never.high) == (0, 19)
    assert rise_onset(np.full(20, 50.0), NEGLIGIBLE).low == 0
    assert rise_onset(np.array([1.0]), NEGLIGIBLE) == ChangePoint(0, 0, 0)


def test_swings_are_counted_as_a_person_would() -> None:
    periods = -np.cos(np.arange(0, 38 * np.pi, 0.1))
    assert upward_swings(periods, 1.5) == 19
    assert upward_swings(periods, 2.5) == 0
    hump_then_rise = np.concatenate(
        (np.linspace(3, 1, 20), np.linspace(1, 5, 20), np.linspace(5, 0, 20), [4.0])
    )
    assert upward_swings(hump_then_rise, 3.0) == 2
    assert upward_swings(np.empty(0), 1.0) == 0


def test_onset_of_what_explodes_beyond_the_squares_of_numbers() -> None:
    levels = np.where(np.arange(60) < 40, -1.0, 10.0 ** np.clip(5.0 * (np.arange(60) - 40), 0.0, 300.0))
    levels[50:] = 1e300
    found = rise_onset(levels, NEGLIGIBLE * 1e300)
    assert found.low <= found.index <= 51
    assert found.index >= 40


@pytest.mark.parametrize("width", [4, 7])
def test_a_step_of_a_straight_line_has_its_height_and_no_bend(width: int) -> None:
    index = np.arange(40.0)
    found = shifts(0.5 * index + 3.0 * (index >= 20), width)
    assert found.heights[20] == pytest.approx(3.0)
    assert found.bends[20] == pytest.approx(0.0, abs=1e-9)
    far = np.abs(index - 20) >= width
    np.testing.assert_allclose(found.heights[far], 0.0, atol=1e-9)
    assert int(np.argmax(found.z)) == 20


def test_a_kink_bends_the_values_and_steps_by_no_more_than_half_the_change_of_its_slope() -> None:
    index = np.arange(40.0) - 20.0
    found = shifts(np.where(index < 0.0, 1.0, 3.0) * index, 5)
    assert found.bends[20] == pytest.approx(2.0 * 5)
    assert found.heights[20] == pytest.approx(-0.5 * 2.0)


def test_shifts_are_known_where_there_is_the_width_on_both_sides() -> None:
    values = np.arange(10.0) ** 2
    assert np.flatnonzero(shifts(values, 5).bends).tolist() == [5]
    assert np.flatnonzero(shifts(values, 4).bends).tolist() == [4, 5, 6]
    for few in (9, 4, 0):
        assert not shifts(values[:few], 5).bends.any()


@pytest.mark.parametrize("width", [5, 16])
def test_the_errors_of_shifts_are_those_of_the_noise_whatever_it_lies_on(width: int) -> None:
    noise = np.random.default_rng(0).standard_normal(20_000)
    found = shifts(noise, width)
    # by the residuals and by the usual step, which is as large
    assert float(np.std(found.z[width:-width])) == pytest.approx(np.sqrt(0.5), abs=0.05)
    sloped = shifts(noise + 3.0 * np.arange(20_000), width)
    np.testing.assert_allclose(sloped.z, found.z, atol=1e-4)

from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.change_points import ChangePoint, rise_onset, upward_swings


@pytest.mark.parametrize("slope", [0.05, 0.5, 5.0])
def test_onset_interval_covers_the_onset(slope: float) -> None:
    covered = 0
    for seed in range(100):
        ramp = slope * np.clip(np.arange(200) - 120, 0, None)
        found = rise_onset(ramp + np.random.default_rng(seed).standard_normal(200), 0.0, 1.0)
        covered += found.low <= 121 and found.high >= 120
        assert found.low <= found.index <= found.high
    assert covered >= 85


def test_jump_is_placed_exactly() -> None:
    values = np.concatenate((np.zeros(50), np.full(50, 100.0)))
    assert rise_onset(values, 0.0, 1.0) == ChangePoint(50, 50, 50)


def test_excursion_that_came_back_is_not_the_onset() -> None:
    values = np.zeros(200)
    values[40:50] = 10.0
    values[150:] = 10.0
    assert rise_onset(values, 0.0, 1.0).index == 150


def test_curves_that_never_rise_or_always_did() -> None:
    never = rise_onset(np.zeros(20), 0.0, 1.0)
    assert (never.low, never.high) == (0, 19)
    assert rise_onset(np.full(20, 50.0), 0.0, 1.0).index == 0
    assert rise_onset(np.array([1.0]), 0.0, 1.0) == ChangePoint(0, 0, 0)


def test_swings_are_counted_as_a_person_would() -> None:
    periods = -np.cos(np.arange(0, 38 * np.pi, 0.1))
    assert upward_swings(periods, 1.5) == 19
    assert upward_swings(periods, 2.5) == 0
    hump_then_rise = np.concatenate(
        (np.linspace(3, 1, 20), np.linspace(1, 5, 20), np.linspace(5, 0, 20), [4.0])
    )
    assert upward_swings(hump_then_rise, 3.0) == 2
    assert upward_swings(np.empty(0), 1.0) == 0

from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.swings import calm_after, swing, turns


def test_a_swing_goes_from_one_turning_point_to_the_next() -> None:
    assert swing(np.tile([0.0, 1.0, 2.0, 1.0], 25)) == pytest.approx(2.0, rel=0.05)


def test_a_descent_is_no_swing() -> None:
    assert swing(np.linspace(5.0, 0.0, 100)) == 0.0


def test_a_few_spikes_are_no_swing() -> None:
    values = np.random.default_rng(0).normal(0.0, 0.01, 200)
    values[[30, 90, 150]] = 50.0
    assert swing(values) < 0.1


def test_one_spike_among_few_values_is_no_swing() -> None:
    values = 0.01 * np.tile([0.0, 1.0, 0.5], 4)
    values[7:9] = 50.0
    assert swing(values) == pytest.approx(0.02)
    assert swing(np.array([0.0, 50.0, 0.0])) == 0.0


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [3.0, 3.0, 3.0]])
def test_too_little_to_turn(values: list[float]) -> None:
    assert swing(np.array(values)) == 0.0


def test_turns_are_counted_from_side_to_side() -> None:
    assert turns(np.tile([5.0, 6.0, 5.0, 4.0], 10), 2.0) == 19
    assert turns(np.array([0.0, 0.01, 0.0, 0.01, 0.0, 1.0, 1.0]), 1.0) == 1


def test_the_last_swing_is_where_the_rest_moves_less() -> None:
    assert calm_after(np.array([0.0, 2.0, 0.0, 2.0, 1.0, 1.1, 0.9]), 1.0) == 3
    assert calm_after(np.array([0.0, 0.1, 0.0]), 1.0) == 0
    assert calm_after(np.array([5.0, 4.0, 3.0]), 1.0) == 1

from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.turning import USUAL_STEP, turn_z, walk_z


@pytest.mark.parametrize("count", [5, 8, 12])
def test_noise_alone_seldom_turns(count: int) -> None:
    rng = np.random.default_rng(count)
    scores = [turn_z(1.0 + 0.02 * rng.normal(size=count)) for _ in range(2000)]
    assert float(np.mean(np.array(scores) > 3.3)) <= 0.005


def test_a_course_that_turns_is_seen_and_one_that_falls_is_not() -> None:
    turning = 1.0 + 0.3 * 0.4 ** np.arange(10) + 0.03 * np.maximum(0, np.arange(10) - 5)
    assert turn_z(turning) > 3.3
    assert turn_z(np.linspace(2.0, 1.0, 10)) == pytest.approx(0.0, abs=1e-6)


def test_the_unit_does_not_matter() -> None:
    values = np.array([0.9, 0.5, 0.52, 0.57, 0.66])
    assert turn_z(1000.0 * values) == pytest.approx(turn_z(values))


@pytest.mark.parametrize("values", [[], [1.0, 2.0, 3.0]])
def test_fewer_than_four_values_tell_nothing(values: list[float]) -> None:
    assert turn_z(np.array(values)) == 0.0


def test_a_walk_seldom_goes_farther_than_walks_do() -> None:
    steps = 0.01 * np.random.default_rng(0).normal(size=(1000, 10))
    scores = [walk_z(1.0 + walk) for walk in np.cumsum(steps, axis=1)]
    assert float(np.mean(np.array(scores) > 2.2)) <= 1 / 6


def test_what_rises_in_even_steps_is_no_walk_and_large_steps_are_scatter() -> None:
    assert walk_z(np.linspace(1.0, 1.1, 8)) > 100.0
    wild = np.array([1.0, 1.5, 1.1, 1.6, 1.4])
    assert walk_z(wild) == pytest.approx(0.4 / (USUAL_STEP * 2.0))
    assert walk_z(np.array([1.0, 0.8, 0.9])) == 0.0

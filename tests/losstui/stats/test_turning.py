from __future__ import annotations

import math

import numpy as np
import pytest

from losstui.stats.turning import USUAL_STEP, normal_of_student, student_tail, turn_z, walk_z


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 6.3138), (2, 2.9200), (3, 2.3534), (4, 2.1318), (7, 1.8946), (12, 1.7823)]
)
def test_the_tail_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student_tail(t, freedom) == pytest.approx(0.05, abs=1e-5)
    assert student_tail(0.0, freedom) == pytest.approx(0.5)
    assert student_tail(math.inf, freedom) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("freedom", [3, 6, 15, 60])
@pytest.mark.parametrize("t", [0.5, 2.0, 4.0])
def test_a_normal_deviate_is_as_improbable_as_the_one_of_student(freedom: int, t: float) -> None:
    of_normal = 0.5 * math.erfc(normal_of_student(t, freedom) / math.sqrt(2.0))
    assert of_normal == pytest.approx(student_tail(t, freedom), rel=0.06)


def test_many_degrees_of_freedom_change_nothing_and_no_deviation_is_none() -> None:
    assert normal_of_student(3.0, 1e6) == pytest.approx(3.0, abs=1e-4)
    assert normal_of_student(0.0, 5.0) == 0.0
    assert math.isfinite(normal_of_student(1e6, 5.0))


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

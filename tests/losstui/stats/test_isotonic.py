from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.isotonic import isotonic_fall, isotonic_rise


def test_what_never_falls_is_its_own_course() -> None:
    values = np.array([1.0, 1.0, 2.0, 5.0])
    assert isotonic_rise(values).tolist() == values.tolist()


def test_neighbours_that_fall_share_their_mean() -> None:
    assert isotonic_rise(np.array([3.0, 1.0, 2.0, 4.0])).tolist() == pytest.approx([2.0, 2.0, 2.0, 4.0])
    assert isotonic_rise(np.array([3.0, 2.0, 1.0])).tolist() == pytest.approx([2.0, 2.0, 2.0])


def test_the_best_fit_that_never_rises_pools_what_does() -> None:
    assert isotonic_fall(np.array([3.0, 1.0, 2.0, 0.0])).tolist() == [3.0, 1.5, 1.5, 0.0]
    assert isotonic_fall(np.array([1.0, 2.0, 6.0])).tolist() == [3.0, 3.0, 3.0]
    assert isotonic_fall(np.array([])).tolist() == []


def test_a_curve_that_only_falls_is_its_own_fit() -> None:
    steps = np.concatenate((np.full(50, 2.0), np.full(50, 0.5)))
    assert np.array_equal(isotonic_fall(steps), steps)


@pytest.mark.parametrize("slope", [-0.001, 0.0, 0.001, 1.0])
def test_of_many_values_most_are_pooled_at_once_to_the_same_course(slope: float) -> None:
    values = slope * np.arange(2000) + np.random.default_rng(0).standard_normal(2000)
    course = isotonic_rise(values)
    assert np.all(np.diff(course) >= 0.0)
    # The nearest such course: at its steps the sums agree, and nowhere do the values lie below it so far.
    behind = np.cumsum(values - course)
    assert behind.min() > -1e-6
    assert behind[np.flatnonzero(np.diff(course) > 0.0)] == pytest.approx(0.0, abs=1e-6)
    assert behind[-1] == pytest.approx(0.0, abs=1e-6)

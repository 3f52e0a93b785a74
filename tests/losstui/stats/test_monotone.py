from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.monotone import falling, rising


def test_what_never_falls_is_its_own_course() -> None:
    values = np.array([1.0, 1.0, 2.0, 5.0])
    assert rising(values).tolist() == values.tolist()


def test_neighbours_that_fall_share_their_mean() -> None:
    assert rising(np.array([3.0, 1.0, 2.0, 4.0])).tolist() == pytest.approx([2.0, 2.0, 2.0, 4.0])
    assert rising(np.array([3.0, 2.0, 1.0])).tolist() == pytest.approx([2.0, 2.0, 2.0])


def test_the_best_fit_that_never_rises_pools_what_does() -> None:
    assert falling(np.array([3.0, 1.0, 2.0, 0.0])).tolist() == [3.0, 1.5, 1.5, 0.0]
    assert falling(np.array([1.0, 2.0, 6.0])).tolist() == [3.0, 3.0, 3.0]
    assert falling(np.array([])).tolist() == []


def test_a_curve_that_only_falls_is_its_own_fit() -> None:
    steps = np.concatenate((np.full(50, 2.0), np.full(50, 0.5)))
    assert np.array_equal(falling(steps), steps)

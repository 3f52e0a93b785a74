from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors._piecewise_linear import PiecewiseLinear

FloatArray = NDArray[np.float64]
POINTS = 60


def residual(values: FloatArray) -> float:
    """The sum of squares that the best line leaves, by the solver of numpy."""
    x = np.arange(len(values), dtype=np.float64)
    rest = values - np.polyval(np.polyfit(x, values, 1), x)
    return float(rest @ rest)


def bent(at: int, seed: int) -> FloatArray:
    """A course that falls, jumps up before index `at` and falls on, with noise; far from 0."""
    x = np.arange(POINTS, dtype=np.float64)
    return 50.0 - 0.3 * x + 4.0 * (x >= at) + np.random.default_rng(seed).normal(0.0, 0.2, POINTS)


@pytest.mark.parametrize("borders", [[], [30], [7, 19, 44]])
def test_the_criterion_is_that_of_lines_between_the_borders(borders: list[int]) -> None:
    values = bent(20, 0)
    left = sum(residual(piece) for piece in np.split(values, borders))
    parameters = 2 * (len(borders) + 1)  # of each line its height and its slope
    expected = POINTS * math.log(left / POINTS) + parameters * math.log(POINTS)
    assert PiecewiseLinear(values).bic(np.array(borders, np.int64)) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("at", [4, 20, 55])
def test_the_best_border_is_where_two_lines_leave_least(at: int, seed: int) -> None:
    values = bent(at, seed)
    left = {border: residual(values[:border]) + residual(values[border:]) for border in range(2, POINTS - 1)}
    assert PiecewiseLinear(values).best_border == min(left, key=left.__getitem__) == at


def test_lines_that_leave_nothing_are_the_best_and_not_beyond_measure() -> None:
    straight = PiecewiseLinear(np.linspace(3.0, 1.0, POINTS))
    two_lines = PiecewiseLinear(np.repeat([3.0, 1.0], POINTS // 2))
    assert math.isfinite(straight.bic(np.empty(0, np.int64)))
    assert two_lines.bic(np.array([30])) < two_lines.bic(np.array([29]))

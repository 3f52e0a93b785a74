from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from losstui.stats.rounding import deviation_of_rounded, rounding_unit


def rounded(unit: float, spikes: int = 0) -> FloatArray:
    """Noise of deviation 1 around a slope that crosses many units, rounded."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=2000) + np.linspace(0.0, 20.0, 2000)
    values[rng.choice(2000, spikes, replace=False)] += 30.0
    levels: FloatArray = np.round(values / unit) * unit
    return levels


@pytest.mark.parametrize("unit", [0.1, 0.7, 3.0])
def test_the_unit_is_found_where_it_is_large_enough(unit: float) -> None:
    assert rounding_unit(rounded(unit), 0.9 * unit) == pytest.approx(unit)
    assert rounding_unit(rounded(unit), 1.1 * unit) == 0.0


def test_what_lies_on_no_stair_or_on_a_few_levels_has_no_unit() -> None:
    assert rounding_unit(np.random.default_rng(0).normal(size=500), 0.01) == 0.0
    assert rounding_unit(np.tile([0.0, 1.0, 2.0], 20), 0.5) == 0.0
    assert rounding_unit(np.tile([0.0, 1.0, 2.0, 3.0], 20), 0.5) == 1.0


@pytest.mark.parametrize("spikes", [0, 100])
@pytest.mark.parametrize("unit", [0.1, 1.0, 2.0, 3.0])
def test_the_scatter_is_that_of_the_noise_and_of_two_roundings(unit: float, spikes: int) -> None:
    expected = np.hypot(1.0, unit / np.sqrt(6.0))
    assert deviation_of_rounded(rounded(unit, spikes), unit) == pytest.approx(expected, rel=0.15)

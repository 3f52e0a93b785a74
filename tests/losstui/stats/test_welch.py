from __future__ import annotations

import pytest

from losstui.stats.trend import Estimate
from losstui.stats.welch import welch_z

SURE = Estimate(1.0, 0.0)


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e200])
def test_the_fewer_values_the_less_a_difference_says_in_any_unit(unit: float) -> None:
    one, other = Estimate(1.0, 0.1).over(1.0 / unit), Estimate(1.6, 0.1).over(1.0 / unit)
    of_few, of_more, of_many = (welch_z(one, other, (n, n)) for n in (8, 40, 100_000))
    assert of_few < of_more < of_many
    assert of_few == pytest.approx(3.346, abs=0.01)  # by the exact law
    assert of_many == pytest.approx(0.6 / 0.1 / 2.0**0.5, abs=1e-3)
    assert welch_z(other, one, (8, 8)) == pytest.approx(-of_few)


def test_what_has_no_error_leaves_the_doubt_to_the_other() -> None:
    alone = welch_z(SURE, Estimate(1.5, 0.1), (3, 8))
    assert alone == pytest.approx(welch_z(SURE, Estimate(1.5, 0.1), (100_000, 8)), rel=1e-6)
    assert alone < welch_z(SURE, Estimate(1.5, 0.1), (3, 20))


def test_levels_without_any_error_differ_beyond_doubt_or_not_at_all() -> None:
    assert welch_z(SURE, Estimate(1.1, 0.0), (8, 8)) > 10.0
    assert welch_z(SURE, SURE, (8, 8)) == 0.0

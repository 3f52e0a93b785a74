from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.ranks import as_low_by_luck, lowest_by_luck, rank_trend_z, rank_z
from support import remembering

RNG = np.random.default_rng(0)


def test_the_largest_it_can_be() -> None:
    assert rank_z(np.arange(8.0), np.arange(8.0, 16.0)) == pytest.approx(3.36, abs=0.01)
    assert rank_z(np.arange(8.0, 16.0), np.arange(8.0)) == pytest.approx(-3.36, abs=0.01)


def test_noise_has_a_deviation_of_one() -> None:
    scores = [rank_z(RNG.normal(size=12), RNG.normal(size=20)) for _ in range(2000)]
    assert float(np.mean(scores)) == pytest.approx(0.0, abs=0.1)
    assert float(np.std(scores)) == pytest.approx(1.0, abs=0.1)


def test_spikes_do_not_hide_that_the_parts_lie_apart() -> None:
    low, high = RNG.normal(0.0, 1.0, 10), RNG.normal(8.0, 1.0, 10)
    plain = rank_z(low, high)
    high[::3] *= 1e6
    assert rank_z(low, high) == pytest.approx(plain)


def test_equal_and_missing_values_say_nothing() -> None:
    assert rank_z(np.ones(9), np.ones(5)) == 0.0
    assert rank_z(np.zeros(0), np.ones(5)) == 0.0
    assert rank_z(np.ones(5), np.zeros(0)) == 0.0


def test_the_order_of_all_pairs_tells_of_a_rise() -> None:
    assert rank_trend_z(np.arange(80.0)) == pytest.approx(3160.0 / np.sqrt(80 * 79 * 165 / 18), rel=0.02)
    assert rank_trend_z(-np.arange(8.0)) == -rank_trend_z(np.arange(8.0))
    assert rank_trend_z(np.array([0.0, 1.0, 1e9, 2.0, 3.0, 4.0])) > 1.5
    assert rank_trend_z(np.ones(9)) == rank_trend_z(np.ones(1)) == rank_trend_z(np.zeros(0)) == 0.0


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0.8, 1.05), (0.5, 0.8, 1.2), (0.8, 0.8, 1.4)])
def test_a_rise_of_values_that_follow_each_other_is_as_unsure(
    share: float, least: float, most: float
) -> None:
    scores = [rank_trend_z(remembering(RNG, 40, share)) for _ in range(400)]
    assert float(np.mean(scores)) == pytest.approx(0.0, abs=0.25)
    assert least <= float(np.std(scores)) <= most


def test_the_first_few_values_are_low_by_luck_no_more_often_than_it_says() -> None:
    luck = np.array([as_low_by_luck(RNG.normal(size=20)) for _ in range(4000)])
    for bound in (0.02, 0.05, 0.2):
        assert np.mean(luck <= bound) <= 1.2 * bound
    together = np.array([1.7, 1.4, *(10.0 + RNG.normal(size=18))])
    assert as_low_by_luck(together) == pytest.approx(3.0 * lowest_by_luck(together, 2))
    assert as_low_by_luck(together) < 0.005

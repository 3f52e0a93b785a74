from __future__ import annotations

import math

import numpy as np
import pytest

from losstui.stats.trend import Estimate, effective_count, fall_over, pooled, theil_sen


def test_a_fifth_of_wild_values_does_not_turn_the_slope() -> None:
    x = np.arange(200.0)
    y = 3.0 - 0.5 * x + np.random.default_rng(0).normal(0.0, 0.1, 200)
    y[::5] = 1e6
    assert theil_sen(x, y) == pytest.approx(-0.5, abs=0.01)


@pytest.mark.parametrize("values", [[], [1.0]])
def test_no_slope_below_two_points(values: list[float]) -> None:
    assert theil_sen(np.arange(float(len(values))), np.array(values)) == 0.0


def test_white_noise_counts_in_full_and_a_drifting_one_for_less() -> None:
    rng = np.random.default_rng(0)
    white = rng.normal(size=1000)
    drifting = np.zeros(1000)
    for i in range(1, 1000):
        drifting[i] = 0.8 * drifting[i - 1] + white[i]
    assert effective_count(white) > 800
    assert effective_count(drifting) == pytest.approx(1000 * 0.2 / 1.8, rel=0.4)
    assert effective_count(np.ones(10)) == 10.0


def test_the_bound_holds_the_true_fall_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(0)
    line = np.linspace(1.0, 0.0, 100)
    held = [fall_over(line + rng.normal(0.0, 0.5, 100)).upper >= 1.0 for _ in range(400)]
    assert 0.90 <= np.mean(held) <= 0.99


def test_single_values_far_out_do_not_widen_the_bound_but_a_level_that_left_does() -> None:
    levels = np.random.default_rng(0).normal(0.0, 0.1, 100)
    spiked, left = levels.copy(), levels.copy()
    spiked[[20, 55, 90]] = 1000.0
    left[80:] = 1000.0
    assert fall_over(spiked).error < 1.5 * fall_over(levels).error
    assert fall_over(left).error > 5.0 * fall_over(levels).error


def test_a_fall_of_too_few_values_is_not_known() -> None:
    assert math.isinf(fall_over(np.array([3.0, 2.0, 1.0])).error)
    assert math.isinf(fall_over(np.array([])).error)


def test_a_fall_of_levels_that_are_mostly_the_same_is_as_unsure_as_the_others_make_it() -> None:
    levels = np.ones(40)
    assert fall_over(levels).error == 0.0
    levels[::8] += np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    assert fall_over(levels).error > 0.05


def test_the_upper_bound_of_a_sure_value_is_the_value() -> None:
    assert Estimate(2.0, 0.0).upper == 2.0
    assert Estimate(2.0, 1.0).upper > 2.0


def test_estimates_count_together_for_as_much_as_each_is_sure() -> None:
    together = pooled([Estimate(1.0, 1.0), Estimate(4.0, 2.0), Estimate(9.0, math.inf)])
    assert together.value == pytest.approx((1.0 + 4.0 / 4.0) / 1.25)
    assert together.error == pytest.approx(1.25**-0.5)
    assert together.lower < together.value < together.upper


def test_of_estimates_what_is_exact_rules_and_what_is_unknown_says_nothing() -> None:
    assert pooled([Estimate(1.0, 0.0), Estimate(5.0, 1.0)]).value == pytest.approx(1.0)
    assert pooled([Estimate(1.0, 0.0), Estimate(2.0, 0.0)]) == Estimate(2.0, 0.0)
    assert pooled([]) == Estimate(0.0, math.inf)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_estimates_of_any_size_are_pooled(size: float) -> None:
    together = pooled([Estimate(size, size), Estimate(4.0 * size, 2.0 * size)])
    assert together.value == pytest.approx(1.6 * size)
    assert together.error == pytest.approx(1.25**-0.5 * size)

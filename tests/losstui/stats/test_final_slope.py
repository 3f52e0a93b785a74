from __future__ import annotations

import math

import numpy as np
import pytest

from losstui.stats.final_slope import LEAST_COURSE, LINE, fall_at_end, fall_from_level, fall_of_few
from losstui.stats.trend import fall_over


@pytest.mark.parametrize("count", [8, 11])
def test_it_is_the_fall_at_the_end_of_a_bend(count: int) -> None:
    x = np.linspace(0.0, 1.0, count)
    fall = fall_at_end(3.0 - 2.0 * x + 0.5 * x**2, 0.3)
    assert fall.value == pytest.approx(0.6 - 0.5 * (1.0 - 0.7**2))
    assert fall.value > 4.0 * fall.error


def test_values_need_not_be_equally_spaced() -> None:
    x = np.log1p(9.0 * np.linspace(0.0, 1.0, 40)) / np.log(10.0)
    fall = fall_at_end(3.0 - 2.0 * x + 0.5 * x**2, 0.3, x)
    assert fall.value == pytest.approx(0.6 - 0.5 * (1.0 - 0.7**2))
    early = np.linspace(0.0, 1.0, 40) ** 0.05  # but for one all lie in the last two thirds
    assert fall_at_end(np.sqrt(early), 0.3, early).error < 1.0
    assert math.isinf(fall_at_end(np.arange(40.0), 0.3, np.zeros(40)).error)


def test_few_residuals_are_trusted_less_than_many() -> None:
    z: dict[int, list[float]] = {8: [], 11: []}
    rng = np.random.default_rng(0)
    for count, found in z.items():
        for _ in range(300):
            fall = fall_at_end(1.0 + rng.normal(0.0, 0.01, count), 0.3)
            found.append(fall.value / fall.error)
        assert np.mean(np.array(found) > 4.0) <= 0.005


@pytest.mark.parametrize("count", [8, 40])
def test_what_does_not_fall_lies_within_its_errors_as_often_as_noise_does(count: int) -> None:
    rng = np.random.default_rng(4)
    falls = [fall_at_end(rng.normal(1.0, 0.2, count), 0.3) for _ in range(1000)]
    z = [fall.value / fall.error for fall in falls]
    assert np.std(z) == pytest.approx(1.0, abs=0.1)
    assert np.mean(np.abs(z) < 0.5) == pytest.approx(0.383, abs=0.05)  # of a normal law


def test_units_do_not_matter() -> None:
    values = 1.0 + np.random.default_rng(1).normal(0.0, 0.01, 9)
    one, other = fall_at_end(values, 0.3), fall_at_end(1e4 * values, 0.3)
    assert other.value / other.error == pytest.approx(one.value / one.error)


def test_too_few_have_no_error() -> None:
    assert math.isinf(fall_at_end(np.arange(LEAST_COURSE - 1.0), 0.3).error)
    assert fall_at_end(np.zeros(9), 0.3).value == 0.0


def test_squares_of_huge_values_do_not_overflow() -> None:
    values = np.linspace(3.0, 2.0, 9) + np.random.default_rng(1).normal(0.0, 0.01, 9)
    one, huge = fall_at_end(values, 0.3), fall_at_end(1e200 * values, 0.3)
    assert huge.value / huge.error == pytest.approx(one.value / one.error)


def test_a_line_knows_less_than_half_as_much_of_the_end() -> None:
    rng = np.random.default_rng(2)
    z: list[list[float]] = [[], []]
    for _ in range(100):
        values = np.linspace(1.0, 0.8, 40) + rng.normal(0.0, 0.02, 40)
        for found, fall in zip(z, (fall_at_end(values, 0.3), fall_over(values[-12:])), strict=True):
            found.append(fall.value / fall.error)
    assert np.median(z[0]) > 1.4 * np.median(z[1])


@pytest.mark.parametrize(("bend", "power"), [(5.0, 0.5), (20.0, 0.3), (100.0, 0.5)])
def test_it_takes_a_tenth_or_so_off_the_end_of_a_power_law(bend: float, power: float) -> None:
    values = (1.0 + bend * np.linspace(0.0, 1.0, 101)) ** -power
    assert fall_at_end(values, 0.3).value == pytest.approx(0.9 * (values[70] - values[-1]), rel=0.06)


def test_of_few_values_the_last_make_a_line_whose_bound_holds_at_least_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    x = np.linspace(0.0, 1.0, 6)
    falls = [fall_of_few(2.0 - x + rng.normal(0.0, 0.05, 6), 0.25) for _ in range(2000)]
    assert np.mean([fall.value for fall in falls]) == pytest.approx(0.25, abs=0.005)
    assert np.mean([fall.upper >= 0.25 for fall in falls]) >= 0.95
    flat = [fall_of_few(2.0 + rng.normal(0.0, 0.05, 6), 0.25) for _ in range(2000)]
    assert np.mean([fall.upper >= 0.0 for fall in flat]) == pytest.approx(0.96, abs=0.015)
    bent = fall_of_few(np.array([9.0, 5.0, 1.0, 1.0, 1.0, 1.0]), 0.25)
    assert (bent.value, bent.error) == pytest.approx((0.0, 0.0), abs=1e-3)


def test_of_few_values_the_last_step_counts_where_they_fall_again() -> None:
    again = np.array([9.0, 1.0, 1.0, 1.0, 0.96, 0.9])
    assert fall_of_few(again, 0.25).upper >= np.mean(again[2:5]) - again[5]


def test_of_few_values_units_do_not_matter_and_fewer_say_nothing() -> None:
    values = np.array([3.0, 1.0, 0.9, 0.95, 0.9])
    one, large = fall_of_few(values, 0.25), fall_of_few(1e200 * values, 0.25)
    assert large.value == pytest.approx(1e200 * one.value)
    assert large.error == pytest.approx(1e200 * one.error)
    assert fall_of_few(np.zeros(5), 0.25).upper == 0.0
    assert math.isinf(fall_of_few(values[: LINE - 1], 0.25).error)


def test_a_fall_from_a_level_is_surer_than_that_of_a_line_through_it() -> None:
    rng = np.random.default_rng(0)
    course = 1.0 - 0.5 * np.maximum(0.0, np.linspace(-1.0, 1.0, 60))
    both = [
        (fall_from_level(noisy), fall_over(noisy[30:]))
        for noisy in (course + rng.normal(0.0, 0.2, 60) for _ in range(200))
    ]
    hinge = np.array([one.value for one, _ in both])
    assert np.mean(hinge) == pytest.approx(0.5, abs=0.03)
    assert np.std(hinge) < 0.7 * np.std([line.value for _, line in both])
    assert 0.85 <= np.mean([one.upper >= 0.5 for one, _ in both]) <= 0.99


def test_a_fall_from_a_level_bears_odd_values_and_few() -> None:
    course = 1.0 - 0.5 * np.maximum(0.0, np.linspace(-1.0, 1.0, 60))
    course += np.random.default_rng(1).normal(0.0, 0.02, 60)
    odd = course.copy()
    odd[[5, 33, 50]] += 100.0
    assert fall_from_level(odd).value == pytest.approx(fall_from_level(course).value, abs=0.02)
    assert math.isinf(fall_from_level(course[:3]).error)
    assert fall_from_level(np.zeros(9)).value == 0.0

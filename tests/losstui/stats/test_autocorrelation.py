from __future__ import annotations

import numpy as np
import pytest

from losstui.stats.autocorrelation import (
    correlation,
    correlation_of_steps,
    error_of_difference,
    independent_count,
    scatter_before_smoothing,
    values_before_smoothing,
)
from losstui.stats.trend import MEDIAN_ERROR
from support import remembering


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_correlation_of_neighbours(share: float) -> None:
    assert correlation(remembering(np.random.default_rng(0), 5000, share)) == pytest.approx(share, abs=0.03)


def test_one_value_far_out_leaves_the_correlation() -> None:
    values = remembering(np.random.default_rng(0), 5000, 0.8)
    values[2500] = 1e6
    assert correlation(values) == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_steps_show_the_correlation_around_a_line(share: float) -> None:
    values = remembering(np.random.default_rng(0), 5000, share) + 0.5 * np.arange(5000)
    assert correlation_of_steps(values) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("values", [[0.3] * 20, [0.0, 0.1, 0.3, 0.6, 1.0, 1.5, 2.1]])
def test_too_few_steps_or_none_show_no_correlation(values: list[float]) -> None:
    assert correlation_of_steps(np.array(values)) == 0.0


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_the_error_is_what_the_difference_scatters_by(share: float) -> None:
    rng = np.random.default_rng(1)
    made = [remembering(rng, 400, share) for _ in range(300)]
    # Far apart, so that the two do not share what they remember.
    differences = [np.median(one[:40]) - np.median(one[-40:]) for one in made]
    errors = [error_of_difference(one, 200, (40.0, 40.0)) for one in made]
    # The median of values that follow each other is as sure as their mean, which the error does not count on.
    assert 0.95 * np.std(differences) < np.median(errors) < MEDIAN_ERROR * np.std(differences)


def test_a_course_that_falls_and_rises_is_no_memory() -> None:
    rng = np.random.default_rng(2)
    course = np.abs(np.linspace(-1.0, 1.0, 400))
    noise = 0.01 * rng.normal(size=400)
    expected = 0.01 * MEDIAN_ERROR * np.sqrt(2.0 / 40.0)
    assert error_of_difference(course + noise, 200, (40.0, 40.0)) == pytest.approx(expected, rel=0.3)


def test_unit() -> None:
    values = remembering(np.random.default_rng(3), 100, 0.5)
    error = error_of_difference(values, 50, (10.0, 3.0))
    assert error_of_difference(1000.0 * values + 5.0, 50, (10.0, 3.0)) == pytest.approx(1000.0 * error)


def test_what_leaves_no_second_difference_has_no_error() -> None:
    assert error_of_difference(np.array([3.0, 2.0]), 1, (1.0, 1.0)) == 0.0
    assert error_of_difference(np.full(10, 2.0), 0, (3.0, 3.0)) == 0.0


def test_the_scatter_of_what_a_mean_is_over() -> None:
    rng = np.random.default_rng(4)
    means = [(np.cumsum(rng.gamma(4.0, 0.25, 600)) / np.arange(1, 601))[300:] for _ in range(40)]
    # Of a walk the share of each new value is taken to be that of the shortest mean it may be.
    assert 0.25 < np.median([scatter_before_smoothing(one) for one in means]) < 0.6
    kept = [remembering(rng, 4000, 0.8) for _ in range(40)]
    expected = np.sqrt((1.0 + 0.8) / (1.0 - 0.8)) * np.median([np.std(one) for one in kept])
    assert np.median([scatter_before_smoothing(one) for one in kept]) == pytest.approx(expected, rel=0.1)


def test_what_does_not_follow_each_other_is_no_mean() -> None:
    assert scatter_before_smoothing(np.random.default_rng(5).standard_normal(200)) == 0.0
    assert scatter_before_smoothing(np.linspace(0.0, 1.0, 7)) == 0.0


@pytest.mark.parametrize(("share", "worth"), [(0.0, 1000.0), (0.8, 1000.0 / 9.0)])
def test_values_that_follow_each_other_are_worth_fewer(share: float, worth: float) -> None:
    found = independent_count(remembering(np.random.default_rng(0), 1000, share))
    assert found == pytest.approx(worth, rel=0.25)


@pytest.mark.parametrize("values", [[1.0], [2.0] * 5, list(range(9))])
def test_any_values_are_worth_one_at_least(values: list[float]) -> None:
    assert independent_count(np.array(values, dtype=np.float64)) >= 1.0


def test_few_values_are_worth_no_more_than_many_would_be() -> None:
    rng = np.random.default_rng(0)
    found = [independent_count(remembering(rng, 12, 0.8)) for _ in range(300)]
    assert np.median(found) < 12.0 / 3.0  # a correlation of a half at least, of 0.8


@pytest.mark.parametrize("share", [0.6, 0.85, 0.95])
def test_what_running_means_are_over_is_found_again_although_some_of_it_lies_far_out(share: float) -> None:
    values = np.random.default_rng(0).normal(0.0, 1.0, 400)
    values[[150, 250, 350]] += 30.0
    means = values.copy()
    for i in range(1, 400):
        means[i] = share * means[i - 1] + (1.0 - share) * values[i]
    found = values_before_smoothing(means + 0.01 * np.arange(400), 100)
    assert found is not None
    assert found[[150, 250, 350]] == pytest.approx(values[[150, 250, 350]], abs=5.0)
    assert np.median(np.abs(found[1:] - values[1:])) < 2.5


def test_values_that_follow_nothing_or_more_than_the_last_one_are_no_running_means() -> None:
    rng = np.random.default_rng(0)
    assert values_before_smoothing(rng.normal(size=400), 100) is None
    over_a_window = np.convolve(rng.normal(size=407), np.full(8, 1.0 / 8.0), mode="valid")
    assert values_before_smoothing(np.convolve(over_a_window, np.full(8, 0.125), mode="same"), 100) is None
    assert values_before_smoothing(np.ones(400), 100) is None

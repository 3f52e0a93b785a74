from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from losstui.stats.blocks import running_median
from losstui.stats.flatness import flat_part, since_along_course

DESCENT = np.maximum(0.0, 1.0 - np.arange(400) / 100.0)


def test_the_flat_part_begins_where_the_fall_ends() -> None:
    rng = np.random.default_rng(0)
    medians = np.concatenate((np.linspace(2.0, 1.0, 100), np.ones(300))) + rng.normal(0, 0.01, 400)
    part = flat_part(medians, running_median(medians, 20), tail_share=0.5, band=0.03)
    assert part.end.value == pytest.approx(1.0, abs=0.01)
    assert part.low <= part.start <= part.high
    assert part.start == pytest.approx(100, abs=10)
    assert part.fall.upper < 0.02


def test_the_interval_of_a_descent_that_bends_slowly_spans_every_start_one_could_name() -> None:
    medians = 1.0 + np.exp(-np.arange(400) / 40.0)
    part = flat_part(medians, running_median(medians, 20), tail_share=0.5, band=0.03, window=20)
    last_tenth, last_hundredth = 40 * np.log(10), 40 * np.log(100)
    assert part.low <= last_tenth <= part.start <= last_hundredth <= part.high


def test_levels_that_look_far_know_no_start_better_than_that() -> None:
    medians = np.concatenate((np.full(100, 2.0), np.ones(300)))
    part = flat_part(medians, medians, tail_share=0.5, band=0.05, window=20)
    assert (part.low, part.start, part.high) == (90, 100, 110)


def test_the_interval_lies_between_the_bands_a_third_and_three_times_as_wide() -> None:
    part = flat_part(DESCENT, DESCENT, tail_share=0.5, band=0.105)
    assert (part.low, part.start, part.high) == (69, 90, 97)
    along = since_along_course(part, DESCENT, DESCENT, band=0.105)
    assert (along.low, along.start, along.high) == (69, 90, 97)
    blurred = since_along_course(part, DESCENT, DESCENT, band=0.105, window=20)
    assert (blurred.low, blurred.start, blurred.high) == (59, 90, 107)


@pytest.mark.parametrize(("settled", "interval"), [(0, (0, 0, 10)), (95, (85, 95, 99))])
def test_the_interval_stays_within_the_curve(settled: int, interval: tuple[int, int, int]) -> None:
    medians = np.ones(100)
    levels = np.where(np.arange(100) < settled, 2.0, 1.0)
    part = flat_part(medians, levels, tail_share=0.5, band=0.1, window=20)
    assert (part.low, part.start, part.high) == interval
    along = since_along_course(part, medians, levels, band=0.1, window=20)
    assert (along.low, along.start, along.high) == interval


def test_the_end_level_is_that_of_the_last_quarter() -> None:
    medians = np.concatenate((np.full(60, 3.0), np.full(12, 1.0), np.full(8, 5.0)))
    assert flat_part(medians, medians, tail_share=0.5, band=0.1).end.value == 1.0


@pytest.mark.parametrize("medians", [np.array([3.0, 1.0]), np.array([3.0, 2.0, 1.0])], ids=len)
def test_of_two_or_three_levels_the_last_is_the_end(medians: FloatArray) -> None:
    part = flat_part(medians, medians, tail_share=0.5, band=0.1)
    assert (part.end.value, part.start) == (1.0, len(medians) - 1)
    assert since_along_course(part, medians, medians, band=0.1).start == len(medians) - 1


def test_a_tail_of_less_than_one_level_is_the_last_one_and_has_no_slope() -> None:
    part = flat_part(np.array([4.0, 3.0, 2.0, 1.0]), np.ones(4), tail_share=0.01, band=0.1)
    assert (part.fall.value, part.fall.error) == (0.0, np.inf)


@pytest.mark.parametrize(("before", "start"), [(9, 0), (8, 9)])
def test_one_level_in_ten_may_leave_the_band(before: int, start: int) -> None:
    levels = np.ones(100)
    levels[before] = 5.0
    assert flat_part(np.ones(100), levels, tail_share=0.5, band=0.1).start == start


def test_one_odd_level_does_not_end_the_flat_part() -> None:
    medians = np.ones(100)
    medians[60] = 5.0
    assert flat_part(medians, medians, tail_share=0.5, band=0.1).start == 0


def test_a_steady_fall_is_not_flat() -> None:
    medians = np.linspace(2.0, 1.0, 200)
    part = flat_part(medians, medians, tail_share=0.5, band=0.05)
    assert part.fall.value == pytest.approx(0.5, rel=0.02)
    assert part.start > 120


@pytest.mark.parametrize(
    ("depth", "window", "start"), [(0.0, 1, 20), (0.13, 1, 20), (0.13, 16, 120), (0.25, 1, 120)]
)
def test_levels_further_below_the_end_than_noise_explains_are_no_part_of_what_is_flat(
    depth: float, window: int, start: int
) -> None:
    levels = np.concatenate((np.linspace(2.0, 1.0, 20), np.full(280, 1.0)))
    levels[20:120] -= depth
    medians = levels + np.random.default_rng(0).normal(0.0, 0.05, 300)
    part = flat_part(medians, levels, tail_share=0.25, band=0.03, window=window)
    along = since_along_course(part, medians, levels, band=0.03, window=window)
    assert along.start == pytest.approx(start, abs=3)

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors._staircase import Staircase, StaircaseSearch
from support import make_curves

FloatArray = NDArray[np.float64]
POINTS = 480
STEPS = np.arange(POINTS)


def found(values: FloatArray, seed: int = 0) -> Staircase | None:
    scatter = np.random.default_rng(seed).normal(0.0, 0.01, len(values))
    loss = make_curves({"train/loss": values + scatter}).train_loss
    assert loss is not None
    return StaircaseSearch().find(loss, np.zeros(0, np.int64))


def down(heights: tuple[float, ...]) -> FloatArray:
    """Below 0, so that no logarithm is taken: level but for drops of those heights at equal distances."""
    epoch = POINTS // (len(heights) + 1)
    return -1.0 - np.concatenate(([0.0], np.cumsum(heights)))[np.minimum(STEPS // epoch, len(heights))]


@pytest.mark.parametrize(("later", "is_one"), [(0.3, True), (0.15, True), (0.01, False)])
def test_drops_may_become_much_smaller_but_not_vanish_in_the_noise(later: float, is_one: bool) -> None:
    assert (found(down((1.0, later, later))) is not None) is is_one


@pytest.mark.parametrize("seed", range(4))
def test_of_many_epochs_the_later_ones_may_have_next_to_nothing_left_to_drop(seed: int) -> None:
    stairs = found(down(tuple(0.6 ** np.arange(19))), seed)
    assert stairs is not None
    assert stairs.period == pytest.approx(12.0, abs=0.5)  # blocks


@pytest.mark.parametrize("falls_in", [20.0, 30.0, 40.0, 60.0])
def test_a_descent_that_is_over_early_is_on_the_first_borders_only(falls_in: float) -> None:
    assert found(-2.0 + np.exp(-STEPS / falls_in)) is None


def test_two_drops_alone_are_at_equal_distances_by_chance() -> None:
    two, three = down((1.0, 0.5, *(0.0,) * 9)), down((1.0, 0.7, 0.5, *(0.0,) * 8))
    assert sum(found(two, seed) is not None for seed in range(12)) <= 2
    assert all(found(three, seed) is not None for seed in range(12))


@pytest.mark.parametrize("learned", [0.0, 0.7])
def test_what_is_learned_in_the_first_epoch_is_not_held_against_the_drops_after_it(learned: float) -> None:
    first = learned * np.maximum(0.0, 1.0 - STEPS / 120)
    stairs = found(down((0.3, 0.3, 0.3)) + first)
    assert stairs is not None
    assert len(stairs.borders) == 3


@pytest.mark.parametrize("teeth", [10, 15, 20])
def test_several_teeth_of_a_saw_are_no_epoch(teeth: int) -> None:
    """Each takes back 0.85 of its drop, so that three of them together are lower by 0.45 of one."""
    assert found(down((1.0,) * (teeth - 1)) + 0.85 * STEPS / (POINTS / teeth) - teeth) is None


@pytest.mark.parametrize(("slope", "is_one"), [(0.1, True), (0.6, False)])
def test_most_of_the_fall_is_at_the_borders(slope: float, is_one: bool) -> None:
    """The curve falls by `slope` within each of four epochs beside drops of 0.3."""
    assert (found(down((0.3, 0.3, 0.3)) - slope * STEPS / 120) is not None) is is_one


@pytest.mark.parametrize(("taken_back", "is_one"), [(0.5, True), (0.8, False)])
def test_epochs_that_take_back_most_of_their_drops_have_their_samples_in_an_order(
    taken_back: float, is_one: bool
) -> None:
    assert (found(down((1.0,) * 9) + taken_back * STEPS / 48) is not None) is is_one


def test_epochs_are_long_enough_to_show_that_they_are_level() -> None:
    stairs = found(down((0.3,) * 19))
    assert stairs is not None
    assert stairs.period == pytest.approx(12.0, abs=0.5)  # blocks
    assert found(down((0.3,) * 47)) is None  # of 5 blocks each


@pytest.mark.parametrize(("slope", "is_one"), [(0.0, True), (0.6, False)])
def test_windows_that_are_most_of_a_short_epoch_hold_most_of_any_descent(slope: float, is_one: bool) -> None:
    """Each epoch of 6 blocks falls by `slope` within, beside a drop of 0.3."""
    stairs = found(down((0.3,) * 39) - slope * STEPS / 12)
    assert (stairs is not None) is is_one


def test_a_loss_that_rises_has_no_stairs() -> None:
    assert found(-down((0.3, 0.3, 0.3))) is None

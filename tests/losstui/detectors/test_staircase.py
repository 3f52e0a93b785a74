from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors._staircase import Staircase, StaircaseSearch
from support import make_curves

FloatArray = NDArray[np.float64]
POINTS = 480
STEPS = np.arange(POINTS)


def found(values: FloatArray) -> Staircase | None:
    scatter = np.random.default_rng(0).normal(0.0, 0.01, len(values))
    loss = make_curves({"train/loss": values + scatter}).train_loss
    assert loss is not None
    return StaircaseSearch().find(loss, np.zeros(0, np.int64))


def down(heights: tuple[float, ...]) -> FloatArray:
    """Below 0, so that no logarithm is taken: level but for drops of those heights at equal distances."""
    epoch = POINTS // (len(heights) + 1)
    return -1.0 - np.concatenate(([0.0], np.cumsum(heights)))[STEPS // epoch]


@pytest.mark.parametrize(("later", "is_one"), [(0.3, True), (0.15, False)])
def test_drops_may_become_smaller_but_not_vanish_beside_the_highest(later: float, is_one: bool) -> None:
    assert (found(down((1.0, later, later))) is not None) is is_one


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
    assert found(down((0.3,) * 39)) is None  # of 6 blocks each


def test_a_loss_that_rises_has_no_stairs() -> None:
    assert found(-down((0.3, 0.3, 0.3))) is None

"""What is measured of a rise of validation, before it is judged."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from losstui.curve import Curve
from losstui.curves import Pair
from losstui.detectors._validation_rise import (
    FEW,
    MOST_WALK,
    WALK_WEIGHT,
    ValidationRise,
    against_a_walk,
    by_its_scale,
    rise_of_few,
    rise_of_levels,
    still_falls,
    train_fall,
    train_fall_of_epochs,
)
from losstui.stats.trend import MEDIAN_ERROR, Estimate
from losstui.stats.turning import turn_z
from support import make_curves

RISE = ValidationRise(0, 0, 0, 0, Estimate(3.0, 1.0), 1.0, 0.0, 0.0)


def validation(values: ArrayLike) -> Curve:
    return make_curves({"val_loss": values}).curve("val_loss")


def pair(train: ArrayLike, values: ArrayLike) -> Pair:
    [one] = make_curves({"train_loss": train, "val_loss": values}).whole_pairs
    return one


def test_an_error_that_is_known_roughly_says_less() -> None:
    assert RISE.z == 3.0
    # 27 values know their scale as 10 squares do: 3 by Student's law is 2.47 by the normal one.
    assert by_its_scale(RISE, validation(np.arange(27.0))).z == pytest.approx(2.47, abs=0.01)
    assert by_its_scale(RISE, validation(np.arange(4000.0))).z == pytest.approx(2.95, abs=0.01)
    sunk = replace(RISE, height=Estimate(-1.0, 1.0), freedom=5.0)
    assert sunk.z == -1.0


def test_few_that_go_farther_than_a_walk_speak_for_a_rise_up_to_a_bound() -> None:
    straight = against_a_walk(RISE, validation([1.0, 0.5, 0.6, 0.7, 0.8, 0.9]))
    assert straight.beside == pytest.approx(WALK_WEIGHT * MOST_WALK) == pytest.approx(1.5)
    steps = [0.01, 0.03, 0.01, 0.03]
    walk = against_a_walk(RISE, validation(np.cumsum([1.0, -0.5, *steps])))
    assert walk.beside == pytest.approx(0.3 * 0.08 / (np.std(steps, ddof=1) * 2.0))


def test_of_few_the_lowest_is_the_best() -> None:
    values = [1.0, 0.8, 0.61, 0.6, 0.7, 0.8, 0.9]
    rise = rise_of_few(validation(values))
    assert (rise.best, rise.lowest, rise.kind) == (3, 3, FEW)
    assert rise.low <= 3 <= rise.high
    assert rise.height.value == pytest.approx(0.3)
    assert rise.height.error == pytest.approx(0.3 / turn_z(np.array(values)))
    assert rise.level == 0.6
    falling = rise_of_few(validation(values[:4]))
    assert falling.height == Estimate(0.0, math.inf)
    assert (falling.low, falling.high) == (0, 3)


def test_levels_rise_from_their_lowest_to_the_last_values() -> None:
    places = np.arange(60)
    values = 1.0 + 0.01 * np.abs(places - 20) + np.random.default_rng(0).normal(0.0, 0.002, 60)
    rise = rise_of_levels(validation(values))
    assert rise.low <= 20 <= rise.high
    assert rise.high - rise.low <= 6
    assert abs(rise.lowest - 20) <= 2
    # The last tenth lies around place 56.5, the level around 20 is the median of five values.
    assert rise.height.value == pytest.approx(0.365 - 0.01, abs=0.005)
    # Three of a noise of 0.002 make the error of a median, six that of the last values.
    assert 0.001 <= rise.height.error <= 0.005
    assert rise.beside == pytest.approx(0.0, abs=0.4)


def test_the_lowest_of_many_equal_levels_is_low_by_luck() -> None:
    rng = np.random.default_rng(1)
    luck = [rise_of_levels(validation(1.0 + rng.normal(0.0, 0.01, 60))).beside for _ in range(20)]
    # Of the 60 levels of five values each about eight in ten are as good, so ten that are independent.
    assert np.mean(luck) == pytest.approx(-math.sqrt(math.log(10.0)), abs=0.15)


def test_a_few_wild_values_at_the_end_widen_the_error() -> None:
    rng = np.random.default_rng(2)
    values = 1.0 + np.abs(np.arange(60) - 20) * 0.01 + rng.normal(0.0, 0.002, 60)
    wild = values.copy()
    wild[[44, 48, 52, 56]] += 0.5
    errors = [rise_of_levels(validation(one)).height.error for one in (values, wild)]
    assert errors[1] >= 20.0 * errors[0]
    # The scatter of all values behind the best level, by the squares of their bends, in medians of 6 and 3.
    bends = np.diff(wild[validation(wild).best_block + 1 :], 2)
    scatter = math.sqrt(float(np.mean(bends**2)) / 6.0)
    assert errors[1] == pytest.approx(scatter * MEDIAN_ERROR * math.sqrt(1.0 / 6.0 + 1.0 / 3.0))


def test_a_loss_still_falls_where_its_best_level_is_among_the_last() -> None:
    falling = np.linspace(2.0, 1.0, 60)
    assert still_falls(validation(falling))
    assert not still_falls(validation(np.append(falling, np.linspace(1.0, 1.5, 12))))


def test_train_falls_by_a_share_of_its_level_at_the_checkpoint() -> None:
    places = np.arange(60)
    values = 1.0 + 0.01 * np.abs(places - 20)
    rise = replace(rise_of_levels(validation(values)), lowest=20)
    before, after = 140.0, 103.5  # at place 20, and at the middle of the last six
    train = 160.0 - places
    assert train_fall(pair(train, values), rise) == pytest.approx((before - after) / before)
    assert train_fall(pair(train - 120.0, values), rise) == pytest.approx((before - after) / 20.0)
    assert train_fall(pair(np.zeros(60), values), rise) == 0.0


@pytest.mark.parametrize(("lowest", "first"), [(0, 0), (20, 70), (39, 140)])
def test_train_that_steps_down_at_each_epoch_falls_from_one_whole_epoch_to_the_last(
    lowest: int, first: int
) -> None:
    """Eight epochs of 20 values, evaluated every four: the epoch around evaluation 20 begins at value 70."""
    places = np.arange(160)
    scatter = 0.01 * np.random.default_rng(3).normal(size=160)
    train = 4.0 - 0.4 * (places // 20) + 0.015 * (places % 20) + scatter
    tags = {"train_loss": train, "val_loss": np.interp(np.arange(40), [0, 20, 39], [2.0, 1.0, 2.0])}
    [both] = make_curves(tags, {"val_loss": range(0, 160, 4)}).whole_pairs
    assert both.train.sawtooth is not None
    assert round(both.train.sawtooth.period) == 20
    rise = replace(rise_of_levels(both.validation), lowest=lowest)
    before, after = float(np.mean(train[first : first + 20])), float(np.mean(train[-20:]))
    assert train_fall_of_epochs(both, rise) == pytest.approx((before - after) / before)
    assert train_fall_of_epochs(pair(4.0 - places / 60.0, np.ones(40)), rise) is None

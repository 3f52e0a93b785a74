"""Runs that lie above their first values all along, judged by train and validation together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

from losstui.detectors._rises.never_below import never_below
from losstui.detectors._rises.rise import Rise
from losstui.frame import FloatArray
from support import make_curves


def judged(train: ArrayLike, validation: ArrayLike) -> Rise | None:
    """What the two losses, each logged once a step, are judged as."""
    curves = make_curves({"train/loss": train, "val/loss": validation})
    assert curves.train_loss is not None
    assert curves.validation_loss is not None
    return never_below(curves.train_loss, curves.validation_loss)


def swings(low: float, high: float, n: int) -> FloatArray:
    """Leaves 1.0 for `low` and `high` in turn."""
    return np.append(1.0, np.where(np.arange(n) % 2 == 0, low, high))


def test_what_first_came_down_and_then_swings_up_has_learned() -> None:
    up = np.where(np.arange(40) < 20, 0.5, 9.0)
    assert judged(np.append(1.0, up), np.append(1.0, up[::4])) is None
    assert judged(np.append(1.0, up + 1.0), np.append(1.0, up[::4] + 1.0)) is not None


@pytest.mark.parametrize(("evaluations", "told"), [(3, False), (4, True)])
def test_four_evaluations_are_the_fewest_that_tell(evaluations: int, told: bool) -> None:
    validation = swings(2.0, 9.0, 11)[:evaluations]
    assert (judged(swings(2.0, 9.0, 39), validation) is not None) is told


@pytest.mark.parametrize(("last", "told"), [(9.0, True), (0.5, False), (1.2, False)])
def test_validation_ends_a_quarter_of_its_first_value_above_that(last: float, told: bool) -> None:
    validation = swings(2.0, 9.0, 99)
    validation[-4:] = last
    assert (judged(swings(2.0, 9.0, 99), validation) is not None) is told


@pytest.mark.parametrize(("later", "told"), [(9.0, True), (1.2, False)])
def test_validation_lies_a_quarter_of_its_first_value_above_that_in_its_later_half(
    later: float, told: bool
) -> None:
    validation = swings(2.0, 9.0, 99)
    validation[55:90] = later
    assert (judged(swings(2.0, 9.0, 99), validation) is not None) is told


def test_a_loss_that_begins_at_exactly_0_has_no_share_to_lose() -> None:
    up = swings(2.0, 9.0, 39)
    up[0] = 0.0
    assert judged(up, up) is None


def test_what_is_lost_is_told_as_a_share_of_a_quarter_of_the_start() -> None:
    rise = judged(swings(2.0, 9.0, 99), swings(2.0, 9.0, 99))
    assert rise is not None
    assert (rise.start, rise.best, rise.tail) == (1.0, 1.0, 5.5)
    assert rise.lost == pytest.approx(4.5 / 0.25)
    assert rise.z == pytest.approx(2.0**0.5 * 99.0**0.5)


def test_few_evaluations_are_believed_with_train_beside_them() -> None:
    few = swings(2.0, 9.0, 5)
    assert judged(swings(2.0, 9.0, 39), few) is not None  # five above the first are 2.2 standard errors
    often_below = np.append(1.0, np.tile([0.9, 9.0], 20))
    assert judged(often_below, few) is None


@pytest.mark.parametrize(("excursion", "told"), [(30.0, True), (-9.0, False)])
def test_a_loss_that_goes_below_0_does_not_swing_by_its_level(excursion: float, told: bool) -> None:
    """Where its mean may be any number, a scatter above that is no sign of a swing, and luck is asked for."""
    validation = np.append(0.8, 1.0 + 0.01 * np.sin(np.arange(99.0)))
    validation[40:46] = excursion
    train = np.append(1.0, np.where(np.arange(99) % 5 == 2, 0.5, 3.0))
    assert (judged(train, validation) is not None) is told


@pytest.mark.parametrize(("lower", "told"), [(3, True), (5, False)])
def test_where_train_alone_swings_both_may_be_as_low_by_luck_once_in_fifty(lower: int, told: bool) -> None:
    train, validation = swings(2.0, 30.0, 99), np.append(1.0, np.tile([2.0, 3.5], 10))
    train[5::11] = 0.5  # 9 of 99: one in 10 is as low
    validation[1 : 3 * lower : 3] = 0.9  # 4 or 6 of 21
    assert (judged(train, validation) is not None) is told


@pytest.mark.parametrize(("share", "told"), [(0.9, True), (0.5, False)])
def test_validation_that_swings_needs_no_luck_to_be_ruled_out(share: float, told: bool) -> None:
    train = 4.0 + np.tile([-3.5, 0.0, 1.0, 2.0], 20)
    train[0] = 1.0
    validation = np.append(1.0, 5.0 * (1.0 + share * np.tile([-1.0, 1.0], 10)))
    validation[1::2] = np.maximum(validation[1::2], 1.01)
    assert (judged(train, validation) is not None) is told

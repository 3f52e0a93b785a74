"""Which values of train an evaluation is held against, and how many of the evaluations."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.curve import Curve
from losstui.curves import Pair
from losstui.detectors._swings.in_step import (
    MOST_EVALUATIONS,
    batches_beside,
    compared_from,
    means_around,
    share_in_train,
    values_at,
)
from losstui.frame import FloatArray
from support import make_curves


def train_of(values: FloatArray, steps: list[int]) -> Curve:
    curve = make_curves({"train/loss": values}, {"train/loss": steps}).train_loss
    assert curve is not None
    return curve


def pair_of(train: FloatArray, validation: FloatArray) -> Pair:
    pair = make_curves({"train/loss": train, "val/loss": validation}).loss_pair
    assert pair is not None
    return pair


def test_an_evaluation_between_two_values_is_held_against_the_next_and_after_the_last_against_that() -> None:
    train = train_of(np.array([5.0, 4.0, 3.0]), [0, 10, 20])
    assert values_at(train, np.array([0.0, 1.0, 10.0, 20.0, 25.0])).tolist() == [5.0, 4.0, 4.0, 3.0, 3.0]


def test_the_mean_around_an_evaluation_reaches_half_way_to_its_neighbours() -> None:
    train = train_of(np.arange(12.0), list(range(12)))
    means = means_around(train, np.array([2.0, 6.0, 10.0]))
    assert means.tolist() == [np.mean([0, 1, 2, 3]), np.mean([4, 5, 6, 7]), np.mean([8, 9, 10, 11])]


@pytest.mark.parametrize(("count", "compared"), [(MOST_EVALUATIONS - 1, 1999), (5 * MOST_EVALUATIONS, 1667)])
def test_of_very_many_evaluations_as_many_as_suffice_are_compared(count: int, compared: int) -> None:
    curve = train_of(np.ones(count + 7), list(range(count + 7)))
    assert len(curve.descent[compared_from(curve, 7)]) == compared


def test_train_that_makes_half_of_a_swing_has_that_share_and_the_rest_is_noise() -> None:
    rng = np.random.default_rng(0)
    swings = rng.normal(0.0, 0.3, 400)
    pair = pair_of(2.0 + 0.5 * swings + rng.normal(0.0, 0.1, 400), 2.0 + swings)
    assert share_in_train(pair, 0) == pytest.approx(0.5, abs=0.05)
    z, noise = batches_beside(pair, 0)
    assert z > 5.0
    assert noise == pytest.approx(0.1, rel=0.1)


def test_validation_that_does_not_move_is_in_step_with_nothing() -> None:
    pair = pair_of(2.0 + np.random.default_rng(0).normal(0.0, 0.1, 40), np.full(40, 2.0))
    assert share_in_train(pair, 0) == 0.0
    assert batches_beside(pair, 0) == (0.0, np.inf)

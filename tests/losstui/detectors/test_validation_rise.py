"""What is told of a rise of validation beside the checkpoint that it names."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.overfitting import BY_HEART, Overfitting
from losstui.wording import percent
from support import found_by, make_curves

EPOCHS = np.arange(60)


findings = partial(found_by, Overfitting())


@pytest.mark.parametrize(("seed", "best"), [(0, 12), (2, 28), (4, 29)])
def test_what_train_lost_is_counted_from_the_checkpoint_that_is_named(seed: int, best: int) -> None:
    """Its level falls threefold while those of validation are as good as each other."""
    train = np.where(EPOCHS < 30, 3.0 - EPOCHS / 15.0, 1.0 - (EPOCHS - 30) / 150.0)
    scatter = np.random.default_rng(seed).normal(0.0, 0.01, len(EPOCHS))
    validation = 1.0 + np.maximum(0, 10 - EPOCHS) / 10.0 + 0.01 * np.maximum(0, EPOCHS - 30) + scatter
    [found] = findings(make_curves({"train/loss": train, "val/loss": validation}))
    assert found.onset.step == best
    fall = 1.0 - float(np.median(train[-6:])) / train[best]
    assert f"the train loss fell by another {percent(fall)}" in found.message


@pytest.mark.parametrize(
    ("count", "rise", "told"),
    [(60, 0.15, True), (60, 0.07, False), (20, 0.15, True), (12, 0.15, False), (12, 0.3, True)],
)
def test_beside_train_that_is_done_a_great_rise_is_enough(count: int, rise: float, told: bool) -> None:
    places = np.arange(count) / (count - 1)
    noise = np.random.default_rng(0).normal(0.0, 0.002, (2, count))
    train = 0.5 + 2.0 * np.exp(-100.0 * places) + noise[0]
    validation = 1.0 + 0.1 * np.exp(-30.0 * places) + rise * np.maximum(0.0, places - 0.2) / 0.8 + noise[1]
    found = findings(make_curves({"train_loss": train, "val_loss": validation}))
    found = [one for one in found if one.kind != BY_HEART]
    assert bool(found) is told
    assert all(one.measures[-1].value < Overfitting.least_train_fall for one in found)


@pytest.mark.parametrize(("of_rise", "told"), [(0.07, True), (0.15, False)])
def test_train_that_has_risen_by_a_tenth_of_the_rise_has_not_kept_its_level(
    of_rise: float, told: bool
) -> None:
    later = np.maximum(0.0, EPOCHS - 12) / 47.0
    noise = np.random.default_rng(0).normal(0.0, 0.001, (2, 60))
    train = 0.5 * (1.0 + 0.4 * of_rise * later) + 2.0 * (EPOCHS == 0) + noise[0]
    validation = 1.0 + 0.1 * np.exp(-EPOCHS / 2.0) + 0.4 * later + noise[1]
    found = findings(make_curves({"train_loss": train, "val_loss": validation}))
    assert bool([one for one in found if one.kind != BY_HEART]) is told


@pytest.mark.parametrize(("rise", "told"), [(0.02, False), (0.05, True)])
def test_checkpoints_that_are_worth_the_same_are_no_rise(rise: float, told: bool) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.0005, 60)
    validation = 1.0 + np.interp(EPOCHS, [0, 20, 50, 59], [0.3, 0.0, rise, rise]) + noise
    found = findings(make_curves({"train_loss": np.exp(-EPOCHS / 15.0), "val_loss": validation}))
    assert bool(found) is told


@pytest.mark.parametrize(("count", "told"), [(6, False), (7, True)])
def test_three_values_after_the_lowest_tell_and_two_do_not(count: int, told: bool) -> None:
    places = np.arange(count)
    losses = {"train_loss": np.exp(-places / 2.0), "val_loss": 1.0 + 0.1 * (places - 2.6) ** 2}
    assert bool(findings(make_curves(losses))) is told


@pytest.mark.parametrize(("rise", "told"), [(0.4, False), (0.8, True)])
def test_a_loss_near_0_has_to_lose_a_part_of_what_it_had_gained(rise: float, told: bool) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.001, 60)
    validation = 1.0 + np.interp(EPOCHS, [0, 20, 50, 59], [10.0, 0.0, rise, rise]) + noise
    found = findings(make_curves({"train_loss": np.exp(-EPOCHS / 15.0), "val_loss": validation}))
    assert bool(found) is told


def test_where_an_error_is_all_there_is_it_has_risen() -> None:
    errors = {"train/rmsd_error": np.exp(-EPOCHS / 15.0), "val/rmsd_error": 0.3 + 0.005 * np.abs(EPOCHS - 20)}
    [found] = findings(make_curves(errors))
    assert found.message.startswith("val/rmsd_error has risen")
    assert "improved by another" in found.message

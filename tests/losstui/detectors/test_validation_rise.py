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
    ("count", "rise", "told"), [(60, 0.15, True), (60, 0.07, False), (12, 0.15, False), (12, 0.3, True)]
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

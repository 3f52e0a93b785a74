"""What is told of a rise of validation beside the checkpoint that it names."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.overfitting import Overfitting
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

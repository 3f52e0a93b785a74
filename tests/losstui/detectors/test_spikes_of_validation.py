from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.loss_spike import LossSpike
from losstui.findings import Severity
from spike_support import learning
from support import found_by, make_curves

FloatArray = NDArray[np.float64]

found = partial(found_by, LossSpike())


def test_spike_of_the_validation_alone_is_worth_knowing() -> None:
    validation = {"val/loss": 0.2 + learning(100, seed=1), "val/part_loss": learning(100, seed=2)}
    assert found({"train/loss": learning(), **validation}) == []
    validation["val/part_loss"][60] += 5.0
    [finding] = found({"train/loss": learning(), **validation})
    assert (finding.severity, finding.kind, finding.tag) == (Severity.INFO, "in-validation", "val/part_loss")
    assert (finding.onset.low, finding.onset.step) == (59, 60)
    [shared] = found({"train/loss": learning() + (np.arange(600) == 300), **validation})
    assert shared.tag == "train/loss"


def test_a_rise_of_validation_that_train_has_too_is_no_spike_of_validation_alone() -> None:
    validation = learning(30, sigma=0.005)
    validation[3] += 8.0
    steps = {"val/loss": range(0, 600, 20)}
    train = learning(2400)
    [finding] = found(make_curves({"train/loss": train, "val/loss": validation}, steps))
    assert finding.kind == "in-validation"
    train[45:58] += 12.0  # its own start, so no spike of train
    assert found(make_curves({"train/loss": train, "val/loss": validation}, steps)) == []


@pytest.mark.parametrize(("places", "is_told"), [([20, 31], True), ([12, 20, 27, 31, 36], False)])
def test_what_happens_often_in_few_evaluations_is_how_they_scatter(places: list[int], is_told: bool) -> None:
    validation = learning(40, sigma=0.02)
    validation[places] += np.linspace(3.0, 4.0, len(places))
    tags = {"train/loss": learning(), "val/loss": validation}
    assert bool(found(make_curves(tags, {"val/loss": range(0, 600, 15)}))) is is_told


def test_a_spike_of_validation_by_a_small_part_of_its_level_is_silent() -> None:
    level: FloatArray = 0.36 + 0.0003 * np.random.default_rng(4).standard_normal(120)
    for height, kinds in ((0.008, []), (0.1, ["in-validation"])):
        tags = {"train/loss": learning(), "val/loss": level + height * (np.arange(120) == 60)}
        steps = {"val/loss": range(0, 600, 5)}
        assert [one.kind for one in found(make_curves(tags, steps))] == kinds

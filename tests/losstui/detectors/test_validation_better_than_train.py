from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.validation_better_than_train import ValidationBetterThanTrain
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 300


findings = partial(found_by, ValidationBetterThanTrain())


def learning(end: float, seed: int = 0) -> FloatArray:
    loss: FloatArray = end + 2.0 * np.exp(-np.arange(POINTS) / 40.0)
    return loss + np.random.default_rng(seed).normal(0.0, 0.02, POINTS)


def test_validation_below_train_as_dropout_leaves_it() -> None:
    [found] = findings(make_curves({"train/loss": learning(1.0), "val/loss": learning(0.7, 1)}))
    assert found.severity is Severity.INFO
    assert found.tag == "val/loss"
    assert found.measures[1].value == pytest.approx(0.3, abs=0.05)
    assert found.onset.step < 0.25 * POINTS


@pytest.mark.parametrize("end", [0.97, 1.0, 1.5])
def test_validation_beside_or_above_train(end: float) -> None:
    assert findings(make_curves({"train/loss": learning(1.0), "val/loss": learning(end, 1)})) == []


@pytest.mark.parametrize(("end", "is_told"), [(0.85, True), (0.93, False)])
def test_validation_lies_a_tenth_of_the_level_below(end: float, is_told: bool) -> None:
    tags = {"train/loss": learning(1.0), "val/loss": learning(end, 1)}
    assert bool(findings(make_curves(tags))) is is_told


@pytest.mark.parametrize(("until", "is_told"), [(210, False), (260, True)])
def test_most_evaluations_lie_below(until: int, is_told: bool) -> None:
    validation = learning(0.7, 1) + np.where(np.arange(POINTS) > until, 0.6, 0.0)
    assert bool(findings(make_curves({"train/loss": learning(1.0), "val/loss": validation}))) is is_told


@pytest.mark.parametrize("count", [5, 6])
def test_fewer_than_six_evaluations_are_below_by_chance(count: int) -> None:
    train = np.maximum(2.0 - 0.5 * np.arange(count), 1.0)
    outcome = ValidationBetterThanTrain().detect(make_curves({"train/loss": train, "val/loss": train - 0.4}))
    assert isinstance(outcome, Skipped) is (count < 6)
    assert isinstance(outcome, Skipped) or len(outcome) == 1


def test_a_part_of_the_train_loss_is_not_compared_with_the_whole_of_validation() -> None:
    """A student's losses, each a part, beside the plain loss of the test data."""
    tags = {"loss_kd": learning(1.0), "loss_oh": learning(0.5, 1), "test/loss": learning(0.05, 2)}
    found = ValidationBetterThanTrain().detect(make_curves(tags))
    assert isinstance(found, Skipped)
    assert "parts of the loss" in found.reason


def test_two_losses_that_are_zero_do_not_differ() -> None:
    assert findings(make_curves({"train/loss": np.zeros(POINTS), "val/loss": np.zeros(POINTS)})) == []


def test_validation_that_crosses_train_half_way() -> None:
    validation = learning(0.7, 1) + np.where(np.arange(POINTS) > 180, 0.6, 0.0)
    assert findings(make_curves({"train/loss": learning(1.0), "val/loss": validation})) == []


def test_a_train_loss_averaged_over_the_epoch_lags_behind() -> None:
    """Each epoch's mean lies above the loss at its end while the loss falls by a fifth an epoch."""
    loss = 2.0 * 0.8 ** (np.arange(40 * 20) / 20.0)
    means = loss.reshape(40, 20).mean(axis=1)
    ends = np.arange(19, 800, 20).tolist()
    curves = make_curves(
        {"train/loss": means, "val/loss": loss[19::20]}, {"train/loss": ends, "val/loss": ends}
    )
    assert findings(curves) == []


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    for end, count in ((0.7, 1), (1.0, 0)):
        tags = {"train/loss": learning(1.0), "val/loss": learning(end, 1)}
        assert len(findings(retold(tags))) == count


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    outcome = ValidationBetterThanTrain().detect(make_curves({"train/loss": loss, "val/loss": loss}))
    assert isinstance(outcome, Skipped)
    assert isinstance(ValidationBetterThanTrain().detect(make_curves({"train/loss": loss})), Skipped)

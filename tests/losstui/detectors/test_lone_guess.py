from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.findings import Severity
from support import found_by

FloatArray = NDArray[np.float64]

findings = partial(found_by, StuckAtStart())


def accuracies(level: FloatArray | float, values: int = 60, seed: int = 0) -> dict[str, FloatArray]:
    """The accuracies on 2,000 examples of train data and on 1,000 that are held back."""
    rng = np.random.default_rng(seed)
    shares = np.broadcast_to(level, values)
    return {
        "train_acc": rng.binomial(2000, shares) / 2000,
        "val_acc": rng.binomial(1000, shares) / 1000,
    }


@pytest.mark.parametrize("classes", [2, 3, 6, 10])
@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_accuracies_of_guessing_all_along_are_stuck(classes: int, unit: float) -> None:
    [one] = findings({tag: unit * shares for tag, shares in accuracies(1.0 / classes).items()})
    assert one.severity is Severity.WARNING
    assert one.tag == "train_acc"
    assert f"guessing among {classes} classes" in one.message


@pytest.mark.parametrize("seed", range(5))
def test_accuracies_that_improve_are_not(seed: int) -> None:
    rising = np.linspace(0.25, 0.40, 60)
    late = np.where(np.arange(60) < 50, 0.25, 0.9)
    at_once = np.where(np.arange(60) < 1, 0.01, 0.25)
    for level in (rising, late, at_once):
        assert findings(accuracies(level, seed=seed)) == []


def test_one_accuracy_alone_is_not_enough() -> None:
    for tag, shares in accuracies(0.5).items():
        assert findings({tag: shares}) == []


def test_a_level_that_is_no_share_of_guessing_may_be_all_there_is() -> None:
    assert findings(accuracies(0.42)) == []
    assert findings(accuracies(1.0 / 40)) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_level_near_that_of_guessing_has_to_be_as_near_as_its_own_error_allows(seed: int) -> None:
    assert findings(accuracies(1.025 / 2.0, values=200, seed=seed)) == []


def test_beside_a_metric_that_improves_something_is_learned() -> None:
    assert findings({**accuracies(0.25), "val/f1": np.linspace(0.1, 0.6, 60)}) == []


def test_nothing_is_said_while_the_rate_only_rises() -> None:
    assert findings({**accuracies(0.25), "lr": np.linspace(0.0, 0.1, 60)}) == []


def test_accuracies_of_guessing_say_nothing_while_the_learning_rate_warms_up() -> None:
    guessing = accuracies(0.25)
    assert len(findings({**guessing, "lr": np.full(60, 0.1)})) == 1
    assert findings({**guessing, "lr": np.linspace(0.0, 0.1, 60)}) == []

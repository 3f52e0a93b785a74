from __future__ import annotations

import math

import numpy as np
import pytest

from losstui.detectors._plateaus.softmax_twice import floor_of
from losstui.findings import Severity
from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, steady
from support import make_curves


def twice(classes: int, accuracy: float, seed: int = 0) -> FloatArray:
    """The loss of a classifier that is right that often, and sure, behind a second softmax."""
    floor = floor_of(classes)
    end, noise = floor + 1.0 - accuracy, 0.02 * (1.0 - accuracy)
    return np.clip(falling(math.log(classes), end, 0.2, noise, seed), floor, floor + 1.0)


def accuracy_of(classes: int, accuracy: float) -> FloatArray:
    return accuracy + (1.0 / classes - accuracy) * falling(1.0, 0.0, 0.2, 0.0)


def test_the_floor_is_what_probabilities_leave_of_a_cross_entropy() -> None:
    scores = np.eye(10)[0]
    assert floor_of(10) == pytest.approx(math.log(np.exp(scores).sum()) - 1.0)


@pytest.mark.parametrize("classes", [5, 10, 100])
@pytest.mark.parametrize("accuracy", [0.8, 0.97])
def test_a_classifier_as_far_above_the_floor_as_its_answers_are_wrong(classes: int, accuracy: float) -> None:
    losses = {"train/loss": twice(classes, accuracy), "val/loss": twice(classes, accuracy, 1)}
    [found] = findings(make_curves({**losses, "val/accuracy": accuracy_of(classes, accuracy)}))
    assert (found.kind, found.severity) == ("softmax-twice", Severity.WARNING)
    assert f"ln(e + {classes - 1}) - 1" in found.message


def test_the_level_alone_tells_nothing() -> None:
    assert findings(make_curves({"train/loss": twice(10, 0.97), "val/loss": twice(10, 0.96, 1)})) == []


NOT_TWICE: dict[str, dict[str, FloatArray]] = {
    "a value below the floor": {"train/loss": np.where(np.arange(POINTS) == 550, 1.3, twice(10, 0.97))},
    "a value above the highest": {"train/loss": np.where(np.arange(POINTS) == 550, 2.5, twice(10, 0.97))},
    "another level": {"train/loss": falling(math.log(10), 1.6, 0.2, 0.01)},
    "another first level": {"train/loss": falling(3.0, floor_of(10) + 0.03, 0.2, 0.001)},
    "still falling": {"train/loss": falling(math.log(10), floor_of(10) + 0.03, 2.0, 0.001)},
    "as good as its accuracy": {
        "train/loss": falling(math.log(10), floor_of(10) + 0.03, 0.2, 0.001),
        "val/accuracy": accuracy_of(10, 0.6),
    },
    "two classes": {"train/loss": twice(2, 0.97)},
    "a regression": {"train/loss": twice(10, 0.97), "val/rmse": steady(1.0)},
}


@pytest.mark.parametrize("name", NOT_TWICE)
def test_what_only_ends_near_the_floor(name: str) -> None:
    tags = {"val/accuracy": accuracy_of(10, 0.97), **NOT_TWICE[name]}
    assert not any(found.kind == "softmax-twice" for found in findings(make_curves(tags)))

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.underfitting import Underfitting
from losstui.findings import Severity, Skipped
from retelling import later, twice
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 400
STEPS = np.arange(POINTS)
DONE = 1.0 - np.exp(-STEPS / 25.0)


findings = partial(found_by, Underfitting())


def run(
    end: float = 1.2, validation_end: float = 1.25, accuracy: float = 0.4, classes: int = 10
) -> dict[str, FloatArray]:
    """A classifier that begins at guessing and ends at those levels."""
    rng = np.random.default_rng(0)
    start, guessing = float(np.log(classes)), 1.0 / classes
    return {
        "train/loss": start + (end - start) * DONE + rng.normal(0.0, 0.02, POINTS),
        "val/loss": start + (validation_end - start) * DONE + rng.normal(0.0, 0.01, POINTS),
        "val/accuracy": guessing + (accuracy - guessing) * DONE,
    }


def test_both_losses_flat_equal_and_high() -> None:
    [found] = findings(make_curves(run()))
    assert found.severity is Severity.WARNING
    assert found.tag == "train/loss"
    assert "40 %" in found.message
    assert found.onset.step == 0
    assert 50 < found.spans[0].first_step < 150


def test_an_accuracy_in_percent_is_the_same() -> None:
    tags = run()
    assert len(findings(make_curves({**tags, "val/accuracy": 100.0 * tags["val/accuracy"]}))) == 1


def test_an_accuracy_that_came_late_is_held_against_the_loss_beside_it() -> None:
    tags, since = run(), 15
    steps = {tag: list(STEPS[since:]) for tag in ("val/loss", "val/accuracy")}
    late = {tag: tags[tag][since:] for tag in steps}
    assert late["val/accuracy"][0] > 2 * 0.1
    assert len(findings(make_curves({**tags, **late}, steps))) == 1
    better = {"val/accuracy": np.linspace(0.35, 0.4, POINTS - since)}
    assert findings(make_curves({**tags, **late, **better}, steps)) == []


@pytest.mark.parametrize(
    "tags",
    [
        run(end=1.0, validation_end=1.0, accuracy=0.8),
        run(accuracy=0.55),
        run(end=0.5, validation_end=0.5),
        run(end=1.0, validation_end=1.5),
        {**run(), "train/loss": np.linspace(2.3, 1.2, POINTS), "val/loss": np.linspace(2.3, 1.25, POINTS)},
        {**run(), "val/accuracy": np.linspace(0.3, 0.4, POINTS)},
        {  # little is gained, but at every evaluation
            "train/loss": np.linspace(2.31, 2.30, POINTS),
            "val/loss": np.linspace(2.31, 2.30, POINTS),
            "val/accuracy": np.full(POINTS, 0.15),
        },
    ],
    ids=["accurate", "as hard tasks end", "low", "apart", "falling", "did not begin at guessing", "slow"],
)
def test_what_speaks_against_it(tags: dict[str, FloatArray]) -> None:
    assert findings(make_curves(tags)) == []


UNSURE = run(end=1.5, validation_end=1.5, accuracy=0.95)  # what a softmax before that of the loss does


def test_right_answers_at_a_loss_that_wrong_ones_have_are_unsure() -> None:
    [found] = findings(make_curves(UNSURE))
    assert found.kind == "unsure"
    assert found.severity is Severity.WARNING
    assert "95 %" in found.message


OF_TWO = run(end=0.35, validation_end=0.35, accuracy=0.95, classes=2)


def test_validation_that_came_late_says_nothing_of_the_start() -> None:
    late = {tag: values[60:] for tag, values in OF_TWO.items() if tag != "train/loss"}
    steps = dict.fromkeys(late, range(60, POINTS))
    assert len(findings(make_curves({**OF_TWO, **late}, steps))) == 1


@pytest.mark.parametrize(
    "tags",
    [
        run(end=1.0, validation_end=1.0, accuracy=0.8),
        {**OF_TWO, "val/accuracy": np.full(POINTS, 0.95)},
        {**OF_TWO, "train/loss": OF_TWO["train/loss"] + 0.15 * np.exp(-STEPS / 5.0)},
        {**UNSURE, "train/loss_dice": 0.5 * UNSURE["train/loss"], "train/loss_class": UNSURE["train/loss"]},
        {**UNSURE, "train/loss": UNSURE["train/loss"] - 0.0015 * STEPS},
    ],
    ids=["as wrong answers cost", "was right before", "began elsewhere", "a sum of parts", "still falls"],
)
def test_what_speaks_against_unsure(tags: dict[str, FloatArray]) -> None:
    assert findings(make_curves(tags)) == []


def left_out(
    shown: float = 0.06, validation_end: float = 1.1, start: float = 2.3, above: float = 0.0
) -> dict[str, FloatArray]:
    """A train loss that loses that share of its start, beside a validation loss that falls to its end."""
    rng = np.random.default_rng(1)
    return {
        "train/loss": above + start * (1.0 - shown * DONE) + rng.normal(0.0, 0.02, POINTS),
        "val/loss": start + (validation_end - start) * DONE + rng.normal(0.0, 0.01, POINTS),
    }


def test_train_that_hardly_falls_beside_validation_that_does_is_over_regularised() -> None:
    [found] = findings(make_curves(left_out()))
    assert (found.kind, found.severity) == ("over-regularised", Severity.WARNING)
    assert "5.1 % of its first level lost while val/loss lost 53 %" in found.message
    [found] = findings(make_curves({**left_out(), "val/accuracy": 0.1 + 0.5 * DONE}))
    assert found.kind == "over-regularised"


@pytest.mark.parametrize(
    "tags",
    [
        left_out(shown=0.25),
        left_out(shown=0.139),
        left_out(validation_end=2.0),
        left_out(shown=0.01, validation_end=1.95),
        left_out(above=1.0),
        {**left_out(), "train/loss": np.linspace(2.3, 2.0, POINTS)},
        {**left_out(), "val/loss": np.linspace(2.3, 1.1, POINTS)},
    ],
    ids=[
        "half left out",
        "as much with its noise",
        "little more",
        "hardly apart",
        "a penalty on train",
        "train falls",
        "validation falls",
    ],
)
def test_what_speaks_against_over_regularised(tags: dict[str, FloatArray]) -> None:
    assert findings(make_curves({**tags, "val/accuracy": 0.5 + 0.2 * DONE})) == []


def test_over_regularised_has_to_be_proven_flat() -> None:
    few = np.linspace(0, POINTS - 1, 10).astype(int)
    found = [0, 0]
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0.0, 0.06, (2, POINTS))
        tags = {tag: values + one for (tag, values), one in zip(left_out().items(), noise, strict=True)}
        tags["val/accuracy"] = 0.5 + 0.2 * DONE
        for many, chosen in enumerate((few, np.arange(POINTS))):
            thinned = {tag: values[chosen] for tag, values in tags.items()}
            found[many] += bool(findings(make_curves(thinned)))
    assert found[0] <= 4
    assert found[1] == 20


@pytest.mark.parametrize("retold", [later, twice])
def test_says_the_same_however_it_is_logged(retold: Callable[[dict[str, FloatArray]], RunCurves]) -> None:
    assert len(findings(retold(run()))) == 1
    assert findings(retold(run(accuracy=0.55))) == []


def test_it_says_when_it_could_not_look() -> None:
    tags = run()
    for absent in tags:
        left = {tag: values for tag, values in tags.items() if tag != absent}
        assert isinstance(Underfitting().detect(make_curves(left)), Skipped)
    assert isinstance(Underfitting().detect(make_curves({"train/loss": [1.0], "accuracy": [0.5]})), Skipped)


@pytest.mark.parametrize("every", [20, 40])
def test_ten_evaluations_tell_what_twenty_do(every: int) -> None:
    tags = run()
    seldom = [tag for tag in tags if tag != "train/loss"]
    kept = {tag: values[::every] if tag in seldom else values for tag, values in tags.items()}
    steps = {tag: range(0, POINTS, every) for tag in seldom}
    assert len(findings(make_curves(kept, steps))) == 1

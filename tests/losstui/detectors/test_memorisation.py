from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.overfitting import Overfitting
from losstui.findings import Severity
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 200
STEPS = np.arange(POINTS)
EVALUATED = STEPS[::20]


findings = partial(found_by, Overfitting())


def train_loss(end: float = 0.8, seed: int = 0) -> FloatArray:
    return 2.3 - (2.3 - end) * STEPS / POINTS + np.random.default_rng(seed).normal(0.0, 0.05, POINTS)


def level(at: float = 2.3, noise: float = 0.02) -> FloatArray:
    return at + np.random.default_rng(1).normal(0.0, noise, len(EVALUATED))


def said(train: FloatArray, validation: FloatArray, **others: FloatArray) -> list[str | None]:
    tags = {"train/loss": train, "val/loss": validation, **{f"val/{tag}": one for tag, one in others.items()}}
    at = {tag: EVALUATED.tolist() for tag in tags if tag.startswith("val/")}
    return [one.kind for one in findings(make_curves(tags, at))]


def test_train_learns_and_validation_is_where_it_began() -> None:
    tags = {"train/loss": train_loss(), "val/loss": level()}
    [found] = findings(make_curves(tags, {"val/loss": EVALUATED.tolist()}))
    assert (found.kind, found.severity, found.tag) == ("by-heart", Severity.WARNING, "val/loss")
    assert "does not carry over" in found.message
    # Half of the gap is there when half of the fall is done.
    assert found.onset.step == pytest.approx(100, abs=25)
    assert found.onset.low < found.onset.step < found.onset.high


def test_validation_that_was_never_as_good_as_before_it_learned_has_gained_nothing() -> None:
    risen = np.concatenate(([2.3], 3.0 + 0.3 * np.exp(-np.arange(9) / 2.0)))
    tags = {"train/loss": train_loss(), "val/loss": risen}
    [found] = findings(make_curves(tags, {"val/loss": EVALUATED.tolist()}))
    assert found.kind == "by-heart"
    assert "val/loss worsened to 3" in found.message


def test_validation_that_gains_a_part_of_it_learns() -> None:
    assert said(train_loss(), level() - 0.5 * EVALUATED / POINTS) == []


def test_what_may_be_a_gain_within_the_noise_is_left() -> None:
    assert said(train_loss(), level(noise=0.3)) == []


def test_a_train_loss_that_falls_a_little_has_not_learned_enough_to_show() -> None:
    assert said(train_loss(2.0), level()) == []


def test_a_train_loss_that_only_comes_down_to_validation_hides_nothing() -> None:
    assert said(train_loss(), level(0.8)) == []


def test_what_was_learned_before_the_first_evaluation_may_have_carried_over() -> None:
    steep = 0.8 + 1.5 * np.exp(-STEPS / 15.0) + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    tags = {"train/loss": steep, "val/loss": level()[1:]}
    assert findings(make_curves(tags, {"val/loss": EVALUATED[1:].tolist()})) == []


def test_an_accuracy_that_improves_shows_that_something_carries_over() -> None:
    assert said(train_loss(), level(), accuracy=0.1 + 0.6 * EVALUATED / POINTS) == []
    assert said(train_loss(), level(), accuracy=level(0.1, 0.01)) == ["by-heart"]


@pytest.mark.parametrize("measured", [0, 1])
def test_an_accuracy_that_was_measured_once_or_never_shows_nothing(measured: int) -> None:
    accuracy = np.where(np.arange(len(EVALUATED)) < measured, 0.4, np.nan)
    assert said(train_loss(), level(), accuracy=accuracy) == ["by-heart"]


def test_a_train_loss_that_stays_at_one_value_learns_nothing() -> None:
    assert said(np.full(POINTS, 2.3), level()) == []
    assert said(np.full(POINTS, 2.3), np.full(len(EVALUATED), 2.3)) == []


@pytest.mark.parametrize(("count", "told"), [(5, ["by-heart"]), (4, [])])
def test_five_evaluations_have_a_level_and_four_have_none(count: int, told: list[str]) -> None:
    validation = np.concatenate((level(noise=0.002)[:count], np.full(len(EVALUATED) - count, np.nan)))
    assert said(train_loss(), validation) == told


def test_a_first_evaluation_far_above_the_others_is_a_gain() -> None:
    validation = level()
    validation[0] += 1.0
    assert said(train_loss(), validation) == []


def test_a_train_loss_that_swings_for_long_has_no_sure_end() -> None:
    swinging = np.where(STEPS // 25 % 2 == 0, 2.3, 0.8) + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    assert said(swinging, level()) == []


def test_the_metrics_tell_where_no_loss_is_logged() -> None:
    learned = 100.0 * (0.1 + 0.9 * STEPS / POINTS)
    tags = {"train_acc": learned, "val_acc": 100.0 * level(0.1, 0.01)}
    [found] = findings(make_curves(tags, {"val_acc": EVALUATED.tolist()}))
    assert (found.kind, found.tag) == ("by-heart", "val_acc")


def test_a_metric_that_surely_improves_by_next_to_nothing_does_not_speak_against_itself() -> None:
    learned = 100.0 * (0.1 + 0.9 * STEPS / POINTS)
    tags = {"train_acc": learned, "val_acc": 10.0 + 2.0 * EVALUATED / POINTS + level(0.0, 0.05)}
    [found] = findings(make_curves(tags, {"val_acc": EVALUATED.tolist()}))
    assert (found.kind, found.tag) == ("by-heart", "val_acc")

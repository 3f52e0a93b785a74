from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, batch_noise, falling, findings, steady
from support import make_curves

SMALL_FALL = {"train/loss": falling(0.693, 0.5, 0.2, 0.02), "lr": steady(0.1)}


@pytest.mark.parametrize("directions", [20, 100])
def test_a_norm_that_is_the_noise_of_batches_tells_nothing_of_a_small_fall(directions: int) -> None:
    noise = batch_noise(directions)
    for norm in (noise, noise * falling(4.0, 1.0, 0.2, 0.0)):
        assert findings(make_curves({**SMALL_FALL, "grad_norm": norm})) == []


def test_the_gradient_of_a_single_direction_comes_near_nothing_now_and_then() -> None:
    [found] = findings(make_curves({**SMALL_FALL, "grad_norm": batch_noise(1)}))
    assert found.kind == "lr-floor"


def test_two_odd_batches_are_no_gradient_of_few_directions() -> None:
    norm = batch_noise(100)
    norm[[400, 500]] *= 30.0
    assert findings(make_curves({**SMALL_FALL, "grad_norm": norm})) == []


@pytest.mark.parametrize(("every", "told"), [(17, []), (11, ["lr-floor"])])
def test_as_many_norms_far_out_as_luck_gives_are_no_gradient_of_few_directions(
    every: int, told: list[str]
) -> None:
    norm = batch_noise(100)
    norm[::every] *= 3.0
    assert [found.kind for found in findings(make_curves({**SMALL_FALL, "grad_norm": norm}))] == told


def classifier(accuracy: float, first_accuracy: float = 0.1) -> dict[str, FloatArray]:
    learned = first_accuracy + (accuracy - first_accuracy) * (1.0 - falling(1.0, 0.0, 0.2, 0.0))
    loss = falling(np.log(10), 1.6, 0.2, 0.02)
    return {"train/loss": loss, "lr": steady(0.1), "grad_norm": batch_noise(100), "val/accuracy": learned}


def test_an_accuracy_says_whether_there_is_more_to_gain() -> None:
    for low in (classifier(0.5), classifier(0.75, first_accuracy=0.5)):
        [found] = findings(make_curves(low))
        assert found.kind == "lr-floor"
    assert findings(make_curves(classifier(0.6))) == []
    assert findings(make_curves(classifier(0.5, first_accuracy=0.4))) == []


def test_the_other_loss_has_to_be_at_the_level_of_guessing_too() -> None:
    guessing = np.log(10) + np.random.default_rng(1).normal(0.0, 0.01, POINTS)
    tags = {"train/loss": guessing, "val/accuracy": steady(0.1), "lr": steady(0.1)}
    assert {found.kind for found in findings(make_curves({**tags, "val/loss": guessing * 1.02}))} == {"stuck"}
    further = make_curves({**tags, "val/loss": guessing * 1.1})
    assert not any("ln 10" in found.message for found in findings(further))

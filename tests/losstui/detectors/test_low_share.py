"""Shares of answers alone, without a loss, that say how little was learned."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, steady
from support import make_curves


def answers(
    train: float = 0.3, held_back: float = 0.3, classes: int = 8, tags: str = "train/acc val/acc"
) -> dict[str, FloatArray]:
    """Shares of right answers that begin at guessing and are at their end after a tenth of the run."""
    ends = zip(tags.split(), (train, held_back), strict=True)
    return {
        tag: -falling(-1.0 / classes, -end, 0.1, 0.005, seed=seed) for seed, (tag, end) in enumerate(ends)
    }


def in_percent_wrong(tags: dict[str, FloatArray], name: str) -> dict[str, FloatArray]:
    return {f"{tag.split('/')[0]} {name}": 100.0 * (1.0 - values) for tag, values in tags.items()}


def test_accuracies_that_stand_near_guessing_on_all_data() -> None:
    [found] = findings(make_curves(answers()))
    assert found.kind == "low-skill"
    assert "of the way from guessing among 8 classes to being right on all" in found.message
    assert found.onset.step < 0.2 * POINTS


@pytest.mark.parametrize("name", ["Error (%)", "errors_pct", "zero_one_loss"])
def test_shares_of_wrong_answers_tell_the_same(name: str) -> None:
    [found] = findings(make_curves(in_percent_wrong(answers(), name)))
    assert found.kind == "low-skill"


LOOK_ALIKES: dict[str, dict[str, FloatArray]] = {
    "skilled": answers(0.6, 0.6),
    "two classes": answers(0.6, 0.6, classes=2),
    "too many to count": answers(0.2, 0.2, classes=100),
    "one alone": {"val/acc": answers()["val/acc"]},
    "by heart": answers(0.7, 0.3),
    "better on train": answers(0.4, 0.2),
    "still learning": {tag: np.linspace(0.125, 0.35, POINTS) for tag in answers()},
    "in mid-schedule": {**answers(), "lr": np.linspace(1.0, 0.5, POINTS)},
    "another measure": {tag.replace("acc", "f1"): values for tag, values in answers().items()},
    "an error of numbers": in_percent_wrong(answers(), "error"),
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_what_only_looks_like_little_skill(name: str) -> None:
    assert [
        found.kind for found in findings(make_curves(LOOK_ALIKES[name])) if found.kind == "low-skill"
    ] == []


def test_beside_a_loss_in_nats_the_loss_tells_how_many_classes_there_are() -> None:
    loss = falling(np.log(3), 0.4, 0.1, 0.01)
    assert (
        findings(make_curves({**answers(0.3, 0.3), "train/loss": loss, "val/loss": loss, "lr": steady(0.1)}))
        == []
    )


@pytest.mark.parametrize(("rise", "said"), [(0.075, []), (0.0, ["low-skill"])])
def test_answers_that_still_improve_steadily_are_at_no_stand(rise: float, said: list[str]) -> None:
    tags = {tag: values + np.linspace(0.0, rise, POINTS) for tag, values in answers(0.2, 0.2).items()}
    assert [found.kind for found in findings(make_curves(tags)) if found.kind == "low-skill"] == said

from __future__ import annotations

import numpy as np
import pytest

from losstui.findings import Severity
from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, steady
from support import make_curves


def kinds(tags: dict[str, FloatArray]) -> list[tuple[str | None, Severity]]:
    return [(one.kind, one.severity) for one in findings(make_curves(tags))]


def stopped(level: float, share: float = 0.1) -> dict[str, FloatArray]:
    """A loss that comes from 1 to that level within that share of the run, at a rate never lowered."""
    return {"train/loss": falling(1.0, level, share, 0.005), "lr": steady(0.1)}


@pytest.mark.parametrize("level", [0.65, 0.7])
@pytest.mark.parametrize("share", [0.02, 0.1])
def test_a_loss_that_stopped_at_once_with_most_of_its_first_level_left(level: float, share: float) -> None:
    [one] = findings(make_curves(stopped(level, share)))
    assert (one.kind, one.severity) == ("stuck", Severity.WARNING)
    assert "it stopped at once" in one.message
    assert one.onset.step <= POINTS // 8


@pytest.mark.parametrize(
    "other",
    [
        stopped(0.55),
        stopped(0.65, 0.5),
        stopped(0.65, 0.17),
        {"val/loss": falling(1.0, 0.4, 0.1, 0.005)},
        {"lr": steady(2e-5)},
        {"lr": np.linspace(0.1, 0.0, POINTS)},
        {"lr": np.where(np.arange(POINTS) < POINTS // 2, 0.1, 0.01)},
        {"grad_norm": falling(1.0, 0.001, 0.1, 0.0)},
        {"val/accuracy": falling(0.5, 0.8, 0.1, 0.01)},
        {"train/loss": falling(1.0, 0.65, 0.1, 0.3)},
    ],
    ids=[
        "less left",
        "slow",
        "a tenth of the run",
        "less of validation",
        "tuning",
        "decay",
        "lowered",
        "no gradient",
        "accuracy",
        "noise",
    ],
)
def test_no_warning_where_something_else_may_be_why(other: dict[str, FloatArray]) -> None:
    assert ("stuck", Severity.WARNING) not in kinds({**stopped(0.65), **other})


@pytest.mark.parametrize(("falls", "told"), [(0.0, True), (0.06, False)])
def test_all_losses_together_tell_over_all_of_the_run_what_noise_hides_at_its_end(
    falls: float, told: bool
) -> None:
    evaluated = list(range(0, POINTS, POINTS // 20))
    creeping = falls * np.arange(POINTS) / POINTS
    train, validation = (falling(1.0, level, 0.05, 0.0) - creeping for level in (0.72, 0.7))
    tags = {
        "train/loss": np.random.default_rng(14).normal(train, 0.07),
        "val/loss": np.random.default_rng(4).normal(validation[evaluated], 0.01),
        "lr": steady(0.1),
    }
    found = findings(make_curves(tags, {"val/loss": evaluated}))
    assert any("it stopped at once" in one.message for one in found) is told


def test_without_a_learning_rate_nobody_knows_whether_it_is_a_tuning() -> None:
    assert ("stuck", Severity.WARNING) not in kinds({"train/loss": stopped(0.75)["train/loss"]})


@pytest.mark.parametrize(
    ("tag", "told"), [("train/loss", True), ("train/nll_loss", True), ("train/nll", False), ("nelbo", False)]
)
def test_no_share_of_the_likelihood_of_numbers_says_how_much_is_left(tag: str, told: bool) -> None:
    tags = stopped(0.65)
    assert bool(kinds({tag: tags["train/loss"], "lr": tags["lr"]})) is told

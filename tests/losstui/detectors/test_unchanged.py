from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.plateau import Plateau
from losstui.findings import Severity
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
ROWS = 200
EVALUATED = list(range(0, ROWS, 10))
DECAY = 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, ROWS))

findings = partial(found_by, Plateau())


def scattering(level: float, scatter: float = 0.1, fall: float = 0.0) -> FloatArray:
    noise: FloatArray = scatter * np.random.default_rng(0).normal(size=ROWS)
    return level - fall * np.linspace(0.0, 1.0, ROWS) + noise


def same(level: float) -> FloatArray:
    return np.full(len(EVALUATED), level)


def kinds(tags: dict[str, FloatArray]) -> list[tuple[str | None, Severity]]:
    every = {tag: EVALUATED for tag in tags if tag.startswith("val")}
    return [(one.kind, one.severity) for one in findings(make_curves(tags, every))]


@pytest.mark.parametrize(
    ("tag", "train", "held_back"),
    [("loss", 4.0, 4.358205), ("nll", -0.5, -0.531211), ("r2", 0.1, -0.1723), ("auc", 0.55, 0.59521)],
)
def test_what_never_changes_while_the_batches_scatter_is_reached_by_no_update(
    tag: str, train: float, held_back: float
) -> None:
    tags = {f"train/{tag}": scattering(train, 0.05), f"val/{tag}": same(held_back), "lr": DECAY}
    [one] = findings(make_curves(tags, {f"val/{tag}": EVALUATED}))
    assert (one.kind, one.severity, one.tag) == ("stuck", Severity.WARNING, f"val/{tag}")
    assert "the updates reach no weight" in one.message
    assert one.onset.step <= 0


def test_weights_that_stopped_within_the_first_quarter_were_stopped_by_no_schedule() -> None:
    held_back = same(3.8123456)
    held_back[:3] = (4.0, 3.9, 3.85)
    tags = {"train/loss": scattering(3.8), "val/loss": held_back, "lr": DECAY}
    [one] = findings(make_curves(tags, {"val/loss": EVALUATED}))
    assert (one.kind, one.severity) == ("stuck", Severity.WARNING)
    assert "the weights stopped early" in one.message
    held_back[:8] = np.linspace(4.0, 3.82, 8)
    assert (("stuck", Severity.WARNING)) not in kinds(tags)


@pytest.mark.parametrize(
    "tags",
    [
        {"train/loss": scattering(4.0, fall=2.0), "val/loss": same(4.358205)},
        {"train/loss": scattering(4.0), "val/loss": same(4.4)},
        {"train/loss": scattering(4.0), "val/loss": 4.358205 + np.linspace(0.0, 1e-3, len(EVALUATED))},
        {"train/accuracy": scattering(0.8, 0.01), "val/accuracy": same(0.8359375)},
        {"train/hinge_loss": scattering(0.5), "val/hinge_loss": same(0.0)},
        {"train/nll": scattering(-0.5), "val/nll": np.where(np.arange(20) < 2, -0.6, 1.1205457)},
    ],
    ids=["train falls: an old value", "few digits", "moves", "answers", "at the floor", "thrown there"],
)
def test_what_may_be_the_same_for_another_reason(tags: dict[str, FloatArray]) -> None:
    assert kinds({**tags, "lr": DECAY}) == []


@pytest.mark.parametrize(("moves", "stuck"), [(0.002, True), (0.02, False)])
@pytest.mark.parametrize("unit", [1.0, 1e-6])
def test_weights_that_batches_move_move_a_held_back_loss_by_more_than_a_hundredth_of_their_scatter(
    moves: float, stuck: bool, unit: float
) -> None:
    scatter = 0.1
    held_back = 4.0 + moves * scatter * np.random.default_rng(1).uniform(size=len(EVALUATED))
    tags = {"train/loss": unit * scattering(4.0, scatter), "val/loss": unit * held_back, "lr": DECAY}
    found = findings(make_curves(tags, {"val/loss": EVALUATED}))
    assert [(one.kind, one.severity) for one in found] == [("stuck", Severity.WARNING)] * stuck
    assert all("hardly changes" in one.message for one in found)


def test_beside_a_train_loss_that_has_blown_up_what_moves_is_not_at_a_stand() -> None:
    held_back = 4.0 + 0.1 * np.random.default_rng(1).uniform(size=len(EVALUATED))
    tags = {"train/loss": 1e6 * (5.0 + scattering(0.0)), "val/loss": held_back}
    found = findings(make_curves(tags, {"val/loss": EVALUATED}))
    assert not any("hardly changes" in one.message for one in found)

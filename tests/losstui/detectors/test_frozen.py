from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.plateau import Plateau
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
STEPS = np.arange(400)
EVALUATED = list(range(0, 400, 10))

findings = partial(found_by, Plateau())


def stopped(pace: float, scatter: float = 0.0, seed: int = 0) -> dict[str, FloatArray]:
    """Losses that fall for a tenth of the run, and by `pace` a step from there on."""
    rng = np.random.default_rng(seed)
    exact = np.sqrt(5.0) - np.minimum(STEPS, 40) / 40.0 - pace * np.maximum(STEPS - 40, 0)
    validation = exact[EVALUATED] + scatter * rng.normal(size=len(EVALUATED))
    return {"train/loss": exact + 0.05 * rng.normal(size=400), "val/loss": validation}


def found(tags: dict[str, FloatArray]) -> list[str | None]:
    return [one.kind for one in findings(make_curves(tags, {"val/loss": EVALUATED}))]


def test_a_validation_loss_that_creeps_along_a_line_is_of_a_run_that_was_stopped() -> None:
    [one] = findings(make_curves(stopped(2e-5), {"val/loss": EVALUATED}))
    assert one.kind == "stuck"
    assert "the weights hardly move" in one.message
    assert one.onset.low <= 40 <= one.onset.high


@pytest.mark.parametrize("scatter", [1e-3, 5e-3, 2e-2])
def test_one_that_batches_still_move_may_be_done(scatter: float) -> None:
    assert [found(stopped(2e-5, scatter, seed)) for seed in range(5)] == [[]] * 5


def test_one_that_comes_to_its_end_ever_slower_is_done() -> None:
    rng = np.random.default_rng(0)
    exact = 1.0 + np.exp(-STEPS / 60.0)
    tags = {"train/loss": exact + 0.05 * rng.normal(size=400), "val/loss": exact[EVALUATED]}
    assert found(tags) == []


@pytest.mark.parametrize("digits", [4, 12])
def test_one_that_stands_still_so_early_while_batches_scatter_was_stopped(digits: int) -> None:
    tags = {tag: np.round(loss, digits) for tag, loss in stopped(0.0).items()}
    tags["train/loss"] = tags["train/loss"] + 0.05 * np.random.default_rng(1).normal(size=400)
    [one] = findings(make_curves(tags, {"val/loss": EVALUATED}))
    assert one.kind == "stuck"
    assert "the weights stopped early" in one.message
    at_rest = tags["val/loss"] + 2e-5 * np.random.default_rng(2).normal(size=len(tags["val/loss"]))
    moved = {"train/loss": tags["train/loss"], "val/loss": at_rest}  # up and down, as batches move weights
    assert found(moved) == []
    later = np.interp(STEPS, (0, 160), (2.2, 1.2))
    late = {
        "train/loss": later + 0.05 * np.random.default_rng(1).normal(size=400),
        "val/loss": later[EVALUATED],
    }
    assert found(late) == []  # a schedule that waits for the loss may end there


def test_a_schedule_that_ran_out_stops_every_run() -> None:
    rate = np.where(STEPS < 360, 1.0, 0.01)
    assert found({**stopped(2e-5), "lr": rate}) == []
    assert found(stopped(2e-5)) == ["stuck"]


def test_a_loss_of_few_digits_may_move_unseen() -> None:
    tags = stopped(2e-5)
    assert found({**tags, "val/loss": np.round(tags["val/loss"], 2)}) == []


def test_a_constant_loss_beside_a_gradient_of_0_cannot_learn() -> None:
    loss = np.concatenate((np.linspace(0.6, 0.5, 20), np.full(180, 0.5)))
    [one] = findings({"train/loss": loss, "grad_norm": np.where(np.arange(200) < 20, 1.0, 0.0)})
    assert one.kind == "starved"
    assert "grad_norm is 0" in one.message


def test_a_gradient_norm_that_was_not_measured_says_nothing() -> None:
    loss = 0.5 + np.random.default_rng(0).normal(0.0, 0.003, 200)
    [one] = findings({"train/loss": loss, "grad_norm": np.zeros(200)})
    assert one.kind == "or-done"


@pytest.mark.parametrize(("level", "kinds"), [(np.log(2.0), ["stuck"]), (0.6931, ["stuck"]), (0.25, [])])
def test_a_loss_that_froze_at_guessing_after_a_wild_start_is_stuck(level: float, kinds: list[str]) -> None:
    wild = np.exp(np.random.default_rng(0).normal(2.0, 2.0, 20))
    assert [
        one.kind for one in findings({"train/loss": np.concatenate((wild, np.full(180, level)))})
    ] == kinds

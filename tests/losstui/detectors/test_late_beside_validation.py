"""A late rise of validation counts where train shows it too, by little or behind the noise of batches."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.late_instability import LateInstability
from losstui.findings import Skipped
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS, BROKE = 600, 400
STEPS = np.arange(POINTS)
SINCE = STEPS >= BROKE
PROGRESS = 2.0

findings = partial(found_by, LateInstability())


def learned(noise: float, seed: int = 0) -> FloatArray:
    loss: FloatArray = 0.3 + PROGRESS * np.exp(-STEPS / 60.0)
    return loss + np.random.default_rng(seed).normal(0.0, noise, POINTS)


def kinds(train: FloatArray, validation: FloatArray, every: int) -> list[str | None]:
    tags = {"train/loss": train, "val/loss": validation[::every]}
    return [one.kind for one in findings(make_curves(tags, {"val/loss": range(0, POINTS, every)}))]


@pytest.mark.parametrize(("evaluations", "told"), [(7, []), (12, ["rise"])])
def test_a_few_evaluations_bear_no_witness_by_themselves(evaluations: int, told: list[str]) -> None:
    rise = np.where(SINCE, 0.3, 0.0)
    every = -(-POINTS // evaluations)
    assert kinds(learned(0.7) + rise, learned(0.001, 2) + rise, every) == told


@pytest.mark.parametrize(("share", "told"), [(0.04, []), (0.08, ["rise"])])
def test_a_rise_that_is_nearly_all_of_validation_is_overfitting(share: float, told: list[str]) -> None:
    train = learned(0.02) + np.where(SINCE, share * PROGRESS, 0.0)
    assert kinds(train, learned(0.02, 2) + np.where(SINCE, 0.5, 0.0), 12) == told


def test_a_validation_loss_that_never_came_down_has_lost_nothing_late() -> None:
    rise = np.where(SINCE, 0.3, 0.0)
    flat = 2.0 + np.random.default_rng(3).normal(0.0, 0.02, POINTS)
    assert kinds(learned(0.7) + rise, flat + rise, 12) == []


def test_what_is_told_of_a_scatter_is_the_scatter() -> None:
    loss = learned(0.02) + np.where(SINCE, np.random.default_rng(1).normal(0.0, 0.2, POINTS), 0.0)
    [found] = findings(make_curves({"train/loss": loss}))
    assert found.message.startswith("train/loss scatters ")
    assert [one.name for one in found.measures] == ["noise", "change"]


@pytest.mark.parametrize(
    ("trained", "evaluated"),
    [("rollout/ep_rew_mean", "eval/mean_reward"), ("train/reward", "eval/reward")],
)
@pytest.mark.parametrize(("loses", "loses_evaluated", "told"), [(0.6, 0.6, ["fall"]), (0.6, 0.0, [])])
def test_a_reward_has_fallen_where_that_of_evaluations_has_as_well(
    trained: str, evaluated: str, loses: float, loses_evaluated: float, told: list[str]
) -> None:
    rewards = {
        trained: -learned(0.05) - np.where(SINCE, loses, 0.0),
        evaluated: (-learned(0.05, 2) - np.where(SINCE, loses_evaluated, 0.0))[::50],
    }
    found = findings(make_curves(rewards, {evaluated: range(0, POINTS, 50)}))
    assert [one.kind for one in found] == told
    assert all(one.onset.low <= BROKE <= one.onset.high for one in found)


def test_a_reward_without_evaluations_is_not_looked_at() -> None:
    assert isinstance(LateInstability().detect(make_curves({"train/reward": -learned(0.05)})), Skipped)

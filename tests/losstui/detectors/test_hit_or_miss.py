"""Rewards of a goal that is met or not: what medians do not see of them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.frame import FloatArray
from support import found_by, make_curves

findings = partial(found_by, StuckAtStart())
SEEDS = 20


def share_found(chances: FloatArray, *, value: float = 1.0, otherwise: float = 0.0) -> float:
    """In which share of runs it is said that nothing was learned, where a goal is met by those `chances`."""
    found = 0
    for seed in range(SEEDS):
        hits = np.random.default_rng(seed).random(len(chances)) < chances
        found += len(findings(make_curves({"reward": np.where(hits, value, otherwise)})))
    return found / SEEDS


LEARNED = {
    "rarely at first": np.linspace(0.01, 0.1, 2000),
    "from often to nearly always": np.linspace(0.6, 0.95, 1000),
    "late": np.where(np.arange(1000) < 800, 0.0, 0.3),
    "for a while": np.where(np.abs(np.arange(1000) - 600) < 150, 0.4, 0.1),
}


@pytest.mark.parametrize(("value", "otherwise"), [(1.0, 0.0), (-10.0, -200.0)])
@pytest.mark.parametrize("how", LEARNED)
def test_a_goal_that_is_met_more_often_was_learned(how: str, value: float, otherwise: float) -> None:
    assert share_found(LEARNED[how], value=value, otherwise=otherwise) <= 0.05


@pytest.mark.parametrize("chance", [0.02, 0.2, 0.9])
def test_a_goal_that_is_met_as_often_as_at_first_was_not(chance: float) -> None:
    assert share_found(np.full(1000, chance)) >= 0.9


@pytest.mark.parametrize("value", [0.0, 1.0, -200.0])
def test_a_reward_that_never_changed_says_nothing(value: float) -> None:
    assert findings(make_curves({"reward": np.full(300, value)})) == []


def test_beside_a_reward_that_never_changed_another_is_judged() -> None:
    reward = np.random.default_rng(0).normal(size=1000)
    [found] = findings(make_curves({"reward": reward, "reward_of_goal": np.zeros(1000)}))
    assert found.tag == "reward"

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.findings import Severity
from losstui.frame import FloatArray
from support import found_by, make_curves

findings = partial(found_by, StuckAtStart())

EPISODES = 100  # of single ones: too few to prove by themselves that nothing was gained
# Of what rewards are counted from, and in which unit, nothing may depend.
from_anywhere = pytest.mark.parametrize(("zero", "unit"), [(0.0, 1.0), (-70.0, 1.0), (1000.0, 50.0)])


def rewards(course: FloatArray, zero: float = 0.0, unit: float = 1.0, seed: int = 0) -> dict[str, FloatArray]:
    """Episodes that scatter by 1 around 0, and evaluations that scatter by a tenth of it around `course`."""
    rng = np.random.default_rng(seed)
    episodes, evaluations = rng.normal(0.0, 1.0, EPISODES), course + rng.normal(0.0, 0.1, len(course))
    return {"train/reward": zero + unit * episodes, "eval/reward": zero + unit * evaluations}


@from_anywhere
def test_evaluations_show_that_a_policy_learned_nothing_where_episodes_scatter_too_much(
    zero: float, unit: float
) -> None:
    alone = together = 0
    for seed in range(20):
        tags = rewards(np.zeros(15), zero, unit, seed)
        alone += len(findings(make_curves({"train/reward": tags["train/reward"]})))
        found = findings(make_curves(tags))
        together += len(found)
        assert {one.severity for one in found} <= {Severity.WARNING}
    assert alone <= 10
    assert together >= 15


LEARNED = {
    "steadily": np.linspace(0.0, 1.0, 15),
    "before the second evaluation": np.where(np.arange(15) < 1, 0.0, 2.0),
    "for a while": np.where((np.arange(15) > 4) & (np.arange(15) < 11), 2.0, 0.0),
    "the wrong thing": np.linspace(0.0, -3.0, 15),
}


@from_anywhere
@pytest.mark.parametrize("how", LEARNED)
def test_evaluations_that_changed_are_not_stuck(how: str, zero: float, unit: float) -> None:
    for seed in range(10):
        assert findings(make_curves(rewards(LEARNED[how], zero, unit, seed))) == []


def test_seven_evaluations_say_nothing() -> None:
    for seed in range(10):
        found = findings(make_curves(rewards(np.zeros(7), seed=seed)))
        assert all(one.tag == "train/reward" for one in found)


def test_evaluations_beside_a_running_mean_have_no_scatter_of_episodes_to_be_held_against() -> None:
    for seed in range(10):
        tags = rewards(np.zeros(15), seed=seed)
        means = np.cumsum(tags["train/reward"]) / np.arange(1.0, EPISODES + 1.0)
        found = findings(make_curves({**tags, "train/reward": means}))
        assert all(one.tag == "train/reward" for one in found)

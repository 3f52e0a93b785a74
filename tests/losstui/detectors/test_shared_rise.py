from __future__ import annotations

import math

import numpy as np
import pytest

from losstui.curves import Pair, RunCurves
from losstui.detectors._rises.late_changes import LEAST_Z, SCATTER, Change, late_changes
from losstui.detectors._rises.shared_rise import confirmed_changes
from losstui.detectors.late_instability import LateInstability
from losstui.findings import Skipped
from losstui.frame import FloatArray
from support import found_by, make_curves

POINTS, EVERY, BROKE = 60, 6, 30
STEPS = np.arange(POINTS)
DRAWS = 40


def run(train_rise: float, validation_rise: float, seed: int, scatter: float = 0.08) -> RunCurves:
    """Ten evaluations with that scatter beside noisy batches; from the middle on one or both are higher."""
    rng = np.random.default_rng(seed)
    since, descent = STEPS >= BROKE, 2.0 * np.exp(-STEPS / 4.0)
    train: FloatArray = 1.0 + descent + train_rise * since + rng.normal(0.0, 0.25, POINTS)
    validation = 1.0 + descent + validation_rise * since + rng.normal(0.0, scatter, POINTS)
    return make_curves({"train/loss": train, "val/loss": np.where(STEPS % EVERY == 0, validation, np.nan)})


def told(train_rise: float, validation_rise: float) -> int:
    seen = [LateInstability().detect(run(train_rise, validation_rise, seed)) for seed in range(DRAWS)]
    return sum(not isinstance(one, Skipped) and bool(one) for one in seen)


def test_a_rise_that_the_batches_half_hide_is_told_where_validation_shows_it_too() -> None:
    both, train_alone = told(0.4, 0.4), told(0.4, 0.0)
    assert both >= 0.55 * DRAWS
    assert train_alone <= 0.1 * DRAWS


def needing_validation(pair: Pair) -> list[Change]:
    """What validation bears out of the rises that train alone is not sure enough of."""
    return [change for change in confirmed_changes(pair) if change.z < math.sqrt(2.0) * LEAST_Z]


def test_a_rise_of_validation_that_is_small_beside_its_gain_bears_nothing_out() -> None:
    small, large = (
        sum(bool(needing_validation(run(0.4, rise, seed, 0.002).pairs[0])) for seed in range(DRAWS))
        for rise in (0.1, 0.4)
    )
    assert small == 0
    assert large >= 0.5 * DRAWS


def test_validation_that_rises_alone_and_noise_are_none() -> None:
    assert told(0.0, 0.4) <= 1
    assert told(0.0, 0.0) <= 1


def test_the_change_is_that_of_train() -> None:
    seed = next(one for one in range(DRAWS) if confirmed_changes(run(0.4, 0.4, one).pairs[0]))
    [found] = found_by(LateInstability(), run(0.4, 0.4, seed))
    assert found.tag == "train/loss"
    assert found.onset.step == pytest.approx(BROKE, abs=8)


@pytest.mark.parametrize("evaluations", [2, 5])
def test_fewer_than_three_evaluations_on_each_side_bear_nothing_out(evaluations: int) -> None:
    every = POINTS // evaluations
    validation = np.where(STEPS % every == 0, 1.0 + 9.0 * (STEPS >= BROKE), np.nan)
    for seed in range(DRAWS):
        train = run(0.4, 0.4, seed).pairs[0].train.values
        [pair] = make_curves({"train/loss": train, "val/loss": validation}).pairs
        assert needing_validation(pair) == []


def test_train_that_begins_to_scatter_has_not_risen() -> None:
    rng = np.random.default_rng(0)
    since = STEPS >= BROKE
    train = 1.0 + 2.0 * np.exp(-STEPS / 4.0) + rng.normal(0.0, np.where(since, 0.5, 0.01), POINTS)
    validation = np.where(STEPS % EVERY == 0, 1.0 + 2.0 * np.exp(-STEPS / 4.0) + 0.6 * since, np.nan)
    [pair] = make_curves({"train/loss": train, "val/loss": validation}).pairs
    assert any(change.kind == SCATTER for change in late_changes(pair.train))
    assert all(change.kind != SCATTER for change in confirmed_changes(pair))

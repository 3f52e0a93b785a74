"""Rewards of train beside those of episodes that no step is taken on, in runs that log no loss."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.epoch_memorisation import EpochMemorisation
from losstui.detectors.generalisation_gap import GeneralisationGap
from losstui.detectors.noisy_validation import NoisyValidation
from losstui.detectors.overfitting import BY_HEART, Overfitting
from losstui.findings import Finding, Severity, Skipped
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
STEPS = np.arange(60)

overfitting = partial(found_by, Overfitting())
gap = partial(found_by, GeneralisationGap())
noisy = partial(found_by, NoisyValidation())
memorising = partial(found_by, EpochMemorisation())

# Of what the rewards are counted from nothing may depend.
from_anywhere = pytest.mark.parametrize("zero", [0.0, -1.0, 1000.0, -1000.0])


def noise(size: float, seed: int, count: int = len(STEPS)) -> FloatArray:
    return np.random.default_rng(seed).normal(0.0, size, count)


def learning(end: float = 1.0) -> FloatArray:
    return end * (1.0 - np.exp(-STEPS / 15.0)) + noise(0.01, 0)


def turning() -> FloatArray:
    """It gains 0.5 in 20 steps and loses 0.2 of that in the 40 steps that follow."""
    return np.interp(STEPS, [0, 20, 59], [0.0, 0.5, 0.3]) + noise(0.01, 1)


def only(found: list[Finding]) -> Finding:
    [one] = found
    return one


@from_anywhere
def test_rewards_of_levels_held_back_that_fall_are_overfitting(zero: float) -> None:
    rewards = {"train/reward": zero + learning(), "eval/reward": zero + turning()}
    found = only(overfitting(make_curves(rewards)))
    assert (found.tag, found.severity, found.kind) == ("eval/reward", Severity.WARNING, None)
    assert found.onset.step == pytest.approx(20, abs=4)
    assert "has fallen from its best, by 20 % of what train/reward gained in all, while that" in found.message
    shares = {one.unit: one.value for one in found.measures}
    assert shares["fraction of the best level"] == pytest.approx(0.2, abs=0.04)
    assert shares["fraction of the level at the best checkpoint"] == pytest.approx(0.2, abs=0.04)
    assert shares["fraction of the train level"] == pytest.approx(np.exp(-20 / 15), abs=0.05)


@from_anywhere
def test_levels_held_back_that_gain_nothing_are_learned_by_heart(zero: float) -> None:
    rewards = {"train/reward": zero + learning(), "eval/reward": zero + noise(0.01, 2)}
    found = only(overfitting(make_curves(rewards)))
    assert found.kind == BY_HEART
    assert found.measures[0].value == pytest.approx(1.0, abs=0.1)


@from_anywhere
def test_levels_held_back_that_gain_less_stay_behind(zero: float) -> None:
    rewards = {"train/reward": zero + learning(), "eval/reward": zero + learning(0.6) + noise(0.01, 3)}
    assert overfitting(make_curves(rewards)) == []
    found = only(gap(make_curves(rewards)))
    assert found.kind == "growing"
    shares = [one.value for one in found.measures[:2]]
    assert shares == pytest.approx([0.4, 0.4], abs=0.05)


@from_anywhere
def test_rewards_held_back_that_scatter_are_noisy(zero: float) -> None:
    rewards = {"train/reward": zero + learning(), "eval/reward": zero + learning() + noise(0.3, 4)}
    found = only(noisy(make_curves(rewards)))
    assert found.measures[0].value == pytest.approx(0.3, rel=0.4)
    quiet = {"train/reward": zero + learning(), "eval/reward": zero + learning() + noise(0.02, 4)}
    assert noisy(make_curves(quiet)) == []


@from_anywhere
def test_samples_that_are_recognised_are_a_warning_where_other_levels_lose_by_it(zero: float) -> None:
    stairs = np.repeat([0.0, 0.4, 0.8, 1.2, 1.6], 40) + noise(0.02, 5, 200)
    loses = np.linspace(0.0, -0.5, 20) + noise(0.01, 6, 20)
    steps = {"train/reward": range(200), "eval/reward": range(0, 200, 10)}
    for held_back, severity in ((loses, Severity.WARNING), (0.1 * loses, Severity.INFO)):
        rewards = {"train/reward": zero + stairs, "eval/reward": zero + held_back}
        found = only(memorising(make_curves(rewards, steps)))
        assert found.severity is severity
        assert ("of what train/reward gained" in found.message) == (severity is Severity.WARNING)


def test_a_reward_that_names_no_split_is_that_of_train_beside_its_twin_held_back() -> None:
    rewards = {"env_runners/return_mean": learning()}
    assert isinstance(Overfitting().detect(make_curves(rewards)), Skipped)
    rewards["evaluation/env_runners/return_mean"] = turning()
    found = only(overfitting(make_curves(rewards)))
    assert found.tag == "evaluation/env_runners/return_mean"
    assert "what env_runners/return_mean gained in all" in found.message


def test_beside_a_loss_rewards_are_not_compared() -> None:
    run = {"train/reward": learning(), "eval/reward": turning(), "train/loss": np.exp(-STEPS / 15.0)}
    for detector in (Overfitting(), GeneralisationGap(), NoisyValidation(), EpochMemorisation()):
        assert isinstance(detector.detect(make_curves(run)), Skipped)

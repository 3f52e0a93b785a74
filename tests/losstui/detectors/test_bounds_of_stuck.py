"""Both sides of each bound by which a loss or a reward is where it began."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.frame import FloatArray
from support import found_by, make_curves

POINTS = 300
PLACES = np.linspace(0.0, 1.0, POINTS)

findings = partial(found_by, StuckAtStart())


def lines(slope: float, noise: float = 0.02, points: int = POINTS) -> FloatArray:
    """A loss around 7.7 that goes on by that much, in shares of its level, over all of it."""
    scatter = np.random.default_rng(1).normal(0.0, noise, points)
    return 7.7 * (1.0 + slope * np.linspace(0.0, 1.0, points)) + scatter


def stuck(loss: FloatArray, **others: FloatArray) -> bool:
    """Whether it is told beside a rate that is never lowered and the `others`."""
    return bool(findings(make_curves({"train/loss": loss, "lr": np.full(len(loss), 1e-2), **others})))


@pytest.mark.parametrize(("slope", "told"), [(-0.015, True), (-0.03, False), (0.03, True), (0.08, False)])
def test_what_falls_or_rises_by_little_has_not_left_its_start(slope: float, told: bool) -> None:
    assert stuck(lines(slope)) is told


@pytest.mark.parametrize(("noise", "told"), [(0.3, True), (1.5, False)])
def test_noise_that_leaves_a_fall_open_is_no_proof(noise: float, told: bool) -> None:
    assert stuck(lines(0.0, noise, points=60)) is told


@pytest.mark.parametrize(("left", "told"), [(0.08, True), (0.03, False)])
def test_a_gradient_is_small_below_a_twentieth_of_its_highest_level(left: float, told: bool) -> None:
    norm = np.geomspace(1.0, left, POINTS)
    assert stuck(lines(0.0), grad_norm=norm) is told


@pytest.mark.parametrize(("left", "told"), [(0.015, True), (0.007, False)])
def test_a_rate_is_gone_below_a_hundredth_of_its_peak(left: float, told: bool) -> None:
    rate = np.where(PLACES < 0.4, 1.0, left)
    assert stuck(lines(0.0), grad_norm=np.full(POINTS, 1.0), lr=rate) is told


def test_a_rate_that_was_lowered_later_is_no_excuse_beside_a_gradient() -> None:
    rate = np.where(PLACES < 0.6, 1.0, 0.007)
    assert stuck(lines(0.0), grad_norm=np.full(POINTS, 1.0), lr=rate)


@pytest.mark.parametrize(("gain", "told"), [(0.1, True), (1.0, False)])
def test_a_reward_that_gains_a_good_part_of_its_scatter_was_learned_from(gain: float, told: bool) -> None:
    reward = np.random.default_rng(2).normal(0.0, 1.0, 2000) + gain * np.linspace(0.0, 1.0, 2000)
    assert bool(findings(make_curves({"episode_reward": reward}))) is told


@pytest.mark.parametrize(("height", "told"), [(0.4, True), (2.0, False)])
def test_a_reward_that_was_better_for_a_while_was_learned_from(height: float, told: bool) -> None:
    reward = np.random.default_rng(2).normal(0.0, 1.0, 2000)
    reward[900:1100] += height
    assert bool(findings(make_curves({"episode_reward": reward}))) is told


def test_a_small_gain_of_one_reward_speaks_for_all() -> None:
    still, scatter = (np.random.default_rng(seed).normal(0.0, 1.0, 4000) for seed in (0, 4))
    gains = scatter + 0.8 * np.linspace(0.0, 1.0, 4000)
    assert len(findings(make_curves({"episode_reward": still}))) == 1
    assert findings(make_curves({"episode_reward": still, "mean_reward": gains})) == []


def test_few_rewards_beside_many_say_nothing_but_evaluations_that_rise() -> None:
    many, few = np.random.default_rng(2).normal(0.0, 1.0, 2000), np.linspace(0.0, 9.0, 40)
    for name, told in (("best_reward", 1), ("eval_reward", 0)):
        curves = make_curves({"episode_reward": many, name: few}, {name: range(0, 2000, 50)})
        assert len(findings(curves)) == told

from __future__ import annotations

import numpy as np
import pytest

from divergence_support import found, noise
from losstui.frame import FloatArray


def wandering(n: int, correlation: float, seed: int) -> FloatArray:
    """Noise of unit variance whose neighbours have that correlation, and which began long before."""
    before = 200
    wander: FloatArray = np.sqrt(1.0 - correlation**2) * noise(before + n, seed)
    for i in range(1, len(wander)):
        wander[i] += correlation * wander[i - 1]
    return wander[before:]


@pytest.mark.parametrize(("n", "correlation"), [(50, 0.9), (200, 0.95)])
def test_a_loss_that_wanders_as_it_comes_down_is_rarely_called_diverged(n: int, correlation: float) -> None:
    course = 1.0 + np.exp(-6.0 * np.arange(n) / n)
    told = [found({"train/loss": course + 0.15 * wandering(n, correlation, seed)}) for seed in range(100)]
    assert sum(map(bool, told)) <= 3


@pytest.mark.parametrize("n", [100, 200])
def test_a_level_about_which_a_loss_wanders_is_rarely_called_its_best(n: int) -> None:
    told = [found({"train/loss": 2.3 + 0.3 * wandering(n, 0.9, seed)}) for seed in range(100)]
    assert sum(map(bool, told)) <= 3


@pytest.mark.parametrize("seed", [6, 7, 18, 26])
def test_a_rise_to_several_times_the_progress_is_told_however_it_wanders(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = 1.0 + 0.5 * np.exp(-np.arange(100) / 5.0) + 0.02 * rng.standard_normal(100)
    walk = np.cumsum(rng.standard_normal(80)) / np.sqrt(80.0)
    loss[20:] += np.abs(3.0 + 4.0 * walk) * np.minimum(1.0, np.arange(80) / 5.0)
    [finding] = found({"train/loss": loss})
    assert finding.kind == "after-learning"


@pytest.mark.parametrize(
    ("height", "sigma", "count"),
    [
        (1.5, 0.1, 1),  # several times the progress
        (0.3, 0.01, 1),  # all of it, where the loss was calm before
        (0.3, 0.05, 0),  # all of it, where as much noise, as slow, goes as far
    ],
)
@pytest.mark.parametrize("seed", [2, 3, 5])
def test_slow_swings_above_the_best_level(height: float, sigma: float, count: int, seed: int) -> None:
    since = np.arange(80)
    swings = height * (1.0 - np.cos(2.0 * np.pi * since / 20.0) + (since > 5))
    loss = 1.0 + 0.5 * np.exp(-np.arange(100) / 5.0) + sigma * noise(100, seed)
    told = found({"train/loss": loss + np.concatenate([np.zeros(20), swings])})
    assert [one.kind for one in told] == count * ["after-learning"]


def test_a_rise_of_a_third_of_the_progress_is_told_where_the_loss_was_calm() -> None:
    course = 1.0 + np.exp(-12.0 * np.arange(100) / 100) + 0.012 * np.clip(np.arange(100) - 70, 0.0, None)
    [finding] = found({"train/loss": course + 0.02 * noise(100)})
    assert finding.kind == "after-learning"
    assert 65 <= finding.onset.step <= 75


@pytest.mark.parametrize(("n", "correlation"), [(30, 0.5), (50, 0.5), (80, 0.5), (50, 0.7)])
def test_growing_noise_that_follows_itself_is_rarely_called_a_rise(n: int, correlation: float) -> None:
    """The levels scatter further before the best one than the steps between them show."""
    done = np.arange(n) / n
    course, grows = 0.8 + 1.5 * np.exp(-10.0 * done), 0.4 * (1.0 + done)
    told = [
        found({"train/loss": np.maximum(1e-3, course + grows * wandering(n, correlation, seed))})
        for seed in range(100)
    ]
    assert sum(map(bool, told)) <= 5

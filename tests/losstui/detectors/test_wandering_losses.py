from __future__ import annotations

import numpy as np
import pytest

from divergence_support import found, noise
from losstui.frame import FloatArray


def wandering(n: int, correlation: float, seed: int) -> FloatArray:
    """Noise of unit variance whose neighbours have that correlation, and which began long before."""
    before = 200
    wander = np.sqrt(1.0 - correlation**2) * noise(before + n, seed)
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


def test_a_rise_of_a_third_of_the_progress_is_told_where_the_loss_was_calm() -> None:
    course = 1.0 + np.exp(-12.0 * np.arange(100) / 100) + 0.012 * np.clip(np.arange(100) - 70, 0.0, None)
    [finding] = found({"train/loss": course + 0.02 * noise(100)})
    assert finding.kind == "after-learning"
    assert 65 <= finding.onset.step <= 75

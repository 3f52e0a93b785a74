"""What happens once is no oscillation: a hump, a step, a drop of the learning rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from support import make_curves
from swing_support import findings


@pytest.mark.parametrize("seed", range(3))
def test_one_hump_of_validation_beside_noisy_batches_is_no_swing(seed: int) -> None:
    at = np.arange(25)
    validation = 0.3 + 0.9 / (1.0 + np.exp(at - 12.0)) + 0.3 * np.exp(-((at - 17.5) ** 2))
    batches = np.random.default_rng(seed).uniform(-0.9, 0.9, 25)
    assert findings(make_curves({"train/loss": validation * (1.0 + batches), "val/loss": validation})) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_drop_of_the_learning_rate_is_no_swing(seed: int) -> None:
    """Both losses fall at once, which no parabola follows, and validation scatters by itself."""
    rng = np.random.default_rng(seed)
    rates = np.repeat([1.0, 0.6, 0.4], [70, 20, 10])
    loss = (1.0 + 2.0 * np.exp(-np.arange(100) / 8.0)) * rates
    val = loss * (1.0 + 0.08 * rng.normal(size=100) * np.sqrt(rates))
    loss *= 1.0 + 0.01 * rng.normal(size=100)
    assert findings(make_curves({"train/loss": loss, "val/loss": val})) == []


@pytest.mark.parametrize("seed", [7, 30, 60, 81])
def test_small_swings_before_a_drop_of_the_learning_rate_are_no_larger_for_it(seed: int) -> None:
    """Against the parabola through both the drop is a swing, and the swings before it are in step."""
    rng, at = np.random.default_rng(seed), np.arange(32)
    level = np.where(at < 21, 3.2 - 0.09 * at, 0.27 + 0.4 * np.exp(-(at - 21.0) / 2.0))
    model = level * (1.0 + 0.15 * rng.standard_normal(32) * (at < 21))
    tags = {name: model * (1.0 + 0.02 * rng.standard_normal(32)) for name in ("train/loss", "val/loss")}
    assert findings(make_curves(tags)) == []


@pytest.mark.parametrize("seed", [0, 3, 4, 6, 7, 8, 10, 11])
def test_one_hump_is_no_oscillation_however_many_rows_train_has(seed: int) -> None:
    rng, share = np.random.default_rng(seed), np.arange(1500) / 1500
    loss = 0.3 + 2.4 * np.exp(-15.0 * share) + 0.4 * np.exp(-(((share - 0.75) / 0.08) ** 2))
    at = np.linspace(0, 1499, 20).astype(int)
    tags = {
        "train/loss": np.maximum(loss * (1.0 + rng.uniform(0.1, 0.4) * rng.standard_normal(1500)), 0.001),
        "val/loss": loss[at] * (1.05 + 0.03 * rng.standard_normal(20)),
    }
    assert findings(make_curves(tags, {"val/loss": at.tolist()})) == []


@pytest.mark.parametrize("is_hump", [True, False])
@pytest.mark.parametrize("seed", [3, 8, 10, 14])
def test_batches_that_follow_each_other_beside_a_hump_or_a_step_are_no_swings(
    seed: int, is_hump: bool
) -> None:
    rng, share = np.random.default_rng(seed), np.arange(1500) / 1500
    other = np.exp(-(((share - 0.75) / 0.08) ** 2)) if is_hump else (share < 0.7)
    loss = 0.3 + 2.4 * np.exp(-15.0 * share) + 0.2 * other
    batches = lfilter([0.95], [1.0, -0.3], rng.standard_normal(1500))
    at = np.linspace(0, 1499, 20).astype(int)
    validation = loss[at] * (1.05 + 0.03 * rng.standard_normal(20))
    tags = {"train/loss": loss * (1.0 + 0.25 * batches), "val/loss": validation}
    assert findings(make_curves(tags, {"val/loss": at.tolist()})) == []

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from divergence_support import noise
from losstui.detectors.divergence import Divergence
from losstui.detectors.lr_too_high import LrTooHigh
from losstui.findings import Severity
from support import found_by, make_curves

FloatArray = NDArray[np.float64]

found = partial(found_by, Divergence())


def descent(n: int, seed: int = 0, sigma: float = 0.03) -> FloatArray:
    return (
        0.5 + 2.0 * np.exp(-4.0 * np.arange(n) / n) + sigma * np.random.default_rng(seed).standard_normal(n)
    )


def followed(n: int, correlation: float, seed: int) -> FloatArray:
    """Noise of unit variance whose neighbours have that correlation."""
    steps = np.random.default_rng(seed).standard_normal(n)
    noise = np.empty(n)
    noise[0] = steps[0]
    for i in range(1, n):
        noise[i] = correlation * noise[i - 1] + np.sqrt(1.0 - correlation**2) * steps[i]
    return noise


def test_an_explosion_in_a_short_run_does_not_hide_what_it_had_learned() -> None:
    loss = np.concatenate([np.geomspace(2.7, 0.8, 10), [0.9, 1.2], 10.0 * 3.0 ** np.arange(13)])
    [finding] = found({"train/loss": loss})
    assert finding.kind == "after-learning"


def test_a_short_run_that_comes_down_from_an_explosion_only_to_above_its_start() -> None:
    fall = 4.0 + 400.0 * np.exp(-np.arange(12.0))
    [finding] = found({"train/loss": np.concatenate([descent(9), fall])})
    assert finding.kind == "after-learning"


@pytest.mark.parametrize("level", [-3.0, -1e5])
def test_a_reward_below_its_start_is_lost_although_it_climbs_a_little(level: float) -> None:
    learned = 1.0 - descent(48)
    since = level * (
        1.0 + np.exp(-np.arange(24.0) / 3.0) + 0.1 * np.random.default_rng(0).standard_normal(24)
    )
    [finding] = found({"reward/mean": np.concatenate([learned, since])})
    assert finding.kind == "after-learning"


def test_a_train_loss_that_learned_lets_few_evaluations_bear_witness() -> None:
    rng = np.random.default_rng(0)
    train = np.concatenate([np.linspace(0.69, 0.45, 30), 0.9 + 0.15 * rng.standard_normal(18)])
    train[:30] += 0.06 * rng.standard_normal(30)
    train[33::3] -= 0.3
    steps = {"train/loss": list(range(48)), "val/loss": list(range(5, 48, 6))}
    validation = [0.69, 0.56, 0.53, 0.52, 0.51, 0.9, 0.88, 0.9]
    [finding] = found(make_curves({"train/loss": train, "val/loss": validation}, steps))
    assert finding.kind == "after-learning"


@pytest.mark.parametrize(("raised", "count"), [(True, 1), (False, 0)])
def test_a_raised_rate_bears_witness_of_a_rise_that_batches_hide(raised: bool, count: int) -> None:
    rng = np.random.default_rng(1)
    level = np.concatenate([0.5 + 0.2 * np.exp(-np.arange(30.0) / 4.0), np.full(45, 0.75)])
    loss = level + np.concatenate([0.05 * rng.standard_normal(30), 0.22 * rng.standard_normal(45)])
    rate = np.where(np.arange(75) < 30, 0.2, 3.3 if raised else 0.2)
    assert len(found({"train/loss": loss, "lr": rate})) == count


@pytest.mark.parametrize("n", [200, 400])
@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_noise_whose_values_follow_each_other_around_a_level_is_clear(n: int, correlation: float) -> None:
    alarms = [
        len(found({"train/loss": np.abs(1.0 + 0.2 * followed(n, correlation, seed))})) for seed in range(100)
    ]
    assert sum(alarms) <= 1


@pytest.mark.parametrize("n", [8, 12, 50, 400])
@pytest.mark.parametrize("first", [0.0, 1e-3])
def test_a_first_value_of_nothing_before_a_descent_is_no_start_of_a_rise(n: int, first: float) -> None:
    loss = np.concatenate([[first], descent(n - 1)])
    assert found({"train/loss": loss}) == []


def test_nor_is_it_a_mark_of_a_learning_rate_that_is_too_high() -> None:
    loss = descent(100) + 0.3 * (-1.0) ** np.arange(100)
    loss[0] = 1e-3
    assert found_by(LrTooHigh(), {"train/loss": loss, "lr": np.full(100, 0.1)}) == []


def test_a_run_that_blew_up_at_once_is_told_where_validation_began_low_too() -> None:
    train = np.concatenate([[2.3], 30.0 + 3000.0 * np.exp(-np.arange(60.0) / 8.0)])
    validation = np.concatenate([[2.3], 40.0 + 2000.0 * np.exp(-np.arange(60.0) / 8.0)])
    assert [one.kind for one in found({"train/loss": train, "val/loss": validation})] == ["from-start"]
    assert found({"train/loss": train}) == []


def mean_so_far(values: FloatArray) -> FloatArray:
    return np.cumsum(values) / np.arange(1, len(values) + 1)


def mean_of_last(values: FloatArray, kept: float = 0.98) -> FloatArray:
    """The exponential mean that begins at the first value."""
    smooth = values.copy()
    for i in range(1, len(values)):
        smooth[i] = kept * smooth[i - 1] + (1.0 - kept) * values[i]
    return smooth


@pytest.mark.parametrize("smoothed", [mean_so_far, mean_of_last])
def test_a_running_mean_that_began_with_a_low_batch_is_no_rise(
    smoothed: Callable[[FloatArray], FloatArray],
) -> None:
    alarms = 0
    for seed in range(60):
        batches = np.random.default_rng(seed).gamma(3.0, 1.0 / 3.0, 600)
        curves = make_curves({"train/loss": smoothed(batches), "lr": np.full(600, 1e-4)})
        alarms += len(found(curves)) + len(found_by(LrTooHigh(), curves))
    assert alarms <= 6


def test_a_smoothed_loss_that_rose_from_its_start_by_far_is_found() -> None:
    batches = np.concatenate([np.full(5, 1.0), np.linspace(1.0, 12.0, 595)])
    batches *= np.random.default_rng(0).gamma(16.0, 1.0 / 16.0, 600)
    [finding] = found({"train/loss": mean_of_last(batches)})
    assert finding.kind == "from-start"


@pytest.mark.parametrize("lowest", [0.02, 0.2])
def test_noise_about_a_low_level_does_not_hide_a_jump(lowest: float) -> None:
    scatter = np.maximum(lowest, 0.15 + 0.12 * noise(47)) + 2.0 * np.exp(-np.arange(47) / 6.0)
    loss = np.append(scatter, 1.95 + 0.005 * noise(93, 1))
    [finding] = found({"train/loss": loss})
    assert finding.kind == "after-learning"
    assert finding.onset.low <= 47 <= finding.onset.high + 1


@pytest.mark.parametrize("first", [1.1, 60.0])
def test_a_run_that_blew_up_at_once_is_told_though_an_average_of_its_weights_comes_down(first: float) -> None:
    train = np.append(1.0, 120.0 + 100.0 * np.exp(-np.arange(199) / 60.0) + 20.0 * noise(199))
    averaged = np.append(first, np.geomspace(2.0, 0.4, 19))
    steps = {"val/loss": range(0, 200, 10)}
    findings = found(make_curves({"train/loss": train, "val/loss": averaged}, steps))
    assert [one.kind for one in findings] == (["from-start"] if first < train[1:].min() else [])
    assert all(one.severity is Severity.WARNING for one in findings)

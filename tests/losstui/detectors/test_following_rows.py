"""Swings of a train loss that has no validation loss beside it: what lasts for some rows is the model's."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.findings import Severity
from losstui.frame import FloatArray
from support import make_curves
from swing_support import findings

ROWS = 800


def noise(seed: int, lasting: int) -> FloatArray:
    """Noise of deviation 1 in which each of so many rows has a part of the same."""
    weights: FloatArray = np.hanning(lasting + 2)[1:-1]
    drawn = np.random.default_rng(seed).standard_normal(ROWS + lasting - 1)
    mixed: FloatArray = np.convolve(drawn, weights / float(np.sqrt(np.sum(weights**2))), "valid")
    return mixed


def loss(seed: int, lasting: int) -> FloatArray:
    """One that came down to 0.5 and swings for so many rows at a time, beside the noise of its batches."""
    batches = 0.16 * np.random.default_rng(seed + 100).standard_normal(ROWS)
    values: FloatArray = 0.5 + 1.2 * np.exp(-np.arange(ROWS) / 20.0) + 0.14 * noise(seed, lasting) + batches
    return values


@pytest.mark.parametrize("seed", range(5))
def test_swings_that_last_for_some_rows_are_the_models(seed: int) -> None:
    (found,) = findings(make_curves({"train/loss": loss(seed, 9)}))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)
    assert "for some rows at a time" in found.message


@pytest.mark.parametrize("seed", range(5))
def test_what_lasts_for_one_row_is_its_batch(seed: int) -> None:
    assert findings(make_curves({"train/loss": loss(seed, 1)})) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_validation_loss_that_does_not_swing_denies_it(seed: int) -> None:
    level = 0.55 + 1.2 * np.exp(-np.arange(0, ROWS, 20) / 20.0)
    curves = make_curves({"train/loss": loss(seed, 9), "val/loss": level}, {"val/loss": range(0, ROWS, 20)})
    assert findings(curves) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_running_mean_over_batches_follows_itself(seed: int) -> None:
    batches = 0.6 * np.random.default_rng(seed).standard_normal(ROWS)
    values = 0.9 + 1.2 * np.exp(-np.arange(ROWS) / 20.0) + batches
    running = values.copy()
    for at in range(1, ROWS):
        running[at] = 0.8 * running[at - 1] + 0.2 * values[at]
    assert findings(make_curves({"train/loss": running})) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_running_mean_of_two_rows_is_like_the_next_row_alone(seed: int) -> None:
    batches = 0.3 * np.random.default_rng(seed).standard_normal(ROWS + 1)
    descent = 0.9 + 1.2 * np.exp(-np.arange(ROWS) / 20.0)
    assert findings(make_curves({"train/loss": descent + 0.5 * (batches[1:] + batches[:-1])})) == []


def test_a_mean_that_is_called_one_says_nothing() -> None:
    assert findings(make_curves({"train/loss_avg": loss(0, 9)})) == []


def test_swings_with_a_learning_rate_that_cycles_are_its_own() -> None:
    rate = 0.1 * (1.2 + np.sin(np.arange(ROWS) / 12.0))
    assert findings(make_curves({"train/loss": loss(0, 9), "train/lr": rate})) == []

"""How rarely noise, in the validation loss or in its parts, is taken for overfitting."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.overfitting import Overfitting
from losstui.findings import Severity
from support import found_by, make_curves

FloatArray = NDArray[np.float64]


findings = partial(found_by, Overfitting())


def wandering(count: int, seed: int) -> FloatArray:
    """200 validation losses around one level whose neighbours follow each other, shape (200, count)."""
    noise = np.random.default_rng(seed).normal(size=(200, 60 + count))
    for i in range(1, 60 + count):
        noise[:, i] = 0.8 * noise[:, i - 1] + 0.6 * noise[:, i]
    return 0.6 + 0.03 * noise[:, 60:]


def share_warned(train: FloatArray, losses: FloatArray) -> float:
    found = [one for loss in losses for one in findings(make_curves({"train_loss": train, "val_loss": loss}))]
    return sum(one.kind != "by-heart" and one.severity is Severity.WARNING for one in found) / len(losses)


@pytest.mark.parametrize(("count", "most"), [(16, 0.055), (20, 0.08), (25, 0.065), (40, 0.045), (60, 0.045)])
def test_validation_that_wanders_around_one_level_is_rarely_called_risen(count: int, most: float) -> None:
    train = 0.5 + 2.0 * np.exp(-4.0 * np.arange(count) / count)
    assert share_warned(train, np.concatenate([wandering(count, seed) for seed in (0, 1)])) <= most


@pytest.mark.parametrize("count", [6, 10, 15])
def test_a_few_evaluations_that_wander_are_rarely_warned_of(count: int) -> None:
    train = 0.5 + 2.0 * np.exp(-np.arange(count) / 4.0)
    assert share_warned(train, wandering(count, count)) <= 0.07


@pytest.mark.parametrize(
    ("count", "most"), [(6, 0.15), (10, 0.15), (15, 0.2), (20, 0.13), (30, 0.09), (40, 0.08), (60, 0.03)]
)
def test_beside_train_that_goes_on_alone_few_that_stay_are_called_risen(count: int, most: float) -> None:
    train = np.exp(-4.0 * np.arange(count) / count)
    assert share_warned(train, wandering(count, count)[:100]) <= most
    scattered = 0.6 + 0.03 * np.random.default_rng(count).normal(size=(100, count))
    assert share_warned(train, scattered) <= 0.05


@pytest.mark.parametrize("scatter", [0.15, 0.5])
@pytest.mark.parametrize("count", [8, 12])
def test_few_that_scatter_are_hardly_called_risen_however_much_they_do(count: int, scatter: float) -> None:
    losses = 0.6 * np.exp(scatter * np.random.default_rng(count).normal(size=(100, count)))
    assert share_warned(np.exp(-4.0 * np.arange(count) / count), losses) <= 0.12
    assert share_warned(0.5 + 2.0 * np.exp(-np.arange(count) / 4.0), losses) <= 0.06


@pytest.mark.parametrize("count", [4, 5, 6, 8, 10, 12])
def test_few_evaluations_that_scatter_are_hardly_ever_called_risen(count: int) -> None:
    rng = np.random.default_rng(count)
    train = np.exp(-np.arange(count) / 4.0)
    runs = 400
    falls = 1.0 + np.exp(-np.arange(count) / rng.uniform(0.5, count, (runs, 1)))
    losses = falls * (1.0 + rng.choice([0.003, 0.01, 0.03], (runs, 1)) * rng.normal(size=(runs, count)))
    found = [one for loss in losses for one in findings(make_curves({"train_loss": train, "val_loss": loss}))]
    assert sum(one.severity is Severity.WARNING for one in found) <= 0.005 * runs


def penalised(seed: int) -> RunCurves:
    """Losses with a penalty that grows as soon as anything is learned, on both sides alike."""
    rng = np.random.default_rng(seed)

    def losses(count: int, rate: float, scatter: float) -> tuple[FloatArray, FloatArray]:
        done = np.linspace(0.0, 1.0, count)
        penalty = (0.003 + 0.035 * (1.0 - np.exp(-rate * done))) * np.exp(scatter * rng.normal(size=count))
        return penalty, penalty + 0.3 + 0.3 * np.exp(-8.0 * done) + 0.05 * scatter * rng.normal(size=count)

    (train_part, train), (part, whole) = losses(150, 200.0, 0.3), losses(10, 4.0, 0.1)
    tags = {
        "train/loss": train,
        "train/penalty_loss": train_part,
        "eval/loss": whole,
        "eval/penalty_loss": part,
    }
    return make_curves(tags, {tag: range(0, 150, 150 // len(values)) for tag, values in tags.items()})


def test_a_penalty_that_grows_on_both_sides_is_rarely_called_overfitting() -> None:
    found = [one for seed in range(40) for one in findings(penalised(seed))]
    assert sum(one.tag == "eval/penalty_loss" for one in found) <= 6

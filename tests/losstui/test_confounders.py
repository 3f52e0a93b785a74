"""What looks like bad generalisation and is none: no warning from any detector."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui import plugins
from losstui.analysis import analyse_run
from losstui.findings import Finding, Severity
from support import make_run

FloatArray = NDArray[np.float64]
Tags = dict[str, FloatArray]

EPOCHS = 60
BATCHES = 20  # an epoch
DONE = np.linspace(0.0, 1.0, EPOCHS)
DETECTORS = plugins.load().detectors

seeds = pytest.mark.parametrize("seed", range(5))


def findings(tags: Tags) -> list[Finding]:
    """What all detectors say; tags of one value an epoch lie at the ends of the epochs."""
    ends = range(BATCHES - 1, EPOCHS * BATCHES, BATCHES)
    steps = {tag: ends if len(values) == EPOCHS else range(len(values)) for tag, values in tags.items()}
    return list(analyse_run(make_run(tags, steps), DETECTORS).findings)


def falling(end: float, rate: float = 5.0, points: int = EPOCHS) -> FloatArray:
    return end + (2.3 - end) * np.exp(-rate * np.linspace(0.0, 1.0, points))


def noise(rng: np.random.Generator, sigma: float, points: int = EPOCHS) -> FloatArray:
    return rng.normal(0.0, sigma, points)


def dropout(rng: np.random.Generator) -> Tags:
    """The train loss is measured with units missing or inputs distorted, validation without."""
    return {"train/loss": falling(0.8) + noise(rng, 0.02), "val/loss": falling(0.45) + noise(rng, 0.01)}


def epoch_means(rng: np.random.Generator) -> Tags:
    """The train loss of an epoch is the mean over it, validation comes at its end: half an epoch apart."""
    batches = falling(0.3, 8.0, EPOCHS * BATCHES) + noise(rng, 0.1, EPOCHS * BATCHES)
    means: FloatArray = batches.reshape(EPOCHS, BATCHES).mean(axis=1)
    at_ends = falling(0.3, 8.0, EPOCHS * BATCHES)[BATCHES - 1 :: BATCHES]
    return {"train/loss": means, "val/loss": at_ends + noise(rng, 0.01)}


def tiny_validation_set(rng: np.random.Generator) -> Tags:
    """A few dozen samples: each evaluation is off by a tenth."""
    return {
        "train/loss": falling(0.3, points=EPOCHS * BATCHES) + noise(rng, 0.05, EPOCHS * BATCHES),
        "val/loss": falling(0.5, 12.0) * np.exp(noise(rng, 0.1)),
    }


def double_descent(rng: np.random.Generator) -> Tags:
    """Validation rises in mid-run and falls again below what it had reached."""
    hump = 0.35 * np.exp(-(((DONE - 0.35) / 0.12) ** 2))
    slow = 0.25 * DONE
    return {
        "train/loss": falling(0.02, 7.0) + np.abs(noise(rng, 0.003)),
        "val/loss": falling(0.85, 14.0) + hump - slow + noise(rng, 0.01),
    }


def grokking(rng: np.random.Generator) -> Tags:
    """Train is learned by heart at once, validation much later."""
    return {
        "train/loss": falling(0.005, 30.0) + np.abs(noise(rng, 0.001)),
        "val/loss": 2.3 - 2.2 / (1.0 + np.exp(-(DONE - 0.7) / 0.04)) + noise(rng, 0.02),
    }


def adversaries(rng: np.random.Generator) -> Tags:
    """Generator and discriminator play against each other."""
    points = EPOCHS * BATCHES
    wave = 0.3 * np.sin(np.linspace(0.0, 40.0, points))
    return {
        "g_loss": 1.2 + 0.8 * np.linspace(0.0, 1.0, points) + wave + noise(rng, 0.2, points),
        "d_loss": 0.6 - 0.2 * np.linspace(0.0, 1.0, points) - wave + noise(rng, 0.1, points),
    }


def reinforcement(rng: np.random.Generator) -> Tags:
    """The value loss grows with the returns that it has to foresee."""
    points = EPOCHS * BATCHES
    share = np.linspace(0.0, 1.0, points)
    return {
        "rollout/ep_rew_mean": 200.0 * (1.0 - np.exp(-4.0 * share)) + noise(rng, 10.0, points),
        "train/value_loss": 5.0 + 40.0 * share + noise(rng, 3.0, points),
        "train/policy_gradient_loss": noise(rng, 0.02, points),
        "train/entropy_loss": -2.0 + 1.5 * share + noise(rng, 0.02, points),
    }


def autoencoder(rng: np.random.Generator) -> Tags:
    """The divergence from the prior rises as the code comes into use; what is optimised falls."""
    points = EPOCHS * BATCHES
    share = np.linspace(0.0, 1.0, points)
    code, rest = 20.0 * (1.0 - np.exp(-5.0 * share)), 60.0 + 140.0 * np.exp(-6.0 * share)
    return {
        "train/kl_loss": code + noise(rng, 0.4, points),
        "train/recon_loss": rest + noise(rng, 2.0, points),
        "train/loss": code + rest + noise(rng, 2.0, points),
        "val/loss": (code + rest)[BATCHES - 1 :: BATCHES] + 1.0 + noise(rng, 0.5),
    }


LOOK_ALIKES: tuple[Callable[[np.random.Generator], Tags], ...] = (
    dropout,
    epoch_means,
    tiny_validation_set,
    double_descent,
    grokking,
    adversaries,
    reinforcement,
    autoencoder,
)


@seeds
@pytest.mark.parametrize("make", LOOK_ALIKES)
def test_a_look_alike_is_no_warning(make: Callable[[np.random.Generator], Tags], seed: int) -> None:
    found = findings(make(np.random.default_rng(seed)))
    assert [one for one in found if one.severity is not Severity.INFO] == []


@seeds
def test_dropout_is_named_as_what_it_is(seed: int) -> None:
    assert "validation-better-than-train" in {
        one.name for one in findings(dropout(np.random.default_rng(seed)))
    }


@seeds
def test_half_an_epoch_is_no_better_validation(seed: int) -> None:
    names = {one.name for one in findings(epoch_means(np.random.default_rng(seed)))}
    assert not names & {"validation-better-than-train", "generalisation-gap"}


@seeds
def test_fine_tuning_may_overfit_from_its_first_evaluation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tags = {
        "train/loss": 1.2 * np.exp(-3.0 * DONE) + noise(rng, 0.01),
        "val/loss": 1.0 + 0.6 * DONE + noise(rng, 0.01),
    }
    [found] = [one for one in findings(tags) if one.severity is not Severity.INFO]
    assert found.name == "overfitting"
    assert found.onset.low == BATCHES - 1
    assert found.onset.step <= 3 * BATCHES

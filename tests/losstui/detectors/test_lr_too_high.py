from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.lr_too_high import LrTooHigh
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
N = 400
INDEX = np.arange(N)
CONSTANT = np.full(N, 0.5)


def noise(sigma: float = 0.03, seed: int = 0) -> FloatArray:
    return sigma * np.random.default_rng(seed).standard_normal(N)


def learning(seed: int = 0) -> FloatArray:
    return 0.5 + 1.8 * np.exp(-INDEX / 60.0) + noise(seed=seed)


def hump() -> FloatArray:
    return 3.0 * np.exp(-(((INDEX - 12) / 6.0) ** 2))


found = partial(found_by, LrTooHigh())


def test_early_rise_and_alternation_together() -> None:
    swinging = learning() + 0.3 * (-1.0) ** INDEX
    [finding] = found({"train/loss": swinging + hump(), "lr": CONSTANT})
    assert finding.severity is Severity.WARNING
    assert "rises in the first steps and jumps to and fro" in finding.message
    assert len(finding.measures) == 2
    assert finding.onset.step == 0


@pytest.mark.parametrize("n", [12, 16, 20])
def test_a_log_of_few_epochs_is_judged_by_how_well_it_knows_its_noise(n: int) -> None:
    rng = np.random.default_rng(0)
    index = np.arange(n)
    lost = 2.3 + 0.05 * rng.standard_normal(n) + 3.0 * (index >= 2)
    [finding] = found({"train/loss": lost, "lr": [0.5] * n})
    assert "gives up what it had gained while the rate is near its peak" in finding.message
    assert "rises in the first steps" in finding.message
    told = 0
    for _ in range(200):
        noise_alone = np.abs(1.0 + 0.25 * rng.standard_normal(n))
        told += bool(found({"train/loss": noise_alone, "lr": [0.5] * n}))
    assert told <= 2


def test_rise_and_loss_where_the_rate_is_raised() -> None:
    rate = np.where(INDEX < 250, 0.05, 1.0)
    loss = learning() + 1.5 * (INDEX >= 252)
    [finding] = found({"train/loss": loss, "lr": rate})
    assert "raised from 0.05 to 1" in finding.message
    assert "rate of 1 is too high" in finding.message
    assert finding.onset.step == 250
    assert finding.onset.low <= 250 <= finding.onset.high


@pytest.mark.parametrize("every", [1, 4])
def test_spikes_do_not_hide_a_rise_where_the_rate_is_raised(every: int) -> None:
    rate = np.where(INDEX < 240, 0.05, 1.0)
    heavy_tailed = 0.5 + np.exp(3.0 * noise(1.0, seed=1))
    loss = learning() + np.where(INDEX < 240, 0.0, heavy_tailed)
    kept = range(0, N, every)
    curves = make_curves({"train/loss": loss[::every], "lr": rate[::every]}, {"train/loss": kept, "lr": kept})
    [finding] = found(curves)
    assert "rises where the rate is raised" in finding.message


def test_rise_before_a_nan_in_the_first_steps() -> None:
    loss = learning() + np.where(INDEX < 60, hump() + 0.1 * INDEX, np.nan)
    [finding] = found({"train/loss": loss, "lr": CONSTANT})
    assert "becomes NaN while the rate is near its peak" in finding.message


def test_three_marks_make_one_sentence() -> None:
    swinging = learning() + hump() + 0.3 * (-1.0) ** INDEX
    loss = np.where(INDEX < N - 5, swinging, np.nan)
    [finding] = found({"train/loss": loss, "lr": CONSTANT})
    assert finding.message.endswith(
        "the loss rises in the first steps, jumps to and fro from value to value and becomes NaN while the "
        "rate is near its peak"
    )


@pytest.mark.parametrize(("height", "is_told"), [(1.4, True), (0.75, False)])
def test_a_rise_at_the_start_is_a_third_of_the_first_value(height: float, is_told: bool) -> None:
    loss = learning() + height * hump() / 3.0 + 0.3 * (-1.0) ** INDEX
    assert bool(found({"train/loss": loss, "lr": CONSTANT})) is is_told


@pytest.mark.parametrize(("height", "is_told"), [(0.13, True), (0.06, False)])
def test_a_swing_from_value_to_value_is_a_tenth_of_the_gain(height: float, is_told: bool) -> None:
    loss = learning() + hump() + height * (-1.0) ** INDEX
    assert bool(found({"train/loss": loss, "lr": CONSTANT})) is is_told


def test_what_has_diverged_is_noisy_in_proportion_to_its_level() -> None:
    level = np.where(INDEX < 12, 1.0, 50.0)
    [finding] = found({"train/loss": level * np.exp(noise(0.35)), "lr": CONSTANT})
    assert "rises in the first steps" in finding.message


def test_a_loss_that_begins_at_zero_has_no_share_of_its_start() -> None:
    assert found({"train/loss": np.where(INDEX < 5, 0.0, hump()), "lr": CONSTANT}) == []


@pytest.mark.parametrize(
    "change", [hump(), 1.5 * (INDEX >= 252), 0.3 * (-1.0) ** INDEX], ids=["hump", "shift", "alternation"]
)
def test_one_mark_alone_is_no_proof(change: FloatArray) -> None:
    assert found({"train/loss": learning() + change, "lr": CONSTANT}) == []


def test_marks_away_from_the_peak_of_the_rate_do_not_count() -> None:
    cosine = 0.5 + 0.5 * np.cos(np.pi * INDEX / N)
    warming = np.minimum(1.0, (INDEX + 1) / 100.0)
    late = learning() + 0.3 * (-1.0) ** INDEX + 1.5 * (INDEX >= 300)
    assert found({"train/loss": late, "lr": cosine}) == []
    assert found({"train/loss": learning() + hump() + 0.3 * (-1.0) ** INDEX, "lr": warming}) == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("schedule", ["constant", "cosine", "restarts", "steps", "one-cycle"])
def test_healthy_runs_are_clear(schedule: str, seed: int) -> None:
    done = INDEX / N
    rate = {
        "constant": CONSTANT,
        "cosine": 0.5 + 0.5 * np.cos(np.pi * done),
        "restarts": 0.51 + 0.5 * np.cos(np.pi * ((4 * done) % 1)),
        "steps": np.where(done < 0.5, 1.0, 0.1),
        "one-cycle": np.where(done < 0.3, 0.04 + 3.2 * done, 1.4 * (1 - done)),
    }[schedule]
    scatter = 1.0 + 3.0 * rate / rate.max()
    loss = learning(seed) + 0.2 * (rate / rate.max()) + scatter * noise(0.03, seed + 10)
    assert found({"train/loss": loss, "lr": rate}) == []


def test_without_a_learning_rate_nothing_is_said() -> None:
    assert isinstance(LrTooHigh().detect(make_curves({"train/loss": learning()})), Skipped)
    assert isinstance(LrTooHigh().detect(make_curves({"train/loss": [1.0] * 9, "lr": [0.1] * 9})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    rate = np.where(INDEX < 250, 0.05, 1.0)
    loss = learning() + 1.5 * (INDEX >= 252)
    assert len(found(retold({"train/loss": loss, "lr": rate}))) == 1
    assert found(retold({"train/loss": learning(), "lr": rate})) == []


@pytest.mark.parametrize("learns", [False, True])
def test_progress_is_not_lost_where_validation_falls_all_along(learns: bool) -> None:
    rising = 0.1 + 0.1 * np.minimum(INDEX / 20.0, 1.0) + noise(0.003)
    evaluations = np.linspace(0.32, 0.28, 6) if learns else np.full(6, 0.32)
    tags = {"train/loss": rising, "lr": CONSTANT, "val/loss": evaluations}
    assert len(found(make_curves(tags, {"val/loss": range(0, N, 70)}))) == (not learns)


def smoothed(values: FloatArray, keep: float, first: float) -> FloatArray:
    """The exponential moving average of `values`, which begins at `first`."""
    means = np.empty(len(values))
    for index, value in enumerate(values):
        first = means[index] = keep * first + (1.0 - keep) * value
    return means


@pytest.mark.parametrize("rate", [CONSTANT, 0.25 + 0.25 * np.cos(np.pi * INDEX / N)])
def test_an_average_that_begins_at_zero_has_not_risen(rate: FloatArray) -> None:
    falling = 2.0 + 0.5 * np.exp(-INDEX / 100.0) + noise(0.1)
    assert found({"train/loss": smoothed(falling, 0.9, 0.0), "lr": rate}) == []


def test_averages_keep_for_long_what_their_first_value_was_low_by() -> None:
    course = 2.0 + 0.5 * np.exp(-INDEX / 100.0)
    told = 0
    for seed in range(60):
        losses = course * np.random.default_rng(seed).exponential(size=N)
        told += bool(found({"train/loss": smoothed(losses, 0.9, losses[0]), "lr": CONSTANT}))
    assert told <= 12


def test_a_weight_that_is_raised_with_the_rate_is_no_rise() -> None:
    ramp = np.minimum(1.0, INDEX / 50.0)
    reconstruction = 1.0 + np.exp(-INDEX / 60.0) + noise(0.03)
    divergence = 3.0 * (1.0 - np.exp(-INDEX / 15.0)) + noise(0.05, 1)
    tags = {"train/loss": reconstruction + ramp * divergence, "lr": np.minimum(1.0, (INDEX + 1) / 20.0)}
    parts = {"train/recon_loss": reconstruction, "train/kl_loss": divergence}
    assert found({**tags, **parts}) == []
    assert len(found(tags)) == 1

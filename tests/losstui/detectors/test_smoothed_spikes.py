from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.loss_spike import LossSpike
from losstui.findings import Finding
from spike_support import learning
from support import found_by

FloatArray = NDArray[np.float64]
PLACES = (70, 95, 130)

found = partial(found_by, LossSpike())


def running_mean(values: FloatArray, share: float) -> FloatArray:
    """Each keeps that share of the one before it."""
    means = values.copy()
    for i in range(1, len(values)):
        means[i] = share * means[i - 1] + (1.0 - share) * values[i]
    return means


def spiking(height: float, sigma: float = 0.05) -> FloatArray:
    loss = learning(160, sigma=sigma)
    loss[list(PLACES)] += height
    return loss


@pytest.mark.parametrize(("share", "height", "sigma"), [(0.8, 1.5, 0.05), (0.8, 3.0, 0.15), (0.9, 3.0, 0.15)])
def test_spikes_of_a_running_mean_are_told_where_they_begin(
    share: float, height: float, sigma: float
) -> None:
    [finding] = found({"train/loss": running_mean(spiking(height, sigma), share)})
    assert [span.first_step for span in finding.spans] == list(PLACES)
    assert finding.kind == "recovered"


def test_a_single_spike_of_a_running_mean_is_told() -> None:
    loss = learning(160)
    loss[95] += 1.35
    [finding] = found({"train/loss": running_mean(loss, 0.8)})
    assert [span.first_step for span in finding.spans] == [95]


def test_what_a_running_mean_hides_to_less_than_a_person_sees_is_silent() -> None:
    assert found({"train/loss": running_mean(spiking(2.5), 0.9)})
    assert not found({"train/loss": running_mean(spiking(1.5), 0.9)})


@pytest.mark.parametrize(("first", "is_told"), [(50, True), (30, False)])
def test_what_comes_before_the_running_mean_is_known_is_silent(first: int, is_told: bool) -> None:
    loss = spiking(2.5)
    loss[first] += 2.5
    assert bool(found({"train/loss": running_mean(loss, 0.9)})) is is_told


def test_a_short_running_mean_is_not_known() -> None:
    loss = learning(60)
    loss[[30, 40, 50]] += 1.5
    means = running_mean(loss, 0.8)
    assert found({"train/loss": means})
    assert not found({"train/loss": means[14:]})


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_wanders_has_no_spikes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert not found({"train/loss": learning(160, seed) + 0.05 * np.cumsum(rng.standard_t(3, 160))})


@pytest.mark.parametrize("seed", [19, 138, 144])
def test_what_lies_far_out_at_the_begin_of_an_epoch_is_no_spike_of_means_that_begin_anew(seed: int) -> None:
    noise = 0.1 * np.random.default_rng(seed).standard_t(4, 200)
    single = 0.3 + np.exp(-np.arange(200) / 10.0) + noise
    place = 1.0 + np.arange(20)
    means = np.concatenate([np.cumsum(single[first : first + 20]) / place for first in range(0, 200, 20)])
    assert not found({"train/loss": means})


def test_the_noisy_first_means_of_epochs_are_no_spikes() -> None:
    told: list[Finding] = []
    for seed in range(20):
        index = np.arange(240)
        noise = np.random.default_rng(seed).standard_normal(240)
        epochs = np.split(1.0 + np.exp(-index / 20.0) + 0.3 * noise, 8)
        means = [np.cumsum(epoch) / np.arange(1.0, 31.0) for epoch in epochs]
        told += found_by(LossSpike(), {"train/loss": np.concatenate(means)})
    assert told == []

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.loss_spike import LossSpike
from spike_support import learning
from support import found_by, make_curves

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


@pytest.mark.parametrize("share", [0.8, 0.9])
def test_spikes_of_a_running_mean_are_told_where_they_begin(share: float) -> None:
    [finding] = found({"train/loss": running_mean(spiking(4.0), share)})
    assert [span.first_step for span in finding.spans] == list(PLACES)
    assert finding.kind == "recovered"


def test_what_a_running_mean_hides_to_less_than_a_person_sees_is_silent() -> None:
    assert found({"train/loss": spiking(1.0)})
    assert not found({"train/loss": running_mean(spiking(1.0), 0.9)})


@pytest.mark.parametrize("seed", range(4))
def test_a_loss_that_wanders_has_no_spikes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert not found({"train/loss": learning(160, seed) + 0.05 * np.cumsum(rng.standard_t(3, 160))})


def test_means_that_begin_anew_with_each_epoch_jump_there_and_have_no_spikes() -> None:
    single = learning(400, sigma=0.4)
    place = 1.0 + np.arange(40)
    means = np.concatenate([np.cumsum(single[first : first + 40]) / place for first in range(0, 400, 40)])
    assert make_curves({"train/loss": means}).train_loss.mean_period == 40  # type: ignore[union-attr]
    assert not found({"train/loss": means})

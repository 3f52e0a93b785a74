"""What is measured of spikes: how many, how large and wide they are, and what they leave."""

from __future__ import annotations

from functools import partial

import pytest

from losstui.detectors.loss_spike import LossSpike
from losstui.frame import FloatArray
from spike_support import learning
from support import found_by

found = partial(found_by, LossSpike())


def measured(loss: FloatArray) -> dict[str, float]:
    [finding] = found({"train/loss": loss})
    return {one.name: one.value for one in finding.measures}


def test_the_widest_spike_says_how_long_recovery_takes_and_the_rate_is_that_of_a_thousand_values() -> None:
    loss = learning(sigma=0.01)
    loss[[200, 500]] += 1.0
    loss[350:356] += 1.0
    told = measured(loss)
    assert told["recovery"] == 5.0  # steps, from its first value to its last
    assert told["spike rate"] == pytest.approx(3.0 / 0.6)


def test_large_is_what_costs_all_of_the_progress() -> None:
    loss = learning(sigma=0.01)
    loss[[200, 350]] += 0.5
    loss[500] += 2.5
    told = measured(loss)
    assert told["highest spike"] == pytest.approx(2.5 / 2.0, rel=0.1)
    assert told["large spikes"] == 1.0


def test_what_a_spike_leaves_is_told_in_the_noise_and_in_the_progress() -> None:
    loss = learning(sigma=0.05)
    loss[400] += 3.0
    loss[400:] += 0.3
    told = measured(loss)
    assert told["level after a spike"] == pytest.approx(0.3 / 0.05, rel=0.25)
    assert told["cost of a spike"] == pytest.approx(0.3 / 2.0, rel=0.25)

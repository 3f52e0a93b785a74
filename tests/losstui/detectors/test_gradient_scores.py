"""Spikes that the gradient norm makes sure, where it is logged at other steps than the loss."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.loss_spike import LossSpike
from spike_support import learning
from support import found_by, make_curves

SPIKES = [200, 320, 450]
STEPS = np.arange(600)

found = partial(found_by, LossSpike())


@pytest.mark.parametrize(
    ("logged", "told"),
    [(STEPS % 3 != 1, True), (STEPS % 10 == 0, False), (STEPS % 2 == 1, False)],
    ids=["at two steps of three", "at one of ten", "at none with a spike"],
)
def test_a_norm_has_to_be_logged_at_most_steps_of_the_loss_and_at_its_spikes(
    logged: np.ndarray[tuple[int], np.dtype[np.bool_]], told: bool
) -> None:
    rng = np.random.default_rng(3)
    loss, norm = learning(sigma=0.1), np.exp(0.1 * rng.standard_normal(600))
    loss[SPIKES] += 0.65
    norm[SPIKES] *= 4.0
    steps = STEPS[logged].tolist()
    outcome = found(make_curves({"train/loss": loss, "grad_norm": norm[logged]}, {"grad_norm": steps}))
    assert [span.first_step for one in outcome for span in one.spans] == (SPIKES if told else [])


def test_a_norm_on_its_way_down_makes_nothing_sure() -> None:
    told = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        loss = 2.0 + 0.03 * rng.standard_normal(800)
        falls = 18.0 * np.clip((np.arange(800) - 260) / 80.0, 0.0, 1.0)
        norm = np.exp(0.2 * rng.standard_normal(800) - falls)
        told += bool(found(make_curves({"train/loss": loss, "grad_norm": norm})))
    assert told <= 1

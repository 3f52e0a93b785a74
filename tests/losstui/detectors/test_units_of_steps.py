"""What is told of a run whose log counts epochs counts in epochs."""

from __future__ import annotations

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors.loss_spike import LossSpike
from losstui.detectors.vanishing_gradient import VanishingGradient
from losstui.run import StepUnit
from support import found_by, make_run

POINTS = 400
STEPS = np.arange(POINTS)


def test_since_when_the_first_layers_get_no_gradient() -> None:
    rng = np.random.default_rng(0)
    layers = {
        f"grad_norm/{k}.weight": 0.05 ** (5 - k) * np.exp(rng.normal(0.0, 0.3, POINTS)) for k in range(6)
    }
    run = make_run(layers, step_unit=StepUnit.EPOCH)
    [found] = found_by(VanishingGradient(), RunCurves(run))
    assert f"from epoch {found.onset.step} on" in found.message


def test_how_long_a_spike_takes() -> None:
    loss = 0.3 + 2.0 * np.exp(-STEPS / 60.0) + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    for at in (200, 240, 330):
        loss[at : at + 4] += (3.0, 2.2, 1.4, 0.7)
    run = make_run({"train/loss": loss}, step_unit=StepUnit.EPOCH)
    [found] = found_by(LossSpike(), RunCurves(run))
    assert {one.unit for one in found.measures if one.name == "recovery"} == {"epochs"}

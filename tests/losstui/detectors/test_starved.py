"""A loss at a stand whose gradient is 0."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, findings

STEPS = np.arange(POINTS)
STOPPED: FloatArray = 4.0 - 0.3 * np.minimum(STEPS / 200.0, 1.0)


@pytest.mark.parametrize(("left", "told"), [(0.0, True), (1e-9, False)])
def test_a_loss_that_stops_as_its_gradient_becomes_0_is_starved(left: float, told: bool) -> None:
    found = findings({"train/loss": STOPPED, "grad_norm": np.where(STEPS < 200, 1.0, left)})
    assert [one.kind for one in found] == ["starved"] * told
    assert all("grad_norm is 0, and train/loss the same to the last digit" in one.message for one in found)


def test_a_norm_of_0_beside_a_loss_that_moves_was_not_measured() -> None:
    moving = STOPPED + np.random.default_rng(0).normal(0.0, 0.01, POINTS)
    [found] = findings({"train/loss": moving, "grad_norm": np.zeros(POINTS)})
    assert found.kind == "or-done"

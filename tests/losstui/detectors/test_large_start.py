"""Large gradients at the start: a loss in a large unit has large ones too, all along."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.exploding_gradient import ExplodingGradient
from support import found_by

found = partial(found_by, ExplodingGradient())
POINTS = 400
UNIT = 1000.0


@pytest.mark.parametrize(("learns", "kinds"), [(True, []), (False, ["stuck"])])
def test_a_loss_in_a_large_unit_that_comes_down_late_is_not_stuck(learns: bool, kinds: list[str]) -> None:
    share = np.arange(POINTS) / POINTS
    noise = np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    fall = 0.6 * np.clip(share - 0.6, 0.0, None) / 0.4 if learns else 0.0
    loss = UNIT * (0.15 * (1.0 - fall) + 0.15 * noise)
    assert [one.kind for one in found({"grad_norm": 8.0 * loss, "train/loss": loss})] == kinds

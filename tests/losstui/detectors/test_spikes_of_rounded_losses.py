"""A log of few digits: its noise jumps by whole units, and no such jump is a spike."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.loss_spike import LossSpike
from losstui.frame import FloatArray
from support import found_by

NOISE = 0.05
POINTS = 3000
spikes = partial(found_by, LossSpike())


def rounded(units_of_noise: float, height: float = 0.0) -> FloatArray:
    """A loss that falls, with four spikes of that height, rounded to so many deviations of its noise."""
    rng = np.random.default_rng(2)
    loss = 2.7 + 0.4 * np.exp(-4.0 * np.arange(POINTS) / POINTS) + rng.normal(0.0, NOISE, POINTS)
    loss[[700, 1200, 1900, 2600]] += height
    unit = units_of_noise * NOISE
    levels: FloatArray = np.round(loss / unit) * unit
    return levels


@pytest.mark.parametrize("units_of_noise", [1.0, 1.5, 2.0, 4.0])
def test_noise_that_is_rounded_to_its_own_size_has_no_spikes(units_of_noise: float) -> None:
    assert spikes({"train/loss": rounded(units_of_noise)}) == []


@pytest.mark.parametrize("units_of_noise", [1.0, 2.0, 4.0])
def test_spikes_above_it_are_found(units_of_noise: float) -> None:
    [found] = spikes({"train/loss": rounded(units_of_noise, height=25.0 * NOISE)})
    assert [span.first_step for span in found.spans] == [700, 1200, 1900, 2600]

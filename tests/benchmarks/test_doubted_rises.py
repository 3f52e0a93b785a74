"""Rises of the validation loss that are no more than it swings by, which could be denied."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.doubts import rises_beyond_swings
from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.recipes import HEALTHY
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.tasks import TASKS
from support import make_run

FloatArray = NDArray[np.float64]
ROWS = 200
STEPS = np.arange(ROWS)
TRAIN = 0.1 + 0.9 * np.exp(-STEPS / 10.0)


def rising(height: float, swing: float) -> FloatArray:
    """A validation loss that rises by `height` from a fifth of the run on, and swings by `swing` each way."""
    rise = np.interp(STEPS, [0, 40, ROWS - 1], [0.0, 0.0, height])
    return 0.3 + TRAIN + rise + swing * np.sin(2 * np.pi * STEPS / 25.0)


@pytest.mark.parametrize(
    ("height", "swing", "beyond"),
    [(0.3, 0.0, True), (0.3, 0.05, True), (0.05, 0.1, False), (0.0, 0.1, False), (3.0, 1.0, True)],
)
def test_a_rise_is_held_against_the_swings_since_the_best(height: float, swing: float, beyond: bool) -> None:
    assert rises_beyond_swings(rising(height, swing)) is beyond
    assert rises_beyond_swings(10.0 * rising(height, swing)) is beyond


def test_a_loss_that_is_best_at_its_end_has_not_risen() -> None:
    assert not rises_beyond_swings(TRAIN + np.random.default_rng(0).normal(0.0, 0.01, ROWS))


def test_at_the_end_of_a_short_log_as_many_values_are_left_as_a_parabola_goes_through() -> None:
    assert rises_beyond_swings(np.linspace(1.0, 0.2, 20))  # and none swings around it


@pytest.mark.parametrize(("swing", "sure"), [(0.02, True), (0.15, False)])
def test_a_rise_that_swings_hide_could_be_said_either_way(swing: float, sure: bool) -> None:
    validation = rising(0.2, swing)
    tags = {"train/loss": TRAIN, "val/loss": validation, "train/grad_norm": np.ones(ROWS)}
    recorded = Recorded(make_run(tags).frame, STEPS.astype(float), TRAIN, validation, TASKS[0].logging)
    labels = label(recorded, HEALTHY[0], Setup(), Reachable(train=0.1, validation=0.1, start=1.0))
    assert ("overfitting" in labels.sure) is sure
    assert "overfitting" in labels.sure | labels.gray
    assert "converged" not in labels.sure

from __future__ import annotations

import numpy as np
import pytest

from losstui.detectors._onsets import onset_in_blocks
from losstui.findings import Onset
from losstui.stats.change_points import ChangePoint
from support import make_curves

STEPS, RAISED = np.arange(0, 500, 5), 60  # where the loss begins to rise and the rate is raised


@pytest.mark.parametrize(
    ("last_low", "expected"),
    [
        (59, Onset(300, 250, 300)),  # the interval ends with the last value that is low
        (58, Onset(285, 250, 290)),
        (62, Onset(300, 250, 310)),
    ],
)
def test_a_rise_begins_where_the_rate_was_raised_next_to_it(last_low: int, expected: Onset) -> None:
    place = np.arange(len(STEPS))
    loss = 0.3 + 0.05 * np.maximum(0, place - RAISED + 1)
    tags = {"train/loss": loss, "lr": np.where(place < RAISED, 0.05, 0.5)}
    curves = make_curves(tags, {tag: STEPS.tolist() for tag in tags})
    assert curves.train_loss is not None
    found = ChangePoint(index=57, low=50, high=last_low)
    assert onset_in_blocks(curves.train_loss, found, curves) == expected

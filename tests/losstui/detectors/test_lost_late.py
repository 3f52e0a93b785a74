"""A late change that has taken a loss back to where it began: how far, of what scale, and how late."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.detectors._rises.lost_late import lost_late
from support import make_curves

POINTS = 400
INDEX = np.arange(POINTS)


def is_lost(height: float, begins: float = 0.7, level: float = 0.0) -> bool:
    """Of a loss that comes down by 1 to that `level`, and rises by `height` at that share of the run."""
    noise = 0.01 * np.random.default_rng(0).standard_normal(POINTS)
    loss = level + np.exp(-np.maximum(0, INDEX - 30) / 4.0) + height * (begins * POINTS <= INDEX) + noise
    train = make_curves({"train/loss": loss}).train_loss
    assert train is not None
    return lost_late(train) is not None


@pytest.mark.parametrize(("height", "lost"), [(0.7, False), (0.95, True)])
def test_it_ends_near_where_it_began(height: float, lost: bool) -> None:
    assert is_lost(height) is lost


@pytest.mark.parametrize(("level", "lost"), [(10.0, False), (4.0, True)])
def test_what_was_gained_is_no_scale_where_the_level_is_far_above(level: float, lost: bool) -> None:
    assert is_lost(1.0, level=level) is lost


@pytest.mark.parametrize(("begins", "lost"), [(0.4, False), (0.6, True)])
def test_it_begins_in_the_second_half(begins: float, lost: bool) -> None:
    assert is_lost(1.0, begins) is lost

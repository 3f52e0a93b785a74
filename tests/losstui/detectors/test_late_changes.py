"""The bounds from which on a change late in a curve counts, each from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.detectors._rises.late_changes import RISE, SCATTER, late_changes
from losstui.frame import FloatArray
from support import make_curves

POINTS = 400
INDEX = np.arange(POINTS)


def noise(size: float | FloatArray) -> FloatArray:
    return size * np.random.default_rng(0).standard_normal(POINTS)


def descent(end: float = 0.0) -> FloatArray:
    """From 1 down to `end` in a twentieth of the run."""
    return end + (1.0 - end) * np.exp(-INDEX / 4.0)


def kinds(values: FloatArray) -> list[str]:
    loss = make_curves({"train/loss": values}).train_loss
    assert loss is not None
    return sorted({change.kind for change in late_changes(loss)})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (0.02, 0.05, []),  # by less than three times
        (0.02, 0.09, [SCATTER]),
        (0.005, 0.03, []),  # to less than a twenty-fifth of the progress
        (0.005, 0.055, [SCATTER]),
        (0.16, 0.7, []),  # from more than a tenth of the progress
        (0.07, 0.35, [SCATTER]),
    ],
)
def test_scatter_counts_by_how_far_it_grew_from_what_to_what(
    before: float, after: float, told: list[str]
) -> None:
    assert kinds(10.0 + descent() + noise(np.where(INDEX < 240, before, after))) == told


@pytest.mark.parametrize(("lasts", "told"), [(0.04, []), (0.13, [RISE])])
def test_a_rise_counts_by_how_long_it_lasts(lasts: float, told: list[str]) -> None:
    risen = np.linspace(1.0, 0.0, POINTS) <= lasts
    assert kinds(descent() + 0.3 * risen + noise(0.01)) == told


@pytest.mark.parametrize(("calm", "told"), [(0.65, []), (0.35, [RISE])])
def test_a_rise_counts_where_half_of_the_progress_was_left(calm: float, told: list[str]) -> None:
    given_back = np.where(INDEX < 25, 0.0, calm)  # the low is too short to be a calm part
    assert kinds(descent() + given_back + 0.3 * (INDEX >= 240) + noise(0.01)) == told


@pytest.mark.parametrize(("swings", "told"), [(1, [RISE]), (2, [])])
def test_a_rise_that_is_a_habit_does_not_count(swings: int, told: list[str]) -> None:
    before = (INDEX >= 40) & (INDEX < 60) | (swings > 1) & (INDEX >= 90) & (INDEX < 110)
    assert kinds(descent() + 0.3 * before + 0.3 * (INDEX >= 300) + noise(0.01)) == told


@pytest.mark.parametrize(("level", "told"), [(50.0, []), (12.0, [RISE])])
def test_a_run_that_gained_next_to_nothing_of_its_level_has_nothing_to_lose(
    level: float, told: list[str]
) -> None:
    assert kinds(level + descent() + 0.3 * (INDEX >= 240) + noise(0.01)) == told

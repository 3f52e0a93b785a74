"""Late rises of the exact train loss that whoever sees the log could take for something else."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.doubts import has_come_back_from_as_much
from benchmarks.detection.setups import Setup
from label_support import DESCENT, FAULTY, STEPS, FloatArray, labelled, open_of

RISE = np.clip((STEPS - 120) / 20.0, 0.0, 1.0)
HUMP = np.exp(-(((STEPS - 70) / 12.0) ** 2))  # the loss is at its best after it


@pytest.mark.parametrize(
    ("hump", "rise", "came_back"),
    [(0.0, 0.3, False), (0.1, 0.3, False), (0.5, 0.3, True), (0.3, 0.0, True)],
)
def test_a_rise_is_held_against_those_the_curve_came_back_from(
    hump: float, rise: float, came_back: bool
) -> None:
    loss = DESCENT + hump * HUMP + rise * RISE
    assert has_come_back_from_as_much(loss) is came_back
    assert has_come_back_from_as_much(10.0 * loss - 3.0) is came_back


def test_swings_since_the_best_are_no_rises_that_it_came_back_from() -> None:
    assert not has_come_back_from_as_much(DESCENT + RISE * (0.4 + 0.3 * np.sin(STEPS / 3.0)))


@pytest.mark.parametrize(("hump", "sure"), [(0.1, True), (0.5, False)])
def test_one_more_swing_is_not_surely_a_late_instability(hump: float, sure: bool) -> None:
    loss = DESCENT + hump * HUMP + 0.3 * RISE
    labels = labelled(loss, loss, recipe=FAULTY)
    assert ("late_instability" in labels.sure) is sure
    assert "late_instability" in labels.sure | labels.gray


@pytest.mark.parametrize(("rise", "name"), [(0.3, "late_instability"), (1.5, "divergence")])
@pytest.mark.parametrize(("is_fed", "seen"), [(True, False), (True, True), (False, False)])
def test_a_rise_that_what_is_fed_does_not_show_could_be_said_either_way(
    rise: float, name: str, is_fed: bool, seen: bool
) -> None:
    forgotten: FloatArray = DESCENT + rise * RISE
    logged = forgotten if seen else DESCENT - 0.05 * RISE
    setup = Setup(fed=lambda done, rng, data: data) if is_fed else Setup()
    labels = labelled(forgotten, forgotten, logged=logged, setup=setup, recipe=FAULTY)
    could_be_denied = is_fed and not seen
    assert (name in labels.sure) is not could_be_denied
    assert (name in open_of(labels)) is could_be_denied

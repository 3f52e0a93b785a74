"""Which part of the swings an order makes, and what its period is told as."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.oscillation import Oscillation
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS, PERIOD = 400, 10
STEPS = np.arange(POINTS)

findings = partial(found_by, Oscillation())


def swinging(amplitude: float, noise: float) -> FloatArray:
    loss: FloatArray = 1.0 + 2.0 * np.exp(-STEPS / 20.0) + amplitude * np.sin(2.0 * np.pi * STEPS / PERIOD)
    return loss + np.random.default_rng(0).normal(0.0, noise, POINTS)


@pytest.mark.parametrize(("amplitude", "kinds"), [(0.075, []), (0.15, ["periodic"])])
def test_only_what_the_order_makes_of_the_swings_has_to_be_large(amplitude: float, kinds: list[str]) -> None:
    assert [one.kind for one in findings({"train/loss": swinging(amplitude, 0.09)})] == kinds


@pytest.mark.parametrize(("gained", "kinds"), [(0.2, ["periodic"]), (2.0, [])])
def test_swings_that_undo_what_was_gained_may_be_less_of_a_level_far_above_0(
    gained: float, kinds: list[str]
) -> None:
    """A sixth of the level, all of what the run gained or a twelfth of it."""
    loss = 1.0 + gained * np.exp(-STEPS / 20.0) + 0.085 * np.sin(2.0 * np.pi * STEPS / PERIOD)
    assert [one.kind for one in findings({"train/loss": loss})] == kinds


@pytest.mark.parametrize(
    ("epochs_logged", "kind"), [(0.0, "periodic"), (POINTS / PERIOD, "epoch"), (20.0, "periodic")]
)
def test_a_period_is_an_epoch_only_where_epochs_pass(epochs_logged: float, kind: str) -> None:
    builder = FrameBuilder()
    builder.add("train/loss", STEPS, swinging(0.4, 0.02), epochs=STEPS * epochs_logged / POINTS)
    frame = builder.build()
    run = Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame), StepUnit.STEP)
    [found] = findings(RunCurves(run))
    assert found.kind == kind


@pytest.mark.parametrize(
    ("amplitude", "noise", "seed", "kinds"), [(1.2, 2.0, 1, []), (1.0, 1.4, 0, ["periodic"])]
)
def test_a_period_is_seen_only_where_it_has_a_fifth_of_the_power(
    amplitude: float, noise: float, seed: int, kinds: list[str]
) -> None:
    """A sixth and a fourth of it, both beyond all chance and clear of what lies around."""
    loss = 5.0 + swinging(amplitude, 0.0) + np.random.default_rng(seed).normal(0.0, noise, POINTS)
    assert [one.kind for one in findings({"train/loss": loss})] == kinds


@pytest.mark.parametrize(("turning", "kinds"), [(0.1, []), (0.45, ["alternating"])])
def test_values_that_mostly_lie_opposite_each_other_need_no_period(turning: float, kinds: list[str]) -> None:
    drawn = np.random.default_rng(0).normal(0.0, 0.2, POINTS)
    for i in range(1, POINTS):
        drawn[i] -= turning * drawn[i - 1]
    loss = 1.0 + 2.0 * np.exp(-STEPS / 20.0) + drawn
    assert [one.kind for one in findings({"train/loss": loss})] == kinds


def test_slow_cycles_that_validation_does_not_show_are_an_order_of_the_data() -> None:
    level = 0.5 + 1.5 * np.exp(-STEPS / 40.0)
    slow = level + 0.2 * np.sin(2.0 * np.pi * STEPS / 60.0)
    tags = {"train/loss": slow, "val/loss": level[::7]}
    beside = make_curves(tags, {"val/loss": range(0, POINTS, 7)})
    assert [one.kind for one in findings({"train/loss": slow})] == ["periodic"]
    assert [one.kind for one in findings(beside)] == ["order"]


def test_rewards_below_0_are_told_as_a_share_of_what_was_gained() -> None:
    [found] = findings({"train/mean_return": -swinging(0.4, 0.02)})
    assert found.message.startswith("train/mean_return swings by ")
    assert "of its gain" in found.message

"""Where the rules of plateaus end: how flat, since when, and how sure."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, lasting_norm, steady
from support import make_curves

DONE = np.arange(POINTS) / POINTS


def bump(begin: float, end: float) -> FloatArray:
    return np.where((begin <= DONE) & (end > DONE), 0.3, 0.0)


def kinds(tags: dict[str, FloatArray]) -> list[str | None]:
    return [one.kind for one in findings(make_curves(tags))]


def creeping(gain: float, fall: float, noise: float) -> dict[str, FloatArray]:
    """From 4.0 it gains as much, and over its last half it falls by `fall` of that."""
    loss = falling(4.0, 4.0 - gain + fall, 0.3, noise) - fall * np.clip(2.0 * DONE - 1.0, 0.0, None)
    return {"train/loss": loss, "lr": steady(0.1)}


def test_flat_is_what_falls_by_less_than_a_twentieth_of_the_gain() -> None:
    assert kinds(creeping(gain=0.9, fall=0.035, noise=0.005)) == ["stuck"]
    assert kinds(creeping(gain=0.9, fall=0.06, noise=0.005)) == []


def test_of_a_small_gain_flat_is_what_falls_by_less_than_a_hundredth_of_the_first_level() -> None:
    assert kinds(creeping(gain=0.5, fall=0.022, noise=0.03)) == ["stuck"]
    assert kinds(creeping(gain=0.5, fall=0.045, noise=0.03)) == []


@pytest.mark.parametrize(("noise", "proven"), [(0.02, True), (0.15, False)])
def test_noise_that_leaves_a_fall_open_proves_nothing(noise: float, proven: bool) -> None:
    few = 20
    loss = 3.3 + 0.7 * np.exp(-np.arange(few)) + np.random.default_rng(0).normal(0.0, noise, few)
    tags = {"train/loss": loss, "grad_norm": np.tile([0.2, 1.0, 1.0, 3.0], few // 4), "lr": steady(0.1)[:few]}
    assert ("lr-floor" in kinds(tags)) == proven


@pytest.mark.parametrize(("until", "told"), [(0.5, "lr-floor"), (0.7, "or-done")])
def test_a_small_fall_has_lasted_since_the_middle_of_the_run(until: float, told: str) -> None:
    loss = falling(4.0, 3.3, 0.2, 0.02) + bump(until - 0.1, until)
    assert kinds({"train/loss": loss, "grad_norm": lasting_norm(), "lr": steady(0.1)}) == [told]


@pytest.mark.parametrize(("until", "told"), [(0.5, ["low-skill"]), (0.7, [])])
def test_a_low_accuracy_has_lasted_since_the_middle_of_the_run(until: float, told: list[str]) -> None:
    losses = {
        tag: falling(np.log(10), 1.7, 0.2, 0.01, seed) + bump(until - 0.1, until)
        for seed, tag in enumerate(("train/loss", "val/loss"))
    }
    accuracy = 0.1 + 0.2 * (1.0 - falling(1.0, 0.0, 0.2, 0.0))
    assert kinds({**losses, "val/accuracy": accuracy}) == told


@pytest.mark.parametrize(("lowest", "stopped"), [(2.6, True), (2.0, False)])
def test_no_rate_that_ran_out_stopped_a_loss_that_had_been_lower(lowest: float, stopped: bool) -> None:
    loss = np.interp(DONE, [0.0, 0.2, 0.38, 0.45, 1.0], [4.0, 3.4, lowest, 2.6, 2.6])
    scatter = np.random.default_rng(0).normal(0.0, 0.01, POINTS)
    tags = {"train/loss": loss + scatter, "lr": np.where(DONE < 0.45, 1.0, 0.001)}
    assert ("lr-exhausted" in kinds(tags)) == stopped


def test_where_all_losses_starve_the_train_loss_is_told() -> None:
    losses = {"train/loss": falling(4.0, 3.0, 0.1, 0.02), "val/loss": falling(4.0, 3.0, 0.1, 0.02, 1)}
    [found] = findings(make_curves({**losses, "dead_fraction/layer_1": steady(0.9)}))
    assert (found.kind, found.tag) == ("starved", "train/loss")


def test_an_accuracy_that_still_improves_moves_no_loss_from_the_floor_of_a_second_softmax() -> None:
    loss = falling(np.log(10), np.log(np.e + 9.0) - 0.9, 0.2, 0.005)
    accuracy = 0.1 + 0.75 * (1.0 - falling(1.0, 0.0, 0.2, 0.0)) + 0.06 * np.clip(2.0 * DONE - 1.0, 0.0, None)
    loss[0] = np.log(10)
    assert kinds({"train/loss": loss, "val/accuracy": accuracy}) == ["softmax-twice"]

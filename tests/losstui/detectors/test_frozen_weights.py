"""Weights that no longer move, told by a validation loss that scatters far less than the batches do."""

from __future__ import annotations

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, findings
from support import make_curves

STEPS = np.arange(POINTS)
SLOWER = np.exp(-STEPS / (0.04 * POINTS))


def said(validation: FloatArray, **tags: FloatArray) -> list[str]:
    """What is told of it beside a train loss that comes down as far and scatters with its batches."""
    train = validation + np.random.default_rng(0).normal(0.0, 0.1, POINTS)
    return [
        one.message for one in findings(make_curves({"train/loss": train, "val/loss": validation, **tags}))
    ]


def stopped(level: float = 2.0123456) -> FloatArray:
    """From 4 down to that level, ever slower and never back."""
    return level + (4.0 - level) * SLOWER


def test_a_loss_that_stops_early_and_never_turns_back_is_stuck_though_it_had_learned() -> None:
    [message] = said(stopped())
    assert "no longer changes while the batches still scatter" in message


def test_one_that_turns_back_or_stops_late_or_has_learned_most_may_be_done() -> None:
    back = 1e-5 * np.random.default_rng(1).standard_normal(POINTS)
    late = 2.0123456 + 1.9876544 * np.exp(-STEPS / (0.07 * POINTS))
    for validation in (stopped() + back, late, stopped(0.4123456)):
        assert not any("no longer changes" in message for message in said(validation))


def test_one_that_stops_with_the_learning_rate_is_at_the_end_of_its_schedule() -> None:
    constant, linear = np.ones(POINTS), np.clip(1.0 - STEPS / (0.2 * POINTS), 0.0, None)
    for rate, told in ((constant, True), (linear, False)):
        assert any("no longer changes" in message for message in said(stopped(), lr=rate)) == told


def test_one_that_stopped_long_before_the_rate_ran_out_did_not_stop_for_its_sake() -> None:
    cosine = 0.5 + 0.5 * np.cos(np.pi * STEPS / POINTS)
    [message] = said(stopped(), lr=cosine)
    assert "no longer changes while the batches still scatter" in message


@pytest.mark.parametrize(("end", "told"), [(1.5, ["stuck"]), (0.3, [])])
def test_beside_a_train_loss_that_has_learned_most_the_weights_are_at_an_end(
    end: float, told: list[str]
) -> None:
    train = end + (4.0 - end) * SLOWER + np.random.default_rng(3).normal(0.0, 0.05, POINTS)
    found = findings(make_curves({"train/loss": train, "val/loss": stopped(), "lr": np.ones(POINTS)}))
    assert [one.kind for one in found if "no longer changes" in one.message] == told


@pytest.mark.parametrize(("scatter", "told"), [(0.0, True), (5e-4, False)])
def test_one_that_creeps_along_a_line_is_moved_by_no_batch(scatter: float, told: bool) -> None:
    creeping = stopped() - 0.015 * STEPS / POINTS + scatter * np.random.default_rng(2).standard_normal(POINTS)
    messages = said(creeping)
    assert any("no longer scatters while the batches still do" in message for message in messages) == told

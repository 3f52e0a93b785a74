"""Large gradients at the start: a loss in a large unit has large ones too, all along."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.detectors.exploding_gradient import ExplodingGradient
from losstui.frame import FloatArray
from support import found_by, make_curves

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


@pytest.mark.parametrize(("usual", "first", "kinds"), [(8.0, 5.0, ["stuck"]), (5.0, 8.0, [])])
def test_of_a_loss_that_stays_all_values_say_how_large_its_norm_is(
    usual: float, first: float, kinds: list[str]
) -> None:
    loss = 700.0 + 100.0 * np.random.default_rng(0).standard_normal(POINTS)
    times = np.where(np.arange(POINTS) < 8, first, usual)
    assert kinds_of(times * loss, loss) == kinds


def undone(times: float, high: int = 5, n: int = POINTS) -> FloatArray:
    """One, and so many times as much for the first values."""
    return np.where(np.arange(n) < high, times, 1.0)


def kinds_of(norm: FloatArray, loss: FloatArray) -> list[str | None]:
    return [one.kind for one in found({"grad_norm": norm, "train/loss": loss})]


@pytest.mark.parametrize(
    ("norm", "loss", "kinds"),
    [
        (200.0, 20.0, ["at-start"]),
        (40.0, 20.0, []),  # twice the loss
        (200.0, 12.0, []),  # a sound start of a loss in nats
        (200.0, 5.0, []),
    ],
)
def test_norm_and_loss_are_both_far_higher_at_the_start(norm: float, loss: float, kinds: list[str]) -> None:
    assert kinds_of(undone(norm), undone(loss)) == kinds


def test_a_start_that_only_the_norm_comes_down_from_is_clear() -> None:
    assert kinds_of(undone(300.0), 6.0 * undone(5.0)) == []


def test_a_large_start_lasts_until_the_norm_is_near_what_is_usual() -> None:
    norm = undone(200.0)
    norm[5:8] = 20.0
    [finding] = found({"grad_norm": norm, "train/loss": undone(20.0)})
    assert [(one.first_step, one.last_step) for one in finding.spans] == [(0, 7)]


@pytest.mark.parametrize(("n", "high"), [(POINTS, 8), (60, 3)])
def test_a_first_value_that_is_low_by_luck_hides_no_large_start(n: int, high: int) -> None:
    norm, loss = undone(200.0, high, n), undone(20.0, high, n)
    norm[0], loss[0] = 50.0, 5.0
    assert kinds_of(norm, loss) == ["at-start"]


def test_a_loss_that_halves_is_not_stuck_however_it_scatters() -> None:
    noise = np.exp(1.2 * np.random.default_rng(0).standard_normal(POINTS))
    loss = np.linspace(700.0, 350.0, POINTS) * noise
    assert kinds_of(8.0 * loss, loss) == []


def test_five_values_and_a_norm_that_is_mostly_zero_are_clear() -> None:
    assert kinds_of(undone(200.0, 1, 5), undone(20.0, 1, 5)) == []
    norm = np.where(np.arange(POINTS) < 5, 200.0, 0.0)
    assert kinds_of(norm, undone(20.0)) == []


def test_validation_after_the_first_step_that_began_low_shows_a_batch_far_out() -> None:
    tags = {"grad_norm": undone(200.0), "train/loss": undone(20.0), "val/loss": np.ones(20)}
    assert found(make_curves(tags, {"val/loss": [1, *range(20, 400, 20)]})) == []

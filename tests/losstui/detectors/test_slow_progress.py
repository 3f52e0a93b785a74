from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.slow_progress import SlowProgress
from losstui.findings import Severity, Skipped
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
POINTS = 400
SEEDS = 12


findings = partial(found_by, SlowProgress())


def line(start: float, end: float, seed: int = 0) -> FloatArray:
    straight: FloatArray = np.linspace(start, end, POINTS)
    return straight + np.random.default_rng(seed).normal(0.0, 0.03, POINTS)


def bent(end: float, seed: int = 0) -> FloatArray:
    loss: FloatArray = end + (2.3 - end) * np.exp(-np.arange(POINTS) / 60.0)
    return loss + np.random.default_rng(seed).normal(0.0, 0.03, POINTS)


def test_a_loss_that_falls_along_a_line_to_the_end() -> None:
    [found] = findings(make_curves({"train/loss": line(2.3, 1.7), "val/loss": line(2.3, 1.75, 1)}))
    assert found.severity is Severity.INFO
    pace = next(one for one in found.measures if one.name == "pace at the end")
    assert pace.value == pytest.approx(0.1, abs=0.03)
    assert found.spans[0].first_step == 0
    assert found.spans[0].last_step == POINTS - 1


def test_the_message_promises_no_more_than_is_left_nor_steps_to_the_last_digit() -> None:
    [found] = findings(make_curves({"train/loss": line(2.3, 1.7)}))
    assert "left, and still falls at " in found.message
    assert " of its average pace: at that pace about " in found.message
    assert found.message.endswith("0 more steps would gain as much again")
    [found] = findings(make_curves({"train/loss": line(2.3, 0.9)}))
    assert found.message.endswith("0 more steps would halve what is left")
    later = np.concatenate((np.full(POINTS // 2, 2.3), np.linspace(2.3, 1.9, POINTS // 2)))
    [found] = findings(make_curves({"train/loss": later + line(0.0, 0.0)}))
    assert " times its average pace" in found.message
    assert " % of its average pace" not in found.message


def test_a_noisy_train_loss_does_not_hide_a_validation_loss_that_falls() -> None:
    noisy = line(2.3, 2.0) + np.random.default_rng(5).normal(0.0, 0.2, POINTS)
    [found] = findings(make_curves({"train/loss": noisy, "val/loss": line(2.3, 1.75, 1)}))
    assert found.tag == "val/loss"


def test_what_neither_loss_shows_alone_both_show_together() -> None:
    rng = np.random.default_rng(1)
    train, validation = (np.linspace(2.7, 2.4, 60) + rng.normal(0.0, noise, 60) for noise in (0.06, 0.02))
    [found] = findings(make_curves({"train/loss": train, "val/loss": validation}))
    assert found.tag == "val/loss"
    assert findings(make_curves({"train/loss": train})) == []


def test_the_bend_before_the_end_helps_to_see_how_it_ends() -> None:
    noise = np.random.default_rng(2).normal(0.0, 0.02, 40)
    [found] = findings(make_curves({"train/loss": np.linspace(1.9, 1.6, 40) + noise}))
    pace = next(one for one in found.measures if one.name == "pace at the end")
    assert pace.value == pytest.approx(0.1, abs=0.04)


def test_a_loss_first_logged_after_an_interval_is_slow_from_step_0() -> None:
    steps = range(19, 19 + 20 * POINTS, 20)
    [found] = findings(make_curves({"train/loss": line(2.3, 1.7)}, {"train/loss": steps}))
    assert (found.onset.step, found.onset.low, found.onset.high) == (0, 0, 19)


def test_a_learning_curve_that_has_bent_is_not_slow() -> None:
    assert findings(make_curves({"train/loss": bent(1.0)})) == []


def test_a_loss_that_has_lost_most_of_its_level_did_learn() -> None:
    assert findings(make_curves({"train/loss": line(2.3, 0.3)})) == []


def test_validation_that_stands_still_is_no_slow_progress() -> None:
    assert findings(make_curves({"train/loss": line(2.3, 1.7), "val/loss": bent(1.9, 1)})) == []


def test_the_end_of_a_schedule_explains_a_line() -> None:
    train = line(2.3, 1.7)
    assert findings(make_curves({"train/loss": train, "lr": np.linspace(1.0, 0.0, POINTS)})) == []
    [found] = findings(make_curves({"train/loss": train, "lr": np.full(POINTS, 0.1)}))
    assert "learning rate" not in found.message


DONE = np.linspace(0.0, 1.0, POINTS)


def spent_by(rate: FloatArray) -> FloatArray:
    """What share of all rates is spent by each step."""
    spent = np.cumsum(rate)
    shares: FloatArray = (spent - spent[0]) / (spent[-1] - spent[0])
    return shares


def losses(exact: FloatArray) -> dict[str, FloatArray]:
    noise = np.random.default_rng(0).normal(0.0, 0.03, POINTS)
    return {"train/loss": exact + noise, "val/loss": exact + 0.1 * noise[::-1]}


@pytest.mark.parametrize("fast", [4.0, 9.0, 15.0])
def test_a_rate_that_falls_sooner_than_the_loss(fast: float) -> None:
    rate = 0.01 / (1.0 + fast * DONE)
    starved = losses(2.3 - 0.9 * spent_by(rate))
    [found] = findings({**starved, "lr": rate})
    assert "for the learning rate it gets, which has come down to" in found.message
    assert found.message.endswith("of its peak: the rate falls sooner than the loss")
    assert found.measures[0].value == pytest.approx(0.1, abs=0.02)
    assert findings({**losses(1.4 + 0.9 * np.exp(-6.0 * spent_by(rate))), "lr": rate}) == []
    again = np.where(DONE > 0.9, 0.25 * rate[0], rate)
    assert findings({**starved, "lr": again}) == []
    gone = np.where(DONE > 0.98, 0.0, rate)
    assert findings({**starved, "lr": gone}) == []


def test_noise_of_batches_that_falls_with_the_rate_is_no_slow_progress() -> None:
    for least in (0.06, 0.1, 0.25):
        rate = least**DONE
        exact = 0.8 + 0.4 * rate + 0.4 * np.exp(-12.0 * spent_by(rate))
        assert findings({**losses(exact), "lr": rate}) == []


def test_a_loss_that_counts_in_epochs_has_no_share_of_rates_by_step() -> None:
    rate = 0.01 / (1.0 + 9.0 * DONE)
    validation = {"val/loss": losses(2.3 - 0.9 * spent_by(rate))["val/loss"][::10]}
    assert len(findings(make_curves({**validation, "lr": rate}, {"val/loss": range(0, POINTS, 10)}))) == 1
    assert findings(make_curves({**validation, "lr": rate}, {"val/loss": range(POINTS // 10)})) == []


def test_a_warm_up_as_long_as_the_log_is_slow() -> None:
    [found] = findings(make_curves({"train/loss": line(2.3, 1.7), "lr": np.linspace(0.0, 1.0, POINTS)}))
    assert "the learning rate has only risen so far" in found.message


def told_of_creeping_validation(gain: float) -> tuple[int, int]:
    """Of how many seeds it is told, of validation alone and beside a train loss that does not move."""
    alone = beside = 0
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        train = {"train/loss": 1.0 + rng.normal(0.0, 0.2, POINTS)}
        validation = {"val/loss": np.linspace(1.0, 1.0 - gain, POINTS) + rng.normal(0.0, 0.01, POINTS)}
        alone += len(findings(make_curves(validation)))
        beside += len(findings(make_curves(train | validation)))
    return alone, beside


def test_validation_that_creeps_where_train_does_not_move_has_to_be_surer() -> None:
    assert told_of_creeping_validation(0.0) == (0, 0)
    alone, beside = told_of_creeping_validation(0.04)
    assert beside <= alone / 2
    assert min(told_of_creeping_validation(0.2)) >= SEEDS - 1


def test_what_comes_back_from_a_rise_falls_at_no_pace_of_its_own() -> None:
    back = np.concatenate([line(1.0, 0.9)[: POINTS // 2], line(9.0, 3.0)[POINTS // 2 :]])
    assert findings(make_curves({"train/loss": back})) == []


def test_a_reward_that_still_rises_at_the_end() -> None:
    noise = np.random.default_rng(0).normal(0.0, 3.0, POINTS)
    [found] = findings(make_curves({"rollout/ep_rew_mean": np.linspace(-20.0, 180.0, POINTS) + noise}))
    assert "and still rises at" in found.message
    assert re.search(r"of its average pace: at that pace about \d+ more steps would gain", found.message)
    assert "left" not in found.message
    assert [one.name for one in found.measures] == ["pace at the end", "fall at the end"]
    for slowness in (80.0, 160.0):  # half a climb: where nobody knows the highest, that is no more than usual
        risen = 200.0 * (1.0 - np.exp(-np.arange(POINTS) / slowness))
        assert findings(make_curves({"rollout/ep_rew_mean": risen + noise})) == []


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"lr": np.ones(POINTS)}, "no loss, metric or reward"),
        ({"reward": np.arange(5.0)}, "fewer than 12 values of reward"),
        ({"train/loss": line(0.5, -0.5)}, "train/loss has no known best: no level is a share of another"),
    ],
)
def test_it_says_what_it_could_not_look_at(tags: dict[str, FloatArray], reason: str) -> None:
    outcome = SlowProgress().detect(make_curves(tags))
    assert isinstance(outcome, Skipped)
    assert outcome.reason == reason


def test_pure_noise_does_not_fall() -> None:
    for seed in range(20):
        assert findings(make_curves({"train/loss": line(2.3, 2.3, seed)})) == []


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    assert len(findings(retold({"train/loss": line(2.3, 1.7)}))) == 1
    assert findings(retold({"train/loss": bent(1.0)})) == []


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30, [-1.0] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(SlowProgress().detect(make_curves({"train/loss": loss})), Skipped)


@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_an_accuracy_alone_that_rises_along_a_line_to_the_end(unit: float) -> None:
    accuracy = np.linspace(0.1, 0.45, POINTS) + np.random.default_rng(0).normal(0.0, 0.01, POINTS)
    [found] = findings(make_curves({"val_acc": unit * accuracy}))
    assert found.tag == "val_acc"
    left = next(one for one in found.measures if one.name == "level left")
    assert left.value == pytest.approx(0.55 / 0.9, abs=0.02)
    assert findings(make_curves({"val_acc": unit * (1.0 - bent(0.6) / 2.4)})) == []


@pytest.mark.parametrize("count", [8, 9, 10, 11])
def test_few_evaluations_that_fall_evenly_are_slow(count: int) -> None:
    noisy = np.linspace(3.75, 3.5, 50) + np.random.default_rng(1).normal(0.0, 0.04, 50)
    evaluated = np.linspace(3.73, 3.53, count) + 0.01 * np.linspace(1.0, 0.0, count) ** 2
    steps = {"val/loss": np.linspace(0, 49, count).astype(int).tolist()}
    [found] = findings(make_curves({"train/loss": noisy, "val/loss": evaluated}, steps))
    assert found.tag == "val/loss"
    assert findings(make_curves({"train/loss": noisy})) == []
    bent = 3.53 + 0.2 * np.exp(-1.5 * np.arange(count))
    assert findings(make_curves({"train/loss": noisy, "val/loss": bent}, steps)) == []

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detectors.epoch_memorisation import EpochMemorisation
from losstui.findings import Severity, Skipped
from losstui.frame import FrameBuilder
from losstui.plugins import load
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit
from retelling import OFFSET, RETELLINGS, Tags, later
from support import found_by, make_curves, make_run, remembering

FloatArray = NDArray[np.float64]
EPOCH = 120
POINTS = 4 * EPOCH
STEPS = np.arange(POINTS)


findings = partial(found_by, EpochMemorisation())


def noise(sigma: float, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(0.0, sigma, POINTS)


def stairs(epoch: int = EPOCH) -> FloatArray:
    """Level within an epoch, and at four fifths of it in the next."""
    return 2.3 * 0.8 ** (STEPS // epoch) + noise(0.04)


def rising() -> FloatArray:
    return np.linspace(2.3, 2.6, POINTS) + noise(0.005, 1)


def flat() -> FloatArray:
    return np.full(POINTS, 2.3) + noise(0.005, 1)


def test_steps_down_at_each_epoch_while_validation_rises() -> None:
    [found] = findings(make_curves({"train/loss": stairs(), "val/loss": rising()}))
    assert found.severity is Severity.WARNING
    assert found.tag == "train/loss"
    assert found.onset.step == pytest.approx(EPOCH, abs=2)
    assert f"every {EPOCH} steps, 3 times" in found.message


def test_where_validation_stays_level_nothing_is_lost() -> None:
    [found] = findings(make_curves({"train/loss": stairs(), "val/loss": flat()}))
    assert found.severity is Severity.INFO


def test_a_loss_that_rises_within_the_epoch_it_was_recognised_in() -> None:
    back = 0.2 * (STEPS % EPOCH) / EPOCH * (STEPS >= EPOCH)
    [found] = findings(make_curves({"train/loss": stairs() + back, "val/loss": rising()}))
    assert found.onset.step == pytest.approx(EPOCH, abs=2)


def test_each_epoch_may_give_back_half_of_its_drop_and_has_not_diverged() -> None:
    back = 0.75 * (STEPS % EPOCH) / EPOCH
    train = 2.3 - 0.5 * (STEPS // EPOCH) + back + noise(0.04)
    curves = make_curves({"train/loss": train, "val/loss": rising()})
    [found] = findings(curves)
    assert found.onset.step == pytest.approx(EPOCH, abs=2)
    assert analyse_run(curves.run, load().detectors).checks["divergence"] == "clear"


def test_what_epochs_take_back_is_no_saw_where_validation_rises_by_as_much_from_the_first_one_on() -> None:
    hurt = 0.73 * STEPS / EPOCH
    train = 8.0 + hurt - STEPS // EPOCH + noise(0.04)
    [found] = findings(make_curves({"train/loss": train, "val/loss": 8.0 + hurt}))
    assert found.onset.step == pytest.approx(EPOCH, abs=2)
    assert findings(make_curves({"train/loss": train, "val/loss": 5.7 + flat()})) == []
    assert (
        findings(make_curves({"train/loss": train - 2.0, "val/loss": 8.0 + hurt})) == []
    )  # apart from the start


def test_samples_in_a_fixed_order_make_a_saw() -> None:
    saw = 2.3 + 0.5 * (STEPS % EPOCH) / EPOCH - 0.2 * STEPS / POINTS + noise(0.04)
    assert findings(make_curves({"train/loss": saw, "val/loss": rising()})) == []


def test_an_even_descent_has_no_steps() -> None:
    descent = 2.3 * np.exp(-STEPS / POINTS) + noise(0.04)
    assert findings(make_curves({"train/loss": descent, "val/loss": rising()})) == []


def test_steps_of_the_learning_rate_help_validation_too() -> None:
    assert findings(make_curves({"train/loss": stairs(), "val/loss": stairs() + noise(0.01, 2)})) == []


@pytest.mark.parametrize(("back", "told"), [(0.5, True), (0.9, True), (1.5, False)])
def test_what_validation_wins_back_of_what_it_lost_in_the_first_epoch_is_no_gain(
    back: float, told: bool
) -> None:
    lost = np.interp(STEPS, [0, EPOCH, POINTS - 1], [0.0, 0.8, 0.8 * (1.0 - back)])
    assert bool(findings(make_curves({"train/loss": stairs(), "val/loss": flat() + lost}))) is told


def test_a_learning_rate_in_cycles_makes_a_saw_of_its_own() -> None:
    tags = {"train/loss": stairs(), "val/loss": rising()}
    rate = 1e-3 * (1.0 + np.abs((STEPS % EPOCH) / EPOCH - 0.5) * 4.0)
    assert findings(make_curves({**tags, "lr": np.full(POINTS, 1e-3)}))
    assert findings(make_curves({**tags, "lr": rate})) == []


@pytest.mark.parametrize("before", [0, 3, EPOCH // 2])
def test_a_learning_rate_that_begins_anew_with_each_epoch_explains_no_drop_there(before: int) -> None:
    tags = {"train/loss": stairs(), "val/loss": rising()}
    left = 1.0 - (STEPS + before) % EPOCH / EPOCH
    assert bool(findings(make_curves({**tags, "lr": 1e-3 * (1.0 + left)}))) is (before < EPOCH // 2)
    assert findings(make_curves({**tags, "lr": 1e-3 * (2.0 - left)})) == []  # it falls there at once


def test_means_that_begin_anew_make_no_steps_of_a_descent_that_goes_on_within_epochs() -> None:
    """Each epoch ends at the mean of its values and begins at one of them."""

    def told(level: FloatArray, seed: int) -> bool:
        epochs = (level + noise(0.1, seed)).reshape(-1, EPOCH)
        means = np.cumsum(epochs, axis=1) / np.arange(1.0, EPOCH + 1.0)
        return bool(findings(make_curves({"train/loss": means.ravel(), "val/loss": rising()})))

    even = (2.3 - 0.3 * STEPS / EPOCH).astype(np.float64)
    steps = (2.3 - 0.3 * (STEPS // EPOCH)).astype(np.float64)
    assert not any(told(even, seed) for seed in range(10))
    assert all(told(steps, seed) for seed in range(10))


def test_one_step_is_no_staircase() -> None:
    assert findings(make_curves({"train/loss": stairs(3 * EPOCH), "val/loss": rising()})) == []


def two_epochs(counted: FloatArray | None = None) -> dict[str, FloatArray]:
    tags = {"train/loss": stairs(POINTS // 2), "val/loss": rising(), "lr": np.linspace(1e-3, 5e-4, POINTS)}
    return tags if counted is None else {**tags, "epoch": counted}


def test_of_two_epochs_the_only_border_is_in_the_very_middle() -> None:
    [found] = findings(make_curves(two_epochs()))
    assert found.onset.step == POINTS // 2
    assert f"every {POINTS // 2} steps, once" in found.message
    beside = two_epochs() | {"train/loss": np.roll(stairs(POINTS // 2), 12)}
    assert findings(make_curves(beside)) == []


def test_of_means_over_what_was_trained_since_the_border_shows_one_value_later() -> None:
    train = 2.3 * 0.8 ** (STEPS > POINTS // 2) + noise(0.04)
    [found] = findings(make_curves({**two_epochs(), "train/loss": train}))
    assert found.onset.step == pytest.approx(POINTS // 2, abs=2)


def test_a_rate_that_is_lowered_half_way_or_may_have_been_makes_no_second_epoch() -> None:
    tags = two_epochs()
    lowered = np.where(STEPS < POINTS // 2, 1e-3, 1e-4)
    assert findings(make_curves({**tags, "lr": lowered})) == []
    assert findings(make_curves({tag: tags[tag] for tag in ("train/loss", "val/loss")})) == []


def test_where_the_rate_is_lowered_at_each_border_the_drops_are_its_own() -> None:
    tags = {"train/loss": stairs(), "val/loss": rising()}
    assert findings(make_curves({**tags, "lr": 1e-3 * 0.5 ** (STEPS // EPOCH)})) == []
    assert findings(make_curves({**tags, "lr": np.where(STEPS < EPOCH, 1e-3, 1e-4)}))


@pytest.mark.parametrize("kept", [0.95, 0.9, 0.85])
def test_a_rate_that_is_lowered_by_less_than_the_loss_does_not_explain_its_drops(kept: float) -> None:
    """Above a minimum the loss is in proportion to the rate: one that keeps 0.75 of it takes no 0.4."""
    rate = 1e-3 * 0.75 ** (STEPS // EPOCH)
    deep, shallow = 2.3 * 0.6 ** (STEPS // EPOCH), 2.3 * kept ** (STEPS // EPOCH)
    for train, told in ((deep, True), (shallow, False)):
        quiet = train * (1.0 + noise(0.005))
        assert findings(make_curves({"train/loss": quiet, "val/loss": rising()}))
        assert bool(findings(make_curves({"train/loss": quiet, "val/loss": rising(), "lr": rate}))) is told


def test_of_what_a_metric_has_left_to_gain_a_rate_explains_as_much() -> None:
    wrong = 0.6 * 0.6 ** (STEPS // EPOCH) + noise(0.005)
    held_back = 0.5 - np.linspace(0.0, 0.1, POINTS) + noise(0.002, 1)
    metrics = {"train/accuracy": 1.0 - wrong, "val/accuracy": held_back}
    for kept, told in ((0.75, True), (0.4, False)):
        rate = 1e-3 * kept ** (STEPS // EPOCH)
        assert bool(findings(make_curves({**metrics, "lr": rate}))) is told


@pytest.mark.parametrize("late", [0, 1])
def test_a_border_that_the_log_counts_may_be_anywhere(late: int) -> None:
    at = 5 * POINTS // 8
    train = 2.3 * 0.8 ** (at + late <= STEPS) + noise(0.04)
    assert findings(make_curves({**two_epochs(), "train/loss": train})) == []
    [found] = findings(make_curves({**two_epochs(STEPS / at), "train/loss": train}))
    assert found.onset.step == pytest.approx(at + late, abs=2)


def test_epochs_that_are_counted_in_the_log_of_each_value() -> None:
    at, builder = 5 * POINTS // 8, FrameBuilder()
    for tag, values in (two_epochs() | {"train/loss": 2.3 * 0.8 ** (at <= STEPS) + noise(0.04)}).items():
        builder.add(tag, STEPS, values, epochs=STEPS / at)
    frame = builder.build()
    run = Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame))
    [found] = findings(RunCurves(run))
    assert found.onset.step == pytest.approx(at, abs=2)


def test_a_whole_number_of_epochs_is_found_in_noise_of_the_height_of_its_steps() -> None:
    """Of such steps lines through the epochs explain too little to tell their length."""
    steps, found = np.arange(180), 0
    for seed in range(10):
        scatter = np.random.default_rng(seed).normal(0.0, 0.1, len(steps))
        train = 2.0 * 0.9 ** (steps // 30) + 0.05 * (steps % 30) / 30 + scatter
        found += len(findings(make_curves({"train/loss": train, "val/loss": np.linspace(2.0, 2.3, 180)})))
    assert found >= 7


def test_four_epochs_of_twenty_noisy_values_show_by_what_lies_between_their_borders() -> None:
    """By the scatter of single values the drops are less sure: few of these are beside a border."""
    steps, found = np.arange(80), 0
    for seed in range(10):
        scatter = np.random.default_rng(seed).normal(0.0, 0.15, len(steps))
        train = np.exp(-0.28 * (steps // 20) + 0.12 * (steps % 20) / 20 + scatter)
        found += len(findings(make_curves({"train/loss": train, "val/loss": np.linspace(2.0, 2.3, 80)})))
    assert found >= 7


def test_what_is_known_by_heart_has_no_more_to_drop() -> None:
    levels = np.array([2.3, 0.5, 0.1, 0.1, 0.1])[np.arange(600) // EPOCH]
    train = levels * np.exp(np.random.default_rng(0).normal(0.0, 0.05, 600))
    validation = np.linspace(2.3, 2.6, 600)
    [found] = findings(make_curves({"train/loss": train, "val/loss": validation}))
    assert found.onset.step == pytest.approx(EPOCH, abs=2)
    once = np.where(levels < 2.3, 0.1, levels) * train / levels
    assert findings(make_curves({"train/loss": once, "val/loss": validation})) == []


@pytest.mark.parametrize("logged", range(29, 41))
def test_steps_are_seen_wherever_in_an_epoch_the_log_ends(logged: int) -> None:
    """Of few epochs that rise within, lines over eight values may explain as much as those over twelve."""
    trained = np.arange(40) - 1
    within = 0.6 * (trained % 12) / 12 * (trained >= 12)
    train = np.exp(within - 0.6 * (trained // 12) + np.random.default_rng(0).normal(0.0, 0.05, 40))[:logged]
    assert findings(make_curves({"train/loss": train, "val/loss": np.linspace(2.0, 2.3, 40)[:logged]}))


def test_a_loss_that_wanders_after_its_descent_has_no_steps() -> None:
    steps, told = np.arange(90), 0
    for seed in range(20):
        wander = 0.01 * remembering(np.random.default_rng(seed), len(steps), 0.8)
        train = np.abs(0.07 + 0.6 * np.exp(-steps / 15.0) + wander) + 0.001
        told += len(findings(make_curves({"train/loss": train, "val/loss": np.linspace(0.5, 0.6, 90)})))
    assert told == 0


def test_noise_has_no_steps() -> None:
    for seed in range(10):
        assert findings(make_curves({"train/loss": 2.3 + noise(0.1, seed), "val/loss": rising()})) == []


def test_a_loss_below_zero_is_looked_at_as_it_is() -> None:
    [found] = findings(make_curves({"train/loss": stairs() - 3.0, "val/loss": rising()}))
    assert found.onset.step == pytest.approx(EPOCH, abs=2)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    [found] = findings(retold({"train/loss": stairs(), "val/loss": rising()}))
    assert found.onset.step - (OFFSET if retold is later else 0) == pytest.approx(EPOCH, abs=4)
    assert findings(retold({"train/loss": 2.3 + noise(0.1), "val/loss": rising()})) == []


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    outcome = EpochMemorisation().detect(make_curves({"train/loss": loss, "val/loss": loss}))
    assert isinstance(outcome, Skipped)
    assert isinstance(EpochMemorisation().detect(make_curves({"train/loss": loss})), Skipped)


def test_where_each_value_is_of_a_whole_epoch_nothing_is_seen_within_one() -> None:
    run = make_run({"train/loss": stairs(), "val/loss": rising()})
    assert findings(RunCurves(run)) != []
    outcome = EpochMemorisation().detect(RunCurves(replace(run, step_unit=StepUnit.EPOCH)))
    assert outcome == Skipped("no train loss logged within epochs")


def test_without_any_loss_a_metric_jumps_by_shares_of_what_is_left_of_it() -> None:
    left = 0.9 * 0.3 ** (STEPS // EPOCH) * (1.0 + noise(0.04))
    share = {"train/r2": 1.0 - left, "val/r2": 0.5 - 0.1 * rising()}
    [found] = findings(make_curves(share))
    assert (found.tag, found.severity) == ("train/r2", Severity.WARNING)
    assert f"train/r2 jumps every {EPOCH} steps, 3 times" in found.message
    assert "val/r2 falls by" in found.message
    assert findings(make_curves({**share, "train/loss": rising(), "val/loss": rising()})) == []

from __future__ import annotations

import re

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.detectors.oscillation import Oscillation
from losstui.findings import Severity, Skipped
from losstui.frame import FloatArray, FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run
from support import make_curves
from swing_support import STEPS, both_swing, cycle, descent, findings


def test_a_loss_that_jumps_to_and_fro() -> None:
    [found] = findings(make_curves({"train/loss": descent() + 0.2 * (-1.0) ** STEPS}))
    assert found.kind == "alternating"
    assert found.severity is Severity.WARNING


def test_a_period_is_named_in_steps() -> None:
    steps = {"train/loss": range(0, 4000, 10)}
    [found] = findings(make_curves({"train/loss": descent() + cycle(16.0)}, steps))
    assert found.kind == "periodic"
    [period] = re.findall(r"period of (\d+) steps", found.message)
    assert int(period) == pytest.approx(160, rel=0.03)


@pytest.mark.parametrize(("period", "kind"), [(2, "alternating"), (2000, "periodic")])
def test_swings_of_a_log_with_tens_of_thousands_of_values_are_found_whatever_their_period(
    period: int, kind: str
) -> None:
    steps = np.arange(80_000)
    loss = 0.5 + 1.5 * np.exp(-steps / 8000.0) + np.random.default_rng(0).normal(0.0, 0.02, len(steps))
    [found] = findings({"train/loss": loss + 0.2 * np.cos(2.0 * np.pi * steps / period)})
    assert found.kind == kind
    assert [int(told) for told in re.findall(r"period of (\d+) steps", found.message)] == pytest.approx(
        [period] * (kind == "periodic"), rel=0.01
    )


def test_the_onset_is_where_the_swings_begin() -> None:
    loss = descent() + np.where(STEPS >= 150, cycle(8.0), 0.0)
    [found] = findings(make_curves({"train/loss": loss}))
    assert found.onset.low <= 150 <= found.onset.high
    assert found.spans[0].last_step == 399


def test_the_cycle_of_the_learning_rate_is_worth_knowing_only() -> None:
    rate = 0.1 + 0.05 * np.sin(2 * np.pi * STEPS / 20.0)
    [found] = findings(make_curves({"train/loss": descent() + cycle(20.0, 0.15), "lr": rate}))
    assert (found.kind, found.severity) == ("schedule", Severity.INFO)


def accuracy(seed: int = 0) -> FloatArray:
    right: FloatArray = 0.9 - 0.6 * np.exp(-STEPS / 40.0)
    return right + np.random.default_rng(seed).normal(0, 0.01, 400)


@pytest.mark.parametrize("name", ["accuracy", "mean_return"])
def test_without_any_loss_a_metric_or_reward_that_swings_in_an_order(name: str) -> None:
    train, validation = f"train/{name}", f"val/{name}"
    swings = accuracy() + cycle(16.0, 0.12) - 0.12
    [found] = findings({train: swings})
    assert (found.kind, found.severity, found.tag) == ("periodic", Severity.WARNING, train)
    assert found.message.startswith(f"{train} swings by ")
    assert findings({train: accuracy() + cycle(16.0, 0.03)}) == []
    beside = make_curves({train: swings, validation: accuracy(1)[::7]}, {validation: range(0, 400, 7)})
    assert [one.kind for one in findings(beside)] == ["order"]


def test_a_metric_that_scatters_without_order_is_clear() -> None:
    rng = np.random.default_rng(0)
    tags = {
        "train/accuracy": rng.binomial(16, 0.7, 400) / 16.0,
        "val/accuracy": rng.binomial(64, 0.7, 400) / 64.0,
    }
    assert findings(tags) == []


@pytest.mark.parametrize(("every", "kind"), [(7, "order"), (16, "periodic")])
def test_batches_alone_swing_where_validation_sees_all_of_the_period_and_stays(every: int, kind: str) -> None:
    tags = {"train/loss": descent() + cycle(16.0), "val/loss": descent(seed=1, noise=0.005)[::every]}
    [found] = findings(make_curves(tags, {"val/loss": range(0, 400, every)}))
    assert (found.kind, found.severity is Severity.INFO) == (kind, kind == "order")
    tags["val/loss"] = (descent(seed=1, noise=0.005) + cycle(16.0))[::every]
    [found] = findings(make_curves(tags, {"val/loss": range(0, 400, every)}))
    assert (found.kind, found.severity) == ("periodic", Severity.WARNING)


@pytest.mark.parametrize(("size", "kind"), [(0.0, "order"), (0.2, "periodic")])
def test_a_fall_that_few_evaluations_go_on_with_is_no_swing(size: float, kind: str) -> None:
    fall = 0.4 * (1.0 - STEPS / 400.0)
    validation = (descent(seed=1, noise=0.005) + fall + cycle(16.0, size))[::27]
    tags = {"train/loss": descent() + fall + cycle(16.0), "val/loss": validation}
    [found] = findings(make_curves(tags, {"val/loss": range(0, 400, 27)}))
    assert (found.kind, found.severity is Severity.INFO) == (kind, kind == "order")


@pytest.mark.parametrize(("size", "severity"), [(0.09, Severity.INFO), (0.25, Severity.WARNING)])
def test_a_period_of_one_epoch_is_named(size: float, severity: Severity) -> None:
    builder = FrameBuilder()
    builder.add("train/loss", STEPS, descent() + cycle(25.0, size), epochs=STEPS / 25.0)
    frame = builder.build()
    run = Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame))
    [found] = findings(RunCurves(run))
    assert (found.kind, found.severity) == ("epoch", severity)


def test_a_wandering_curve_has_no_period() -> None:
    wander = np.cumsum(np.random.default_rng(0).normal(0, 0.05, 400))
    assert findings(make_curves({"train/loss": descent() + wander - wander.min()})) == []


def test_a_cycle_too_small_to_matter_is_silent() -> None:
    assert findings(make_curves({"train/loss": descent(noise=0.001) + cycle(10.0, 0.01)})) == []


def test_a_few_spikes_are_no_oscillation() -> None:
    loss = descent()
    loss[210:400:40] += 5.0
    assert findings(make_curves({"train/loss": loss})) == []


@pytest.mark.parametrize("scale", [1e-3, 20.0])
def test_units_do_not_matter(scale: float) -> None:
    loss = descent() + cycle(10.0)
    [plain] = findings(make_curves({"train/loss": loss}))
    [scaled] = findings(make_curves({"train/loss": scale * loss}))
    assert (scaled.kind, scaled.onset, scaled.message) == (plain.kind, plain.onset, plain.message)


def test_the_step_offset_moves_the_onset_and_nothing_else() -> None:
    loss = descent() + cycle(10.0)
    [plain] = findings(make_curves({"train/loss": loss}))
    [moved] = findings(make_curves({"train/loss": loss}, {"train/loss": range(5000, 5400)}))
    assert moved.onset.step == plain.onset.step + 5000
    assert moved.message == plain.message


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 40, [1.0] * 10])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(Oscillation().detect(make_curves({"train/loss": loss})), Skipped)


def test_swings_that_a_rising_learning_rate_brings_are_meant() -> None:
    steps = {"val/loss": range(0, 400, 8)}
    restarts = 0.51 + 0.5 * np.cos(np.pi * ((8.0 * STEPS / 400) % 1))
    [found] = findings(make_curves({**both_swing(), "lr": restarts}, steps))
    assert (found.kind, found.severity) == ("schedule", Severity.INFO)
    raised_once = np.where(STEPS < 250, 0.01, 0.1)
    [found] = findings(make_curves({**both_swing(), "lr": raised_once}, steps))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)


def test_raised_learning_rate_names_the_onset() -> None:
    loss = descent() + np.where(STEPS >= 157, cycle(8.0), 0.0)
    [found] = findings(make_curves({"train/loss": loss, "lr": np.where(STEPS < 157, 0.1, 1.0)}))
    assert found.onset.step == 157


def test_onset_of_a_cycle_below_the_noise_before_it() -> None:
    loss = descent(noise=0.12) + np.where(STEPS >= 200, 0.25 * (-1.0) ** STEPS, 0.0)
    [found] = findings(make_curves({"train/loss": loss}))
    assert found.onset.low <= 200 <= found.onset.high


def test_the_last_half_is_that_of_the_steps_where_the_log_is_denser_at_the_start() -> None:
    steps = np.concatenate((np.arange(100), np.arange(500, 38_500, 500)))
    loss = 0.1 + 0.7 * np.exp(-steps / 60.0) + 0.08 * np.sin(2 * np.pi * steps / 4000.0)
    [found] = findings(make_curves({"train/loss": loss}, {"train/loss": steps.tolist()}))
    assert found.kind == "periodic"
    [period] = re.findall(r"period of (\S+) steps", found.message)
    assert float(period) == pytest.approx(4000, rel=0.02)


def test_rises_with_the_learning_rate_are_meant() -> None:
    rng = np.random.default_rng(3)
    level = 1.0 + np.exp(-STEPS / 15.0)
    rate = 0.51 - 0.5 * np.cos(2.0 * np.pi * STEPS / 80.0)
    tags = {"train/loss": level + rng.uniform(-0.35, 0.35, 400), "val/loss": (level + 0.25 * rate)[::16]}
    assert findings(make_curves({**tags, "lr": rate}, {"val/loss": range(0, 400, 16)})) == []
    assert len(findings(make_curves(tags, {"val/loss": range(0, 400, 16)}))) == 1


def test_slow_cycles_are_counted_since_the_start_where_they_last() -> None:
    slow = cycle(period=60)  # three cycles in the last half, five since the start
    [found] = findings(make_curves({"train/loss": descent() + slow}))
    assert (found.kind, found.severity) == ("periodic", Severity.WARNING)
    assert findings(make_curves({"train/loss": descent() + np.where(STEPS < 230, slow, 0.0)})) == []
    jumps = np.where(STEPS < 200, cycle(period=2), 0.0)
    assert findings(make_curves({"train/loss": descent() + jumps})) == []


@pytest.mark.parametrize(("until", "kinds"), [(80_000, ["periodic"]), (50_000, [])])
def test_slow_cycles_of_a_log_with_tens_of_thousands_of_values_have_to_last_as_well(
    until: int, kinds: list[str]
) -> None:
    steps = np.arange(80_000)
    loss = 0.5 + 1.5 * np.exp(-steps / 2000.0) + np.random.default_rng(0).normal(0.0, 0.02, len(steps))
    slow = 0.2 * np.sin(2.0 * np.pi * steps / 12_000)  # three cycles in the last half
    assert [one.kind for one in findings({"train/loss": loss + np.where(steps < until, slow, 0.0)})] == kinds


@pytest.mark.parametrize(("every", "kind"), [(1, "alternating"), (3, "alternating"), (4, "order")])
def test_what_swings_between_steps_of_an_even_distance_is_no_step_that_is_too_long(
    every: int, kind: str
) -> None:
    """One that is turns at each step, which each fourth does not show."""
    jumps = descent() + 0.2 * (-1.0) ** STEPS
    steps = {"train/loss": range(0, 400 * every, every)}
    [found] = findings(make_curves({"train/loss": jumps}, steps))
    assert (found.kind, found.severity is Severity.INFO) == (kind, kind == "order")


@pytest.mark.parametrize("seed", [3, 6, 7])
def test_large_swings_with_the_learning_rate_are_meant(seed: int) -> None:
    swings = 0.3 * np.sin(2.0 * np.pi * STEPS / 80.0)
    model = 1.0 + 3.0 * np.exp(-STEPS / 15.0) + swings
    batches = np.random.default_rng(seed).uniform(-0.7, 0.7, 400)
    tags = {"train/loss": model + batches, "val/loss": model[::13]}
    [found] = findings(make_curves(tags, {"val/loss": range(0, 400, 13)}))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)
    rate = 0.51 - 0.5 * np.cos(2.0 * np.pi * STEPS / 80.0)
    [found] = findings(make_curves({**tags, "lr": rate}, {"val/loss": range(0, 400, 13)}))
    assert (found.kind, found.severity) == ("schedule", Severity.INFO)


def test_swings_with_the_rate_that_undo_what_was_gained_are_no_order_alone() -> None:
    """Of rare bursts a sine is a small part: what swings by far more than it says is told."""
    rate = 0.51 - 0.5 * np.cos(2.0 * np.pi * STEPS / 25.0)
    bursts = 2.0 * np.where(rate > 0.6, np.random.default_rng(1).uniform(0.0, 1.0, 400), 0.0)
    model = 0.5 + 1.5 * np.exp(-STEPS / 15.0) + bursts
    tags = {"train/loss": model, "val/loss": model[::4], "lr": rate}
    [found] = findings(make_curves(tags, {"val/loss": range(0, 400, 4)}))
    assert (found.kind, found.severity) == ("schedule", Severity.WARNING)

"""How a task tells what was recorded: units, names, digits, what is left out and what is worked out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.deriving import counted, highest, lowest, seconds, speed
from benchmarks.detection.generator import generate_one, reachable
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.recipes import FAULTS
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.tasks import KERAS, Logging
from benchmarks.detection.telling import as_logged, as_told, unseen
from support import make_run
from task_support import short, task_named


def told(logging: Logging) -> tuple[Recorded, dict[str, list[float]]]:
    run = make_run({"train/loss": [2.0, 1.0, 0.5, 0.25], "train/grad_norm": np.ones(4)})
    held_out = make_run({"val/loss": [1.5, 1.25]}, steps={"val/loss": [0, 2]})
    frame = type(run.frame)([*run.frame.values(), *held_out.frame.values()])
    exact = np.array([2.0, 1.0, 0.5, 0.25])
    recorded = as_logged(Recorded(frame, np.arange(4.0), exact, exact, logging))
    return recorded, {
        tag: one.values.tolist() for tag, one in as_told(recorded.frame, logging).items() if len(one)
    }


def test_a_run_is_told_as_its_task_says() -> None:
    assert told(Logging())[1]["train/loss"] == [2.0, 1.0, 0.5, 0.25]
    assert told(Logging(running=0.5))[1]["train/loss"] == [2.0, 1.5, 1.0, 0.625]
    assert told(Logging(digits=1))[1]["train/loss"] == [2.0, 1.0, 0.5, 0.2]
    assert told(Logging(upwards_from=1.0))[1]["val/loss"] == [-0.5, -0.25]
    assert told(Logging(scale=100.0, upwards_from=100.0))[1]["val/loss"] == [-50.0, -25.0]
    np.testing.assert_equal(told(Logging(blanks=True))[1]["val/loss"], [1.5, np.nan, 1.25, np.nan])
    recorded, tags = told(Logging(quantity=np.exp, names=KERAS, unlogged=frozenset({"train/grad_norm"})))
    assert tags["loss"] == pytest.approx(np.exp([2.0, 1.0, 0.5, 0.25]))
    assert recorded.train == pytest.approx(np.exp([2.0, 1.0, 0.5, 0.25]))
    assert set(tags) == {"loss", "val_loss"}


def test_losses_have_so_many_digits_wherever_the_point_is() -> None:
    assert told(Logging(significant=1, scale=0.01))[1]["train/loss"] == pytest.approx(
        [0.02, 0.01, 0.005, 0.002]
    )


def test_the_mean_since_an_epoch_began_begins_anew_with_the_next_one() -> None:
    assert told(Logging(every=1, epoch=2))[1]["train/loss"] == [2.0, 1.5, 0.5, 0.375]
    assert "oscillation" in unseen(Logging(epoch=2))


def test_nothing_is_told_of_the_time_before_the_first_step() -> None:
    _, tags = told(Logging(without_first=True))
    assert tags["train/loss"] == [1.0, 0.5, 0.25]
    assert tags["val/loss"] == [1.25]


def test_evaluations_become_rarer_and_rarer() -> None:
    run = make_run(
        {"train/loss": [1.0], "val/loss": np.arange(14.0)}, steps={"val/loss": [3 * i for i in range(14)]}
    )
    held_out = as_told(run.frame, Logging(evaluate_every=3, rarer=True))["val/loss"]
    assert held_out.steps.tolist() == [0, 3, 6, 12, 24, 39]
    assert held_out.values.tolist() == [0.0, 1.0, 2.0, 4.0, 8.0, 13.0]


def test_what_is_evaluated_may_be_counted_otherwise() -> None:
    run = make_run({"train/loss": [1.0, 0.5, 0.2], "val/loss": [1.5, 1.25]}, steps={"val/loss": [0, 2]})
    frame = as_told(run.frame, Logging(held_out_units=0.5))
    assert frame["train/loss"].steps.tolist() == [0, 1, 2]
    assert frame["val/loss"].steps.tolist() == [0, 1]


def test_a_session_may_count_its_steps_anew() -> None:
    task = task_named("counts")
    setup = Setup(
        resumed_at=0.5,
        changed=lambda task: replace(task, logging=replace(task.logging, counted_anew=True)),
    )
    recorded = simulate(task, setup, 0)
    written = as_told(recorded.frame, recorded.logging)["poisson_loss"]
    plain = as_told(recorded.frame, task.logging)["poisson_loss"]
    assert written.sessions is not None
    assert plain.sessions is not None
    own, same = written.sessions == 1, plain.sessions == 1
    np.testing.assert_array_equal(written.values[own], plain.values[same])
    assert written.steps[own].tolist() == (plain.steps[same] - plain.steps[same][0]).tolist()
    assert np.all(np.diff(written.steps) >= 0)


def test_tags_are_worked_out_of_the_others() -> None:
    run = make_run({"train/loss": [3.0, 1.0, 2.0]}, steps={"train/loss": [0, 10, 20]})
    series = replace(run.frame["train/loss"], wall_times=np.array([100.0, 105.0, 125.0]))
    derived = {
        "best": lowest("train/loss"),
        "most": highest("train/loss"),
        "epoch": counted("train/loss", 0.1),
        "time": seconds("train/loss"),
        "samples_per_second": speed("train/loss", 8.0),
    }
    told = as_told(type(run.frame)([series]), Logging(derived=derived))
    assert {tag: one.values.tolist() for tag, one in told.items() if tag in derived} == {
        "best": [3.0, 1.0, 1.0],
        "most": [3.0, 3.0, 3.0],
        "epoch": pytest.approx([0.0, 1.0, 2.0]),
        "time": [0.5, 0.5, 2.0],
        "samples_per_second": [16.0, 16.0, 4.0],
    }


def test_steps_are_told_in_the_units_of_the_log() -> None:
    task = replace(short("counts"), logging=replace(task_named("counts").logging, steps=64))
    frame = as_told(simulate(task, Setup(), 0).frame, task.logging)
    assert frame["poisson_loss"].steps.tolist() == [0, 1, 2, 3]
    timeless = as_told(simulate(task, Setup(), 0).frame, replace(task.logging, timed=False))
    assert timeless["poisson_loss"].wall_times is None


def test_what_the_log_cannot_show_could_be_said_either_way() -> None:
    task = task_named("triplets")
    assert "overfitting" in unseen(task.logging)
    few = next(recipe for recipe in FAULTS if recipe.name == "overfitting/few")
    run = generate_one(task, few, 0, Reachable(train=0.01, validation=0.02, start=0.1))
    assert "overfitting" in run.gray - run.labels
    assert "stalled" in unseen(Logging(timed=False)) - unseen(Logging())


def test_an_onset_is_told_in_the_units_of_the_log() -> None:
    task = task_named("demand")
    recipe = next(recipe for recipe in FAULTS if recipe.name == "nan/poison")
    run = generate_one(task, recipe, 0, reachable(short("demand")))
    assert run.onset is not None
    losses = run.runs[0].frame["train/quantile_loss"]
    first = losses.steps[~np.isfinite(losses.values)][0]
    assert 0 < first - run.onset <= 2 * task.logging.every * task.logging.units

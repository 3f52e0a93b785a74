from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.generator import generate_one
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import SECONDS_A_STEP, simulate
from benchmarks.detection.tasks import Data, Task
from task_support import finely_logged, labelling_test, recipe_called, task_named

RENTS, CHAPTERS = Reachable(0.111, 0.118, 1.02), Reachable(1.47, 1.43, 2.59)
TENDERS, FRACTIONS = Reachable(0.138, 0.167, 1.70), Reachable(-2.18, -2.11, -0.72)


def run_of(task: Task, setup: Setup) -> Recorded:
    return simulate(task, setup, 0)


def test_a_train_loss_may_be_the_median_of_the_batches_since_the_last_row() -> None:
    task = finely_logged("fruits")
    every_step = replace(task, logging=replace(task.logging, every=1, interval_median=False))
    still = Setup(rate=0.0)
    batches = run_of(every_step, still).frame["train/loss"].values
    rows = run_of(task, still).frame["train/loss"].values
    np.testing.assert_allclose(rows[1:], [np.median(batches[i - 1 : i + 1]) for i in range(2, 60, 2)])


def test_a_train_loss_may_be_worked_out_of_other_examples_than_those_of_the_batch() -> None:
    def blank(done: float, rng: np.random.Generator, data: Data) -> Data:
        return 0.0 * data[0], data[1]

    recorded = run_of(finely_logged("chapters"), Setup(rate=0.0, fed=blank))
    logged = recorded.frame["train/loss"].values
    assert np.mean(logged) == pytest.approx(recorded.train[0], rel=0.05)
    assert np.std(logged) > 0.0


def test_one_worker_logs_the_loss_of_its_own_examples() -> None:
    task = finely_logged("switches")
    all_of_them = replace(task, logging=replace(task.logging, heard=None))
    own, whole = (run_of(one, Setup(rate=0.0)).frame["train/loss"].values for one in (task, all_of_them))
    assert np.std(own) > 1.4 * np.std(whole)


def test_there_may_be_a_third_loss_of_other_data() -> None:
    recorded = run_of(finely_logged("hearsay"), Setup())
    tested, held_out = (recorded.frame[tag].values for tag in ("test/loss", "val/loss"))
    assert len(tested) == len(held_out)
    assert not np.any(tested == held_out)
    np.testing.assert_allclose(tested, held_out, rtol=0.3)


def test_weights_are_averaged_from_a_place_on() -> None:
    task = finely_logged("rents")
    averaged = run_of(replace(task, averaged_from=0.5), Setup())
    plain = run_of(task, Setup())
    np.testing.assert_array_equal(averaged.train, plain.train)
    apart = averaged.validation != plain.validation
    assert averaged.steps[apart].min() > 30


def test_a_new_head_has_all_to_learn_again() -> None:
    task = finely_logged("birds")
    losses = [run_of(task, Setup(pretrained=6.0, new_head=new, adam=True)).train[0] for new in (False, True)]
    assert losses[1] > 2.0 * losses[0]


def test_pauses_are_seconds_between_steps() -> None:
    recorded = run_of(finely_logged("rents"), Setup(pauses=lambda step, done: 60.0 if step == 31 else 0.0))
    times = recorded.frame["train/loss"].wall_times
    assert times is not None
    gone = np.diff(times)
    assert gone[15] == pytest.approx(60.0 + 2.0 * SECONDS_A_STEP, abs=SECONDS_A_STEP)
    assert np.delete(gone, 15).max() < 1.0


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/momentum-above-one", "rents", RENTS, "divergence"),
        ("late/torn-weights", "tenders", TENDERS, "late_instability"),
        ("late/quantised", "chapters", CHAPTERS, "late_instability"),
        ("late/decayed-away", "rents", RENTS, "late_instability"),
        ("oscillation/pulsed", "fractions", FRACTIONS, "oscillation"),
        ("nan/validation", "rents", RENTS, "nan"),
        ("nan/now-and-then", "rents", RENTS, "nan"),
        ("spikes/wrapped-inputs", "tenders", TENDERS, "loss_spikes"),
        ("exploding/doubling-scale", "tenders", TENDERS, "exploding_gradients"),
        ("vanishing/shrunk", "chapters", CHAPTERS, "vanishing_gradients"),
        ("dead-units/fast-biases", "chapters", CHAPTERS, "dead_relu"),
        ("plateau/underflow", "rents", RENTS, "plateau"),
        ("plateau/held-on-a-ball", "rents", RENTS, "plateau"),
        ("plateau/disconnected", "rents", RENTS, "plateau"),
        ("underfitting/blurred", "rents", RENTS, "underfitting"),
        ("slow/always-warming", "rents", RENTS, "slow_convergence"),
        ("slow/rare-updates", "rents", RENTS, "slow_convergence"),
        ("overfitting/after-a-drop", "chapters", CHAPTERS, "overfitting"),
        ("overfitting/noisy-targets", "rents", RENTS, "overfitting"),
        ("gap/unbalanced", "chapters", CHAPTERS, "train_val_gap"),
        ("noisy-validation/one-shard", "rents", RENTS, "noisy_validation"),
        ("noisy-validation/still-training", "rents", RENTS, "noisy_validation"),
        ("epoch-drops/by-step", "rents", RENTS, "epoch_drops"),
        ("stalled/and-slower", "tenders", TENDERS, "throughput_drop"),
        ("averaged/at-the-end", "rents", RENTS, "healthy"),
        ("fine-tuned/new-head", "tenders", TENDERS, "healthy"),
        ("cut-out", "rents", RENTS, "val_below_train"),
    ]
)


def test_steps_that_are_counted_in_two_ways_contradict_each_other() -> None:
    goal, plain = Reachable(0.46, 0.45, 2.42), recipe_called("adam")
    assert "resumed" in generate_one(task_named("birds"), plain, 0, goal).gray
    assert "resumed" not in generate_one(task_named("rents"), plain, 0, RENTS).gray


def test_what_is_not_finite_is_labelled_where_the_log_has_it() -> None:
    goal, broken = Reachable(0.12, 0.12, 5.8), recipe_called("nan/validation")
    run = generate_one(task_named("activations"), broken, 0, goal)  # its log has no validation
    assert "nan" in run.gray - run.labels
    assert "nan" in generate_one(task_named("rents"), broken, 0, RENTS).labels


def test_a_validation_of_noisy_inputs_may_be_called_a_gap() -> None:
    run = generate_one(task_named("rents"), recipe_called("noisy-validation/still-training"), 0, RENTS)
    assert "train_val_gap" in run.gray

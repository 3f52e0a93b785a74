from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.deriving import overall
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import SECONDS_A_STEP, simulate
from benchmarks.detection.tasks import Task
from benchmarks.detection.telling import SPARSE, as_logged, as_told, unseen
from benchmarks.detection.varied.breakdowns import shows_batches
from task_support import labelling_test, recipe_called, task_named

TIDES, LEAVES = Reachable(0.0326, 0.0364, 0.528), Reachable(0.486, 0.643, 2.89)
COMMANDS = Reachable(0.196, 0.287, 2.19)
TRACKS, SHELVES = Reachable(0.369, 0.311, 2.21), Reachable(1.21, 1.23, 1.73)


def logged(task: Task, steps: int) -> Recorded:
    short = replace(task, logging=replace(task.logging, steps=steps))
    return as_logged(simulate(short, Setup(), 0))


def test_a_train_loss_may_be_a_mean_over_more_rows_than_the_last() -> None:
    task = task_named("galaxies")
    width = task.logging.window
    own = replace(task, logging=replace(task.logging, window=0, digits=None))
    rows, means = (
        logged(one, 80).frame["train/loss"].values
        for one in (own, replace(own, logging=replace(own.logging, window=width)))
    )
    expected = [np.mean(rows[max(0, i + 1 - width) : i + 1]) for i in range(len(rows))]
    np.testing.assert_allclose(means, expected)
    assert "oscillation" in unseen(task.logging)
    assert not shows_batches(task)


def test_losses_may_be_kept_in_few_binary_digits() -> None:
    task = task_named("sprints")
    whole = replace(task, logging=replace(task.logging, mantissa=None))
    exact, kept = (logged(one, 60).frame["train/loss"].values for one in (whole, task))
    assert np.any(exact != kept)
    np.testing.assert_allclose(kept, exact, rtol=2.0**-8)
    fraction, _ = np.frexp(kept)
    np.testing.assert_array_equal(2.0**8 * fraction, np.rint(2.0**8 * fraction))


def test_rows_may_be_dense_at_first_and_sparse_later() -> None:
    task = task_named("lines")
    recorded = logged(task, 150)
    told = as_told(recorded.frame, replace(task.logging, steps=150))
    dense = task.logging.dense
    assert told["train_loss"].steps.tolist() == [*range(dense), *range(dense, 150, SPARSE)]
    assert told["val_loss"].steps.tolist() == [0, 50, 100]
    assert "loss_spikes" in unseen(task.logging)


def test_a_log_may_end_with_the_mean_of_all_losses() -> None:
    recorded = simulate(task_named("commands"), Setup(rate=0.0), 0)
    series = overall("train/loss")(recorded.frame)
    rows = recorded.frame["train/loss"]
    assert series.steps.tolist() == [rows.steps[-1]]
    assert series.values == pytest.approx([rows.values.mean()])
    told = as_told(recorded.frame, recorded.logging)
    assert len(told["train_loss"]) == 1
    assert len(told["loss"]) > 100


def test_a_rate_that_is_nothing_for_a_while_pauses_the_run() -> None:
    setup = recipe_called("paused").make(np.random.default_rng(0))
    rates = [setup.schedule(i / 100) for i in range(100)]
    assert 0.15 < rates.count(0.0) / len(rates) < 0.4
    assert rates[-1] == 1.0


def test_a_half_cosine_that_goes_on_comes_back() -> None:
    setup = recipe_called("late/past-the-end").make(np.random.default_rng(0))
    assert setup.onset is not None
    assert setup.schedule(setup.onset - 1e-6) < 1e-6
    assert setup.schedule(0.999) > 3.0


def test_pruned_weights_stay_away() -> None:
    task = replace(task_named("tides"), logging=replace(task_named("tides").logging, steps=100))
    setup = recipe_called("late/pruned").make(np.random.default_rng(0))
    assert setup.optimiser is not None
    parameters = task.model(np.random.default_rng(0)).parameters
    optimiser, pushes = setup.optimiser(100), [np.ones_like(one) for one in parameters]
    for _ in range(100):
        optimiser.step(parameters, pushes, 1e-3)
    gone = 1.0 - np.count_nonzero(parameters[0]) / parameters[0].size
    assert 0.5 < gone < 0.9


def test_data_that_are_waited_for_make_a_run_slower_from_its_onset_on() -> None:
    setup = recipe_called("throughput/starved").make(np.random.default_rng(0))
    assert setup.onset is not None
    times = simulate(task_named("hauls"), setup, 0).frame["train/loss"].wall_times
    assert times is not None
    gone, at = np.diff(times), round(setup.onset * (len(times) - 1))
    assert np.mean(gone[: at - 1]) == pytest.approx(2.0 * SECONDS_A_STEP, rel=0.1)
    assert np.mean(gone[at + 1 :]) > 3.0 * SECONDS_A_STEP


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/unrooted", "tides", TIDES, "divergence"),
        ("divergence/too-private", "tides", TIDES, "divergence"),
        ("divergence/mirrored-layer", "tides", TIDES, "divergence"),
        ("late/past-the-end", "leaves", LEAVES, "late_instability"),
        ("late/swapped", "commands", COMMANDS, "late_instability"),
        ("late/pruned", "leaves", LEAVES, "late_instability"),
        ("oscillation/decay-by-epoch", "commands", COMMANDS, "oscillation"),
        ("nan/in-the-last-rows", "tides", TIDES, "nan"),
        ("spikes/blank", "shelves", SHELVES, "loss_spikes"),
        ("spikes/columns-moved", "shelves", SHELVES, "loss_spikes"),
        ("exploding/bursts", "shelves", SHELVES, "exploding_gradients"),
        ("vanishing/rounded-away", "tides", TIDES, "vanishing_gradients"),
        ("dead-units/low-biases", "tides", TIDES, "dead_relu"),
        ("plateau/tied-to-the-start", "tides", TIDES, "plateau"),
        ("plateau/impatient", "tracks", TRACKS, "plateau"),
        ("plateau/drowned", "leaves", LEAVES, "plateau"),
        ("underfitting/bad-sensors", "shelves", SHELVES, "underfitting"),
        ("slow/falling-by-itself", "leaves", LEAVES, "slow_convergence"),
        ("overfitting/full-batch", "leaves", LEAVES, "overfitting"),
        ("gap/columns-swapped", "leaves", LEAVES, "train_val_gap"),
        ("noisy-validation/badly-told", "tides", TIDES, "noisy_validation"),
        ("epoch-drops/warmed-up", "tides", TIDES, "epoch_drops"),
        ("stalled/among-evaluations", "leaves", LEAVES, "stalled"),
        ("throughput/starved", "leaves", LEAVES, "throughput_drop"),
        ("schedule-free", "leaves", LEAVES, "healthy"),
        ("averaged/lagging", "tides", TIDES, "healthy"),
        ("other-data-first", "shelves", SHELVES, "late_improvement"),
        ("always-mixed", "leaves", LEAVES, "val_below_train"),
    ]
)

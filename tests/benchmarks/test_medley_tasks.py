from __future__ import annotations

import numpy as np

from benchmarks.detection.generator import generate_one
from benchmarks.detection.labelling import Reachable
from task_support import labelling_test, recipe_called, task_named


def test_each_example_stands_twice_in_a_batch() -> None:
    setup = recipe_called("batches/each-twice").make(np.random.default_rng(0))
    assert setup.fed is not None
    answers = np.arange(5.0)[:, None]
    inputs, targets = setup.fed(0.0, np.random.default_rng(0), (10.0 * answers, answers))
    np.testing.assert_array_equal(targets, np.concatenate([answers, answers]))
    assert np.abs(inputs - 10.0 * targets).max() < 1.0
    assert not np.array_equal(inputs[:5], inputs[5:])


def test_memory_is_cleared_every_so_many_steps() -> None:
    setup = recipe_called("clock/collected-now-and-then").make(np.random.default_rng(0))
    assert setup.pauses is not None
    waited = [step for step in range(400) if setup.pauses(step, step / 400)]
    assert len(waited) >= 10
    assert len(set(np.diff(waited).tolist())) == 1


ORCHARDS, BAKERIES = Reachable(0.0236, 0.0227, 0.357), Reachable(0.0579, 0.0627, 1.10)
TULIPS, SCOOTERS = Reachable(0.107, 0.116, 1.16), Reachable(0.0348, 0.0255, 0.963)


def test_what_slows_a_resumed_run_begins_where_it_becomes_slower_and_not_where_it_goes_back_to() -> None:
    recipe = recipe_called("throughput/after-a-resume")
    run = generate_one(task_named("orchards"), recipe, 0, ORCHARDS)
    series = max(run.runs[0].frame.values(), key=len)
    assert series.sessions is not None
    assert series.wall_times is not None
    resumed = series.sessions == 1
    steps, took = series.steps[resumed], np.diff(series.wall_times[resumed])
    slow = steps[1:][took > 1.3 * took[0]]
    assert run.onset is not None
    assert steps[0] < run.onset
    assert abs(run.onset - slow[0]) <= np.diff(steps)[0]


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("flat/then-cosine", "orchards", ORCHARDS, "healthy"),
        ("by-a-logistic", "orchards", ORCHARDS, "healthy"),
        ("by-a-power", "orchards", ORCHARDS, "healthy"),
        ("by-largest-squares", "orchards", ORCHARDS, "healthy"),
        ("by-added-squares", "orchards", ORCHARDS, "healthy"),
        ("by-bounded-rates", "orchards", ORCHARDS, "healthy"),
        ("batches/each-twice", "orchards", ORCHARDS, "healthy"),
        ("widened-later", "orchards", ORCHARDS, "healthy"),
        ("units-kept-short", "orchards", ORCHARDS, "healthy"),
        ("without-the-late-ones", "orchards", ORCHARDS, "healthy"),
        ("older-sensors-in-training", "orchards", ORCHARDS, "val_below_train"),
        ("gains/jittered-in-training", "orchards", ORCHARDS, "val_below_train"),
        ("cut-found-late", "orchards", ORCHARDS, "late_improvement"),
        ("penalty-taken-away", "orchards", ORCHARDS, "late_improvement"),
        ("resumed/on-a-faster-machine", "orchards", ORCHARDS, "resumed"),
        ("resumed/down-in-a-line", "orchards", ORCHARDS, "resumed"),
        ("clock/caches-fill", "orchards", ORCHARDS, "healthy"),
        ("clock/collected-now-and-then", "orchards", ORCHARDS, "healthy"),
        ("divergence/smallest-squares", "tulips", TULIPS, "divergence"),
        ("divergence/scaled-with-batches", "orchards", ORCHARDS, "divergence"),
        ("divergence/buckets-mixed-up", "orchards", ORCHARDS, "divergence"),
        ("late/off-by-a-constant", "bakeries", BAKERIES, "late_instability"),
        ("late/secret-from-there-on", "orchards", ORCHARDS, "late_instability"),
        ("late/compressed", "bakeries", BAKERIES, "late_instability"),
        ("oscillation/climbed-by-turns", "tulips", TULIPS, "oscillation"),
        ("oscillation/heavy-ball", "orchards", ORCHARDS, "oscillation"),
        ("oscillation/sensors-by-turns", "scooters", SCOOTERS, "oscillation"),
        ("oscillation/narrow-by-turns", "orchards", ORCHARDS, "oscillation"),
        ("nan/count-lost", "orchards", ORCHARDS, "nan"),
        ("nan/unanswered", "orchards", ORCHARDS, "nan"),
        ("nan/unit-without-length", "orchards", ORCHARDS, "nan"),
        ("spikes/products-given", "orchards", ORCHARDS, "loss_spikes"),
        ("spikes/loose-plug", "orchards", ORCHARDS, "loss_spikes"),
        ("spikes/burned-in", "orchards", ORCHARDS, "loss_spikes"),
        ("spikes/with-opposites", "orchards", ORCHARDS, "loss_spikes"),
        ("exploding/wandering-scale", "orchards", ORCHARDS, "exploding_gradients"),
        ("exploding/variance-collapses", "orchards", ORCHARDS, "exploding_gradients"),
        ("exploding/biases-summed", "orchards", ORCHARDS, "exploding_gradients"),
        ("vanishing/seldom-told", "orchards", ORCHARDS, "vanishing_gradients"),
        ("vanishing/mirrored-branches", "orchards", ORCHARDS, "vanishing_gradients"),
        ("dead-units/heavy-start", "orchards", ORCHARDS, "dead_relu"),
        ("dead-units/numbers-of-rows", "orchards", ORCHARDS, "dead_relu"),
        ("plateau/there-and-back", "tulips", TULIPS, "plateau"),
        ("plateau/below-the-bound", "tulips", TULIPS, "plateau"),
        ("plateau/handed-back", "orchards", ORCHARDS, "plateau"),
        ("underfitting/order-lost", "tulips", TULIPS, "underfitting"),
        ("underfitting/in-few-buckets", "orchards", ORCHARDS, "underfitting"),
        ("slow/by-deltas", "scooters", SCOOTERS, "slow_convergence"),
        ("slow/by-short-signs", "scooters", SCOOTERS, "slow_convergence"),
        ("overfitting/most-of-a-few", "tulips", TULIPS, "overfitting"),
        ("overfitting/collages", "bakeries", BAKERIES, "overfitting"),
        ("gap/old-formula", "orchards", ORCHARDS, "train_val_gap"),
        ("gap/trimmed", "bakeries", BAKERIES, "train_val_gap"),
        ("noisy-validation/of-any-size", "orchards", ORCHARDS, "noisy_validation"),
        ("noisy-validation/mild-or-strict", "orchards", ORCHARDS, "noisy_validation"),
        ("epoch-drops/one-cycle", "orchards", ORCHARDS, "epoch_drops"),
        ("epoch-drops/lower-each-round", "orchards", ORCHARDS, "epoch_drops"),
        ("stalled/among-uneven-steps", "orchards", ORCHARDS, "stalled"),
        ("stalled/slower-before", "orchards", ORCHARDS, "stalled"),
        ("throughput/after-a-resume", "orchards", ORCHARDS, "throughput_drop"),
        ("throughput/cleared-again-and-again", "orchards", ORCHARDS, "throughput_drop"),
    ]
)

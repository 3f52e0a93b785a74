from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.deriving import loss_scale, so_far
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import SECONDS_A_STEP, simulate
from benchmarks.detection.tasks import Logging
from benchmarks.detection.telling import as_logged, as_told, unseen
from sample_logs.training import Parameters
from support import make_run
from task_support import labelling_test, recipe_called, short, task_named

SWATCHES, LEVERS = Reachable(0.179, 0.153, 0.897), Reachable(0.0796, 0.0719, 1.49)
ACCENTS = Reachable(0.41, 0.53, 2.4)


def test_each_worker_logs_the_loss_of_its_part_of_a_batch() -> None:
    task = short("landmarks", 60)
    assert task.logging.workers == 4
    frame = as_logged(simulate(task, Setup(), 0)).frame
    workers = [frame[f"worker_{i}/loss"].values for i in range(4)]
    np.testing.assert_allclose(np.mean(workers, axis=0), frame["train/loss"].values, rtol=1e-3)
    assert np.std(workers, axis=0).min() > 0.0
    assert "train/loss_rank3" in as_told(frame, task.logging)


def test_rows_may_come_by_the_clock() -> None:
    run = make_run({"train/loss": np.arange(400.0), "val/loss": np.arange(400.0)})
    told = as_told(run.frame, Logging(every=1, evaluate_every=1, by_clock=0.6))
    rows = told["train/loss"]
    assert 0.5 < len(rows) / 400 < 0.7
    assert rows.steps[[0, -1]].tolist() == [0, 399]
    assert len(set(np.diff(rows.steps))) > 2
    np.testing.assert_array_equal(rows.values, rows.steps)
    assert len(told["val/loss"]) == 400
    assert "loss_spikes" in unseen(Logging(by_clock=0.6))


def test_a_log_may_have_the_mean_so_far_beside_the_loss() -> None:
    frame = make_run({"loss": [4.0, 2.0, 0.0]}).frame
    assert so_far("loss")(frame).values.tolist() == [4.0, 3.0, 2.0]


def test_the_scale_of_a_loss_doubles_until_it_is_too_much() -> None:
    frame = make_run({"loss": np.ones(16)}).frame
    exponents = np.log2(loss_scale("loss", 2)(frame).values)
    assert exponents[::2].tolist() == [12.0, 13.0, 14.0, 15.0, 16.0, 15.0, 16.0, 15.0]
    np.testing.assert_array_equal(exponents[::2], exponents[1::2])


def test_a_sweep_ends_above_the_rate_that_is_then_taken() -> None:
    setup = recipe_called("swept-first").make(np.random.default_rng(0))
    rates = [setup.schedule(i / 1000) for i in range(1000)]
    assert rates[0] == pytest.approx(1e-3)
    assert 1.5 < max(rates) <= 2.0
    assert rates[100] == pytest.approx(1.0)
    assert rates[-1] < 1e-3


def test_an_old_checkpoint_comes_back_in_each_epoch() -> None:
    setup = recipe_called("oscillation/rolled-back").make(np.random.default_rng(0))
    assert setup.optimiser is not None
    optimiser, places = setup.optimiser(200), list[float]()
    weights: Parameters = [np.zeros(3)]
    for _ in range(200):
        optimiser.step(weights, [np.ones(3)], 0.01)
        places.append(float(weights[0][0]))
    back = np.flatnonzero(np.diff(places) > 0.0)
    assert 9 <= len(back) <= 17
    assert np.ptp(np.array(places)[back + 1]) == 0.0


def test_pruned_units_answer_to_nothing() -> None:
    task = short("levers", 120)
    setup = recipe_called("dead-units/pruned").make(np.random.default_rng(0))
    assert setup.onset is not None
    dead = simulate(task, setup, 0).frame["dead_fraction/layer_1"]
    before = dead.values[dead.steps < setup.onset * 120]
    after = dead.values[dead.steps > setup.onset * 120 + 1]
    assert before.max() < 0.5
    assert after.min() > 0.6


def test_fewer_workers_take_longer_from_then_on() -> None:
    setup = recipe_called("throughput/fewer-workers").make(np.random.default_rng(0))
    assert setup.onset is not None
    times = simulate(task_named("levers"), setup, 0).frame["train/loss"].wall_times
    assert times is not None
    gone, at = np.diff(times), round(setup.onset * (len(times) - 1))
    assert np.mean(gone[: at - 1]) == pytest.approx(6.0 * SECONDS_A_STEP, rel=0.05)
    assert np.mean(gone[at + 1 :]) == pytest.approx(6.0 * setup.slower * SECONDS_A_STEP, rel=0.05)


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/far-behind", "levers", LEVERS, "divergence"),
        ("divergence/growing-decay", "levers", LEVERS, "divergence"),
        ("divergence/extrapolated", "levers", LEVERS, "divergence"),
        ("late/noisier", "levers", LEVERS, "late_instability"),
        ("late/narrowed", "levers", LEVERS, "late_instability"),
        ("late/flipped-bits", "levers", LEVERS, "late_instability"),
        ("oscillation/rolled-back", "levers", LEVERS, "oscillation"),
        ("oscillation/upside-down", "levers", LEVERS, "oscillation"),
        ("oscillation/shaken", "levers", LEVERS, "oscillation"),
        ("nan/below-nought", "levers", LEVERS, "nan"),
        ("spikes/static", "levers", LEVERS, "loss_spikes"),
        ("spikes/padded", "levers", LEVERS, "loss_spikes"),
        ("spikes/scrambled", "levers", LEVERS, "loss_spikes"),
        ("exploding/one-layer", "levers", LEVERS, "exploding_gradients"),
        ("exploding/heavy-noise", "levers", LEVERS, "exploding_gradients"),
        ("vanishing/closed-gate", "levers", LEVERS, "vanishing_gradients"),
        ("dead-units/sinking-biases", "levers", LEVERS, "dead_relu"),
        ("dead-units/pruned", "swatches", SWATCHES, "dead_relu"),
        ("plateau/lost-in-rounding", "levers", LEVERS, "plateau"),
        ("plateau/starts-over", "swatches", SWATCHES, "plateau"),
        ("underfitting/few-values", "levers", LEVERS, "underfitting"),
        ("slow/small-shares", "levers", LEVERS, "slow_convergence"),
        ("overfitting/few-and-averaged", "levers", LEVERS, "overfitting"),
        ("gap/other-wiring", "levers", LEVERS, "train_val_gap"),
        ("noisy-validation/one-neighbourhood", "swatches", SWATCHES, "noisy_validation"),
        ("noisy-validation/with-gaps", "swatches", SWATCHES, "noisy_validation"),
        ("epoch-drops/under-a-cosine", "accents", ACCENTS, "epoch_drops"),
        ("stalled/on-a-shared-machine", "levers", LEVERS, "stalled"),
        ("throughput/swapping", "levers", LEVERS, "throughput_drop"),
        ("compressed", "levers", LEVERS, "healthy"),
        ("nearly-in-order", "levers", LEVERS, "healthy"),
        ("late-features", "levers", LEVERS, "late_improvement"),
        ("swapped-in-training", "levers", LEVERS, "val_below_train"),
    ]
)

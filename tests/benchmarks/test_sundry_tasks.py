from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.deriving import raised, smoothed, waited
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import SECONDS_A_STEP, simulate
from benchmarks.detection.tasks import Logging
from benchmarks.detection.telling import as_logged, as_told, unseen
from sample_logs.training import Parameters
from support import make_run
from task_support import labelling_test, recipe_called, short, task_named

WAFERS, BATTERIES = Reachable(0.0199, 0.0491, 2.54), Reachable(0.278, 0.293, 1.21)
KEYSTROKES, DOSAGES = Reachable(2.23, 2.42, 3.7), Reachable(-0.0796, -0.0862, 1.43)


def test_no_row_of_a_lost_while_is_in_the_log() -> None:
    run = make_run({"train/loss": np.arange(100.0), "val/loss": np.arange(100.0)})
    told = as_told(run.frame, Logging(steps=100, every=1, evaluate_every=1, lost=(0.4, 0.6)))
    for tag in ("train/loss", "val/loss"):
        assert told[tag].steps.tolist() == [*range(40), *range(60, 100)]
        np.testing.assert_array_equal(told[tag].values, told[tag].steps)
    assert "loss_spikes" in unseen(Logging(lost=(0.4, 0.6)))


def test_a_log_may_have_a_perplexity_beside_the_loss() -> None:
    frame = make_run({"nll_loss": [3.0, 2.0, 0.0]}).frame
    assert raised("nll_loss", 2.0)(frame).values.tolist() == [8.0, 4.0, 1.0]


def test_a_log_may_have_a_running_mean_beside_the_loss() -> None:
    frame = make_run({"loss": [4.0, 0.0, 0.0]}).frame
    assert smoothed("loss", 0.5)(frame).values.tolist() == [4.0, 2.0, 1.0]


def test_patience_is_counted_from_the_best_value() -> None:
    frame = make_run({"val_loss": [3.0, 2.0, 2.5, 2.2, 1.0, 4.0]}).frame
    assert waited("val_loss")(frame).values.tolist() == [0.0, 0.0, 1.0, 2.0, 0.0, 1.0]


def test_each_worker_logs_the_loss_of_its_part_of_a_batch() -> None:
    task = short("postcards", 40)
    frame = as_logged(simulate(task, Setup(), 0)).frame
    workers = [frame[f"worker_{i}/loss"].values for i in range(2)]
    np.testing.assert_allclose(np.mean(workers, axis=0), frame["train/loss"].values)
    assert "training_loss_rank1" in as_told(frame, task.logging)


def test_it_is_cooled_down_three_times() -> None:
    setup = recipe_called("cooled-in-between").make(np.random.default_rng(0))
    rates = np.array([setup.schedule(i / 1000) for i in range(1000)])
    assert rates.max() == 1.0
    low = np.flatnonzero((rates < 0.1) & (np.roll(rates, 1) >= 0.1))
    assert len(low) == 3
    assert rates[310] == rates[610] == 1.0


def test_only_one_layer_is_trained_at_a_time_beside_the_last() -> None:
    setup = recipe_called("layers-by-turns").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    slopes: Parameters = [np.ones(shape) for shape in ((3, 4), (4,), (4, 4), (4,), (4, 2), (2,))]
    seen = set[tuple[bool, ...]]()
    for done in np.linspace(0.0, 0.99, 60):
        trained = tuple(bool(one.any()) for one in setup.spoilt(float(done), slopes))
        assert trained[4:] == (True, True)
        seen.add(trained[:4])
    assert seen == {(True, True, False, False), (False, False, True, True)}


def test_the_last_layer_begins_anew_again_and_again() -> None:
    setup = recipe_called("oscillation/head-reset").make(np.random.default_rng(0))
    assert setup.optimiser is not None
    optimiser, heads = setup.optimiser(200), list[float]()
    weights: Parameters = [np.zeros((2, 2)), np.zeros(2), np.zeros((2, 1)), np.zeros(1)]
    for _ in range(200):
        optimiser.step(weights, [np.full_like(one, 1e-3) for one in weights], 0.01)
        heads.append(float(weights[2][0, 0]))
    assert 10 <= np.count_nonzero(np.abs(np.diff(heads)) > 1e-2) <= 15


def test_norms_may_overflow_where_the_loss_does_not() -> None:
    setup = recipe_called("nan/overflowing-norms").make(np.random.default_rng(0))
    frame = simulate(task_named("batteries"), setup, 0).frame
    norms = frame["train/grad_norm"].values
    assert 0 < np.count_nonzero(~np.isfinite(norms)) < len(norms) / 2
    assert np.isfinite(frame["train/loss"].values).all()


def test_disks_fail_one_after_the_other() -> None:
    setup = recipe_called("throughput/in-stages").make(np.random.default_rng(0))
    assert setup.onset is not None
    times = simulate(task_named("dosages"), setup, 0).frame["train/loss"].wall_times
    assert times is not None
    gone, at = np.diff(times), round(setup.onset * (len(times) - 1))
    assert np.mean(gone[: at - 1]) == pytest.approx(2.0 * SECONDS_A_STEP, rel=0.05)
    assert np.mean(gone[-10:]) == pytest.approx(2.0 * 5.5 * SECONDS_A_STEP, rel=0.05)


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/betas-swapped", "keystrokes", KEYSTROKES, "divergence"),
        ("divergence/hot-head", "keystrokes", KEYSTROKES, "divergence"),
        ("divergence/outer-steps-too-long", "dosages", DOSAGES, "divergence"),
        ("late/relabelled", "keystrokes", KEYSTROKES, "late_instability"),
        ("late/merged", "batteries", BATTERIES, "late_instability"),
        ("oscillation/head-reset", "batteries", BATTERIES, "oscillation"),
        ("nan/broken-shard", "wafers", WAFERS, "nan"),
        ("spikes/saturated", "batteries", BATTERIES, "loss_spikes"),
        ("spikes/of-nobody", "batteries", BATTERIES, "loss_spikes"),
        ("spikes/cents", "batteries", BATTERIES, "loss_spikes"),
        ("spikes/broken-bytes", "batteries", BATTERIES, "loss_spikes"),
        ("exploding/hump", "batteries", BATTERIES, "exploding_gradients"),
        ("exploding/more-workers", "batteries", BATTERIES, "exploding_gradients"),
        ("vanishing/large-biases", "keystrokes", KEYSTROKES, "vanishing_gradients"),
        ("vanishing/closing-gate", "wafers", WAFERS, "vanishing_gradients"),
        ("dead-units/one-signed", "wafers", WAFERS, "dead_relu"),
        ("dead-units/wrong-bound", "keystrokes", KEYSTROKES, "dead_relu"),
        ("plateau/cancelled", "keystrokes", KEYSTROKES, "plateau"),
        ("plateau/decayed-to-nothing", "wafers", WAFERS, "plateau"),
        ("plateau/always-the-first", "wafers", WAFERS, "plateau"),
        ("underfitting/in-a-narrow-box", "wafers", WAFERS, "underfitting"),
        ("underfitting/hardly-meant", "wafers", WAFERS, "underfitting"),
        ("slow/short-outer-steps", "wafers", WAFERS, "slow_convergence"),
        ("slow/mostly-skipped", "wafers", WAFERS, "slow_convergence"),
        ("overfitting/few-again-and-again", "keystrokes", KEYSTROKES, "overfitting"),
        ("overfitting/tuned-on-few", "keystrokes", KEYSTROKES, "overfitting"),
        ("gap/other-calibration", "batteries", BATTERIES, "train_val_gap"),
        ("gap/capped", "batteries", BATTERIES, "train_val_gap"),
        ("noisy-validation/with-replacement", "wafers", WAFERS, "noisy_validation"),
        ("noisy-validation/other-days", "batteries", BATTERIES, "noisy_validation"),
        ("epoch-drops/trapezoid", "wafers", WAFERS, "epoch_drops"),
        ("stalled/near-the-end", "batteries", BATTERIES, "stalled"),
        ("throughput/throttled", "wafers", WAFERS, "throughput_drop"),
        ("by-outer-steps", "batteries", BATTERIES, "healthy"),
        ("in-bytes", "wafers", WAFERS, "healthy"),
        ("thawed-late", "wafers", WAFERS, "late_improvement"),
        ("hidden-in-a-row", "wafers", WAFERS, "val_below_train"),
        ("resumed/extended", "wafers", WAFERS, "resumed"),
    ]
)

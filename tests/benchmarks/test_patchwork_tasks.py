from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.labelling import Reachable
from benchmarks.detection.simulation import SECONDS_A_STEP
from task_support import labelling_test, recipe_called


def test_examples_of_a_batch_are_alike_in_one_feature() -> None:
    setup = recipe_called("batches/bucketed").make(np.random.default_rng(0))
    assert setup.fed is not None
    inputs = np.random.default_rng(1).normal(size=(128, 5))
    chosen, targets = setup.fed(0.0, np.random.default_rng(2), (inputs, 2.0 * inputs))
    np.testing.assert_array_equal(targets, 2.0 * chosen)
    spreads = np.ptp(chosen, axis=0) / np.ptp(inputs, axis=0)
    assert np.sort(spreads)[0] < 0.4 < np.sort(spreads)[1]


def test_a_buffer_gives_examples_that_came_before() -> None:
    setup = recipe_called("batches/from-a-buffer").make(np.random.default_rng(0))
    assert setup.fed is not None
    drawn = np.random.default_rng(1)
    batches = [np.full((32, 1), float(i)) for i in range(400)]
    seen = [set(setup.fed(0.0, drawn, (one, one))[0].ravel().tolist()) for one in batches]
    assert seen[0] == {0.0}
    assert len(seen[10]) > 5
    assert min(seen[-1]) > 300.0


def test_rows_that_are_written_together_have_the_same_time_but_take_as_long() -> None:
    setup = recipe_called("clock/flushed-together").make(np.random.default_rng(0))
    assert setup.pauses is not None
    waits = np.array([SECONDS_A_STEP + setup.pauses(step, step / 3000) for step in range(3000)])
    assert np.median(waits) < 0.1 * SECONDS_A_STEP < 0.5 * waits.max()
    assert waits.mean() == pytest.approx(SECONDS_A_STEP, rel=0.05)


def test_data_that_run_dry_come_in_bursts() -> None:
    setup = recipe_called("throughput/buffer-runs-dry").make(np.random.default_rng(0))
    assert setup.pauses is not None
    waited = [step for step in range(1000) if setup.pauses(step, step / 1000)]
    assert min(waited) >= 300
    assert len(set(np.diff(waited).tolist())) == 1


KNEECAPS, STETHOSCOPES = Reachable(0.016, 0.0169, 0.381), Reachable(0.372, 0.356, 1.71)
APPRAISALS, HEARTBEATS = Reachable(0.69, 0.726, 2.81), Reachable(0.114, 0.132, 7.62)

test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("by-a-reflected-exponential", "kneecaps", KNEECAPS, "healthy"),
        ("line/to-a-tenth", "kneecaps", KNEECAPS, "healthy"),
        ("without-end", "kneecaps", KNEECAPS, "healthy"),
        ("by-both-sides", "kneecaps", KNEECAPS, "healthy"),
        ("by-whole-layers", "kneecaps", KNEECAPS, "healthy"),
        ("by-those-before", "kneecaps", KNEECAPS, "healthy"),
        ("by-added-signs", "kneecaps", KNEECAPS, "healthy"),
        ("batches/bucketed", "kneecaps", KNEECAPS, "healthy"),
        ("batches/from-a-buffer", "kneecaps", KNEECAPS, "healthy"),
        ("pipelined", "kneecaps", KNEECAPS, "healthy"),
        ("turned-in-training", "kneecaps", KNEECAPS, "val_below_train"),
        ("brightness/jittered-in-training", "kneecaps", KNEECAPS, "val_below_train"),
        ("epsilon-found-late", "kneecaps", KNEECAPS, "late_improvement"),
        ("accumulation-found-late", "kneecaps", KNEECAPS, "late_improvement"),
        ("resumed/with-larger-batches", "kneecaps", KNEECAPS, "resumed"),
        ("resumed/with-cold-caches", "kneecaps", KNEECAPS, "resumed"),
        ("clock/flushed-together", "kneecaps", KNEECAPS, "healthy"),
        ("clock/of-many-sizes", "kneecaps", KNEECAPS, "healthy"),
        ("divergence/overestimated", "stethoscopes", STETHOSCOPES, "divergence"),
        ("divergence/repelled", "stethoscopes", STETHOSCOPES, "divergence"),
        ("divergence/left-over-grows", "stethoscopes", STETHOSCOPES, "divergence"),
        ("late/rows-drawn-anew", "stethoscopes", STETHOSCOPES, "late_instability"),
        ("late/standardised", "stethoscopes", STETHOSCOPES, "late_instability"),
        ("late/only-one-kind", "stethoscopes", STETHOSCOPES, "late_instability"),
        ("oscillation/pruned-by-turns", "stethoscopes", STETHOSCOPES, "oscillation"),
        ("oscillation/coarse-by-turns", "stethoscopes", STETHOSCOPES, "oscillation"),
        ("oscillation/one-place-by-turns", "stethoscopes", STETHOSCOPES, "oscillation"),
        ("oscillation/turning-force", "appraisals", APPRAISALS, "oscillation"),
        ("nan/root-of-negative", "stethoscopes", STETHOSCOPES, "nan"),
        ("nan/ratio-over-nothing", "stethoscopes", STETHOSCOPES, "nan"),
        ("spikes/sentinels", "stethoscopes", STETHOSCOPES, "loss_spikes"),
        ("spikes/cosmic-rays", "stethoscopes", STETHOSCOPES, "loss_spikes"),
        ("spikes/sheared", "stethoscopes", STETHOSCOPES, "loss_spikes"),
        ("spikes/other-layout", "stethoscopes", STETHOSCOPES, "loss_spikes"),
        ("exploding/longer-each-time", "stethoscopes", STETHOSCOPES, "exploding_gradients"),
        ("exploding/over-ever-fewer", "stethoscopes", STETHOSCOPES, "exploding_gradients"),
        ("exploding/self-exciting", "stethoscopes", STETHOSCOPES, "exploding_gradients"),
        ("vanishing/mean-of-many", "kneecaps", KNEECAPS, "vanishing_gradients"),
        ("vanishing/begun-too-small", "kneecaps", KNEECAPS, "vanishing_gradients"),
        ("dead-units/pay-for-answers", "kneecaps", KNEECAPS, "dead_relu"),
        ("dead-units/by-signs", "stethoscopes", STETHOSCOPES, "dead_relu"),
        ("plateau/all-alike", "kneecaps", KNEECAPS, "plateau"),
        ("plateau/along-one-line", "kneecaps", KNEECAPS, "plateau"),
        ("underfitting/told-in-groups", "kneecaps", KNEECAPS, "underfitting"),
        ("underfitting/sensors-at-their-ends", "appraisals", APPRAISALS, "underfitting"),
        ("slow/largest-few", "kneecaps", KNEECAPS, "slow_convergence"),
        ("slow/less-the-one-before", "kneecaps", KNEECAPS, "slow_convergence"),
        ("overfitting/frames-of-few-films", "appraisals", APPRAISALS, "overfitting"),
        ("overfitting/sharp-units", "appraisals", APPRAISALS, "overfitting"),
        ("gap/survivors", "kneecaps", KNEECAPS, "train_val_gap"),
        ("gap/not-yet-recorded", "appraisals", APPRAISALS, "train_val_gap"),
        ("noisy-validation/left-out-by-chance", "kneecaps", KNEECAPS, "noisy_validation"),
        ("noisy-validation/one-in-many-views", "kneecaps", KNEECAPS, "noisy_validation"),
        ("epoch-drops/last-round-cooled", "heartbeats", HEARTBEATS, "epoch_drops"),
        ("epoch-drops/by-a-root", "heartbeats", HEARTBEATS, "epoch_drops"),
        ("stalled/among-short-waits", "kneecaps", KNEECAPS, "stalled"),
        ("stalled/while-flushed-together", "kneecaps", KNEECAPS, "stalled"),
        ("throughput/buffer-runs-dry", "kneecaps", KNEECAPS, "throughput_drop"),
        ("throughput/one-slow-neighbour", "kneecaps", KNEECAPS, "throughput_drop"),
    ]
)

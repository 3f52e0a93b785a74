from __future__ import annotations

import numpy as np

from benchmarks.detection.generator import generate_one
from benchmarks.detection.labelling import Reachable
from task_support import (
    labelling_test,
    recipe_called,
    task_named,
)


def test_a_clock_is_set_back_once() -> None:
    setup = recipe_called("clock/set-back").make(np.random.default_rng(0))
    assert setup.pauses is not None
    assert [one for one in (setup.pauses(i, i / 100) for i in range(100)) if one] == [-3600.0]


def test_each_batch_is_used_a_few_times_in_a_row() -> None:
    setup = recipe_called("echoed").make(np.random.default_rng(0))
    assert setup.fed is not None
    rng = np.random.default_rng(0)
    batches = [np.full((1, 1), float(i)) for i in range(60)]
    seen = [float(setup.fed(0.0, rng, (one, one))[0][0, 0]) for one in batches]
    times = [seen.count(one) for one in dict.fromkeys(seen)]
    assert 1 < times[0] == times[1] < 5


def test_whether_a_run_swings_whose_answers_have_seasons_is_left_open() -> None:
    run = generate_one(task_named("kettles"), recipe_called("oscillation/seasonal-answers"), 0, KETTLES)
    assert "oscillation" in run.gray  # the loss of what was fed is level, and that held back goes up and down
    assert not run.labels


KETTLES, PERFUMES = Reachable(0.0275, 0.0268, 0.779), Reachable(0.0382, 0.105, 1.22)
TRAMS = Reachable(0.0472, 0.0558, 0.439)

test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("cosine/by-epoch", "kettles", KETTLES, "healthy"),
        ("warm-up/exponential", "kettles", KETTLES, "healthy"),
        ("by-quasi-momentum", "kettles", KETTLES, "healthy"),
        ("by-distance", "kettles", KETTLES, "healthy"),
        ("handed-over", "kettles", KETTLES, "healthy"),
        ("nothing-at-first", "perfumes", PERFUMES, "healthy"),
        ("frozen/one-by-one", "kettles", KETTLES, "healthy"),
        ("echoed", "kettles", KETTLES, "healthy"),
        ("averaged/taken-over", "kettles", KETTLES, "healthy"),
        ("pruned/gently", "kettles", KETTLES, "healthy"),
        ("rounded-by-chance", "perfumes", PERFUMES, "healthy"),
        ("far-ones-first", "kettles", KETTLES, "healthy"),
        ("answers/jittered-in-training", "kettles", KETTLES, "val_below_train"),
        ("answers/mended", "perfumes", PERFUMES, "late_improvement"),
        ("scale-mended", "kettles", KETTLES, "late_improvement"),
        ("resumed/near-the-end", "kettles", KETTLES, "resumed"),
        ("resumed/cooled-by-a-cosine", "kettles", KETTLES, "resumed"),
        ("clock/steps-of-any-length", "kettles", KETTLES, "healthy"),
        ("divergence/frozen-squares", "perfumes", PERFUMES, "divergence"),
        ("divergence/unlearnt", "perfumes", PERFUMES, "divergence"),
        ("late/first-checkpoint", "kettles", KETTLES, "late_instability"),
        ("late/scaler-fitted-anew", "perfumes", PERFUMES, "late_instability"),
        ("late/handed-over-as-it-was", "trams", TRAMS, "late_instability"),
        ("oscillation/softened-in-cycles", "kettles", KETTLES, "oscillation"),
        ("oscillation/decay-in-cycles", "kettles", KETTLES, "oscillation"),
        ("nan/cut-by-nothing", "kettles", KETTLES, "nan"),
        ("nan/spread-of-nothing", "kettles", KETTLES, "nan"),
        ("nan/rate-over-nothing", "kettles", KETTLES, "nan"),
        ("spikes/cumulated", "kettles", KETTLES, "loss_spikes"),
        ("spikes/stuck-sensors", "kettles", KETTLES, "loss_spikes"),
        ("spikes/by-rank", "kettles", KETTLES, "loss_spikes"),
        ("spikes/zero-moved", "kettles", KETTLES, "loss_spikes"),
        ("exploding/over-a-temperature", "kettles", KETTLES, "exploding_gradients"),
        ("exploding/residuals-fed-back", "kettles", KETTLES, "exploding_gradients"),
        ("exploding/one-worker", "kettles", KETTLES, "exploding_gradients"),
        ("vanishing/cut-off", "kettles", KETTLES, "vanishing_gradients"),
        ("vanishing/hardly-ever-through", "kettles", KETTLES, "vanishing_gradients"),
        ("dead-units/one-wrong-entry", "kettles", KETTLES, "dead_relu"),
        ("dead-units/found-too-late", "kettles", KETTLES, "dead_relu"),
        ("plateau/mean-inputs", "perfumes", PERFUMES, "plateau"),
        ("plateau/contradicted", "kettles", KETTLES, "plateau"),
        ("plateau/warmed-up-from-nothing", "kettles", KETTLES, "plateau"),
        ("underfitting/signs-lost", "kettles", KETTLES, "underfitting"),
        ("underfitting/too-sparse", "perfumes", PERFUMES, "underfitting"),
        ("slow/dampened", "perfumes", PERFUMES, "slow_convergence"),
        ("slow/of-one-length", "trams", TRAMS, "slow_convergence"),
        ("overfitting/oversampled", "kettles", KETTLES, "overfitting"),
        ("overfitting/put-in-between", "kettles", KETTLES, "overfitting"),
        ("gap/rule-of-thumb", "kettles", KETTLES, "train_val_gap"),
        ("gap/one-annotator", "kettles", KETTLES, "train_val_gap"),
        ("noisy-validation/heavily-weighted", "kettles", KETTLES, "noisy_validation"),
        ("noisy-validation/largest-of-some", "kettles", KETTLES, "noisy_validation"),
        ("epoch-drops/a-cycle-each", "kettles", KETTLES, "epoch_drops"),
        ("epoch-drops/rising", "kettles", KETTLES, "epoch_drops"),
        ("stalled/over-a-weekend", "kettles", KETTLES, "stalled"),
        ("stalled/and-faster", "kettles", KETTLES, "stalled"),
        ("throughput/waits-by-chance", "kettles", KETTLES, "throughput_drop"),
        ("throughput/slower-for-long", "kettles", KETTLES, "throughput_drop"),
    ]
)

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.labelling import Reachable
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.tasks import Logging
from benchmarks.detection.telling import as_told, in_units
from support import make_run
from task_support import labelling_test, recipe_called, short


def test_a_log_may_go_on_with_the_steps_of_another_one() -> None:
    run = make_run({"train/loss": np.arange(5.0), "val/loss": np.arange(5.0)})
    logging = Logging(steps=5, every=1, evaluate_every=1, units=10, begun=1000)
    told = as_told(run.frame, logging)
    assert told["train/loss"].steps.tolist() == [1000, 1010, 1020, 1030, 1040]
    assert in_units(3, logging) == 1030


def test_slopes_are_divided_by_as_much_at_each_layer() -> None:
    setup = recipe_called("vanishing/less-by-layer").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    shares = [float(one[0]) for one in setup.spoilt(0.0, [np.ones(2) for _ in range(6)])]
    assert shares[4] == shares[5] == 1.0
    assert shares[0] / shares[2] == pytest.approx(shares[2] / shares[4])


def test_a_worker_for_whom_no_example_is_left_has_the_same_as_another() -> None:
    task = short("shelters", 12)
    frame = simulate(task, Setup(batch=1), 0).frame
    assert task.logging.workers > 1
    for worker in range(task.logging.workers):
        np.testing.assert_allclose(frame[f"worker_{worker}/loss"].values, frame["train/loss"].values)


ENZYMES, VOWELS = Reachable(0.00732, 0.00813, 0.490), Reachable(0.103, 0.110, 1.93)

test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/averages-summed", "enzymes", ENZYMES, "divergence"),
        ("late/answers-fade", "vowels", VOWELS, "late_instability"),
        ("late/weights-leak", "vowels", VOWELS, "late_instability"),
        ("oscillation/shrunk-by-turns", "enzymes", ENZYMES, "oscillation"),
        ("nan/squares-below-nought", "enzymes", ENZYMES, "nan"),
        ("nan/lost-in-a-sum", "vowels", VOWELS, "nan"),
        ("spikes/double-exposed", "enzymes", ENZYMES, "loss_spikes"),
        ("spikes/untransformed", "enzymes", ENZYMES, "loss_spikes"),
        ("spikes/every-night", "enzymes", ENZYMES, "loss_spikes"),
        ("exploding/and-back", "enzymes", ENZYMES, "exploding_gradients"),
        ("exploding/towards-the-end", "enzymes", ENZYMES, "exploding_gradients"),
        ("exploding/undivided-batches", "enzymes", ENZYMES, "exploding_gradients"),
        ("vanishing/less-by-layer", "enzymes", ENZYMES, "vanishing_gradients"),
        ("dead-units/one-bad-step", "enzymes", ENZYMES, "dead_relu"),
        ("plateau/few-weights", "enzymes", ENZYMES, "plateau"),
        ("plateau/mean-answers", "vowels", VOWELS, "plateau"),
        ("plateau/other-columns", "enzymes", ENZYMES, "plateau"),
        ("gap/other-gain", "enzymes", ENZYMES, "train_val_gap"),
        ("noisy-validation/mislabelled", "enzymes", ENZYMES, "noisy_validation"),
        ("noisy-validation/one-kind", "enzymes", ENZYMES, "noisy_validation"),
        ("epoch-drops/stepped-rounds", "enzymes", ENZYMES, "epoch_drops"),
        ("stalled/twice", "enzymes", ENZYMES, "stalled"),
        ("throughput/every-third", "enzymes", ENZYMES, "throughput_drop"),
        ("throughput/slower-machine", "enzymes", ENZYMES, "throughput_drop"),
        ("cut-short", "enzymes", ENZYMES, "healthy"),
        ("batches/alternating", "vowels", VOWELS, "healthy"),
        ("noise-dies-away", "enzymes", ENZYMES, "healthy"),
        ("jolted-in-training", "enzymes", ENZYMES, "val_below_train"),
        ("rate-found-late", "enzymes", ENZYMES, "late_improvement"),
        ("resumed/cooled-down", "vowels", VOWELS, "resumed"),
    ]
)

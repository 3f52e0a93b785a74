from __future__ import annotations

import numpy as np

from benchmarks.detection.labelling import Reachable
from benchmarks.detection.simulation import SECONDS_A_STEP
from task_support import labelling_test, recipe_called


def test_a_mixture_goes_over_from_one_source_to_another() -> None:
    setup = recipe_called("mixture-drifts").make(np.random.default_rng(0))
    assert setup.fed is not None
    inputs = np.tile(np.linspace(-1.0, 1.0, 400)[:, None], (1, 3))
    means = [setup.fed(done, np.random.default_rng(1), (inputs, inputs))[0].mean() for done in (0.0, 1.0)]
    assert means[0] < -0.1
    assert means[1] > 0.1


def test_what_is_mined_lies_farther_out() -> None:
    setup = recipe_called("farthest-mined").make(np.random.default_rng(0))
    assert setup.fed is not None
    inputs = np.random.default_rng(1).normal(size=(64, 4))
    chosen, answers = setup.fed(0.0, np.random.default_rng(2), (inputs, 2.0 * inputs))
    np.testing.assert_array_equal(answers, 2.0 * chosen)
    lengths = (chosen**2).sum(axis=1)
    assert len(chosen) == 32
    assert lengths.min() >= np.median((inputs**2).sum(axis=1))


def test_shapes_are_compiled_at_first_and_later_no_more() -> None:
    setup = recipe_called("clock/compiled-as-they-come").make(np.random.default_rng(0))
    assert setup.pauses is not None
    waits = np.array([setup.pauses(step, step / 3000) for step in range(3000)])
    assert waits[:20].mean() > 5.0 * SECONDS_A_STEP
    assert waits[1500:].sum() == 0.0


def test_buffers_that_are_swapped_twice_are_as_they_were() -> None:
    setup = recipe_called("oscillation/buffers-swapped").make(np.random.default_rng(0))
    assert setup.optimiser is not None
    optimiser, first = setup.optimiser(3000), np.arange(8.0)[:, None]
    seen = set[tuple[float, ...]]()
    for _ in range(3000):
        optimiser.step([first], [np.zeros_like(first)], 0.1)
        seen.add(tuple(first.ravel().tolist()))
    assert len(seen) == 2
    assert tuple(np.arange(8.0).tolist()) in seen


PLUMES, SNOWPACKS = Reachable(0.0279, 0.0322, 1.038), Reachable(0.261, 0.285, 1.65)
BRIDGES = Reachable(0.704, 0.762, 2.468)
QUILTS, CONSTELLATIONS = Reachable(0.106, 0.110, 7.61), Reachable(0.0746, 0.145, 2.353)

test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("rippled", "plumes", PLUMES, "healthy"),
        ("line/in-thirds", "plumes", PLUMES, "healthy"),
        ("lowered-for-a-while", "plumes", PLUMES, "healthy"),
        ("rates-by-chance", "plumes", PLUMES, "healthy"),
        ("batches/single-examples", "plumes", PLUMES, "healthy"),
        ("by-partial-roots", "plumes", PLUMES, "healthy"),
        ("by-changes-of-slopes", "plumes", PLUMES, "healthy"),
        ("by-remembered-rates", "plumes", PLUMES, "healthy"),
        ("by-differences", "plumes", PLUMES, "healthy"),
        ("by-a-louder-mean", "plumes", PLUMES, "healthy"),
        ("decay-raised-gently", "plumes", PLUMES, "healthy"),
        ("fine-tuned/in-low-ranks", "plumes", PLUMES, "healthy"),
        ("fine-tuned/with-restarts", "plumes", PLUMES, "healthy"),
        ("mixture-drifts", "plumes", PLUMES, "healthy"),
        ("batches/workers-come-and-go", "plumes", PLUMES, "healthy"),
        ("momentum/in-stages", "plumes", PLUMES, "healthy"),
        ("accumulated/ever-more", "plumes", PLUMES, "healthy"),
        ("farthest-mined", "plumes", PLUMES, "val_below_train"),
        ("solarised-in-training", "plumes", PLUMES, "val_below_train"),
        ("lit-batch-by-batch", "plumes", PLUMES, "val_below_train"),
        ("kept-finely-late", "plumes", PLUMES, "late_improvement"),
        ("symmetry-broken-late", "quilts", QUILTS, "late_improvement"),
        ("resumed/with-smaller-batches", "plumes", PLUMES, "resumed"),
        ("resumed/with-less-momentum", "plumes", PLUMES, "resumed"),
        ("clock/long-and-short", "plumes", PLUMES, "healthy"),
        ("clock/compiled-as-they-come", "plumes", PLUMES, "healthy"),
        ("divergence/ever-later", "plumes", PLUMES, "divergence"),
        ("divergence/only-longer", "plumes", PLUMES, "divergence"),
        ("divergence/noise-rises", "plumes", PLUMES, "divergence"),
        ("late/vocabulary-reordered", "plumes", PLUMES, "late_instability"),
        ("late/cut-to-low-rank", "plumes", PLUMES, "late_instability"),
        ("late/drawn-elsewhere", "plumes", PLUMES, "late_instability"),
        ("oscillation/back-to-start-by-turns", "plumes", PLUMES, "oscillation"),
        ("oscillation/low-rank-by-turns", "plumes", PLUMES, "oscillation"),
        ("oscillation/cells-drift-by-turns", "bridges", BRIDGES, "oscillation"),
        ("oscillation/buffers-swapped", "plumes", PLUMES, "oscillation"),
        ("nan/past-the-last-step", "plumes", PLUMES, "nan"),
        ("nan/nothing-sold", "snowpacks", SNOWPACKS, "nan"),
        ("spikes/sign-bit", "plumes", PLUMES, "loss_spikes"),
        ("spikes/howling", "plumes", PLUMES, "loss_spikes"),
        ("spikes/timestamps", "plumes", PLUMES, "loss_spikes"),
        ("spikes/gamma-backwards", "plumes", PLUMES, "loss_spikes"),
        ("spikes/mains-hum", "plumes", PLUMES, "loss_spikes"),
        ("exploding/by-all-tokens-so-far", "plumes", PLUMES, "exploding_gradients"),
        ("exploding/some-never-unscaled", "plumes", PLUMES, "exploding_gradients"),
        ("vanishing/side-loss-alone", "plumes", PLUMES, "vanishing_gradients"),
        ("vanishing/cooled-by-layer", "plumes", PLUMES, "vanishing_gradients"),
        ("dead-units/warm-up-overshoots", "plumes", PLUMES, "dead_relu"),
        ("dead-units/unscaled-at-first", "quilts", QUILTS, "dead_relu"),
        ("plateau/head-decays-away", "plumes", PLUMES, "plateau"),
        ("plateau/projected-out", "plumes", PLUMES, "plateau"),
        ("underfitting/folded", "snowpacks", SNOWPACKS, "underfitting"),
        ("underfitting/hidden-by-noise", "snowpacks", SNOWPACKS, "underfitting"),
        ("slow/averaged-over-padding", "plumes", PLUMES, "slow_convergence"),
        ("slow/a-block-at-a-time", "plumes", PLUMES, "slow_convergence"),
        ("overfitting/folds-swapped", "bridges", BRIDGES, "overfitting"),
        ("overfitting/few-with-slips", "plumes", PLUMES, "overfitting"),
        ("gap/told-by-fours", "snowpacks", SNOWPACKS, "train_val_gap"),
        ("gap/only-clear-ones", "snowpacks", SNOWPACKS, "train_val_gap"),
        ("noisy-validation/columns-slip", "snowpacks", SNOWPACKS, "noisy_validation"),
        ("noisy-validation/of-an-old-cache", "constellations", CONSTELLATIONS, "noisy_validation"),
        ("epoch-drops/cooled-in-each", "quilts", QUILTS, "epoch_drops"),
        ("epoch-drops/held-and-let-down", "quilts", QUILTS, "epoch_drops"),
        ("stalled/after-a-slow-start", "plumes", PLUMES, "stalled"),
        ("stalled/among-long-and-short", "plumes", PLUMES, "stalled"),
        ("throughput/longer-texts", "plumes", PLUMES, "throughput_drop"),
        ("throughput/hot-by-and-by", "plumes", PLUMES, "throughput_drop"),
    ]
)

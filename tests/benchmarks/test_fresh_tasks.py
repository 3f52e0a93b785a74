from __future__ import annotations

import numpy as np

from benchmarks.detection.labelling import Reachable
from sample_logs.training import Array, Parameters, norm
from task_support import labelling_test, recipe_called, task_named


def test_the_smaller_a_slope_the_longer_its_step() -> None:
    setup = recipe_called("late/by-what-is-left").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    first, smaller = (norm(setup.spoilt(0.9, [np.array([slope])])) for slope in (2.0, 0.5))
    assert smaller == 4.0 * first
    assert norm(setup.spoilt(0.1, [np.array([2.0])])) == 2.0


def test_each_layer_is_bounded_by_the_next_one() -> None:
    setup = recipe_called("vanishing/bounded-by-the-next").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    slopes = setup.spoilt(0.5, [np.full((4, 4), 2.0), np.ones(4)] * 3)
    shares = [norm(slopes[i : i + 2]) / norm(slopes[i + 2 : i + 4]) for i in (0, 2)]
    np.testing.assert_allclose(shares, shares[0])
    assert shares[0] <= 0.02
    np.testing.assert_array_equal(slopes[4], np.full((4, 4), 2.0))


def test_a_matrix_keeps_the_direction_that_it_has_after_one_step() -> None:
    setup = recipe_called("plateau/only-longer-or-shorter").make(np.random.default_rng(0))
    assert setup.optimiser is not None
    optimiser, drawn = setup.optimiser(50), np.random.default_rng(1)
    parameters: Parameters = [drawn.normal(size=(3, 2)), np.zeros(2)]
    places = list[Array]()
    for _ in range(50):
        slopes: Parameters = [drawn.normal(size=one.shape) for one in parameters]
        optimiser.step(parameters, slopes, 0.1)
        places.append(parameters[0].copy())
    ratio = places[-1] / places[0]
    np.testing.assert_allclose(ratio, ratio[0, 0])
    assert abs(ratio[0, 0] - 1.0) > 0.01


def test_neighbours_that_are_tied_are_alike_and_others_are_in_the_next_round() -> None:
    setup = recipe_called("oscillation/tied-by-turns").make(np.random.default_rng(0))
    assert setup.optimiser is not None
    optimiser = setup.optimiser(400)
    columns: Parameters = [np.arange(10.0).reshape(2, 5)]
    seen = list[Array]()
    for _ in range(60):
        optimiser.step(columns, [np.zeros((2, 5))], 0.1)
        seen.append(columns[0].copy())
    np.testing.assert_allclose(seen[0], [[0.5, 0.5, 2.5, 2.5, 4.0], [5.5, 5.5, 7.5, 7.5, 9.0]])
    np.testing.assert_allclose(seen[-1], [[2.25, 1.5, 1.5, 2.5, 2.25], [7.25, 6.5, 6.5, 7.5, 7.25]])


def test_axes_that_are_turned_leave_examples_as_long_as_they_were() -> None:
    changed = recipe_called("gap/other-axes").make(np.random.default_rng(0)).changed
    assert changed is not None
    turn = changed(task_named("icebergs")).for_training
    assert turn is not None
    seen = np.random.default_rng(1).normal(size=(50, 5))
    turned = turn(np.random.default_rng(2), (seen, seen))[0]
    np.testing.assert_allclose((turned**2).sum(axis=1), (seen**2).sum(axis=1))
    np.testing.assert_array_equal(turned[:, 4], seen[:, 4])
    assert np.abs(turned[:, :4] - seen[:, :4]).mean() > 0.3


def test_a_mask_is_the_same_in_each_step_until_it_is_taken_off() -> None:
    setup = recipe_called("mask-taken-off-late").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    slopes: Parameters = [np.ones((40, 40))]
    early, later, at_last = (setup.spoilt(done, slopes)[0] for done in (0.0, 0.2, 0.5))
    np.testing.assert_array_equal(early, later)
    assert 0.0 < early.mean() < 0.05
    np.testing.assert_array_equal(at_last, slopes[0])


ICEBERGS, TYRES = Reachable(-1.09, -1.054, 0.271), Reachable(0.175, 0.191, 10.8)
CUTLERY, KITESURFERS = Reachable(0.0375, 0.114, 2.14), Reachable(0.0561, 0.0591, 0.892)

test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("by-a-cubic", "icebergs", ICEBERGS, "healthy"),
        ("by-hypergradients", "icebergs", ICEBERGS, "healthy"),
        ("in-three-levels", "kitesurfers", KITESURFERS, "healthy"),
        ("fine-tuned/held-to-its-start", "icebergs", ICEBERGS, "healthy"),
        ("far-off-in-training", "kitesurfers", KITESURFERS, "val_below_train"),
        ("mask-taken-off-late", "icebergs", ICEBERGS, "late_improvement"),
        ("resumed/with-decay", "kitesurfers", KITESURFERS, "resumed"),
        ("divergence/tuned-backwards", "icebergs", ICEBERGS, "divergence"),
        ("late/by-what-is-left", "icebergs", ICEBERGS, "late_instability"),
        ("oscillation/tied-by-turns", "tyres", TYRES, "oscillation"),
        ("nan/beyond-the-table", "icebergs", ICEBERGS, "nan"),
        ("spikes/points-lost", "tyres", TYRES, "loss_spikes"),
        ("exploding/weighed-by-rareness", "icebergs", ICEBERGS, "exploding_gradients"),
        ("vanishing/bounded-by-the-next", "icebergs", ICEBERGS, "vanishing_gradients"),
        ("dead-units/folded-in-wrongly", "icebergs", ICEBERGS, "dead_relu"),
        ("plateau/only-longer-or-shorter", "tyres", TYRES, "plateau"),
        ("underfitting/only-a-score", "cutlery", CUTLERY, "underfitting"),
        ("slow/divided-by-widths", "cutlery", CUTLERY, "slow_convergence"),
        ("overfitting/only-the-hardest", "cutlery", CUTLERY, "overfitting"),
        ("gap/other-axes", "icebergs", ICEBERGS, "train_val_gap"),
        ("noisy-validation/own-statistics", "kitesurfers", KITESURFERS, "noisy_validation"),
        ("epoch-drops/every-other-at-half", "icebergs", ICEBERGS, "epoch_drops"),
        ("stalled/between-day-and-night", "icebergs", ICEBERGS, "stalled"),
        ("throughput/busy-network", "icebergs", ICEBERGS, "throughput_drop"),
    ]
)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.labelling import Reachable
from benchmarks.detection.setups import Setup, cosine
from benchmarks.detection.simulation import simulate
from task_support import finely_logged, labelling_test, recipe_called, task_named


def test_batches_that_grow_are_as_large_as_those_that_are_large_from_the_beginning() -> None:
    task = finely_logged("payments")
    grown, large = (
        simulate(task, setup, 0).frame["train/loss"].values
        for setup in (Setup(batch=16, batch_factor=lambda done: 4), Setup(batch=64))
    )
    np.testing.assert_array_equal(grown, large)


def test_batches_that_grow_have_less_and_less_noise() -> None:
    task = finely_logged("payments", steps=400)
    setup = Setup(batch=4, batch_factor=lambda done: 1 if done < 0.5 else 32, rate=0.0)
    losses = simulate(task, setup, 0).frame["train/loss"].values
    assert np.std(losses[100:]) < 0.5 * np.std(losses[:100])


def test_noise_of_the_inputs_fades() -> None:
    task = finely_logged("continued", steps=200)
    noisy = Setup(input_noise=5.0, rate=0.0)

    def fades(done: float) -> float:
        return 1.0 - done

    constant, fading = (
        simulate(task, setup, 0).frame["train/loss"].values
        for setup in (noisy, replace(noisy, noise_schedule=fades))
    )
    assert fading[0] == constant[0]
    assert np.mean(fading[-10:]) < 0.8 * np.mean(constant[-10:])


def test_gradients_are_spoilt_before_they_are_logged_and_applied() -> None:
    task = finely_logged("echoing")
    plain, spoilt = (
        simulate(task, setup, 0).frame["train/grad_norm"].values
        for setup in (
            Setup(),
            Setup(spoilt=lambda done, gradients: [one * (10.0 if done >= 0.5 else 1.0) for one in gradients]),
        )
    )
    np.testing.assert_array_equal(plain[:15], spoilt[:15])
    assert spoilt[15] == pytest.approx(10.0 * plain[15])
    assert spoilt[16] != pytest.approx(10.0 * plain[16], rel=1e-3)


def test_biases_alone_leave_the_weights_as_they_were() -> None:
    setup = recipe_called("plateau/biases-only").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    weights, bias, row = setup.spoilt(0.5, [np.ones((3, 2)), np.ones(2), np.ones((1, 2))])
    assert not weights.any()
    assert bias.all()
    assert row.all()


def test_a_stopped_run_ends_before_its_schedule_does() -> None:
    task, setup = task_named("crowds"), recipe_called("stopped").make(np.random.default_rng(0))
    stopped = simulate(task, setup, 0).frame["train/lr"]
    whole = simulate(task, replace(setup, changed=None, schedule=cosine), 0).frame["train/lr"]
    assert len(stopped) < len(whole)
    assert whole.values[-1] < 0.1 * stopped.values[-1]
    np.testing.assert_allclose(stopped.values[0], whole.values[0])


def test_a_schedule_that_is_too_short_goes_below_zero() -> None:
    setup = recipe_called("late/rate-below-zero").make(np.random.default_rng(0))
    assert setup.onset is not None
    assert setup.schedule(setup.onset - 0.1) > 0.0 > setup.schedule(setup.onset + 0.1)


def test_the_preparation_of_the_inputs_is_left_out_of_the_validation() -> None:
    setup = recipe_called("gap/prepared-differently").make(np.random.default_rng(0))
    recorded, plain = (
        simulate(finely_logged("returns"), one, 0) for one in (setup, replace(setup, changed=None))
    )
    assert recorded.validation[0] == plain.validation[0]
    assert recorded.train[0] != plain.train[0]


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/upwards", "sentences", Reachable(0.2, 0.25, 3.0), "divergence"),
        ("divergence/rate-below-zero", "molecules", Reachable(0.21, 0.27, 1.13), "divergence"),
        ("nan/broken-example", "strips", Reachable(-23.8, -23.5, 0.4), "nan"),
        ("spikes/inverted", "returns", Reachable(-0.88, -0.84, 2.0), "loss_spikes"),
        ("exploding/still-scaled", "returns", Reachable(-0.88, -0.84, 2.0), "exploding_gradients"),
        ("vanishing/attenuated", "embedded", Reachable(0.036, 0.037, 0.79), "vanishing_gradients"),
        ("dead-units/raw-inputs", "crowds", Reachable(0.38, 0.42, 1.43), "dead_relu"),
        ("plateau/biases-only", "keywords", Reachable(0.16, 0.2, 1.9), "plateau"),
        ("underfitting/few-features", "tastings", Reachable(0.066, 0.064, 0.3), "underfitting"),
        ("slow/no-momentum", "crowds", Reachable(0.38, 0.42, 1.43), "slow_convergence"),
        ("overfitting/too-wide", "wards", Reachable(0.43, 0.47, 0.72), "overfitting"),
        ("noisy-validation/one-batch", "returns", Reachable(-0.88, -0.84, 2.0), "noisy_validation"),
        ("epoch-drops/decaying", "wards", Reachable(0.43, 0.47, 0.72), "epoch_drops"),
        ("resumed/warmed-up-again", "gaps", Reachable(2.7, 3.05, 11.7), "resumed"),
        ("trapezoid", "persons", Reachable(0.7, 0.8, 5.5), "healthy"),
        ("stopped", "episodes", Reachable(0.22, 0.17, 1.55), "healthy"),
    ]
)

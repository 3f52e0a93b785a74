"""What is done to the broad tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import LOOK_ALIKES, jittered, place_of
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    Spoil,
    between,
    changed_at,
    cosine,
    either,
    has_answers,
    has_features,
    has_hidden_layers,
    is_logged_often,
    is_perceptron,
    logs_norms,
)
from benchmarks.detection.swing_setups import ramp
from benchmarks.detection.tasks import Data, Task
from sample_logs.training import Parameters

RAW = 20.0  # that one unit of an input is stored as


def _scaled_from(place: float, factor: float) -> Spoil:
    return lambda done, gradients: [one * (factor if done >= place else 1.0) for one in gradients]


def _not_divided(rng: np.random.Generator) -> Setup:
    """From somewhere on gradients are added up over steps and not divided by their number."""
    place = place_of(rng, 0.5, 0.75)
    return Setup(spoilt=_scaled_from(place, float(rng.integers(8, 33))), onset=place)


def _still_scaled(rng: np.random.Generator) -> Setup:
    """The gradients keep the factor that a half-precision loss was scaled by; they are clipped."""
    place = place_of(rng)
    factor = float(2 ** rng.integers(9, 15))
    return Setup(spoilt=_scaled_from(place, factor), clip=0.3, schedule=cosine, onset=place)


def _below_zero(rng: np.random.Generator, low: float, high: float) -> Setup:
    """The total of the schedule is too short: from there on the rate is negative."""
    place = place_of(rng, 0.5, 0.7)
    deep = between(rng, low, high)
    return Setup(
        schedule=lambda done: 1.0 - done / place if done < place else -deep * (done - place),
        adam=either(rng),
        onset=place,
    )


def _upwards(rng: np.random.Generator) -> Setup:
    """The wrong sign from the beginning."""
    return Setup(rate=-between(rng, 0.1, 0.5), clip=1.0, adam=either(rng))


def _rate_test(rng: np.random.Generator) -> Setup:
    """The rate is raised until the run breaks, to find one."""
    high = between(rng, 100, 1000)
    return Setup(schedule=lambda done: 1e-3 * (1e3 * high) ** done, clip=10.0)


def _never_cleared(rng: np.random.Generator) -> Setup:
    """Gradients that are never set to zero add up, as under a momentum of 1."""
    return Setup(momentum=1.0, rate=between(rng, 0.05, 0.5), clip=1.0, batch=128)


def _signs(rng: np.random.Generator) -> Setup:
    return Setup(
        spoilt=lambda done, gradients: [np.sign(one) for one in gradients],
        rate=between(rng, 0.1, 1.0),
        batch=128,
    )


def _high_restarts(rng: np.random.Generator) -> Setup:
    cycles, high = float(rng.integers(8, 14)), between(rng, 10, 40)
    return Setup(schedule=lambda done: high * cosine(cycles * done % 1.0), clip=2.0, batch=64)


def _broken_example(rng: np.random.Generator) -> Setup:
    place = place_of(rng, 0.3, 0.8)
    return Setup(bad_batches=(place,), bad_scale=np.nan, onset=place, adam=either(rng))


def _growing_weights(rng: np.random.Generator) -> Setup:
    return Setup(weight_decay=-between(rng, 100, 1000))


def _periodic(rng: np.random.Generator, scale: float) -> Setup:
    """The last batch of each epoch is broken."""
    epochs = int(rng.integers(4, 8))
    places = tuple(i / epochs for i in range(1, epochs))
    return Setup(
        bad_batches=places,
        bad_scale=scale,
        onset=places[0],
        batch=128,
        adam=either(rng),
        schedule=cosine,
        rate=0.5,
    )


def _inverted(rng: np.random.Generator) -> Setup:
    return _periodic(rng, -between(rng, 1, 4))


def _broken_file(rng: np.random.Generator) -> Setup:
    """A few batches in a row with the answers of others."""
    place = place_of(rng, 0.3, 0.85)
    return Setup(bad_batches=(place,), bad_scale=between(rng, 2, 8), onset=place, batch=64, adam=either(rng))


def _wrong_answers(rng: np.random.Generator) -> Setup:
    return _periodic(rng, 1.0)


def _attenuated(rng: np.random.Generator) -> Setup:
    """Each layer lets through a small share of the gradient, whatever the layers above."""
    share = float(rng.uniform(0.02, 0.15))

    def spoil(done: float, gradients: Parameters) -> Parameters:
        above = len(gradients) // 2 - 1
        return [one * share ** (above - i // 2) for i, one in enumerate(gradients)]

    return Setup(hidden=(16,) * 5, spoilt=spoil, layer_norms=True, adam=either(rng))


def _no_warm_up(rng: np.random.Generator) -> Setup:
    return Setup(
        activation="relu",
        schedule=changed_at(0.02, between(rng, 50, 300), 1.0),
        clip=10.0,
        dead_shares=True,
        onset=0.0,
    )


def _raw(task: Task) -> Task:
    """Inputs as they were stored: all of them large and above zero."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        return RAW * (inputs + 3.0), targets

    return replace(task, draw=draw)


def _raw_inputs(rng: np.random.Generator) -> Setup:
    return Setup(
        changed=_raw,
        activation="relu",
        gain=0.1,
        dead_shares=True,
        rate=between(rng, 1, 4),
        clip=5.0,
        onset=0.0,
    )


def _only_biases(done: float, gradients: Parameters) -> Parameters:
    return [one * (1.0 if one.ndim == 1 or len(one) == 1 else 0.0) for one in gradients]


def _lost_weights(rng: np.random.Generator) -> Setup:
    """The optimiser was given the biases alone."""
    return Setup(spoilt=_only_biases, adam=either(rng), schedule=cosine)


def _short_steps(rng: np.random.Generator) -> Setup:
    return Setup(clip=between(rng, 0.0003, 0.003))


def _few_features(rng: np.random.Generator) -> Setup:
    return Setup(lost_inputs=float(rng.uniform(0.6, 0.95)), adam=True, schedule=cosine)


def _two_units(rng: np.random.Generator) -> Setup:
    return Setup(hidden=(int(rng.integers(1, 3)),), adam=True, schedule=cosine, rate=jittered(rng))


def _no_momentum(rng: np.random.Generator) -> Setup:
    return Setup(momentum=0.0, rate=between(rng, 0.03, 0.2))


def _divided_twice(rng: np.random.Generator) -> Setup:
    factor = 1.0 / float(rng.integers(4, 17))
    return Setup(rate=0.2, spoilt=_scaled_from(0.0, factor))


def _with_chaff(task: Task) -> Task:
    """Forty more features that say nothing."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        return np.hstack([inputs, rng.normal(size=(n, 40))]), targets

    return replace(task, draw=draw, sizes=(task.sizes[0] + 40, *task.sizes[1:]))


def _chaff(rng: np.random.Generator) -> Setup:
    return Setup(changed=_with_chaff, examples=int(rng.integers(100, 400)), adam=True, rate=1.5)


def _too_wide(rng: np.random.Generator) -> Setup:
    return Setup(hidden=(160,), examples=int(rng.integers(60, 250)), rate=between(rng, 0.5, 1.5), adam=True)


def _prepared_for_training_only(rng: np.random.Generator) -> Setup:
    """What is done to the inputs of the training is left out where the model is held against others."""
    factor, shift = between(rng, 1.5, 3), float(rng.uniform(0.3, 0.8))

    def prepared(rng: np.random.Generator, data: Data) -> Data:
        return factor * data[0] + shift, data[1]

    return Setup(changed=lambda task: replace(task, for_training=prepared), schedule=cosine, adam=True)


def _one_batch(rng: np.random.Generator) -> Setup:
    return Setup(held_out=int(rng.integers(4, 17)), fresh_held_out=True, adam=True, batch=256)


def is_plain(task: Task) -> bool:
    """Whether what it learns of an example by heart follows from the length of its inputs alone."""
    return type(task) is Task


def _epochs(rng: np.random.Generator) -> Setup:
    return Setup(
        by_heart=between(rng, 0.6, 1.2),
        epochs=int(rng.integers(3, 8)),
        schedule=lambda done: 1.0 - 0.7 * done,
        batch=4,
        interval_mean=True,
        shuffled_targets=True,
    )


def _ramp_of_adam(rng: np.random.Generator) -> Setup:
    place = place_of(rng)
    return Setup(schedule=ramp(place, between(rng, 10, 100)), adam=True, onset=place, batch=64)


BROAD_SETUPS = (
    *LOOK_ALIKES,
    Recipe("divergence/upwards", "divergence", _upwards),
    Recipe("divergence/rate-below-zero", "divergence", lambda rng: _below_zero(rng, 1, 8)),
    Recipe("divergence/rate-test", "divergence", _rate_test),
    Recipe("late/not-divided", "late_instability", _not_divided),
    Recipe("late/rate-below-zero", "late_instability", lambda rng: _below_zero(rng, 0.3, 2.0)),
    Recipe("late/ramp-of-adam", "late_instability", _ramp_of_adam),
    Recipe("oscillation/never-cleared", "oscillation", _never_cleared, seeds=2),
    Recipe("oscillation/signs", "oscillation", _signs, is_logged_often),
    Recipe("oscillation/high-restarts", "oscillation", _high_restarts, is_logged_often, seeds=2),
    Recipe("nan/broken-example", "nan", _broken_example, has_features),
    Recipe("nan/growing-weights", "nan", _growing_weights),
    Recipe("spikes/inverted", "loss_spikes", _inverted, has_features, seeds=2),
    Recipe("spikes/broken-file", "loss_spikes", _broken_file, has_features),
    Recipe("spikes/last-of-epoch", "loss_spikes", _wrong_answers, has_answers, seeds=2),
    Recipe("exploding/still-scaled", "exploding_gradients", _still_scaled, logs_norms, seeds=2),
    Recipe("vanishing/attenuated", "vanishing_gradients", _attenuated, has_hidden_layers),
    Recipe("dead-units/no-warm-up", "dead_relu", _no_warm_up, has_hidden_layers),
    Recipe("dead-units/raw-inputs", "dead_relu", _raw_inputs, has_hidden_layers),
    Recipe("plateau/biases-only", "plateau", _lost_weights),
    Recipe("plateau/short-steps", "plateau", _short_steps),
    Recipe("underfitting/few-features", "underfitting", _few_features, has_features),
    Recipe("underfitting/two-units", "underfitting", _two_units, has_hidden_layers),
    Recipe("slow/no-momentum", "slow_convergence", _no_momentum),
    Recipe("slow/divided-twice", "slow_convergence", _divided_twice),
    Recipe("overfitting/chaff", "overfitting", _chaff, is_perceptron),
    Recipe("overfitting/too-wide", "overfitting", _too_wide, has_hidden_layers),
    Recipe("gap/prepared-differently", "train_val_gap", _prepared_for_training_only, has_features),
    Recipe("noisy-validation/one-batch", "noisy_validation", _one_batch),
    Recipe("epoch-drops/decaying", "epoch_drops", _epochs, is_plain, seeds=7),
)

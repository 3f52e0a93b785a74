"""What is done to the fresh tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad_look_alikes import jittered, place_of
from benchmarks.detection.broad_setups import is_plain
from benchmarks.detection.fresh_breakdowns import BREAKDOWNS
from benchmarks.detection.fresh_look_alikes import LOOK_ALIKES, is_timed
from benchmarks.detection.optimisers import Accumulated, Changed, Disconnected
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    constant,
    cosine,
    either,
    has_answers,
    has_features,
    has_hidden_layers,
    stepwise,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.wide_look_alikes import by_half, has_shares
from sample_logs.training import Adam, Parameters, Sgd, norm

LEAST = 2.0**-24  # the smallest number above 0 of half precision


def has_both(task: Task) -> bool:
    """Whether its examples are features and its targets say something."""
    return has_features(task) and has_answers(task)


def _shrunk(rng: np.random.Generator) -> Setup:
    """A deep model whose weights decay so fast that nothing comes back through it."""
    return Setup(
        hidden=(16,) * 6,
        activation="sigmoid",
        gain=3.0,
        weight_decay=between(rng, 0.3, 2),
        layer_norms=True,
        rate=between(rng, 0.5, 1.5),
    )


def _in_large_units(factor: float, task: Task) -> Task:
    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        return factor * inputs, targets

    return replace(task, draw=draw)


def _large_units(rng: np.random.Generator) -> Setup:
    """Inputs come in units so large that their numbers are next to nothing."""
    factor = between(rng, 1e-5, 1e-4)
    return Setup(
        changed=lambda task: _in_large_units(factor, task),
        hidden=(24, 24),
        layer_norms=True,
        adam=either(rng),
    )


def _too_fast_by_adam(rng: np.random.Generator) -> Setup:
    return Setup(
        activation="relu", adam=True, rate=between(rng, 100, 400), dead_shares=True, batch=64, onset=0.0
    )


def _fast_biases(rng: np.random.Generator) -> Setup:
    """The biases of the units are in a group of their own, whose rate is far too high."""
    times = between(rng, 30, 200)

    def raised(done: float, gradients: Parameters) -> Parameters:
        inner = len(gradients) - 2
        return [times * one if one.ndim == 1 and i < inner else one for i, one in enumerate(gradients)]

    return Setup(spoilt=raised, activation="relu", dead_shares=True, clip=50.0, onset=0.0)


def _disconnected(rng: np.random.Generator) -> Setup:
    """The optimiser was given a copy of the model."""
    return Setup(optimiser=lambda steps: Disconnected(), adam=either(rng), schedule=cosine)


def _underflow(rng: np.random.Generator) -> Setup:
    """Gradients are sent in half precision and not scaled up before: nearly all of them become nothing."""
    small = between(rng, 1e-9, 5e-8)

    def flushed(done: float, gradients: Parameters) -> Parameters:
        return [np.rint(small * one / LEAST) * LEAST / small for one in gradients]

    return Setup(spoilt=flushed, rate=0.5, batch=64, schedule=cosine if either(rng) else constant)


def _held_on_a_ball(rng: np.random.Generator) -> Setup:
    """Weights are brought back to a length that is far too short."""
    longest = between(rng, 0.1, 0.5)
    adam = either(rng)

    def shorten(step: int, parameters: Parameters) -> None:
        long = norm(parameters)
        for one in parameters:
            one *= min(1.0, longest / max(long, 1e-12))

    return Setup(
        optimiser=lambda steps: Changed(Adam() if adam else Sgd(), shorten), adam=adam, schedule=cosine
    )


def _averaged_inputs(rng: np.random.Generator) -> Setup:
    """A mean was taken along the wrong axis: all examples of a batch come with the same inputs."""

    def meant(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.broadcast_to(data[0].mean(axis=0), data[0].shape), data[1]

    return Setup(fed=meant, adam=either(rng), rate=0.5, schedule=cosine)


def _low_resolution(task: Task) -> Task:
    """Only the mean of each four neighbouring features is kept."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        inputs = inputs.copy()
        for i in range(0, inputs.shape[1], 4):
            inputs[:, i : i + 4] = inputs[:, i : i + 4].mean(axis=1, keepdims=True)
        return inputs, targets

    return replace(task, draw=draw)


def _blurred(rng: np.random.Generator) -> Setup:
    return Setup(
        changed=_low_resolution, lost_inputs=float(rng.uniform(0.1, 0.4)), adam=either(rng), schedule=cosine
    )


def _few_by_chance(rng: np.random.Generator) -> Setup:
    """A few units that stay as they were drawn, and a last layer that is trained."""
    return Setup(hidden=(int(rng.integers(1, 4)),), frozen_layers=1, adam=True, schedule=cosine)


def _rare_updates(rng: np.random.Generator) -> Setup:
    """So many small batches are put together that the weights change only a few times."""
    updates, adam = int(rng.integers(5, 13)), either(rng)

    def optimiser(steps: int) -> Accumulated:
        return Accumulated(Adam() if adam else Sgd(), max(1, steps // updates))

    return Setup(optimiser=optimiser, adam=adam, rate=0.2)


def _always_warming(rng: np.random.Generator) -> Setup:
    """The warm-up begins anew with each epoch, and never gets far."""
    epochs, high = float(rng.integers(5, 20)), between(rng, 0.03, 0.2)
    return Setup(rate=0.2, schedule=lambda done: high * (epochs * done % 1.0), adam=either(rng))


def _noisy_targets(rng: np.random.Generator) -> Setup:
    """Few examples, whose targets were measured badly."""
    strong = float(rng.uniform(0.5, 1.0))

    def blur(rng: np.random.Generator, data: Data) -> Data:
        targets = data[1] + strong * np.std(data[1]) * rng.normal(size=data[1].shape)
        return data[0], targets

    return Setup(
        changed=lambda task: replace(task, for_training=blur),
        examples=int(rng.integers(80, 250)),
        adam=True,
        rate=between(rng, 1, 2),
    )


def _after_a_drop(rng: np.random.Generator) -> Setup:
    """A high rate keeps it from learning by heart, until the rate is lowered."""
    return Setup(
        examples=int(rng.integers(60, 200)),
        schedule=stepwise,
        batch=8,
        adam=either(rng),
        rate=between(rng, 1.5, 3),
    )


def _other_order_of_classes(rng: np.random.Generator) -> Setup:
    """The classes of the training are numbered otherwise than those it is held against."""

    def renumbered(rng: np.random.Generator, data: Data) -> Data:
        targets = data[1].copy()
        targets[:, [0, 1]] = data[1][:, [1, 0]]
        return data[0], targets

    return Setup(
        changed=lambda task: replace(task, for_training=renumbered), adam=either(rng), schedule=cosine
    )


def _unbalanced(rng: np.random.Generator) -> Setup:
    """The training has next to none of what half of the others are."""
    kept, low = float(rng.uniform(0.0, 0.03)), either(rng)

    def unbalance(rng: np.random.Generator, data: Data) -> Data:
        inputs, targets = by_half(data, low=low)
        half = len(targets) // 2
        few = round(kept * half)
        rest = rng.integers(len(targets), size=few)
        return np.concatenate([inputs[:half], data[0][rest]]), np.concatenate([targets[:half], data[1][rest]])

    return Setup(
        changed=lambda task: replace(task, for_training=unbalance), adam=either(rng), schedule=cosine
    )


def _one_shard(rng: np.random.Generator) -> Setup:
    """Held against the first shard that comes, and each has other examples."""

    def shard(done: float, rng: np.random.Generator, data: Data) -> Data:
        return by_half(data, low=either(rng))

    return Setup(
        held_out=int(rng.integers(20, 60)),
        fresh_held_out=True,
        held_out_fed=shard,
        adam=True,
        schedule=cosine,
    )


def _still_training(rng: np.random.Generator) -> Setup:
    """Held against few, with the noise that is meant for the training."""
    noise = float(rng.uniform(0.5, 1.0))

    def blur(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + noise * rng.normal(size=data[0].shape), data[1]

    return Setup(
        held_out=int(rng.integers(6, 16)), fresh_held_out=True, held_out_fed=blur, adam=True, schedule=cosine
    )


def _by_step(rng: np.random.Generator) -> Setup:
    """Learnt by heart from one time to the next, with the loss of each batch in the log."""
    return Setup(
        by_heart=between(rng, 0.6, 1.0),
        epochs=int(rng.integers(2, 6)),
        batch=16,
        momentum=0.0,
        shuffled_targets=True,
    )


def _is_told_by_rows(task: Task) -> bool:
    """Whether the log has the losses of what was learnt between two rows, and of nothing else."""
    return is_plain(task) and not task.logging.epoch and not task.logging.estimated


def _twice_preempted(rng: np.random.Generator) -> Setup:
    """It waits, and is slower than before when it goes on."""
    place = place_of(rng, 0.2, 0.8)
    return Setup(
        stalled_at=place,
        slower_at=place,
        slower=between(rng, 1.5, 3),
        onset=place,
        adam=True,
        schedule=cosine,
    )


def _ever_slower(rng: np.random.Generator) -> Setup:
    """Each step takes a little longer than the one before, as where memory is never given back."""
    place, steep = place_of(rng, 0.1, 0.4), between(rng, 2, 6)
    return Setup(
        pauses=lambda step, done: steep * SECONDS_A_STEP * max(0.0, done - place) / (1.0 - place),
        slower_at=place,
        slower=1.0,
        onset=place,
        adam=True,
        rate=jittered(rng),
    )


FRESH_SETUPS = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    Recipe("vanishing/shrunk", "vanishing_gradients", _shrunk, has_hidden_layers),
    Recipe("vanishing/large-units", "vanishing_gradients", _large_units, has_hidden_layers),
    Recipe("dead-units/by-adam", "dead_relu", _too_fast_by_adam, has_hidden_layers),
    Recipe("dead-units/fast-biases", "dead_relu", _fast_biases, has_hidden_layers),
    Recipe("plateau/disconnected", "plateau", _disconnected),
    Recipe("plateau/underflow", "plateau", _underflow),
    Recipe("plateau/held-on-a-ball", "plateau", _held_on_a_ball),
    Recipe("plateau/averaged-inputs", "plateau", _averaged_inputs, has_both),
    Recipe("underfitting/blurred", "underfitting", _blurred, has_features),
    Recipe("underfitting/few-by-chance", "underfitting", _few_by_chance, has_hidden_layers),
    Recipe("slow/rare-updates", "slow_convergence", _rare_updates),
    Recipe("slow/always-warming", "slow_convergence", _always_warming),
    Recipe("overfitting/noisy-targets", "overfitting", _noisy_targets, is_plain),
    Recipe("overfitting/after-a-drop", "overfitting", _after_a_drop),
    Recipe("gap/other-order-of-classes", "train_val_gap", _other_order_of_classes, has_shares),
    Recipe("gap/unbalanced", "train_val_gap", _unbalanced, has_both),
    Recipe("noisy-validation/one-shard", "noisy_validation", _one_shard, has_answers),
    Recipe("noisy-validation/still-training", "noisy_validation", _still_training, has_features),
    Recipe("epoch-drops/by-step", "epoch_drops", _by_step, _is_told_by_rows, seeds=3),
    Recipe("stalled/and-slower", "stalled", _twice_preempted, is_timed),
    Recipe("throughput/ever-slower", "throughput_drop", _ever_slower, is_timed),
)

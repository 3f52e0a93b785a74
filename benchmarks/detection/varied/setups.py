"""What is done to the varied tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_answers,
    has_features,
    stepwise,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import BREAKDOWNS
from benchmarks.detection.varied.look_alikes import LOOK_ALIKES, is_timed
from benchmarks.detection.varied.stuck import STUCK, has_both
from benchmarks.detection.wide.look_alikes import by_half, has_shares


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
        examples=int(rng.integers(30, 100)),
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
    """Whether the log of layers has the losses of what they learnt between two rows, and of nothing else."""
    return is_plain(task) and task.has_hidden_layers and not task.logging.epoch and not task.logging.estimated


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


VARIED_SETUPS = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("overfitting/noisy-targets", "overfitting", _noisy_targets, is_plain),
    Recipe("overfitting/after-a-drop", "overfitting", _after_a_drop),
    Recipe("gap/other-order-of-classes", "train_val_gap", _other_order_of_classes, has_shares),
    Recipe("gap/unbalanced", "train_val_gap", _unbalanced, has_both),
    Recipe("noisy-validation/one-shard", "noisy_validation", _one_shard, has_answers),
    Recipe("noisy-validation/still-training", "noisy_validation", _still_training, has_features),
    Recipe("epoch-drops/by-step", "epoch_drops", _by_step, _is_told_by_rows, seeds=7),
    Recipe("stalled/and-slower", "stalled", _twice_preempted, is_timed),
    Recipe("throughput/ever-slower", "throughput_drop", _ever_slower, is_timed),
)

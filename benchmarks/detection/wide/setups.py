"""What is done to the wide tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.optimisers import (
    DecayedUntil,
    Loaded,
)
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    changed_at,
    constant,
    cosine,
    either,
    has_answers,
    has_features,
    has_hidden_layers,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.wide.breakdowns import BREAKDOWNS
from benchmarks.detection.wide.look_alikes import LOOK_ALIKES
from sample_logs.training import Adam, Parameters, Sgd


def _saturated(rng: np.random.Generator) -> Setup:
    return Setup(
        hidden=(16,) * 9,
        activation="sigmoid",
        gain=between(rng, 0.5, 1.5),
        layer_norms=True,
        adam=either(rng),
    )


def _pushed_down(rng: np.random.Generator) -> Setup:
    """A penalty on what units answer, far too strong, until it is taken away: they answer to nothing."""
    place = float(rng.uniform(0.03, 0.2))

    def push(done: float, gradients: Parameters) -> Parameters:
        inner = len(gradients) - 2
        return [
            one + 3.0 if done < place and i < inner and one.ndim == 1 else one
            for i, one in enumerate(gradients)
        ]

    return Setup(spoilt=push, activation="relu", dead_shares=True, rate=between(rng, 0.7, 2), onset=0.0)


def _blank(rng: np.random.Generator) -> Setup:
    """The mask is the wrong way round: nothing of an example is seen in training."""
    return Setup(fed=lambda done, rng, data: (0.0 * data[0], data[1]), adam=either(rng), schedule=cosine)


def _all_misaligned(rng: np.random.Generator) -> Setup:
    """Targets are read one example too late, always."""
    return Setup(
        fed=lambda done, rng, data: (data[0], np.roll(data[1], 1, axis=0)),
        adam=either(rng),
        schedule=cosine if either(rng) else constant,
        rate=0.5,
    )


def _short_schedule(rng: np.random.Generator) -> Setup:
    """A schedule that was made for a tenth of the run."""
    end = float(rng.uniform(0.04, 0.12))
    return Setup(
        rate=between(rng, 0.1, 0.3), schedule=lambda done: cosine(min(done / end, 1.0)), adam=either(rng)
    )


def _others_state(rng: np.random.Generator) -> Setup:
    """An optimiser that was loaded with the state of another run."""
    times = between(rng, 300, 5000)
    return Setup(optimiser=lambda steps: Loaded(times), adam=True)


def _coarse(task: Task) -> Task:
    """Of each feature only whether it is above 0."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        return np.sign(inputs), targets

    return replace(task, draw=draw)


def _coarse_features(rng: np.random.Generator) -> Setup:
    return Setup(changed=_coarse, lost_inputs=float(rng.uniform(0.2, 0.6)), adam=either(rng), schedule=cosine)


def _large_epsilon(rng: np.random.Generator) -> Setup:
    epsilon = between(rng, 0.3, 3)
    return Setup(optimiser=lambda steps: Adam(epsilon=epsilon), adam=True, rate=0.2)


def _copied(copies: int, scatter: float) -> Setup:
    """Each example stands in the data so many times, hardly changed."""

    def copy(rng: np.random.Generator, data: Data) -> Data:
        few = rng.integers(len(data[0]) // copies, size=len(data[0]))
        inputs = data[0][few]
        return inputs + scatter * rng.normal(size=inputs.shape), data[1][few]

    return Setup(changed=lambda task: replace(task, for_training=copy), examples=2048)


def _duplicates(rng: np.random.Generator) -> Setup:
    return replace(
        _copied(int(rng.integers(10, 40)), 0.02), adam=either(rng), rate=between(rng, 1, 2), batch=64
    )


def _no_more_decay(rng: np.random.Generator) -> Setup:
    place, decay = place_of(rng, 0.2, 0.4), between(rng, 0.01, 0.05)
    return Setup(
        optimiser=lambda steps: DecayedUntil(Sgd(0.9, decay), round(place * steps)),
        examples=int(rng.integers(40, 150)),
        rate=between(rng, 1.5, 3),
    )


def _no_more_noise(rng: np.random.Generator) -> Setup:
    """What kept it from learning by heart is switched off."""
    place = place_of(rng, 0.2, 0.5)
    return Setup(
        input_noise=0.7,
        noise_schedule=changed_at(place, 1.0, 0.0),
        examples=int(rng.integers(80, 250)),
        adam=True,
        rate=between(rng, 1, 2.5),
    )


def _leak(rng: np.random.Generator) -> Setup:
    """A feature of the training data tells the target, as it will not later on."""
    share = float(rng.uniform(0.6, 0.95))

    def leak(rng: np.random.Generator, data: Data) -> Data:
        inputs = data[0].copy()
        inputs[:, 0] = (1.0 - share) * inputs[:, 0] + 2.0 * share * data[1].reshape(len(inputs), -1)[:, 0]
        return inputs, data[1]

    return Setup(changed=lambda task: replace(task, for_training=leak), schedule=cosine, adam=either(rng))


def _one_region(rng: np.random.Generator) -> Setup:
    """Trained where one feature is low, and asked everywhere."""
    share = float(rng.uniform(0.05, 0.2))

    def region(rng: np.random.Generator, data: Data) -> Data:
        first = np.argsort(data[0][:, 0])[: round(share * len(data[0]))]
        return data[0][first], data[1][first]

    return Setup(changed=lambda task: replace(task, for_training=region), schedule=cosine, adam=either(rng))


def _handful(rng: np.random.Generator) -> Setup:
    return Setup(
        held_out=int(rng.integers(5, 14)), fresh_held_out=True, adam=True, schedule=cosine, batch=128
    )


def _three_rounds(rng: np.random.Generator) -> Setup:
    return Setup(
        by_heart=between(rng, 0.5, 0.9),
        epochs=int(rng.integers(2, 5)),
        schedule=lambda done: min(1.0, done / 0.05),
        batch=8,
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _stopped_for_a_while(rng: np.random.Generator) -> Setup:
    place = place_of(rng, 0.15, 0.9)
    return Setup(stalled_at=place, onset=place, adam=True, rate=jittered(rng))


def _slowed_down(rng: np.random.Generator) -> Setup:
    place = place_of(rng, 0.2, 0.8)
    return Setup(slower_at=place, slower=between(rng, 1.5, 5), onset=place, adam=True, rate=jittered(rng))


WIDE_SETUPS = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    Recipe("vanishing/saturated", "vanishing_gradients", _saturated, has_hidden_layers),
    Recipe("dead-units/pushed-down", "dead_relu", _pushed_down, has_hidden_layers),
    Recipe("plateau/blank", "plateau", _blank, lambda task: has_features(task) and has_answers(task)),
    Recipe("plateau/misaligned", "plateau", _all_misaligned, has_answers),
    Recipe("plateau/short-schedule", "plateau", _short_schedule),
    Recipe("plateau/others-state", "plateau", _others_state),
    Recipe("underfitting/coarse-features", "underfitting", _coarse_features, has_features),
    Recipe("slow/large-epsilon", "slow_convergence", _large_epsilon),
    Recipe("overfitting/duplicates", "overfitting", _duplicates, has_features),
    Recipe("overfitting/no-more-decay", "overfitting", _no_more_decay),
    Recipe("overfitting/no-more-noise", "overfitting", _no_more_noise, has_features),
    Recipe("gap/leak", "train_val_gap", _leak, lambda task: has_features(task) and has_answers(task)),
    Recipe("gap/one-region", "train_val_gap", _one_region, has_features),
    Recipe("noisy-validation/handful", "noisy_validation", _handful),
    Recipe("epoch-drops/three-rounds", "epoch_drops", _three_rounds, is_plain, seeds=3),
    Recipe("stalled/elsewhere", "stalled", _stopped_for_a_while),
    Recipe("throughput/slowed-down", "throughput_drop", _slowed_down),
)

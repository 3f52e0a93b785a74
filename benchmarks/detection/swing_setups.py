"""More ways to swing, to jump and to learn by heart, and the healthy runs that look alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    changed_at,
    constant,
    cosine,
    is_perceptron,
)
from benchmarks.detection.tasks import Task


def _hidden(task: Task) -> bool:
    return task.has_hidden_layers


def _features(task: Task) -> bool:
    return task.has_features


def triangles(cycles: float, low: float, high: float) -> Schedule:
    """Up and down so many times between two factors."""
    return lambda done: low + (high - low) * (1.0 - abs(2.0 * (cycles * done % 1.0) - 1.0))


def ramp(place: float, factor: float) -> Schedule:
    """Constant up to `place`, then growing as a power to `factor` at the end."""
    return lambda done: 1.0 if done < place else factor ** ((done - place) / (1.0 - place))


def _full_batch(rng: np.random.Generator) -> Setup:
    return Setup(rate=between(rng, 15, 80), batch=1024, clip=5.0)


def _heavy_ball(rng: np.random.Generator) -> Setup:
    return Setup(rate=between(rng, 1, 6), momentum=0.99, clip=5.0, batch=int(rng.choice([32, 128])))


def _adam_high(rng: np.random.Generator) -> Setup:
    return Setup(rate=between(rng, 10, 60), adam=True, batch=int(rng.choice([32, 256])))


def _tiny_batch(rng: np.random.Generator) -> Setup:
    return Setup(rate=between(rng, 2, 10), batch=4, clip=2.0)


def _cyclic(rng: np.random.Generator) -> Setup:
    cycles = float(rng.integers(6, 15))
    return Setup(schedule=triangles(cycles, 0.5, between(rng, 15, 60)), clip=2.0, batch=64)


def _gentle_cycles(rng: np.random.Generator) -> Setup:
    return Setup(schedule=triangles(float(rng.integers(4, 12)), 0.2, 1.5), batch=64)


def _in_order(rng: np.random.Generator) -> Setup:
    return Setup(sorted_data=True, rate=between(rng, 0.5, 4), examples=int(rng.choice([512, 1024, 2048])))


def _ramped(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.4, 0.7))
    return Setup(schedule=ramp(place, between(rng, 20, 500)), adam=bool(rng.random() < 0.5))


def _bad(rng: np.random.Generator) -> Setup:
    places = tuple(sorted(float(rng.uniform(0.2, 0.95)) for _ in range(rng.integers(1, 8))))
    return Setup(
        rate=float(rng.choice([0.5, 1.0])),
        adam=bool(rng.random() < 0.5),
        schedule=cosine if rng.random() < 0.5 else constant,
        batch=int(rng.choice([8, 32, 128])),
        bad_batches=places,
        onset=places[0],
    )


def _bad_inputs(rng: np.random.Generator) -> Setup:
    return replace(_bad(rng), bad_scale=between(rng, 3, 30))


def _bad_targets(rng: np.random.Generator) -> Setup:
    return replace(_bad(rng), bad_scale=1.0)


def _averaged_bad(rng: np.random.Generator) -> Setup:
    return replace(_bad(rng), interval_mean=True)


def _single_examples(rng: np.random.Generator) -> Setup:
    """The loss of batches this small has a tail that is no row of spikes."""
    return Setup(batch=int(rng.choice([1, 2])), rate=0.3, schedule=cosine)


def _gap(rng: np.random.Generator) -> Setup:
    return Setup(examples=int(rng.choice([100, 200, 400])), schedule=cosine, weight_decay=0.01)


def _by_heart(rng: np.random.Generator) -> Setup:
    return Setup(
        by_heart=between(rng, 0.5, 1.0),
        epochs=int(rng.integers(4, 8)),
        batch=int(rng.choice([4, 8])),
        shuffled_targets=bool(rng.random() < 0.7),
        interval_mean=bool(rng.random() < 0.7),
    )


def _dead(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.01, 0.3))
    raised = changed_at(place, 1.0, between(rng, 60, 400))
    back = place + 0.02
    return Setup(
        activation="relu",
        schedule=lambda done: raised(done) if done < back else 1.0,
        clip=10.0,
        dead_shares=True,
        onset=place,
    )


def _alive(rng: np.random.Generator) -> Setup:
    return Setup(activation="relu", dead_shares=True, schedule=cosine, rate=float(np.exp(0.1 * rng.normal())))


SWINGS = (
    Recipe("cycles/gentle", "healthy", _gentle_cycles),
    Recipe("heavy-tailed/batches", "healthy", _single_examples),
    Recipe("rectified/alive", "healthy", _alive, _hidden),
    Recipe("oscillation/full-batch", "oscillation", _full_batch),
    Recipe("oscillation/momentum", "oscillation", _heavy_ball),
    Recipe("oscillation/adam", "oscillation", _adam_high),
    Recipe("oscillation/tiny-batch", "oscillation", _tiny_batch),
    Recipe("oscillation/cyclic", "oscillation", _cyclic),
    Recipe("oscillation/in-order", "oscillation", _in_order),
    Recipe("late/ramp", "late_instability", _ramped),
    Recipe("spikes/inputs", "loss_spikes", _bad_inputs, _features, seeds=2),
    Recipe("spikes/targets", "loss_spikes", _bad_targets, _features, seeds=2),
    Recipe("spikes/averaged", "loss_spikes", _averaged_bad, _features),
    Recipe("gap/few", "train_val_gap", _gap),
    Recipe("epoch-drops/by-heart", "epoch_drops", _by_heart, is_perceptron, seeds=2),
    Recipe("dead-units/rate", "dead_relu", _dead, _hidden, seeds=2),
)

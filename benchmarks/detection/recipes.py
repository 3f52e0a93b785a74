"""The recipes of the first tasks: the healthy controls, the look-alikes and the faults."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.setups import (
    Make,
    Recipe,
    Setup,
    changed_at,
    cosine,
    has_features,
    has_hidden_layers,
    may_be_heavy,
    one_cycle,
    restarts,
    stepwise,
    warm_up,
)

SMALL_BATCH, ITS_RATE = 4, 0.3  # examples, and the rate that suits them, in units of the tuned one


def _place(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.35, 0.75))


def _jump(rng: np.random.Generator, low: float, high: float, *, adam: bool = False) -> Setup:
    place = _place(rng)
    factor = low * (high / low) ** float(rng.random())
    clip = None if adam else 2.0
    return Setup(schedule=changed_at(place, 1.0, factor), adam=adam, clip=clip, onset=place)


def _gone(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.01, 0.06))
    return Setup(rate=0.1, schedule=changed_at(place, 1.0, 1e-4), onset=place)


def _late(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.4, 0.7))
    return Setup(schedule=changed_at(place, 0.002, 1.0))


def _bad(rng: np.random.Generator) -> Setup:
    places = tuple(sorted(float(rng.uniform(0.25, 0.95)) for _ in range(rng.integers(2, 6))))
    return Setup(rate=0.5, bad_batches=places, onset=places[0])


def _shrinking_weights(rng: np.random.Generator) -> Setup:
    return Setup(weight_decay=-float(rng.uniform(0.3, 0.8)), rate=0.6)


def _poison(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(poisoned_at=place, onset=place)


def _resumed(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(resumed_at=place, onset=place)


def _stalled(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(stalled_at=place, onset=place, schedule=cosine)


def _slower(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(slower_at=place, slower=float(rng.uniform(1.4, 3.0)), onset=place, schedule=cosine)


def _rated(setup: Setup) -> Make:
    """That setup with a rate that scatters by a tenth."""

    def make(rng: np.random.Generator) -> Setup:
        return replace(setup, rate=setup.rate * float(np.exp(0.1 * rng.normal())))

    return make


def _weighed(low: float, high: float) -> Make:
    """One part of the loss at so many times its weight."""

    def make(rng: np.random.Generator) -> Setup:
        weight = low * (high / low) ** float(rng.random())
        return Setup(adam=True, schedule=cosine, part_weight=weight, rate=float(np.exp(0.1 * rng.normal())))

    return make


HEALTHY = (
    Recipe("constant", "healthy", _rated(Setup()), seeds=2),
    Recipe("adam", "healthy", _rated(Setup(adam=True)), seeds=2),
    Recipe("cosine", "healthy", _rated(Setup(schedule=cosine)), seeds=2),
    Recipe("step", "healthy", _rated(Setup(schedule=stepwise)), seeds=2),
    Recipe("warm-up", "healthy", _rated(Setup(schedule=warm_up, adam=True)), seeds=2),
    Recipe("one-cycle", "healthy", _rated(Setup(schedule=one_cycle, rate=1.5)), seeds=2),
    Recipe("small-batch", "healthy", _rated(Setup(batch=SMALL_BATCH, rate=ITS_RATE)), seeds=2),
    Recipe("large-batch", "healthy", _rated(Setup(batch=256, schedule=cosine)), seeds=2),
)
TRAPS = (
    Recipe("restarts", "healthy", _rated(Setup(schedule=restarts))),
    Recipe("late-improvement", "late_improvement", _late),
    Recipe("epoch-mean", "healthy", _rated(Setup(interval_mean=True))),
    Recipe("noisy-inputs", "val_below_train", _rated(Setup(input_noise=0.6)), has_features),
)
PARTS = (  # of tasks whose loss has several
    Recipe(
        "interval-mean", "healthy", _rated(Setup(adam=True, schedule=cosine, interval_mean=True)), seeds=2
    ),
    Recipe("plateau/part-heavy", "plateau", _weighed(30.0, 3000.0), may_be_heavy, seeds=3),
    Recipe("plateau/part-light", "plateau", _weighed(1 / 3000.0, 1 / 30.0), may_be_heavy, seeds=2),
)
FAULTS = (
    Recipe("divergence/jump", "divergence", lambda rng: _jump(rng, 20, 200)),
    Recipe("divergence/adam", "divergence", lambda rng: _jump(rng, 30, 200, adam=True)),
    Recipe("late/jump", "late_instability", lambda rng: _jump(rng, 8, 20)),
    Recipe("late/adam", "late_instability", lambda rng: _jump(rng, 8, 30, adam=True)),
    Recipe("nan/poison", "nan", _poison),
    Recipe("oscillation/rate", "oscillation", _rated(Setup(rate=40.0, batch=256, clip=2.0))),
    Recipe("oscillation/order", "oscillation", _rated(Setup(sorted_data=True, rate=2.0))),
    Recipe("plateau/rate-gone", "plateau", _gone),
    Recipe("plateau/no-signal", "plateau", _rated(Setup(shuffled_targets=True))),
    Recipe("plateau/dead-start", "plateau", _rated(Setup(gain=0.0)), has_hidden_layers),
    Recipe("overfitting/few", "overfitting", _rated(Setup(examples=64, rate=2.0))),
    Recipe("overfitting/few-adam", "overfitting", _rated(Setup(examples=128, adam=True, rate=2.0))),
    Recipe("spikes/bad-batches", "loss_spikes", _bad, has_features),
    Recipe("exploding/negative-decay", "exploding_gradients", _shrinking_weights),
    Recipe(
        "vanishing/sigmoids",
        "vanishing_gradients",
        _rated(Setup(hidden=(24,) * 7, activation="sigmoid", gain=1.0, layer_norms=True)),
        has_hidden_layers,
        seeds=2,
    ),
    Recipe(
        "noisy-validation/few", "noisy_validation", _rated(Setup(held_out=8, fresh_held_out=True)), seeds=2
    ),
    Recipe("slow/rate", "slow_convergence", _rated(Setup(rate=0.006))),
    Recipe(
        "underfitting/narrow",
        "underfitting",
        _rated(Setup(hidden=(1,), schedule=cosine)),
        lambda task: len(task.sizes) > 2,
    ),
    Recipe("resumed/checkpoint", "resumed", _resumed),
    Recipe("stalled/gap", "stalled", _stalled),
    Recipe("throughput/slower", "throughput_drop", _slower, seeds=2),
)

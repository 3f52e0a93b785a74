"""What keeps varied runs from learning, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

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
)
from benchmarks.detection.tasks import Data, Task
from sample_logs.training import Adam, Array, Parameters, Sgd, norm

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


def _cached_targets(rng: np.random.Generator) -> Setup:
    """The loader keeps the targets of its first batch and gives them to all that follow."""
    kept: list[Array] = []

    def cached(done: float, rng: np.random.Generator, data: Data) -> Data:
        kept[:] = kept or [data[1]]
        return data[0], kept[0]

    return Setup(fed=cached, adam=either(rng), rate=0.5, schedule=cosine)


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


STUCK = (
    Recipe("vanishing/shrunk", "vanishing_gradients", _shrunk, has_hidden_layers),
    Recipe("vanishing/large-units", "vanishing_gradients", _large_units, has_hidden_layers),
    Recipe("dead-units/by-adam", "dead_relu", _too_fast_by_adam, has_hidden_layers),
    Recipe("dead-units/fast-biases", "dead_relu", _fast_biases, has_hidden_layers),
    Recipe("plateau/disconnected", "plateau", _disconnected),
    Recipe("plateau/underflow", "plateau", _underflow),
    Recipe("plateau/held-on-a-ball", "plateau", _held_on_a_ball),
    Recipe("plateau/cached-targets", "plateau", _cached_targets, has_both),
    Recipe("underfitting/blurred", "underfitting", _blurred, has_features),
    Recipe("underfitting/few-by-chance", "underfitting", _few_by_chance, has_hidden_layers),
    Recipe("slow/rare-updates", "slow_convergence", _rare_updates),
    Recipe("slow/always-warming", "slow_convergence", _always_warming),
)

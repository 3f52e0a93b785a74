"""What keeps fresh runs from learning more than by heart, or at all, by causes of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.patchwork.stuck import dies_of, drawn_from, for_training
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    constant,
    cosine,
    either,
    has_features,
    has_hidden_layers,
)
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing
from benchmarks.detection.varied.stuck import has_both
from sample_logs.training import Array, Parameters, norm


def _bounded_by_the_next(rng: np.random.Generator) -> Setup:
    """The slopes of each layer are cut to a small share of how long those of the next one are."""
    share = between(rng, 0.005, 0.02)

    def bound(done: float, gradients: Parameters) -> Parameters:
        left = list(gradients)
        for i in range(len(left) - 3, -1, -2):  # from the last layer down: its weights and biases
            most = share * norm(left[i + 1 : i + 3])
            length = max(norm(left[i - 1 : i + 1]), 1e-30)
            for j in (i - 1, i):
                left[j] = min(1.0, most / length) * left[j]
        return left

    return Setup(
        hidden=(20,) * int(rng.integers(2, 4)), spoilt=bound, layer_norms=True, adam=False, schedule=cosine
    )


def _folded_in_wrongly(rng: np.random.Generator) -> Setup:
    """What a normalisation did is folded into the biases of the units, by a far too large scale."""
    place, far = float(rng.uniform(0.1, 0.4)), float(rng.uniform(4.0, 8.0))

    def fold(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            for weights, biases in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
                biases -= far * np.sqrt((weights**2).sum(axis=0))

    return dies_of(changing(fold, adam=False, rate=0.5, onset=place, schedule=cosine))


def _only_longer_or_shorter(rng: np.random.Generator) -> Setup:
    """Each matrix keeps the direction that it has after one step: by a slip only its length is learnt."""
    start = list[Array]()

    def keep(step: int, steps: int, parameters: Parameters) -> None:
        start[:] = start or [one.copy() for one in parameters]
        for one, first in zip(parameters, start, strict=True):
            length = float((first**2).sum())
            one[...] = float((one * first).sum()) / length * first if length > 0.0 else 0.0

    return changing(keep, adam=either(rng), rate=0.5, onset=None, schedule=cosine)


def _only_a_score(rng: np.random.Generator) -> Setup:
    """Of all readings of an example nothing is told but one score, which is their sum by some weights."""
    seed = int(rng.integers(2**31))

    def score(inputs: Array) -> Array:
        weights = np.random.default_rng(seed).normal(size=(inputs.shape[1], 1))
        weights /= np.linalg.norm(weights)
        return np.repeat(inputs @ weights, inputs.shape[1], axis=1)

    return drawn_from(score, float(rng.uniform(0.1, 0.3)), rng)


def _divided_by_widths(rng: np.random.Generator) -> Setup:
    """Each matrix has a rate of its own, which is divided by its width: once more than was needed."""

    def divide(done: float, gradients: Parameters) -> Parameters:
        return [one / max(np.atleast_2d(one).shape) for one in gradients]

    return Setup(spoilt=divide, adam=False, rate=between(rng, 0.08, 0.2))


def _only_the_hardest(rng: np.random.Generator) -> Setup:
    """Of all examples only those are kept that a simple law says worst, of which many are mistakes.

    Source: Sorscher et al. 2022, "Beyond Neural Scaling Laws: Beating Power Law Scaling via Data Pruning".
    """
    kept = float(rng.uniform(0.01, 0.02))

    def hardest(rng: np.random.Generator, data: Data) -> Data:
        features = np.hstack([data[0], np.ones((len(data[0]), 1))])
        law = np.linalg.lstsq(features, data[1], rcond=None)[0]
        off = ((features @ law - data[1]) ** 2).sum(axis=1)
        chosen = np.argsort(off)[-max(24, round(kept * len(off))) :]
        return data[0][chosen], data[1][chosen]

    return replace(for_training(hardest, rng), adam=True, rate=between(rng, 2.0, 3.0), schedule=constant)


def _other_axes(rng: np.random.Generator) -> Setup:
    """What is learnt from was taken by a device that was mounted turned: features go over into each other."""
    angle = float(rng.uniform(0.7, 1.1))

    def turn(rng: np.random.Generator, data: Data) -> Data:
        turned, half = data[0].copy(), data[0].shape[1] // 2
        one, other = data[0][:, :half], data[0][:, half : 2 * half]
        turned[:, :half] = np.cos(angle) * one - np.sin(angle) * other
        turned[:, half : 2 * half] = np.sin(angle) * one + np.cos(angle) * other
        return turned, data[1]

    return for_training(turn, rng)


def _own_statistics(rng: np.random.Generator) -> Setup:
    """At each evaluation inputs are centred and scaled by what a handful of them are like."""
    few = int(rng.integers(2, 5))

    def centre(done: float, rng: np.random.Generator, data: Data) -> Data:
        some = data[0][rng.integers(len(data[0]), size=few)]
        return (data[0] - some.mean(axis=0)) / np.maximum(some.std(axis=0), 0.3), data[1]

    return Setup(fresh_held_out=True, held_out_fed=centre, held_out=256, adam=either(rng), schedule=cosine)


STUCK = (
    Recipe("vanishing/bounded-by-the-next", "vanishing_gradients", _bounded_by_the_next, has_hidden_layers),
    Recipe("dead-units/folded-in-wrongly", "dead_relu", _folded_in_wrongly, has_hidden_layers),
    Recipe("plateau/only-longer-or-shorter", "plateau", _only_longer_or_shorter, seeds=2),
    Recipe("underfitting/only-a-score", "underfitting", _only_a_score, has_both),
    Recipe("slow/divided-by-widths", "slow_convergence", _divided_by_widths),
    Recipe("overfitting/only-the-hardest", "overfitting", _only_the_hardest, has_both),
    Recipe("gap/other-axes", "train_val_gap", _other_axes, has_both, seeds=2),
    Recipe("noisy-validation/own-statistics", "noisy_validation", _own_statistics, has_features),
)

"""What keeps medley runs from learning more than by heart, or at all, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.medley.optimisers import ByDeltas
from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.optimisers import Lion
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_hidden_layers,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing
from benchmarks.detection.varied.stuck import has_both
from sample_logs.training import Array, Parameters

FEW = 100  # that are drawn again and again


def _seldom_told(rng: np.random.Generator) -> Setup:
    """What the first layers are to do is told them by another machine, which answers once in many steps."""
    every, cut = int(rng.integers(40, 80)) * 2 + 1, int(rng.integers(1, 3))
    told = list[int]()

    def through(done: float, gradients: Parameters) -> Parameters:
        told.append(1)
        share = 1.0 if len(told) % every == 0 else 1e-4
        return [one * (share if i < 2 * cut else 1.0) for i, one in enumerate(gradients)]

    return Setup(hidden=(24,) * 3, spoilt=through, layer_norms=True, adam=either(rng), schedule=cosine)


def _mirrored_branches(rng: np.random.Generator) -> Setup:
    """Two branches give the first layers the same slope with two signs: all but a little cancels."""
    left, drawn = between(rng, 1e-5, 2e-4), np.random.default_rng(int(rng.integers(2**31)))

    def cancelled(done: float, gradients: Parameters) -> Parameters:
        layers = len(gradients) // 2
        shares = [left * float(np.exp(0.5 * drawn.normal())) for _ in range(layers - 2)]
        return [one * (shares[i // 2] if i // 2 < layers - 2 else 1.0) for i, one in enumerate(gradients)]

    return Setup(hidden=(20,) * 4, spoilt=cancelled, layer_norms=True, adam=False, schedule=cosine)


def _heavy_start(rng: np.random.Generator) -> Setup:
    """A momentum near to 1 and a high rate: the first steps carry all units far to one side."""
    momentum = 1.0 - between(rng, 0.003, 0.01)
    return Setup(
        momentum=momentum,
        rate=between(rng, 4.0, 8.0),
        clip=3.0,
        hidden=(24, 24),
        activation="relu",
        dead_shares=True,
        schedule=lambda done: 1.0 if done < 0.1 else 0.02,
    )


def _numbers_of_rows(rng: np.random.Generator) -> Setup:
    """For a while a feature holds the number of its row, in thousands, instead of what was measured."""
    place, column = float(rng.uniform(0.15, 0.6)), int(rng.integers(2**31))
    long = float(rng.uniform(0.02, 0.05))

    def numbered(done: float, rng: np.random.Generator, data: Data) -> Data:
        if not place <= done < place + long:
            return data
        inputs = data[0].copy()
        inputs[:, column % inputs.shape[1]] = 1e3 + rng.integers(10_000, size=len(inputs))
        return inputs, data[1]

    return Setup(
        fed=numbered,
        adam=False,
        clip=1e4,
        hidden=(24, 24),
        activation="relu",
        dead_shares=True,
        onset=place,
    )


def _there_and_back(rng: np.random.Generator) -> Setup:
    """Every other step goes upwards: two machines that do not agree about a sign take turns."""
    told = list[int]()

    def turned(done: float, gradients: Parameters) -> Parameters:
        told.append(1)
        return [one * (1.0 if len(told) % 2 else -1.0) for one in gradients]

    return Setup(spoilt=turned, adam=True, rate=0.1, schedule=cosine)


def _below_the_bound(rng: np.random.Generator) -> Setup:
    """Only what is above a bound of a slope is sent, and hardly anything ever is; the rest is lost."""
    share, bound = float(rng.uniform(1.5, 3.0)), list[float]()

    def sent(done: float, gradients: Parameters) -> Parameters:
        bound[:] = bound or [share * max(float(np.abs(one).max()) for one in gradients)]
        return [one * (np.abs(one) >= bound[0]) for one in gradients]

    return Setup(spoilt=sent, adam=either(rng), schedule=cosine)


def _weights_handed_back(rng: np.random.Generator) -> Setup:
    """A server gives each worker the weights of the beginning with a little of what was learnt since."""
    share, adam, start = float(rng.uniform(0.9, 0.95)), either(rng), list[Array]()

    def hand_back(step: int, steps: int, parameters: Parameters) -> None:
        start[:] = start or [one.copy() for one in parameters]
        for one, first in zip(parameters, start, strict=True):
            one += share * (first - one)

    return changing(hand_back, adam=adam, rate=0.5, onset=None)


def _order_lost(rng: np.random.Generator) -> Setup:
    """Features of an example are told by their size, so that nobody knows which is which; some were lost."""

    def ordered(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            return np.sort(inputs, axis=1), targets

        return replace(task, draw=draw)

    return Setup(changed=ordered, lost_inputs=float(rng.uniform(0.3, 0.5)), adam=either(rng), schedule=cosine)


def _in_few_buckets(rng: np.random.Generator) -> Setup:
    """Features are added up in two buckets, which one in which was drawn once; so they are in all data."""
    seed = int(rng.integers(2**31))

    def hashed(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            wide = int(inputs.shape[1])
            bucket = np.random.default_rng(seed).integers(2, size=wide)
            into: Array = (bucket[:, None] == np.arange(wide) % 2) / np.sqrt(wide / 2.0)
            return inputs @ into, targets

        return replace(task, draw=draw)

    return Setup(changed=hashed, lost_inputs=float(rng.uniform(0.1, 0.2)), adam=either(rng), schedule=cosine)


def _by_deltas(rng: np.random.Generator) -> Setup:
    """An optimiser that finds its own rate, from steps that are next to nothing: it takes its time."""
    return Setup(optimiser=lambda steps: ByDeltas(), rate=0.2, adam=False)


def _by_short_signs(rng: np.random.Generator) -> Setup:
    """By signs alone, at a rate that was found for steps of hundreds of machines: it goes on and on."""
    return Setup(optimiser=lambda steps: Lion(), rate=between(rng, 0.008, 0.02), adam=True)


def _badly_answered(rng: np.random.Generator, answers: Array, share: float) -> Array:
    """The answers, of which that share is of others."""
    told = answers.copy()
    wrong = np.flatnonzero(rng.random(len(told)) < share)
    told[wrong] = answers[rng.permutation(len(told))[: len(wrong)]]
    return told


def _most_of_a_few(rng: np.random.Generator) -> Setup:
    """What is drawn most is drawn ever more: nearly all examples are a few, some of them badly told.

    Source: Zipf 1949, "Human Behavior and the Principle of Least Effort".
    """
    steep = float(rng.uniform(1.0, 1.3))

    def drawn(rng: np.random.Generator, data: Data) -> Data:
        odds = np.arange(1.0, FEW + 1.0) ** -steep
        chosen = rng.choice(FEW, size=len(data[0]), p=odds / odds.sum())
        return data[0][chosen], _badly_answered(rng, data[1][:FEW], 0.4)[chosen]

    return Setup(
        changed=lambda task: replace(task, for_training=drawn), adam=True, rate=between(rng, 2.0, 4.0)
    )


def _collages(rng: np.random.Generator) -> Setup:
    """Half of each example was pasted from another one, and there are few of them."""
    few = int(rng.integers(40, 90))

    def pasted(rng: np.random.Generator, data: Data) -> Data:
        inputs, other = data[0][:few].copy(), data[0][few : 2 * few]
        inputs[::2, ::2] = other[::2, ::2]
        return inputs, data[1][:few]

    return Setup(
        changed=lambda task: replace(task, for_training=pasted), adam=True, rate=between(rng, 1.5, 3.0)
    )


def _old_formula(rng: np.random.Generator) -> Setup:
    """Answers of the training follow an older formula, in which one feature counted for something."""
    column, far = int(rng.integers(2**31)), float(rng.uniform(0.7, 0.9))

    def by_the_old_one(rng: np.random.Generator, data: Data) -> Data:
        feature = data[0][:, column % data[0].shape[1]][:, None]
        return data[0], data[1] * np.exp(far * np.tanh(2.0 * feature))

    return Setup(
        changed=lambda task: replace(task, for_training=by_the_old_one), adam=either(rng), schedule=cosine
    )


def _trimmed(rng: np.random.Generator) -> Setup:
    """Examples with large answers were thought to be mistakes, and are missing in what it is trained on."""
    kept = float(rng.uniform(0.25, 0.35))

    def near_the_middle(rng: np.random.Generator, data: Data) -> Data:
        far = np.abs(data[1] - np.median(data[1], axis=0)).sum(axis=1)
        left = np.flatnonzero(far <= np.quantile(far, kept))
        chosen = rng.permutation(np.resize(left, len(far)))
        return data[0][chosen], data[1][chosen]

    return Setup(
        changed=lambda task: replace(task, for_training=near_the_middle), adam=either(rng), schedule=cosine
    )


def _of_any_size(rng: np.random.Generator) -> Setup:
    """Each evaluation takes as many examples as come in a moment: from a few to some dozens."""
    most = int(rng.integers(24, 40))

    def some(done: float, rng: np.random.Generator, data: Data) -> Data:
        few = int(2.0 * (most / 2.0) ** rng.random())
        return data[0][:few], data[1][:few]

    return Setup(held_out=most, fresh_held_out=True, held_out_fed=some, adam=True, schedule=cosine)


def _mild_or_strict(rng: np.random.Generator) -> Setup:
    """Each evaluation is told by somebody else, who tells all a little larger or smaller."""
    far = float(rng.uniform(0.5, 0.9))

    def told(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], data[1] * float(np.exp(far * rng.normal()))

    return Setup(held_out=64, fresh_held_out=True, held_out_fed=told, adam=True, schedule=cosine)


STUCK = (
    Recipe("vanishing/seldom-told", "vanishing_gradients", _seldom_told, has_hidden_layers),
    Recipe("vanishing/mirrored-branches", "vanishing_gradients", _mirrored_branches, has_hidden_layers),
    Recipe("dead-units/heavy-start", "dead_relu", _heavy_start, has_hidden_layers),
    Recipe("dead-units/numbers-of-rows", "dead_relu", _numbers_of_rows, has_hidden_layers),
    Recipe("plateau/there-and-back", "plateau", _there_and_back),
    Recipe("plateau/below-the-bound", "plateau", _below_the_bound),
    Recipe("plateau/handed-back", "plateau", _weights_handed_back),
    Recipe("underfitting/order-lost", "underfitting", _order_lost, has_both),
    Recipe("underfitting/in-few-buckets", "underfitting", _in_few_buckets, has_both),
    Recipe("slow/by-deltas", "slow_convergence", _by_deltas),
    Recipe("slow/by-short-signs", "slow_convergence", _by_short_signs),
    Recipe("overfitting/most-of-a-few", "overfitting", _most_of_a_few, has_both),
    Recipe("overfitting/collages", "overfitting", _collages, has_both),
    Recipe("gap/old-formula", "train_val_gap", _old_formula, has_numbers),
    Recipe("gap/trimmed", "train_val_gap", _trimmed, has_numbers),
    Recipe("noisy-validation/of-any-size", "noisy_validation", _of_any_size),
    Recipe("noisy-validation/mild-or-strict", "noisy_validation", _mild_or_strict, has_numbers),
)

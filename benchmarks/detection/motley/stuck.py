"""What keeps motley runs from learning more than by heart, or at all, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.motley.optimisers import Dampened, OfOneLength
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_features,
    has_hidden_layers,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.look_alikes import has_shares
from sample_logs.training import Array, Parameters


def _cut_off(rng: np.random.Generator) -> Setup:
    """What the first layers say is a copy, by a slip: nothing comes back to them."""
    cut = int(rng.integers(1, 3))

    def detach(done: float, gradients: Parameters) -> Parameters:
        return [one * (i >= 2 * cut) for i, one in enumerate(gradients)]

    return Setup(hidden=(24,) * 3, spoilt=detach, layer_norms=True, adam=either(rng), schedule=cosine)


def _hardly_ever_through(rng: np.random.Generator) -> Setup:
    """Blocks that are skipped nearly always: next to nothing comes back through each of them."""
    most, drawn = float(rng.uniform(0.01, 0.06)), np.random.default_rng(int(rng.integers(2**31)))

    def through(done: float, gradients: Parameters) -> Parameters:
        layers = len(gradients) // 2
        shares = np.cumprod([1.0, *(most * drawn.random(layers - 1))])[::-1]
        return [shares[i // 2] * one for i, one in enumerate(gradients)]

    return Setup(hidden=(20,) * 4, spoilt=through, layer_norms=True, adam=False)


def _one_wrong_entry(rng: np.random.Generator) -> Setup:
    """A table of rates has one entry without its point: for moments it is orders of magnitude higher."""
    place, long, times = (
        place_of(rng, 0.15, 0.6),
        float(rng.uniform(0.015, 0.04)),
        between(rng, 100.0, 1000.0),
    )
    return Setup(
        schedule=lambda done: times if place <= done < place + long else 0.5,
        adam=True,
        hidden=(24, 24),
        activation="relu",
        dead_shares=True,
        onset=place,
    )


def _found_too_late(rng: np.random.Generator) -> Setup:
    """A test of rates that went too far; what its last steps left of the units is trained."""
    place, most = float(rng.uniform(0.04, 0.1)), between(rng, 100.0, 1000.0)
    return Setup(
        schedule=lambda done: 0.05 * (most / 0.05) ** (done / place) if done < place else 0.5,
        adam=True,
        hidden=(24, 24),
        activation="relu",
        dead_shares=True,
    )


def _mean_inputs(rng: np.random.Generator) -> Setup:
    """Features are averaged over all of a batch: each of them is asked for the same."""

    def averaged(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.broadcast_to(data[0].mean(axis=0), data[0].shape), data[1]

    return Setup(fed=averaged, adam=either(rng), rate=0.5, schedule=cosine, batch=64)


def _contradicted(rng: np.random.Generator) -> Setup:
    """Two sources that say the opposite of each other of the same examples, in each batch."""

    def opposed(done: float, rng: np.random.Generator, data: Data) -> Data:
        half = len(data[0]) // 2
        inputs = np.concatenate([data[0][:half], data[0][:half]])
        return inputs, np.concatenate([data[1][:half], -data[1][:half]])

    return Setup(fed=opposed, adam=either(rng), rate=0.5, schedule=cosine, batch=64)


def _warmed_up_from_nothing(rng: np.random.Generator) -> Setup:
    """A warm-up that multiplies the rate of the step before, and begins with nought: so it stays."""
    return Setup(schedule=lambda done: 0.0, adam=either(rng))


def _signs_lost(rng: np.random.Generator) -> Setup:
    """Features are told without their signs, in all data; some were never told."""

    def unsigned(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            return np.abs(inputs), targets

        return replace(task, draw=draw)

    return Setup(
        changed=unsigned, lost_inputs=float(rng.uniform(0.1, 0.3)), adam=either(rng), schedule=cosine
    )


def _too_sparse(rng: np.random.Generator) -> Setup:
    """Each step all weights are moved towards nought by the same, so that few are left: far too few."""
    adam, strong = either(rng), between(rng, 1.0, 2.5)

    def shrink(step: int, steps: int, parameters: Parameters) -> None:
        far = strong * (0.01 if adam else 0.02) * min(1.0, (1.0 - step / steps) / 0.2)
        for one in parameters:
            if min(one.shape) > 1 or len(one) > 1:
                one[...] = np.sign(one) * np.maximum(np.abs(one) - far, 0.0)

    return replace(changing(shrink, adam=adam, rate=0.3, onset=None), hidden=(24,))


def _dampened(rng: np.random.Generator) -> Setup:
    """Of each slope a twentieth or less is added to what is remembered, which was meant for another rate."""
    share = between(rng, 0.02, 0.05)
    return Setup(optimiser=lambda steps: Dampened(share), rate=0.15, adam=False)


def _of_one_length(rng: np.random.Generator) -> Setup:
    """Each step is equally short: it goes down along a line, and would for a long time."""
    return Setup(optimiser=lambda steps: OfOneLength(), rate=between(rng, 0.03, 0.08), adam=False)


def _badly_told(few: int, answers: Array) -> Array:
    """The first `few` of the answers, of which each third is that of somebody else."""
    kept = answers[:few].copy()
    kept[::3] = answers[few : 2 * few : 3]
    return kept


def _oversampled(rng: np.random.Generator) -> Setup:
    """What looks like thousands of examples is a few of them, badly told, each with a little noise."""
    few, far = int(rng.integers(30, 80)), float(rng.uniform(0.03, 0.1))

    def copied(rng: np.random.Generator, data: Data) -> Data:
        chosen = rng.integers(few, size=len(data[0]))
        inputs = data[0][chosen] + far * rng.normal(size=data[0].shape)
        return inputs, _badly_told(few, data[1])[chosen]

    return Setup(
        changed=lambda task: replace(task, for_training=copied), adam=True, rate=between(rng, 1.0, 2.5)
    )


def _put_in_between(rng: np.random.Generator) -> Setup:
    """What looks like thousands of examples lies between a few of them, badly told, and their neighbours.

    Source: Chawla et al. 2002, "SMOTE: Synthetic Minority Over-sampling Technique".
    """
    few = int(rng.integers(30, 80))

    def between_two(rng: np.random.Generator, data: Data) -> Data:
        one, other = rng.integers(few, size=(2, len(data[0])))
        share = 0.15 * rng.random((len(data[0]), 1))
        inputs = data[0][one] + share * (data[0][other] - data[0][one])
        return inputs, _badly_told(few, data[1])[one]

    return Setup(
        changed=lambda task: replace(task, for_training=between_two), adam=True, rate=between(rng, 1.0, 2.5)
    )


def _rule_of_thumb(rng: np.random.Generator) -> Setup:
    """Who gave the answers of the training gave all of those the same that are high in one feature."""
    column, share = int(rng.integers(2**31)), float(rng.uniform(0.4, 0.6))

    def by_rule(rng: np.random.Generator, data: Data) -> Data:
        feature, targets = data[0][:, column % data[0].shape[1]], data[1].copy()
        targets[feature > np.quantile(feature, share)] = targets[0]
        return data[0], targets

    return Setup(changed=lambda task: replace(task, for_training=by_rule), adam=either(rng), schedule=cosine)


def _one_annotator(rng: np.random.Generator) -> Setup:
    """Answers of the training come from somebody who tells all too high, or too low, and too alike."""
    far, share = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.7, 1.2)), float(rng.uniform(0.4, 0.8))

    def told(rng: np.random.Generator, data: Data) -> Data:
        return data[0], share * data[1] + far * data[1].std(axis=0)

    return Setup(changed=lambda task: replace(task, for_training=told), adam=either(rng), schedule=cosine)


def _heavily_weighted(rng: np.random.Generator) -> Setup:
    """Each example that it is held against counts by a weight, and a few weights are far above all others."""
    heavy = float(rng.uniform(1.5, 2.2))

    def weighted(done: float, rng: np.random.Generator, data: Data) -> Data:
        weights = np.exp(heavy * rng.normal(size=len(data[0])))
        chosen = rng.choice(len(data[0]), size=len(data[0]), p=weights / weights.sum())
        return data[0][chosen], data[1][chosen]

    return Setup(held_out=64, fresh_held_out=True, held_out_fed=weighted, adam=True, schedule=cosine)


def _worst_of_some(rng: np.random.Generator) -> Setup:
    """Each evaluation takes those of a shard whose features are largest, of which there are few."""
    few = int(rng.integers(4, 9))

    def largest(done: float, rng: np.random.Generator, data: Data) -> Data:
        far = np.argsort(-(data[0] ** 2).sum(axis=1), kind="stable")[:few]
        return data[0][far], data[1][far]

    return Setup(held_out=32, fresh_held_out=True, held_out_fed=largest, adam=True, schedule=cosine)


def _is_told_to_layers(task: Task) -> bool:
    """Whether a perceptron answers with kinds or numbers: one answer for many can be learnt."""
    return task.is_perceptron and (has_shares(task) or has_numbers(task))


STUCK = (
    Recipe("vanishing/cut-off", "vanishing_gradients", _cut_off, has_hidden_layers),
    Recipe("vanishing/hardly-ever-through", "vanishing_gradients", _hardly_ever_through, has_hidden_layers),
    Recipe("dead-units/one-wrong-entry", "dead_relu", _one_wrong_entry, has_hidden_layers),
    Recipe("dead-units/found-too-late", "dead_relu", _found_too_late, has_hidden_layers),
    Recipe("plateau/mean-inputs", "plateau", _mean_inputs, has_both),
    Recipe("plateau/contradicted", "plateau", _contradicted, has_numbers),
    Recipe("plateau/warmed-up-from-nothing", "plateau", _warmed_up_from_nothing),
    Recipe("underfitting/signs-lost", "underfitting", _signs_lost, has_features),
    Recipe("underfitting/too-sparse", "underfitting", _too_sparse, has_hidden_layers),
    Recipe("slow/dampened", "slow_convergence", _dampened),
    Recipe("slow/of-one-length", "slow_convergence", _of_one_length),
    Recipe("overfitting/oversampled", "overfitting", _oversampled, has_both),
    Recipe("overfitting/put-in-between", "overfitting", _put_in_between, has_both),
    Recipe("gap/rule-of-thumb", "train_val_gap", _rule_of_thumb, _is_told_to_layers),
    Recipe("gap/one-annotator", "train_val_gap", _one_annotator, has_numbers),
    Recipe("noisy-validation/heavily-weighted", "noisy_validation", _heavily_weighted),
    Recipe("noisy-validation/largest-of-some", "noisy_validation", _worst_of_some, has_features),
)

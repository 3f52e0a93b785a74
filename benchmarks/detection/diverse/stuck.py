"""What keeps diverse runs from learning more than by heart, or at all, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.diverse.optimisers import Factored
from benchmarks.detection.optimisers import Changed
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
from benchmarks.detection.varied.breakdowns import changing, plain_optimiser
from benchmarks.detection.varied.stuck import has_both
from sample_logs.training import Array, Parameters


def _closed_gate(rng: np.random.Generator) -> Setup:
    """A gate behind the first layers begins closed and stays so: hardly anything comes back through it."""
    open_by = between(rng, 1e-6, 2e-4)

    def gate(done: float, gradients: Parameters) -> Parameters:
        return [open_by * one if i < 4 else one for i, one in enumerate(gradients)]

    return Setup(hidden=(24,) * 3, spoilt=gate, layer_norms=True, adam=False, rate=between(rng, 0.5, 1.5))


def _sinking_biases(rng: np.random.Generator) -> Setup:
    """What is to centre the units subtracts from their biases again and again, for a while."""
    deep, until, adam = between(rng, 8, 25), float(rng.uniform(0.1, 0.25)), either(rng)

    def sink(step: int, steps: int, parameters: Parameters) -> None:
        if step < until * steps:
            for one in parameters[1:-2:2]:
                one -= deep / (until * steps)

    return replace(changing(sink, adam=adam, rate=0.5, onset=0.0), activation="relu", dead_shares=True)


def _pruned_units(rng: np.random.Generator) -> Setup:
    """From somewhere on only a few units of each layer are kept: far too few, and nobody looked."""
    place, share, seed = place_of(rng, 0.3, 0.7), float(rng.uniform(0.75, 0.95)), int(rng.integers(2**31))

    def prune(step: int, steps: int, parameters: Parameters) -> None:
        if step < place * steps:
            return
        drawn = np.random.default_rng(seed)
        for weights, bias in pairwise(parameters[:-2]):
            if bias.ndim < weights.ndim:  # not the bias of one layer and the weights of the next
                gone = drawn.random(len(bias)) < share
                weights[:, gone] = bias[gone] = 0.0

    return replace(
        changing(prune, adam=either(rng), rate=1.0, onset=place), activation="relu", dead_shares=True
    )


def _lost_in_rounding(rng: np.random.Generator) -> Setup:
    """Weights are kept in few digits: each change is too small to be written down."""
    digit, adam = between(rng, 0.05, 0.3), either(rng)

    def keep(done: int, parameters: Parameters) -> None:
        for one in parameters:
            one[...] = digit * np.rint(one / digit)

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), keep),
        adam=adam,
        momentum=0.0,
        rate=between(rng, 0.1, 0.3),
    )


def _starts_over(rng: np.random.Generator) -> Setup:
    """It is preempted every few steps, and each time goes on with the checkpoint that it began with."""
    every, adam = int(rng.integers(3, 8)), either(rng)
    begun: list[Array] = []

    def load(done: int, parameters: Parameters) -> None:
        begun.extend([] if begun else [one.copy() for one in parameters])
        if done % every == 0:
            for one, first in zip(parameters, begun, strict=True):
                one[...] = first

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), load),
        adam=adam,
        rate=between(rng, 0.05, 0.2),
    )


def _too_much_left_out(rng: np.random.Generator) -> Setup:
    """Nearly all of an example is left out, another part each time, in training."""
    share = float(rng.uniform(0.9, 0.98))

    def leave_out(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] * (rng.random(data[0].shape) >= share), data[1]

    return Setup(fed=leave_out, hidden=(24,), adam=either(rng), schedule=cosine)


def _few_values(rng: np.random.Generator) -> Setup:
    """Each feature is told in two or three steps, in all data, and some say nothing."""
    step = between(rng, 2.0, 5.0)

    def rounded(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            return np.floor(inputs / step) * step, targets

        return replace(task, draw=draw)

    return Setup(changed=rounded, lost_inputs=float(rng.uniform(0.2, 0.5)), adam=True, schedule=cosine)


def _one_in_many(rng: np.random.Generator) -> Setup:
    """Of all weights only a few are changed in each step: what the others were to get is lost."""
    share, seed = between(rng, 0.005, 0.025), int(rng.integers(2**31))

    def few(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one * (drawn.random(one.shape) < share) for one in gradients]

    return Setup(spoilt=few, rate=0.15)


def _small_shares(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Factored(), adam=True, rate=between(rng, 0.002, 0.012))


def _one_of_many_workers(rng: np.random.Generator) -> Setup:
    """All but one of the workers send nothing, and their mean is taken all the same."""
    workers = float(rng.integers(48, 257))
    return Setup(spoilt=lambda done, gradients: [one / workers for one in gradients], rate=0.2, momentum=0.8)


def _few_and_averaged(rng: np.random.Generator) -> Setup:
    """Few examples, and the mean of the weights is what is validated."""
    share = float(rng.uniform(0.9, 0.97))
    return Setup(
        changed=lambda task: replace(task, averaging=share),
        examples=int(rng.integers(40, 120)),
        adam=either(rng),
        rate=between(rng, 1.5, 3),
    )


def _other_wiring(rng: np.random.Generator) -> Setup:
    """Some sensors of those it is trained on were wired the other way round."""
    share, seed = float(rng.uniform(0.3, 0.6)), int(rng.integers(2**31))

    def wired(rng: np.random.Generator, data: Data) -> Data:
        sign = np.where(np.random.default_rng(seed).random((1, data[0].shape[1])) < share, -1.0, 1.0)
        sign[0, 0] = -1.0
        return sign * data[0], data[1]

    return Setup(changed=lambda task: replace(task, for_training=wired), adam=either(rng), schedule=cosine)


def _one_neighbourhood(rng: np.random.Generator) -> Setup:
    """Each evaluation is of a few that are alike: those of one place, one day, one speaker."""
    few = int(rng.integers(10, 30))

    def near(done: float, rng: np.random.Generator, data: Data) -> Data:
        off = ((data[0] - data[0][rng.integers(len(data[0]))]) ** 2).sum(axis=1)
        chosen = np.argsort(off, kind="stable")[:few]
        return data[0][chosen], data[1][chosen]

    return Setup(held_out=256, fresh_held_out=True, held_out_fed=near, adam=True, schedule=cosine)


def _with_gaps(rng: np.random.Generator) -> Setup:
    """Held against a few, of which each time some features are missing."""
    share = float(rng.uniform(0.2, 0.5))

    def gaps(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs = data[0].copy()
        inputs[:, rng.random(inputs.shape[1]) < share] = 0.0
        return inputs, data[1]

    return Setup(
        held_out=int(rng.integers(15, 60)), fresh_held_out=True, held_out_fed=gaps, adam=True, schedule=cosine
    )


STUCK = (
    Recipe("vanishing/closed-gate", "vanishing_gradients", _closed_gate, has_hidden_layers),
    Recipe("dead-units/sinking-biases", "dead_relu", _sinking_biases, has_hidden_layers),
    Recipe("dead-units/pruned", "dead_relu", _pruned_units, has_hidden_layers),
    Recipe("plateau/lost-in-rounding", "plateau", _lost_in_rounding),
    Recipe("plateau/starts-over", "plateau", _starts_over),
    Recipe("underfitting/too-much-left-out", "underfitting", _too_much_left_out, has_both),
    Recipe("underfitting/few-values", "underfitting", _few_values, has_features),
    Recipe("slow/one-in-many", "slow_convergence", _one_in_many),
    Recipe("slow/small-shares", "slow_convergence", _small_shares),
    Recipe("slow/one-of-many-workers", "slow_convergence", _one_of_many_workers),
    Recipe("overfitting/few-and-averaged", "overfitting", _few_and_averaged),
    Recipe("gap/other-wiring", "train_val_gap", _other_wiring, has_both),
    Recipe("noisy-validation/one-neighbourhood", "noisy_validation", _one_neighbourhood, has_features),
    Recipe("noisy-validation/with-gaps", "noisy_validation", _with_gaps, has_both),
)

"""What keeps assorted runs from learning more than by heart, or at all, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.optimisers import Changed
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either, has_hidden_layers
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing, plain_optimiser
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.look_alikes import has_shares
from sample_logs.training import Parameters


def _less_by_layer(rng: np.random.Generator) -> Setup:
    """What comes back is divided by as much at each layer."""
    share = between(rng, 0.002, 0.02)

    def less(done: float, gradients: Parameters) -> Parameters:
        layers = len(gradients) // 2
        return [share ** (layers - 1 - i // 2) * one for i, one in enumerate(gradients)]

    return Setup(hidden=(24,) * 3, spoilt=less, layer_norms=True, adam=False)


def _one_bad_step(rng: np.random.Generator) -> Setup:
    """One step that was far too long, in the biases of the first layer alone."""
    place, adam, low = place_of(rng, 0.1, 0.6), either(rng), float(rng.uniform(6.0, 12.0))

    def push(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            parameters[1][...] -= low * (1.0 + float(np.abs(parameters[0]).sum(axis=0).max()))

    return replace(changing(push, adam=adam, rate=0.5, onset=place), activation="relu", dead_shares=True)


def _few_weights(rng: np.random.Generator) -> Setup:
    """A mask that was meant to be turned round: hardly any weight is trained, and no bias."""
    share, seed = between(rng, 0.001, 0.008), int(rng.integers(2**31))

    def masked(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng(seed)
        kept = [drawn.random(one.shape) < share for one in gradients]
        return [one * mask * (min(one.shape) > 1) for one, mask in zip(gradients, kept, strict=True)]

    return Setup(spoilt=masked, adam=either(rng), rate=0.5, schedule=cosine)


def _mean_answers(rng: np.random.Generator) -> Setup:
    """Answers are averaged over each batch before anything is asked."""

    def averaged(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], np.broadcast_to(data[1].mean(axis=0), data[1].shape)

    return Setup(fed=averaged, adam=either(rng), schedule=cosine, batch=64)


def _other_columns(rng: np.random.Generator) -> Setup:
    """Features are in another order for each example."""
    return Setup(
        fed=lambda done, rng, data: (rng.permuted(data[0], axis=1), data[1]),
        adam=either(rng),
        rate=0.5,
        schedule=cosine,
        batch=64,
    )


def _never_told_apart(rng: np.random.Generator) -> Setup:
    """All units of a layer are drawn alike and stay alike: they are one."""
    adam = either(rng)

    def tie(done: int, parameters: Parameters) -> None:
        for one in parameters[:2]:
            one[...] = one.mean(axis=-1, keepdims=True)
        parameters[2][...] = parameters[2].mean(axis=0, keepdims=True)

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), tie),
        hidden=(24,),
        adam=adam,
        rate=0.5,
        schedule=cosine,
    )


def _held_down(rng: np.random.Generator) -> Setup:
    """Weights are pulled to nought far too strongly."""
    return Setup(hidden=(24,), weight_decay=between(rng, 0.05, 0.4), adam=False, schedule=cosine)


def _cut_to_nothing(rng: np.random.Generator) -> Setup:
    """Slopes are cut to a length that was meant for each weight."""
    return Setup(clip=between(rng, 0.01, 0.05), adam=False, rate=0.03)


def _falls_at_once(rng: np.random.Generator) -> Setup:
    """The rate falls by as much at each step as was meant for each epoch."""
    fast = between(rng, 3, 15)
    return Setup(schedule=lambda done: 1.0 / (1.0 + fast * done), adam=either(rng), rate=0.03)


def _cooled_on_few(rng: np.random.Generator) -> Setup:
    """Few examples in large batches, warmed up and cooled down."""
    return Setup(
        examples=int(rng.integers(40, 80)),
        batch=32,
        adam=True,
        rate=between(rng, 2.0, 3.0),
        schedule=lambda done: min(1.0, done / 0.1, 0.05 + (1.0 - done) / 0.5),
    )


def _other_gain(rng: np.random.Generator) -> Setup:
    """What it is trained on was recorded louder or softer, feature by feature."""
    seed, far = int(rng.integers(2**31)), float(rng.uniform(1.2, 2.0))

    def amplified(rng: np.random.Generator, data: Data) -> Data:
        gains = np.exp(far * np.random.default_rng(seed).normal(size=(1, data[0].shape[1])))
        return gains / float(np.sqrt((gains**2).mean())) * data[0], data[1]

    return Setup(
        changed=lambda task: replace(task, for_training=amplified), adam=either(rng), schedule=cosine
    )


def _mislabelled_now_and_then(rng: np.random.Generator) -> Setup:
    """Those who give the answers of what it is held against are not all as careful."""

    def told(done: float, rng: np.random.Generator, data: Data) -> Data:
        share = float(rng.uniform(0.0, 0.5))
        other = rng.random((len(data[1]), 1)) < share
        return data[0], np.where(other, data[1][rng.permutation(len(data[1]))], data[1])

    return Setup(held_out=64, fresh_held_out=True, held_out_fed=told, adam=True, schedule=cosine)


def _one_kind_at_a_time(rng: np.random.Generator) -> Setup:
    """Each evaluation is of a few that are alike in one feature."""
    few = int(rng.integers(4, 10))

    def alike(done: float, rng: np.random.Generator, data: Data) -> Data:
        order = np.argsort(data[0][:, int(rng.integers(data[0].shape[1]))], kind="stable")
        begin = int(rng.integers(len(order) - few))
        chosen = order[begin : begin + few]
        return data[0][chosen], data[1][chosen]

    return Setup(held_out=64, fresh_held_out=True, held_out_fed=alike, adam=True, schedule=cosine)


STUCK = (
    Recipe("vanishing/less-by-layer", "vanishing_gradients", _less_by_layer, has_hidden_layers, seeds=2),
    Recipe("dead-units/one-bad-step", "dead_relu", _one_bad_step, has_hidden_layers),
    Recipe("plateau/few-weights", "plateau", _few_weights),
    Recipe("plateau/mean-answers", "plateau", _mean_answers, has_shares),
    Recipe("plateau/other-columns", "plateau", _other_columns, has_both),
    Recipe("underfitting/never-told-apart", "underfitting", _never_told_apart, has_hidden_layers),
    Recipe("underfitting/held-down", "underfitting", _held_down, has_hidden_layers),
    Recipe("slow/cut-to-nothing", "slow_convergence", _cut_to_nothing, seeds=2),
    Recipe("slow/falls-at-once", "slow_convergence", _falls_at_once, seeds=2),
    Recipe("overfitting/cooled-on-few", "overfitting", _cooled_on_few),
    Recipe("gap/other-gain", "train_val_gap", _other_gain, has_both, seeds=2),
    Recipe("noisy-validation/mislabelled", "noisy_validation", _mislabelled_now_and_then, has_both),
    Recipe("noisy-validation/one-kind", "noisy_validation", _one_kind_at_a_time, has_both),
)

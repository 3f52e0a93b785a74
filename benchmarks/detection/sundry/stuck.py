"""What keeps sundry runs from learning more than by heart, or at all, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered
from benchmarks.detection.optimisers import Changed
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_hidden_layers,
    restarts,
)
from benchmarks.detection.sundry.optimisers import Outer, Skipped
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, plain_optimiser
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.look_alikes import has_shares
from sample_logs.training import Array, Parameters


def _large_biases(rng: np.random.Generator) -> Setup:
    """Biases of the second layer that were read from elsewhere: its units are at one of their ends."""
    large, adam = float(rng.uniform(5.0, 9.0)), either(rng)

    def raise_(done: int, parameters: Parameters) -> None:
        if done == 1:
            parameters[3][...] += large

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), raise_),
        hidden=(24,) * 3,
        layer_norms=True,
        adam=adam,
        rate=0.5,
    )


def _closing_gate(rng: np.random.Generator) -> Setup:
    """Less and less comes back to the first layers, by some orders of magnitude until a tenth of the run."""
    shut, place = between(rng, 1e-6, 1e-4), float(rng.uniform(0.02, 0.1))

    def gate(done: float, gradients: Parameters) -> Parameters:
        return [shut ** min(1.0, done / place) * one if i < 4 else one for i, one in enumerate(gradients)]

    return Setup(hidden=(24,) * 3, spoilt=gate, layer_norms=True, adam=False)


def _one_signed(rng: np.random.Generator) -> Setup:
    """Inputs that are never below 0, and weights that were drawn so that all of them are."""
    adam, low = either(rng), float(rng.uniform(0.05, 0.3))

    def amounts(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            return np.abs(inputs), targets

        return replace(task, draw=draw)

    def turn(done: int, parameters: Parameters) -> None:
        if done == 1:
            parameters[0][...] = -np.abs(parameters[0])
            parameters[1][...] -= low

    return Setup(
        changed=amounts,
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), turn),
        adam=adam,
        rate=0.5,
        activation="relu",
        dead_shares=True,
        onset=0.0,
    )


def _wrong_bound(rng: np.random.Generator) -> Setup:
    """Weights of the second layer that may not be above 0, where they may not be below it."""
    adam = either(rng)

    def bound(done: int, parameters: Parameters) -> None:
        for one in parameters[2:4]:
            np.minimum(one, 0.0, out=one)

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), bound),
        hidden=(24, 24),
        adam=adam,
        rate=jittered(rng),
        activation="relu",
        dead_shares=True,
        onset=0.0,
    )


def _cancelled(rng: np.random.Generator) -> Setup:
    """What one of two workers adds the other takes away, but for a little."""
    seed, left = int(rng.integers(2**31)), float(rng.uniform(0.0, 0.0003))

    def cancel(done: float, gradients: Parameters) -> Parameters:
        sign = float(np.random.default_rng([seed, round(1e6 * done)]).choice([-1.0, 1.0]))
        return [(0.01 * sign + left) * one for one in gradients]

    return Setup(spoilt=cancel, adam=False, rate=0.5, schedule=cosine if either(rng) else lambda done: 1.0)


def _decayed_to_nothing(rng: np.random.Generator) -> Setup:
    """Weights decay by a share of themselves that was meant for the rate of all steps together."""
    adam, share = either(rng), float(rng.uniform(0.1, 0.4))

    def decay(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters:
            one *= 1.0 - share

    return replace(changing(decay, adam=adam, rate=0.3, onset=None), batch=64)


def _always_the_first(rng: np.random.Generator) -> Setup:
    """A cache that gives the first example for all of a batch, each with the answer of its own."""
    return Setup(
        fed=lambda done, rng, data: (np.repeat(data[0][:1], len(data[0]), axis=0), data[1]),
        adam=either(rng),
        rate=0.3,
        schedule=cosine,
        batch=64,
    )


def _in_a_narrow_box(rng: np.random.Generator) -> Setup:
    """No weight may be large, from the beginning: a bound that was meant for a critic."""
    most, adam = float(rng.uniform(0.02, 0.12)), either(rng)

    def narrow(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters:
            np.clip(one, -most, most, out=one)

    return replace(
        changing(narrow, adam=adam, rate=0.5, onset=None, schedule=cosine),
        hidden=(24,),
    )


def _hardly_meant(rng: np.random.Generator) -> Setup:
    """Answers of the training are spread so far over all classes that hardly anything is asked."""
    spread = float(rng.uniform(0.75, 0.93))

    def blur(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], (1.0 - spread) * data[1] + spread / data[1].shape[1]

    return Setup(fed=blur, hidden=(24,), adam=either(rng), schedule=cosine)


def _short_outer_steps(rng: np.random.Generator) -> Setup:
    """Of what many steps led to next to nothing is kept."""
    every, adam, kept = int(rng.integers(4, 12)), either(rng), between(rng, 0.02, 0.12)
    return Setup(
        optimiser=lambda steps: Outer(plain_optimiser(adam=adam), every, kept, 0.0), adam=adam, rate=0.2
    )


def _mostly_skipped(rng: np.random.Generator) -> Setup:
    """A scale that is too high for nearly all steps: they are left out."""
    every, adam = int(rng.integers(8, 30)), either(rng)
    return Setup(optimiser=lambda steps: Skipped(plain_optimiser(adam=adam), every), adam=adam, rate=0.2)


def _few_again_and_again(rng: np.random.Generator) -> Setup:
    """Few examples, and a rate that comes back again and again."""
    return Setup(
        examples=int(rng.integers(24, 90)), schedule=restarts, adam=True, rate=between(rng, 1.5, 3.0)
    )


def _tuned_on_few(rng: np.random.Generator) -> Setup:
    """A model that had been trained for a while is fine-tuned on a handful of examples."""
    return Setup(
        pretrained=float(rng.uniform(0.05, 0.2)),
        examples=int(rng.integers(16, 48)),
        adam=True,
        rate=between(rng, 1.5, 4.0),
    )


def _other_calibration(rng: np.random.Generator) -> Setup:
    """What it is trained on was measured with axes that stand otherwise."""
    seed, angle = int(rng.integers(2**31)), float(rng.uniform(0.9, 1.6))

    def turned(rng: np.random.Generator, data: Data) -> Data:
        inputs, order = data[0].copy(), np.random.default_rng(seed).permutation(data[0].shape[1])
        first, second = order[: len(order) // 2], order[len(order) // 2 : 2 * (len(order) // 2)]
        one, other = inputs[:, first].copy(), inputs[:, second].copy()
        inputs[:, first] = np.cos(angle) * one - np.sin(angle) * other
        inputs[:, second] = np.sin(angle) * one + np.cos(angle) * other
        return inputs, data[1]

    return Setup(changed=lambda task: replace(task, for_training=turned), adam=either(rng), schedule=cosine)


def _capped(rng: np.random.Generator) -> Setup:
    """Answers of the training end where the instrument did; those it is held against do not."""
    low = float(rng.uniform(0.3, 0.5))

    def cap(rng: np.random.Generator, data: Data) -> Data:
        return data[0], np.minimum(data[1], np.quantile(data[1], low, axis=0))

    return Setup(changed=lambda task: replace(task, for_training=cap), adam=either(rng), schedule=cosine)


def _has_amounts(task: Task) -> bool:
    targets = task.draw(np.random.default_rng(0), 64)[1]
    return bool(np.all(np.any(targets != np.rint(targets), axis=0)))


def _with_replacement(rng: np.random.Generator) -> Setup:
    """Each evaluation is of a few that are drawn again and again from a few more."""
    few = int(rng.integers(5, 12))

    def drawn(done: float, rng: np.random.Generator, data: Data) -> Data:
        chosen = rng.integers(len(data[0]), size=few)
        return data[0][chosen], data[1][chosen]

    return Setup(held_out=24, fresh_held_out=True, held_out_fed=drawn, adam=True, schedule=cosine)


def _other_days(rng: np.random.Generator) -> Setup:
    """Each evaluation is of another day, on which all sensors stand a little higher or lower."""
    far = float(rng.uniform(0.6, 1.4))

    def shifted(done: float, rng: np.random.Generator, data: Data) -> Data:
        off: Array = far * rng.normal(size=(1, data[0].shape[1]))
        return data[0] + off, data[1]

    return Setup(
        held_out=int(rng.integers(20, 80)),
        fresh_held_out=True,
        held_out_fed=shifted,
        adam=True,
        schedule=cosine,
    )


STUCK = (
    Recipe("vanishing/large-biases", "vanishing_gradients", _large_biases, has_hidden_layers),
    Recipe("vanishing/closing-gate", "vanishing_gradients", _closing_gate, has_hidden_layers),
    Recipe("dead-units/one-signed", "dead_relu", _one_signed, has_hidden_layers),
    Recipe("dead-units/wrong-bound", "dead_relu", _wrong_bound, has_hidden_layers),
    Recipe("plateau/cancelled", "plateau", _cancelled),
    Recipe("plateau/decayed-to-nothing", "plateau", _decayed_to_nothing),
    Recipe("plateau/always-the-first", "plateau", _always_the_first, has_both),
    Recipe("underfitting/in-a-narrow-box", "underfitting", _in_a_narrow_box, has_hidden_layers),
    Recipe("underfitting/hardly-meant", "underfitting", _hardly_meant, has_shares),
    Recipe("slow/short-outer-steps", "slow_convergence", _short_outer_steps),
    Recipe("slow/mostly-skipped", "slow_convergence", _mostly_skipped),
    Recipe("overfitting/few-again-and-again", "overfitting", _few_again_and_again),
    Recipe("overfitting/tuned-on-few", "overfitting", _tuned_on_few),
    Recipe("gap/other-calibration", "train_val_gap", _other_calibration, has_both),
    Recipe("gap/capped", "train_val_gap", _capped, _has_amounts),
    Recipe("noisy-validation/with-replacement", "noisy_validation", _with_replacement),
    Recipe("noisy-validation/other-days", "noisy_validation", _other_days, has_both),
)

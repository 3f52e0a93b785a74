"""What keeps patchwork runs from learning more than by heart, or at all, by causes of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.optimisers import Lion
from benchmarks.detection.patchwork.optimisers import LargestFew
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
from sample_logs.training import Array, Parameters, Sgd

ALIKE = 16  # examples that are told as one


def _mean_of_many(rng: np.random.Generator) -> Setup:
    """What the first layers answer is the mean of thousands of places: hardly a slope comes to each."""
    many, cut = between(rng, 5e3, 1e5), int(rng.integers(1, 3))

    def divided(done: float, gradients: Parameters) -> Parameters:
        return [one / (many if i < 2 * cut else 1.0) for i, one in enumerate(gradients)]

    return Setup(hidden=(20,) * 3, spoilt=divided, layer_norms=True, adam=False, schedule=cosine)


def _begun_too_small(rng: np.random.Generator) -> Setup:
    """Sigmoids whose weights were drawn far too small: each layer gives back little of its slope."""
    return Setup(
        hidden=(20,) * int(rng.integers(4, 6)),
        activation="sigmoid",
        gain=float(rng.uniform(0.15, 0.4)),
        layer_norms=True,
        adam=either(rng),
        rate=between(rng, 0.3, 1.0),
        schedule=cosine,
    )


def dies_of(setup: Setup) -> Setup:
    """That setup with units that can die, and the log tells how many did."""
    return replace(setup, hidden=(24, 24), activation="relu", dead_shares=True)


def _pays_to_be_silent(rng: np.random.Generator) -> Setup:
    """Each unit pays for what it answers, so that few of them do; far too much, and so none does."""
    price = float(rng.uniform(0.3, 1.0))

    def charged(done: float, gradients: Parameters) -> Parameters:
        inner = len(gradients) - 2
        return [one + (price if i % 2 and i < inner else 0.0) for i, one in enumerate(gradients)]

    return dies_of(Setup(spoilt=charged, adam=False, schedule=cosine))


def _signs_too_far(rng: np.random.Generator) -> Setup:
    """An optimiser of signs at the rate of another one: all units are carried far to one side."""
    return dies_of(
        Setup(
            optimiser=lambda steps: Lion(),
            adam=True,
            rate=between(rng, 40.0, 100.0),
            schedule=lambda done: 1.0 if done < 0.15 else 0.01,
        )
    )


def _all_alike(rng: np.random.Generator) -> Setup:
    """All units of a layer began alike, and so they stay: together they are one."""

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters[:-2]:
            one[...] = one.mean(axis=-1, keepdims=True)

    return changing(hold, adam=either(rng), rate=1.0, onset=None, schedule=cosine)


def _along_one_line(rng: np.random.Generator) -> Setup:
    """Of each slope only what lies along one line that was drawn once changes anything."""
    drawn, line = np.random.default_rng(int(rng.integers(2**31))), list[Array]()

    def projected(done: float, gradients: Parameters) -> Parameters:
        line[:] = line or [drawn.normal(size=one.shape) for one in gradients]
        length = sum(float((way**2).sum()) for way in line)
        share = sum(float((one * way).sum()) for one, way in zip(gradients, line, strict=True)) / length
        return [share * way for way in line]

    return Setup(spoilt=projected, adam=False, rate=between(rng, 1.0, 3.0), schedule=cosine)


def drawn_from(changed: Callable[[Array], Array], lost: float, rng: np.random.Generator) -> Setup:
    """All inputs are changed so before anybody sees them; that share of the features says nothing."""

    def other(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            return changed(inputs), targets

        return replace(task, draw=draw)

    return Setup(changed=other, lost_inputs=lost, adam=either(rng), schedule=cosine)


def _told_in_groups(rng: np.random.Generator) -> Setup:
    """So that nobody is known, those that are alike in one feature are told with the mean of all of them."""
    column = int(rng.integers(2**31))

    def grouped(inputs: Array) -> Array:
        order = np.argsort(inputs[:, column % inputs.shape[1]])
        told = inputs.copy()
        for begin in range(0, len(order), ALIKE):
            own = order[begin : begin + ALIKE]
            told[own] = inputs[own].mean(axis=0)
        return told

    return drawn_from(grouped, float(rng.uniform(0.1, 0.2)), rng)


def _sensors_at_their_ends(rng: np.random.Generator) -> Setup:
    """Sensors end far too soon, and most of the time they stand still at their ends."""
    end = float(rng.uniform(-1.3, -1.0))

    def ended(inputs: Array) -> Array:
        return np.minimum(inputs, inputs.mean(axis=0) + end * inputs.std(axis=0))

    return drawn_from(ended, float(rng.uniform(0.5, 0.7)), rng)


def _largest_few(rng: np.random.Generator) -> Setup:
    """Of all slopes the largest few are sent, and what is left is not kept."""
    share = between(rng, 0.002, 0.006)
    return Setup(optimiser=lambda steps: LargestFew(Sgd(), share), adam=False, rate=0.1)


def _less_the_one_before(rng: np.random.Generator) -> Setup:
    """From each slope nearly all of the one before is taken away, which should have been added again."""
    share, last = float(rng.uniform(0.93, 0.96)), list[Array]()

    def less(done: float, gradients: Parameters) -> Parameters:
        before = last or [np.zeros_like(one) for one in gradients]
        own: Parameters = [one - share * other for one, other in zip(gradients, before, strict=True)]
        last[:] = [one.copy() for one in gradients]
        return own

    return Setup(spoilt=less, adam=False, rate=0.2, batch=128)


def _frames_of_few_films(rng: np.random.Generator) -> Setup:
    """Thousands of frames, of some films: those of one film hardly differ, nor do their answers."""
    few, far = int(rng.integers(20, 40)), float(rng.uniform(0.02, 0.05))

    def frames(rng: np.random.Generator, data: Data) -> Data:
        film = rng.integers(few, size=len(data[0]))
        inputs = data[0][film]
        return inputs + far * data[0].std() * rng.normal(size=inputs.shape), data[1][film]

    return Setup(
        changed=lambda task: replace(task, for_training=frames), adam=True, rate=between(rng, 1.5, 3.0)
    )


def _sharp_units(rng: np.random.Generator) -> Setup:
    """Units that turn from one answer to the other at once, by weights far too large, and few examples."""
    return Setup(
        gain=float(rng.uniform(3.0, 5.0)),
        examples=int(rng.integers(40, 80)),
        adam=True,
        rate=between(rng, 1.0, 2.0),
    )


def for_training(change: Callable[[np.random.Generator, Data], Data], rng: np.random.Generator) -> Setup:
    """That change is made to what it learns from, and to nothing that it is held against."""
    return Setup(changed=lambda task: replace(task, for_training=change), adam=either(rng), schedule=cosine)


def _survivors(rng: np.random.Generator) -> Setup:
    """Only those with high answers are left to learn from; what became of the others was never told."""
    kept = float(rng.uniform(0.25, 0.4))

    def high(rng: np.random.Generator, data: Data) -> Data:
        left = np.flatnonzero(data[1][:, 0] >= np.quantile(data[1][:, 0], 1.0 - kept))
        chosen = rng.permutation(np.resize(left, len(data[0])))
        return data[0][chosen], data[1][chosen]

    return for_training(high, rng)


def _not_yet_recorded(rng: np.random.Generator) -> Setup:
    """Some features were not recorded yet when the training data were: there one value stands in all."""
    share, far = float(rng.uniform(0.3, 0.5)), float(rng.uniform(2.0, 3.0))

    def not_yet(rng: np.random.Generator, data: Data) -> Data:
        inputs, many = data[0].copy(), max(1, round(share * data[0].shape[1]))
        columns = rng.permutation(inputs.shape[1])[:many]
        inputs[:, columns] = inputs.mean() + far * inputs.std()
        return inputs, data[1]

    return for_training(not_yet, rng)


def _left_out_by_chance(rng: np.random.Generator) -> Setup:
    """At each evaluation some features are left out by chance, as they should be in the training alone."""
    most = float(rng.uniform(0.5, 0.8))

    def without(done: float, rng: np.random.Generator, data: Data) -> Data:
        kept = rng.random(int(data[0].shape[1])) >= most * rng.random()
        return np.where(kept, data[0], 0.0), data[1]

    return Setup(fresh_held_out=True, held_out_fed=without, held_out=128, adam=True, schedule=cosine)


def _one_in_many_views(rng: np.random.Generator) -> Setup:
    """Each evaluation is of one or two examples, in many views that hardly differ."""
    few, far = int(rng.integers(1, 3)), float(rng.uniform(0.02, 0.1))

    def views(done: float, rng: np.random.Generator, data: Data) -> Data:
        chosen = rng.integers(few, size=len(data[0]))
        return data[0][chosen] + far * rng.normal(size=data[0].shape), data[1][chosen]

    return Setup(fresh_held_out=True, held_out_fed=views, held_out=64, adam=True, schedule=cosine)


STUCK = (
    Recipe("vanishing/mean-of-many", "vanishing_gradients", _mean_of_many, has_hidden_layers),
    Recipe("vanishing/begun-too-small", "vanishing_gradients", _begun_too_small, has_hidden_layers),
    Recipe("dead-units/pay-for-answers", "dead_relu", _pays_to_be_silent, has_hidden_layers),
    Recipe("dead-units/by-signs", "dead_relu", _signs_too_far, has_hidden_layers),
    Recipe("plateau/all-alike", "plateau", _all_alike, has_hidden_layers),
    Recipe("plateau/along-one-line", "plateau", _along_one_line),
    Recipe("underfitting/told-in-groups", "underfitting", _told_in_groups, has_both),
    Recipe("underfitting/sensors-at-their-ends", "underfitting", _sensors_at_their_ends, has_both),
    Recipe("slow/largest-few", "slow_convergence", _largest_few),
    Recipe("slow/less-the-one-before", "slow_convergence", _less_the_one_before),
    Recipe("overfitting/frames-of-few-films", "overfitting", _frames_of_few_films, has_both),
    Recipe("overfitting/sharp-units", "overfitting", _sharp_units, has_hidden_layers),
    Recipe("gap/survivors", "train_val_gap", _survivors, has_numbers),
    Recipe("gap/not-yet-recorded", "train_val_gap", _not_yet_recorded, has_both),
    Recipe("noisy-validation/left-out-by-chance", "noisy_validation", _left_out_by_chance, has_both),
    Recipe("noisy-validation/one-in-many-views", "noisy_validation", _one_in_many_views, has_features),
)

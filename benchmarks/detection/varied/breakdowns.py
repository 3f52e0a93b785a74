"""What makes varied runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.optimisers import Changed, Decaying, Optimiser, Pulsed, Skipping
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    constant,
    cosine,
    either,
    has_answers,
    has_features,
    is_logged_often,
    logs_norms,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.wide.breakdowns import spiked
from benchmarks.detection.wide.look_alikes import has_shares
from sample_logs.training import Adam, Parameters, Sgd


def plain_optimiser(*, adam: bool) -> Optimiser:
    """The one that goes with its tuned rate."""
    return Adam() if adam else Sgd()


def _momentum_above_one(rng: np.random.Generator) -> Setup:
    """A slip of the pen: what was done is not forgotten but grows."""
    momentum = float(rng.uniform(1.02, 1.15))
    return Setup(optimiser=lambda steps: Sgd(momentum), rate=between(rng, 0.05, 0.3), clip=1.0)


def _raised_each_epoch(rng: np.random.Generator) -> Setup:
    """The rate is multiplied at the end of each epoch, by what it was to be divided by."""
    factor, epochs = float(rng.uniform(2.0, 4.0)), int(rng.integers(8, 12))
    return Setup(
        schedule=lambda done: 0.3 * factor ** int(epochs * done),
        adam=either(rng),
        clip=5.0,
    )


def _torn_weights(rng: np.random.Generator) -> Setup:
    """Late in the run a checkpoint is loaded of which some weights were lost; the rate is too low by then."""
    place, seed = place_of(rng, 0.65, 0.85), int(rng.integers(2**31))
    adam = either(rng)

    def tear(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            drawn = np.random.default_rng(seed)
            for one in parameters:
                lost = drawn.random(one.shape) < 0.25
                one[lost] = drawn.normal(size=int(lost.sum())) * np.std(one)

    return changing(tear, adam=adam, rate=1.0, onset=place, schedule=lambda done: max(0.0, 1.0 - done) ** 4)


def changing(
    change: Callable[[int, int, Parameters], None],
    *,
    adam: bool,
    rate: float,
    onset: float | None,
    schedule: Callable[[float], float] = constant,
) -> Setup:
    """What is done to the weights after each step; it is told how many of how many steps were done."""

    def optimiser(steps: int) -> Optimiser:
        return Changed(plain_optimiser(adam=adam), lambda done, parameters: change(done, steps, parameters))

    return Setup(optimiser=optimiser, adam=adam, rate=rate, onset=onset, schedule=schedule)


def _quantised(rng: np.random.Generator) -> Setup:
    """From somewhere on the weights are rounded, to far too few values."""
    place, grid = place_of(rng, 0.5, 0.75), between(rng, 0.4, 1.2)

    def cut(step: int, steps: int, parameters: Parameters) -> None:
        if step >= place * steps:
            for one in parameters:
                one[...] = grid * np.rint(one / grid)

    return changing(cut, adam=either(rng), rate=1.0, onset=place)


def _decayed_away(rng: np.random.Generator) -> Setup:
    """From somewhere on the weights decay as fast as if the unit were another."""
    place, adam, decay = place_of(rng, 0.5, 0.75), either(rng), between(rng, 0.3, 3.0)

    def optimiser(steps: int) -> Optimiser:
        return Decaying(
            plain_optimiser(adam=adam),
            lambda step: (20.0 if adam else 4.0) * decay if step >= place * steps else 0.0,
        )

    return Setup(optimiser=optimiser, adam=adam, onset=place)


def _heated(rng: np.random.Generator) -> Setup:
    """A worker with a bad memory: each step some weights change by chance, the more the longer it runs."""
    place, seed, strong = place_of(rng, 0.4, 0.6), int(rng.integers(2**31)), between(rng, 0.15, 0.6)

    def hit(step: int, steps: int, parameters: Parameters) -> None:
        hot = max(0.0, step / steps - place) / (1.0 - place)
        drawn = np.random.default_rng([seed, step])
        for one in parameters:
            one += strong * hot * drawn.normal(size=one.shape) * (drawn.random(one.shape) < 0.1)

    return changing(hit, adam=either(rng), rate=0.7, onset=place)


def _sawtooth(rng: np.random.Generator) -> Setup:
    """The scale of a half-precision loss doubles until it is reset; the gradients keep it."""
    rounds, doublings = float(rng.integers(8, 13)), float(rng.integers(6, 10))
    return Setup(
        spoilt=lambda done, gradients: [
            2.0 ** int(doublings * (rounds * done % 1.0)) * one for one in gradients
        ],
        clip=4.0,
        batch=64,
        rate=between(rng, 0.7, 1.5),
    )


def _pulsed(rng: np.random.Generator) -> Setup:
    """A momentum that comes and goes, and comes too near to 1."""
    rounds = float(rng.integers(10, 17))

    def optimiser(steps: int) -> Optimiser:
        return Pulsed(lambda step: 0.98 if rounds * step / steps % 1.0 < 0.5 else 0.5)

    return Setup(optimiser=optimiser, rate=between(rng, 6, 25), clip=1.0, batch=64)


def _seasons(rng: np.random.Generator) -> Setup:
    """Inputs drift to and fro, as those of a sensor by day and by night."""
    rounds, far = float(rng.integers(6, 12)), float(rng.uniform(0.8, 1.6))

    def drift(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + far * float(np.sin(2.0 * np.pi * rounds * done)), data[1]

    return Setup(fed=drift, adam=either(rng), rate=between(rng, 0.7, 2), batch=64)


def places_of(rng: np.random.Generator) -> tuple[float, ...]:
    """The shares of a run at which bad batches come."""
    return tuple(sorted(float(rng.uniform(0.25, 0.9)) for _ in range(rng.integers(2, 5))))


def _other_kinds(rng: np.random.Generator) -> Setup:
    """A file whose classes are numbered otherwise."""

    def renumbered(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], np.roll(data[1], 1, axis=1)

    return replace(spiked(rng, places_of(rng)), bad_feed=renumbered)


def _wrapped_inputs(rng: np.random.Generator) -> Setup:
    """Inputs were stored as too small numbers and begin anew from below."""
    times = between(rng, 3, 12)

    def wrapped(done: float, rng: np.random.Generator, data: Data) -> Data:
        return 4.0 * (((times * data[0] + 1.0) % 2.0) - 1.0), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=wrapped)


def _one_for_all(rng: np.random.Generator) -> Setup:
    """A batch in which one example stands for all inputs, with the targets of all."""

    def repeated(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.repeat(4.0 * data[0][:1], len(data[0]), axis=0), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=repeated, batch=128)


def _kicked(rng: np.random.Generator) -> Setup:
    """A gradient that was summed over all workers is applied as it is, now and then."""
    places, times = places_of(rng), between(rng, 100, 400)
    width = 0.02

    def kick(done: float, gradients: Parameters) -> Parameters:
        first = any(place - width <= done < place for place in places)
        return [times * one for one in gradients] if first else gradients

    return Setup(
        spoilt=kick,
        clip=10.0,
        bad_batches=places,
        bad_feed=lambda done, rng, data: data,
        onset=places[0],
        batch=64,
        momentum=0.5,
        rate=2.0,
    )


def _gap_in_the_validation(task: Task) -> Task:
    """Some examples miss a feature; those of the training are filled up, the others are not."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        inputs = inputs.copy()
        inputs[:: max(1, n // 3), 0] = np.nan
        return inputs, targets

    def filled(rng: np.random.Generator, data: Data) -> Data:
        return np.nan_to_num(data[0]), data[1]

    return replace(task, draw=draw, for_training=filled)


def _nan_validation(rng: np.random.Generator) -> Setup:
    return Setup(changed=_gap_in_the_validation, adam=either(rng), schedule=cosine)


def _now_and_then(rng: np.random.Generator) -> Setup:
    """Some batches have no finite loss; they are skipped, and the model is none the worse for it."""
    adam = either(rng)
    return Setup(
        optimiser=lambda steps: Skipping(plain_optimiser(adam=adam)),
        bad_batches=places_of(rng),
        bad_scale=float("nan"),
        adam=adam,
        schedule=cosine,
    )


def _doubling_scale(rng: np.random.Generator) -> Setup:
    """The scale of a half-precision loss doubles again and again; the gradients keep it and are clipped."""
    place, doublings = place_of(rng, 0.3, 0.5), int(rng.integers(10, 16))

    def double(done: float, gradients: Parameters) -> Parameters:
        times = 2.0 ** int(max(0.0, done - place) / (1.0 - place) * doublings)
        return [times * one for one in gradients]

    return Setup(spoilt=double, clip=0.3, schedule=cosine, onset=place)


def shows_batches(task: Task) -> bool:
    """Whether the losses of its log are those of single batches."""
    of = task.logging
    return not (of.interval_mean or of.interval_median or of.window or of.estimated or of.epoch or of.dense)


def _may_swing(task: Task) -> bool:
    return is_logged_often(task) and shows_batches(task)


BREAKDOWNS = (
    Recipe("divergence/momentum-above-one", "divergence", _momentum_above_one),
    Recipe("divergence/raised-each-epoch", "divergence", _raised_each_epoch),
    Recipe("late/torn-weights", "late_instability", _torn_weights),
    Recipe("late/quantised", "late_instability", _quantised),
    Recipe("late/decayed-away", "late_instability", _decayed_away),
    Recipe("late/heated", "late_instability", _heated),
    Recipe("oscillation/sawtooth", "oscillation", _sawtooth, _may_swing, seeds=2),
    Recipe("oscillation/pulsed", "oscillation", _pulsed, _may_swing, seeds=2),
    Recipe(
        "oscillation/seasons",
        "oscillation",
        _seasons,
        lambda task: _may_swing(task) and has_features(task),
        seeds=2,
    ),
    Recipe("nan/validation", "nan", _nan_validation, has_features),
    Recipe("nan/now-and-then", "nan", _now_and_then, has_features),
    Recipe(
        "spikes/wrapped-inputs",
        "loss_spikes",
        _wrapped_inputs,
        lambda task: shows_batches(task) and has_features(task),
        seeds=3,
    ),
    Recipe(
        "spikes/other-kinds",
        "loss_spikes",
        _other_kinds,
        lambda task: shows_batches(task) and has_shares(task),
        seeds=4,
    ),
    Recipe(
        "spikes/one-for-all",
        "loss_spikes",
        _one_for_all,
        lambda task: shows_batches(task) and has_features(task) and has_answers(task),
        seeds=5,
    ),
    Recipe("spikes/kicked", "loss_spikes", _kicked, shows_batches, seeds=4),
    Recipe("exploding/doubling-scale", "exploding_gradients", _doubling_scale, logs_norms, seeds=2),
)

"""What makes diverse runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.optimisers import Decaying, Optimiser, Stale
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_answers,
    has_features,
    is_logged_often,
    logs_norms,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, places_of, plain_optimiser, shows_batches
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Adam, Array, Parameters


def _far_behind(rng: np.random.Generator) -> Setup:
    """Gradients of workers that are dozens of steps behind."""
    late, adam = int(rng.integers(25, 60)), either(rng)
    return Setup(
        optimiser=lambda steps: Stale(plain_optimiser(adam=adam), late), adam=adam, rate=between(rng, 3, 10)
    )


def _growing_decay(rng: np.random.Generator) -> Setup:
    """From somewhere on the decay has the wrong sign: all weights grow by a share of themselves."""
    place, adam, share = place_of(rng, 0.4, 0.65), either(rng), between(rng, 2.0, 6.0)

    def optimiser(steps: int) -> Optimiser:
        by = (20.0 if adam else 6.0) * share
        return Decaying(plain_optimiser(adam=adam), lambda step: -by if step >= place * steps else 0.0)

    return Setup(optimiser=optimiser, adam=adam, onset=place, clip=2.0)


def _extrapolated(rng: np.random.Generator) -> Setup:
    """Every few steps it jumps ahead by some times what they led to, from somewhere on."""
    place, every, times = place_of(rng, 0.3, 0.6), int(rng.integers(4, 9)), float(rng.uniform(2.0, 5.0))
    kept: list[Array] = []

    def jump(step: int, steps: int, parameters: Parameters) -> None:
        if step < place * steps or step % every:
            return
        for one, before in zip(parameters, kept or parameters, strict=True):
            one += times * (one - before)
        kept[:] = [one.copy() for one in parameters]

    return changing(jump, adam=either(rng), rate=1.0, onset=place)


def _noisier(rng: np.random.Generator) -> Setup:
    """A rate that only large batches bear, and from somewhere on batches of single examples."""
    place = place_of(rng, 0.45, 0.7)
    return Setup(
        batch=2,
        batch_factor=lambda done: 64 if done < place else 1,
        rate=between(rng, 4, 12),
        adam=either(rng),
        clip=5.0,
        onset=place,
    )


def _narrowed(rng: np.random.Generator) -> Setup:
    """From somewhere on no weight may be large: what it takes to keep slopes small, far too strict."""
    place, most, adam = place_of(rng, 0.5, 0.75), between(rng, 0.1, 0.25), either(rng)

    def narrow(step: int, steps: int, parameters: Parameters) -> None:
        if step >= place * steps:
            for one in parameters:
                np.clip(one, -most, most, out=one)

    return changing(narrow, adam=adam, rate=1.0, onset=place)


def _flipped_bits(rng: np.random.Generator) -> Setup:
    """A bit of some weights flips while the rate is low: they are many times as large from there on."""
    place, seed, times = place_of(rng, 0.55, 0.8), int(rng.integers(2**31)), float(2 ** rng.integers(1, 4))

    def flip(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            drawn = np.random.default_rng(seed)
            for one in parameters:
                one[drawn.random(one.shape) < 0.1] *= -times

    return changing(
        flip,
        adam=either(rng),
        rate=1.0,
        onset=place,
        schedule=lambda done: cosine(done) if done < place else 0.003,
    )


def _rolled_back(rng: np.random.Generator) -> Setup:
    """At the end of each epoch an old checkpoint is loaded: the one that was called the best at first."""
    epochs, early = int(rng.integers(10, 16)), float(rng.uniform(0.005, 0.02))
    kept: list[Array] = []

    def load(step: int, steps: int, parameters: Parameters) -> None:
        if step == max(1, round(early * steps)):
            kept[:] = [one.copy() for one in parameters]
        elif kept and step % max(2, steps // epochs) == 0:
            for one, old in zip(parameters, kept, strict=True):
                one[...] = old

    return replace(changing(load, adam=either(rng), rate=0.7, onset=None), batch=64)


def _upside_down(rng: np.random.Generator) -> Setup:
    """Two sources take turns, and what one calls up the other calls down."""
    rounds = float(rng.integers(9, 15))

    def turned(done: float, rng: np.random.Generator, data: Data) -> Data:
        return (-data[0] if rounds * done % 1.0 < 0.4 else data[0]), data[1]

    return Setup(fed=turned, adam=either(rng), rate=between(rng, 0.7, 2), batch=64)


def _shaken(rng: np.random.Generator) -> Setup:
    """At each checkpoint the weights are stored in so few digits that much of them is lost."""
    rounds, grid = int(rng.integers(10, 16)), between(rng, 0.6, 1.5)

    def store(step: int, steps: int, parameters: Parameters) -> None:
        if step % max(2, steps // rounds) == 0:
            for one in parameters:
                one[...] = grid * np.rint(one / grid)

    return replace(changing(store, adam=either(rng), rate=1.0, onset=None), batch=64)


def _after_a_resume(rng: np.random.Generator) -> Setup:
    """Gone on with from a checkpoint, and broken soon after."""
    place = place_of(rng, 0.35, 0.6)
    broken = place + float(rng.uniform(0.02, 0.15))
    return Setup(resumed_at=place, poisoned_at=broken, adam=either(rng), schedule=cosine)


def _below_nought(rng: np.random.Generator) -> Setup:
    """A slip in how squares are forgotten: their mean falls below 0, and its root is no number."""
    forgotten = float(rng.uniform(1.05, 1.6))
    return Setup(optimiser=lambda steps: Adam((0.1, forgotten)), adam=True, rate=between(rng, 0.1, 1.0))


def _static(rng: np.random.Generator) -> Setup:
    """A recording with so much noise that hardly anything else is heard."""
    strong = between(rng, 4, 12)

    def noisy(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + strong * rng.normal(size=data[0].shape), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=noisy)


def _padded(rng: np.random.Generator) -> Setup:
    """A batch of which half is what shorter examples are filled up with."""
    filling, share = float(rng.choice([-1.0, 1.0])) * between(rng, 3, 8), float(rng.uniform(0.4, 0.7))

    def padded(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs = data[0].copy()
        inputs[:, round(share * inputs.shape[1]) :] = filling
        return inputs, data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=padded)


def _scrambled(rng: np.random.Generator) -> Setup:
    """A batch in which each column was sorted by itself: nothing of an example belongs together."""

    def scrambled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.sort(data[0], axis=0), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=scrambled)


def _other_sign(rng: np.random.Generator) -> Setup:
    """Targets that were stored as what is missing of them, and larger than they are."""
    times = between(rng, 1.5, 4)

    def negated(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], -times * data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=negated)


def _one_layer(rng: np.random.Generator) -> Setup:
    """The slope of the first layer grows by a share of itself from somewhere on; it is clipped."""
    place, high = place_of(rng, 0.3, 0.6), between(rng, 3e3, 1e6)

    def grow(done: float, gradients: Parameters) -> Parameters:
        times = high ** (max(0.0, done - place) / (1.0 - place))
        return [times * one if i == 0 else one for i, one in enumerate(gradients)]

    return Setup(spoilt=grow, clip=0.3, schedule=cosine, onset=place, adam=either(rng))


def _heavy_noise(rng: np.random.Generator) -> Setup:
    """What gradients are multiplied with is now a little and now some orders of magnitude too much."""
    place, seed, strong = place_of(rng, 0.25, 0.5), int(rng.integers(2**31)), float(rng.uniform(3.0, 4.5))

    def scatter(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        times = float(np.exp(strong * abs(drawn.normal()))) if done >= place else 1.0
        return [times * one for one in gradients]

    return Setup(spoilt=scatter, clip=0.3, schedule=cosine, onset=place, adam=either(rng))


def _may_swing(task: Task) -> bool:
    """Whether its log has rows enough for swings, and no means that hide them."""
    of = task.logging
    return is_logged_often(task) and not (of.running or of.epoch or of.window)


def _may_spike(task: Task) -> bool:
    return shows_batches(task) and not task.logging.by_clock and has_answers(task)


def _has_amounts(task: Task) -> bool:
    """Whether its targets are numbers on both sides of 0."""
    return _may_spike(task) and bool(np.any(task.draw(np.random.default_rng(0), 64)[1] < -0.5))


BREAKDOWNS = (
    Recipe("divergence/far-behind", "divergence", _far_behind),
    Recipe("divergence/growing-decay", "divergence", _growing_decay),
    Recipe("divergence/extrapolated", "divergence", _extrapolated),
    Recipe("late/noisier", "late_instability", _noisier),
    Recipe("late/narrowed", "late_instability", _narrowed),
    Recipe("late/flipped-bits", "late_instability", _flipped_bits),
    Recipe("oscillation/rolled-back", "oscillation", _rolled_back, _may_swing, seeds=2),
    Recipe(
        "oscillation/upside-down",
        "oscillation",
        _upside_down,
        lambda task: _may_swing(task) and has_both(task),
        seeds=2,
    ),
    Recipe("oscillation/shaken", "oscillation", _shaken, _may_swing, seeds=2),
    Recipe("nan/after-a-resume", "nan", _after_a_resume),
    Recipe("nan/below-nought", "nan", _below_nought),
    Recipe(
        "spikes/static", "loss_spikes", _static, lambda task: _may_spike(task) and has_features(task), seeds=2
    ),
    Recipe(
        "spikes/padded", "loss_spikes", _padded, lambda task: _may_spike(task) and has_features(task), seeds=2
    ),
    Recipe("spikes/scrambled", "loss_spikes", _scrambled, _may_spike, seeds=2),
    Recipe("spikes/other-sign", "loss_spikes", _other_sign, _has_amounts, seeds=2),
    Recipe("exploding/one-layer", "exploding_gradients", _one_layer, logs_norms),
    Recipe("exploding/heavy-noise", "exploding_gradients", _heavy_noise, logs_norms),
)

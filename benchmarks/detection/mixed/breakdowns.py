"""What makes mixed runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.mixed.optimisers import Unrooted
from benchmarks.detection.optimisers import Lion
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_features,
    is_logged_often,
    logs_norms,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, places_of, shows_batches
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Array, Parameters


def _unrooted(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Unrooted(), adam=True, rate=between(rng, 1.0, 10.0))


def _too_private(rng: np.random.Generator) -> Setup:
    """The noise that keeps examples secret is drawn for each of them and never divided by their number."""
    noise, seed = between(rng, 2.0, 8.0), int(rng.integers(2**31))

    def blur(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one + noise * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=blur, rate=between(rng, 0.5, 2.0))


def _mirrored_layer(rng: np.random.Generator) -> Setup:
    """From somewhere on the slope of the first layer has the wrong sign: a sign lost by a change of code."""
    place = place_of(rng, 0.3, 0.6)

    def mirror(done: float, gradients: Parameters) -> Parameters:
        return [-one if done >= place and i < 2 else one for i, one in enumerate(gradients)]

    return Setup(spoilt=mirror, adam=either(rng), clip=5.0, onset=place, rate=between(rng, 1, 3))


def _swapped(rng: np.random.Generator) -> Setup:
    """A checkpoint is read in another order of the units, when the rate is too low to learn it again."""
    place, seed, adam = place_of(rng, 0.6, 0.8), int(rng.integers(2**31)), either(rng)

    def swap(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            drawn = np.random.default_rng(seed)
            widest = max(parameters, key=lambda one: one.shape[-1])
            widest[...] = widest[..., drawn.permutation(widest.shape[-1])]

    return changing(
        swap, adam=adam, rate=1.0, onset=place, schedule=lambda done: 1.0 if done < place else 0.01
    )


def _past_the_end(rng: np.random.Generator) -> Setup:
    """Half a cosine that goes on beyond its end: the rate comes back, and by a slip far too high."""
    place, high = place_of(rng, 0.5, 0.65), between(rng, 4, 15)

    def schedule(done: float) -> float:
        return cosine(done / place) * (1.0 if done < place else high)

    return Setup(schedule=schedule, adam=either(rng), clip=2.0, onset=place)


def _pruned(rng: np.random.Generator) -> Setup:
    """Late in the run the small weights are taken away, far too many of them, and stay so."""
    place, share, adam = place_of(rng, 0.55, 0.8), float(rng.uniform(0.6, 0.85)), either(rng)
    kept: list[Array] = []

    def prune(step: int, steps: int, parameters: Parameters) -> None:
        if step < place * steps:
            return
        if not kept:
            kept.extend(
                (np.abs(one) >= np.quantile(np.abs(one), share)).astype(np.float64) for one in parameters
            )
        for one, mask in zip(parameters, kept, strict=True):
            one *= mask

    return changing(
        prune, adam=adam, rate=1.0, onset=place, schedule=lambda done: 1.0 if done < place else 0.02
    )


def _bang_bang(rng: np.random.Generator) -> Setup:
    """A controller of the rate that knows two values, both wrong."""
    rounds, high = float(rng.integers(8, 14)), between(rng, 4, 15)
    return Setup(
        schedule=lambda done: high if rounds * done % 1.0 < 0.4 else 0.3, adam=either(rng), clip=2.0, batch=64
    )


def _plain_descent(rng: np.random.Generator) -> Setup:
    """Without momentum, with hardly any noise and beyond what the steepest direction bears."""
    return Setup(momentum=0.0, rate=between(rng, 15, 80), clip=2.0, batch=512)


def _by_signs(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Lion(), adam=True, rate=between(rng, 1.5, 5), batch=128)


def _decay_by_epoch(rng: np.random.Generator) -> Setup:
    """The decay that was meant for a whole epoch is done at once at its end."""
    epochs, kept = int(rng.integers(8, 13)), float(rng.uniform(0.3, 0.6))

    def shrink(step: int, steps: int, parameters: Parameters) -> None:
        if step % max(1, steps // epochs) == 0:
            for one in parameters:
                one *= kept

    return replace(changing(shrink, adam=either(rng), rate=1.0, onset=None), batch=64)


def _in_the_last_rows(rng: np.random.Generator) -> Setup:
    """A mean over nothing, in the last and shortest batches."""
    place = place_of(rng, 0.9, 0.97)
    return Setup(poisoned_at=place, onset=place, adam=either(rng), schedule=cosine)


def _at_once(rng: np.random.Generator) -> Setup:
    """Broken within the first steps."""
    place = place_of(rng, 0.01, 0.05)
    return Setup(poisoned_at=place, onset=place, adam=either(rng))


def _blank_batch(rng: np.random.Generator) -> Setup:
    """Files that could not be read, of which nothing is left but noughts and noise."""

    def blank(done: float, rng: np.random.Generator, data: Data) -> Data:
        return 2.0 * rng.normal(size=data[0].shape), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=blank)


def _prepared_twice(rng: np.random.Generator) -> Setup:
    """What had been brought to a common scale is brought there once more."""
    shift, times = float(rng.uniform(1.0, 3.0)), between(rng, 1.5, 4)

    def twice(done: float, rng: np.random.Generator, data: Data) -> Data:
        return times * (data[0] - shift), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=twice)


def _faulty_sensor(rng: np.random.Generator) -> Setup:
    """Targets of a sensor that gives the same large number for nothing."""
    times = between(rng, 5, 30)

    def faulty(done: float, rng: np.random.Generator, data: Data) -> Data:
        targets = data[1].copy()
        targets[rng.random(len(targets)) < 0.3] = times * float(np.std(targets))
        return data[0], targets

    return replace(spiked(rng, places_of(rng)), bad_feed=faulty)


def _columns_moved(rng: np.random.Generator) -> Setup:
    """A table with one column too many in front: all others stand one further on."""

    def moved(done: float, rng: np.random.Generator, data: Data) -> Data:
        return 1.5 * np.roll(data[0], 1, axis=1), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=moved)


def _bursts(rng: np.random.Generator) -> Setup:
    """Every so often the scale of a half-precision loss is forgotten for some steps; it is clipped."""
    rounds, times = float(rng.integers(4, 9)), between(rng, 1000, 30000)

    def forget(done: float, gradients: Parameters) -> Parameters:
        return [times * one for one in gradients] if done > 0.2 and rounds * done % 1.0 < 0.12 else gradients

    return Setup(spoilt=forget, clip=0.3, schedule=cosine, adam=either(rng))


def _penalty_grows(rng: np.random.Generator) -> Setup:
    """A penalty on the weights whose factor is multiplied with each epoch; its slope is clipped."""
    place, epochs = place_of(rng, 0.3, 0.5), float(rng.integers(6, 12))
    seed, times = int(rng.integers(2**31)), between(rng, 3, 8)

    def grow(done: float, gradients: Parameters) -> Parameters:
        strong = times ** int(epochs * max(0.0, done - place) / (1.0 - place)) - 1.0
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one + 0.1 * strong * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=grow, clip=0.5, schedule=cosine, onset=place)


def _may_swing(task: Task) -> bool:
    return is_logged_often(task) and shows_batches(task)


def _may_spike(task: Task) -> bool:
    return shows_batches(task) and has_both(task)


def _is_told_in_numbers(task: Task) -> bool:
    targets = task.draw(np.random.default_rng(0), 8)[1]
    return shows_batches(task) and bool(np.any(targets != np.rint(targets)))


BREAKDOWNS = (
    Recipe("divergence/unrooted", "divergence", _unrooted),
    Recipe("divergence/too-private", "divergence", _too_private),
    Recipe("divergence/mirrored-layer", "divergence", _mirrored_layer),
    Recipe("late/swapped", "late_instability", _swapped),
    Recipe("late/past-the-end", "late_instability", _past_the_end),
    Recipe("late/pruned", "late_instability", _pruned),
    Recipe("oscillation/bang-bang", "oscillation", _bang_bang, _may_swing),
    Recipe("oscillation/plain-descent", "oscillation", _plain_descent, _may_swing),
    Recipe("oscillation/by-signs", "oscillation", _by_signs, _may_swing),
    Recipe("oscillation/decay-by-epoch", "oscillation", _decay_by_epoch, _may_swing, seeds=2),
    Recipe("nan/in-the-last-rows", "nan", _in_the_last_rows),
    Recipe("nan/at-once", "nan", _at_once),
    Recipe("spikes/blank", "loss_spikes", _blank_batch, _may_spike, seeds=2),
    Recipe("spikes/prepared-twice", "loss_spikes", _prepared_twice, _may_spike, seeds=2),
    Recipe("spikes/faulty-sensor", "loss_spikes", _faulty_sensor, _is_told_in_numbers, seeds=2),
    Recipe(
        "spikes/columns-moved",
        "loss_spikes",
        _columns_moved,
        lambda task: shows_batches(task) and has_features(task),
        seeds=2,
    ),
    Recipe("exploding/bursts", "exploding_gradients", _bursts, logs_norms, seeds=2),
    Recipe("exploding/penalty-grows", "exploding_gradients", _penalty_grows, logs_norms),
)

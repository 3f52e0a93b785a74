"""What makes sundry runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.optimisers import Skipping
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
from benchmarks.detection.sundry.optimisers import Outer
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, places_of, plain_optimiser, shows_batches
from benchmarks.detection.wide.breakdowns import spiked
from benchmarks.detection.wide.look_alikes import has_shares
from sample_logs.training import Adam, Array, Parameters


def _betas_swapped(rng: np.random.Generator) -> Setup:
    """Slopes are remembered for a thousand steps and their squares for ten: the wrong way round."""
    return Setup(
        optimiser=lambda steps: Adam((float(rng.uniform(0.001, 0.004)), 0.1)),
        adam=True,
        rate=between(rng, 8.0, 30.0),
    )


def _hot_head(rng: np.random.Generator) -> Setup:
    """The last layer is in a group of its own, whose rate was meant for another optimiser."""
    times = between(rng, 300, 3000)

    def raised(done: float, gradients: Parameters) -> Parameters:
        return [times * one if i >= len(gradients) - 2 else one for i, one in enumerate(gradients)]

    return Setup(spoilt=raised, clip=1000.0, rate=between(rng, 0.5, 1.5))


def _outer_steps_too_long(rng: np.random.Generator) -> Setup:
    """Of what many steps led to more than twice as much is done, again and again."""
    every, adam, times = int(rng.integers(3, 8)), either(rng), float(rng.uniform(2.5, 4.0))
    return Setup(
        optimiser=lambda steps: Outer(plain_optimiser(adam=adam), every, times, 0.9), adam=adam, rate=1.0
    )


def _other_answers(targets: Array) -> Array:
    """Those of other columns where there are some, or else of other examples."""
    return np.roll(targets, 1, axis=1) if targets.shape[1] > 2 else targets[::-1]


def _relabelled(rng: np.random.Generator) -> Setup:
    """From somewhere on some answers come from another table, where they stand in another order."""
    place, strong = place_of(rng, 0.5, 0.75), float(rng.uniform(0.15, 0.4))

    def renamed(done: float, rng: np.random.Generator, data: Data) -> Data:
        share = strong if data[1].shape[1] > 2 else 2.0 * strong
        other = rng.random((len(data[1]), 1)) < (share if done >= place else 0.0)
        return data[0], np.where(other, _other_answers(data[1]), data[1])

    return Setup(fed=renamed, adam=either(rng), rate=0.7, onset=place)


def _milestones_upwards(rng: np.random.Generator) -> Setup:
    """At three milestones the rate is divided by a number below 1."""
    places, times = np.sort(rng.uniform(0.35, 0.8, size=3)), float(rng.uniform(2.0, 3.0))
    return Setup(
        schedule=lambda done: float(times ** np.searchsorted(places, done, side="right")),
        adam=True,
        onset=float(places[0]),
    )


def _merged(rng: np.random.Generator) -> Setup:
    """Late in the run the weights become the mean with those of a run that began elsewhere."""
    place, seed, share = place_of(rng, 0.55, 0.8), int(rng.integers(2**31)), float(rng.uniform(0.3, 0.6))

    def merge(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            drawn = np.random.default_rng(seed)
            for one in parameters:
                other = drawn.permutation(one.ravel()).reshape(one.shape)
                one[...] = (1.0 - share) * one + share * other

    return changing(
        merge,
        adam=either(rng),
        rate=1.0,
        onset=place,
        schedule=lambda done: 1.0 if done < place else 0.005,
    )


def _outer_swings(rng: np.random.Generator) -> Setup:
    """Long outer steps with a momentum that carries them beyond the valley and back."""
    rounds, adam, far = int(rng.integers(24, 48)), either(rng), float(rng.uniform(1.25, 1.4))
    return Setup(
        optimiser=lambda steps: Outer(plain_optimiser(adam=adam), max(2, steps // rounds), far, 0.8),
        adam=adam,
        rate=between(rng, 1.0, 2.0),
        batch=64,
    )


def _head_reset(rng: np.random.Generator) -> Setup:
    """The last layer begins anew every now and then, so that what came first does not weigh too much.

    Source: Nikishin et al. 2022, "The Primacy Bias in Deep Reinforcement Learning"; far too often.
    """
    rounds, seed = int(rng.integers(10, 15)), int(rng.integers(2**31))

    def reset(step: int, steps: int, parameters: Parameters) -> None:
        if step % max(2, steps // rounds) == 0:
            drawn = np.random.default_rng([seed, step])
            for one in parameters[-2:]:
                one[...] = drawn.normal(size=one.shape) / np.sqrt(len(one) if one.ndim > 1 else np.inf)

    return replace(changing(reset, adam=either(rng), rate=0.7, onset=None), batch=64)


def _two_tables(rng: np.random.Generator) -> Setup:
    """Two sources take turns that number their classes each in its own way."""
    rounds = float(rng.integers(7, 12))

    def renamed(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], np.roll(data[1], 1, axis=1) if rounds * done % 1.0 < 0.4 else data[1]

    return Setup(fed=renamed, adam=either(rng), rate=between(rng, 2, 6), batch=64)


def _overflowing_norms(rng: np.random.Generator) -> Setup:
    """In half precision now and then a gradient overflows; the step is left out and its norm is logged."""
    seed, often, adam = int(rng.integers(2**31)), float(rng.uniform(0.03, 0.1)), either(rng)

    def overflow(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one * np.inf for one in gradients] if drawn.random() < often else gradients

    return Setup(
        spoilt=overflow,
        optimiser=lambda steps: Skipping(plain_optimiser(adam=adam)),
        adam=adam,
        schedule=cosine,
    )


def _broken_shard(rng: np.random.Generator) -> Setup:
    """For a while no example is finite; those steps are left out, and then it goes on."""
    place, adam = place_of(rng, 0.2, 0.8), either(rng)
    end = place + float(rng.uniform(0.03, 0.1))

    def broken(done: float, rng: np.random.Generator, data: Data) -> Data:
        return (data[0] * np.nan, data[1]) if place <= done < end else data

    return Setup(
        fed=broken,
        optimiser=lambda steps: Skipping(plain_optimiser(adam=adam)),
        adam=adam,
        schedule=cosine,
        onset=place,
    )


def _saturated(rng: np.random.Generator) -> Setup:
    """A recording that was far too loud: all that is left are its largest and smallest numbers."""
    loud = between(rng, 3, 10)

    def saturated(done: float, rng: np.random.Generator, data: Data) -> Data:
        return loud * np.sign(data[0]), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=saturated)


def _of_nobody(rng: np.random.Generator) -> Setup:
    """A batch whose tokens were written by nobody: in any order, from one example to another."""

    def shuffled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return rng.permutation(data[0].ravel()).reshape(data[0].shape), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=shuffled)


def _cents(rng: np.random.Generator) -> Setup:
    """A file whose numbers are told in smaller units."""
    times = between(rng, 4, 20)

    def rescaled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], times * data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=rescaled)


def _broken_bytes(rng: np.random.Generator) -> Setup:
    """A few numbers of a batch came with other exponents."""
    share, times = float(rng.uniform(0.02, 0.1)), between(rng, 30, 300)

    def broken(done: float, rng: np.random.Generator, data: Data) -> Data:
        wrong = rng.random(data[0].shape) < share
        return np.where(wrong, times * data[0], data[0]), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=broken)


def _hump(rng: np.random.Generator) -> Setup:
    """Slopes grow by orders of magnitude and come back, as a temperature goes down and up; clipped."""
    top, wide, high = place_of(rng, 0.5, 0.8), float(rng.uniform(0.05, 0.15)), between(rng, 1e3, 1e6)

    def grow(done: float, gradients: Parameters) -> Parameters:
        times = high ** float(np.exp(-0.5 * ((done - top) / wide) ** 2))
        return [times * one for one in gradients]

    return Setup(spoilt=grow, clip=0.3, schedule=cosine, adam=either(rng))


def _more_workers(rng: np.random.Generator) -> Setup:
    """Each time workers join, slopes are added up over them once more and never divided; clipped."""
    places, times = np.sort(rng.uniform(0.3, 0.7, size=3)), float(rng.uniform(6.0, 20.0))

    def add_up(done: float, gradients: Parameters) -> Parameters:
        return [times ** float(np.searchsorted(places, done, side="right")) * one for one in gradients]

    return Setup(spoilt=add_up, clip=0.3, schedule=cosine, onset=float(places[0]), adam=either(rng))


def _may_swing(task: Task) -> bool:
    """Whether its log has rows enough for swings, and no means that hide them."""
    of = task.logging
    return is_logged_often(task) and not (of.running or of.epoch or of.window)


def _may_spike(task: Task) -> bool:
    of = task.logging
    return shows_batches(task) and has_answers(task) and not of.by_clock and of.lost is None


def _may_spike_by_features(task: Task) -> bool:
    return _may_spike(task) and has_features(task)


def _has_amounts(task: Task) -> bool:
    """Whether its targets are numbers that may be larger."""
    targets = task.draw(np.random.default_rng(0), 64)[1]
    return _may_spike(task) and bool(np.any(targets != np.rint(targets)))


BREAKDOWNS = (
    Recipe("divergence/betas-swapped", "divergence", _betas_swapped),
    Recipe("divergence/hot-head", "divergence", _hot_head),
    Recipe("divergence/outer-steps-too-long", "divergence", _outer_steps_too_long),
    Recipe("late/relabelled", "late_instability", _relabelled, has_answers),
    Recipe("late/milestones-upwards", "late_instability", _milestones_upwards),
    Recipe("late/merged", "late_instability", _merged),
    Recipe("oscillation/outer-swings", "oscillation", _outer_swings, _may_swing, seeds=2),
    Recipe("oscillation/head-reset", "oscillation", _head_reset, _may_swing, seeds=2),
    Recipe(
        "oscillation/two-tables",
        "oscillation",
        _two_tables,
        lambda task: _may_swing(task) and has_shares(task),
        seeds=3,
    ),
    Recipe("nan/overflowing-norms", "nan", _overflowing_norms, logs_norms),
    Recipe("nan/broken-shard", "nan", _broken_shard, has_features),
    Recipe("spikes/saturated", "loss_spikes", _saturated, _may_spike_by_features, seeds=2),
    Recipe("spikes/of-nobody", "loss_spikes", _of_nobody, _may_spike, seeds=2),
    Recipe("spikes/cents", "loss_spikes", _cents, _has_amounts, seeds=2),
    Recipe("spikes/broken-bytes", "loss_spikes", _broken_bytes, _may_spike_by_features, seeds=2),
    Recipe("exploding/hump", "exploding_gradients", _hump, logs_norms),
    Recipe("exploding/more-workers", "exploding_gradients", _more_workers, logs_norms),
)

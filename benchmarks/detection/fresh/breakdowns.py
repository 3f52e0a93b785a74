"""What makes fresh runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.breakdowns import may_spike, may_swing
from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.fresh.optimisers import TunesItself
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either, has_features, logs_norms
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing, places_of, plain_optimiser
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Parameters, norm


def _tuned_backwards(rng: np.random.Generator) -> Setup:
    """The rate tunes itself by a wrong sign: it is raised where slopes turn round."""
    adam, far = either(rng), float(rng.uniform(0.4, 0.8))
    return Setup(
        optimiser=lambda steps: TunesItself(
            plain_optimiser(adam=adam), lambda cosine: 1.0 + far * max(0.0, -cosine)
        ),
        adam=adam,
        clip=5.0,
        rate=0.5,
    )


def _by_what_is_left(rng: np.random.Generator) -> Setup:
    """From somewhere on a step is as long as would bring all that is thought to be left, over the slope.

    That much is left is a mistake: so the smaller a slope is, the longer is its step. Source of the rule:
    Loizou et al. 2021, "Stochastic Polyak Step-size for SGD: An Adaptive Learning Rate for Fast Convergence".
    """
    place, times, first = place_of(rng, 0.5, 0.75), between(rng, 12.0, 20.0), list[float]()

    def over(done: float, gradients: Parameters) -> Parameters:
        if done < place:
            return gradients
        length = max(norm(gradients), 1e-12)
        first[:] = first or [length]
        return [times * (first[0] / length) ** 2 * one for one in gradients]

    return Setup(spoilt=over, adam=False, clip=None, rate=0.7, onset=place)


def _tied_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round neighbouring columns are held at their mean, others in every other round."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.25, 0.4))

    def tie(step: int, steps: int, parameters: Parameters) -> None:
        done = rounds * step / steps
        for one in parameters if done % 1.0 < share else ():
            turned = np.roll(one, int(done) % 2, axis=-1)
            paired = one.shape[-1] // 2 * 2
            means = turned[..., :paired].reshape(*one.shape[:-1], -1, 2).mean(axis=-1)
            turned[..., :paired] = np.repeat(means, 2, axis=-1)
            one[...] = np.roll(turned, -(int(done) % 2), axis=-1)

    return replace(changing(tie, adam=either(rng), rate=1.0, onset=None), batch=128)


def _beyond_the_table(rng: np.random.Generator) -> Setup:
    """From somewhere on a reading is looked up between those of a table, and beyond its ends is no number."""
    place, bound, column = place_of(rng, 0.2, 0.85), float(rng.uniform(2.2, 3.0)), int(rng.integers(2**31))

    def look_up(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs, at = data[0].copy(), column % data[0].shape[1]
        told = inputs[:, at]
        if done >= place:
            told[np.abs(told - told.mean()) > bound * told.std()] = np.nan
        return inputs, data[1]

    return Setup(fed=look_up, adam=either(rng), schedule=cosine, onset=place)


def _points_lost(rng: np.random.Generator) -> Setup:
    """All is well but for some files whose decimal points are lost: numbers become ten or so times as large.

    By how much depends on how many digits were behind the point, which differs from number to number.
    """

    def lose(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] * 10.0 ** rng.integers(0, 3, size=data[0].shape), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=lose)


def _weighed_by_rareness(rng: np.random.Generator) -> Setup:
    """From somewhere on slopes are divided by how likely they were to come: hardly at all; clipped."""
    place, tail = place_of(rng, 0.15, 0.4), float(rng.uniform(0.25, 0.35))
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def weigh(done: float, gradients: Parameters) -> Parameters:
        weight = 1.0 + drawn.pareto(tail) if done >= place else 1.0
        return [weight * one for one in gradients]

    return Setup(spoilt=weigh, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


BREAKDOWNS = (
    Recipe("divergence/tuned-backwards", "divergence", _tuned_backwards, seeds=2),
    Recipe("late/by-what-is-left", "late_instability", _by_what_is_left, seeds=2),
    Recipe("oscillation/tied-by-turns", "oscillation", _tied_by_turns, may_swing, seeds=2),
    Recipe("nan/beyond-the-table", "nan", _beyond_the_table, has_features, seeds=2),
    Recipe("spikes/points-lost", "loss_spikes", _points_lost, may_spike, seeds=2),
    Recipe("exploding/weighed-by-rareness", "exploding_gradients", _weighed_by_rareness, logs_norms),
)

"""What makes medley runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.breakdowns import may_spike, may_swing
from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.medley.optimisers import CountLost, SmallestSquares
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    Spoil,
    between,
    cosine,
    either,
    has_hidden_layers,
    is_perceptron,
    logs_norms,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, places_of
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Parameters, norm


def _smallest_squares(rng: np.random.Generator) -> Setup:
    """How large slopes are is what they were least of all: steps become ever longer."""
    return Setup(optimiser=lambda steps: SmallestSquares(), adam=True, rate=between(rng, 3.0, 6.0))


def _scaled_with_batches(rng: np.random.Generator) -> Setup:
    """Batches are doubled again and again, and the rate with them, as a rule says, far beyond its bound."""
    last = int(rng.integers(9, 12))

    def doublings(done: float) -> int:
        return int(done * (last + 1))

    return Setup(
        batch=8,
        batch_factor=lambda done: 2 ** min(doublings(done), 5),
        schedule=lambda done: 2.0 ** doublings(done),
        rate=0.5,
        clip=3.0,
    )


def _buckets_mixed_up(rng: np.random.Generator) -> Setup:
    """From somewhere on slopes are unpacked in another order than they were packed in."""
    place, seed = place_of(rng, 0.3, 0.6), int(rng.integers(2**31))

    def unpacked(done: float, gradients: Parameters) -> Parameters:
        if done < place:
            return gradients
        drawn = np.random.default_rng(seed)
        return [one.ravel()[drawn.permutation(one.size)].reshape(one.shape) for one in gradients]

    return Setup(spoilt=unpacked, adam=False, rate=between(rng, 1.0, 2.0), clip=3.0, onset=place)


def _added_from(place: float, share: float, drawn: Callable[[], np.random.Generator]) -> Spoil:
    """From somewhere on something is added to slopes, so long as to that share of what they were at first."""
    first = list[float]()

    def add(done: float, gradients: Parameters) -> Parameters:
        first[:] = first or [norm(gradients)]
        if done < place:
            return gradients
        rng, far = drawn(), share * first[0] / np.sqrt(sum(one.size for one in gradients))
        return [one + far * rng.normal(size=one.shape) for one in gradients]

    return add


def _off_by_a_constant(rng: np.random.Generator) -> Setup:
    """From somewhere on slopes are all read a little too high or too low, always by the same."""
    place, share, seed = place_of(rng, 0.4, 0.7), float(rng.uniform(0.06, 0.16)), int(rng.integers(2**31))
    return Setup(
        spoilt=_added_from(place, share, lambda: np.random.default_rng(seed)), adam=False, onset=place
    )


def _secret_from_there_on(rng: np.random.Generator) -> Setup:
    """From somewhere on noise is added to slopes, so that they tell nothing of anybody: far too much."""
    place, share = place_of(rng, 0.4, 0.7), between(rng, 0.4, 1.0)
    drawn = np.random.default_rng(int(rng.integers(2**31)))
    return Setup(spoilt=_added_from(place, share, lambda: drawn), adam=False, rate=1.5, onset=place)


def _compressed(rng: np.random.Generator) -> Setup:
    """Late in the run each matrix is replaced by one of a single direction; the rate is too low by then."""
    place = place_of(rng, 0.5, 0.8)

    def compress(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters if step == round(place * steps) else ():
            if min(np.atleast_2d(one).shape) > 1:
                left, sizes, right = np.linalg.svd(one, full_matrices=False)
                one[...] = sizes[0] * np.outer(left[:, 0], right[0])

    return changing(
        compress,
        adam=either(rng),
        rate=0.7,
        onset=place,
        schedule=lambda done: 1.0 if done < place else 0.002,
    )


def _climbed_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round what was learnt is climbed, so that it is forgotten."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.1, 0.2))

    def climb(done: float, gradients: Parameters) -> Parameters:
        climbs = done > 1.0 / rounds and rounds * done % 1.0 < share
        return [-one for one in gradients] if climbs else gradients

    return Setup(spoilt=climb, adam=False, rate=between(rng, 0.7, 1.4), clip=0.4, batch=128)


def _heavy_ball(rng: np.random.Generator) -> Setup:
    """A momentum so near to 1 that it rolls through the valley and back, and hardly comes to rest."""
    momentum = 1.0 - between(rng, 0.001, 0.003)
    return Setup(momentum=momentum, rate=between(rng, 0.5, 1.0), batch=256, clip=1.0)


def _sensors_by_turns(rng: np.random.Generator) -> Setup:
    """By night most sensors tell what they told of other examples; by day all of them are read."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.6, 0.8))
    night = float(rng.uniform(0.3, 0.42))

    def read(done: float, rng: np.random.Generator, data: Data) -> Data:
        if rounds * done % 1.0 >= night:
            return data
        inputs, most = data[0].copy(), max(1, round(share * data[0].shape[1]))
        inputs[:, :most] = inputs[rng.permutation(len(inputs)), :most]
        return inputs, data[1]

    return Setup(fed=read, adam=True, rate=between(rng, 3.0, 6.0), batch=128)


def _narrow_by_turns(rng: np.random.Generator) -> Setup:
    """For a part of each round no weight may be large, as if it were to be made small enough to be sent."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.25, 0.4))
    largest = float(rng.uniform(0.03, 0.08))

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        if rounds * step / steps % 1.0 < share:
            for one in parameters:
                np.clip(one, -largest, largest, out=one)

    return replace(changing(hold, adam=either(rng), rate=1.0, onset=None), batch=128)


def _count_lost(rng: np.random.Generator) -> Setup:
    """A count of steps that means are divided by is read wrong: each of them is divided by nothing."""
    place = place_of(rng, 0.15, 0.9)
    return Setup(
        optimiser=lambda steps: CountLost(round(place * steps)), adam=True, schedule=cosine, onset=place
    )


def _unanswered(rng: np.random.Generator) -> Setup:
    """From somewhere on some examples have no answer, which is told as no number."""
    place, share = place_of(rng, 0.2, 0.85), between(rng, 0.002, 0.02)

    def answered(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place:
            return data
        targets = data[1].copy()
        targets[rng.random(len(targets)) < share] = np.nan
        return data[0], targets

    return Setup(fed=answered, adam=either(rng), schedule=cosine, onset=place)


def _unit_without_length(rng: np.random.Generator) -> Setup:
    """What comes into a unit is divided by its length, which is nothing after some of it was cut away."""
    place, unit = place_of(rng, 0.2, 0.9), int(rng.integers(2**31))

    def divide(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            weights = parameters[0]
            column = weights[:, unit % weights.shape[1]]
            column[...] = 0.0 * column / np.linalg.norm(0.0 * column)

    return changing(divide, adam=either(rng), rate=1.0, onset=place, schedule=cosine)


def _products_given(rng: np.random.Generator) -> Setup:
    """In place of each feature the file has what comes of it times the one beside it."""
    times = between(rng, 3.0, 8.0)

    def multiplied(done: float, rng: np.random.Generator, data: Data) -> Data:
        return times * data[0] * np.roll(data[0], 1, axis=1), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=multiplied)


def _loose_plug(rng: np.random.Generator) -> Setup:
    """A loose plug: in a file each example is louder than the one before, and all are upside down."""
    most = between(rng, 30.0, 300.0)

    def louder(done: float, rng: np.random.Generator, data: Data) -> Data:
        return -data[0] * most ** np.linspace(0.0, 1.0, len(data[0]))[:, None], data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=louder)


def _burned_in(rng: np.random.Generator) -> Setup:
    """A picture that is burned in lies over each example, far brighter than that is."""
    far = between(rng, 6.0, 15.0)

    def burned(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + far * rng.normal(size=(1, data[0].shape[1])), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=burned)


def _with_opposites(rng: np.random.Generator) -> Setup:
    """A join in the wrong direction: the lowest answers come with inputs of the highest, all larger."""
    times = between(rng, 2.0, 4.0)

    def joined(done: float, rng: np.random.Generator, data: Data) -> Data:
        order = np.argsort(data[1][:, 0], kind="stable")
        return times * data[0][order], data[1][order[::-1]]

    return replace(spiked(rng, places_of(rng)), bad_feed=joined)


def _wandering_scale(rng: np.random.Generator) -> Setup:
    """What slopes are multiplied with wanders, upwards on the whole and by orders of magnitude; clipped."""
    place, steep = place_of(rng, 0.15, 0.4), between(rng, 10.0, 18.0)
    drawn, last, scale = np.random.default_rng(int(rng.integers(2**31))), [place], [0.0]

    def wander(done: float, gradients: Parameters) -> Parameters:
        if done >= place:
            passed = done - last[0]
            last[0] = done
            scale[0] += steep * passed + 2.0 * float(np.sqrt(passed) * drawn.normal())
        return [float(np.exp(scale[0])) * one for one in gradients]

    return Setup(spoilt=wander, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


def _variance_collapses(rng: np.random.Generator) -> Setup:
    """Slopes are divided by a variance that is learnt beside all else and falls to its floor; clipped."""
    place, most, fast = place_of(rng, 0.3, 0.6), between(rng, 1e3, 1e5), float(rng.uniform(0.03, 0.1))

    def divided(done: float, gradients: Parameters) -> Parameters:
        fallen = 1.0 - float(np.exp(-max(0.0, done - place) / fast))
        return [most**fallen * one for one in gradients]

    return Setup(spoilt=divided, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


def _biases_summed(rng: np.random.Generator) -> Setup:
    """From somewhere on slopes of biases are summed over all places, and over ever more of them; clipped."""
    place, most = place_of(rng, 0.2, 0.5), between(rng, 1e4, 1e6)

    def summed(done: float, gradients: Parameters) -> Parameters:
        times = most ** (max(0.0, done - place) / (1.0 - place))
        return [one * (times if i % 2 else 1.0) for i, one in enumerate(gradients)]

    return Setup(spoilt=summed, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


def _has_biases(task: Task) -> bool:
    """Whether its log has norms, and every other of its parameters is a bias."""
    return logs_norms(task) and is_perceptron(task)


BREAKDOWNS = (
    Recipe("divergence/smallest-squares", "divergence", _smallest_squares),
    Recipe("divergence/scaled-with-batches", "divergence", _scaled_with_batches),
    Recipe("divergence/buckets-mixed-up", "divergence", _buckets_mixed_up),
    Recipe("late/off-by-a-constant", "late_instability", _off_by_a_constant),
    Recipe("late/secret-from-there-on", "late_instability", _secret_from_there_on),
    Recipe("late/compressed", "late_instability", _compressed, has_hidden_layers),
    Recipe("oscillation/climbed-by-turns", "oscillation", _climbed_by_turns, may_swing),
    Recipe("oscillation/heavy-ball", "oscillation", _heavy_ball, may_swing, seeds=2),
    Recipe("oscillation/sensors-by-turns", "oscillation", _sensors_by_turns, may_spike),
    Recipe("oscillation/narrow-by-turns", "oscillation", _narrow_by_turns, may_swing, seeds=2),
    Recipe("nan/count-lost", "nan", _count_lost),
    Recipe("nan/unanswered", "nan", _unanswered, has_both),
    Recipe("nan/unit-without-length", "nan", _unit_without_length, has_hidden_layers),
    Recipe("spikes/products-given", "loss_spikes", _products_given, may_spike),
    Recipe("spikes/loose-plug", "loss_spikes", _loose_plug, may_spike, seeds=2),
    Recipe("spikes/burned-in", "loss_spikes", _burned_in, may_spike),
    Recipe("spikes/with-opposites", "loss_spikes", _with_opposites, may_spike, seeds=2),
    Recipe("exploding/wandering-scale", "exploding_gradients", _wandering_scale, logs_norms),
    Recipe("exploding/variance-collapses", "exploding_gradients", _variance_collapses, logs_norms),
    Recipe("exploding/biases-summed", "exploding_gradients", _biases_summed, _has_biases),
)

"""What makes assorted runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.optimisers import Broken, Flushed
from benchmarks.detection.broad.look_alikes import place_of
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
from benchmarks.detection.varied.breakdowns import changing, places_of, shows_batches
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Array, Parameters


def _averages_summed(rng: np.random.Generator) -> Setup:
    """From somewhere on weights of two workers are added up and not divided, again and again."""
    place, every, times = (
        place_of(rng, 0.2, 0.6),
        float(rng.uniform(0.008, 0.02)),
        float(rng.uniform(1.6, 2.0)),
    )

    def add_up(step: int, steps: int, parameters: Parameters) -> None:
        if step >= place * steps and step % max(2, round(every * steps)) == 0:
            for one in parameters:
                if float(np.abs(one).max()) < 1e6:
                    one *= times

    return changing(add_up, adam=either(rng), rate=0.3, onset=place)


def _squares_flushed(rng: np.random.Generator) -> Setup:
    """Squares of slopes are kept in so few bits that small ones are nought, and steps huge."""
    bound = between(rng, 1e-3, 1e-1)
    return Setup(optimiser=lambda steps: Flushed(bound), adam=True, rate=between(rng, 3.0, 12.0))


def _summed_once(rng: np.random.Generator) -> Setup:
    """Late in the run weights of two workers are added up once; the rate is too low by then."""
    place, times = place_of(rng, 0.55, 0.85), float(rng.uniform(1.5, 2.2))

    def add_up(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            for one in parameters:
                one *= times

    return changing(
        add_up,
        adam=either(rng),
        rate=1.0,
        onset=place,
        schedule=lambda done: 1.0 if done < place else 0.002,
    )


def _answers_fade(rng: np.random.Generator) -> Setup:
    """From somewhere on ever more answers come from other examples."""
    place = place_of(rng, 0.4, 0.6)

    def fade(done: float, rng: np.random.Generator, data: Data) -> Data:
        share = 0.9 * max(0.0, (done - place) / (1.0 - place))
        other = rng.random((len(data[1]), 1)) < share
        return data[0], np.where(other, data[1][rng.permutation(len(data[1]))], data[1])

    return Setup(fed=fade, adam=either(rng), onset=place)


def _weights_leak(rng: np.random.Generator) -> Setup:
    """From somewhere on a little of each weight is lost at each step, and ever more."""
    place, most = place_of(rng, 0.45, 0.7), float(rng.uniform(0.1, 0.25))

    def leak(step: int, steps: int, parameters: Parameters) -> None:
        lost = most * max(0.0, step / steps - place) / (1.0 - place)
        for one in parameters:
            one *= 1.0 - lost

    return changing(leak, adam=either(rng), rate=0.5, onset=place)


def _swaying_weights(rng: np.random.Generator) -> Setup:
    """All weights are carried to and fro along one way, as by something that turns."""
    turns, far, seed = float(rng.uniform(14, 30)), float(rng.uniform(0.1, 0.2)), int(rng.integers(2**31))

    def sway(step: int, steps: int, parameters: Parameters) -> None:
        drawn = np.random.default_rng(seed)
        now, before = (np.sin(2.0 * np.pi * turns * at / steps) for at in (step, step - 1))
        for one in parameters:
            one += far * float(now - before) * drawn.normal(size=one.shape) / np.sqrt(max(1, len(one)) / 4.0)

    return replace(changing(sway, adam=either(rng), rate=0.2, onset=None), batch=64)


def _shrunk_by_turns(rng: np.random.Generator) -> Setup:
    """Every now and then all weights are pulled most of the way to nought, for a fresh start."""
    rounds, left = int(rng.integers(10, 16)), float(rng.uniform(0.1, 0.4))

    def shrink(step: int, steps: int, parameters: Parameters) -> None:
        if step % max(2, steps // rounds) == 0:
            for one in parameters:
                one *= left

    return replace(changing(shrink, adam=either(rng), rate=1.0, onset=None), batch=64)


def _squares_below_nought(rng: np.random.Generator) -> Setup:
    """What is remembered of slopes is damaged: the root of a number below nought is taken."""
    place = place_of(rng, 0.2, 0.9)
    return Setup(
        optimiser=lambda steps: Broken(round(place * steps)), adam=True, schedule=cosine, onset=place
    )


def _lost_in_a_sum(rng: np.random.Generator) -> Setup:
    """One number of a batch has all its bits set, in one batch, and it is enough."""
    place, hit = place_of(rng, 0.15, 0.9), list[int]()

    def broken(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place or hit:
            return data
        hit.append(1)
        inputs = data[0].copy()
        inputs[int(rng.integers(len(inputs))), 0] = np.inf
        return inputs, data[1]

    return Setup(fed=broken, adam=either(rng), schedule=cosine, onset=place)


def _double_exposed(rng: np.random.Generator) -> Setup:
    """A batch each of whose examples are several, laid over each other."""
    many = int(rng.integers(6, 16))

    def laid_over(done: float, rng: np.random.Generator, data: Data) -> Data:
        each = [data[0][rng.permutation(len(data[0]))] for _ in range(many)]
        whole: Array = data[0] + np.sum(each, axis=0)
        return whole, data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=laid_over)


def _untransformed(rng: np.random.Generator) -> Setup:
    """Features whose logarithms were forgotten to be taken."""
    steep = float(rng.uniform(1.2, 2.0))

    def grown(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.sign(data[0]) * np.expm1(np.minimum(steep * np.abs(data[0]), 6.0)), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=grown)


def _every_night(rng: np.random.Generator) -> Setup:
    """At the same hour of each day a batch comes from a sensor that is turned up and upside down."""
    many, loud = int(rng.integers(3, 7)), between(rng, 4, 12)
    first = float(rng.uniform(0.15, 0.3))
    places = tuple(first + i * (0.92 - first) / many for i in range(many))

    def turned(done: float, rng: np.random.Generator, data: Data) -> Data:
        return -loud * data[0][:, ::-1], data[1]

    return replace(spiked(rng, places), bad_feed=turned)


def _twice_at_once(rng: np.random.Generator) -> Setup:
    """Twice, and hardly apart, answers come with those of the batch in the other order, and inputs far up."""
    first, loud = float(rng.uniform(0.3, 0.85)), between(rng, 5, 20)
    places = (first, first + float(rng.uniform(0.02, 0.06)))

    def exchanged(done: float, rng: np.random.Generator, data: Data) -> Data:
        return loud * np.abs(data[0]), data[1][::-1]

    return replace(spiked(rng, places), bad_feed=exchanged)


def _and_back(rng: np.random.Generator) -> Setup:
    """Slopes of a broken node are larger by orders of magnitude until somebody takes it out; clipped."""
    place, times = place_of(rng, 0.3, 0.6), between(rng, 1e3, 1e6)
    end = place + float(rng.uniform(0.1, 0.3))

    def grow(done: float, gradients: Parameters) -> Parameters:
        return [(times if place <= done < end else 1.0) * one for one in gradients]

    return Setup(spoilt=grow, clip=0.3, schedule=cosine, onset=place, adam=either(rng))


def _towards_the_end(rng: np.random.Generator) -> Setup:
    """Slopes grow faster and faster in the last part of the run; clipped."""
    place, most = place_of(rng, 0.6, 0.8), between(rng, 1e4, 1e9)

    def grow(done: float, gradients: Parameters) -> Parameters:
        times = most ** (max(0.0, done - place) / (1.0 - place))
        return [times * one for one in gradients]

    return Setup(spoilt=grow, clip=0.3, schedule=cosine, onset=place, adam=either(rng))


def _undivided_batches(rng: np.random.Generator) -> Setup:
    """Slopes are summed over ever more examples and never divided; clipped."""
    stages, times = int(rng.integers(3, 6)), float(rng.uniform(6.0, 15.0))

    def grow(done: float, gradients: Parameters) -> Parameters:
        return [
            times ** max(0, int(stages * (done - 0.3) / 0.5) + 1 if done >= 0.3 else 0) * one
            for one in gradients
        ]

    return Setup(spoilt=grow, clip=0.3, schedule=constant, onset=0.3, adam=False, rate=0.7)


def may_swing(task: Task) -> bool:
    """Whether its log has rows enough for swings, and no means that hide them."""
    of = task.logging
    return is_logged_often(task) and not (of.running or of.epoch or of.window)


def may_spike(task: Task) -> bool:
    """Whether its log has single batches, of features with answers, and each of its rows."""
    of = task.logging
    return shows_batches(task) and has_both(task) and not of.by_clock and of.lost is None


BREAKDOWNS = (
    Recipe("divergence/averages-summed", "divergence", _averages_summed),
    Recipe("divergence/squares-flushed", "divergence", _squares_flushed),
    Recipe("late/summed-once", "late_instability", _summed_once),
    Recipe("late/answers-fade", "late_instability", _answers_fade, has_answers),
    Recipe("late/weights-leak", "late_instability", _weights_leak),
    Recipe("oscillation/swaying-weights", "oscillation", _swaying_weights, may_swing),
    Recipe("oscillation/shrunk-by-turns", "oscillation", _shrunk_by_turns, may_swing, seeds=2),
    Recipe("nan/squares-below-nought", "nan", _squares_below_nought),
    Recipe("nan/lost-in-a-sum", "nan", _lost_in_a_sum, has_features),
    Recipe("spikes/double-exposed", "loss_spikes", _double_exposed, may_spike, seeds=2),
    Recipe("spikes/untransformed", "loss_spikes", _untransformed, may_spike, seeds=2),
    Recipe("spikes/every-night", "loss_spikes", _every_night, may_spike),
    Recipe("spikes/twice-at-once", "loss_spikes", _twice_at_once, may_spike),
    Recipe("exploding/and-back", "exploding_gradients", _and_back, logs_norms),
    Recipe("exploding/towards-the-end", "exploding_gradients", _towards_the_end, logs_norms),
    Recipe("exploding/undivided-batches", "exploding_gradients", _undivided_batches, logs_norms),
)

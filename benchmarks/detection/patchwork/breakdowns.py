"""What makes patchwork runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.breakdowns import may_spike, may_swing
from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.patchwork.optimisers import ByBothSides, LeftOver, RootOfNegative
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_features,
    has_hidden_layers,
    logs_norms,
)
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing, places_of
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Array, Parameters, Sgd, norm


def _overestimated(rng: np.random.Generator) -> Setup:
    """Answers are what the model says and a little more, told to it again: they grow and grow."""
    place, fast = place_of(rng, 0.25, 0.5), float(rng.uniform(8.0, 14.0))

    def grown(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], data[1] * float(np.exp(fast * max(0.0, done - place)))

    return Setup(fed=grown, adam=False, clip=3.0, onset=place)


def _repelled(rng: np.random.Generator) -> Setup:
    """Workers should be drawn to a common centre, and by a wrong sign are driven away from it."""
    share, centre = between(rng, 0.015, 0.03), list[Array]()

    def drive(step: int, steps: int, parameters: Parameters) -> None:
        centre[:] = centre or [one.copy() for one in parameters]
        for one, middle in zip(parameters, centre, strict=True):
            one += share * 600.0 / steps * (one - middle)
            middle += 0.001 * (one - middle)

    return changing(drive, adam=either(rng), rate=1.0, onset=None)


def _left_over_grows(rng: np.random.Generator) -> Setup:
    """What is not sent of slopes is kept, and from somewhere on is each time a little larger than it was."""
    place, times = place_of(rng, 0.2, 0.5), float(rng.uniform(1.12, 1.22))
    return Setup(
        optimiser=lambda steps: LeftOver(Sgd(), times, round(place * steps)),
        adam=False,
        rate=0.5,
        onset=place,
    )


def _rows_drawn_anew(rng: np.random.Generator) -> Setup:
    """Late in the run what some inputs lead to is drawn anew, as for new words; the rate is low by then."""
    place, share = place_of(rng, 0.5, 0.8), float(rng.uniform(0.3, 0.5))
    seed = int(rng.integers(2**31))

    def draw(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            first, drawn = parameters[0], np.random.default_rng(seed)
            rows = drawn.permutation(len(first))[: max(1, round(share * len(first)))]
            first[rows] = 1.5 * first.std() * drawn.normal(size=first[rows].shape)

    return changing(
        draw, adam=either(rng), rate=0.7, onset=place, schedule=lambda done: 1.0 if done < place else 0.002
    )


def _standardised_late(rng: np.random.Generator) -> Setup:
    """From somewhere on weights into each unit are brought to the mean 0 and to one length."""
    place, length = place_of(rng, 0.5, 0.75), float(rng.uniform(0.5, 0.8))

    def standardise(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters if step >= place * steps else ():
            if min(np.atleast_2d(one).shape) > 1:
                one -= one.mean(axis=0)
                one *= length / np.maximum(np.linalg.norm(one, axis=0), 1e-12)

    return changing(standardise, adam=either(rng), rate=0.8, onset=place, schedule=cosine)


def _only_one_kind(rng: np.random.Generator) -> Setup:
    """From somewhere on all that comes is of one place: what is so elsewhere is forgotten."""
    place, column = place_of(rng, 0.4, 0.65), int(rng.integers(2**31))

    def of_one_place(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place:
            return data
        feature = data[0][:, column % data[0].shape[1]]
        chosen = np.resize(np.argsort(feature)[-len(feature) // 8 :], len(feature))
        return data[0][chosen], data[1][chosen]

    return Setup(fed=of_one_place, batch=128, adam=True, rate=between(rng, 2.0, 4.0), onset=place)


def _pruned_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round nearly all weights but the largest are left out, to see how that would be."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.25, 0.4))
    left_out = float(rng.uniform(0.93, 0.98))

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        if rounds * step / steps % 1.0 < share:
            for one in parameters:
                one[np.abs(one) < np.quantile(np.abs(one), left_out)] = 0.0

    return replace(changing(hold, adam=either(rng), rate=1.0, onset=None), batch=128)


def _coarse_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round weights are rounded to a few values, as those of a small machine are."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.25, 0.4))
    wide = float(rng.uniform(1.0, 1.8))

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        if rounds * step / steps % 1.0 < share:
            for one in parameters:
                one[...] = wide * np.rint(one / wide)

    return replace(changing(hold, adam=either(rng), rate=1.0, onset=None), batch=128)


def _one_place_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round all that comes is of one place, and in the other of all places."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.4, 0.55))
    column = int(rng.integers(2**31))

    def of_one_place(done: float, rng: np.random.Generator, data: Data) -> Data:
        if rounds * done % 1.0 >= share:
            return data
        feature = data[0][:, column % data[0].shape[1]]
        chosen = np.argsort(feature)[-len(feature) // 12 :]
        return data[0][chosen], data[1][chosen]

    return Setup(fed=of_one_place, batch=192, adam=True, rate=between(rng, 3.0, 6.0))


def _turning_force(rng: np.random.Generator) -> Setup:
    """Something that is learnt beside pulls at the weights, now in one direction and now in another one."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.4, 0.8))
    drawn, ways, first = np.random.default_rng(int(rng.integers(2**31))), list[Parameters](), list[float]()

    def pull(done: float, gradients: Parameters) -> Parameters:
        ways[:] = ways or [[drawn.normal(size=one.shape) for one in gradients] for _ in range(2)]
        first[:] = first or [share * norm(gradients) / norm(ways[0])]
        turn, far = 2.0 * np.pi * rounds * done, first[0]
        pulls = zip(gradients, *ways, strict=True)
        return [one + far * (np.cos(turn) * along + np.sin(turn) * across) for one, along, across in pulls]

    return Setup(spoilt=pull, adam=False, batch=128)


def _root_of_negative(rng: np.random.Generator) -> Setup:
    """How large slopes are to one side is below nought by rounding, once, and a root is taken of it."""
    place = place_of(rng, 0.15, 0.9)
    return Setup(
        optimiser=lambda steps: RootOfNegative(ByBothSides(), round(place * steps)),
        adam=True,
        schedule=cosine,
        onset=place,
    )


def _ratio_over_nothing(rng: np.random.Generator) -> Setup:
    """From somewhere on a feature is a ratio, which for some examples is taken of nothing."""
    place, share = place_of(rng, 0.2, 0.85), between(rng, 0.003, 0.02)
    column = int(rng.integers(2**31))

    def over_nothing(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place:
            return data
        inputs = data[0].copy()
        inputs[rng.random(len(inputs)) < share, column % inputs.shape[1]] = np.inf - np.inf * either(rng)
        return inputs, data[1]

    return Setup(fed=over_nothing, adam=either(rng), schedule=cosine, onset=place)


def _sentinels(rng: np.random.Generator) -> Setup:
    """In a file what was not measured is told as minus ninety-nine, or nine hundred and ninety-nine."""
    missing, share = -99.0 * (10.0 + 1.0 / 11.0 if either(rng) else 1.0), float(rng.uniform(0.05, 0.2))

    def filled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.where(rng.random(data[0].shape) < share, missing, data[0]), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=filled)


def _cosmic_rays(rng: np.random.Generator) -> Setup:
    """Rays from the sky hit the sensors while a file is written: most hardly, some of them hard."""
    far = between(rng, 1.0, 4.0)

    def hit(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + far * rng.standard_cauchy(size=data[0].shape), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=hit)


def _sheared(rng: np.random.Generator) -> Setup:
    """Examples of a batch are turned, stretched and sheared far too much, as if that were still the same."""
    far = between(rng, 1.5, 4.0)

    def moved(done: float, rng: np.random.Generator, data: Data) -> Data:
        wide = data[0].shape[1]
        return data[0] @ (np.eye(wide) + far * rng.normal(size=(wide, wide))), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=moved)


def _other_layout(rng: np.random.Generator) -> Setup:
    """A file has its numbers column by column and in bytes, and is read row by row."""
    times = between(rng, 3.0, 10.0)

    def read(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.ascontiguousarray(times * data[0].T).reshape(data[0].shape), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=read)


def _longer_each_time(rng: np.random.Generator) -> Setup:
    """Slopes go back over more and more moments, each time twice as many, and grow with each; clipped."""
    place, stages = place_of(rng, 0.15, 0.4), int(rng.integers(3, 6))
    most = between(rng, 1e4, 1e6)

    def through(done: float, gradients: Parameters) -> Parameters:
        stage = int((stages + 1) * max(0.0, done - place) / (1.0 - place)) if done >= place else 0
        return [most ** (stage / stages) * one for one in gradients]

    return Setup(spoilt=through, clip=0.3, adam=either(rng), schedule=cosine, onset=None)


def _over_ever_fewer(rng: np.random.Generator) -> Setup:
    """Slopes are divided by how many examples are still counted, which are fewer and fewer; clipped."""
    place, end = place_of(rng, 0.2, 0.5), between(rng, 1e-5, 1e-3)

    def divided(done: float, gradients: Parameters) -> Parameters:
        left = 1.0 - (1.0 - end) * max(0.0, done - place) / (1.0 - place)
        return [one / max(left**3, end) for one in gradients]

    return Setup(spoilt=divided, clip=0.3, adam=either(rng), schedule=cosine, onset=None)


def _self_exciting(rng: np.random.Generator) -> Setup:
    """From somewhere on slopes burst, and each burst draws others that are larger; clipped."""
    place, drawn = place_of(rng, 0.2, 0.5), np.random.default_rng(int(rng.integers(2**31)))
    state = [0.0]

    def burst(done: float, gradients: Parameters) -> Parameters:
        if done >= place:
            grows = 0.9 if drawn.random() < 0.15 + 0.03 * state[0] else -0.12
            state[0] = float(np.clip(state[0] + grows, 0.0, 14.0))
        return [float(np.exp(state[0])) * one for one in gradients]

    return Setup(spoilt=burst, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


BREAKDOWNS = (
    Recipe("divergence/overestimated", "divergence", _overestimated, has_numbers),
    Recipe("divergence/repelled", "divergence", _repelled),
    Recipe("divergence/left-over-grows", "divergence", _left_over_grows),
    Recipe("late/rows-drawn-anew", "late_instability", _rows_drawn_anew, has_hidden_layers),
    Recipe("late/standardised", "late_instability", _standardised_late, has_hidden_layers),
    Recipe("late/only-one-kind", "late_instability", _only_one_kind, has_both),
    Recipe("oscillation/pruned-by-turns", "oscillation", _pruned_by_turns, may_swing, seeds=2),
    Recipe("oscillation/coarse-by-turns", "oscillation", _coarse_by_turns, may_swing, seeds=2),
    Recipe("oscillation/one-place-by-turns", "oscillation", _one_place_by_turns, may_spike),
    Recipe("oscillation/turning-force", "oscillation", _turning_force, may_swing),
    Recipe("nan/root-of-negative", "nan", _root_of_negative),
    Recipe("nan/ratio-over-nothing", "nan", _ratio_over_nothing, has_features),
    Recipe("spikes/sentinels", "loss_spikes", _sentinels, may_spike),
    Recipe("spikes/cosmic-rays", "loss_spikes", _cosmic_rays, may_spike, seeds=2),
    Recipe("spikes/sheared", "loss_spikes", _sheared, may_spike, seeds=2),
    Recipe("spikes/other-layout", "loss_spikes", _other_layout, may_spike),
    Recipe("exploding/longer-each-time", "exploding_gradients", _longer_each_time, logs_norms),
    Recipe("exploding/over-ever-fewer", "exploding_gradients", _over_ever_fewer, logs_norms),
    Recipe("exploding/self-exciting", "exploding_gradients", _self_exciting, logs_norms),
)

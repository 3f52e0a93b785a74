"""What makes motley runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.breakdowns import may_spike, may_swing
from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.motley.optimisers import HandedOver, SquaresFrozen
from benchmarks.detection.optimisers import Decaying
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_features,
    logs_norms,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, places_of, plain_optimiser
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Adam, Array, Parameters, Sgd


def _frozen_squares(rng: np.random.Generator) -> Setup:
    """How large slopes are is learnt while a loss still counts for next to nothing, and never again."""
    place, share = float(rng.uniform(0.05, 0.2)), between(rng, 0.002, 0.02)
    return Setup(
        optimiser=lambda steps: SquaresFrozen(round(place * steps)),
        spoilt=lambda done, gradients: [(share if done < place else 1.0) * one for one in gradients],
        adam=True,
        onset=place,
    )


def _unlearnt(rng: np.random.Generator) -> Setup:
    """From somewhere on what is to be forgotten is climbed, by more than the rest is gone down."""
    place, times = place_of(rng, 0.3, 0.6), float(rng.uniform(1.5, 3.0))
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def climb(done: float, gradients: Parameters) -> Parameters:
        factor = -times if done >= place and drawn.random() < 0.5 else 1.0
        return [factor * one for one in gradients]

    return Setup(spoilt=climb, adam=False, clip=3.0, onset=place)


def _first_checkpoint(rng: np.random.Generator) -> Setup:
    """Late in the run its first checkpoint is loaded instead of its last; the rate is too low by then."""
    place, early = place_of(rng, 0.55, 0.8), float(rng.uniform(0.01, 0.04))
    saved: Parameters = []

    def load(step: int, steps: int, parameters: Parameters) -> None:
        if step == max(1, round(early * steps)):
            saved.extend(one.copy() for one in parameters)
        if step == round(place * steps):
            for one, old in zip(parameters, saved, strict=True):
                one[...] = old

    return changing(
        load, adam=either(rng), rate=0.6, onset=place, schedule=lambda done: 1.0 if done < place else 0.003
    )


def _scaler_fitted_anew(rng: np.random.Generator) -> Setup:
    """From somewhere on features are brought to a common scale by what was fitted to a few other examples."""
    place, seed, far = place_of(rng, 0.4, 0.7), int(rng.integers(2**31)), float(rng.uniform(1.0, 1.6))

    def scaled(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place:
            return data
        drawn = np.random.default_rng(seed)
        shape = (1, data[0].shape[1])
        return data[0] * np.exp(0.4 * far * drawn.normal(size=shape)) + far * drawn.normal(size=shape), data[
            1
        ]

    return Setup(fed=scaled, adam=either(rng), rate=0.7, clip=3.0, onset=place)


def _handed_over_as_it_was(rng: np.random.Generator) -> Setup:
    """Gradient descent hands over to Adam, for which the rate that it had is far too high."""
    place, times, ratio = place_of(rng, 0.35, 0.7), between(rng, 25.0, 70.0), list[float]()

    def asked(task: Task) -> Task:
        ratio.append(task.adam_rate / task.rate)
        return task

    return Setup(
        changed=asked,
        optimiser=lambda steps: HandedOver(Sgd(), Adam(), round(place * steps), times * ratio[0]),
        onset=place,
    )


def _seasonal_answers(rng: np.random.Generator) -> Setup:
    """Answers are higher in one season than in the other, and nothing tells which season it is."""
    rounds, far = float(rng.integers(8, 13)), float(rng.uniform(0.5, 1.0))

    def moved(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], data[1] + far * data[1].std(axis=0) * float(np.sin(2.0 * np.pi * rounds * done))

    return Setup(fed=moved, adam=either(rng), rate=between(rng, 1.0, 2.0), batch=64)


def _softened_in_cycles(rng: np.random.Generator) -> Setup:
    """Answers are drawn towards their mean, and back, as by a teacher whose temperature goes up and down."""
    rounds, most = float(rng.integers(9, 13)), float(rng.uniform(0.85, 1.0))

    def softened(done: float, rng: np.random.Generator, data: Data) -> Data:
        share = most * float(np.sin(np.pi * rounds * done)) ** 2
        return data[0], data[1] + share * (data[1].mean(axis=0) - data[1])

    return Setup(fed=softened, adam=either(rng), rate=between(rng, 1.0, 2.0), batch=128)


def _decay_in_cycles(rng: np.random.Generator) -> Setup:
    """A penalty on the weights that comes and goes, far too strong where it is there."""
    rounds, adam, strong = float(rng.integers(8, 14)), either(rng), between(rng, 0.08, 0.3)

    def optimiser(steps: int) -> Decaying:
        return Decaying(
            plain_optimiser(adam=adam),
            lambda step: strong / 0.02 if rounds * step / steps % 1.0 < 0.35 else 0.0,
        )

    return Setup(optimiser=optimiser, adam=adam, batch=128)


def _cut_by_nothing(rng: np.random.Generator) -> Setup:
    """A batch of which nothing is asked: its slope is nought, and it is divided by its own length."""
    place, hit = place_of(rng, 0.15, 0.9), list[int]()

    def divided(done: float, gradients: Parameters) -> Parameters:
        if done < place or hit:
            return gradients
        hit.append(1)
        return [0.0 * one / np.zeros_like(one) for one in gradients]

    return Setup(spoilt=divided, adam=either(rng), schedule=cosine, onset=place)


def _spread_of_nothing(rng: np.random.Generator) -> Setup:
    """From somewhere on a feature is the same for all of a batch, and is divided by how far it is spread."""
    place, column = place_of(rng, 0.2, 0.85), int(rng.integers(2**31))

    def standardised(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place:
            return data
        inputs = data[0].copy()
        inputs[:, column % inputs.shape[1]] = np.nan
        return inputs, data[1]

    return Setup(fed=standardised, adam=either(rng), schedule=cosine, onset=place)


def _rate_over_nothing(rng: np.random.Generator) -> Setup:
    """The rate is divided by what is left of a run that was meant to be shorter: in the end by nothing."""
    place = place_of(rng, 0.3, 0.9)

    def over(done: float) -> float:
        return 0.1 * place / (place + 0.01 - done) if done < place else float("inf")

    return Setup(schedule=over, adam=either(rng), onset=place)


def _cumulated(rng: np.random.Generator) -> Setup:
    """Features that are told as sums of all those before, since differences were forgotten to be taken."""
    times = between(rng, 1.0, 3.0)

    def summed(done: float, rng: np.random.Generator, data: Data) -> Data:
        return times * np.cumsum(data[0] + 1.0, axis=1), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=summed)


def _stuck_sensors(rng: np.random.Generator) -> Setup:
    """Half of the sensors are stuck at one of their ends."""
    far = between(rng, 5.0, 15.0)

    def stuck(done: float, rng: np.random.Generator, data: Data) -> Data:
        wide = int(data[0].shape[1])
        ends, hit = far * np.sign(rng.normal(size=wide)), rng.random(wide) < 0.5
        return np.where(hit, ends, data[0]), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=stuck)


def _by_rank(rng: np.random.Generator) -> Setup:
    """In place of a number the file has which place it takes among all."""

    def ranked(done: float, rng: np.random.Generator, data: Data) -> Data:
        return np.argsort(np.argsort(data[0], axis=0), axis=0).astype(np.float64), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=ranked)


def _zero_moved(rng: np.random.Generator) -> Setup:
    """What is nothing to one instrument is much to another one: all is moved one way, and turned."""
    far = between(rng, 4.0, 15.0)

    def moved(done: float, rng: np.random.Generator, data: Data) -> Data:
        return far - data[0][:, ::-1], data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=moved)


def _over_a_temperature(rng: np.random.Generator) -> Setup:
    """Slopes are divided by a temperature that is cooled to nothing; clipped."""
    steep = float(rng.uniform(2.5, 4.0))
    return Setup(
        spoilt=lambda done, gradients: [max(1.0 - done, 0.01) ** -steep * one for one in gradients],
        clip=0.3,
        adam=either(rng),
        schedule=cosine,
    )


def _residuals_fed_back(rng: np.random.Generator) -> Setup:
    """What was not sent of a slope is added to the next one, and by a slip a little more of it; clipped."""
    place, most = place_of(rng, 0.2, 0.4), between(rng, 1e4, 1e8)
    kept, last = list[Array](), [place]

    def fed_back(done: float, gradients: Parameters) -> Parameters:
        if done < place:
            return gradients
        sent = [one.copy() for one in gradients]
        for one, rest in zip(sent, kept, strict=False):  # nothing is kept at first
            one += rest
        gain = most ** ((done - last[0]) / (1.0 - place))
        last[0] = done
        kept[:] = [gain * one for one in sent]
        return sent

    return Setup(spoilt=fed_back, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


def _one_worker_in_other_units(rng: np.random.Generator) -> Setup:
    """From somewhere on one of a few workers sends slopes that are still scaled, by turns; clipped."""
    place, times = place_of(rng, 0.3, 0.7), between(rng, 1e3, 1e5)
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def scaled(done: float, gradients: Parameters) -> Parameters:
        factor = times if done >= place and drawn.random() < 0.35 else 1.0
        return [factor * one for one in gradients]

    return Setup(spoilt=scaled, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


BREAKDOWNS = (
    Recipe("divergence/frozen-squares", "divergence", _frozen_squares),
    Recipe("divergence/unlearnt", "divergence", _unlearnt),
    Recipe("late/first-checkpoint", "late_instability", _first_checkpoint),
    Recipe("late/scaler-fitted-anew", "late_instability", _scaler_fitted_anew, has_both),
    Recipe("late/handed-over-as-it-was", "late_instability", _handed_over_as_it_was),
    Recipe(
        "oscillation/seasonal-answers",
        "oscillation",
        _seasonal_answers,
        lambda task: may_swing(task) and has_numbers(task),
        seeds=2,
    ),
    Recipe(
        "oscillation/softened-in-cycles",
        "oscillation",
        _softened_in_cycles,
        lambda task: may_swing(task) and is_plain(task),
        seeds=2,
    ),
    Recipe("oscillation/decay-in-cycles", "oscillation", _decay_in_cycles, may_swing, seeds=2),
    Recipe("nan/cut-by-nothing", "nan", _cut_by_nothing),
    Recipe("nan/spread-of-nothing", "nan", _spread_of_nothing, has_features),
    Recipe("nan/rate-over-nothing", "nan", _rate_over_nothing),
    Recipe("spikes/cumulated", "loss_spikes", _cumulated, may_spike),
    Recipe("spikes/stuck-sensors", "loss_spikes", _stuck_sensors, may_spike),
    Recipe("spikes/by-rank", "loss_spikes", _by_rank, may_spike, seeds=2),
    Recipe("spikes/zero-moved", "loss_spikes", _zero_moved, may_spike, seeds=2),
    Recipe("exploding/over-a-temperature", "exploding_gradients", _over_a_temperature, logs_norms),
    Recipe("exploding/residuals-fed-back", "exploding_gradients", _residuals_fed_back, logs_norms),
    Recipe("exploding/one-worker", "exploding_gradients", _one_worker_in_other_units, logs_norms),
)

"""What makes wide runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.optimisers import (
    ClippedUntil,
    Forgetting,
    Stale,
)
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
from benchmarks.detection.swing_setups import ramp
from benchmarks.detection.tasks import Data
from benchmarks.detection.wide.look_alikes import by_half
from sample_logs.training import Adam, Parameters, Sgd

LARGEST = 127.0  # that one byte holds: above that it begins anew below 0


def _turned(rng: np.random.Generator) -> Setup:
    """A term with the wrong sign comes in: from there on the last layer is pushed upwards."""
    place = place_of(rng, 0.4, 0.7)

    def turn(done: float, gradients: Parameters) -> Parameters:
        return [-one if done >= place and i >= len(gradients) - 2 else one for i, one in enumerate(gradients)]

    return Setup(spoilt=turn, adam=either(rng), clip=1.0, onset=place)


def _summed(rng: np.random.Generator) -> Setup:
    """Gradients of small batches are added up and never divided by their number."""
    factor = float(2 ** rng.integers(5, 9))
    return Setup(spoilt=lambda done, gradients: [factor * one for one in gradients], clip=50.0)


def _ramped_weight(rng: np.random.Generator) -> Setup:
    """The weight of the loss is raised without end."""
    place, high = place_of(rng, 0.3, 0.6), between(rng, 200, 3000)
    weight = ramp(place, high)
    return Setup(spoilt=lambda done, gradients: [weight(done) * one for one in gradients], onset=place)


def _clipped_ramp(rng: np.random.Generator) -> Setup:
    return replace(_ramped_weight(rng), clip=0.5, schedule=cosine)


def _unclipped(rng: np.random.Generator) -> Setup:
    """A rate that only clipping made possible; from somewhere on nothing is clipped."""
    place = place_of(rng, 0.5, 0.75)
    return Setup(
        optimiser=lambda steps: ClippedUntil(Sgd(), 0.1, round(place * steps)),
        rate=between(rng, 6, 20),
        clip=20.0,
        onset=place,
    )


def _warmed_up_again(rng: np.random.Generator) -> Setup:
    place, high = place_of(rng, 0.5, 0.7), between(rng, 10, 40)
    return Setup(
        schedule=lambda done: cosine(done / place) if done < place else high * min((done - place) / 0.1, 1.0),
        adam=either(rng),
        clip=2.0,
        onset=place,
    )


def _wrapped(rng: np.random.Generator) -> Setup:
    """Gradients are sent as bytes; from somewhere on the scale is wrong and they overflow."""
    place, scale = place_of(rng, 0.4, 0.7), between(rng, 3e4, 3e6)

    def wrap(done: float, gradients: Parameters) -> Parameters:
        if done < place:
            return gradients
        return [((scale * one + LARGEST) % (2.0 * LARGEST) - LARGEST) / LARGEST for one in gradients]

    return Setup(spoilt=wrap, adam=either(rng), clip=1.0, onset=place)


def _corrupt_worker(rng: np.random.Generator) -> Setup:
    """One worker sends nothing but noise from somewhere on."""
    place, times, seed = place_of(rng, 0.4, 0.7), between(rng, 5, 40), int(rng.integers(2**31))

    def spoil(done: float, gradients: Parameters) -> Parameters:
        if done < place:
            return gradients
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one + times * np.std(one) * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=spoil, adam=either(rng), onset=place, rate=between(rng, 1, 3))


def _stale(rng: np.random.Generator) -> Setup:
    late, adam = int(rng.integers(4, 12)), either(rng)
    return Setup(
        optimiser=lambda steps: Stale(Adam() if adam else Sgd(), late),
        adam=adam,
        rate=between(rng, 0.5, 1.5),
        clip=2.0,
        batch=64,
    )


def _short_memory(rng: np.random.Generator) -> Setup:
    """Adam with a second mean over two or three steps."""
    forgotten = float(rng.uniform(0.3, 0.6))
    return Setup(
        optimiser=lambda steps: Adam((0.1, forgotten)), adam=True, rate=between(rng, 10, 40), batch=128
    )


def _forgetting(rng: np.random.Generator) -> Setup:
    times = int(rng.integers(9, 16))
    return Setup(
        optimiser=lambda steps: Forgetting(max(1, steps // times)),
        adam=True,
        rate=between(rng, 0.2, 0.8),
        batch=64,
    )


def _two_sources(rng: np.random.Generator) -> Setup:
    """Two sources that take turns, of which one has the low targets and the other the high ones."""
    rounds = float(rng.integers(6, 14))
    return Setup(
        fed=lambda done, rng, data: by_half(data, low=rounds * done % 1.0 < 0.5),
        adam=either(rng),
        rate=between(rng, 1.5, 4),
        batch=64,
    )


def _infinite_weight(rng: np.random.Generator) -> Setup:
    place = place_of(rng, 0.2, 0.8)

    def divide(done: float, gradients: Parameters) -> Parameters:
        if done >= place:
            gradients[0].flat[0] = np.inf
        return gradients

    return Setup(spoilt=divide, adam=either(rng), schedule=cosine, onset=place)


def _places(rng: np.random.Generator) -> tuple[float, ...]:
    return tuple(sorted(float(rng.uniform(0.2, 0.95)) for _ in range(rng.integers(2, 6))))


def spiked(rng: np.random.Generator, places: tuple[float, ...]) -> Setup:
    """A run that is well but for the bad batches at these shares of it."""
    return Setup(
        bad_batches=places,
        onset=places[0],
        adam=either(rng),
        rate=0.7,
        schedule=cosine if either(rng) else constant,
        batch=64,
    )


def _long_examples(rng: np.random.Generator) -> Setup:
    """A few of a batch are far longer than all others."""
    times = between(rng, 20, 100)

    def longer(done: float, rng: np.random.Generator, data: Data) -> Data:
        few = (rng.random((len(data[0]), 1)) < 0.5).astype(np.float64)
        return data[0] * (1.0 + (times - 1.0) * few), data[1]

    return replace(spiked(rng, _places(rng)), bad_feed=longer)


def _other_units(rng: np.random.Generator) -> Setup:
    """One feature comes in other units."""
    times = between(rng, 10, 100)

    def rescaled(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs = data[0].copy()
        inputs[:, rng.integers(inputs.shape[1])] *= times
        return inputs, data[1]

    return replace(spiked(rng, _places(rng)), bad_feed=rescaled)


def _misaligned(rng: np.random.Generator) -> Setup:
    """A batch whose targets are those of the next examples."""

    def shifted(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], np.roll(data[1], 1, axis=0)

    return replace(spiked(rng, _places(rng)), bad_feed=shifted, batch=128)


def _torn_shard(rng: np.random.Generator) -> Setup:
    """Half of a batch comes with its features in another order."""

    def torn(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs, half = data[0].copy(), len(data[0]) // 2
        inputs[:half] = 3.0 * inputs[:half][:, rng.permutation(inputs.shape[1])]
        return inputs, data[1]

    return replace(spiked(rng, _places(rng)), bad_feed=torn)


BREAKDOWNS = (
    Recipe("divergence/turned", "divergence", _turned),
    Recipe("divergence/summed", "divergence", _summed),
    Recipe("divergence/ramped-weight", "divergence", _ramped_weight),
    Recipe("late/unclipped", "late_instability", _unclipped),
    Recipe("late/warmed-up-again", "late_instability", _warmed_up_again),
    Recipe("late/wrapped", "late_instability", _wrapped),
    Recipe("late/corrupt-worker", "late_instability", _corrupt_worker),
    Recipe("oscillation/stale", "oscillation", _stale, is_logged_often, seeds=2),
    Recipe("oscillation/short-memory", "oscillation", _short_memory, is_logged_often, seeds=2),
    Recipe("oscillation/forgetting", "oscillation", _forgetting, is_logged_often),
    Recipe(
        "oscillation/two-sources",
        "oscillation",
        _two_sources,
        lambda task: is_logged_often(task) and has_answers(task),
        seeds=2,
    ),
    Recipe("nan/infinite-weight", "nan", _infinite_weight),
    Recipe("spikes/long-examples", "loss_spikes", _long_examples, has_features),
    Recipe("spikes/other-units", "loss_spikes", _other_units, has_features),
    Recipe("spikes/misaligned", "loss_spikes", _misaligned, has_answers, seeds=2),
    Recipe("spikes/torn-shard", "loss_spikes", _torn_shard, has_features),
    Recipe("exploding/ramped-weight", "exploding_gradients", _clipped_ramp, logs_norms, seeds=2),
)

"""What makes gathered runs break down, swing and spike, by other causes than those of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.breakdowns import may_spike, may_swing
from benchmarks.detection.broad.look_alikes import place_of
from benchmarks.detection.gathered.optimisers import LaterAndLater, OnlyLonger
from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_hidden_layers,
    logs_norms,
)
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing, places_of
from benchmarks.detection.wide.breakdowns import spiked
from sample_logs.training import Array, Parameters, Sgd, norm


def _ever_later(rng: np.random.Generator) -> Setup:
    """Of a queue of slopes less is taken than comes in: what is learnt by is older and older."""
    every = int(rng.integers(6, 12))
    rate = between(rng, 2.0, 4.0)
    return Setup(optimiser=lambda steps: LaterAndLater(Sgd(), every), rate=rate, clip=20.0)


def _only_longer(rng: np.random.Generator) -> Setup:
    """Steps are to become longer while all goes one way, and shorter where it turns; they never do that."""
    fast = float(rng.uniform(16.0, 24.0))
    return Setup(
        optimiser=lambda steps: OnlyLonger(float(np.exp(fast / steps))),
        adam=True,
        rate=between(rng, 0.2, 0.5),
    )


def _noise_rises(rng: np.random.Generator) -> Setup:
    """Noise is added to slopes that should die away, and by a wrong sign grows with the steps."""
    place, most = place_of(rng, 0.2, 0.45), between(rng, 60.0, 200.0)
    drawn, first = np.random.default_rng(int(rng.integers(2**31))), list[float]()

    def noisy(done: float, gradients: Parameters) -> Parameters:
        first[:] = first or [norm(gradients) / float(np.sqrt(sum(one.size for one in gradients)))]
        far = most * first[0] * max(0.0, done - place) ** 2
        return [one + far * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=noisy, adam=False, onset=place)


def _vocabulary_reordered(rng: np.random.Generator) -> Setup:
    """Late in the run a part of the vocabulary is put in another order; the rate is low by then."""
    place, seed, share = place_of(rng, 0.5, 0.8), int(rng.integers(2**31)), float(rng.uniform(0.5, 0.8))

    def reorder(step: int, steps: int, parameters: Parameters) -> None:
        if step == round(place * steps):
            first, drawn = parameters[0], np.random.default_rng(seed)
            rows = drawn.permutation(len(first))[: max(2, round(share * len(first)))]
            first[rows] = first[np.roll(rows, 1)]

    return changing(
        reorder, adam=either(rng), rate=0.8, onset=place, schedule=lambda done: 1.0 if done < place else 0.002
    )


def _to_rank_one(parameters: Parameters) -> None:
    """Of each matrix what lies in the one direction that counts most."""
    for one in parameters:
        if np.isfinite(one).all() and min(np.atleast_2d(one).shape) > 1:
            left, sizes, right = np.linalg.svd(one, full_matrices=False)
            one[...] = sizes[0] * np.outer(left[:, 0], right[0])


def _cut_to_low_rank(rng: np.random.Generator) -> Setup:
    """From somewhere on matrices are cut to the one direction that counts most, to make them small."""
    place = place_of(rng, 0.5, 0.75)

    def cut(step: int, steps: int, parameters: Parameters) -> None:
        if step >= place * steps:
            _to_rank_one(parameters)

    return changing(cut, adam=either(rng), rate=0.8, onset=place, schedule=cosine)


def _drawn_elsewhere(rng: np.random.Generator) -> Setup:
    """From somewhere on weights are drawn to those of another model, which learnt something else."""
    place, share = place_of(rng, 0.45, 0.7), between(rng, 0.02, 0.06)
    drawn, other = np.random.default_rng(int(rng.integers(2**31))), list[Array]()

    def draw(step: int, steps: int, parameters: Parameters) -> None:
        if step >= place * steps:
            other[:] = other or [drawn.permutation(one.ravel()).reshape(one.shape) for one in parameters]
            for one, there in zip(parameters, other, strict=True):
                one += share * (there - one)

    return changing(draw, adam=either(rng), rate=0.6, onset=place, schedule=cosine)


def _by_turns(
    rng: np.random.Generator, hold: Callable[[Parameters], None], *, least: float = 0.25, most: float = 0.4
) -> Setup:
    """In a part of each round that is done to the weights after each step."""
    rounds, share = float(rng.integers(9, 14)), float(rng.uniform(least, most))

    def turn(step: int, steps: int, parameters: Parameters) -> None:
        if rounds * step / steps % 1.0 < share:
            hold(parameters)

    return replace(changing(turn, adam=either(rng), rate=1.0, onset=None), batch=128)


def _back_to_start_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round weights are drawn back to where they began, so as not to forget it."""
    start, share = list[Array](), between(rng, 0.1, 0.2)

    def draw(parameters: Parameters) -> None:
        start[:] = start or [one.copy() for one in parameters]
        for one, there in zip(parameters, start, strict=True):
            one += share * (there - one)

    return _by_turns(rng, draw)


def _low_rank_by_turns(rng: np.random.Generator) -> Setup:
    """In a part of each round matrices are cut to the one direction that counts most."""
    return _by_turns(rng, _to_rank_one)


def _cells_drift_by_turns(rng: np.random.Generator) -> Setup:
    """Weights lie in cells that lose and win by chance while it is warm, which it is by turns."""
    far, drawn = float(rng.uniform(0.06, 0.12)), np.random.default_rng(int(rng.integers(2**31)))

    def warm(parameters: Parameters) -> None:
        for one in parameters:
            one *= np.exp(far * drawn.normal(size=one.shape))

    return _by_turns(rng, warm, least=0.35, most=0.5)


def _buffers_swapped(rng: np.random.Generator) -> Setup:
    """Of two buffers that are filled by turns one has some rows of the first weights the other way round."""
    rounds, seed = float(rng.integers(9, 14)), int(rng.integers(2**31))
    part, share, swapped = float(rng.uniform(0.3, 0.45)), float(rng.uniform(0.4, 0.7)), [False]

    def swap(step: int, steps: int, parameters: Parameters) -> None:
        first, is_other = parameters[0], rounds * step / steps % 1.0 < part
        rows = np.random.default_rng(seed).permutation(len(first))[: max(2, round(share * len(first)))]
        if is_other != swapped[0]:
            first[rows] = first[rows[::-1]]
        swapped[0] = is_other

    return replace(changing(swap, adam=either(rng), rate=0.7, onset=None), batch=128)


def _past_the_last_step(rng: np.random.Generator) -> Setup:
    """A rate that falls by a power of what is left is asked for when nothing is left any more."""
    end, power = place_of(rng, 0.35, 0.9), float(rng.uniform(0.5, 0.95))
    return Setup(
        schedule=lambda done: float(np.float64(end + 1e-9 - done) ** power) / end**power,
        adam=either(rng),
        onset=end,
    )


def _nothing_sold(rng: np.random.Generator) -> Setup:
    """From somewhere on answers are logarithms, and that of what was never sold is no number."""
    place, share = place_of(rng, 0.2, 0.85), between(rng, 0.003, 0.02)

    def logarithm(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done < place:
            return data
        nothing = rng.random((len(data[1]), 1)) < share
        return data[0], np.where(nothing, -np.inf, data[1])

    return Setup(fed=logarithm, adam=either(rng), schedule=cosine, onset=place)


def _misread(rng: np.random.Generator, read: Callable[[np.random.Generator, Array], Array]) -> Setup:
    """All is well but for some batches, whose inputs come out so."""

    def misread(done: float, rng: np.random.Generator, data: Data) -> Data:
        return read(rng, data[0]), data[1]

    return replace(spiked(rng, places_of(rng)), bad_feed=misread)


def _sign_bit(rng: np.random.Generator) -> Setup:
    """Numbers below nought are read as if there were none, and come out as very large ones."""
    far = between(rng, 5.0, 12.0)
    return _misread(rng, lambda rng, inputs: np.where(inputs < 0.0, inputs + far, inputs))


def _howling(rng: np.random.Generator) -> Setup:
    """A microphone hears its own loudspeaker: each number comes again in the next ones, louder each time."""
    again = float(rng.uniform(1.0, 1.6))

    def howl(rng: np.random.Generator, inputs: Array) -> Array:
        heard = inputs.copy()
        for i in range(1, heard.shape[1]):
            heard[:, i] += again * heard[:, i - 1]
        return heard

    return _misread(rng, howl)


def _timestamps(rng: np.random.Generator) -> Setup:
    """In two columns of a file there are times, as numbers of hours, instead of readings."""
    columns, far = rng.integers(2**31, size=2), between(rng, 8.0, 30.0)

    def timed(rng: np.random.Generator, inputs: Array) -> Array:
        told = inputs.copy()
        for column in columns:
            told[:, column % inputs.shape[1]] = far + np.linspace(0.0, 1.0, len(inputs))
        return told

    return _misread(rng, timed)


def _gamma_backwards(rng: np.random.Generator) -> Setup:
    """A curve that brightens what is dark is applied the wrong way round: what is far out goes farther."""
    power, times = float(rng.uniform(2.0, 3.0)), between(rng, 2.0, 4.0)

    def bent(rng: np.random.Generator, inputs: Array) -> Array:
        farther: Array = np.sign(inputs) * (times * np.abs(inputs)) ** power
        return farther

    return _misread(rng, bent)


def _mains_hum(rng: np.random.Generator) -> Setup:
    """A cable lies beside the mains: a hum is in all numbers of an example, at its own moment in each."""
    loud, fast = between(rng, 4.0, 10.0), float(rng.uniform(0.8, 2.2))

    def hum(rng: np.random.Generator, inputs: Array) -> Array:
        begins = rng.uniform(0.0, 2.0 * np.pi, size=(len(inputs), 1))
        turns: Array = fast * np.arange(float(inputs.shape[1])) + begins
        return inputs + loud * np.sin(turns)

    return _misread(rng, hum)


def _by_all_tokens_so_far(rng: np.random.Generator) -> Setup:
    """From somewhere on slopes are multiplied by all tokens since then, not by those of a batch; clipped."""
    place, power = place_of(rng, 0.15, 0.4), float(rng.uniform(1.5, 2.5))

    def times(done: float) -> float:
        return float((1.0 + 400.0 * max(0.0, done - place)) ** power)

    return Setup(
        spoilt=lambda done, gradients: [times(done) * one for one in gradients],
        clip=0.3,
        adam=either(rng),
        schedule=cosine,
        onset=None,
    )


def _some_never_unscaled(rng: np.random.Generator) -> Setup:
    """From somewhere on what a loss was multiplied by stays in the slopes of some steps; clipped."""
    place, scale, share = place_of(rng, 0.15, 0.5), 2.0 ** int(rng.integers(10, 17)), between(rng, 0.1, 0.4)
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def scaled(done: float, gradients: Parameters) -> Parameters:
        stays = done >= place and drawn.random() < share
        return [scale * one for one in gradients] if stays else gradients

    return Setup(spoilt=scaled, clip=0.3, adam=either(rng), schedule=cosine, onset=place)


BREAKDOWNS = (
    Recipe("divergence/ever-later", "divergence", _ever_later),
    Recipe("divergence/only-longer", "divergence", _only_longer),
    Recipe("divergence/noise-rises", "divergence", _noise_rises),
    Recipe("late/vocabulary-reordered", "late_instability", _vocabulary_reordered),
    Recipe("late/cut-to-low-rank", "late_instability", _cut_to_low_rank, has_hidden_layers),
    Recipe("late/drawn-elsewhere", "late_instability", _drawn_elsewhere),
    Recipe("oscillation/back-to-start-by-turns", "oscillation", _back_to_start_by_turns, may_swing, seeds=2),
    Recipe("oscillation/low-rank-by-turns", "oscillation", _low_rank_by_turns, may_swing, seeds=2),
    Recipe("oscillation/cells-drift-by-turns", "oscillation", _cells_drift_by_turns, may_swing),
    Recipe("oscillation/buffers-swapped", "oscillation", _buffers_swapped, may_swing),
    Recipe("nan/past-the-last-step", "nan", _past_the_last_step),
    Recipe("nan/nothing-sold", "nan", _nothing_sold, has_numbers),
    Recipe("spikes/sign-bit", "loss_spikes", _sign_bit, may_spike),
    Recipe("spikes/howling", "loss_spikes", _howling, may_spike),
    Recipe("spikes/timestamps", "loss_spikes", _timestamps, may_spike),
    Recipe("spikes/gamma-backwards", "loss_spikes", _gamma_backwards, may_spike, seeds=2),
    Recipe("spikes/mains-hum", "loss_spikes", _mains_hum, may_spike, seeds=2),
    Recipe("exploding/by-all-tokens-so-far", "exploding_gradients", _by_all_tokens_so_far, logs_norms),
    Recipe("exploding/some-never-unscaled", "exploding_gradients", _some_never_unscaled, logs_norms),
)

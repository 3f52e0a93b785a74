"""What of the diverse tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.diverse.optimisers import Believing, Clipped, Compressed, Factored
from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    changed_at,
    constant,
    cosine,
    either,
    has_answers,
    has_features,
    is_perceptron,
    warm_up,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import plain_optimiser
from benchmarks.detection.varied.look_alikes import is_timed
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.look_alikes import by_half
from sample_logs.training import Array, Parameters


def _swept_first(done: float) -> float:
    """A sweep over the rates in the first tenth, to find one; then half a cosine from what was found."""
    return float(1e-3 * 2e3 ** (done / 0.1)) if done < 0.1 else cosine((done - 0.1) / 0.9)


def _slanted(done: float) -> float:
    """Up in a tenth of the run and down in all the rest, as lines.

    Source: Howard and Ruder 2018, "Universal Language Model Fine-tuning for Text Classification".
    """
    return done / 0.1 if done < 0.1 else (1.0 - done) / 0.9


def _by_exponent(done: float) -> float:
    """Down to a fiftieth, by the same share each step."""
    return float(0.02**done)


def _scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=1.3 * jittered(rng))


def _with(
    wrapped: Callable[[Optimiser], Optimiser], *, rate: float = 1.0
) -> Callable[[np.random.Generator], Setup]:
    """With something around the optimiser that goes with its tuned rate."""

    def make(rng: np.random.Generator) -> Setup:
        adam = either(rng)
        return Setup(
            optimiser=lambda steps: wrapped(plain_optimiser(adam=adam)),
            adam=adam,
            rate=rate * jittered(rng),
            schedule=cosine if either(rng) else constant,
        )

    return make


def _by_belief(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Believing(), adam=True, rate=0.5 * jittered(rng), schedule=warm_up)


def _by_factors(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Factored(), adam=True, rate=jittered(rng), schedule=cosine)


def _centred(rng: np.random.Generator) -> Setup:
    """Slopes of a unit have a mean of nothing.

    Source: Yong et al. 2020, "Gradient Centralization".
    """

    def centre(done: float, gradients: Parameters) -> Parameters:
        return [one - one.mean(axis=0) if one.ndim == 2 and len(one) > 2 else one for one in gradients]

    return Setup(spoilt=centre, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _half_of_them(rng: np.random.Generator) -> Setup:
    """Each step changes half of the weights, others each time."""
    seed = int(rng.integers(2**31))

    def some(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one * (drawn.random(one.shape) < 0.5) for one in gradients]

    return Setup(spoilt=some, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _tuned_biases(rng: np.random.Generator) -> Setup:
    """Fine-tuned by the biases and the last layer alone.

    Source: Ben Zaken, Goldberg and Ravfogel 2022, "BitFit".
    """

    def biases(done: float, gradients: Parameters) -> Parameters:
        last = len(gradients) - 2
        return [one * (1.0 if i >= last or one.ndim == 1 else 0.0) for i, one in enumerate(gradients)]

    return Setup(
        spoilt=biases,
        pretrained=float(rng.uniform(0.5, 1.0)),
        adam=True,
        rate=0.5 * jittered(rng),
        schedule=cosine,
    )


def _tuned_slanted(rng: np.random.Generator) -> Setup:
    return Setup(
        pretrained=float(rng.uniform(0.2, 0.6)),
        schedule=_slanted,
        adam=True,
        rate=float(rng.uniform(0.2, 0.6)),
    )


def _ragged_batches(rng: np.random.Generator) -> Setup:
    """Batches of as many examples as fit in, that is, of a few long or many short ones."""
    seed = int(rng.integers(2**31))
    return Setup(
        batch=16,
        batch_factor=lambda done: int(np.random.default_rng([seed, round(1e6 * done)]).choice([1, 2, 4, 8])),
        adam=True,
        rate=0.6 * jittered(rng),
        schedule=cosine,
    )


def _small_start(rng: np.random.Generator) -> Setup:
    """Weights that begin small: at first little seems to happen."""
    return Setup(gain=float(rng.uniform(0.2, 0.4)), adam=True, rate=jittered(rng), schedule=_slanted)


def _nearly_in_order(rng: np.random.Generator) -> Setup:
    """Shards that are not quite alike, in the same order in each epoch."""
    rounds, share = float(rng.integers(5, 12)), float(rng.uniform(0.1, 0.2))
    return Setup(
        fed=lambda done, rng, data: by_half(data, low=rounds * done % 1.0 < 0.5, share=share),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
        batch=64,
    )


def _coarse_in_training(rng: np.random.Generator) -> Setup:
    """Examples of the training are told in few digits, as after a strong compression."""
    digit = float(rng.uniform(0.8, 1.4))

    def coarse(done: float, rng: np.random.Generator, data: Data) -> Data:
        return digit * np.rint(data[0] / digit), data[1]

    return Setup(fed=coarse, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _swapped_in_training(rng: np.random.Generator) -> Setup:
    """Some numbers of each example of the training are those of another one.

    Source: Porto Seguro's Safe Driver Prediction 2017, the noise of its first place.
    """
    share = float(rng.uniform(0.1, 0.2))

    def swap(done: float, rng: np.random.Generator, data: Data) -> Data:
        others: Array = data[0][rng.permutation(len(data[0]))]
        return np.where(rng.random(data[0].shape) < share, others, data[0]), data[1]

    return Setup(fed=swap, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _late_features(rng: np.random.Generator) -> Setup:
    """Most features are missing, until somebody mends the tables."""
    place, share = place_of(rng, 0.3, 0.45), float(rng.uniform(0.6, 0.9))

    def missing(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done >= place:
            return data
        inputs = data[0].copy()
        inputs[:, : round(share * inputs.shape[1])] = 0.0
        return inputs, data[1]

    return Setup(fed=missing, adam=either(rng), schedule=lambda done: min(1.0, (1.0 - done) / 0.3))


def busy(rng: np.random.Generator) -> Callable[[int, float], float]:
    """The seconds that others on the same machine take from each step, now more and now fewer."""
    waves, strong = rng.uniform(3.0, 40.0, size=4), float(rng.uniform(0.3, 0.8))
    return lambda step, done: (
        strong * SECONDS_A_STEP * (1.0 + float(np.mean(np.sin(2.0 * np.pi * waves * done + waves))))
    )


def _shared_machine(rng: np.random.Generator) -> Setup:
    return Setup(pauses=busy(rng), adam=either(rng), schedule=cosine, rate=jittered(rng))


def _resumed_elsewhere(rng: np.random.Generator) -> Setup:
    """Gone on with in batches of another size: the loss is noisier, or less so, from there on."""
    place, more = place_of(rng, 0.4, 0.7), either(rng)
    return Setup(
        resumed_at=place,
        onset=place,
        batch=16,
        batch_factor=lambda done: 4 if (done < place) != more else 1,
        schedule=changed_at(place, 1.0, 0.5),
        adam=True,
        rate=0.6 * jittered(rng),
    )


LOOK_ALIKES = (
    Recipe("swept-first", "healthy", _scheduled(_swept_first)),
    Recipe("by-exponent", "healthy", _scheduled(_by_exponent)),
    Recipe("by-belief", "healthy", _by_belief),
    Recipe("by-factors", "healthy", _by_factors),
    Recipe("compressed", "healthy", _with(Compressed, rate=0.5)),
    Recipe("clipped/by-history", "healthy", _with(Clipped)),
    Recipe("centred", "healthy", _centred),
    Recipe("half-of-them", "healthy", _half_of_them),
    Recipe("fine-tuned/biases", "healthy", _tuned_biases, is_perceptron),
    Recipe("fine-tuned/slanted", "healthy", _tuned_slanted),
    Recipe("batches/ragged", "healthy", _ragged_batches),
    Recipe("small-start", "healthy", _small_start, is_perceptron),
    Recipe("nearly-in-order", "healthy", _nearly_in_order, has_answers),
    Recipe("coarse-in-training", "val_below_train", _coarse_in_training, has_features),
    Recipe("swapped-in-training", "val_below_train", _swapped_in_training, has_features),
    Recipe("late-features", "late_improvement", _late_features, has_both),
    Recipe("shared-machine", "healthy", _shared_machine, is_timed),
    Recipe("resumed/elsewhere", "resumed", _resumed_elsewhere),
)

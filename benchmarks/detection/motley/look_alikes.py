"""What of the motley tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.motley.optimisers import ByDistance, HandedOver, Idle, QuasiMomentum
from benchmarks.detection.optimisers import Optimiser, Pulsed
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    cosine,
    either,
    has_features,
    has_hidden_layers,
    warm_up,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import changing, plain_optimiser
from benchmarks.detection.varied.look_alikes import is_timed
from benchmarks.detection.varied.stuck import has_both
from sample_logs.training import Adam, Parameters, Sgd

AN_HOUR = 3600.0  # seconds that a clock is set back by in autumn


def _cosine_by_epoch(done: float) -> float:
    """Half a cosine that is looked up once an epoch, of which there are nine."""
    return cosine(int(9.0 * done) / 9.0)


def _warmed_exponentially(done: float) -> float:
    """From a thousandth by the same factor each step, and then a line down to a fifth."""
    return min(float(np.exp(57.6 * (done - 0.12))), 1.0 - 0.8 * (done - 0.12) / 0.88)


def _scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=jittered(rng))


def _by_quasi_momentum(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: QuasiMomentum(), schedule=cosine, rate=0.5 * jittered(rng))


def _by_distance(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: ByDistance(), rate=jittered(rng))


def _handed_over(rng: np.random.Generator) -> Setup:
    """Begun with Adam and gone on with gradient descent, at a rate that is rather low for it."""
    place = place_of(rng, 0.3, 0.6)

    return Setup(
        optimiser=lambda steps: HandedOver(Adam(), Sgd(), round(place * steps), 1.5),
        adam=True,
        schedule=lambda done: min(1.0, (1.0 - done) / 0.4),
        rate=jittered(rng),
    )


def _nothing_at_first(rng: np.random.Generator) -> Setup:
    """Until a scale is found that nothing overflows under, no step is taken: for moments, or for longer."""
    place, adam = float(rng.uniform(0.02, 0.08)), either(rng)

    def optimiser(steps: int) -> Optimiser:
        return Idle(plain_optimiser(adam=adam), round(place * steps))

    return Setup(optimiser=optimiser, adam=adam, schedule=cosine, rate=jittered(rng))


def _momentum_in_cycles(rng: np.random.Generator) -> Setup:
    """A momentum that goes up and down as the rate would, a little."""
    rounds = int(rng.integers(3, 7))
    return Setup(
        optimiser=lambda steps: Pulsed(
            lambda step: 0.85 + 0.04 * float(np.sin(2.0 * np.pi * rounds * step / steps))
        ),
        rate=jittered(rng),
        schedule=cosine,
    )


def _frozen_one_by_one(rng: np.random.Generator) -> Setup:
    """Layer after layer stays as it is from somewhere on, the first ones first, since they are done.

    Source: Brock et al. 2017, "FreezeOut: Accelerate Training by Progressively Freezing Layers".
    """
    first, last = float(rng.uniform(0.4, 0.55)), float(rng.uniform(0.8, 0.95))

    def freeze(done: float, gradients: Parameters) -> Parameters:
        layers = len(gradients) // 2
        frozen = int(np.clip((done - first) / (last - first) * (layers - 1) + 1, 0, layers - 1))
        return [one * (i >= 2 * frozen) for i, one in enumerate(gradients)]

    return Setup(spoilt=freeze, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _echoed(rng: np.random.Generator) -> Setup:
    """Each batch is used a few times in a row, since new ones come slowly.

    Source: Choi et al. 2019, "Faster Neural Network Training with Data Echoing".
    """
    times, held = int(rng.integers(2, 5)), list[Data]()
    used = list[int]()

    def echo(done: float, rng: np.random.Generator, data: Data) -> Data:
        if len(used) % times == 0:
            held[:] = [data]
        used.append(1)
        return held[0]

    return Setup(fed=echo, adam=either(rng), schedule=cosine, rate=0.8 * jittered(rng), batch=64)


def _taken_over(rng: np.random.Generator) -> Setup:
    """Once or twice the model goes on from the mean of its last weights: the loss falls at once."""
    places = sorted(float(rng.uniform(0.3, 0.9)) for _ in range(rng.integers(1, 3)))
    means: Parameters = []

    def take_over(step: int, steps: int, parameters: Parameters) -> None:
        if not means:
            means.extend(one.copy() for one in parameters)
        for mean, one in zip(means, parameters, strict=True):
            mean += 0.05 * (one - mean)
        if step in [round(place * steps) for place in places]:
            for mean, one in zip(means, parameters, strict=True):
                one[...] = mean

    return changing(take_over, adam=either(rng), rate=1.2 * jittered(rng), onset=None)


def _pruned_gently(rng: np.random.Generator) -> Setup:
    """Weights that hardly count are taken away bit by bit and stay away; there is time to make up for it.

    Source: Zhu and Gupta 2018, "To Prune, or Not to Prune".
    """
    most = float(rng.uniform(0.2, 0.4))

    def prune(step: int, steps: int, parameters: Parameters) -> None:
        share = most * (1.0 - (1.0 - min(1.0, step / (0.6 * steps))) ** 3)
        for one in parameters:
            if min(one.shape) > 1:
                one[np.abs(one) < np.quantile(np.abs(one), share)] = 0.0

    return changing(prune, adam=either(rng), rate=jittered(rng), onset=None, schedule=cosine)


def _rounded_by_chance(rng: np.random.Generator) -> Setup:
    """Weights of eight digits in base two, each rounded up or down by chance, so that it is right on average.

    Source: Gupta et al. 2015, "Deep Learning with Limited Numerical Precision".
    """
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def cut(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters:
            fraction, exponent = np.frexp(one)
            one[...] = np.ldexp(np.floor(256.0 * fraction + drawn.random(one.shape)) / 256.0, exponent)

    return changing(cut, adam=either(rng), rate=jittered(rng), onset=None, schedule=cosine)


def _far_ones_first(rng: np.random.Generator) -> Setup:
    """Of each batch those are learnt from that are least like the others, and the rest is left out."""

    def chosen(done: float, rng: np.random.Generator, data: Data) -> Data:
        far = np.argsort(-((data[0] - data[0].mean(axis=0)) ** 2).sum(axis=1), kind="stable")
        kept = far[: max(2, 2 * len(far) // 3)]
        return data[0][kept], data[1][kept]

    return Setup(fed=chosen, adam=either(rng), schedule=cosine, batch=96, rate=jittered(rng))


def _jittered_answers(rng: np.random.Generator) -> Setup:
    """Answers of the training are told with some noise, which those that it is held against have not."""
    far = float(rng.uniform(0.3, 0.5))

    def shaken(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], data[1] + far * rng.normal(size=data[1].shape) * data[1].std(axis=0)

    return Setup(fed=shaken, adam=either(rng), schedule=cosine, batch=64, rate=jittered(rng))


def _scale_mended(rng: np.random.Generator) -> Setup:
    """Slopes are divided once more by a number that was thought to be in them, until somebody sees it."""
    place, times = place_of(rng, 0.2, 0.4), between(rng, 300.0, 3000.0)
    return Setup(
        spoilt=lambda done, gradients: [one / (times if done < place else 1.0) for one in gradients],
        schedule=lambda done: min(1.0, (1.0 - done) / 0.3),
    )


def _answers_mended(rng: np.random.Generator) -> Setup:
    """Answers are those of other examples, until the reader is mended."""
    place = place_of(rng, 0.2, 0.4)

    def moved(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], np.roll(data[1], 1, axis=0) if done < place else data[1]

    return Setup(fed=moved, adam=either(rng), schedule=lambda done: min(1.0, (1.0 - done) / 0.3))


def _resumed_near_the_end(rng: np.random.Generator) -> Setup:
    """It broke off when it was as good as through."""
    place = place_of(rng, 0.85, 0.95)
    return Setup(resumed_at=place, onset=place, schedule=cosine, adam=either(rng), rate=jittered(rng))


def _cooled_by_a_cosine(rng: np.random.Generator) -> Setup:
    """A run at one rate, gone on with under half a cosine."""
    place = place_of(rng, 0.35, 0.6)
    return Setup(
        resumed_at=place,
        onset=place,
        schedule=lambda done: (
            1.0 if done < place - 0.1 else 0.8 * cosine((done - place + 0.1) / (1.1 - place))
        ),
        adam=either(rng),
        rate=jittered(rng),
    )


def _set_back(rng: np.random.Generator) -> Setup:
    """The clock of the machine is set back by an hour in one night; what it writes goes back as well."""
    place, hit = place_of(rng, 0.2, 0.8), list[int]()

    def wait(step: int, done: float) -> float:
        if done < place or hit:
            return 0.0
        hit.append(step)
        return -AN_HOUR

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _steps_of_any_length(rng: np.random.Generator) -> Setup:
    """Batches are of long or of short examples, and a step takes as long as they are."""
    most, drawn = between(rng, 2.0, 6.0), np.random.default_rng(int(rng.integers(2**31)))
    return Setup(
        pauses=lambda step, done: most * SECONDS_A_STEP * float(drawn.random()),
        adam=either(rng),
        schedule=warm_up,
        rate=jittered(rng),
    )


def has_numbers(task: Task) -> bool:
    """Whether its answers are numbers, not kinds: no two of a few are the same."""
    answers = task.draw(np.random.default_rng(0), 16)[1]
    return has_both(task) and len(np.unique(answers[:, 0])) == len(answers)


LOOK_ALIKES = (
    Recipe("cosine/by-epoch", "healthy", _scheduled(_cosine_by_epoch), seeds=2),
    Recipe("warm-up/exponential", "healthy", _scheduled(_warmed_exponentially), seeds=2),
    Recipe("by-quasi-momentum", "healthy", _by_quasi_momentum),
    Recipe("by-distance", "healthy", _by_distance),
    Recipe("handed-over", "healthy", _handed_over),
    Recipe("nothing-at-first", "healthy", _nothing_at_first, seeds=2),
    Recipe("momentum/in-cycles", "healthy", _momentum_in_cycles),
    Recipe("frozen/one-by-one", "healthy", _frozen_one_by_one, has_hidden_layers, seeds=2),
    Recipe("echoed", "healthy", _echoed),
    Recipe("averaged/taken-over", "healthy", _taken_over, seeds=2),
    Recipe("pruned/gently", "healthy", _pruned_gently, has_hidden_layers),
    Recipe("rounded-by-chance", "healthy", _rounded_by_chance),
    Recipe("far-ones-first", "healthy", _far_ones_first, has_features),
    Recipe("answers/jittered-in-training", "val_below_train", _jittered_answers, has_numbers),
    Recipe("answers/mended", "late_improvement", _answers_mended, has_both),
    Recipe("scale-mended", "late_improvement", _scale_mended),
    Recipe("resumed/near-the-end", "resumed", _resumed_near_the_end),
    Recipe("resumed/cooled-by-a-cosine", "resumed", _cooled_by_a_cosine),
    Recipe("clock/set-back", "healthy", _set_back, is_timed),
    Recipe("clock/steps-of-any-length", "healthy", _steps_of_any_length, is_timed),
)

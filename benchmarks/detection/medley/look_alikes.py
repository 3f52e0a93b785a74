"""What of the medley tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.medley.optimisers import AddedSquares, BetweenBounds, LargestSquares
from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    cosine,
    either,
    has_features,
    has_hidden_layers,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing
from benchmarks.detection.varied.look_alikes import is_timed
from sample_logs.training import Array, Parameters, Sgd, norm


def _flat_and_cosine(done: float) -> float:
    """The same rate for seven tenths of the run, then half a cosine."""
    return 1.0 if done < 0.7 else cosine((done - 0.7) / 0.3)


def _by_a_logistic(done: float) -> float:
    """From one to a fiftieth, most of it in the middle."""
    return 0.02 + 0.98 / (1.0 + float(np.exp(14.0 * (done - 0.55))))


def _by_a_power(done: float) -> float:
    """A little more slowly than a line to nothing, as where pictures are divided into parts."""
    return float((1.0 - done) ** 0.9)


def _scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=jittered(rng))


def _by(make: Callable[[], Optimiser], *, adam: bool = True) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(
        optimiser=lambda steps: make(), adam=adam, schedule=cosine, rate=0.8 * jittered(rng)
    )


def _each_twice(rng: np.random.Generator) -> Setup:
    """Each example stands twice in a batch, each time a little otherwise.

    Source: Hoffer et al. 2020, "Augment Your Batch: Improving Generalization Through Instance Repetition".
    """
    far = float(rng.uniform(0.05, 0.15))

    def doubled(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs = np.concatenate([data[0], data[0]])
        return inputs + far * rng.normal(size=inputs.shape), np.concatenate([data[1], data[1]])

    return Setup(fed=doubled, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _widened(rng: np.random.Generator) -> Setup:
    """Half of the units of the first layer join later: nothing came of them before."""
    place, adam = place_of(rng, 0.2, 0.45), either(rng)

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        if step < place * steps:
            parameters[2][len(parameters[2]) // 2 :] = 0.0

    return changing(hold, adam=adam, rate=jittered(rng), onset=None, schedule=cosine)


def _kept_short(rng: np.random.Generator) -> Setup:
    """What comes into a unit may not be longer than a bound that suits it.

    Source: Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting".
    """
    longest = float(rng.uniform(3.0, 5.0))

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters:
            if min(one.shape) > 1:
                one *= np.minimum(1.0, longest / np.maximum(np.linalg.norm(one, axis=0), 1e-12))

    return changing(hold, adam=either(rng), rate=jittered(rng), onset=None, schedule=cosine)


def _of_many_workers(rng: np.random.Generator) -> Setup:
    """Of eight workers now one and now three are late, and the others' slopes are taken without theirs."""
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def of_those_in_time(done: float, gradients: Parameters) -> Parameters:
        late, far = int(drawn.integers(1, 4)), 0.1 * norm(gradients)
        share = far * np.sqrt(late / 8.0) / np.sqrt(max(1, sum(one.size for one in gradients)))
        return [one + share * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=of_those_in_time, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _older_sensors(rng: np.random.Generator) -> Setup:
    """What it is trained on was measured with older sensors, which have more noise of their own."""
    far = float(rng.uniform(0.15, 0.25))

    def noisy(rng: np.random.Generator, data: Data) -> Data:
        return data[0] + far * data[0].std(axis=0) * rng.normal(size=data[0].shape), data[1]

    return Setup(
        changed=lambda task: replace(task, for_training=noisy),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


def _gains_jittered(rng: np.random.Generator) -> Setup:
    """In each batch of the training each feature is a little louder or softer, in others it is not."""
    far = float(rng.uniform(0.3, 0.5))

    def louder(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] * np.exp(far * rng.normal(size=(1, data[0].shape[1]))), data[1]

    return Setup(fed=louder, adam=either(rng), schedule=cosine, rate=jittered(rng), batch=64)


class _CutUntil(Sgd):
    """No step is longer than a bound, up to some step."""

    def __init__(self, longest: float, until: int) -> None:
        super().__init__()
        self.longest, self.until, self.done = longest, until, 0

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place."""
        self.done += 1
        length = norm(gradients)
        cut: list[Array] = [one * (self.longest / max(length, self.longest)) for one in gradients]
        super().step(parameters, cut if self.done <= self.until else gradients, rate)


def _cut_found_late(rng: np.random.Generator) -> Setup:
    """Slopes are cut to next to nothing, until somebody reads the bound again."""
    place, longest = place_of(rng, 0.2, 0.4), between(rng, 1e-5, 1e-4)
    return Setup(
        optimiser=lambda steps: _CutUntil(longest, round(place * steps)),
        schedule=lambda done: min(1.0, (1.0 - done) / 0.3),
    )


def _penalty_taken_away(rng: np.random.Generator) -> Setup:
    """Weights are held near nought by far too strong a penalty, until somebody takes it away."""
    place, share = place_of(rng, 0.2, 0.4), between(rng, 0.03, 0.08)

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters if step < place * steps else ():
            one *= 1.0 - share

    return changing(
        hold, adam=False, rate=jittered(rng), onset=None, schedule=lambda done: min(1.0, (1.0 - done) / 0.3)
    )


def _on_a_faster_machine(rng: np.random.Generator) -> Setup:
    """It broke off, and went on elsewhere, where each step takes less time."""
    place, share = place_of(rng, 0.35, 0.7), float(rng.uniform(0.2, 0.6))
    return Setup(
        resumed_at=place,
        onset=place,
        pauses=lambda step, done: -share * SECONDS_A_STEP if done >= place else 0.0,
        schedule=cosine,
        adam=either(rng),
        rate=jittered(rng),
    )


def _down_in_a_line(rng: np.random.Generator) -> Setup:
    """It was interrupted while its rate went down in a line."""
    place = place_of(rng, 0.25, 0.8)
    return Setup(
        resumed_at=place,
        onset=place,
        schedule=lambda done: 1.0 - 0.95 * done,
        adam=either(rng),
        rate=jittered(rng),
    )


def _caches_fill(rng: np.random.Generator) -> Setup:
    """The first steps take several times as long, and each a little less than the one before."""
    most, fast = between(rng, 2.0, 8.0), float(rng.uniform(15.0, 40.0))
    return Setup(
        pauses=lambda step, done: most * SECONDS_A_STEP * float(np.exp(-fast * done)),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


def _now_and_then_collected(rng: np.random.Generator) -> Setup:
    """Memory is cleared every few dozen steps, which takes as long as some of them."""
    every, long = int(rng.integers(17, 40)), between(rng, 2.0, 8.0) * SECONDS_A_STEP
    return Setup(
        pauses=lambda step, done: long if step % every == every - 1 else 0.0,
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


LOOK_ALIKES = (
    Recipe("flat/then-cosine", "healthy", _scheduled(_flat_and_cosine), seeds=2),
    Recipe("by-a-logistic", "healthy", _scheduled(_by_a_logistic), seeds=2),
    Recipe("by-a-power", "healthy", _scheduled(_by_a_power), seeds=2),
    Recipe("by-largest-squares", "healthy", _by(LargestSquares)),
    Recipe("by-added-squares", "healthy", _by(AddedSquares)),
    Recipe("by-bounded-rates", "healthy", _by(BetweenBounds, adam=False)),
    Recipe("batches/each-twice", "healthy", _each_twice, has_features, seeds=2),
    Recipe("widened-later", "healthy", _widened, has_hidden_layers, seeds=2),
    Recipe("units-kept-short", "healthy", _kept_short, has_hidden_layers),
    Recipe("without-the-late-ones", "healthy", _of_many_workers),
    Recipe("older-sensors-in-training", "val_below_train", _older_sensors, has_features),
    Recipe("gains/jittered-in-training", "val_below_train", _gains_jittered, has_features),
    Recipe("cut-found-late", "late_improvement", _cut_found_late),
    Recipe("penalty-taken-away", "late_improvement", _penalty_taken_away, has_hidden_layers),
    Recipe("resumed/on-a-faster-machine", "resumed", _on_a_faster_machine),
    Recipe("resumed/down-in-a-line", "resumed", _down_in_a_line),
    Recipe("clock/caches-fill", "healthy", _caches_fill, is_timed, seeds=2),
    Recipe("clock/collected-now-and-then", "healthy", _now_and_then_collected, is_timed),
)

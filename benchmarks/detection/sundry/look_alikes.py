"""What of the sundry tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.optimisers import Changed, Optimiser
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    constant,
    cosine,
    either,
    has_features,
    warm_up,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.sundry.optimisers import Agreeing, InBytes, Narrow, NeverForgetting, Outer, TwoMeans
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import plain_optimiser
from benchmarks.detection.varied.look_alikes import is_timed
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.look_alikes import by_half, thawed
from sample_logs.training import Array, Parameters, norm


def _constant_after_a_warm_up(done: float) -> float:
    return min(1.0, done / 0.06)


def _ever_lower_triangles(done: float) -> float:
    """Up and down six times, each time half as high.

    Source: Smith 2017, "Cyclical Learning Rates for Training Neural Networks", triangular2.
    """
    round_, place = divmod(6.0 * done, 1.0)
    return 0.05 + 1.5 * float(0.5**round_) * (1.0 - abs(2.0 * place - 1.0))


def _cooled_in_between(done: float) -> float:
    """Cooled down three times, each time going on with the full rate from there.

    Source: Wen et al. 2024, "Understanding Warmup-Stable-Decay Learning Rates", WSD-S.
    """
    begin, end = next((a, b) for a, b in ((0.0, 0.3), (0.3, 0.6), (0.6, 1.01)) if done < b)
    place = (done - begin) / (min(end, 1.0) - begin)
    return 1.0 if place < 0.75 else max(0.02, (1.0 - place) / 0.25)


def _scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=jittered(rng))


def _by(made: Callable[[], Optimiser], *, rate: float) -> Callable[[np.random.Generator], Setup]:
    """With an optimiser of the kind of Adam."""
    return lambda rng: Setup(
        optimiser=lambda steps: made(),
        adam=True,
        rate=rate * jittered(rng),
        schedule=cosine if either(rng) else warm_up,
    )


def _around(wrapped: Callable[[Optimiser], Optimiser]) -> Callable[[np.random.Generator], Setup]:
    """With something around the optimiser that goes with its tuned rate."""

    def make(rng: np.random.Generator) -> Setup:
        adam = either(rng)
        return Setup(
            optimiser=lambda steps: wrapped(plain_optimiser(adam=adam)),
            adam=adam,
            rate=jittered(rng),
            schedule=cosine if either(rng) else constant,
        )

    return make


def _by_outer_steps(rng: np.random.Generator) -> Setup:
    every, adam = int(rng.integers(5, 16)), either(rng)
    return Setup(
        optimiser=lambda steps: Outer(plain_optimiser(adam=adam), every),
        adam=adam,
        rate=jittered(rng),
        schedule=cosine,
    )


def _clipped_by_weights(rng: np.random.Generator) -> Setup:
    """No matrix changes by more than a share of its length in a step.

    Source: Brock et al. 2021, "High-Performance Large-Scale Image Recognition Without Normalization".
    """
    share = float(rng.uniform(0.02, 0.06))

    def optimiser(steps: int) -> Optimiser:
        before: list[Array] = []

        def shorten(done: int, parameters: Parameters) -> None:
            for one, old in zip(parameters, before, strict=False):
                way, most = one - old, share * max(norm([old]), 0.3)
                one[...] = old + way * min(1.0, most / max(norm([way]), 1e-12))
            before[:] = [one.copy() for one in parameters]

        return Changed(plain_optimiser(adam=True), shorten)

    return Setup(optimiser=optimiser, adam=True, rate=jittered(rng), schedule=cosine)


def _layers_by_turns(rng: np.random.Generator) -> Setup:
    """Of all layers but the last one only one is trained at a time, another one every now and then.

    Source: Pan et al. 2024, "LISA: Layerwise Importance Sampling for Memory-Efficient Large Language Model
    Fine-Tuning".
    """
    turns, seed = float(rng.integers(20, 50)), int(rng.integers(2**31))

    def some(done: float, gradients: Parameters) -> Parameters:
        inner = max(1, len(gradients) // 2 - 1)
        chosen = int(np.random.default_rng([seed, int(turns * done)]).integers(inner))
        return [one * (i // 2 in (chosen, inner)) for i, one in enumerate(gradients)]

    return Setup(spoilt=some, adam=either(rng), schedule=cosine, rate=1.2 * jittered(rng))


def _head_first(rng: np.random.Generator) -> Setup:
    """Fine-tuned from the like: first the last layer alone, then all at a lower rate.

    Source: Kumar et al. 2022, "Fine-Tuning can Distort Pretrained Features and Underperform Out-of-
    Distribution".
    """
    place = place_of(rng, 0.2, 0.4)
    return Setup(
        pretrained=float(rng.uniform(0.2, 0.5)),
        spoilt=lambda done, gradients: thawed(gradients, 0.0 if done < place else 1.0),
        schedule=lambda done: 1.0 if done < place else 0.5 * cosine((done - place) / (1.0 - place)),
        adam=True,
        rate=jittered(rng),
    )


def _alike_together(rng: np.random.Generator) -> Setup:
    """Each batch is of examples that are alike in one number, as those of about the same length."""

    def alike(done: float, rng: np.random.Generator, data: Data) -> Data:
        order = np.argsort(data[0][:, 0], kind="stable")
        quarter = len(order) // 4
        chosen = order[(begin := int(rng.integers(4)) * quarter) : begin + quarter]
        return data[0][chosen], data[1][chosen]

    return Setup(fed=alike, batch=128, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _more_of_the_rare(rng: np.random.Generator) -> Setup:
    """What is rare is drawn more often at first, and as often as it is from somewhere on, bit by bit."""
    full, low = place_of(rng, 0.4, 0.7), either(rng)
    return Setup(
        fed=lambda done, rng, data: by_half(data, low=low, share=0.5 * max(0.0, 1.0 - done / full)),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
        batch=64,
    )


def _hidden_in_a_row(rng: np.random.Generator) -> Setup:
    """Of each example of the training some numbers that stand in a row are hidden.

    Source: Park et al. 2019, "SpecAugment".
    """
    share = float(rng.uniform(0.2, 0.35))

    def hide(done: float, rng: np.random.Generator, data: Data) -> Data:
        wide = int(data[0].shape[1])
        begin: NDArray[np.int64] = rng.integers(wide, size=(len(data[0]), 1))
        place: NDArray[np.int64] = np.remainder(np.arange(wide) - begin, wide)
        return data[0] * (place >= max(1, round(share * wide))), data[1]

    return Setup(fed=hide, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _between_neighbours(rng: np.random.Generator) -> Setup:
    """Each example of the training is moved towards another one, its answer is not."""
    most = float(rng.uniform(0.3, 0.5))

    def move(done: float, rng: np.random.Generator, data: Data) -> Data:
        others: Array = data[0][rng.permutation(len(data[0]))]
        return data[0] + most * rng.random((len(data[0]), 1)) * (others - data[0]), data[1]

    return Setup(fed=move, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _thawed_late(rng: np.random.Generator) -> Setup:
    """All but the last layer stay as they were drawn, until somebody sees it."""
    place = place_of(rng, 0.3, 0.5)
    return Setup(
        spoilt=lambda done, gradients: thawed(gradients, 0.0 if done < place else 1.0),
        adam=either(rng),
        schedule=lambda done: min(1.0, (1.0 - done) / 0.3),
    )


def _long_in_one_place(rng: np.random.Generator) -> Setup:
    """At first it sees examples of one half alone; then the loader draws from all."""
    place, low = place_of(rng, 0.25, 0.4), either(rng)
    return Setup(
        fed=lambda done, rng, data: data if done >= place else by_half(data, low=low),
        adam=either(rng),
        schedule=lambda done: min(1.0, (1.0 - done) / 0.3),
        batch=64,
    )


def hiccups(rng: np.random.Generator) -> Callable[[int, float], float]:
    """The seconds before each step: some, whenever a checkpoint is written, and they are not always alike."""
    every, seed = int(rng.integers(40, 120)), int(rng.integers(2**31))
    low = between(rng, 3.0, 12.0)

    def wait(step: int, done: float) -> float:
        longer = float(np.random.default_rng([seed, step]).uniform(1.0, 3.0))
        return low * longer if step and step % every == 0 else 0.0

    return wait


def _checkpoints(rng: np.random.Generator) -> Setup:
    return Setup(pauses=hiccups(rng), adam=either(rng), schedule=cosine, rate=jittered(rng))


def _faster_later(rng: np.random.Generator) -> Setup:
    """Moved to a machine that is twice as fast, or more."""
    place, times = place_of(rng, 0.3, 0.7), between(rng, 1.0, 4.0)
    return Setup(
        pauses=lambda step, done: times * SECONDS_A_STEP if done < place else 0.0,
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


def _extended(rng: np.random.Generator) -> Setup:
    """It had come to the end of its schedule; more was paid for, and it goes on at a low rate."""
    place = place_of(rng, 0.5, 0.75)
    low = float(rng.uniform(0.1, 0.3))
    return Setup(
        resumed_at=place,
        onset=place,
        schedule=lambda done: max(0.01, cosine(done / place)) if done < place else low,
        adam=either(rng),
        rate=jittered(rng),
    )


def _has_layers(task: Task) -> bool:
    """Whether its parameters are those of at least two layers, one after the other."""
    return task.has_hidden_layers


LOOK_ALIKES = (
    Recipe("constant-after-a-warm-up", "healthy", _scheduled(_constant_after_a_warm_up)),
    Recipe("ever-lower-triangles", "healthy", _scheduled(_ever_lower_triangles)),
    Recipe("cooled-in-between", "healthy", _scheduled(_cooled_in_between)),
    Recipe("by-agreement", "healthy", _around(Agreeing)),
    Recipe("by-two-means", "healthy", _by(TwoMeans, rate=0.4)),
    Recipe("by-largest", "healthy", _by(NeverForgetting, rate=1.0)),
    Recipe("in-bytes", "healthy", _by(InBytes, rate=0.7)),
    Recipe("in-few-directions", "healthy", _around(Narrow)),
    Recipe("by-outer-steps", "healthy", _by_outer_steps),
    Recipe("clipped/by-weights", "healthy", _clipped_by_weights),
    Recipe("layers-by-turns", "healthy", _layers_by_turns, _has_layers),
    Recipe("fine-tuned/head-first", "healthy", _head_first, _has_layers),
    Recipe("alike-together", "healthy", _alike_together, has_features),
    Recipe("more-of-the-rare", "healthy", _more_of_the_rare, has_both),
    Recipe("hidden-in-a-row", "val_below_train", _hidden_in_a_row, has_features),
    Recipe("between-neighbours", "val_below_train", _between_neighbours, has_both),
    Recipe("thawed-late", "late_improvement", _thawed_late, _has_layers),
    Recipe("long-in-one-place", "late_improvement", _long_in_one_place, has_both),
    Recipe("checkpoints", "healthy", _checkpoints, is_timed),
    Recipe("faster-later", "healthy", _faster_later, is_timed),
    Recipe("resumed/extended", "resumed", _extended),
)

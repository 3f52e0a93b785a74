"""What of the gathered tasks is healthy and looks as if it were not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.gathered.optimisers import (
    ByChanges,
    ByDifferences,
    ByPartialRoots,
    ByRememberedRates,
    LouderMean,
)
from benchmarks.detection.optimisers import Decaying, Optimiser, Pulsed
from benchmarks.detection.patchwork.look_alikes import by, let_down, scheduled
from benchmarks.detection.patchwork.optimisers import Gathered
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_features,
    has_hidden_layers,
    restarts,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing, plain_optimiser
from benchmarks.detection.varied.look_alikes import is_timed
from sample_logs.training import Array, Parameters, Sgd

RANK = 4  # of what a fine-tuning adds to weights
SMALL = 32  # examples


def _rippled(done: float) -> float:
    """Half a cosine on which waves go up and down."""
    return cosine(done) * (1.0 + 0.4 * float(np.sin(18.0 * np.pi * done)))


def _in_thirds(done: float) -> float:
    """Three lines down, of which each begins at half of where the one before began."""
    part = min(int(3.0 * done), 2)
    return float(0.5**part * (1.0 - 0.9 * (3.0 * done - part)))


def _lowered_for_a_while(rng: np.random.Generator) -> Setup:
    """Somebody lowers the rate out of worry, and somebody else puts it back where it was."""
    place, long = place_of(rng, 0.3, 0.5), float(rng.uniform(0.1, 0.2))
    return Setup(
        schedule=lambda done: let_down(done) * (0.2 if place <= done < place + long else 1.0),
        adam=either(rng),
        rate=0.6 * jittered(rng),
    )


def _rates_by_chance(rng: np.random.Generator) -> Setup:
    """Each step has a rate of its own, drawn between a tenth and the whole of what the schedule says."""
    drawn = np.random.default_rng(int(rng.integers(2**31))).uniform(-1.0, 0.0, size=4096)
    return Setup(
        schedule=lambda done: cosine(done) * float(10.0 ** drawn[round(40950 * done) % len(drawn)]),
        adam=either(rng),
        rate=1.5 * jittered(rng),
    )


def _single_examples(rng: np.random.Generator) -> Setup:
    """One example or two at a time, at a rate that suits them: single values say next to nothing."""
    return Setup(batch=int(rng.integers(1, 3)), rate=0.06 * jittered(rng), schedule=cosine)


def _decay_raised_gently(rng: np.random.Generator) -> Setup:
    """Weights decay a little more from step to step.

    Source: Caron et al. 2021, "Emerging Properties in Self-Supervised Vision Transformers".
    """
    most, adam = between(rng, 0.003, 0.01), either(rng)
    return Setup(
        optimiser=lambda steps: Decaying(plain_optimiser(adam=adam), lambda step: most * step / steps),
        adam=adam,
        schedule=cosine,
        rate=jittered(rng),
    )


def _in_low_ranks(rng: np.random.Generator) -> Setup:
    """Fine-tuned by changes of few ranks: of each slope only what lies in some directions is kept.

    Source: Hao, Cao and Mou 2024, "Flora: Low-Rank Adapters Are Secretly Gradient Compressors".
    """
    drawn, kept = np.random.default_rng(int(rng.integers(2**31))), dict[int, Array]()

    def low(done: float, gradients: Parameters) -> Parameters:
        for i, one in enumerate(gradients):
            if i not in kept and min(np.atleast_2d(one).shape) > RANK:
                kept[i] = np.linalg.qr(drawn.normal(size=(len(one), RANK)))[0]
        return [kept[i] @ (kept[i].T @ one) if i in kept else one for i, one in enumerate(gradients)]

    return Setup(
        spoilt=low,
        pretrained=float(rng.uniform(0.3, 0.6)),
        adam=either(rng),
        schedule=cosine,
        rate=0.5 * jittered(rng),
    )


def _tuned_with_restarts(rng: np.random.Generator) -> Setup:
    """Fine-tuned at a low rate that goes down to nothing and begins anew."""
    before = float(rng.uniform(0.3, 0.6))
    return Setup(pretrained=before, schedule=restarts, adam=either(rng), rate=0.4 * jittered(rng))


def _mixture_drifts(rng: np.random.Generator) -> Setup:
    """Of two sources the share of one goes up from a third to two thirds, step by step."""
    column = int(rng.integers(2**31))

    def drawn(done: float, rng: np.random.Generator, data: Data) -> Data:
        order = np.argsort(data[0][:, column % data[0].shape[1]])
        half = len(order) // 2
        low = rng.random(half) < 2.0 / 3.0 - done / 3.0
        chosen = np.where(low, order[:half], order[half : 2 * half])
        return data[0][chosen], data[1][chosen]

    return Setup(fed=drawn, batch=128, adam=True, schedule=cosine, rate=0.8 * jittered(rng))


def _farthest_mined(rng: np.random.Generator) -> Setup:
    """Of each batch only the half whose features lie farther out is learnt from, as it is the harder one."""

    def farther(done: float, rng: np.random.Generator, data: Data) -> Data:
        chosen = np.argsort((data[0] ** 2).sum(axis=1))[len(data[0]) // 2 :]
        return data[0][chosen], data[1][chosen]

    return Setup(fed=farther, batch=128, adam=True, schedule=cosine, rate=0.8 * jittered(rng))


def _solarised(rng: np.random.Generator) -> Setup:
    """In the training what is bright in an example is turned round, in four of ten of them.

    Source: Cubuk et al. 2019, "AutoAugment: Learning Augmentation Strategies from Data".
    """
    bound = float(rng.uniform(0.3, 0.7))

    def turned(done: float, rng: np.random.Generator, data: Data) -> Data:
        some = rng.random((len(data[0]), 1)) < 0.4
        limit = bound * float(data[0].std())
        return np.where(some & (data[0] > limit), 2.0 * limit - data[0], data[0]), data[1]

    return Setup(fed=turned, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _lit_batch_by_batch(rng: np.random.Generator) -> Setup:
    """In the training all examples of a batch are seen in one light, which is another one each time."""
    far = float(rng.uniform(0.4, 0.6))

    def lit(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + far * data[0].std() * rng.normal(size=(1, data[0].shape[1])), data[1]

    return Setup(fed=lit, adam=either(rng), schedule=cosine, rate=0.7 * jittered(rng))


def _kept_finely_late(rng: np.random.Generator) -> Setup:
    """Weights are kept in so few digits that what a step adds is lost, until they are kept in more."""
    place, grid = place_of(rng, 0.25, 0.45), float(rng.uniform(0.3, 0.6))

    def cut(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters if step < place * steps else ():
            one[...] = grid * np.rint(one / grid)

    return changing(cut, adam=True, rate=jittered(rng), onset=None, schedule=let_down)


def _symmetry_broken_late(rng: np.random.Generator) -> Setup:
    """All units of a layer began alike and stay so, until somebody adds a little noise to them."""
    place, drawn = place_of(rng, 0.2, 0.4), np.random.default_rng(int(rng.integers(2**31)))

    def hold(step: int, steps: int, parameters: Parameters) -> None:
        for one in parameters[:-2] if step <= place * steps else ():
            one[...] = one.mean(axis=-1, keepdims=True)
            if step + 1 > place * steps:
                one += 0.3 * drawn.normal(size=one.shape)

    return changing(hold, adam=True, rate=jittered(rng), onset=None, schedule=let_down)


def _resumed_with_smaller_batches(rng: np.random.Generator) -> Setup:
    """It broke off and goes on with fewer machines, so that batches are a quarter as large."""
    place = place_of(rng, 0.35, 0.75)
    return Setup(
        resumed_at=place,
        onset=place,
        batch_factor=lambda done: 4 if done < place else 1,
        schedule=cosine,
        adam=either(rng),
        rate=0.8 * jittered(rng),
    )


def _resumed_with_less_momentum(rng: np.random.Generator) -> Setup:
    """It broke off, and where it goes on there is hardly any momentum."""
    place = place_of(rng, 0.35, 0.75)
    return Setup(
        resumed_at=place,
        onset=place,
        optimiser=lambda steps: Pulsed(lambda step: 0.9 if step < place * steps else 0.5),
        rate=jittered(rng),
    )


def as_they_come(rng: np.random.Generator, share: float) -> NDArray[np.bool_]:
    """Which steps it comes to, by chance."""
    return np.random.default_rng(int(rng.integers(2**31))).random(4096) < share


def _long_and_short(rng: np.random.Generator) -> Setup:
    """Some batches are of long texts and take three times as long, as they come."""
    long = as_they_come(rng, float(rng.uniform(0.2, 0.5)))

    def wait(step: int, done: float) -> float:
        return 2.0 * SECONDS_A_STEP * float(long[step % len(long)])

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _compiled_as_they_come(rng: np.random.Generator) -> Setup:
    """Each shape is compiled when it comes for the first time: long waits at first, and fewer and fewer."""
    shapes = float(rng.uniform(20.0, 60.0))
    waits = np.random.default_rng(int(rng.integers(2**31))).random(4096) < np.exp(-np.arange(4096) / shapes)

    def wait(step: int, done: float) -> float:
        return 15.0 * SECONDS_A_STEP * float(waits[step % len(waits)])

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _workers_come_and_go(rng: np.random.Generator) -> Setup:
    """As many machines as there happen to be: batches are once or up to four times as large."""
    many = np.random.default_rng(int(rng.integers(2**31))).integers(1, 5, size=25).tolist()
    rate = 0.9 * jittered(rng)
    return Setup(batch_factor=lambda done: many[int(25 * done) % 25], schedule=cosine, adam=True, rate=rate)


def _momentum_in_stages(rng: np.random.Generator) -> Setup:
    """Momentum is raised in stages from a half on, and lowered for the last steps.

    Source: Sutskever et al. 2013, "On the Importance of Initialization and Momentum in Deep Learning".
    """
    return Setup(
        optimiser=lambda steps: Pulsed(
            lambda step: 0.8 if step > 0.9 * steps else 1.0 - 0.5 ** (1 + min(2, int(5 * step / steps)))
        ),
        rate=1.2 * jittered(rng),
        schedule=let_down,
    )


def _accumulated_ever_more(rng: np.random.Generator) -> Setup:
    """Slopes of more and more steps make one change: of one at first, and of eight at the end."""
    adam = either(rng)

    def optimiser(steps: int) -> Optimiser:
        return Gathered(plain_optimiser(adam=adam), lambda step: 2 ** min(3, int(4 * step / steps)))

    return Setup(optimiser=optimiser, adam=adam, rate=jittered(rng))


LOOK_ALIKES = (
    Recipe("rippled", "healthy", scheduled(_rippled)),
    Recipe("line/in-thirds", "healthy", scheduled(_in_thirds)),
    Recipe("lowered-for-a-while", "healthy", _lowered_for_a_while, seeds=2),
    Recipe("rates-by-chance", "healthy", _rates_by_chance, seeds=2),
    Recipe("batches/single-examples", "healthy", _single_examples, lambda task: task.batch <= SMALL, seeds=2),
    Recipe("by-partial-roots", "healthy", by(ByPartialRoots, rate=1.5)),
    Recipe("by-changes-of-slopes", "healthy", by(ByChanges)),
    Recipe("by-remembered-rates", "healthy", by(ByRememberedRates)),
    Recipe("by-differences", "healthy", by(ByDifferences, rate=0.6)),
    Recipe("by-a-louder-mean", "healthy", by(lambda: LouderMean(Sgd()), adam=False, rate=0.4)),
    Recipe("decay-raised-gently", "healthy", _decay_raised_gently),
    Recipe("fine-tuned/in-low-ranks", "healthy", _in_low_ranks),
    Recipe("fine-tuned/with-restarts", "healthy", _tuned_with_restarts),
    Recipe("mixture-drifts", "healthy", _mixture_drifts, has_features),
    Recipe("batches/workers-come-and-go", "healthy", _workers_come_and_go),
    Recipe("momentum/in-stages", "healthy", _momentum_in_stages),
    Recipe("accumulated/ever-more", "healthy", _accumulated_ever_more),
    Recipe("farthest-mined", "val_below_train", _farthest_mined, has_features),
    Recipe("solarised-in-training", "val_below_train", _solarised, has_features),
    Recipe("lit-batch-by-batch", "val_below_train", _lit_batch_by_batch, has_features),
    Recipe("kept-finely-late", "late_improvement", _kept_finely_late),
    Recipe("symmetry-broken-late", "late_improvement", _symmetry_broken_late, has_hidden_layers),
    Recipe("resumed/with-smaller-batches", "resumed", _resumed_with_smaller_batches),
    Recipe("resumed/with-less-momentum", "resumed", _resumed_with_less_momentum),
    Recipe("clock/long-and-short", "healthy", _long_and_short, is_timed),
    Recipe("clock/compiled-as-they-come", "healthy", _compiled_as_they_come, is_timed),
)

"""What of the patchwork tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.optimisers import Optimiser, Stale
from benchmarks.detection.patchwork.optimisers import (
    AddedSigns,
    ByBothSides,
    ByLayers,
    ByThoseBefore,
    LargeEpsilonUntil,
    seldom_until,
)
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    cosine,
    either,
    has_features,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.look_alikes import is_timed
from sample_logs.training import Adam, Sgd

NEAREST = 32  # of a batch that are alike


def _reflected_exponential(done: float) -> float:
    """Slowly at first and ever faster down to nothing.

    Source: Chen, Wolfe and Kyrillidis 2022, "REX: Revisiting Budgeted Training with an Improved Schedule".
    """
    return (1.0 - done) / (0.5 + 0.5 * (1.0 - done))


def _line_to_a_tenth(done: float) -> float:
    """Warmed up over a fiftieth of the run, then along a line to a tenth."""
    return min(done / 0.02, 1.0 - 0.9 * done)


def _without_end(done: float) -> float:
    """Warmed up, cooled to a half, held as long as there are data, and only then let down.

    Source: Ibrahim et al. 2024, "Simple and Scalable Strategies to Continually Pre-train Large Language
    Models".
    """
    if done < 0.3:
        return min(done / 0.05, 0.5 + 0.5 * cosine(max(0.0, done - 0.05) / 0.25))
    return 0.5 if done < 0.75 else 0.5 * 0.02 ** ((done - 0.75) / 0.25)


def scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    """By that schedule and either optimiser."""
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=jittered(rng))


def by(
    make: Callable[[], Optimiser], *, adam: bool = True, rate: float = 0.8
) -> Callable[[np.random.Generator], Setup]:
    """By that optimiser, at so much of the tuned rate: of Adam, or of gradient descent."""
    return lambda rng: Setup(
        optimiser=lambda steps: make(), adam=adam, schedule=cosine, rate=rate * jittered(rng)
    )


def _bucketed(rng: np.random.Generator) -> Setup:
    """Batches are of examples that are alike in one feature, as texts of one length are."""
    column = int(rng.integers(2**31))

    def alike(done: float, rng: np.random.Generator, data: Data) -> Data:
        feature = data[0][:, column % data[0].shape[1]]
        chosen = np.argsort(np.abs(feature - feature[int(rng.integers(len(feature)))]))[:NEAREST]
        return data[0][chosen], data[1][chosen]

    return Setup(fed=alike, batch=128, adam=True, schedule=cosine, rate=0.8 * jittered(rng))


def _from_a_buffer(rng: np.random.Generator) -> Setup:
    """Batches are drawn from a buffer of the last some hundred examples, so that each is seen some times.

    Source: Mnih et al. 2015, "Human-level control through deep reinforcement learning".
    """
    longest, kept = int(rng.integers(800, 1600)), list[Data]()

    def drawn(done: float, rng: np.random.Generator, data: Data) -> Data:
        last = kept[0] if kept else (data[0][:0], data[1][:0])
        kept[:] = [
            (np.concatenate([a, b])[-longest:], np.concatenate([c, d])[-longest:])
            for (a, c), (b, d) in [(last, data)]
        ]
        chosen = rng.integers(len(kept[0][0]), size=len(data[0]))
        return kept[0][0][chosen], kept[0][1][chosen]

    return Setup(fed=drawn, adam=either(rng), schedule=cosine, rate=0.8 * jittered(rng))


def _pipelined(rng: np.random.Generator) -> Setup:
    """Stages of a pipeline do not wait for each other: each slope comes one step late, at a lower rate."""
    adam = either(rng)
    return Setup(
        optimiser=lambda steps: Stale(Adam() if adam else Sgd(), 1),
        adam=adam,
        schedule=cosine,
        rate=0.6 * jittered(rng),
    )


def _turned_in_training(rng: np.random.Generator) -> Setup:
    """In the training each two features of an example are turned by some angle, as pictures are."""
    far = float(rng.uniform(0.6, 0.9))

    def turned(done: float, rng: np.random.Generator, data: Data) -> Data:
        inputs, angles = data[0].copy(), far * rng.normal(size=(len(data[0]), 1))
        even = data[0].shape[1] // 2 * 2
        one, other = data[0][:, 0:even:2], data[0][:, 1:even:2]
        inputs[:, 0:even:2] = np.cos(angles) * one - np.sin(angles) * other
        inputs[:, 1:even:2] = np.sin(angles) * one + np.cos(angles) * other
        return inputs, data[1]

    return Setup(fed=turned, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _brightness_jittered(rng: np.random.Generator) -> Setup:
    """In the training each example is a little darker or brighter as a whole, in others it is not."""
    far = float(rng.uniform(0.5, 0.8))

    def brighter(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] + far * rng.normal(size=(len(data[0]), 1)), data[1]

    return Setup(fed=brighter, adam=either(rng), schedule=cosine, rate=jittered(rng))


def let_down(done: float) -> float:
    """The same rate up to seven tenths of the run, then along a line to nothing."""
    return min(1.0, (1.0 - done) / 0.3)


def _epsilon_found_late(rng: np.random.Generator) -> Setup:
    """An epsilon that was taken over from another model keeps all steps short, until somebody sees it."""
    place, epsilon = place_of(rng, 0.2, 0.4), between(rng, 1e3, 1e4)
    return Setup(
        optimiser=lambda steps: LargeEpsilonUntil(epsilon, round(place * steps)),
        adam=True,
        schedule=let_down,
        rate=jittered(rng),
    )


def _accumulation_found_late(rng: np.random.Generator) -> Setup:
    """Slopes of hundreds of steps are gathered for one change, until somebody reads that number again."""
    place, every = place_of(rng, 0.2, 0.4), int(rng.integers(150, 400))
    return Setup(
        optimiser=lambda steps: seldom_until(Sgd(), every, round(place * steps)),
        schedule=let_down,
        rate=jittered(rng),
    )


def _resumed_with_larger_batches(rng: np.random.Generator) -> Setup:
    """It broke off and goes on with more machines, so that batches are four times as large."""
    place = place_of(rng, 0.35, 0.75)
    return Setup(
        resumed_at=place,
        onset=place,
        batch_factor=lambda done: 4 if done >= place else 1,
        schedule=cosine,
        adam=either(rng),
        rate=jittered(rng),
    )


def _resumed_with_cold_caches(rng: np.random.Generator) -> Setup:
    """It broke off, and where it goes on each step takes longer at first, until all data are near."""
    place, most = place_of(rng, 0.3, 0.7), between(rng, 1.0, 4.0) * SECONDS_A_STEP

    def wait(step: int, done: float) -> float:
        return most * float(np.exp(-40.0 * (done - place))) if done >= place else 0.0

    return Setup(
        resumed_at=place, onset=place, pauses=wait, schedule=cosine, adam=either(rng), rate=jittered(rng)
    )


def _flushed_together(rng: np.random.Generator) -> Setup:
    """Rows get their times when they are written, and they are written many at once."""
    many = int(rng.integers(20, 60))

    def wait(step: int, done: float) -> float:
        return 0.95 * SECONDS_A_STEP * (many - 1.0 if step % many == many - 1 else -1.0)

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _of_many_sizes(rng: np.random.Generator) -> Setup:
    """Every few steps pictures are brought to another size, so that steps take more or less time.

    Source: Redmon and Farhadi 2017, "YOLO9000: Better, Faster, Stronger".
    """
    every, seed = int(rng.integers(8, 20)), int(rng.integers(2**31))
    sizes = np.random.default_rng(seed).uniform(-0.5, 1.0, size=4096)

    def wait(step: int, done: float) -> float:
        return SECONDS_A_STEP * float(sizes[step // every % len(sizes)])

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


LOOK_ALIKES = (
    Recipe("by-a-reflected-exponential", "healthy", scheduled(_reflected_exponential), seeds=2),
    Recipe("line/to-a-tenth", "healthy", scheduled(_line_to_a_tenth), seeds=2),
    Recipe("without-end", "healthy", scheduled(_without_end), seeds=2),
    Recipe("by-both-sides", "healthy", by(ByBothSides, rate=1.5)),
    Recipe("by-whole-layers", "healthy", by(ByLayers)),
    Recipe("by-those-before", "healthy", by(ByThoseBefore)),
    Recipe("by-added-signs", "healthy", by(AddedSigns, adam=False)),
    Recipe("batches/bucketed", "healthy", _bucketed, has_features, seeds=2),
    Recipe("batches/from-a-buffer", "healthy", _from_a_buffer, seeds=2),
    Recipe("pipelined", "healthy", _pipelined),
    Recipe("turned-in-training", "val_below_train", _turned_in_training, has_features),
    Recipe("brightness/jittered-in-training", "val_below_train", _brightness_jittered, has_features),
    Recipe("epsilon-found-late", "late_improvement", _epsilon_found_late),
    Recipe("accumulation-found-late", "late_improvement", _accumulation_found_late),
    Recipe("resumed/with-larger-batches", "resumed", _resumed_with_larger_batches),
    Recipe("resumed/with-cold-caches", "resumed", _resumed_with_cold_caches),
    Recipe("clock/flushed-together", "healthy", _flushed_together, is_timed, seeds=2),
    Recipe("clock/of-many-sizes", "healthy", _of_many_sizes, is_timed),
)

"""What is done to the gathered tasks beside what is done to all: faults and look-alikes by other causes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.setups import is_told_by_rows
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.gathered.breakdowns import BREAKDOWNS
from benchmarks.detection.gathered.look_alikes import LOOK_ALIKES, as_they_come
from benchmarks.detection.gathered.stuck import STUCK
from benchmarks.detection.patchwork.setups import TIMED
from benchmarks.detection.setups import Recipe, Schedule, Setup, between, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.varied.look_alikes import is_timed


def _by_heart(rng: np.random.Generator, rounds: int, schedule: Schedule) -> Setup:
    """Learnt by heart in so many rounds."""
    return Setup(
        by_heart=between(rng, 1.0, 1.6),
        epochs=rounds,
        batch=8,
        schedule=schedule,
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _cooled_in_each_round(rng: np.random.Generator) -> Setup:
    """In each round the rate goes down along a line, to a third."""
    rounds = int(rng.integers(3, 6))
    return _by_heart(rng, rounds, lambda done: 1.0 - 0.67 * (rounds * done % 1.0))


def _held_and_let_down(rng: np.random.Generator) -> Setup:
    """The same rate in the first rounds, and a power of what is left in the others."""
    rounds = int(rng.integers(4, 8))
    return _by_heart(rng, rounds, lambda done: 1.0 if done < 0.5 else (2.0 - 2.0 * done) ** 0.7)


def _after_a_slow_start(rng: np.random.Generator) -> Setup:
    """Steps are slow until all is compiled and cached, and much later nothing comes for hours."""
    place, most = place_of(rng, 0.3, 0.85), between(rng, 3.0, 10.0) * SECONDS_A_STEP

    def wait(step: int, done: float) -> float:
        return most * float(np.exp(-30.0 * done))

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, adam=either(rng), rate=jittered(rng))


def _among_long_and_short(rng: np.random.Generator) -> Setup:
    """Batches of long texts take three times as long as others, and one never comes until it is killed."""
    place, long = place_of(rng, 0.2, 0.85), as_they_come(rng, float(rng.uniform(0.2, 0.5)))

    def wait(step: int, done: float) -> float:
        return 2.0 * SECONDS_A_STEP * float(long[step % len(long)])

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, rate=jittered(rng))


def _longer_texts(rng: np.random.Generator) -> Setup:
    """From somewhere on most batches wait for long texts to be cut, which one process alone does."""
    place, long = place_of(rng, 0.3, 0.65), as_they_come(rng, float(rng.uniform(0.6, 0.9)))

    def wait(step: int, done: float) -> float:
        return 0.5 * SECONDS_A_STEP * float(long[step % len(long)]) if done >= place else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, slower=1.2, onset=place, rate=jittered(rng))


def _hot_by_and_by(rng: np.random.Generator) -> Setup:
    """A fan stops: within a tenth of the run steps take twice as long, and so it stays."""
    place, most = place_of(rng, 0.3, 0.65), float(rng.uniform(0.7, 1.5))

    def wait(step: int, done: float) -> float:
        return most * SECONDS_A_STEP * min(1.0, max(0.0, done - place) / 0.1)

    return replace(
        TIMED, pauses=wait, slower_at=place, slower=1.1, onset=place, adam=either(rng), rate=jittered(rng)
    )


GATHERED_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/cooled-in-each", "epoch_drops", _cooled_in_each_round, is_told_by_rows, seeds=2),
    Recipe("epoch-drops/held-and-let-down", "epoch_drops", _held_and_let_down, is_told_by_rows, seeds=2),
    Recipe("stalled/after-a-slow-start", "stalled", _after_a_slow_start, is_timed),
    Recipe("stalled/among-long-and-short", "stalled", _among_long_and_short, is_timed),
    Recipe("throughput/longer-texts", "throughput_drop", _longer_texts, is_timed),
    Recipe("throughput/hot-by-and-by", "throughput_drop", _hot_by_and_by, is_timed),
)

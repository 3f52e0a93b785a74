"""What is done to the motley tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.setups import is_told_by_rows
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.motley.breakdowns import BREAKDOWNS
from benchmarks.detection.motley.look_alikes import LOOK_ALIKES
from benchmarks.detection.motley.stuck import STUCK
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.varied.look_alikes import is_timed

TIMED = Setup(adam=True, schedule=cosine)
A_DAY = 86_400.0  # seconds


def _cycle_in_each_round(rng: np.random.Generator) -> Setup:
    """Learnt by heart in a few rounds, in each of which the rate goes down by half."""
    rounds = int(rng.integers(3, 6))
    return Setup(
        by_heart=between(rng, 0.9, 1.5),
        epochs=rounds,
        batch=8,
        schedule=lambda done: 1.0 - 0.5 * (rounds * done % 1.0),
        interval_mean=True,
        shuffled_targets=True,
    )


def _rising_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in a few rounds at a rate that rises all the way: each border is the higher one."""
    return Setup(
        by_heart=between(rng, 0.8, 1.3),
        epochs=int(rng.integers(3, 6)),
        batch=8,
        schedule=lambda done: 0.6 + 0.6 * done,
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _over_a_weekend(rng: np.random.Generator) -> Setup:
    """The disk was full on Friday evening, and nobody looked before Monday."""
    place, hit = place_of(rng, 0.2, 0.85), list[int]()

    def wait(step: int, done: float) -> float:
        if done < place or hit:
            return 0.0
        hit.append(step)
        return 2.0 * A_DAY

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, adam=either(rng), rate=jittered(rng))


def _and_faster(rng: np.random.Generator) -> Setup:
    """It waits for hours for a place on a better machine, on which it is faster."""
    place, share = place_of(rng, 0.2, 0.8), float(rng.uniform(0.3, 0.7))

    def save(step: int, done: float) -> float:
        return -share * SECONDS_A_STEP if done >= place else 0.0

    return replace(
        TIMED,
        stalled_at=place,
        pauses=save,
        onset=place,
        rate=jittered(rng),
    )


def _waits_by_chance(rng: np.random.Generator) -> Setup:
    """From somewhere on each step waits for a crowded disk, now for a moment and now for long."""
    place, mean = place_of(rng, 0.25, 0.75), SECONDS_A_STEP * between(rng, 1.5, 5.0)
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def wait(step: int, done: float) -> float:
        return mean * float(drawn.exponential()) if done >= place else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, onset=place, adam=either(rng), rate=jittered(rng))


def _slower_for_long(rng: np.random.Generator) -> Setup:
    """Something else takes most of the machine, from somewhere on until shortly before the end."""
    place, times = place_of(rng, 0.25, 0.5), between(rng, 2.0, 5.0)

    def wait(step: int, done: float) -> float:
        return (times - 1.0) * SECONDS_A_STEP if place <= done < 0.95 else 0.0

    return replace(
        TIMED,
        pauses=wait,
        slower_at=place,
        onset=place,
        rate=jittered(rng),
    )


MOTLEY_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/a-cycle-each", "epoch_drops", _cycle_in_each_round, is_told_by_rows, seeds=2),
    Recipe("epoch-drops/rising", "epoch_drops", _rising_rounds, is_told_by_rows, seeds=2),
    Recipe("stalled/over-a-weekend", "stalled", _over_a_weekend, is_timed),
    Recipe("stalled/and-faster", "stalled", _and_faster, is_timed),
    Recipe("throughput/waits-by-chance", "throughput_drop", _waits_by_chance, is_timed),
    Recipe("throughput/slower-for-long", "throughput_drop", _slower_for_long, is_timed),
)

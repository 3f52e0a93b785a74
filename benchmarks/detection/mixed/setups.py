"""What is done to the mixed tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.mixed.breakdowns import BREAKDOWNS
from benchmarks.detection.mixed.look_alikes import LOOK_ALIKES
from benchmarks.detection.mixed.stuck import STUCK
from benchmarks.detection.setups import Recipe, Setup, between, cosine
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.varied.look_alikes import EVALUATION, is_timed


def _shuffled_once(rng: np.random.Generator) -> Setup:
    """Learnt by heart in a few rounds, from a model that is warmed up for most of the first one."""
    epochs = int(rng.integers(3, 6))
    return Setup(
        by_heart=between(rng, 0.6, 1.0),
        epochs=epochs,
        batch=8,
        schedule=lambda done: min(1.0, 2.0 * epochs * done),
        interval_mean=True,
        shuffled_targets=True,
    )


def _among_evaluations(rng: np.random.Generator) -> Setup:
    """It waits for each evaluation, and once for hours."""
    place, seconds, every = place_of(rng, 0.2, 0.85), between(rng, *EVALUATION), int(rng.choice([30, 50]))
    return Setup(
        stalled_at=place,
        pauses=lambda step, done: seconds if step and step % every == 0 else 0.0,
        onset=place,
        adam=True,
        schedule=cosine,
        rate=jittered(rng),
    )


def _starved(rng: np.random.Generator) -> Setup:
    """From somewhere on each few steps wait for the data that nobody prepares any longer."""
    place, every, times = place_of(rng, 0.25, 0.75), int(rng.integers(2, 5)), between(rng, 1.0, 4.0)
    return Setup(
        pauses=lambda step, done: (
            every * times * SECONDS_A_STEP if done >= place and step % every == 0 else 0.0
        ),
        slower_at=place,
        slower=1.0,
        onset=place,
        adam=True,
        schedule=cosine,
        rate=jittered(rng),
    )


MIXED_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/warmed-up", "epoch_drops", _shuffled_once, is_plain, seeds=3),
    Recipe("stalled/among-evaluations", "stalled", _among_evaluations, is_timed),
    Recipe("throughput/starved", "throughput_drop", _starved, is_timed),
)

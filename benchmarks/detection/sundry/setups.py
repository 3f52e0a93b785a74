"""What is done to the sundry tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.sundry.breakdowns import BREAKDOWNS
from benchmarks.detection.sundry.look_alikes import LOOK_ALIKES, hiccups
from benchmarks.detection.sundry.stuck import STUCK
from benchmarks.detection.tasks import Task
from benchmarks.detection.varied.look_alikes import is_timed

TIMED = Setup(adam=True, schedule=cosine)


def _trapezoid_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in a few rounds: warmed up, long the same rate, and a fall in the last one."""
    return Setup(
        by_heart=between(rng, 0.6, 1.1),
        epochs=int(rng.integers(3, 6)),
        batch=8,
        schedule=lambda done: min(1.0, done / 0.08, 0.2 + (1.0 - done) / 0.2),
        interval_mean=True,
        shuffled_targets=True,
    )


def _many_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in many rounds, each of them a small step down."""
    return Setup(
        by_heart=between(rng, 0.8, 1.4),
        epochs=int(rng.integers(6, 10)),
        batch=4,
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _near_the_end(rng: np.random.Generator) -> Setup:
    place = place_of(rng, 0.86, 0.96)
    return replace(TIMED, stalled_at=place, onset=place, adam=either(rng), rate=jittered(rng))


def _among_checkpoints(rng: np.random.Generator) -> Setup:
    """It waits for each checkpoint, and once for hours."""
    place = place_of(rng, 0.15, 0.9)
    return replace(TIMED, stalled_at=place, pauses=hiccups(rng), onset=place, rate=jittered(rng))


def _throttled(rng: np.random.Generator) -> Setup:
    """From somewhere on it is too hot: now fast and now slow, and slower on the whole."""
    place, strong, waves = place_of(rng, 0.25, 0.75), between(rng, 0.8, 3.0), float(rng.uniform(10.0, 30.0))

    def wait(step: int, done: float) -> float:
        hot = 1.0 + 0.5 * float(np.sin(2.0 * np.pi * waves * done))
        return strong * SECONDS_A_STEP * hot if done >= place else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, onset=place, rate=jittered(rng))


def _in_stages(rng: np.random.Generator) -> Setup:
    """One after the other three of four disks fail, and what is read comes from fewer."""
    places = np.sort(rng.uniform(0.2, 0.8, size=3))
    place = float(places[0])

    def wait(step: int, done: float) -> float:
        gone = float(np.searchsorted(places, done, side="right"))
        return SECONDS_A_STEP * (4.0 / (4.0 - gone) - 1.0) * 1.5

    return replace(TIMED, pauses=wait, slower_at=place, onset=place, rate=jittered(rng))


def _is_told_by_rows(task: Task) -> bool:
    """Whether no two of its examples are alike, and its log has the losses of what it learnt between rows."""
    if not is_plain(task) or task.logging.estimated:
        return False
    inputs = task.draw(np.random.default_rng(0), 64)[0]
    return len(np.unique(inputs, axis=0)) == len(inputs)


SUNDRY_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/trapezoid", "epoch_drops", _trapezoid_rounds, _is_told_by_rows, seeds=4),
    Recipe("epoch-drops/many-rounds", "epoch_drops", _many_rounds, _is_told_by_rows, seeds=3),
    Recipe("stalled/near-the-end", "stalled", _near_the_end, is_timed),
    Recipe("stalled/among-checkpoints", "stalled", _among_checkpoints, is_timed),
    Recipe("throughput/throttled", "throughput_drop", _throttled, is_timed),
    Recipe("throughput/in-stages", "throughput_drop", _in_stages, is_timed),
)

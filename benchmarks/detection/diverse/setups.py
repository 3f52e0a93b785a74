"""What is done to the diverse tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.diverse.breakdowns import BREAKDOWNS
from benchmarks.detection.diverse.look_alikes import LOOK_ALIKES, busy
from benchmarks.detection.diverse.stuck import STUCK
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.varied.look_alikes import is_timed

TIMED = Setup(adam=True, schedule=cosine)


def _three_of_a_cosine(rng: np.random.Generator) -> Setup:
    """Learnt by heart in a few rounds under half a cosine: each border is lower than the last one."""
    return Setup(
        by_heart=between(rng, 0.8, 1.4),
        epochs=int(rng.integers(3, 6)),
        batch=8,
        schedule=lambda done: max(0.2, cosine(done)),
        interval_mean=True,
        shuffled_targets=True,
    )


def _noisy_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in a few rounds, of which the log has single batches of some size."""
    return Setup(
        by_heart=between(rng, 0.5, 0.9),
        epochs=int(rng.integers(3, 6)),
        batch=16,
        momentum=0.0,
        interval_mean=either(rng),
        shuffled_targets=True,
    )


def _on_a_shared_machine(rng: np.random.Generator) -> Setup:
    """Others make it now faster and now slower; and once it stands still for hours."""
    place = place_of(rng, 0.2, 0.9)
    return replace(TIMED, stalled_at=place, pauses=busy(rng), onset=place, rate=jittered(rng))


def _soon(rng: np.random.Generator) -> Setup:
    place = place_of(rng, 0.05, 0.2)
    return replace(TIMED, stalled_at=place, onset=place, adam=either(rng), rate=jittered(rng))


def _fewer_workers(rng: np.random.Generator) -> Setup:
    """Some of the workers are taken away: the others do their part, and the loss goes on as before."""
    place, many = place_of(rng, 0.25, 0.75), int(rng.integers(3, 9))
    left = int(rng.integers(1, many // 2 + 1))
    return replace(TIMED, slower_at=place, slower=many / left, onset=place, rate=jittered(rng))


def _swapping(rng: np.random.Generator) -> Setup:
    """From somewhere on memory is full: some steps take many times as long, and all a little longer."""
    place, seed, often = place_of(rng, 0.25, 0.75), int(rng.integers(2**31)), float(rng.uniform(0.2, 0.5))

    def wait(step: int, done: float) -> float:
        drawn = np.random.default_rng([seed, step])
        slow = done >= place and drawn.random() < often
        return SECONDS_A_STEP * (1.0 + float(drawn.gamma(4.0))) if slow else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, slower=1.3, onset=place, rate=jittered(rng))


DIVERSE_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/under-a-cosine", "epoch_drops", _three_of_a_cosine, is_plain, seeds=3),
    Recipe("epoch-drops/noisy", "epoch_drops", _noisy_rounds, is_plain, seeds=2),
    Recipe("stalled/on-a-shared-machine", "stalled", _on_a_shared_machine, is_timed),
    Recipe("stalled/soon", "stalled", _soon, is_timed),
    Recipe("throughput/fewer-workers", "throughput_drop", _fewer_workers, is_timed),
    Recipe("throughput/swapping", "throughput_drop", _swapping, is_timed),
)

"""What is done to the assorted tasks beside what is done to all: faults and look-alikes by other causes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.breakdowns import BREAKDOWNS
from benchmarks.detection.assorted.look_alikes import LOOK_ALIKES
from benchmarks.detection.assorted.stuck import STUCK
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.broad.setups import is_plain
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Task
from benchmarks.detection.varied.look_alikes import is_timed

TIMED = Setup(adam=True, schedule=cosine)


def _two_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in two or three long rounds, under a rate that falls by a root."""
    return Setup(
        by_heart=between(rng, 1.0, 1.6),
        epochs=int(rng.integers(2, 4)),
        batch=8,
        schedule=lambda done: float((1.0 + 4.0 * done) ** -0.5),
        interval_mean=True,
        shuffled_targets=True,
    )


def _stepped_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in some rounds, at a rate that is lowered once."""
    place = place_of(rng, 0.5, 0.8)
    return Setup(
        by_heart=between(rng, 0.7, 1.2),
        epochs=int(rng.integers(4, 7)),
        batch=8,
        schedule=lambda done: 1.0 if done < place else 0.4,
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _twice(rng: np.random.Generator) -> Setup:
    """It stands still for hours, and once more for an hour: the first place is the longer one."""
    place = place_of(rng, 0.15, 0.5)
    again = place + float(rng.uniform(0.2, 0.4))
    hit = list[int]()

    def wait(step: int, done: float) -> float:
        if done < again or hit:
            return 0.0
        hit.append(step)
        return 3600.0

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, adam=either(rng), rate=jittered(rng))


def _every_third(rng: np.random.Generator) -> Setup:
    """From somewhere on each third batch has to be fetched from far away."""
    place, seconds = place_of(rng, 0.2, 0.75), SECONDS_A_STEP * between(rng, 3.0, 12.0)

    def wait(step: int, done: float) -> float:
        return seconds if done >= place and step % 3 == 0 else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, onset=place, rate=jittered(rng))


def _slower_machine(rng: np.random.Generator) -> Setup:
    """The machine that it runs on is taken by another one, which is slower."""
    place, times = place_of(rng, 0.25, 0.8), between(rng, 2.0, 6.0)
    return replace(TIMED, slower_at=place, slower=times, onset=place, adam=either(rng), rate=jittered(rng))


def is_told_by_rows(task: Task) -> bool:
    """Whether no two of its examples are alike, and its log has the losses of what it learnt between rows."""
    if not is_plain(task) or task.logging.estimated:
        return False
    inputs = task.draw(np.random.default_rng(0), 64)[0]
    return len(np.unique(inputs, axis=0)) == len(inputs)


ASSORTED_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/two-rounds", "epoch_drops", _two_rounds, is_told_by_rows),
    Recipe("epoch-drops/stepped-rounds", "epoch_drops", _stepped_rounds, is_told_by_rows, seeds=2),
    Recipe("stalled/twice", "stalled", _twice, is_timed, seeds=2),
    Recipe("throughput/every-third", "throughput_drop", _every_third, is_timed, seeds=2),
    Recipe("throughput/slower-machine", "throughput_drop", _slower_machine, is_timed),
)

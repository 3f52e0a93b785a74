"""What is done to the medley tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.setups import is_told_by_rows
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.medley.breakdowns import BREAKDOWNS
from benchmarks.detection.medley.look_alikes import LOOK_ALIKES
from benchmarks.detection.medley.stuck import STUCK
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.varied.look_alikes import is_timed

TIMED = Setup(adam=True, schedule=cosine)


def _one_cycle_of_rounds(rng: np.random.Generator) -> Setup:
    """Learnt by heart in some rounds: the rate goes up over the first ones and down over the others."""
    return Setup(
        by_heart=between(rng, 1.0, 1.6),
        epochs=int(rng.integers(3, 6)),
        batch=8,
        schedule=lambda done: 1.0 - 1.4 * abs(done - 0.4),
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _lower_each_round(rng: np.random.Generator) -> Setup:
    """Learnt by heart in some rounds, each of them at three quarters of the rate of the one before."""
    rounds = int(rng.integers(3, 7))
    return Setup(
        by_heart=between(rng, 1.0, 1.5),
        epochs=rounds,
        batch=8,
        schedule=lambda done: 0.75 ** int(rounds * done),
        interval_mean=True,
        shuffled_targets=True,
    )


def _among_uneven_steps(rng: np.random.Generator) -> Setup:
    """Steps are of any length, and once a disk does not answer for hours."""
    place = place_of(rng, 0.2, 0.85)
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def wait(step: int, done: float) -> float:
        return SECONDS_A_STEP * float(drawn.gamma(2.0, 0.5))

    return replace(
        TIMED,
        stalled_at=place,
        pauses=wait,
        onset=place,
        adam=either(rng),
        rate=jittered(rng),
    )


def _slower_before(rng: np.random.Generator) -> Setup:
    """Memory runs full: for some steps all goes ever more slowly, and then nothing goes for hours."""
    place, long = place_of(rng, 0.25, 0.85), float(rng.uniform(0.01, 0.02))
    most = between(rng, 5.0, 20.0) * SECONDS_A_STEP

    def wait(step: int, done: float) -> float:
        return most * (done - place + long) / long if place - long <= done < place else 0.0

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, rate=jittered(rng))


def _after_a_resume(rng: np.random.Generator) -> Setup:
    """It broke off and goes on elsewhere, where each step takes longer."""
    place = place_of(rng, 0.3, 0.7)
    return replace(
        TIMED,
        resumed_at=place,
        slower_at=place,
        slower=float(rng.uniform(1.6, 3.5)),
        onset=place,
        adam=either(rng),
        rate=jittered(rng),
    )


def _cleared_again_and_again(rng: np.random.Generator) -> Setup:
    """From somewhere on memory is lost: it becomes slower until that is cleared, again and again."""
    place, rounds = place_of(rng, 0.3, 0.65), float(rng.integers(15, 30))
    most = between(rng, 2.0, 5.0) * SECONDS_A_STEP

    def wait(step: int, done: float) -> float:
        return most * (0.3 + rounds * done % 1.0) if done >= place else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, slower=1.1, onset=place, rate=jittered(rng))


MEDLEY_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/one-cycle", "epoch_drops", _one_cycle_of_rounds, is_told_by_rows, seeds=2),
    Recipe("epoch-drops/lower-each-round", "epoch_drops", _lower_each_round, is_told_by_rows, seeds=2),
    Recipe("stalled/among-uneven-steps", "stalled", _among_uneven_steps, is_timed),
    Recipe("stalled/slower-before", "stalled", _slower_before, is_timed),
    Recipe("throughput/after-a-resume", "throughput_drop", _after_a_resume, is_timed),
    Recipe("throughput/cleared-again-and-again", "throughput_drop", _cleared_again_and_again, is_timed),
)

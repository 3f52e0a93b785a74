"""What is done to the patchwork tasks beside what is done to all: other causes of faults, look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.setups import is_told_by_rows
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.patchwork.breakdowns import BREAKDOWNS
from benchmarks.detection.patchwork.look_alikes import LOOK_ALIKES
from benchmarks.detection.patchwork.stuck import STUCK
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.varied.look_alikes import is_timed

TIMED = Setup(adam=True, schedule=cosine)


def _last_round_cooled(rng: np.random.Generator) -> Setup:
    """Learnt by heart in some rounds at one rate, which goes down to nothing in the last of them."""
    rounds = int(rng.integers(3, 7))
    return Setup(
        by_heart=between(rng, 1.0, 1.5),
        epochs=rounds,
        batch=8,
        schedule=lambda done: min(1.0, rounds * (1.0 - done)),
        interval_mean=True,
        shuffled_targets=True,
    )


def _by_a_root(rng: np.random.Generator) -> Setup:
    """Learnt by heart in some rounds, at a rate that falls with the root of the steps."""
    return Setup(
        by_heart=between(rng, 1.2, 1.8),
        epochs=int(rng.integers(3, 6)),
        batch=8,
        schedule=lambda done: min(done / 0.02, float(np.sqrt(0.05 / max(done, 0.05)) + 0.4) / 1.4),
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _among_short_waits(rng: np.random.Generator) -> Setup:
    """A cheap machine is taken away for some minutes again and again, and once for hours."""
    place, seed = place_of(rng, 0.2, 0.85), int(rng.integers(2**31))
    taken = np.random.default_rng(seed).random(4096) < 1.0 / 80.0

    def wait(step: int, done: float) -> float:
        return 120.0 * float(taken[step % len(taken)])

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, rate=jittered(rng))


def _while_flushed_together(rng: np.random.Generator) -> Setup:
    """Rows are written some at once, and then nothing is written for hours."""
    place, many = place_of(rng, 0.2, 0.85), int(rng.integers(10, 30))

    def wait(step: int, done: float) -> float:
        return 0.95 * SECONDS_A_STEP * (many - 1.0 if step % many == many - 1 else -1.0)

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, adam=either(rng), rate=jittered(rng))


def _buffer_runs_dry(rng: np.random.Generator) -> Setup:
    """From somewhere on data are read more slowly than they are used: some quick steps, and then a wait."""
    place, many = place_of(rng, 0.3, 0.65), int(rng.integers(6, 20))
    long = float(rng.uniform(0.8, 2.0)) * many * SECONDS_A_STEP

    def wait(step: int, done: float) -> float:
        return long if done >= place and step % many == 0 else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, slower=1.05, onset=place, rate=jittered(rng))


def _one_slow_neighbour(rng: np.random.Generator) -> Setup:
    """From somewhere on all wait for one machine, which is a little late and now and then very late."""
    place, often = place_of(rng, 0.3, 0.65), float(rng.uniform(0.5, 1.2))
    late = SECONDS_A_STEP * often * np.random.default_rng(int(rng.integers(2**31))).pareto(2.2, size=4096)

    def wait(step: int, done: float) -> float:
        return float(late[step % len(late)]) if done >= place else 0.0

    return replace(
        TIMED, pauses=wait, slower_at=place, slower=1.3, onset=place, adam=either(rng), rate=jittered(rng)
    )


PATCHWORK_SETUPS: tuple[Recipe, ...] = (
    *LOOK_ALIKES,
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/last-round-cooled", "epoch_drops", _last_round_cooled, is_told_by_rows, seeds=2),
    Recipe("epoch-drops/by-a-root", "epoch_drops", _by_a_root, is_told_by_rows, seeds=2),
    Recipe("stalled/among-short-waits", "stalled", _among_short_waits, is_timed),
    Recipe("stalled/while-flushed-together", "stalled", _while_flushed_together, is_timed),
    Recipe("throughput/buffer-runs-dry", "throughput_drop", _buffer_runs_dry, is_timed),
    Recipe("throughput/one-slow-neighbour", "throughput_drop", _one_slow_neighbour, is_timed),
)

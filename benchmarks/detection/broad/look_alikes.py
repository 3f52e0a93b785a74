"""What of the broad tasks is healthy and looks as if it were not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.setups import (
    Make,
    Recipe,
    Schedule,
    Setup,
    between,
    constant,
    cosine,
    either,
    has_features,
    logs_norms,
    warm_up,
)
from benchmarks.detection.tasks import Task

FADING = 0.6  # of what dropout is like: so much noise at first


def jittered(rng: np.random.Generator) -> float:
    """A factor that scatters by a tenth."""
    return float(np.exp(0.1 * rng.normal()))


def place_of(rng: np.random.Generator, low: float = 0.4, high: float = 0.75) -> float:
    """Where in a run something begins."""
    return float(rng.uniform(low, high))


def _growing_restarts(done: float) -> float:
    """Cosines of which each is twice as long as the one before, as 1, 2 and 4 of 7 parts."""
    begins = 0.0
    for part in (1 / 7, 2 / 7):
        if done < begins + part:
            return cosine((done - begins) / part)
        begins += part
    return cosine((done - begins) / (4 / 7))


def _trapezoid(done: float) -> float:
    """A short warm-up, long the same rate, and a fall at the end."""
    return min(done / 0.05, 1.0, (1.0 - done) / 0.2)


def _long_warm_up(done: float) -> float:
    """A third of the run up, then half a cosine."""
    return done / 0.35 if done < 0.35 else cosine((done - 0.35) / 0.65)


def _scheduled(schedule: Schedule, *, adam: bool, rate: float = 1.0) -> Make:
    return lambda rng: Setup(schedule=schedule, adam=adam, rate=rate * jittered(rng))


def _growing_batches(rng: np.random.Generator) -> Setup:
    return Setup(
        batch=8, batch_factor=lambda done: 2 ** int(4 * done), rate=0.5 * jittered(rng), adam=either(rng)
    )


def _always_clipped(rng: np.random.Generator) -> Setup:
    return Setup(clip=2.0, rate=jittered(rng), schedule=cosine if either(rng) else constant)


def _with_averaging(share: float) -> Setup:
    return Setup(changed=lambda task: replace(task, averaging=share), adam=True)


def _averaged(rng: np.random.Generator) -> Setup:
    return replace(_with_averaging(float(rng.uniform(0.9, 0.96))), rate=jittered(rng))


def _stopped(rng: np.random.Generator) -> Setup:
    """Ended before its schedule was through, as by patience."""
    share = float(rng.uniform(0.5, 0.8))

    def shortened(task: Task) -> Task:
        rows = int(share * task.logging.steps / task.logging.evaluate_every)
        return replace(task, logging=replace(task.logging, steps=rows * task.logging.evaluate_every))

    return Setup(changed=shortened, schedule=lambda done: cosine(share * done), adam=True, rate=1.5)


def _fading_dropout(rng: np.random.Generator) -> Setup:
    return Setup(input_noise=FADING, noise_schedule=lambda done: 1.0 - done, adam=either(rng))


def _little_momentum(rng: np.random.Generator) -> Setup:
    return Setup(momentum=0.5, rate=between(rng, 3, 5), schedule=cosine)


def _warmed_up_again(rng: np.random.Generator) -> Setup:
    place = place_of(rng)
    return Setup(resumed_at=place, forgetful=True, adam=True, schedule=warm_up, onset=place)


LOOK_ALIKES = (
    Recipe("restarts/growing", "healthy", _scheduled(_growing_restarts, adam=False)),
    Recipe("trapezoid", "healthy", _scheduled(_trapezoid, adam=True)),
    Recipe("long-warm-up", "healthy", _scheduled(_long_warm_up, adam=True, rate=1.5)),
    Recipe("batches/growing", "healthy", _growing_batches),
    Recipe("clipped/always", "healthy", _always_clipped, logs_norms),
    Recipe("averaged", "healthy", _averaged),
    Recipe("stopped", "healthy", _stopped),
    Recipe("little-momentum", "healthy", _little_momentum),
    Recipe("fading-dropout", "val_below_train", _fading_dropout, has_features),
    Recipe("resumed/warmed-up-again", "resumed", _warmed_up_again),
)

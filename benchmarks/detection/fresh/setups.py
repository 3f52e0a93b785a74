"""What is done to the fresh tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.assorted.setups import is_told_by_rows
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.fresh.breakdowns import BREAKDOWNS
from benchmarks.detection.fresh.optimisers import TunesItself, in_three_levels
from benchmarks.detection.fresh.stuck import STUCK
from benchmarks.detection.optimisers import Decaying
from benchmarks.detection.patchwork.look_alikes import by, let_down, scheduled
from benchmarks.detection.patchwork.setups import TIMED
from benchmarks.detection.setups import Recipe, Setup, between, cosine, either, has_features
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.breakdowns import changing, plain_optimiser
from benchmarks.detection.varied.look_alikes import is_timed
from sample_logs.training import Adam, Array, Parameters


def _cubic(done: float) -> float:
    """The cube of what is left."""
    return (1.0 - done) ** 3


def _in_three_levels(rng: np.random.Generator) -> Setup:
    """Slopes are told by three levels, as between many machines."""
    told = in_three_levels(np.random.default_rng(int(rng.integers(2**31))))
    return Setup(spoilt=told, batch=128, adam=True, schedule=cosine, rate=0.5 * jittered(rng))


def _held_to_its_start(rng: np.random.Generator) -> Setup:
    """Fine-tuned, and each step is drawn back a little to where the tuning began.

    Source: Li, Grandvalet and Davoine 2018, "Explicit Inductive Bias for Transfer Learning with Convolutional
    Networks".
    """
    start, share = list[Array](), between(rng, 1e-4, 1e-3)

    def draw(step: int, steps: int, parameters: Parameters) -> None:
        start[:] = start or [one.copy() for one in parameters]
        for one, there in zip(parameters, start, strict=True):
            one += share * (there - one)

    tuned = changing(draw, adam=either(rng), rate=0.5 * jittered(rng), onset=None, schedule=cosine)
    return replace(tuned, pretrained=float(rng.uniform(0.3, 0.6)))


def _far_off_in_training(rng: np.random.Generator) -> Setup:
    """In the training inputs are jittered, hardly at all mostly and far now and then."""
    far = float(rng.uniform(0.25, 0.4))

    def jitter(done: float, rng: np.random.Generator, data: Data) -> Data:
        off = np.clip(rng.standard_t(2.0, size=data[0].shape), -6.0, 6.0)
        return data[0] + far * data[0].std() * off, data[1]

    return Setup(fed=jitter, adam=either(rng), schedule=cosine, rate=0.7 * jittered(rng))


def _mask_taken_off_late(rng: np.random.Generator) -> Setup:
    """A mask lets only a few of all weights learn, until somebody finds that it was left on."""
    place, seed, share = place_of(rng, 0.25, 0.45), int(rng.integers(2**31)), between(rng, 0.005, 0.02)

    def masked(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng(seed)
        return gradients if done >= place else [one * (drawn.random(one.shape) < share) for one in gradients]

    return Setup(spoilt=masked, adam=True, rate=jittered(rng), schedule=let_down)


def _resumed_with_decay(rng: np.random.Generator) -> Setup:
    """It broke off, and where it goes on weights decay a little."""
    place, decay, adam = place_of(rng, 0.35, 0.75), between(rng, 0.001, 0.005), either(rng)
    return Setup(
        resumed_at=place,
        onset=place,
        optimiser=lambda steps: Decaying(
            plain_optimiser(adam=adam), lambda step: decay if step >= place * steps else 0.0
        ),
        adam=adam,
        rate=jittered(rng),
        schedule=cosine,
    )


def _every_other_at_half(rng: np.random.Generator) -> Setup:
    """Learnt by heart in some rounds, of which every other one is at half the rate."""
    rounds = int(rng.integers(4, 7))
    return Setup(
        by_heart=between(rng, 1.0, 1.6),
        epochs=rounds,
        batch=8,
        schedule=lambda done: 0.5 if int(rounds * done) % 2 else 1.0,
        interval_mean=True,
        shuffled_targets=either(rng),
    )


def _between_day_and_night(rng: np.random.Generator) -> Setup:
    """Steps take longer by day than by night, when others work as well; one night nothing comes for hours."""
    place, days, more = place_of(rng, 0.2, 0.85), float(rng.integers(4, 9)), float(rng.uniform(0.4, 0.8))

    def wait(step: int, done: float) -> float:
        return more * SECONDS_A_STEP if days * done % 1.0 < 0.5 else 0.0

    return replace(TIMED, stalled_at=place, pauses=wait, onset=place, adam=either(rng), rate=jittered(rng))


def _busy_network(rng: np.random.Generator) -> Setup:
    """From somewhere on examples come over a network, which is more and less busy."""
    place, waves = place_of(rng, 0.3, 0.65), float(rng.uniform(6.0, 15.0))

    def wait(step: int, done: float) -> float:
        busy = 0.8 + 0.6 * float(np.sin(2.0 * np.pi * waves * done))
        return busy * SECONDS_A_STEP if done >= place else 0.0

    return replace(TIMED, pauses=wait, slower_at=place, slower=1.1, onset=place, rate=jittered(rng))


FRESH_SETUPS: tuple[Recipe, ...] = (
    Recipe("by-a-cubic", "healthy", scheduled(_cubic), seeds=3),
    Recipe(
        "by-hypergradients",
        "healthy",
        by(lambda: TunesItself(Adam(), lambda cosine: 1.0 + 0.02 * cosine)),
        seeds=2,
    ),
    Recipe("in-three-levels", "healthy", _in_three_levels, seeds=3),
    Recipe("fine-tuned/held-to-its-start", "healthy", _held_to_its_start, seeds=3),
    Recipe("far-off-in-training", "val_below_train", _far_off_in_training, has_features, seeds=2),
    Recipe("mask-taken-off-late", "late_improvement", _mask_taken_off_late, seeds=2),
    Recipe("resumed/with-decay", "resumed", _resumed_with_decay, seeds=2),
    *BREAKDOWNS,
    *STUCK,
    Recipe("epoch-drops/every-other-at-half", "epoch_drops", _every_other_at_half, is_told_by_rows, seeds=2),
    Recipe("stalled/between-day-and-night", "stalled", _between_day_and_night, is_timed, seeds=2),
    Recipe("throughput/busy-network", "throughput_drop", _busy_network, is_timed, seeds=2),
)

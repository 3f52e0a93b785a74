"""What of the assorted tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.detection.assorted.optimisers import LookingAhead, Rectified, SeveralMomenta
from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    cosine,
    either,
    has_features,
    warm_up,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data
from benchmarks.detection.varied.look_alikes import is_timed
from sample_logs.training import Parameters


def _cut_short(done: float) -> float:
    """A cosine that was meant for a run half as long again."""
    return cosine(done / 1.5)


def _sawtooth_downwards(done: float) -> float:
    """Five times linearly down, each time from a little lower."""
    part, place = divmod(5.0 * done, 1.0)
    return float(0.8**part) * (1.0 - 0.9 * place)


def _hyperbolic(done: float) -> float:
    """Warmed up for a while, then as one over the steps done."""
    return min(done / 0.05, 1.0 / (1.0 + 6.0 * max(0.0, done - 0.05)))


def _scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=jittered(rng))


def _by(made: Callable[[], Optimiser], *, adam: bool, rate: float) -> Callable[[np.random.Generator], Setup]:
    """With an optimiser of the kind of Adam, or of gradient descent."""
    return lambda rng: Setup(
        optimiser=lambda steps: made(),
        adam=adam,
        rate=rate * jittered(rng),
        schedule=cosine if either(rng) else warm_up,
    )


def _noise_dies_away(rng: np.random.Generator) -> Setup:
    """Noise is added to the slopes, less and less of it.

    Source: Neelakantan et al. 2015, "Adding Gradient Noise Improves Learning for Very Deep Networks".
    """
    strong, drawn = float(rng.uniform(0.1, 0.3)), np.random.default_rng(int(rng.integers(2**31)))

    def shake(done: float, gradients: Parameters) -> Parameters:
        wide = strong * (1.0 - done) ** 2
        return [one + wide * float(one.std()) * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=shake, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _alternating_batches(rng: np.random.Generator) -> Setup:
    """Now large batches and now small ones, as machines come and go: the noise changes, the level not."""
    rounds = int(rng.integers(2, 5))
    return Setup(
        batch=32,
        batch_factor=lambda done: 4 if int(2 * rounds * done) % 2 else 1,
        schedule=cosine,
        adam=True,
        rate=0.6 * jittered(rng),
    )


def _loosened(rng: np.random.Generator) -> Setup:
    """Slopes are cut to a length that is doubled again and again."""
    first = between(rng, 0.2, 0.5)
    return Setup(
        spoilt=lambda done, gradients: _no_longer_than(first * 2.0 ** int(6.0 * done), gradients),
        schedule=cosine,
        adam=False,
        rate=jittered(rng),
    )


def _no_longer_than(most: float, gradients: Parameters) -> Parameters:
    length = float(np.sqrt(sum(float((one * one).sum()) for one in gradients)))
    return [min(1.0, most / max(length, 1e-12)) * one for one in gradients]


def _evaluated_anew(rng: np.random.Generator) -> Setup:
    """Each evaluation is of many others that are drawn anew."""
    return Setup(held_out=1024, fresh_held_out=True, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _gently(rng: np.random.Generator) -> Setup:
    """Fine-tuned from the like at a low rate: it begins low, and gains little."""
    return Setup(
        pretrained=float(rng.uniform(0.1, 0.3)),
        schedule=lambda done: 0.4 * warm_up(done),
        adam=True,
        rate=jittered(rng),
    )


def _jolted(rng: np.random.Generator) -> Setup:
    """All sensors stand a little higher or lower, in the training only, anew for each batch."""
    far = float(rng.uniform(0.2, 0.4))
    return Setup(
        fed=lambda done, rng, data: _shifted(far, rng, data),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
        batch=64,
    )


def _shifted(far: float, rng: np.random.Generator, data: Data) -> Data:
    return data[0] + far * rng.normal(size=(1, data[0].shape[1])), data[1]


def _rate_found_late(rng: np.random.Generator) -> Setup:
    """Far too low a rate, until somebody sees it."""
    place = place_of(rng, 0.25, 0.45)
    return Setup(
        schedule=lambda done: 0.004 if done < place else min(1.0, (1.0 - done) / 0.3), adam=either(rng)
    )


def _day_and_night(rng: np.random.Generator) -> Setup:
    """By day the machine is shared, by night it is not: steps take longer in between, and shorter again."""
    days, strong, phase = float(rng.uniform(3.0, 6.0)), between(rng, 0.2, 0.5), float(rng.uniform(0.0, 1.0))

    def wait(step: int, done: float) -> float:
        return strong * SECONDS_A_STEP * (1.0 + float(np.sin(2.0 * np.pi * (days * done + phase))))

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _cooled_from_a_checkpoint(rng: np.random.Generator) -> Setup:
    """A branch of a run at full rate is cooled down from a checkpoint."""
    place = place_of(rng, 0.45, 0.75)
    return Setup(
        resumed_at=place,
        onset=place,
        schedule=lambda done: 1.0 if done < place - 0.1 else max(0.01, (1.0 - done) / (1.1 - place)),
        adam=either(rng),
        rate=jittered(rng),
    )


def _soon_resumed(rng: np.random.Generator) -> Setup:
    """It broke off while it still learnt fast."""
    place = place_of(rng, 0.2, 0.35)
    return Setup(resumed_at=place, onset=place, schedule=cosine, adam=either(rng), rate=jittered(rng))


def _with_other_state(rng: np.random.Generator) -> Setup:
    """Gone on with a new optimiser, at half the rate."""
    place = place_of(rng, 0.4, 0.7)
    return Setup(
        resumed_at=place,
        onset=place,
        forgetful=True,
        schedule=lambda done: 0.5,
        adam=True,
        rate=jittered(rng),
    )


LOOK_ALIKES = (
    Recipe("cut-short", "healthy", _scheduled(_cut_short), seeds=2),
    Recipe("sawtooth-downwards", "healthy", _scheduled(_sawtooth_downwards)),
    Recipe("hyperbolic", "healthy", _scheduled(_hyperbolic), seeds=2),
    Recipe("by-several-momenta", "healthy", _by(SeveralMomenta, adam=False, rate=0.8)),
    Recipe("by-looking-ahead", "healthy", _by(LookingAhead, adam=True, rate=1.0)),
    Recipe("rectified/by-known-squares", "healthy", _by(Rectified, adam=True, rate=1.0)),
    Recipe("noise-dies-away", "healthy", _noise_dies_away, seeds=2),
    Recipe("batches/alternating", "healthy", _alternating_batches),
    Recipe("clipped/loosened", "healthy", _loosened),
    Recipe("evaluated-anew", "healthy", _evaluated_anew),
    Recipe("fine-tuned/gently", "healthy", _gently),
    Recipe("jolted-in-training", "val_below_train", _jolted, has_features),
    Recipe("rate-found-late", "late_improvement", _rate_found_late),
    Recipe("day-and-night", "healthy", _day_and_night, is_timed),
    Recipe("resumed/cooled-down", "resumed", _cooled_from_a_checkpoint),
    Recipe("resumed/soon", "resumed", _soon_resumed),
    Recipe("resumed/other-state", "resumed", _with_other_state),
)

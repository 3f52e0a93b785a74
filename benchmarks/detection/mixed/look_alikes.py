"""What of the mixed tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.mixed.optimisers import Nesterov, ScheduleFree, Trusting
from benchmarks.detection.setups import (
    Recipe,
    Schedule,
    Setup,
    between,
    changed_at,
    constant,
    cosine,
    either,
    has_answers,
    has_features,
    is_perceptron,
    warm_up,
)
from benchmarks.detection.simulation import SECONDS_A_STEP
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.look_alikes import is_timed
from benchmarks.detection.varied.stuck import has_both
from benchmarks.detection.wide.look_alikes import mixed

STRAGGLES = 0.03  # of the steps
LARGEST_SHARE = 0.05  # of its length that a step of the tuned rate may change a matrix by


def _polynomial(done: float) -> float:
    """Down to nothing, a little faster than a line.

    Source: Chen et al. 2017, "DeepLab".
    """
    return float(max(0.0, 1.0 - done) ** 0.9)


def _cooled_by_root(done: float) -> float:
    """The same rate for most of the run, then down as one minus a root.

    Source: Haegele et al. 2024, "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations".
    """
    return min(done / 0.04, 1.0) if done < 0.75 else 1.0 - float(np.sqrt((done - 0.75) / 0.25))


def _warmed_in_steps(done: float) -> float:
    """A tenth of the rate, a third, and all of it; then half a cosine."""
    return 0.1 if done < 0.06 else 0.3 if done < 0.12 else cosine((done - 0.12) / 0.88)


def _scheduled(schedule: Schedule) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=1.3 * jittered(rng))


def _halved_now_and_then(rng: np.random.Generator) -> Setup:
    """The rate is halved whenever the validation did not fall for a while, that is, by chance."""
    places = np.sort(rng.uniform(0.3, 0.95, size=int(rng.integers(3, 7))))
    return Setup(
        schedule=lambda done: 0.5 ** int(np.searchsorted(places, done)), adam=either(rng), rate=jittered(rng)
    )


def _schedule_free(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: ScheduleFree(), rate=8.0 * jittered(rng))


def _by_trust(rng: np.random.Generator) -> Setup:
    return Setup(
        optimiser=lambda steps: Trusting(), adam=True, rate=between(rng, 1.0, 2.0), schedule=warm_up, batch=64
    )


def _by_nesterov(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Nesterov(), rate=jittered(rng), schedule=cosine)


def _last_layer_only(rng: np.random.Generator) -> Setup:
    """A probe: all but the last layer stay as they were trained before."""
    return Setup(
        pretrained=float(rng.uniform(0.5, 1.0)),
        new_head=True,
        frozen_layers=1,
        adam=either(rng),
        schedule=_polynomial,
        rate=jittered(rng),
    )


def _short_last_batch(rng: np.random.Generator) -> Setup:
    """The last batch of each epoch is what was left over: its loss is noisier."""
    epochs, many = int(rng.integers(8, 20)), int(rng.integers(6, 12))
    return Setup(
        batch=8,
        batch_factor=lambda done: 1 if epochs * done % 1.0 > 0.93 else many,
        adam=True,
        rate=0.6 * jittered(rng),
        schedule=cosine,
    )


def _lagging_average(rng: np.random.Generator) -> Setup:
    """What is validated is a mean over so long that it comes late to where the model has been for long."""
    share = float(rng.uniform(0.97, 0.985))
    return Setup(
        changed=lambda task: replace(task, averaging=share), adam=either(rng), rate=1.5 * jittered(rng)
    )


def _stopped_very_early(rng: np.random.Generator) -> Setup:
    """The budget was used up long before the schedule was through."""
    share = float(rng.uniform(0.4, 0.55))

    def shortened(task: Task) -> Task:
        rows = max(2, int(share * task.logging.steps / task.logging.evaluate_every))
        return replace(task, logging=replace(task.logging, steps=rows * task.logging.evaluate_every))

    return Setup(changed=shortened, adam=either(rng), rate=2.0, schedule=lambda done: cosine(share * done))


def _all_at_once(rng: np.random.Generator) -> Setup:
    """Each step sees some hundreds of examples: a curve with hardly any noise."""
    return Setup(
        batch=512, adam=either(rng), rate=jittered(rng), schedule=cosine if either(rng) else constant
    )


def _clipped_by_value(rng: np.random.Generator) -> Setup:
    """No number of a gradient is larger than a bound."""
    most = between(rng, 0.05, 0.3)
    return Setup(
        spoilt=lambda done, gradients: [np.clip(one, -most, most) for one in gradients],
        adam=either(rng),
        schedule=cosine,
        rate=1.3 * jittered(rng),
    )


def _paused(rng: np.random.Generator) -> Setup:
    """For a while the rate is nothing, as between two parts of a schedule; then it goes on."""
    begin = place_of(rng, 0.1, 0.2)
    end = begin + float(rng.uniform(0.2, 0.35))
    return Setup(
        schedule=lambda done: 0.5 if done < begin else 0.0 if done < end else 1.0,
        adam=either(rng),
        rate=jittered(rng),
    )


def _other_data_first(rng: np.random.Generator) -> Setup:
    """First trained on data that are only akin, with some features turned round."""
    place, turned = place_of(rng, 0.25, 0.45), float(rng.uniform(0.3, 0.6))

    def akin(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done >= place:
            return data
        inputs = data[0].copy()
        inputs[:, : max(1, round(turned * inputs.shape[1]))] *= -1.0
        return inputs, data[1]

    return Setup(fed=akin, adam=either(rng), schedule=lambda done: min(1.0, (1.0 - done) / 0.3))


def _mislabelled_in_training(rng: np.random.Generator) -> Setup:
    """Some of the targets that it is trained on are wrong, each time others."""
    share = float(rng.uniform(0.08, 0.2))

    def mislabelled(done: float, rng: np.random.Generator, data: Data) -> Data:
        wrong = np.flatnonzero(rng.random(len(data[1])) < share)
        targets = data[1].copy()
        targets[wrong] = data[1][rng.integers(len(targets), size=len(wrong))]
        return data[0], targets

    return Setup(fed=mislabelled, adam=either(rng), schedule=cosine, rate=jittered(rng), batch=64)


def _always_mixed(rng: np.random.Generator) -> Setup:
    return Setup(
        fed=lambda done, rng, data: mixed(rng, data), adam=either(rng), schedule=cosine, rate=jittered(rng)
    )


def _scaled_at_random(rng: np.random.Generator) -> Setup:
    """Each example of the training is a little larger or smaller than it is, as if seen from elsewhere."""
    strong = float(rng.uniform(0.2, 0.4))

    def scaled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0] * np.exp(strong * rng.normal(size=(len(data[0]), 1))), data[1]

    return Setup(fed=scaled, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _stragglers(rng: np.random.Generator) -> Setup:
    """Now and then a step waits for one worker, for a moment or for a minute."""
    seed = int(rng.integers(2**31))

    def wait(step: int, done: float) -> float:
        drawn = np.random.default_rng([seed, step])
        return min(60.0, float(drawn.pareto(1.2))) if drawn.random() < STRAGGLES else 0.0

    return Setup(pauses=wait, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _slow_at_first(rng: np.random.Generator) -> Setup:
    """Until all data have been read once each step takes far longer."""
    place, times = place_of(rng, 0.06, 0.2), between(rng, 2, 6)
    return Setup(
        pauses=lambda step, done: times * SECONDS_A_STEP if done < place else 0.0,
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


def _resumed_lower(rng: np.random.Generator) -> Setup:
    """Gone on with at a lower rate."""
    place = place_of(rng, 0.4, 0.7)
    return Setup(
        resumed_at=place,
        onset=place,
        schedule=changed_at(place, 1.0, float(rng.uniform(0.1, 0.4))),
        adam=either(rng),
        rate=jittered(rng),
    )


LOOK_ALIKES = (
    Recipe("cooled-by-root", "healthy", _scheduled(_cooled_by_root)),
    Recipe("warmed-in-steps", "healthy", _scheduled(_warmed_in_steps)),
    Recipe("halved-now-and-then", "healthy", _halved_now_and_then),
    Recipe("schedule-free", "healthy", _schedule_free),
    Recipe("by-trust", "healthy", _by_trust, lambda task: task.adam_rate <= LARGEST_SHARE),
    Recipe("by-nesterov", "healthy", _by_nesterov),
    Recipe("fine-tuned/last-layer", "healthy", _last_layer_only, is_perceptron),
    Recipe("short-last-batch", "healthy", _short_last_batch),
    Recipe("averaged/lagging", "healthy", _lagging_average),
    Recipe("stopped/very-early", "healthy", _stopped_very_early),
    Recipe("all-at-once", "healthy", _all_at_once),
    Recipe("clipped/by-value", "healthy", _clipped_by_value),
    Recipe("paused", "late_improvement", _paused),
    Recipe("other-data-first", "late_improvement", _other_data_first, has_both),
    Recipe("mislabelled-in-training", "val_below_train", _mislabelled_in_training, has_answers),
    Recipe("always-mixed", "val_below_train", _always_mixed, has_both),
    Recipe("scaled-at-random", "val_below_train", _scaled_at_random, has_features),
    Recipe("stragglers", "healthy", _stragglers, is_timed),
    Recipe("slow-at-first", "healthy", _slow_at_first, is_timed),
    Recipe("resumed/lower", "resumed", _resumed_lower),
)

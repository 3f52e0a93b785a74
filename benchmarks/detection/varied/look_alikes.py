"""What of the varied tasks is healthy and looks as if it were not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.optimisers import (
    Accumulated,
    Decaying,
    Lookahead,
    Orthogonal,
    RmsProp,
)
from benchmarks.detection.setups import (
    Recipe,
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
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.wide.look_alikes import SMOOTHED, has_shares
from sample_logs.training import Adam, Array, Parameters, Sgd

EVALUATION, COMPILATION = (2.0, 40.0), (30.0, 300.0)  # seconds


def is_timed(task: Task) -> bool:
    """Whether its log has times."""
    return task.logging.timed


def _staircase(done: float) -> float:
    """Twelve times down by a fifth."""
    return 0.8 ** int(12.0 * done)


def _two_phases(done: float) -> float:
    """Warmed up and down to nothing, and once more at a lower rate: a second phase of the same training."""
    part = done / 0.65 if done < 0.65 else (done - 0.65) / 0.35
    high = 1.0 if done < 0.65 else 0.4
    return high * min(part / 0.1, 1.0 - part)


def _with_a_floor(done: float) -> float:
    """Half a cosine down to a tenth."""
    return 0.1 + 0.9 * cosine(done)


def _accumulated(rng: np.random.Generator) -> Setup:
    """The loss of each small batch is logged, the weights change with every few of them."""
    many, adam = int(rng.integers(2, 6)), either(rng)
    return Setup(
        optimiser=lambda steps: Accumulated(Adam() if adam else Sgd(), many),
        adam=adam,
        rate=1.5 * jittered(rng),
        batch=16,
        schedule=cosine if either(rng) else constant,
    )


def _by_layer(rng: np.random.Generator) -> Setup:
    """Fine-tuned with rates that are lower from layer to layer, the further from the last one."""
    share = float(rng.uniform(0.5, 0.8))

    def lower(done: float, gradients: Parameters) -> Parameters:
        last = len(gradients) // 2
        return [one * share ** max(0, last - 1 - i // 2) for i, one in enumerate(gradients)]

    return Setup(spoilt=lower, pretrained=float(rng.uniform(0.1, 0.4)), schedule=warm_up, rate=jittered(rng))


def _new_head(rng: np.random.Generator) -> Setup:
    """Fine-tuned behind a last layer that begins anew."""
    return Setup(
        pretrained=float(rng.uniform(0.3, 0.8)), new_head=True, adam=either(rng), schedule=cosine, rate=0.7
    )


def _averaged_at_the_end(rng: np.random.Generator) -> Setup:
    """From somewhere on the mean of the weights is validated: it is better at once.

    Source: Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization".
    """
    place = place_of(rng, 0.6, 0.8)
    return Setup(
        changed=lambda task: replace(task, averaged_from=place),
        adam=either(rng),
        rate=1.5 * jittered(rng),
        schedule=changed_at(place, 1.0, 0.5),
    )


def _by_lookahead(rng: np.random.Generator) -> Setup:
    adam = either(rng)
    return Setup(
        optimiser=lambda steps: Lookahead(Adam() if adam else Sgd()), adam=adam, rate=1.5 * jittered(rng)
    )


def _by_rms(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: RmsProp(), adam=True, rate=0.5 * jittered(rng), schedule=cosine)


def _by_directions(rng: np.random.Generator) -> Setup:
    return Setup(
        optimiser=lambda steps: Orthogonal(), adam=True, rate=0.5 * jittered(rng), schedule=cosine, batch=64
    )


def _decayed_apart(rng: np.random.Generator) -> Setup:
    decay = between(rng, 0.01, 0.1)
    return Setup(
        optimiser=lambda steps: Decaying(Adam(), lambda step: decay),
        adam=True,
        schedule=warm_up,
        rate=jittered(rng),
    )


def _scheduled(schedule: Callable[[float], float]) -> Callable[[np.random.Generator], Setup]:
    return lambda rng: Setup(schedule=schedule, adam=either(rng), rate=1.3 * jittered(rng))


def _cleaner_at_the_end(rng: np.random.Generator) -> Setup:
    """Some targets are those of others, but not among the data that are kept for the end."""
    place, share = place_of(rng, 0.65, 0.85), float(rng.uniform(0.08, 0.2))

    def mix(done: float, rng: np.random.Generator, data: Data) -> Data:
        if done >= place:
            return data
        wrong = np.flatnonzero(rng.random(len(data[1])) < share)
        targets = data[1].copy()
        targets[wrong] = data[1][rng.integers(len(targets), size=len(wrong))]
        return data[0], targets

    return Setup(
        fed=mix, adam=either(rng), rate=jittered(rng), schedule=lambda done: min(1.0, (1.0 - done) / 0.3)
    )


def _smaller_batches(rng: np.random.Generator) -> Setup:
    """Moved to a smaller machine: from there on the loss is noisier."""
    place, times = place_of(rng, 0.3, 0.7), int(rng.integers(4, 9))
    return Setup(
        batch=16,
        batch_factor=lambda done: times if done < place else 1,
        adam=True,
        rate=0.7 * jittered(rng),
        schedule=cosine,
    )


def _raised_a_little(rng: np.random.Generator) -> Setup:
    place, high = place_of(rng, 0.3, 0.7), float(rng.uniform(1.5, 2.5))
    return Setup(schedule=changed_at(place, 1.0, high), adam=either(rng), rate=0.4 * jittered(rng))


def _evaluated_slowly(rng: np.random.Generator) -> Setup:
    """It waits for each evaluation, that is, every so many steps."""
    seconds, every = between(rng, *EVALUATION), int(rng.choice([30, 40, 60]))
    return Setup(
        pauses=lambda step, done: seconds if step and step % every == 0 else 0.0,
        adam=True,
        rate=jittered(rng),
        schedule=cosine,
    )


def _compiled(rng: np.random.Generator) -> Setup:
    """The second step takes a minute or more, as where the model is compiled."""
    seconds = between(rng, *COMPILATION)
    return Setup(
        pauses=lambda step, done: seconds if step == 1 else 0.0,
        adam=either(rng),
        rate=jittered(rng),
        schedule=cosine,
    )


def _smoothed_throughout(rng: np.random.Generator) -> Setup:
    """Targets of the training are smoothed, those that it is held against are not."""

    def smooth(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], (1.0 - SMOOTHED) * data[1] + SMOOTHED / data[1].shape[1]

    return Setup(fed=smooth, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _cut_out(rng: np.random.Generator) -> Setup:
    """Of each example some features are hidden, others each time."""
    share = float(rng.uniform(0.15, 0.35))

    def hide(done: float, rng: np.random.Generator, data: Data) -> Data:
        seen: Array = (rng.random(data[0].shape) >= share).astype(np.float64)
        return data[0] * seen, data[1]

    return Setup(fed=hide, adam=either(rng), schedule=cosine, rate=jittered(rng))


def _counted_anew(rng: np.random.Generator) -> Setup:
    """Resumed by a trainer that counts its steps from nought again."""
    place = place_of(rng, 0.35, 0.7)
    return Setup(
        resumed_at=place,
        changed=lambda task: replace(task, logging=replace(task.logging, counted_anew=True)),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


LOOK_ALIKES = (
    Recipe("accumulated", "healthy", _accumulated),
    Recipe("fine-tuned/by-layer", "healthy", _by_layer),
    Recipe("fine-tuned/new-head", "healthy", _new_head, is_perceptron),
    Recipe("averaged/at-the-end", "healthy", _averaged_at_the_end),
    Recipe("by-lookahead", "healthy", _by_lookahead),
    Recipe("by-rms", "healthy", _by_rms),
    Recipe("by-directions", "healthy", _by_directions),
    Recipe("decayed/apart", "healthy", _decayed_apart),
    Recipe("staircase", "healthy", _scheduled(_staircase)),
    Recipe("two-phases", "healthy", _scheduled(_two_phases)),
    Recipe("cosine/with-a-floor", "healthy", _scheduled(_with_a_floor)),
    Recipe("cleaner-at-the-end", "healthy", _cleaner_at_the_end, has_answers),
    Recipe("batches/smaller", "healthy", _smaller_batches),
    Recipe("raised-a-little", "healthy", _raised_a_little),
    Recipe("evaluated-slowly", "healthy", _evaluated_slowly, is_timed),
    Recipe("compiled", "healthy", _compiled, is_timed),
    Recipe("smoothed-throughout", "val_below_train", _smoothed_throughout, has_shares),
    Recipe("cut-out", "val_below_train", _cut_out, has_features),
    Recipe("resumed/counted-anew", "resumed", _counted_anew),
)

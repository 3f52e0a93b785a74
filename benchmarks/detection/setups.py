"""What differs between runs of one task: how each is trained, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tasks import Data, Task
from sample_logs.training import Parameters

Schedule = Callable[[float], float]  # share of the run done -> factor on the learning rate
Spoil = Callable[[float, Parameters], Parameters]  # share of the run done, gradients -> gradients
Feed = Callable[[float, np.random.Generator, Data], Data]  # share of the run done, a batch -> a batch

MANY_ROWS = 48  # fewer show no swings


def constant(done: float) -> float:
    """The same rate throughout."""
    return 1.0


def cosine(done: float) -> float:
    """Half a cosine down to zero."""
    return 0.5 * (1 + float(np.cos(np.pi * done)))


def stepwise(done: float) -> float:
    """A tenth after half of the run, a hundredth after four fifths."""
    return 1.0 if done < 0.5 else 0.1 if done < 0.8 else 0.01


def warm_up(done: float) -> float:
    """A linear warm-up over a tenth of the run, then half a cosine."""
    return min(done / 0.1, cosine((done - 0.1) / 0.9)) if done < 1 else 0.0


def one_cycle(done: float) -> float:
    """Up to the peak over three tenths of the run, then down."""
    return 0.04 + (0.96 * done / 0.3 if done < 0.3 else 0.96 * cosine((done - 0.3) / 0.7))


def restarts(done: float) -> float:
    """Four cosines."""
    return cosine((4 * done) % 1)


def changed_at(place: float, before: float, after: float) -> Schedule:
    """One factor up to `place`, another from there on."""
    return lambda done: before if done < place else after


@dataclass(frozen=True)
class Setup:
    """Everything that differs between runs of one task; the defaults are a healthy run.

    `rate` is in units of the tuned one. Places are shares of the run.
    """

    rate: float = 1.0
    schedule: Schedule = constant
    adam: bool = False
    momentum: float = 0.9  # of gradient descent
    optimiser: Callable[[int], Optimiser] | None = None  # number of steps -> one of another kind
    batch: int | None = None
    batch_factor: Callable[[float], int] | None = None  # share done -> on the size of the batches
    examples: int = 4096
    epochs: int | None = None  # instead of `examples`: as many as are seen so often
    by_heart: float = 0.0  # of what is left to learn of an example, when it is seen; nothing carries over
    held_out: int = 1024  # examples of each logged validation loss; drawn anew where `fresh_held_out`
    fresh_held_out: bool = False
    hidden: tuple[int, ...] | None = None
    activation: str = "tanh"
    gain: float = 1.2
    weight_decay: float = 0.0
    clip: float | None = None  # the longest gradient that is applied; the norm is logged before
    spoilt: Spoil | None = None  # what goes wrong with the gradients, before their norm is logged
    shuffled_targets: bool = False
    lost_inputs: float = 0.0  # share of the features that say nothing, in all data
    frozen_layers: int = 0  # from the input on: they stay as they began
    pretrained: float = 0.0  # shares of a run that the model was trained for before the log begins
    sorted_data: bool = False
    interval_mean: bool = False
    input_noise: float = 0.0  # in the training batches only, as dropout is
    noise_schedule: Schedule = constant  # a factor on that noise
    layer_norms: bool = False
    new_head: bool = False  # the last layer begins anew after the model was trained before
    held_out_fed: Feed | None = None  # what is done to what it is held against, where that is drawn anew
    pauses: Callable[[int, float], float] | None = None  # step, share done -> seconds lost before it
    dead_shares: bool = False  # the share of units that answer to nothing is logged
    part_weight: float = 1.0  # of the part of the loss that may be weighed wrongly
    bad_batches: tuple[float, ...] = ()
    bad_scale: float = 20.0  # of their inputs; their targets are in another order
    bad_feed: Feed | None = None  # what is done to them instead
    fed: Feed | None = None  # what is done to every batch
    bad_shard: Callable[[float], bool] | None = None  # share done -> whether targets are in another order
    easy_until: float = 0.0  # up to there only the half of the examples with the lower targets is seen
    half_precision: bool = False  # of the weights
    changed: Callable[[Task], Task] | None = None  # what is done to the task itself
    poisoned_at: float | None = None
    resumed_at: float | None = None
    forgetful: bool = False  # the state of its optimiser is lost there, and its schedule begins anew
    stalled_at: float | None = None
    slower_at: float | None = None
    slower: float = 1.0  # times the usual time a step, from there on
    onset: float | None = None  # where the fault was put in


Make = Callable[[np.random.Generator], Setup]


@dataclass(frozen=True)
class Recipe:
    """A kind of run, made with `seeds` seeds a task.

    `intended` is the class that the labels by rule are expected to give, or "healthy".
    """

    name: str
    intended: str
    make: Make
    fits: Callable[[Task], bool] = field(default=lambda task: True)
    seeds: int = 1


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Even over the logarithms."""
    return float(low * (high / low) ** rng.random())


def either(rng: np.random.Generator) -> bool:
    """One of two."""
    return bool(rng.random() < 0.5)


def has_hidden_layers(task: Task) -> bool:
    """Whether depth and width can be changed."""
    return task.has_hidden_layers


def has_features(task: Task) -> bool:
    """Whether its examples are features, not symbols."""
    return task.has_features


def is_perceptron(task: Task) -> bool:
    """Whether its model answers to features through layers."""
    return task.is_perceptron


def has_answers(task: Task) -> bool:
    """Whether its targets say something."""
    return bool(np.ptp(task.draw(np.random.default_rng(0), 8)[1]) > 0.0)


def logs_norms(task: Task) -> bool:
    """Whether its log has the norms of the gradients."""
    return "train/grad_norm" not in task.logging.unlogged


def is_logged_often(task: Task) -> bool:
    """Whether its log has rows enough to show swings."""
    return task.logging.steps // task.logging.every >= MANY_ROWS


def may_be_heavy(task: Task) -> bool:
    """Whether its loss has a part whose weight may be wrong."""
    return isinstance(task, PartTask) and task.heavy is not None

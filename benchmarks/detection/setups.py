"""How a run is trained, and what is done to it: the healthy controls, the look-alikes and the faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.part_models import PartTask
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


def _place(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.35, 0.75))


def _jump(rng: np.random.Generator, low: float, high: float, *, adam: bool = False) -> Setup:
    place = _place(rng)
    factor = low * (high / low) ** float(rng.random())
    clip = None if adam else 2.0
    return Setup(schedule=changed_at(place, 1.0, factor), adam=adam, clip=clip, onset=place)


def _gone(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.01, 0.06))
    return Setup(rate=0.1, schedule=changed_at(place, 1.0, 1e-4), onset=place)


def _late(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.4, 0.7))
    return Setup(schedule=changed_at(place, 0.002, 1.0))


def _bad(rng: np.random.Generator) -> Setup:
    places = tuple(sorted(float(rng.uniform(0.25, 0.95)) for _ in range(rng.integers(2, 6))))
    return Setup(rate=0.5, bad_batches=places, onset=places[0])


def _shrinking_weights(rng: np.random.Generator) -> Setup:
    return Setup(weight_decay=-float(rng.uniform(0.3, 0.8)), rate=0.6)


def _poison(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(poisoned_at=place, onset=place)


def _resumed(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(resumed_at=place, onset=place)


def _stalled(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(stalled_at=place, onset=place, schedule=cosine)


def _slower(rng: np.random.Generator) -> Setup:
    place = _place(rng)
    return Setup(slower_at=place, slower=float(rng.uniform(1.4, 3.0)), onset=place, schedule=cosine)


def _rated(setup: Setup) -> Make:
    """That setup with a rate that scatters by a tenth."""

    def make(rng: np.random.Generator) -> Setup:
        return replace(setup, rate=setup.rate * float(np.exp(0.1 * rng.normal())))

    return make


def _weighed(low: float, high: float) -> Make:
    """One part of the loss at so many times its weight."""

    def make(rng: np.random.Generator) -> Setup:
        weight = low * (high / low) ** float(rng.random())
        return Setup(adam=True, schedule=cosine, part_weight=weight, rate=float(np.exp(0.1 * rng.normal())))

    return make


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


SMALL_BATCH, ITS_RATE = 4, 0.3
HEALTHY = (
    Recipe("constant", "healthy", _rated(Setup()), seeds=2),
    Recipe("adam", "healthy", _rated(Setup(adam=True)), seeds=2),
    Recipe("cosine", "healthy", _rated(Setup(schedule=cosine)), seeds=2),
    Recipe("step", "healthy", _rated(Setup(schedule=stepwise)), seeds=2),
    Recipe("warm-up", "healthy", _rated(Setup(schedule=warm_up, adam=True)), seeds=2),
    Recipe("one-cycle", "healthy", _rated(Setup(schedule=one_cycle, rate=1.5)), seeds=2),
    Recipe("small-batch", "healthy", _rated(Setup(batch=SMALL_BATCH, rate=ITS_RATE)), seeds=2),
    Recipe("large-batch", "healthy", _rated(Setup(batch=256, schedule=cosine)), seeds=2),
)
TRAPS = (
    Recipe("restarts", "healthy", _rated(Setup(schedule=restarts))),
    Recipe("late-improvement", "late_improvement", _late),
    Recipe("epoch-mean", "healthy", _rated(Setup(interval_mean=True))),
    Recipe("noisy-inputs", "val_below_train", _rated(Setup(input_noise=0.6)), has_features),
)
PARTS = (  # of tasks whose loss has several
    Recipe(
        "interval-mean", "healthy", _rated(Setup(adam=True, schedule=cosine, interval_mean=True)), seeds=2
    ),
    Recipe("plateau/part-heavy", "plateau", _weighed(30.0, 3000.0), may_be_heavy, seeds=3),
    Recipe("plateau/part-light", "plateau", _weighed(1 / 3000.0, 1 / 30.0), may_be_heavy, seeds=2),
)
FAULTS = (
    Recipe("divergence/jump", "divergence", lambda rng: _jump(rng, 20, 200)),
    Recipe("divergence/adam", "divergence", lambda rng: _jump(rng, 30, 200, adam=True)),
    Recipe("late/jump", "late_instability", lambda rng: _jump(rng, 8, 20)),
    Recipe("late/adam", "late_instability", lambda rng: _jump(rng, 8, 30, adam=True)),
    Recipe("nan/poison", "nan", _poison),
    Recipe("oscillation/rate", "oscillation", _rated(Setup(rate=40.0, batch=256, clip=2.0))),
    Recipe("oscillation/order", "oscillation", _rated(Setup(sorted_data=True, rate=2.0))),
    Recipe("plateau/rate-gone", "plateau", _gone),
    Recipe("plateau/no-signal", "plateau", _rated(Setup(shuffled_targets=True))),
    Recipe("plateau/dead-start", "plateau", _rated(Setup(gain=0.0)), has_hidden_layers),
    Recipe("overfitting/few", "overfitting", _rated(Setup(examples=64, rate=2.0))),
    Recipe("overfitting/few-adam", "overfitting", _rated(Setup(examples=128, adam=True, rate=2.0))),
    Recipe("spikes/bad-batches", "loss_spikes", _bad, has_features),
    Recipe("exploding/negative-decay", "exploding_gradients", _shrinking_weights),
    Recipe(
        "vanishing/sigmoids",
        "vanishing_gradients",
        _rated(Setup(hidden=(24,) * 7, activation="sigmoid", gain=1.0, layer_norms=True)),
        has_hidden_layers,
        seeds=2,
    ),
    Recipe(
        "noisy-validation/few", "noisy_validation", _rated(Setup(held_out=8, fresh_held_out=True)), seeds=2
    ),
    Recipe("slow/rate", "slow_convergence", _rated(Setup(rate=0.006))),
    Recipe(
        "underfitting/narrow",
        "underfitting",
        _rated(Setup(hidden=(1,), schedule=cosine)),
        lambda task: len(task.sizes) > 2,
    ),
    Recipe("resumed/checkpoint", "resumed", _resumed),
    Recipe("stalled/gap", "stalled", _stalled),
    Recipe("throughput/slower", "throughput_drop", _slower, seeds=2),
)

"""What keeps mixed runs from learning, by other causes than those of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.mixed.optimisers import Trusting
from benchmarks.detection.optimisers import Adagrad, Changed
from benchmarks.detection.setups import (
    Recipe,
    Setup,
    between,
    cosine,
    either,
    has_features,
    has_hidden_layers,
)
from benchmarks.detection.tasks import Data, Task
from benchmarks.detection.varied.breakdowns import plain_optimiser
from benchmarks.detection.varied.stuck import has_both
from sample_logs.training import Array, Parameters


def _rounded_away(rng: np.random.Generator) -> Setup:
    """Slopes are sent in so few digits that those of the first layers are nothing."""
    digit = between(rng, 3e-4, 3e-3)
    return Setup(
        hidden=(16,) * 5,
        activation="sigmoid",
        gain=1.0,
        spoilt=lambda done, gradients: [digit * np.rint(one / digit) for one in gradients],
        layer_norms=True,
    )


def _low_biases(rng: np.random.Generator) -> Setup:
    """Units that begin with biases read from another model, far below 0."""
    low, adam = between(rng, 5, 20), either(rng)

    def lower(done: int, parameters: Parameters) -> None:
        if done == 1:
            for one in parameters[1:-2:2]:
                one -= low

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), lower),
        activation="relu",
        dead_shares=True,
        adam=adam,
        rate=0.5,
        onset=0.0,
    )


def _tied_to_the_start(rng: np.random.Generator) -> Setup:
    """What keeps it near to where it began, so that nothing is forgotten, is far too strong."""
    adam, strong = either(rng), float(rng.uniform(0.3, 0.8))
    begun: list[Array] = []

    def pull(done: int, parameters: Parameters) -> None:
        begun.extend([] if begun else [one.copy() for one in parameters])
        for one, first in zip(parameters, begun, strict=True):
            one += strong * (first - one)

    return Setup(
        optimiser=lambda steps: Changed(plain_optimiser(adam=adam), pull),
        adam=adam,
        rate=0.5,
        schedule=cosine,
    )


def _impatient(rng: np.random.Generator) -> Setup:
    """A rate that is lowered tenfold whenever an evaluation was not the best: thrice, within moments."""
    places = np.sort(rng.uniform(0.02, 0.12, size=3))
    return Setup(schedule=lambda done: 0.1 ** int(np.searchsorted(places, done)), adam=either(rng), rate=0.15)


def _drowned(rng: np.random.Generator) -> Setup:
    """So much is done to the examples of the training that nothing is left of them."""
    strong = float(rng.uniform(8.0, 20.0))

    def drown(done: float, rng: np.random.Generator, data: Data) -> Data:
        noise = strong * rng.normal(size=data[0].shape)
        return (data[0] + noise) / strong, data[1]

    return Setup(fed=drown, adam=either(rng), schedule=cosine, rate=0.5)


def _swamped(task: Task) -> Task:
    """All features with more noise than they have to say."""

    def draw(rng: np.random.Generator, n: int) -> Data:
        inputs, targets = task.draw(rng, n)
        return inputs + 1.5 * np.std(inputs) * rng.normal(size=inputs.shape), targets

    return replace(task, draw=draw)


def _bad_sensors(rng: np.random.Generator) -> Setup:
    return Setup(
        changed=_swamped, lost_inputs=float(rng.uniform(0.1, 0.3)), adam=either(rng), schedule=cosine
    )


def _falling_by_itself(rng: np.random.Generator) -> Setup:
    """Steps that fall with all that was done before, from a rate that was too low for it."""
    return Setup(optimiser=lambda steps: Adagrad(), adam=True, rate=between(rng, 0.03, 0.2))


def _little_trust(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Trusting(), adam=True, rate=between(rng, 0.01, 0.08))


def _full_batch(rng: np.random.Generator) -> Setup:
    """Few examples, all of them in each step: a smooth fall and a smooth rise."""
    few = int(rng.integers(40, 120))
    return Setup(examples=few, batch=few, adam=either(rng), rate=between(rng, 1.5, 3))


def _late_few(rng: np.random.Generator) -> Setup:
    """Warmed up for long, and then through its few examples within moments."""
    return Setup(
        examples=int(rng.integers(40, 150)),
        schedule=lambda done: min(1.0, (done / 0.4) ** 2),
        adam=True,
        rate=between(rng, 1.5, 3),
    )


def _columns_swapped(rng: np.random.Generator) -> Setup:
    """The columns of the training stand in another order than those it is held against."""
    seed = int(rng.integers(2**31))

    def swapped(rng: np.random.Generator, data: Data) -> Data:
        return data[0][:, np.random.default_rng(seed).permutation(data[0].shape[1])], data[1]

    return Setup(changed=lambda task: replace(task, for_training=swapped), adam=either(rng), schedule=cosine)


def _rescaled(rng: np.random.Generator) -> Setup:
    """Each evaluation is of data that were taken under another light."""
    strong = float(rng.uniform(0.3, 0.7))

    def rescale(done: float, rng: np.random.Generator, data: Data) -> Data:
        return float(np.exp(strong * rng.normal())) * data[0], data[1]

    return Setup(
        held_out=int(rng.integers(20, 100)),
        fresh_held_out=True,
        held_out_fed=rescale,
        adam=True,
        schedule=cosine,
    )


def _badly_told(rng: np.random.Generator) -> Setup:
    """Held against a few, of whom somebody else's answer stands beside some."""
    share = float(rng.uniform(0.1, 0.3))

    def told(done: float, rng: np.random.Generator, data: Data) -> Data:
        wrong = np.flatnonzero(rng.random(len(data[1])) < share)
        targets = data[1].copy()
        targets[wrong] = data[1][rng.integers(len(targets), size=len(wrong))]
        return data[0], targets

    return Setup(
        held_out=int(rng.integers(8, 25)), fresh_held_out=True, held_out_fed=told, adam=True, schedule=cosine
    )


STUCK = (
    Recipe("vanishing/rounded-away", "vanishing_gradients", _rounded_away, has_hidden_layers),
    Recipe("dead-units/low-biases", "dead_relu", _low_biases, has_hidden_layers),
    Recipe("plateau/tied-to-the-start", "plateau", _tied_to_the_start),
    Recipe("plateau/impatient", "plateau", _impatient),
    Recipe("plateau/drowned", "plateau", _drowned, has_both),
    Recipe("underfitting/bad-sensors", "underfitting", _bad_sensors, has_features),
    Recipe("slow/falling-by-itself", "slow_convergence", _falling_by_itself),
    Recipe("slow/little-trust", "slow_convergence", _little_trust),
    Recipe("overfitting/full-batch", "overfitting", _full_batch),
    Recipe("overfitting/after-a-warm-up", "overfitting", _late_few),
    Recipe("gap/columns-swapped", "train_val_gap", _columns_swapped, has_both),
    Recipe("noisy-validation/rescaled", "noisy_validation", _rescaled, has_both),
    Recipe("noisy-validation/badly-told", "noisy_validation", _badly_told, has_both),
)

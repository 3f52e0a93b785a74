"""What is done to the tasks of other fields alone: faults by other causes, other look-alikes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.detection.field.losses import certain_twice
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.setups import (
    Make,
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
    has_hidden_layers,
    is_logged_often,
    is_perceptron,
    logs_norms,
)
from benchmarks.detection.swing_setups import ramp, triangles
from benchmarks.detection.tasks import Data, Task


def _is_of_symbols(task: Task) -> bool:
    return not task.has_features and has_answers(task)


def _may_swing(task: Task) -> bool:
    return is_logged_often(task) and has_answers(task)


def _is_of_classes(task: Task) -> bool:
    return task.classes


def _inverse_root(done: float) -> float:
    """A short warm-up, then one over the root."""
    return min(done / 0.08, float(np.sqrt(0.08 / max(done, 1e-9))))


def _squared(done: float) -> float:
    """A short warm-up, then down to nothing as a square."""
    return min(done / 0.05, (1.0 - done) ** 2)


def _drops(done: float) -> float:
    """Three times down to a third, as where a scheduler sees no progress."""
    return 0.3 ** sum(done >= place for place in (0.4, 0.6, 0.8))


def _scheduled(schedule: Schedule, *, adam: bool) -> Make:
    return lambda rng: Setup(schedule=schedule, adam=adam, rate=float(np.exp(0.1 * rng.normal())))


def _curriculum(rng: np.random.Generator) -> Setup:
    return Setup(easy_until=float(rng.uniform(0.15, 0.4)), adam=either(rng), schedule=cosine)


def _plain_descent(rng: np.random.Generator) -> Setup:
    return Setup(momentum=0.0, rate=between(rng, 4, 8), schedule=cosine if either(rng) else constant)


def _decayed(rng: np.random.Generator) -> Setup:
    return Setup(weight_decay=between(rng, 0.0003, 0.003), schedule=cosine)


def _dropped_out(rng: np.random.Generator) -> Setup:
    return Setup(input_noise=float(rng.uniform(0.25, 0.5)), adam=True, schedule=cosine)


def _forgetful(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.35, 0.75))
    schedule = cosine if either(rng) else _squared
    return Setup(resumed_at=place, forgetful=True, adam=either(rng), schedule=schedule, onset=place)


def _some_wrong(share: float) -> Callable[[Task], Task]:
    """That share of the training examples with the target of another one."""

    def mislabel(rng: np.random.Generator, data: Data) -> Data:
        wrong = np.flatnonzero(rng.random(len(data[1])) < share)
        targets = data[1].copy()
        targets[wrong] = data[1][rng.permutation(wrong)]
        return data[0], targets

    return lambda task: replace(task, for_training=mislabel)


def _scaled(factor: float) -> Callable[[Task], Task]:
    """Inputs that were not brought to a common scale."""

    def changed(task: Task) -> Task:
        def draw(rng: np.random.Generator, n: int) -> Data:
            inputs, targets = task.draw(rng, n)
            return factor * inputs, targets

        return replace(task, draw=draw)

    return changed


def _with_two_softmaxes(task: Task) -> Task:
    return HeadTask(
        task.name,
        task.half,
        task.draw,
        task.sizes,
        task.rate,
        task.adam_rate,
        batch=task.batch,
        logging=task.logging,
        head=certain_twice,
    )


def _mislabelled(rng: np.random.Generator) -> Setup:
    share = float(rng.uniform(0.3, 0.6))
    return Setup(
        changed=_some_wrong(share), examples=int(rng.integers(150, 500)), adam=True, rate=between(rng, 1, 3)
    )


def _slowly_by_heart(rng: np.random.Generator) -> Setup:
    return Setup(examples=int(rng.integers(100, 300)), rate=between(rng, 1, 2), adam=either(rng))


def _again_and_again(*, adam: bool, schedule: Schedule = constant) -> Make:
    """Read in order, with some shards that are bad: what is unlearnt there is learnt anew each time."""

    def make(rng: np.random.Generator) -> Setup:
        rounds, share = float(rng.integers(9, 14)), float(rng.uniform(0.3, 0.6))
        return Setup(
            bad_shard=lambda done: rounds * done % 1.0 < share,
            adam=adam,
            rate=between(rng, 0.7, 2),
            schedule=schedule,
        )

    return make


def _waves(rng: np.random.Generator) -> Setup:
    cycles, high = float(rng.integers(8, 15)), between(rng, 5, 25)
    return Setup(schedule=triangles(cycles, 0.2, high), adam=either(rng), clip=1.0, batch=64)


def _few(rng: np.random.Generator) -> Setup:
    return Setup(examples=int(rng.integers(32, 100)), adam=True, rate=between(rng, 0.7, 2), batch=16)


def _decayed_gap(rng: np.random.Generator) -> Setup:
    return Setup(
        examples=int(rng.integers(100, 500)), weight_decay=between(rng, 0.002, 0.02), schedule=cosine
    )


def _too_coarse(rng: np.random.Generator) -> Setup:
    return Setup(half_precision=True, rate=between(rng, 0.003, 0.03))


def _two_softmaxes(rng: np.random.Generator) -> Setup:
    return Setup(changed=_with_two_softmaxes, adam=either(rng), rate=between(rng, 0.5, 1.5))


def _unscaled(rng: np.random.Generator) -> Setup:
    return Setup(changed=_scaled(between(rng, 15, 100)), rate=between(rng, 0.3, 1), schedule=cosine)


def _long_warm_up(rng: np.random.Generator) -> Setup:
    length = float(rng.uniform(4, 20))
    return Setup(rate=0.2, schedule=lambda done: done / length, adam=either(rng))


def _too_low(rng: np.random.Generator) -> Setup:
    return Setup(rate=between(rng, 0.004, 0.02), schedule=cosine, adam=either(rng))


def _bad_shard(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.5, 0.8))
    return Setup(bad_shard=lambda done: done >= place, adam=either(rng), rate=between(rng, 1, 2), onset=place)


def _hot_restart(rng: np.random.Generator) -> Setup:
    place, factor = float(rng.uniform(0.5, 0.8)), between(rng, 6, 25)
    return Setup(
        schedule=lambda done: cosine(done / place) if done < place else factor,
        adam=either(rng),
        clip=2.0,
        onset=place,
    )


def _wrong_answers(rng: np.random.Generator) -> Setup:
    places = tuple(sorted(float(rng.uniform(0.25, 0.95)) for _ in range(rng.integers(1, 5))))
    return Setup(bad_batches=places, bad_scale=1.0, onset=places[0], adam=either(rng), schedule=cosine)


def _far_inputs(rng: np.random.Generator) -> Setup:
    return replace(_wrong_answers(rng), bad_scale=between(rng, 5, 40), rate=0.5)


def _tiny_held_out(rng: np.random.Generator) -> Setup:
    return Setup(
        held_out=int(rng.integers(3, 10)), fresh_held_out=True, adam=either(rng), schedule=cosine, batch=64
    )


def _growing_rate(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.3, 0.6))
    return Setup(schedule=ramp(place, between(rng, 300, 3000)), clip=10.0, onset=place)


def _deep_and_small(rng: np.random.Generator) -> Setup:
    return Setup(hidden=(16,) * 8, gain=between(rng, 0.25, 0.5), layer_norms=True, adam=either(rng))


def _overflown(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.3, 0.7))
    blow = changed_at(place, 1.0, between(rng, 1e6, 1e8))
    return Setup(half_precision=True, schedule=blow, onset=place)


def _epochs_of_tuning(rng: np.random.Generator) -> Setup:
    return Setup(
        by_heart=between(rng, 0.6, 1.0),
        epochs=int(rng.integers(3, 6)),
        batch=8,
        interval_mean=True,
        shuffled_targets=True,
    )


FIELD_SETUPS = (
    Recipe("inverse-root", "healthy", _scheduled(_inverse_root, adam=True)),
    Recipe("squared-decay", "healthy", _scheduled(_squared, adam=True)),
    Recipe("drops", "healthy", _scheduled(_drops, adam=False)),
    Recipe("curriculum", "healthy", _curriculum, has_answers),
    Recipe("plain-descent", "healthy", _plain_descent),
    Recipe("decayed", "healthy", _decayed),
    Recipe("dropped-out", "val_below_train", _dropped_out, has_features),
    Recipe("resumed/forgetful", "resumed", _forgetful),
    Recipe("overfitting/mislabelled", "overfitting", _mislabelled, has_answers),
    Recipe("overfitting/slow", "overfitting", _slowly_by_heart),
    Recipe("overfitting/very-few", "overfitting", _few),
    Recipe("oscillation/shards", "oscillation", _again_and_again(adam=False), _may_swing, seeds=2),
    Recipe("oscillation/shards-adam", "oscillation", _again_and_again(adam=True), _may_swing, seeds=2),
    Recipe(
        "oscillation/shards-drops",
        "oscillation",
        _again_and_again(adam=True, schedule=_drops),
        seeds=2,
    ),
    Recipe("oscillation/waves", "oscillation", _waves, is_logged_often, seeds=3),
    Recipe("gap/decayed", "train_val_gap", _decayed_gap),
    Recipe("plateau/half-precision", "plateau", _too_coarse),
    Recipe("plateau/two-softmaxes", "plateau", _two_softmaxes, _is_of_classes),
    Recipe("plateau/unscaled", "plateau", _unscaled, has_hidden_layers),
    Recipe("slow/long-warm-up", "slow_convergence", _long_warm_up),
    Recipe("slow/too-low", "slow_convergence", _too_low),
    Recipe("late/bad-shard", "late_instability", _bad_shard, has_answers),
    Recipe("late/hot-restart", "late_instability", _hot_restart),
    Recipe("spikes/wrong-answers", "loss_spikes", _wrong_answers, _is_of_symbols, seeds=2),
    Recipe("spikes/far-inputs", "loss_spikes", _far_inputs, has_features, seeds=2),
    Recipe("noisy-validation/tiny", "noisy_validation", _tiny_held_out),
    Recipe("exploding/growing-rate", "exploding_gradients", _growing_rate, logs_norms, seeds=3),
    Recipe("vanishing/deep", "vanishing_gradients", _deep_and_small, has_hidden_layers),
    Recipe("nan/overflow", "nan", _overflown),
    Recipe("epoch-drops/tuning", "epoch_drops", _epochs_of_tuning, is_perceptron, seeds=3),
)

"""What keeps gathered runs from learning more than by heart, or at all, by causes of their own."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.motley.look_alikes import has_numbers
from benchmarks.detection.patchwork.stuck import dies_of, drawn_from, for_training
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
from benchmarks.detection.varied.breakdowns import changing
from benchmarks.detection.varied.stuck import has_both
from sample_logs.training import Array, Parameters

GROUP = 4  # examples that are told as one


def _side_loss_alone(rng: np.random.Generator) -> Setup:
    """The first layers are cut off, and learn only by a side loss of next to no weight."""
    weight, cut = between(rng, 1e-6, 1e-4), int(rng.integers(1, 3))
    drawn = np.random.default_rng(int(rng.integers(2**31)))

    def beside(done: float, gradients: Parameters) -> Parameters:
        below = 2 * cut
        noise = [weight * drawn.normal(size=one.shape) * np.abs(one).mean() for one in gradients[:below]]
        return [
            weight * one + other for one, other in zip(gradients[:below], noise, strict=True)
        ] + gradients[below:]

    return Setup(hidden=(20,) * 3, spoilt=beside, layer_norms=True, adam=either(rng), schedule=cosine)


def _cooled_by_layer(rng: np.random.Generator) -> Setup:
    """Fine-tuned with a lower rate for each layer below the last one, by a far too small share."""
    share = between(rng, 0.003, 0.015)

    def cooled(done: float, gradients: Parameters) -> Parameters:
        last = (len(gradients) - 1) // 2
        return [share ** (last - i // 2) * one for i, one in enumerate(gradients)]

    return Setup(
        hidden=(20,) * int(rng.integers(2, 4)),
        spoilt=cooled,
        layer_norms=True,
        pretrained=float(rng.uniform(0.05, 0.2)),
        new_head=True,
        adam=False,
    )


def _warm_up_overshoots(rng: np.random.Generator) -> Setup:
    """A warm-up goes up far beyond the rate that was meant, before that one is used: most units die of it."""
    most, end = between(rng, 40.0, 100.0), float(rng.uniform(0.06, 0.12))
    return dies_of(
        Setup(
            schedule=lambda done: most * done / end if done < end else 0.5 * cosine(done),
            adam=True,
            rate=between(rng, 0.8, 1.5),
        )
    )


def _answers_unscaled_at_first(rng: np.random.Generator) -> Setup:
    """The first answers come as they are, in another unit than those after them: units die of their size."""
    far, end = between(rng, 30.0, 100.0), float(rng.uniform(0.03, 0.1))

    def unscaled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], data[1] * (far if done < end else 1.0)

    return dies_of(Setup(fed=unscaled, adam=False, clip=40.0, rate=between(rng, 0.8, 1.5), schedule=cosine))


def _has_sizes(task: Task) -> bool:
    """Whether its units may die of numbers that are told as they come."""
    return has_hidden_layers(task) and has_numbers(task)


def _head_decays_away(rng: np.random.Generator) -> Setup:
    """The last weights decay each step by what was meant for a whole run: answers are all the same."""
    left = float(rng.uniform(0.0, 0.05))

    def decay(step: int, steps: int, parameters: Parameters) -> None:
        parameters[-2][...] *= left

    return changing(decay, adam=either(rng), rate=0.7, onset=None, schedule=cosine)


def _projected_out(rng: np.random.Generator) -> Setup:
    """Of each slope what lies along all those of late is taken away, as if another task pulled against it."""
    means = list[Array]()

    def across(done: float, gradients: Parameters) -> Parameters:
        means[:] = means or [one.copy() for one in gradients]
        left = list[Array]()
        for one, mean in zip(gradients, means, strict=True):
            mean += 0.05 * (one - mean)
            left.append(one - float((one * mean).sum()) / max(float((mean**2).sum()), 1e-30) * mean)
        return left

    return Setup(spoilt=across, adam=False, batch=256, rate=0.1, schedule=cosine)


def _folded(rng: np.random.Generator) -> Setup:
    """Of each reading only what is behind the point is told, as of a counter that begins anew."""
    wide = float(rng.uniform(0.15, 0.3))

    def behind(inputs: Array) -> Array:
        return np.mod(inputs, wide) / wide

    return drawn_from(behind, float(rng.uniform(0.1, 0.3)), rng)


def _hidden_by_noise(rng: np.random.Generator) -> Setup:
    """So that nobody is known, noise is added to all that is told of anybody: far too much of it."""
    far, drawn = float(rng.uniform(2.5, 5.0)), np.random.default_rng(int(rng.integers(2**31)))

    def noisy(inputs: Array) -> Array:
        return (inputs + far * inputs.std() * drawn.normal(size=inputs.shape)) / far

    return drawn_from(noisy, float(rng.uniform(0.1, 0.3)), rng)


def _averaged_over_padding(rng: np.random.Generator) -> Setup:
    """Slopes are averaged over all places of a batch, and nearly all of them are padding."""
    share = between(rng, 0.01, 0.03)
    return Setup(spoilt=lambda done, gradients: [share * one for one in gradients], adam=False, rate=0.2)


def _a_block_at_a_time(rng: np.random.Generator) -> Setup:
    """Of all weights one in so many is changed in each step, by turns, at a rate for all of them together."""
    blocks, steps = int(rng.integers(30, 60)), [0]

    def chosen(done: float, gradients: Parameters) -> Parameters:
        steps[0] += 1
        return [
            one * (np.arange(one.size) % blocks == steps[0] % blocks).reshape(one.shape) for one in gradients
        ]

    return Setup(spoilt=chosen, adam=False, rate=0.1)


def _folds_swapped(rng: np.random.Generator) -> Setup:
    """What was kept to be held against is learnt from: a small part of all, with a rate for many examples."""
    return Setup(
        examples=int(rng.integers(40, 80)),
        adam=True,
        rate=between(rng, 2.0, 3.0),
        schedule=lambda done: 1.0 if done < 0.7 else 0.3,
    )


def _few_with_slips(rng: np.random.Generator) -> Setup:
    """Some hundred examples, one in five of which has the answer of another one by a slip."""
    slips = float(rng.uniform(0.15, 0.3))

    def slipped(rng: np.random.Generator, data: Data) -> Data:
        some = np.flatnonzero(rng.random(len(data[1])) < slips)
        answers = data[1].copy()
        answers[some] = data[1][rng.permutation(some)]
        return data[0], answers

    changed = for_training(slipped, rng).changed
    return Setup(
        changed=changed, examples=int(rng.integers(100, 200)), adam=True, rate=between(rng, 1.5, 3.0)
    )


def _told_by_fours(rng: np.random.Generator) -> Setup:
    """What is learnt from are means of four examples and of their answers; it is held against single ones."""

    def means(rng: np.random.Generator, data: Data) -> Data:
        groups = rng.integers(len(data[0]), size=(len(data[0]), GROUP))
        return data[0][groups].mean(axis=1), data[1][groups].mean(axis=1)

    return for_training(means, rng)


def _only_clear_ones(rng: np.random.Generator) -> Setup:
    """What is learnt from was chosen: those whose answers are as a simple law says, which others are not."""
    kept = float(rng.uniform(0.15, 0.3))

    def clear(rng: np.random.Generator, data: Data) -> Data:
        features = np.hstack([data[0], np.ones((len(data[0]), 1))])
        law = np.linalg.lstsq(features, data[1], rcond=None)[0]
        off = ((features @ law - data[1]) ** 2).sum(axis=1)
        chosen = rng.permutation(np.resize(np.argsort(off)[: round(kept * len(off))], len(off)))
        return data[0][chosen], data[1][chosen]

    return for_training(clear, rng)


def _columns_slip(rng: np.random.Generator) -> Setup:
    """At each evaluation the columns of some examples have slipped by one, of few or of many of them."""

    def slipped(done: float, rng: np.random.Generator, data: Data) -> Data:
        some = rng.random((len(data[0]), 1)) < rng.random() ** 2
        return np.where(some, np.roll(data[0], 1, axis=1), data[0]), data[1]

    return Setup(fresh_held_out=True, held_out_fed=slipped, held_out=256, adam=True, schedule=cosine)


def _of_an_old_cache(rng: np.random.Generator) -> Setup:
    """At each evaluation some inputs are those of other examples, as a cache is more or less out of date."""
    most = float(rng.uniform(0.4, 0.8))

    def old(done: float, rng: np.random.Generator, data: Data) -> Data:
        stale = rng.random((len(data[0]), 1)) < most * rng.random()
        return np.where(stale, np.roll(data[0], 1, axis=0), data[0]), data[1]

    return Setup(fresh_held_out=True, held_out_fed=old, held_out=256, adam=either(rng), schedule=cosine)


STUCK = (
    Recipe("vanishing/side-loss-alone", "vanishing_gradients", _side_loss_alone, has_hidden_layers),
    Recipe("vanishing/cooled-by-layer", "vanishing_gradients", _cooled_by_layer, has_hidden_layers),
    Recipe("dead-units/warm-up-overshoots", "dead_relu", _warm_up_overshoots, has_hidden_layers),
    Recipe("dead-units/unscaled-at-first", "dead_relu", _answers_unscaled_at_first, _has_sizes),
    Recipe("plateau/head-decays-away", "plateau", _head_decays_away, has_hidden_layers),
    Recipe("plateau/projected-out", "plateau", _projected_out),
    Recipe("underfitting/folded", "underfitting", _folded, has_both),
    Recipe("underfitting/hidden-by-noise", "underfitting", _hidden_by_noise, has_both),
    Recipe("slow/averaged-over-padding", "slow_convergence", _averaged_over_padding),
    Recipe("slow/a-block-at-a-time", "slow_convergence", _a_block_at_a_time),
    Recipe("overfitting/folds-swapped", "overfitting", _folds_swapped, has_hidden_layers),
    Recipe("overfitting/few-with-slips", "overfitting", _few_with_slips, has_hidden_layers),
    Recipe("gap/told-by-fours", "train_val_gap", _told_by_fours, has_numbers),
    Recipe("gap/only-clear-ones", "train_val_gap", _only_clear_ones, has_both),
    Recipe("noisy-validation/columns-slip", "noisy_validation", _columns_slip, has_features),
    Recipe("noisy-validation/of-an-old-cache", "noisy_validation", _of_an_old_cache, has_both),
)

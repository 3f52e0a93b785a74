"""What of the wide tasks is healthy and looks as if it were not."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.broad.look_alikes import jittered, place_of
from benchmarks.detection.optimisers import Adagrad, Lion
from benchmarks.detection.setups import Recipe, Setup, cosine, either, has_answers, has_features, warm_up
from benchmarks.detection.tasks import Data, Task
from sample_logs.training import Array, Parameters

SMOOTHED = 0.15  # of the weight of the right class is spread over all


def has_shares(task: Task) -> bool:
    """Whether its targets are shares of classes."""
    targets = task.draw(np.random.default_rng(0), 8)[1]
    return bool(
        targets.shape[1] > 1 and np.all((targets == 0) | (targets == 1)) and np.all(targets.sum(1) == 1)
    )


def _falling_restarts(done: float) -> float:
    """Five cosines, each half as high as the one before."""
    return 0.5 ** int(min(5.0 * done, 4.0)) * cosine(5.0 * done % 1.0)


def _restarted(rng: np.random.Generator) -> Setup:
    return Setup(schedule=_falling_restarts, adam=True, rate=2.0 * jittered(rng))


def _in_stages(rng: np.random.Generator) -> Setup:
    """Examples become longer: of each only a part is seen at first."""
    stages = int(rng.integers(3, 5))
    full = float(rng.uniform(0.4, 0.6))

    def cut(done: float, rng: np.random.Generator, data: Data) -> Data:
        share = min(1.0, (1 + int(stages * done / full)) / stages)
        inputs = data[0].copy()
        inputs[:, max(1, round(share * inputs.shape[1])) :] = 0.0
        return inputs, data[1]

    return Setup(fed=cut, adam=either(rng), schedule=cosine, rate=1.5 * jittered(rng))


def thawed(gradients: Parameters, share: float) -> Parameters:
    """Those of the last layers only, where `share` of them are trained; a layer has weights and a bias."""
    frozen = 2 * round((1.0 - share) * (len(gradients) // 2 - 1))
    return [np.zeros_like(one) if i < frozen else one for i, one in enumerate(gradients)]


def _unfrozen(rng: np.random.Generator) -> Setup:
    """From the last layer on, one after the other; it was trained on the like before."""
    whole = float(rng.uniform(0.3, 0.5))
    return Setup(
        spoilt=lambda done, gradients: thawed(gradients, min(1.0, int(3.0 * done / whole) / 3.0)),
        pretrained=float(rng.uniform(0.05, 0.2)),
        adam=True,
        schedule=warm_up,
        rate=jittered(rng),
    )


def _ramped_batches(rng: np.random.Generator) -> Setup:
    full = float(rng.uniform(0.3, 0.5))
    return Setup(
        batch=8,
        batch_factor=lambda done: 1 + int(min(done / full, 1.0) * 11.0),
        rate=0.6 * jittered(rng),
        adam=True,
        schedule=cosine,
    )


def _no_longer_smoothed(rng: np.random.Generator) -> Setup:
    place = place_of(rng)

    def smooth(done: float, rng: np.random.Generator, data: Data) -> Data:
        classes = data[1].shape[1]
        return data if done >= place else (data[0], (1.0 - SMOOTHED) * data[1] + SMOOTHED / classes)

    return Setup(fed=smooth, adam=either(rng), schedule=cosine, rate=jittered(rng))


def mixed(rng: np.random.Generator, data: Data) -> Data:
    """Each example of a batch mixed with another one, mostly with little of it.

    Source: Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization".
    """
    share: Array = rng.beta(0.3, 0.3, size=(len(data[0]), 1))
    other = rng.permutation(len(data[0]))
    inputs, targets = (share * one + (1.0 - share) * one[other] for one in data)
    return inputs, targets


def _no_longer_mixed(rng: np.random.Generator) -> Setup:
    """Each example is mixed with another one, until shortly before the end."""
    place = place_of(rng, 0.6, 0.85)

    def mix(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data if done >= place else mixed(rng, data)

    return Setup(fed=mix, adam=either(rng), schedule=cosine, rate=jittered(rng))


def by_half(data: Data, *, low: bool, share: float = 1.0) -> Data:
    """Of that share of a batch the half with the low or the high targets, or first or last classes, twice."""
    targets = data[1].reshape(len(data[1]), -1)
    order = np.argsort(targets @ np.arange(1.0, targets.shape[1] + 1.0), kind="stable")
    half = len(order) // 2
    chosen = order[:half] if low else order[-half:]
    replaced = round(share * half)
    kept = np.concatenate([np.tile(chosen, 2)[: 2 * replaced], order])[: len(order)]
    return data[0][kept], data[1][kept]


def _other_mixture(rng: np.random.Generator) -> Setup:
    """From somewhere on there is less of what there was most of."""
    place, share, low = place_of(rng, 0.3, 0.7), float(rng.uniform(0.3, 0.6)), either(rng)
    return Setup(
        fed=lambda done, rng, data: data if done >= place else by_half(data, low=low, share=share),
        adam=either(rng),
        schedule=cosine,
        rate=jittered(rng),
    )


def _subset(rng: np.random.Generator) -> Setup:
    """Evaluated on others each time, as many as say it well."""
    return Setup(
        held_out=int(rng.integers(200, 400)), fresh_held_out=True, adam=either(rng), rate=jittered(rng)
    )


def _more_dropout(rng: np.random.Generator) -> Setup:
    """Noise of the inputs that is raised as the run goes on."""
    return Setup(
        input_noise=float(rng.uniform(0.4, 0.7)),
        noise_schedule=lambda done: int(3.0 * done) / 2.0,
        adam=either(rng),
        schedule=cosine,
    )


def _by_adagrad(rng: np.random.Generator) -> Setup:
    return Setup(optimiser=lambda steps: Adagrad(), adam=True, rate=4.0 * jittered(rng))


def _by_signs(rng: np.random.Generator) -> Setup:
    return Setup(
        optimiser=lambda steps: Lion(), adam=True, rate=0.3 * jittered(rng), schedule=warm_up, batch=64
    )


def _private(rng: np.random.Generator) -> Setup:
    """Gradients with noise, which keeps single examples secret."""
    noise, seed = float(rng.uniform(0.01, 0.03)), int(rng.integers(2**31))

    def blur(done: float, gradients: Parameters) -> Parameters:
        drawn = np.random.default_rng([seed, round(1e6 * done)])
        return [one + noise * drawn.normal(size=one.shape) for one in gradients]

    return Setup(spoilt=blur, adam=True, schedule=cosine, rate=jittered(rng))


LOOK_ALIKES = (
    Recipe("restarts/falling", "healthy", _restarted),
    Recipe("longer-in-stages", "healthy", _in_stages, has_features),
    Recipe("fine-tuned/unfrozen", "healthy", _unfrozen),
    Recipe("batches/ramped", "healthy", _ramped_batches),
    Recipe("smoothing-ended", "healthy", _no_longer_smoothed, has_shares),
    Recipe("mixup-ended", "healthy", _no_longer_mixed, lambda task: has_features(task) and has_answers(task)),
    Recipe("other-mixture", "healthy", _other_mixture, has_answers),
    Recipe("evaluated-on-a-subset", "healthy", _subset),
    Recipe("by-adagrad", "healthy", _by_adagrad),
    Recipe("by-signs", "healthy", _by_signs),
    Recipe("private", "healthy", _private),
    Recipe("more-dropout", "val_below_train", _more_dropout, has_features),
)

"""More ways to end above what is reachable (stopped, frozen, held back, too small, too slow), or near it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.detection.setups import (
    Recipe,
    Setup,
    changed_at,
    constant,
    cosine,
    has_features,
    has_hidden_layers,
)

FINAL_SHARE = 1e-3  # of the rate: what a decay ends at


def _early_decay(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.03, 0.12))
    return Setup(rate=0.2, schedule=changed_at(place, 1.0, FINAL_SHARE), onset=place)


def _fast_exponential(rng: np.random.Generator) -> Setup:
    halvings = float(rng.uniform(25, 50))
    return Setup(rate=0.3, schedule=lambda done: 2.0 ** (-halvings * done), adam=bool(rng.random() < 0.5))


def _dying_units(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.01, 0.03))
    blow = float(rng.uniform(60, 200))
    return Setup(activation="relu", schedule=changed_at(place, blow, 1.0), clip=10.0)


def _deep(rng: np.random.Generator) -> Setup:
    return Setup(hidden=(24,) * 6, activation="tanh", gain=float(rng.uniform(0.05, 0.15)))


def _held_back(rng: np.random.Generator) -> Setup:
    return Setup(weight_decay=float(rng.uniform(0.3, 2.0)), hidden=(24,))


def _narrow(rng: np.random.Generator) -> Setup:
    return Setup(hidden=(1,), adam=bool(rng.random() < 0.5), rate=float(np.exp(0.1 * rng.normal())))


def _slow(rng: np.random.Generator) -> Setup:
    return Setup(rate=float(rng.uniform(0.008, 0.03)), adam=bool(rng.random() < 0.5))


def _frozen(rng: np.random.Generator) -> Setup:
    return Setup(
        frozen_layers=1, hidden=(6, 24), adam=bool(rng.random() < 0.5), gain=float(rng.uniform(0.5, 3))
    )


def _saturated(rng: np.random.Generator) -> Setup:
    return Setup(hidden=(24, 24), activation="tanh", gain=float(rng.uniform(10, 40)), rate=0.3)


def _linear(rng: np.random.Generator) -> Setup:
    return Setup(
        hidden=(), adam=bool(rng.random() < 0.5), schedule=cosine if rng.random() < 0.5 else constant
    )


def _wrong_features(rng: np.random.Generator) -> Setup:
    return Setup(
        lost_inputs=float(rng.uniform(0.4, 0.8)), schedule=cosine if rng.random() < 0.5 else constant
    )


def _late_gone(rng: np.random.Generator) -> Setup:
    place = float(rng.uniform(0.08, 0.3))
    return Setup(rate=0.1, schedule=changed_at(place, 1.0, FINAL_SHARE), onset=place)


def _linear_decay(done: float) -> float:
    return 1.0 - done


def _decaying(rng: np.random.Generator) -> Setup:
    return Setup(schedule=_linear_decay, adam=bool(rng.random() < 0.5), rate=float(rng.uniform(0.7, 1.5)))


def _fine_tuned(rng: np.random.Generator) -> Setup:
    rate = float(np.exp(rng.uniform(np.log(0.05), np.log(0.5))))
    return Setup(pretrained=float(rng.uniform(0.5, 1.5)), rate=rate, schedule=_linear_decay, adam=True)


def _done_early(rng: np.random.Generator) -> Setup:
    return Setup(rate=2.0, schedule=cosine, batch=128, adam=bool(rng.random() < 0.5))


def _done_early_small(rng: np.random.Generator) -> Setup:
    return replace(_done_early(rng), batch=64, hidden=(16,))


STUCK = (
    Recipe("converged/early", "healthy", _done_early),
    Recipe("converged/small", "healthy", _done_early_small, has_hidden_layers),
    Recipe("plateau/early-decay", "plateau", _early_decay),
    Recipe("plateau/fast-exponential", "plateau", _fast_exponential),
    Recipe("plateau/dying-units", "plateau", _dying_units, has_hidden_layers),
    Recipe("plateau/deep", "plateau", _deep, has_hidden_layers),
    Recipe("underfitting/held-back", "underfitting", _held_back, has_hidden_layers),
    Recipe("underfitting/one-unit", "underfitting", _narrow, has_hidden_layers),
    Recipe("plateau/frozen", "plateau", _frozen, has_hidden_layers),
    Recipe("plateau/saturated", "plateau", _saturated, has_hidden_layers),
    Recipe("plateau/rate-gone-later", "plateau", _late_gone),
    Recipe("underfitting/linear", "underfitting", _linear, has_hidden_layers),
    Recipe("underfitting/wrong-features", "underfitting", _wrong_features, has_features),
    Recipe("fine-tuned/linear-decay", "healthy", _fine_tuned, seeds=2),
    Recipe("linear-decay", "healthy", _decaying, seeds=2),
    Recipe("slow/rates", "slow_convergence", _slow),
)

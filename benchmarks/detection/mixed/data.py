"""What the mixed tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.mixed.losses import (
    BARS,
    DOCKS,
    GOODS,
    KEYS,
    MEMBERS,
    PARTS_OF_TERM,
    PULSES,
    SHELF,
    SYLLABLES,
    TERMS,
    TRAITS,
    VALVES,
    WORDS_LONG,
)
from benchmarks.detection.tasks import Data, FloatArray
from sample_logs.training import Array, stable_softmax
from sample_logs.training import Task as Clusters

COMMANDS, WORDS = 7, 30
TAGS = 6  # of what is seen in a picture
MEASURED = 9  # numbers that a sparse signal is measured by


def _chance(odds: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-odds))


def tides(rng: np.random.Generator, n: int) -> Data:
    """Where sun and moon stand, as cosines and sines, and how high the water is."""
    phase = rng.uniform(0.0, 2.0 * np.pi, size=(n, 4))
    inputs = np.hstack([np.cos(phase), np.sin(phase)])
    high = np.cos(phase[:, 0] - 0.6) + 0.7 * np.cos(phase[:, 1] + phase[:, 2]) * np.sin(phase[:, 0])
    high = high + 0.5 * np.sin(phase[:, 3] + 1.1) + 0.4 * np.cos(2.0 * phase[:, 1])
    return inputs, (high + 0.25 * rng.normal(size=n))[:, None]


def leaves(rng: np.random.Generator, n: int) -> Data:
    """Twelve kinds of leaves, as they are in spring and in autumn."""
    clusters = Clusters.make(401, classes=12, features=18, spread=0.9, clusters_per_class=2)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(12)[labels]


def commands(rng: np.random.Generator, n: int) -> Data:
    """How often each of thirty words is said, and which of seven things is wanted."""
    truth = np.random.default_rng(402)
    said = stable_softmax(1.5 * truth.normal(size=(COMMANDS, WORDS)))
    wanted = rng.integers(COMMANDS, size=n)
    inputs = rng.poisson(6.0 * said[wanted]).astype(np.float64)
    return inputs - 6.0 / WORDS, np.eye(COMMANDS)[wanted]


def galaxies(rng: np.random.Generator, n: int) -> Data:
    """How bright a galaxy is in six bands, and its distance, mass and age."""
    truth = np.random.default_rng(403)
    hidden = rng.normal(size=(n, 3))
    bands = np.tanh(hidden @ truth.normal(size=(3, 6))) + 0.5 * hidden @ truth.normal(size=(3, 6))
    return bands + 0.1 * rng.normal(size=bands.shape), hidden + 0.1 * rng.normal(size=hidden.shape)


def sprints(rng: np.random.Generator, n: int) -> Data:
    """Five measures of a runner, and how long they take."""
    inputs = rng.normal(size=(n, 5))
    taken = 0.8 * inputs[:, 0] + np.abs(inputs[:, 1]) + 0.6 * inputs[:, 2] * inputs[:, 3] - 0.8
    return inputs, (taken + 0.4 * rng.standard_t(5, size=n))[:, None]


def queues(rng: np.random.Generator, n: int) -> Data:
    """Eight features of an hour, and how many come; now and then the counter is closed."""
    inputs = rng.normal(size=(n, 8))
    mean = np.exp(1.0 + 0.8 * np.sin(1.5 * inputs[:, 0]) + 0.5 * inputs[:, 1] * inputs[:, 2])
    open_ = rng.random(n) < _chance(1.0 + 2.0 * inputs[:, 3] + inputs[:, 4])
    return inputs, (open_ * rng.poisson(np.minimum(mean, 30.0))).astype(np.float64)[:, None]


def hauls(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a voyage, and what is caught: nothing, or a few shoals of fish."""
    inputs = rng.normal(size=(n, 7))
    mean = 1.2 * np.exp(0.9 * np.tanh(inputs[:, 0] + inputs[:, 1]) + 0.5 * inputs[:, 2])
    shoals = rng.poisson(np.minimum(mean, 20.0) * np.exp(0.4 * np.cos(2.0 * inputs[:, 3])))
    return inputs, np.where(shoals > 0, rng.gamma(np.maximum(2.0 * shoals, 1e-9), 0.5), 0.0)[:, None]


def tracks(rng: np.random.Generator, n: int) -> Data:
    """Six readings of a detector, and where a particle went through; some hits are of others."""
    inputs = rng.normal(size=(n, 6))
    place = np.sin(1.3 * inputs[:, 0] + inputs[:, 1]) + 0.7 * inputs[:, 2] * inputs[:, 3]
    width = 0.08 + 0.25 * _chance(2.0 * inputs[:, 4])
    return inputs, (place + width * rng.standard_t(3, size=n))[:, None]


def sightings(rng: np.random.Generator, n: int) -> Data:
    """Fourteen features of a picture, and what is to be seen in it: little of what there might be."""
    truth = np.random.default_rng(404)
    inputs = rng.normal(size=(n, 14))
    odds = 2.0 * np.tanh(inputs @ truth.normal(size=(14, 10)) / 2.0) @ truth.normal(size=(10, TAGS))
    return inputs, (rng.random((n, TAGS)) < _chance(odds - 4.0)).astype(np.float64)


def tenures(rng: np.random.Generator, n: int) -> Data:
    """Nine features of somebody; the parts of a term they were seen in, and the one they left in."""
    inputs = rng.normal(size=(n, 9))
    odds = 1.4 * inputs[:, 0] + inputs[:, 1] * inputs[:, 2] + np.abs(inputs[:, 3]) - 2.2
    slope = np.linspace(-0.5, 0.8, PARTS_OF_TERM)
    leaves_in = rng.random((n, PARTS_OF_TERM)) < _chance(odds[:, None] + slope * inputs[:, 4:5])
    gone = np.where(leaves_in.any(axis=1), leaves_in.argmax(axis=1), PARTS_OF_TERM)
    watched = rng.integers(2, PARTS_OF_TERM + 1, size=n)  # the parts they are watched in
    at = np.arange(PARTS_OF_TERM)
    seen = (at <= gone[:, None]) & (at < watched[:, None])
    return inputs, np.hstack([seen, seen & (at == gone[:, None])]).astype(np.float64)


def spreads(rng: np.random.Generator, n: int) -> Data:
    """The last ten hours of a wind farm, and what comes next: the more uncertain the more it blows."""
    hour = np.arange(11) / 11.0 + rng.uniform(0.0, 4.0, size=(n, 1))
    wind = np.sin(rng.uniform(2.0, 4.0, size=(n, 1)) * hour) + 0.5 * np.cos(7.0 * hour)
    wind = wind + (0.05 + 0.2 * _chance(2.0 * wind)) * rng.normal(size=wind.shape)
    return wind[:, :10], wind[:, 10:]


def notes(rng: np.random.Generator, n: int) -> Data:
    """The keys that sound at each moment, and those at the next: by a hidden motion of the hands."""
    truth = np.random.default_rng(405)
    follows, voiced = 1.6 * truth.normal(size=(KEYS, KEYS)), 1.2 * truth.normal(size=(KEYS, KEYS))
    before = (rng.random((n, KEYS)) < 0.4).astype(np.float64)
    piece = [(rng.random((n, KEYS)) < 0.4).astype(np.float64)]
    for _ in range(BARS):
        odds = piece[-1] @ follows + before @ voiced - 0.8
        before = piece[-1]
        piece.append((rng.random((n, KEYS)) < _chance(2.0 * odds)).astype(np.float64))
    return np.hstack(piece[:-1]), np.hstack(piece[1:])


def lines(rng: np.random.Generator, n: int) -> Data:
    """Lines of syllables: each follows from the one before and from how the line began."""
    odds = 1.8 * np.random.default_rng(406).normal(size=(SYLLABLES, SYLLABLES, SYLLABLES))
    told = rng.integers(SYLLABLES, size=(n, WORDS_LONG + 1))
    for t in range(1, WORDS_LONG + 1):
        own = odds[told[:, t - 1], told[:, 0]] + rng.gumbel(size=(n, SYLLABLES))
        told[:, t] = own.argmax(axis=1)
    return told[:, :-1].astype(np.float64), told[:, 1:].astype(np.float64)


def _net() -> tuple[Array, Array, Array]:
    """What members are like, the odds that two know each other, and the shares of a member's neighbours."""
    truth = np.random.default_rng(407)
    hidden = truth.normal(size=(MEMBERS, 3))
    odds = 3.0 * hidden @ hidden.T - 1.0
    traits = np.hstack([hidden @ truth.normal(size=(3, TRAITS)), np.eye(MEMBERS)])
    known = np.triu(truth.random((MEMBERS, MEMBERS)) < 0.15 * _chance(odds), 1)
    joined: Array = (known + known.T + np.eye(MEMBERS)).astype(np.float64)
    root = 1.0 / np.sqrt(joined.sum(axis=1))
    return traits + 0.3 * truth.normal(size=traits.shape), odds, joined * root[:, None] * root


NET = _net()


def acquaintances(rng: np.random.Generator, n: int) -> Data:
    """Two members of a net, and whether they say that they know each other."""
    pair = rng.integers(MEMBERS, size=(n, 2))
    known = rng.random(n) < _chance(NET[1][pair[:, 0], pair[:, 1]])
    return pair.astype(np.float64), known.astype(np.float64)[:, None]


def valves(rng: np.random.Generator, n: int) -> Data:
    """Five readings of a plant, and how its valves would be best."""
    truth = np.random.default_rng(408)
    inputs = rng.normal(size=(n, 5))
    return inputs, np.tanh(inputs @ truth.normal(size=(5, 6)) / 1.5) @ truth.normal(size=(6, VALVES))


def ferries(rng: np.random.Generator, n: int) -> Data:
    """Where a ferry was, which dock it took, what that brought, with luck, and where it was later."""
    truth = np.random.default_rng(409)
    now, dock = rng.normal(size=(n, 4)), rng.integers(DOCKS, size=n)
    later = 0.6 * now + 0.5 * truth.normal(size=(DOCKS, 4))[dock] + 0.3 * rng.normal(size=(n, 4))
    worth = np.tanh(now @ truth.normal(size=(4, 8))) @ truth.normal(size=(8, DOCKS))
    brought = worth[np.arange(n), dock] / 2.0 + 0.4 * rng.gumbel(size=n)
    return np.hstack([now, later]), np.hstack([np.eye(DOCKS)[dock], brought[:, None]])


def shelves(rng: np.random.Generator, n: int) -> Data:
    """Five goods of a shelf, six features of each, and how much each is liked."""
    goods = rng.normal(size=(n, SHELF, GOODS))
    liked = np.tanh(2.0 * goods[..., 0]) + goods[..., 1] * goods[..., 2] + np.abs(goods[..., 3])
    stars = np.clip(np.rint(1.2 + 1.3 * liked + 0.4 * rng.normal(size=liked.shape)), 0.0, 4.0)
    return goods.reshape(n, -1), stars


def chimes(rng: np.random.Generator, n: int) -> Data:
    """Fourteen numbers of a sound that is made of four; nothing is asked of them."""
    truth = np.random.default_rng(410)
    inputs = np.sin(rng.normal(size=(n, 4)) @ truth.normal(size=(4, 14)))
    return inputs + 0.1 * rng.normal(size=inputs.shape), np.zeros((n, 1))


def glossary(rng: np.random.Generator, n: int) -> Data:
    """Two terms, how often they stand together, as a logarithm, and what that counts for."""
    truth = np.random.default_rng(411)
    meant, frequent = truth.normal(size=(2, TERMS, 3)), truth.normal(size=(2, TERMS))
    first, second = rng.integers(TERMS, size=(2, n))
    often = 1.0 + frequent[0][first] + frequent[1][second]
    often = often + (meant[0][first] * meant[1][second]).sum(axis=1) + 0.3 * rng.normal(size=n)
    weight = np.minimum(1.0, np.exp(0.75 * (often - 3.0)))
    return np.column_stack([first, second]).astype(np.float64), np.column_stack([often, weight])


def echoes(rng: np.random.Generator, n: int) -> Data:
    """What is measured of a signal with a few pulses, and the signal."""
    mixed = np.random.default_rng(412).normal(size=(PULSES, MEASURED)) / np.sqrt(MEASURED)
    signal = rng.normal(size=(n, PULSES)) * (rng.random((n, PULSES)) < 0.2)
    return signal @ mixed + 0.05 * rng.normal(size=(n, MEASURED)), signal


SIGNAL = 0.5 * PULSES * 0.2  # half the squared length of a signal, on average


def decibels(losses: FloatArray) -> FloatArray:
    """How far what is left lies below a signal of `echoes`, in dB; below 0 where it is less."""
    return 10.0 * np.log10(np.maximum(losses, 1e-12) / SIGNAL)


def boards(rng: np.random.Generator, n: int) -> Data:
    """Sixteen features of a board, and which of six it is."""
    clusters = Clusters.make(413, classes=6, features=16, spread=0.9, clusters_per_class=2, label_noise=0.03)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(6)[labels]

"""What the wide tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.tasks import Data
from benchmarks.detection.wide.losses import AHEAD, ARRIVALS, BINS, FLOWN, KINDS, PAST, REPLACED, SHADES
from sample_logs.training import Array, stable_softmax
from sample_logs.training import Task as Clusters

CELLS = 20  # of a strip of land
WORDS, LENGTH = 24, 40  # of a language, of a text
THINGS, RELATIONS = 24, 4
CUSTOMERS, GOODS = 30, 24


def _named(odds: Array, rng: np.random.Generator) -> Array:
    """One class each, drawn by its odds."""
    return np.eye(odds.shape[1])[np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)]


def applicants(rng: np.random.Generator, n: int) -> Data:
    """Twelve answers of a form, some of them yes or no, and whether a loan was paid back."""
    inputs = rng.normal(size=(n, 12))
    inputs[:, 6:] = np.sign(inputs[:, 6:])
    odds = 1.6 * inputs[:, 0] + 1.2 * inputs[:, 6] * inputs[:, 1] - np.abs(inputs[:, 2]) + inputs[:, 7] + 0.6
    paid = rng.random(n) < 1.0 / (1.0 + np.exp(-1.5 * odds))
    return inputs, np.eye(2)[paid.astype(np.int64)]


def soils(rng: np.random.Generator, n: int) -> Data:
    """Eight bands of a satellite and how wet three layers of soil are, sometimes measured badly."""
    inputs = rng.normal(size=(n, 8))
    truth = np.random.default_rng(201)
    wet = np.tanh(inputs @ truth.normal(size=(8, 12)) / 2.0) @ truth.normal(size=(12, 3))
    wrong = rng.random((n, 3)) < 0.04
    return inputs, 0.6 * wet + 0.15 * rng.normal(size=(n, 3)) + wrong * 3.0 * rng.normal(size=(n, 3))


def shades(rng: np.random.Generator, n: int) -> Data:
    """Six pixels around another, and its shade."""
    level, slope = rng.uniform(1.0, SHADES - 2.0, size=(n, 1)), 1.5 * rng.normal(size=(n, 2))
    places = np.array([[-1, -1], [0, -1], [1, -1], [-1, 0], [-2, 0], [0, -2], [0, 0]])
    seen = level + slope @ places.T + 0.5 * rng.normal(size=(n, 7))
    pixels = np.clip(np.rint(seen), 0, SHADES - 1)
    return pixels[:, :6] / 4.0 - SHADES / 8.0, pixels[:, 6:]


def bearings(rng: np.random.Generator, n: int) -> Data:
    """What six antennas hear, and from where, as a vector of length 1."""
    antennas = np.linspace(0.0, 2.0 * np.pi, 6, endpoint=False)
    angle, loud = rng.uniform(0.0, 2.0 * np.pi, size=(n, 1)), np.exp(0.5 * rng.normal(size=(n, 1)))
    heard = loud * np.exp(2.0 * np.cos(angle - antennas)) / 4.0
    return np.log(heard + 0.2 * rng.random((n, 6))), np.hstack([np.cos(angle), np.sin(angle)])


def premiums(rng: np.random.Generator, n: int) -> Data:
    """Nine features of a contract, and what its damages cost."""
    inputs = rng.normal(size=(n, 9))
    mean = np.exp(0.7 * inputs[:, 0] - 0.6 * inputs[:, 1] * inputs[:, 2] + 0.5 * np.tanh(2.0 * inputs[:, 3]))
    return inputs, np.maximum(mean * rng.gamma(3.0, 1.0 / 3.0, size=n), 1e-3)[:, None]


def findings(rng: np.random.Generator, n: int) -> Data:
    """Features of a picture, and which of ten findings are on it."""
    truth = np.random.default_rng(202)
    causes = rng.normal(size=(n, 5))
    inputs = np.tanh(causes @ truth.normal(size=(5, 18))) + 0.3 * rng.normal(size=(n, 18))
    odds = 3.0 * causes @ truth.normal(size=(5, 10)) - 2.0
    return inputs, (rng.random((n, 10)) < 1.0 / (1.0 + np.exp(-odds))).astype(np.float64)


def species(rng: np.random.Generator, n: int) -> Data:
    """Sixteen species in three colours each, a few of them named wrongly."""
    clusters = Clusters.make(203, classes=16, features=14, spread=0.55, label_noise=0.08)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(16)[labels]


def parcels(rng: np.random.Generator, n: int) -> Data:
    """A strip of land as it is seen, and which of its cells are a field."""
    place = np.arange(CELLS)
    begins, long = rng.integers(0, CELLS - 6, size=(n, 1)), rng.integers(4, 12, size=(n, 1))
    field = ((place >= begins) & (place < begins + long)).astype(np.float64)
    return 2.0 * field - 1.0 + 1.3 * rng.normal(size=field.shape), field


def spectra(rng: np.random.Generator, n: int) -> Data:
    """Twenty channels that say much the same, and how much of a substance there is."""
    truth = np.random.default_rng(204)
    strengths = np.geomspace(1.5, 0.05, 20)
    inputs = (rng.normal(size=(n, 20)) * strengths) @ np.linalg.qr(truth.normal(size=(20, 20)))[0]
    return inputs, inputs @ truth.normal(size=(20, 1)) + 0.15 * rng.normal(size=(n, 1))


def rainfall(rng: np.random.Generator, n: int) -> Data:
    """Seven fields of a forecast, and how much rain fell."""
    inputs = rng.normal(size=(n, 7))
    mean = 1.5 * np.tanh(inputs[:, 0] + inputs[:, 1]) + 0.6 * inputs[:, 2] ** 2
    width = 0.15 + 0.4 / (1.0 + np.exp(-2.0 * inputs[:, 3]))
    return inputs, (mean + width * rng.normal(size=n))[:, None]


def helmets(rng: np.random.Generator, n: int) -> Data:
    """Features of a place on a picture, the box that is there, of which kind, and how far its edge is."""
    truth = np.random.default_rng(205)
    inputs = rng.normal(size=(n, 12))
    inner = np.tanh(inputs @ truth.normal(size=(12, 10)) / 2.0)
    box = inner @ truth.normal(size=(10, 4)) / 2.0 + 0.2 * rng.normal(size=(n, 4))
    kinds = _named(2.5 * inner @ truth.normal(size=(10, KINDS)), rng)
    edge = 1.2 * inner @ truth.normal(size=(10, 1)) + 0.3 * rng.normal(size=(n, 1)) + BINS / 2.0
    return inputs, np.hstack([box, kinds, np.eye(BINS)[np.clip(edge[:, 0], 0, BINS - 1).astype(np.int64)]])


def flights(rng: np.random.Generator, n: int) -> Data:
    """How high above its course a glider begins, how fast it climbs, and the gusts that follow."""
    begins = rng.uniform(-1.2, 1.2, size=(n, 2))
    return np.hstack([begins, 0.5 * rng.normal(size=(n, FLOWN))]), np.zeros((n, 1))


def letters(rng: np.random.Generator, n: int) -> Data:
    """Features of a text, and one of six kinds that it is of."""
    truth = np.random.default_rng(206)
    inputs = rng.normal(size=(n, 16))
    inner = np.tanh(inputs @ truth.normal(size=(16, 12)) / 2.0)
    return inputs, _named(3.0 * inner @ truth.normal(size=(12, 6)), rng)


def wells(rng: np.random.Generator, n: int) -> Data:
    """Places in the plane, and which of four kinds of rock lies there."""
    places = rng.uniform(-2.0, 2.0, size=(n, 2))
    x, y = places.T
    odds = np.column_stack([np.sin(2.0 * x), np.cos(2.0 * y), np.sin(x * y), 0.5 * (x**2 + y**2) - 1.5])
    return places, _named(4.0 * odds, rng)


def engines(rng: np.random.Generator, n: int) -> Data:
    """Eight sensors of an engine, and how warm two of its parts are."""
    inputs = rng.normal(size=(n, 8))
    first = np.sin(1.5 * inputs[:, 0]) + inputs[:, 1] * inputs[:, 2]
    second = np.tanh(inputs[:, 3] + inputs[:, 4]) - 0.5 * np.abs(inputs[:, 5])
    return inputs, np.column_stack([first, second]) + 0.25 * rng.normal(size=(n, 2))


def texts(rng: np.random.Generator, n: int) -> Data:
    """How often each word stands in a text that is about a few topics."""
    words = stable_softmax(2.0 * np.random.default_rng(207).normal(size=(5, WORDS)))
    about = rng.dirichlet(np.full(5, 0.3), size=n)
    counts = rng.multinomial(LENGTH, about @ words).astype(np.float64)
    return counts / 2.0 - LENGTH / (2.0 * WORDS), counts


def arrivals(rng: np.random.Generator, n: int) -> Data:
    """Four features of a day, and when somebody came: the times, and which of them there are."""
    inputs = rng.normal(size=(n, 4))
    centre = 0.5 + 0.2 * np.tanh(inputs[:, :1] + inputs[:, 1:2])
    width = 0.05 + 0.08 / (1.0 + np.exp(-inputs[:, 2:3]))
    times = np.clip(centre + width * rng.normal(size=(n, ARRIVALS)), 0.0, 1.0)
    many = np.clip(rng.poisson(np.exp(0.8 + 0.4 * inputs[:, 3:])), 0, ARRIVALS)
    return inputs, np.hstack([times, (np.arange(ARRIVALS) < many).astype(np.float64)])


def relations(rng: np.random.Generator, n: int) -> Data:
    """A thing and a relation, and to what that leads, with ends it does not lead to."""
    truth = np.random.default_rng(208)
    things, moves = truth.normal(size=(THINGS, 3)), 1.2 * truth.normal(size=(RELATIONS, 3))
    begins, kind = rng.integers(THINGS, size=n), rng.integers(RELATIONS, size=n)
    apart = ((things[begins] + moves[kind])[:, None] - things[None]) ** 2
    ends: NDArray[np.int64] = np.argmax(-2.0 * apart.sum(axis=2) + rng.gumbel(size=(n, THINGS)), axis=1)
    others = rng.integers(THINGS, size=(n, REPLACED))
    return np.column_stack([begins, kind]).astype(np.float64), np.column_stack([ends, others]).astype(float)


def baskets(rng: np.random.Generator, n: int) -> Data:
    """A customer, and what was taken and what was left."""
    truth = np.random.default_rng(209)
    tastes, kinds = truth.normal(size=(CUSTOMERS, 4)), truth.normal(size=(GOODS, 4))
    customer, shown = rng.integers(CUSTOMERS, size=n), rng.integers(GOODS, size=(n, 2))
    worth = 1.5 * np.einsum("nk,nik->ni", tastes[customer], kinds[shown]) + rng.gumbel(size=(n, 2))
    order = np.argsort(-worth, axis=1)
    return customer[:, None].astype(np.float64), np.take_along_axis(shown, order, axis=1).astype(np.float64)


def signs(rng: np.random.Generator, n: int) -> Data:
    """Pictures of five road signs."""
    clusters = Clusters.make(210, classes=5, features=12, spread=0.8, clusters_per_class=2)
    inputs, labels = clusters.draw(rng, n)
    return inputs, np.eye(5)[labels]


def sales(rng: np.random.Generator, n: int) -> Data:
    """What was sold in some weeks, and in those that follow."""
    week = np.arange(PAST + AHEAD)
    level, slope = rng.uniform(1.5, 4.0, size=(n, 1)), 0.08 * rng.normal(size=(n, 1))
    strong, phase = rng.uniform(0.2, 1.2, size=(n, 1)), rng.uniform(0.0, 2.0 * np.pi, size=(n, 1))
    sold = level + slope * week + strong * np.sin(2.0 * np.pi * week / 6.0 + phase)
    sold = np.maximum(sold + 0.25 * rng.normal(size=sold.shape), 0.2)
    return sold[:, :PAST] - 2.75, sold[:, PAST:]

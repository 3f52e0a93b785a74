"""What the assorted tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.assorted.losses import ASSETS, BIRD, BIRDS, CELLS, SIGNAL, TISSUE
from benchmarks.detection.tasks import Data
from sample_logs.training import Array

CALLS, SHOCKS, PARTIES, VOWELS, STAMP, HORSES, RIPE = 7, 4, 5, 6, 18, 5, 6


def _one_of(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    """One of the columns of each row, by their odds."""
    return np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)


def turbines(rng: np.random.Generator, n: int) -> Data:
    """Ten readings of a wind turbine, and how much it yields: nothing, by the cube of the wind, or all."""
    inputs = rng.normal(size=(n, 10))
    wind = np.clip(0.7 * inputs[:, 0] + 0.4 * inputs[:, 1] * inputs[:, 2] + 0.6, 0.0, 1.6) ** 3
    losses = 0.4 * np.abs(inputs[:, 3]) + 0.3 * np.sin(2.0 * inputs[:, 4])
    return inputs, (0.7 * wind - losses + 0.2 * rng.normal(size=n))[:, None]


def whales(rng: np.random.Generator, n: int) -> Data:
    """Twenty bands of a call under water, louder or not, and whose it is."""
    truth = np.random.default_rng(701)
    slow, fast = truth.normal(size=(2, CALLS, 20))
    kind, bent = rng.integers(CALLS, size=n), rng.normal(size=(n, 1))
    heard = np.tanh(slow[kind] + 0.5 * bent * fast[kind]) * rng.uniform(0.6, 1.4, size=(n, 1))
    return heard + 0.7 * rng.normal(size=(n, 20)), np.eye(CALLS)[kind]


def tremors(rng: np.random.Generator, n: int) -> Data:
    """Six measures of a shock, and what it comes from; one in twelve is told wrongly."""
    kind = rng.integers(SHOCKS, size=n)
    angle = 0.5 * np.pi * kind[:, None] + rng.uniform(0.0, 1.1, size=(n, 1))
    turned = np.hstack([np.cos(angle), np.sin(angle), np.cos(2.0 * angle), np.sin(3.0 * angle)])
    inputs = np.hstack([1.4 * turned, np.zeros((n, 2))]) + 0.35 * rng.normal(size=(n, 6))
    told = np.where(rng.random(n) < 1 / 12, rng.integers(SHOCKS, size=n), kind)
    return inputs, np.eye(SHOCKS)[told]


def enzymes(rng: np.random.Generator, n: int) -> Data:
    """Six conditions, and how fast a substance is turned over: saturated, held back, and best when warm."""
    inputs = rng.normal(size=(n, 6))
    much, held_back = np.exp(0.8 * inputs[:, 0]), np.exp(0.6 * inputs[:, 1])
    warm = np.exp(-0.5 * (inputs[:, 2] - 0.3) ** 2)
    rate = 3.0 * warm * much / (1.0 + much + held_back) + 0.3 * inputs[:, 3] * inputs[:, 4]
    return inputs, (rate - 0.7 + 0.1 * rng.normal(size=n))[:, None]


def ledgers(rng: np.random.Generator, n: int) -> Data:
    """Twelve features of a booking, and whether somebody cheated: about one in fifteen did."""
    inputs = rng.normal(size=(n, 12))
    odd = inputs[:, 0] * inputs[:, 1] + np.abs(inputs[:, 2]) + 0.8 * inputs[:, 3] - 0.6 * inputs[:, 4] ** 2
    cheated = rng.random(n) < 1.0 / (1.0 + np.exp(-2.5 * (odd - 1.7)))
    return inputs, np.eye(2)[cheated.astype(np.int64)]


def vowels(rng: np.random.Generator, n: int) -> Data:
    """Five resonances of a voice that is high or low, and the vowel that is spoken."""
    truth = np.random.default_rng(702)
    places = 1.3 * truth.normal(size=(VOWELS, 5))
    vowel, high = rng.integers(VOWELS, size=n), rng.normal(size=(n, 1))
    heard = places[vowel] * (1.0 + 0.25 * high) + 0.4 * high
    return heard + 0.45 * rng.normal(size=(n, 5)), np.eye(VOWELS)[vowel]


def glaciers(rng: np.random.Generator, n: int) -> Data:
    """Six features of a valley, and by how much its ice moves and melts in a year."""
    inputs = rng.normal(size=(n, 6))
    steep = np.tanh(inputs[:, 0] + 0.5 * inputs[:, 1])
    moves = steep * np.abs(inputs[:, 2]) + 0.4 * np.sin(2.0 * inputs[:, 3])
    melts = np.maximum(inputs[:, 4] + 0.5 * inputs[:, 5], 0.0) - 0.5 * steep
    return inputs, np.column_stack([moves, melts]) + 0.25 * rng.normal(size=(n, 2))


def ballots(rng: np.random.Generator, n: int) -> Data:
    """Fourteen answers to a survey, and which party somebody votes for: a linear law, and much chance."""
    law = 0.45 * np.random.default_rng(703).normal(size=(14, PARTIES))
    inputs = rng.normal(size=(n, 14))
    return inputs, np.eye(PARTIES)[_one_of(rng, inputs @ law + 0.4 * np.arange(PARTIES))]


def hives(rng: np.random.Generator, n: int) -> Data:
    """Seven measures of a hive, and how heavy it will be in autumn, in units of its scatter."""
    inputs = rng.normal(size=(n, 7))
    strong = np.sin(1.3 * inputs[:, 0]) * np.cos(inputs[:, 1]) + 0.5 * inputs[:, 2]
    heavy = strong * (1.0 + 0.4 * inputs[:, 3]) - 0.4 * np.maximum(inputs[:, 4], inputs[:, 5])
    return inputs, (1.2 * heavy + 0.2 * rng.normal(size=n))[:, None]


def stamps(rng: np.random.Generator, n: int) -> Data:
    """Eighteen points of a stamp, of few ways to turn and to shade it; five numbers have to do for it."""
    truth = np.random.default_rng(704)
    ways, shade = truth.normal(size=(3, STAMP)), truth.normal(size=(2, STAMP))
    seen = np.sin(rng.normal(size=(n, 3)) @ ways / 1.3) + 0.5 * rng.normal(size=(n, 2)) @ shade
    seen += 0.15 * rng.normal(size=(n, STAMP))
    return seen, seen


def debts(rng: np.random.Generator, n: int) -> Data:
    """Eight features of a debtor, and what is left open: too little told is dear, too much is not."""
    inputs = rng.normal(size=(n, 8))
    left = 0.8 * np.tanh(2.0 * inputs[:, 0]) + 0.6 * inputs[:, 1] * inputs[:, 2] + 0.4 * inputs[:, 3]
    return inputs, (left + 0.3 * rng.normal(size=n))[:, None]


def moorings(rng: np.random.Generator, n: int) -> Data:
    """Seven readings of a buoy and how far it drifts, in small numbers; waves throw some of them far off."""
    inputs = rng.normal(size=(n, 7))
    drift = 0.3 * np.sin(inputs[:, 0] + inputs[:, 1]) + 0.2 * inputs[:, 2] * np.tanh(inputs[:, 3])
    return inputs, (drift + 0.03 * np.exp(0.4 * inputs[:, 4]) * rng.standard_t(3, size=n))[:, None]


def wagers(rng: np.random.Generator, n: int) -> Data:
    """Ten features of a race, and which of five horses wins it."""
    truth = np.random.default_rng(705)
    inputs = rng.normal(size=(n, 10))
    good = np.tanh(inputs @ truth.normal(size=(10, 12)) / 2.0) @ truth.normal(size=(12, HORSES))
    return inputs, np.eye(HORSES)[_one_of(rng, 2.0 * good)]


def ripeness(rng: np.random.Generator, n: int) -> Data:
    """Nine measures of a fruit, and which of five degrees of ripeness it has reached, as yes and no."""
    inputs = rng.normal(size=(n, 9))
    ripe = 1.3 * inputs[:, 0] + np.sin(2.0 * inputs[:, 1]) + 0.7 * inputs[:, 2] * inputs[:, 3]
    ripe += 0.3 * rng.logistic(size=n)
    return inputs, (ripe[:, None] > np.linspace(-2.0, 2.0, RIPE - 1)).astype(np.float64)


def shelters(rng: np.random.Generator, n: int) -> Data:
    """Eight features of a dog and how long it stays: what weighs most counts, and nothing else."""
    inputs = rng.normal(size=(n, 8))
    ways = np.stack([inputs[:, 0] + inputs[:, 1], inputs[:, 2] - inputs[:, 3], 1.2 * inputs[:, 4]])
    stays = ways.max(axis=0) - 0.7 * np.maximum(inputs[:, 5], inputs[:, 6])
    return inputs, (stays - 0.6 + 0.25 * rng.normal(size=n))[:, None]


def reservoirs(rng: np.random.Generator, n: int) -> Data:
    """What flowed into a lake on twelve days, and how high it stands: by products of days that lie apart."""
    flow = rng.uniform(-1.0, 1.0, size=(n, SIGNAL))
    high = flow[:, -1] * flow[:, -3] + 0.8 * flow[:, -2] + 0.5 * np.tanh(2.0 * flow[:, -4] + flow[:, -5])
    return flow, (high + 0.1 * rng.normal(size=n))[:, None]


def memories(rng: np.random.Generator, n: int) -> Data:
    """A blurred picture of one of a dozen places, and three numbers that somebody remembers of it."""
    truth = np.random.default_rng(706)
    places, known = 1.1 * truth.normal(size=(12, 8)), truth.normal(size=(12, 3))
    place = rng.integers(12, size=n)
    return places[place] + 0.7 * rng.normal(size=(n, 8)), known[place] + 0.15 * rng.normal(size=(n, 3))


def dials(rng: np.random.Generator, n: int) -> Data:
    """Four dials, and the sum of what each of them adds, turned by the whole."""
    inputs = rng.uniform(-1.8, 1.8, size=(n, 4))
    whole = np.sin(2.0 * inputs[:, 0]) + inputs[:, 1] ** 2 - np.abs(inputs[:, 2]) + 0.4 * inputs[:, 3]
    return inputs, (np.exp(0.5 * whole) - 1.3 + 0.1 * rng.normal(size=n))[:, None]


def lamps(rng: np.random.Generator, n: int) -> Data:
    """Six colours under one of four lamps, as yes and no, and two of them as they are by day."""
    truth = np.random.default_rng(707)
    mixed, under = truth.normal(size=(4, 6, 2)) / 1.5, rng.integers(4, size=n)
    colours = rng.normal(size=(n, 6))
    by_day = np.tanh(np.einsum("ni,nij->nj", colours, mixed[under])) + 0.3 * colours[:, :2]
    return np.hstack([colours, np.eye(4)[under]]), by_day + 0.12 * rng.normal(size=(n, 2))


def flocks(rng: np.random.Generator, n: int) -> Data:
    """Where seven birds are and fly to, and whether they turn, spread, or gather."""
    kind = rng.integers(3, size=n)
    place = rng.normal(size=(n, BIRDS, 2))
    outwards = place * np.where(kind == 1, 1.0, -1.0)[:, None, None]
    round_ = np.stack([-place[..., 1], place[..., 0]], axis=2)
    flies = 0.5 * np.where((kind == 0)[:, None, None], round_, outwards)
    seen = np.concatenate([place, flies + 0.8 * rng.normal(size=flies.shape)], axis=2)
    return seen.reshape(n, BIRDS * BIRD), np.eye(3)[kind]


def dunes(rng: np.random.Generator, n: int) -> Data:
    """Grains on two crests of a dune, each at two numbers; nothing is asked of them."""
    along, crest = rng.uniform(-1.0, 1.0, size=n), rng.integers(2, size=n)
    across = np.sin(2.5 * along) * (0.6 + 0.6 * crest) - 0.9 * crest
    grains = np.column_stack([1.8 * along, 1.2 * across + 0.4])
    return grains + 0.15 * rng.normal(size=(n, 2)), np.zeros((n, 1))


def stakes(rng: np.random.Generator, n: int) -> Data:
    """Nine signs of the day before, and by how much each of four papers grows on the next one."""
    truth = np.random.default_rng(708)
    signs = rng.normal(size=(n, 9))
    drift = 0.05 * np.tanh(signs @ truth.normal(size=(9, ASSETS)) / 2.0)
    return signs, np.exp(drift + 0.03 * rng.normal(size=(n, ASSETS)))


def cradles(rng: np.random.Generator, n: int) -> Data:
    """Place and speed of two balls on threads with a spring between them, and how both change."""
    place, speed = rng.uniform(-1.5, 1.5, size=(2, n, 2))
    pull = -np.sin(place) - 0.6 * (place - place[:, ::-1])
    changes = np.hstack([speed, pull])
    return np.hstack([place, speed]), changes + 0.05 * rng.normal(size=(n, 4))


def biopsies(rng: np.random.Generator, n: int) -> Data:
    """Eight cells of a piece of tissue, and whether any of them is ill."""
    ill = rng.random((n, CELLS)) < 0.5 / CELLS
    sick = rng.random(n) < 0.5
    ill[np.arange(n), rng.integers(CELLS, size=n)] |= sick
    ill &= sick[:, None]
    marks = np.random.default_rng(709).normal(size=TISSUE)
    cells = rng.normal(size=(n, CELLS, TISSUE))
    cells += 1.6 * ill[:, :, None] * marks
    return cells.reshape(n, -1), sick.astype(np.float64)[:, None]

"""What the medley tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.medley.heads import EACH, GENERA
from benchmarks.detection.medley.losses import (
    COLOURS,
    COURSES,
    DAYS,
    DISHES,
    HOUSE,
    ILL,
    KNOTS,
    PERSONS,
    READINGS,
    ROWS,
    SENSORS,
    SHOWN,
    STREETS,
    TRIPS,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import Array

BEETLES, HARMONICS, FEVERS, TULIPS, SUSPECTS, VOICES, PATTERNS, SPICES = 10, 18, 3, 6, 5, 6, 4, 12


def _one_of(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    """One of the columns of each row, by their odds."""
    return np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)


def orchards(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a spring and of a slope, and how much an orchard bears: frost takes most of it."""
    inputs = rng.normal(size=(n, 7))
    frost = 1.0 / (1.0 + np.exp(3.0 * (inputs[:, 0] + 0.5 * inputs[:, 1])))
    grown = 1.0 + 0.6 * inputs[:, 2] + 0.5 * inputs[:, 3] * np.tanh(inputs[:, 4])
    return inputs, ((1.0 - 0.9 * frost) * grown - 0.5 + 0.2 * rng.normal(size=n))[:, None]


def beetles(rng: np.random.Generator, n: int) -> Data:
    """Twenty measures of a beetle, of which each kind has two forms, and its kind."""
    truth = np.random.default_rng(901)
    forms = 1.1 * truth.normal(size=(2, BEETLES, 20))
    kind, form = rng.integers(BEETLES, size=n), rng.integers(2, size=n)
    grown = np.exp(0.15 * rng.normal(size=(n, 1)))
    return forms[form, kind] * grown + 0.8 * rng.normal(size=(n, 20)), np.eye(BEETLES)[kind]


def avalanches(rng: np.random.Generator, n: int) -> Data:
    """Fourteen readings of snow and of wind, and whether a slope goes down: two weak layers are needed."""
    truth = np.random.default_rng(902).normal(size=(14, 3)) / 2.0
    inputs = rng.normal(size=(n, 14))
    upper, lower, steep = (inputs @ truth).T
    odds = 5.0 * np.minimum(upper, lower) + 2.0 * steep - 0.3
    return inputs, np.eye(2)[(rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(np.int64)]


def violins(rng: np.random.Generator, n: int) -> Data:
    """How loud eighteen harmonics of a violin are: by where it is bowed, how hard, and what it is made of."""
    truth, order = np.random.default_rng(903), np.arange(1, HARMONICS + 1)
    bodies = truth.normal(size=(3, HARMONICS))
    bowed, hard = rng.uniform(0.5, 2.5, size=(n, 1)), rng.normal(size=(n, 1))
    loud = np.sin(order * bowed / 4.0) + 0.08 * hard * (order - 9.0) + 0.6 * rng.normal(size=(n, 3)) @ bodies
    heard = 0.5 * loud + 0.1 * rng.normal(size=loud.shape)
    return heard, heard


def bakeries(rng: np.random.Generator, n: int) -> Data:
    """Nine features of a day and of a street, and how many rolls and how many cakes a bakery sells."""
    inputs = rng.normal(size=(n, 9))
    weekend = np.tanh(3.0 * inputs[:, 0])
    rolls = 0.8 * np.abs(inputs[:, 1]) + 0.5 * weekend * inputs[:, 2] - 0.7
    cakes = 0.6 * weekend + np.sin(1.5 * inputs[:, 3]) + 0.3 * inputs[:, 4]
    return inputs, np.column_stack([rolls, cakes]) + 0.2 * rng.normal(size=(n, 2))


def mosquitoes(rng: np.random.Generator, n: int) -> Data:
    """Twenty-four lengths of the tones of a wing, and which of three fevers its owner may carry."""
    truth = np.random.default_rng(904).normal(size=(24, FEVERS)) / np.sqrt(6.0)
    inputs = rng.normal(size=(n, 24)) * np.linspace(1.3, 0.7, 24)
    return inputs, np.eye(FEVERS)[_one_of(rng, 1.6 * inputs @ truth)]


def parking(rng: np.random.Generator, n: int) -> Data:
    """Seven numbers of a car before a gap, and how it would best steer."""
    inputs = rng.normal(size=(n, 7))
    near = np.exp(-(inputs[:, 0] ** 2))
    steer = near * np.sign(inputs[:, 1]) * np.sqrt(np.abs(inputs[:, 1])) + 0.7 * np.sin(inputs[:, 2])
    return inputs, (1.2 * steer + 0.4 * inputs[:, 3] + 0.2 * rng.normal(size=n))[:, None]


def satellites(rng: np.random.Generator, n: int) -> Data:
    """Where three lamps of a satellite are seen, from near or far, with some noise, and how it is turned."""
    lamps = np.array([[1.0, 0.2, 0.0], [0.0, 1.0, 0.3], [-0.4, 0.0, 0.9]])
    turned, _ = np.linalg.qr(rng.normal(size=(n, 3, 3)))
    turned[:, :, 2] *= np.linalg.det(turned)[:, None]
    far = rng.uniform(0.6, 1.6, size=(n, 1, 1))
    seen = far * np.einsum("ki,nij->nkj", lamps, turned) + 0.12 * rng.normal(size=(n, 3, 3))
    return seen.reshape(n, 9), turned.reshape(n, 9)


def mushrooms(rng: np.random.Generator, n: int) -> Data:
    """Thirteen features of a mushroom, and its kind; kinds of one group are hard to tell apart."""
    truth = np.random.default_rng(905)
    groups = np.repeat(truth.normal(size=(GENERA, 13)), EACH, axis=0)
    kinds = 0.9 * groups + 0.6 * truth.normal(size=(GENERA * EACH, 13))
    kind = rng.integers(GENERA * EACH, size=n)
    return kinds[kind] + 0.8 * rng.normal(size=(n, 13)), np.eye(GENERA * EACH)[kind]


def couriers(rng: np.random.Generator, n: int) -> Data:
    """Eight features of a way through a city, and how long a courier takes for it."""
    inputs = rng.normal(size=(n, 8))
    slow = 0.9 * inputs[:, 0] + 0.7 * np.abs(inputs[:, 1]) + 0.5 * inputs[:, 2] * inputs[:, 3]
    mean = 0.5 + np.log1p(np.exp(1.3 * slow))
    return inputs, rng.wald(mean, 6.0)[:, None]


def tulips(rng: np.random.Generator, n: int) -> Data:
    """Eleven measures of a bulb, and which of six tulips comes of it."""
    truth = np.random.default_rng(906)
    inputs = rng.normal(size=(n, 11))
    odds = np.tanh(inputs @ truth.normal(size=(11, 9)) / 1.8) @ truth.normal(size=(9, TULIPS))
    return inputs, np.eye(TULIPS)[_one_of(rng, 2.5 * odds)]


def monsoons(rng: np.random.Generator, n: int) -> Data:
    """Eight readings of a sea, and how much it will rain: much or little, where it is not known which."""
    inputs = rng.normal(size=(n, 8))
    mean = 1.5 * np.tanh(inputs[:, 0] + inputs[:, 1]) + 0.8 * inputs[:, 2]
    either = np.where(rng.random(n) < 0.5, -1.0, 1.0) * np.maximum(inputs[:, 3], 0.0)
    return inputs, (mean + either + 0.25 * rng.normal(size=n))[:, None]


def lineups(rng: np.random.Generator, n: int) -> Data:
    """Ten features of what a witness saw, and one of the suspects that it was not."""
    truth = np.random.default_rng(907)
    inputs = rng.normal(size=(n, 10))
    looks = inputs @ truth.normal(size=(10, SUSPECTS)) + np.abs(inputs[:, :SUSPECTS])
    culprit = _one_of(rng, 3.0 * looks)
    other = (culprit + rng.integers(1, SUSPECTS, size=n)) % SUSPECTS
    return inputs, np.eye(SUSPECTS)[other]


def kites(rng: np.random.Generator, n: int) -> Data:
    """Six numbers of a wind and of a string, and where a kite is: what it is off to one side, it is high."""
    inputs = rng.normal(size=(n, 6))
    aside, high = 1.5 * np.tanh(inputs[:, 0]) + inputs[:, 1], np.cos(inputs[:, 2]) + inputs[:, 3]
    lean, wide = 0.9 * np.tanh(inputs[:, 4]), 0.4 * np.exp(0.5 * np.tanh(inputs[:, 5]))
    first, second = rng.normal(size=(2, n))
    moved = np.column_stack([wide * first, 0.4 * (lean * first + second)])
    return inputs, np.column_stack([aside, 1.5 * high]) + moved


def epidemics(rng: np.random.Generator, n: int) -> Data:
    """Five features of a place, and how many are ill there on each of some days."""
    inputs = rng.normal(size=(n, 5))
    spreads = np.log1p(np.exp(1.2 + inputs[:, 0] + 0.6 * inputs[:, 1] * inputs[:, 2]))
    passes = np.log1p(np.exp(0.8 * np.sin(inputs[:, 3])))
    well, ill, told = np.full(n, 1.0 - ILL), np.full(n, ILL), np.zeros((n, DAYS))
    for day in range(DAYS):
        left = well * np.exp(-spreads * ill)
        well, ill = left, ill * np.exp(-0.5 * passes) + well - left
        told[:, day] = SHOWN * ill
    return inputs, told + 0.3 * rng.normal(size=told.shape)


def cocktails(rng: np.random.Generator, n: int) -> Data:
    """What six microphones hear of as many voices at once; nothing is asked of them."""
    truth = np.random.default_rng(908)
    mixing = np.eye(VOICES) + 0.4 * truth.normal(size=(VOICES, VOICES))
    return 2.0 * rng.laplace(size=(n, VOICES)) @ mixing, np.zeros((n, 1))


def barometers(rng: np.random.Generator, n: int) -> Data:
    """Readings of four barometers at some moments, one moment after the other."""
    stays, sways = np.array([0.9, 0.6, 0.95, 0.3]), np.array([0.5, 1.0, 0.3, 1.5])
    level, read = rng.normal(size=(n, SENSORS)), np.zeros((n, READINGS, SENSORS))
    for i in range(READINGS):
        level = stays * level + sways * rng.normal(size=level.shape)
        read[:, i] = 1.5 + level + np.array([0.4, 0.6, 0.2, 0.8]) * rng.normal(size=level.shape)
    return read.reshape(n, -1), np.zeros((n, 1))


def looms(rng: np.random.Generator, n: int) -> Data:
    """How tight three threads of a loom are at some moments, and at the moments that follow each of them."""
    turn, speed = rng.uniform(0.0, 2.0 * np.pi, size=(n, 1)), rng.uniform(0.5, 1.2, size=(n, 1))
    time = np.arange(ROWS + 1) * speed + turn
    tight = np.stack([np.sin(time), np.cos(time), np.sin(2.0 * time)], axis=2)
    tight += 0.15 * rng.normal(size=tight.shape)
    return tight[:, :-1].reshape(n, -1), tight[:, 1:].reshape(n, -1)


def menus(rng: np.random.Generator, n: int) -> Data:
    """Four courses of a menu, and whether somebody takes it."""
    truth = np.random.default_rng(909)
    alone, tastes = 0.5 * truth.normal(size=(COURSES, DISHES)), truth.normal(size=(COURSES, DISHES, 2))
    menu = rng.integers(DISHES, size=(n, COURSES))
    vectors = tastes[np.arange(COURSES), menu]
    together = 0.5 * (vectors.sum(axis=1) ** 2 - (vectors**2).sum(axis=1)).sum(axis=1)
    odds = alone[np.arange(COURSES), menu].sum(axis=1) + 0.8 * together
    return menu.astype(np.float64), (rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(np.float64)[:, None]


def villas(rng: np.random.Generator, n: int) -> Data:
    """The number of a street and four features of a house, and what it costs."""
    truth = np.random.default_rng(910)
    streets, worth = 1.5 * truth.normal(size=STREETS), truth.normal(size=HOUSE)
    street, house = rng.integers(STREETS, size=n), rng.normal(size=(n, HOUSE))
    cost = house @ worth + streets[street] + 2.0 + 0.5 * rng.normal(size=n)
    return np.column_stack([street.astype(np.float64), house]), cost[:, None]


def tapestries(rng: np.random.Generator, n: int) -> Data:
    """Six knots of four colours, of a pattern that may begin at any of them, and which of four it is."""
    truth = np.random.default_rng(911)
    woven = truth.normal(size=(PATTERNS, KNOTS, COLOURS))
    pattern, begins = rng.integers(PATTERNS, size=n), rng.integers(KNOTS, size=n)
    order = (np.arange(KNOTS) + begins[:, None]) % KNOTS
    seen = woven[pattern[:, None], order] + 0.7 * rng.normal(size=(n, KNOTS, COLOURS))
    return seen.reshape(n, -1), np.eye(PATTERNS)[pattern]


def clubs(rng: np.random.Generator, n: int) -> Data:
    """The numbers of two of a club, and whether they know each other."""
    places = 2.5 * np.random.default_rng(912).normal(size=(PERSONS, 2))
    one, other = rng.integers(PERSONS, size=n), rng.integers(1, PERSONS, size=n)
    other = (one + other) % PERSONS
    odds = 3.0 - np.hypot(*(places[one] - places[other]).T)
    known = rng.random(n) < 1.0 / (1.0 + np.exp(-1.5 * odds))
    return np.column_stack([one, other]).astype(np.float64), known.astype(np.float64)[:, None]


def spices(rng: np.random.Generator, n: int) -> Data:
    """Twelve readings of a spice, which follow from two numbers that nobody has measured."""
    truth = np.random.default_rng(913)
    hidden = rng.normal(size=(n, 2))
    bent = np.hstack([hidden, np.sin(1.5 * hidden), hidden[:, :1] * hidden[:, 1:]])
    return bent @ truth.normal(size=(5, SPICES)) / 1.5 + 0.2 * rng.normal(size=(n, SPICES)), np.zeros((n, 1))


def tolls(rng: np.random.Generator, n: int) -> Data:
    """The toll of a road and four features of a day, and how many take it."""
    inputs = rng.normal(size=(n, 5))
    bears = 1.0 + 0.8 * np.tanh(inputs[:, 1]) + 0.4 * inputs[:, 2]
    taken = 2.0 / (1.0 + np.exp(2.0 * (inputs[:, 0] - bears))) + 0.5 * inputs[:, 3]
    return inputs, (taken + 0.2 * rng.normal(size=n))[:, None]


def scooters(rng: np.random.Generator, n: int) -> Data:
    """Five features of a trip, and what it costs to bring a scooter back from it."""
    inputs = rng.normal(size=(n, TRIPS))
    adds = (np.sin(2.0 * inputs[:, 0]), np.abs(inputs[:, 1]) - 0.8, np.tanh(3.0 * inputs[:, 2] - 1.0))
    return inputs, (sum(adds) + 0.3 * inputs[:, 3] ** 2 - 0.3 + 0.2 * rng.normal(size=n))[:, None]

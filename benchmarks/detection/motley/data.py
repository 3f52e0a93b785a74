"""What the motley tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.motley.losses import (
    ANSWERS,
    CLIMATE,
    EXERCISES,
    MAGNETS,
    NIGHT,
    PLACE,
    PLANTS,
    PUPILS,
    SHOWN,
    SIGNS,
    STAGES,
    WORD,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import Array

CORALS, CALLS, SCENTS, LEAF, CRIMES, SKIES = 8, 5, 7, 14, 4, 3
PITCHES = 12.0  # that a batter is thrown at most


def _one_of(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    """One of the columns of each row, by their odds."""
    return np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)


def kettles(rng: np.random.Generator, n: int) -> Data:
    """Six features of a kettle and of its water, and how long it takes to boil."""
    inputs = rng.normal(size=(n, 6))
    heat = np.log1p(np.exp(1.2 * inputs[:, 0] + 0.5 * inputs[:, 1]))
    lost = 0.6 * np.tanh(inputs[:, 2] * inputs[:, 3]) + 0.4 * np.cos(2.0 * inputs[:, 4])
    return inputs, (1.1 - heat + lost + 0.2 * rng.normal(size=n))[:, None]


def corals(rng: np.random.Generator, n: int) -> Data:
    """Sixteen bands of the light that comes back from a coral under water of any depth, and its kind."""
    truth = np.random.default_rng(801)
    bright, slope = truth.normal(size=(CORALS, 16)), np.linspace(0.0, 1.0, 16)
    kind, depth = rng.integers(CORALS, size=n), rng.uniform(0.0, 1.5, size=(n, 1))
    seen = bright[kind] * np.exp(-depth * slope) + 0.6 * rng.normal(size=(n, 16))
    return seen, np.eye(CORALS)[kind]


def trams(rng: np.random.Generator, n: int) -> Data:
    """Eight features of a line and of an hour, and how late a tram is: it adds up only beyond a bound."""
    inputs = rng.normal(size=(n, 8))
    crowd = 0.8 * inputs[:, 0] + 0.6 * inputs[:, 1] * inputs[:, 2]
    jam = np.maximum(crowd - 0.3, 0.0) + np.maximum(0.7 * inputs[:, 3] - 0.5 * inputs[:, 4], 0.0)
    return inputs, (jam - 0.8 + 0.3 * np.sin(2.0 * inputs[:, 5]) + 0.2 * rng.normal(size=n))[:, None]


def hailstones(rng: np.random.Generator, n: int) -> Data:
    """Eighteen readings of the air, and whether there will be hail."""
    truth = np.random.default_rng(802).normal(size=18)
    inputs = rng.normal(size=(n, 18)) * np.linspace(0.5, 1.5, 18)
    hail = rng.random(n) < 1.0 / (1.0 + np.exp(-0.9 * inputs @ truth + 0.5))
    return inputs, np.eye(2)[hail.astype(np.int64)]


def seedlings(rng: np.random.Generator, n: int) -> Data:
    """Fourteen measures of a leaf, which follow from its age, its light and its kind; four numbers do."""
    truth = np.random.default_rng(803)
    kinds, ways = truth.normal(size=(3, LEAF)), truth.normal(size=(2, LEAF))
    kind, grown = rng.integers(3, size=n), rng.uniform(-1.5, 1.5, size=(n, 2))
    leaf = np.tanh(0.7 * kinds[kind] + grown @ ways) + 0.12 * rng.normal(size=(n, LEAF))
    return leaf, leaf


def barges(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a canal and of a load, and how deep a barge lies at its bow and at its stern."""
    inputs = rng.normal(size=(n, 7))
    load = np.tanh(inputs[:, 0] + 0.5 * inputs[:, 1])
    trim = 0.6 * inputs[:, 2] * np.tanh(inputs[:, 3]) + 0.3 * np.abs(inputs[:, 4])
    deep = np.column_stack([load + trim, load - trim + 0.3 * inputs[:, 5]])
    return inputs, deep + 0.15 * rng.normal(size=(n, 2))


def elevators(rng: np.random.Generator, n: int) -> Data:
    """Six numbers of who waits where, and how far off a lift would best stand beforehand."""
    inputs = rng.normal(size=(n, 6))
    floors = np.exp(inputs[:, :3]) / np.exp(inputs[:, :3]).sum(axis=1, keepdims=True)
    best = floors @ np.array([-1.5, 0.0, 1.5]) + 0.6 * np.sin(inputs[:, 3]) * inputs[:, 4]
    return inputs, (best + 0.25 * rng.normal(size=n))[:, None]


def umpires(rng: np.random.Generator, n: int) -> Data:
    """Nine measures of a throw, and which of five calls it deserves."""
    truth = np.random.default_rng(805)
    inputs = rng.normal(size=(n, 9))
    worth = np.tanh(inputs @ truth.normal(size=(9, 10)) / 1.5) @ truth.normal(size=(10, CALLS))
    return inputs, np.eye(CALLS)[_one_of(rng, 2.5 * worth)]


def courtrooms(rng: np.random.Generator, n: int) -> Data:
    """Ten features of a case, and how it ends; of some of them nothing can be told."""
    truth = np.random.default_rng(806)
    inputs = rng.normal(size=(n, 10))
    clear = 4.0 / (1.0 + np.exp(-2.0 * inputs[:, :1]))
    odds = clear * np.tanh(inputs @ truth.normal(size=(10, CRIMES)) / 2.0)
    return inputs, np.eye(CRIMES)[_one_of(rng, odds)]


def perfumes(rng: np.random.Generator, n: int) -> Data:
    """Twelve readings of a nose, and a few scents of which it is one; nobody knows which one."""
    truth = np.random.default_rng(807).normal(size=(SCENTS, 12))
    scent = rng.integers(SCENTS, size=n)
    named = rng.random((n, SCENTS)) < 0.25
    named[np.arange(n), scent] = True
    return 0.9 * truth[scent] + 0.8 * rng.normal(size=(n, 12)), named.astype(np.float64)


def batters(rng: np.random.Generator, n: int) -> Data:
    """Eight features of a batter, how often he is thrown at, and how often he hits."""
    inputs = rng.normal(size=(n, 8))
    skill = 1.2 * np.sin(inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] + 0.6 * inputs[:, 3]
    thrown = rng.integers(1, int(PITCHES) + 1, size=n)
    hits = rng.binomial(thrown, 1.0 / (1.0 + np.exp(-skill)))
    return inputs, np.column_stack([hits, thrown]).astype(np.float64)


def drones(rng: np.random.Generator, n: int) -> Data:
    """Seven readings of a drone and how far it is blown off; gusts are worse in some places."""
    inputs = rng.normal(size=(n, 7))
    blown = 2.4 * np.tanh(inputs[:, 0] + inputs[:, 1]) + 1.5 * inputs[:, 2] * inputs[:, 3]
    gust = 0.45 * np.exp(0.7 * np.tanh(inputs[:, 4]))
    return inputs, (blown + gust * rng.laplace(size=n))[:, None]


def forecasts(rng: np.random.Generator, n: int) -> Data:
    """Eleven readings of today, and whether it will be dry, wet or white tomorrow."""
    truth = np.random.default_rng(808)
    inputs = rng.normal(size=(n, 11))
    odds = np.tanh(inputs @ truth.normal(size=(11, 9)) / 2.0) @ truth.normal(size=(9, SKIES))
    return inputs, np.eye(SKIES)[_one_of(rng, 1.5 * odds)]


def exams(rng: np.random.Generator, n: int) -> Data:
    """The numbers of a pupil and of an exercise, and whether the one solved the other."""
    truth = np.random.default_rng(809)
    able, hard = 1.5 * truth.normal(size=PUPILS), 1.2 * truth.normal(size=EXERCISES)
    tells = truth.uniform(0.6, 2.4, size=EXERCISES)
    pupil, exercise = rng.integers(PUPILS, size=n), rng.integers(EXERCISES, size=n)
    odds = tells[exercise] * (able[pupil] - hard[exercise])
    was_solved = rng.random(n) < 1.0 / (1.0 + np.exp(-odds))
    return np.column_stack([pupil, exercise]).astype(np.float64), was_solved.astype(np.float64)[:, None]


def diffractions(rng: np.random.Generator, n: int) -> Data:
    """Six places of a mask, each of which turns light by some angle, and how bright it is behind them."""
    truth = np.random.default_rng(810).normal(size=(2, 6)) / np.sqrt(6.0)
    still, turned = rng.normal(size=(2, n, 6)) / np.sqrt(2.0)
    one, other = still @ truth[0] - turned @ truth[1], still @ truth[1] + turned @ truth[0]
    bright = one**2 + other**2
    return np.hstack([still, turned]), (bright + 0.05 * rng.normal(size=n))[:, None]


def apprentices(rng: np.random.Generator, n: int) -> Data:
    """A place that is asked, and eight others with what a law of their own makes of each of them."""
    places = rng.normal(size=(n, SHOWN + 1, PLACE))
    known = np.tanh(
        np.stack((2.0 * places[..., 0], places[..., 1] - places[..., 2], 1.5 * places[..., 1]), axis=2)
    )
    made = np.einsum("nij,nj->ni", known, rng.choice([-1.0, 1.0], size=(n, 3)))
    made += 0.1 * rng.normal(size=made.shape)
    shown = np.concatenate([places[:, 1:], made[:, 1:, None]], axis=2)
    return np.hstack([places[:, 0], shown.reshape(n, -1)]), made[:, :1]


def magnets(rng: np.random.Generator, n: int) -> Data:
    """Sixteen magnets in a square, each up or down, as they pull each other; nothing is asked of them."""
    truth = np.random.default_rng(811)
    row, column = np.divmod(np.arange(MAGNETS), 4)
    near = np.abs(row[:, None] - row) + np.abs(column[:, None] - column) == 1
    upper = near * np.triu(truth.normal(0.3, 0.7, size=near.shape))
    pull, field = upper + upper.T, 0.3 * truth.normal(size=MAGNETS)
    state: Array = np.where(rng.random((n, MAGNETS)) < 0.5, -1.0, 1.0)
    for _ in range(15):
        for i in range(MAGNETS):
            up = 1.0 / (1.0 + np.exp(-2.0 * (state @ pull[i] + field[i])))
            state[:, i] = np.where(rng.random(n) < up, 1.0, -1.0)
    return state, np.zeros((n, 1))


def hirings(rng: np.random.Generator, n: int) -> Data:
    """Eight features of an applicant and one of two groups, and whether somebody was hired, unfairly."""
    group = rng.integers(2, size=n)
    inputs = rng.normal(size=(n, 8))
    inputs[:, 0] += 0.8 * (group - 0.5)
    worth = 1.4 * inputs[:, 0] + 1.3 * np.maximum(inputs[:, 1], inputs[:, 2]) - np.abs(inputs[:, 3])
    hired = rng.random(n) < 1.0 / (1.0 + np.exp(-1.8 * worth - 0.8 * (group - 0.5)))
    return np.column_stack([inputs, group.astype(np.float64)]), hired.astype(np.float64)[:, None]


def signatures(rng: np.random.Generator, n: int) -> Data:
    """Ten measures of each of two signatures, and whether they are of the same hand."""
    truth = np.random.default_rng(812)
    turned = truth.normal(size=(3, 10))
    hand = rng.normal(size=(n, 3))
    same = rng.random(n) < 0.5
    other = np.where(same[:, None], hand, rng.normal(size=(n, 3)))
    both = [np.tanh(one @ turned / 1.5) + 0.15 * rng.normal(size=(n, 10)) for one in (hand, other)]
    return np.hstack(both), same.astype(np.float64)[:, None]


def essays(rng: np.random.Generator, n: int) -> Data:
    """Nine features of a beginning, and how it best goes on, beside how somebody else would go on."""
    truth = np.random.default_rng(813)
    inputs = rng.normal(size=(n, 9))
    good = 2.5 * np.tanh(inputs @ truth.normal(size=(9, 12)) / 2.0) @ truth.normal(size=(12, ANSWERS)) / 2.0
    better = _one_of(rng, good)
    others = 0.3 * good
    others[np.arange(n), better] = -np.inf
    return inputs, np.hstack([np.eye(ANSWERS)[better], np.eye(ANSWERS)[_one_of(rng, others)]])


def typos(rng: np.random.Generator, n: int) -> Data:
    """Lines of signs that follow each other by odds, and which of them were replaced by others."""
    truth = np.random.default_rng(814)
    follows = 2.2 * truth.normal(size=(SIGNS, SIGNS))
    line = np.zeros((n, WORD), np.int64)
    line[:, 0] = rng.integers(SIGNS, size=n)
    for i in range(1, WORD):
        line[:, i] = _one_of(rng, follows[line[:, i - 1]])
    wrong = rng.random((n, WORD)) < 0.25
    other = (line + rng.integers(1, SIGNS, size=line.shape)) % SIGNS
    return np.where(wrong, other, line).astype(np.float64), wrong.astype(np.float64)


def sleepers(rng: np.random.Generator, n: int) -> Data:
    """What is heard of a sleeper from time to time: it goes with a stage that nobody sees."""
    stays = np.log(np.array([[0.85, 0.15], [0.1, 0.9]]))
    heard = np.log(np.array([[0.5, 0.3, 0.15, 0.03, 0.02], [0.02, 0.03, 0.1, 0.35, 0.5]]))
    night, stage = np.zeros((n, NIGHT)), rng.integers(STAGES, size=n)
    for i in range(NIGHT):
        night[:, i] = _one_of(rng, heard[stage])
        stage = _one_of(rng, stays[stage])
    return night, np.zeros((n, 1))


def nebulae(rng: np.random.Generator, n: int) -> Data:
    """Where stars are in the plane, which come in clusters; nothing is asked of them."""
    truth = np.random.default_rng(815)
    middle, wide = truth.uniform(-2.5, 2.5, size=(7, 2)), truth.uniform(0.15, 0.5, size=(7, 1))
    which = rng.integers(7, size=n)
    return middle[which] + wide[which] * rng.normal(size=(n, 2)), np.zeros((n, 1))


def castings(rng: np.random.Generator, n: int) -> Data:
    """Points in the plane and how far they are from the edge of a casting of two discs and a bar, about."""
    places = rng.uniform(-1.6, 1.6, size=(n, 2))
    discs = [
        np.hypot(places[:, 0] - x, places[:, 1] - y) - r for x, y, r in ((-0.7, 0.3, 0.6), (0.8, -0.2, 0.4))
    ]
    bar = np.hypot(np.maximum(np.abs(places[:, 0]) - 0.8, 0.0), places[:, 1]) - 0.2
    return places, (np.minimum.reduce([*discs, bar]) + 0.05 * rng.normal(size=n))[:, None]


def greenhouses(rng: np.random.Generator, n: int) -> Data:
    """Five features of a plant and three of a climate, which decides what each of them is good for."""
    truth = np.random.default_rng(816)
    plants, climate = rng.normal(size=(n, PLANTS)), rng.normal(size=(n, CLIMATE))
    good = np.tanh(climate @ truth.normal(size=(CLIMATE, PLANTS)))
    grown = np.tanh((plants * good).sum(axis=1)) + 0.3 * plants[:, 0]
    return np.hstack([plants, climate]), (grown + 0.15 * rng.normal(size=n))[:, None]

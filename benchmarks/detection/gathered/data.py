"""What the gathered tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.gathered.heads import DEGREES, FEWEST, MOMENTS
from benchmarks.detection.gathered.losses import (
    BALLS,
    FADES,
    GOODS,
    HOURS,
    HOUSEHOLDS,
    KINDS,
    LINES,
    STATIONS,
    STOPS,
    TEAMS,
    TOWNS,
    TRAITS,
    VERSE,
    WORDS,
)
from benchmarks.detection.patchwork.data import chances, one_of
from benchmarks.detection.tasks import Data
from sample_logs.training import Array

SKIES, QUILT, READERS, PARTIES, HOARDS, MOSSES, FACES, TAUGHT = 9, 18, 3, 5, 4, 6, 8, 3


def snowpacks(rng: np.random.Generator, n: int) -> Data:
    """Five readings of a slope, and how much water lies in its snow."""
    inputs = rng.normal(size=(n, 5))
    deep = np.maximum(1.0 + inputs[:, 0], 0.0) * (1.0 + 0.4 * np.tanh(inputs[:, 1]))
    melts = 0.8 * np.maximum(inputs[:, 2] * inputs[:, 3], -0.5)
    return inputs, (deep - melts + 0.5 * np.sin(2.0 * inputs[:, 4]) + 0.2 * rng.normal(size=n))[:, None]


def constellations(rng: np.random.Generator, n: int) -> Data:
    """Five bright stars as they are seen, turned and blurred by the air, and which constellation it is."""
    stars = np.random.default_rng(1102).normal(size=(SKIES, 5, 2))
    sky, turn = rng.integers(SKIES, size=n), 0.4 * rng.normal(size=n)
    turned = np.stack([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]).transpose(2, 0, 1)
    return (stars[sky] @ turned + 0.6 * rng.normal(size=(n, 5, 2))).reshape(n, -1), np.eye(SKIES)[sky]


def quilts(rng: np.random.Generator, n: int) -> Data:
    """The eighteen colours of a quilt, which go round twice: slowly from one side and fast from the other."""
    slow, fast = rng.uniform(0.0, 2.0 * np.pi, size=(2, n, 1))
    places = np.linspace(0.0, np.pi, QUILT)
    seen = 0.8 * np.sin(places + slow) + 0.5 * np.cos(2.0 * places + fast)
    seen = seen + 0.12 * rng.normal(size=seen.shape)
    return seen, seen


def rapids(rng: np.random.Generator, n: int) -> Data:
    """Seven numbers of a canoe and of the water before it, and how both paddles are best held."""
    inputs = rng.normal(size=(n, 7))
    away = np.tanh(2.0 * inputs[:, 0]) * np.exp(-0.3 * inputs[:, 1] ** 2)
    ahead = np.cos(inputs[:, 2] + inputs[:, 3])
    both = np.column_stack(
        [ahead + away + 0.3 * inputs[:, 4], ahead - away + 0.4 * inputs[:, 5] * inputs[:, 6]]
    )
    return inputs, both + 0.2 * rng.normal(size=(n, 2))


def opinions(rng: np.random.Generator, n: int) -> Data:
    """Eighteen answers of a reader, of which many say the same, and which of three papers that one reads."""
    truth = np.random.default_rng(1103)
    mixing, law = truth.normal(size=(6, 18)), truth.normal(size=(6, READERS))
    views = rng.normal(size=(n, 6))
    return 0.5 * views @ mixing + 0.6 * rng.normal(size=(n, 18)), np.eye(READERS)[
        one_of(rng, 1.4 * views @ law)
    ]


def nests(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a hedge and of a spring, and how many eggs are in a nest, of those with any."""
    inputs = rng.normal(size=(n, 7))
    mean = np.exp(0.9 * np.tanh(inputs[:, 0]) + 0.6 * inputs[:, 1] - 0.5 * np.abs(inputs[:, 2])) + FEWEST
    # The first of the eggs comes where at least one does, and the others as they would in what time is left.
    first = -np.log1p(-rng.random(n) * -np.expm1(-mean)) / mean
    return inputs, (1.0 + rng.poisson(mean * (1.0 - first)))[:, None]


def polls(rng: np.random.Generator, n: int) -> Data:
    """Twelve numbers of a town, and how many of those that were asked there would choose each party."""
    truth = np.random.default_rng(1104)
    straight, bent = truth.normal(size=(2, 12, PARTIES)) / np.sqrt(3.0)
    inputs = rng.normal(size=(n, 12))
    odds = 0.8 * inputs @ straight + 0.8 * np.abs(inputs @ bent)
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    return inputs, rng.multinomial(rng.integers(10, 50, size=n), shares).astype(np.float64)


def plumes(rng: np.random.Generator, n: int) -> Data:
    """Ten numbers of a picture of smoke, and how far away it is at six places of that picture."""
    inputs, places = rng.normal(size=(n, 10)), np.linspace(-1.0, 1.0, 6)
    slope, bend = np.tanh(inputs[:, :1] + inputs[:, 1:2]), inputs[:, 2:3] * inputs[:, 3:4]
    logs = 1.0 + inputs[:, 4:5] + slope * places + 0.6 * bend * places**2
    return inputs, np.exp(logs + 0.3 * np.sin(2.0 * inputs[:, 5:6]) + 0.15 * rng.normal(size=(n, 6)))


def subscribers(rng: np.random.Generator, n: int) -> Data:
    """Nine features of somebody who signed up, and what that one spends: mostly nothing, and rarely much."""
    inputs = rng.normal(size=(n, 9))
    stays = rng.random(n) < chances(1.5 * inputs[:, 0] - 1.2 * np.abs(inputs[:, 1]))
    size = 1.0 + 0.8 * inputs[:, 2] + np.tanh(inputs[:, 3] * inputs[:, 4])
    wide = 0.2 + 0.5 * chances(2.0 * inputs[:, 5])
    return inputs, np.where(stays, np.exp(size + wide * rng.normal(size=n)), 0.0)[:, None]


def hoards(rng: np.random.Generator, n: int) -> Data:
    """Eight signals of a market, and what four goods gain on a day after them."""
    truth = np.random.default_rng(1105).normal(size=(8, HOARDS)) / np.sqrt(8.0)
    inputs = rng.normal(size=(n, 8))
    gains = (
        0.5 * np.tanh(2.0 * inputs @ truth)
        + 0.4 * rng.normal(size=(n, 1))
        + 0.5 * rng.normal(size=(n, HOARDS))
    )
    return inputs, gains + 0.1


def bridges(rng: np.random.Generator, n: int) -> Data:
    """Eight readings of a bridge, and the degree of its damage."""
    inputs = rng.normal(size=(n, 8))
    worn = 1.5 * np.sin(inputs[:, 0]) + inputs[:, 1] + 0.8 * inputs[:, 2] * inputs[:, 3]
    bounds = np.array([-1.8, -0.5, 0.6, 2.0]) + 0.5 * np.tanh(inputs[:, 4:5])
    degree = ((worn + 0.35 * rng.logistic(size=n))[:, None] > bounds).sum(axis=1)
    return inputs, np.eye(DEGREES)[degree]


def mosses(rng: np.random.Generator, n: int) -> Data:
    """Twelve numbers of a cushion of moss, which lie around two middles of each kind, and that kind."""
    middles = np.random.default_rng(1106).normal(size=(MOSSES, 2, 12))
    kind = rng.integers(MOSSES, size=n)
    return middles[kind, rng.integers(2, size=n)] + 1.2 * rng.normal(size=(n, 12)), np.eye(MOSSES)[kind]


def monuments(rng: np.random.Generator, n: int) -> Data:
    """Six numbers of a stone, and its age as two laboratories found it, now and then of another stone."""
    inputs = rng.normal(size=(n, 6))
    age = 1.5 * np.tanh(inputs[:, :1]) + inputs[:, 1:2] * np.cos(inputs[:, 2:3]) + 0.5 * inputs[:, 3:4]
    found = age + np.array([0.0, 0.4]) * inputs[:, 4:5] + 0.15 * rng.normal(size=(n, 2))
    return inputs, np.where(rng.random((n, 2)) < 0.12, 4.0 * rng.normal(size=(n, 2)), found)


def duets(rng: np.random.Generator, n: int) -> Data:
    """Two voices at some moments, in any order, and both together with what a second microphone hears."""
    time = np.arange(MOMENTS) / MOMENTS
    low, high = (size * (1.0 + 0.4 * rng.normal(size=(n, 1))) for size in (1.0, 0.7))
    turns = rng.uniform(0.0, 2.0 * np.pi, size=(2, n, 1))
    one = low * np.sin(2.0 * np.pi * time + turns[0])
    other = high * np.sin(6.0 * np.pi * time + turns[1])
    heard = np.hstack([one + other, 0.5 * one + other]) + 0.1 * rng.normal(size=(n, 2 * MOMENTS))
    turned = rng.random((n, 1)) < 0.5
    return heard, np.where(turned, np.hstack([other, one]), np.hstack([one, other]))


def faces(rng: np.random.Generator, n: int) -> Data:
    """Twelve numbers of a face, whose light and whose age change them, and whose it is."""
    truth = np.random.default_rng(1107)
    middle, ages = truth.normal(size=(2, FACES, 12))
    whose, light = rng.integers(FACES, size=n), np.exp(0.3 * rng.normal(size=(n, 1)))
    seen = middle[whose] + 0.6 * np.tanh(rng.normal(size=(n, 1))) * ages[whose]
    return light * seen + 0.7 * rng.normal(size=(n, 12)), np.eye(FACES)[whose]


def leagues(rng: np.random.Generator, n: int) -> Data:
    """Two teams, the one at home first, and whether that one wins, nobody or the other one."""
    strong = 1.3 * np.random.default_rng(1108).normal(size=TEAMS)
    home = rng.integers(TEAMS, size=n)
    guest = (home + rng.integers(1, TEAMS, size=n)) % TEAMS
    better = strong[home] - strong[guest] + 0.5
    odds = np.column_stack([0.5 * better, np.full(n, -0.2), -0.5 * better])
    return np.column_stack([home, guest]).astype(np.float64), np.eye(3)[one_of(rng, odds)]


def towns(rng: np.random.Generator, n: int) -> Data:
    """Two towns, and how far they are from each other by road, as somebody measured it."""
    places = 1.2 * np.random.default_rng(1109).normal(size=(TOWNS, 2))
    one = rng.integers(TOWNS, size=n)
    other = (one + rng.integers(1, TOWNS, size=n)) % TOWNS
    far = np.linalg.norm(places[one] - places[other], axis=1, keepdims=True)
    return np.column_stack([one, other]).astype(np.float64), far * (1.0 + 0.08 * rng.normal(size=(n, 1)))


def springs(rng: np.random.Generator, n: int) -> Data:
    """Four readings of a spring that swings more slowly the farther it goes, now and a moment later."""
    turn, size = rng.uniform(0.0, 2.0 * np.pi, size=(n, 1)), rng.uniform(0.4, 1.4, size=(n, 1))

    def seen(turn: Array) -> Array:
        place, speed = size * np.sin(turn), size * np.cos(turn)
        read = np.hstack([place, speed, place**2 - 0.5, place * speed])
        return read + 0.06 * rng.normal(size=(n, 4))

    return seen(turn), seen(turn + 0.7 / (1.0 + 0.3 * size**2))


def murmurs(rng: np.random.Generator, n: int) -> Data:
    """Three numbers of a heart, and how loud it murmurs."""
    inputs = rng.normal(size=(n, 3))
    loud = np.sin(1.5 * inputs[:, 0] + inputs[:, 1]) + 0.7 * np.cos(inputs[:, 1] - inputs[:, 2])
    return inputs, (loud + 0.15 * rng.normal(size=n))[:, None]


def pantries(rng: np.random.Generator, n: int) -> Data:
    """A household and something to eat, and how often it was bought in a month."""
    truth = np.random.default_rng(1110)
    habits, meals = truth.gamma(0.5, 2.0, size=(HOUSEHOLDS, 3)), truth.gamma(0.5, 2.0, size=(GOODS, 3))
    household, good = rng.integers(HOUSEHOLDS, size=n), rng.integers(GOODS, size=n)
    mean = (habits[household] * meals[good]).sum(axis=1) + 0.05
    return np.column_stack([household, good]).astype(np.float64), rng.poisson(mean)[:, None].astype(
        np.float64
    )


def errands(rng: np.random.Generator, n: int) -> Data:
    """What somebody carries and five shops, each as three numbers, and which of them comes next."""
    carried, shops = rng.normal(size=(n, TRAITS)), rng.normal(size=(n, STOPS, TRAITS))
    far = np.abs(shops - carried[:, None]) @ np.array([1.2, 0.8, 0.3])
    chosen = one_of(rng, -3.0 * far + 0.8 * shops[:, :, 2])
    return np.hstack([carried, shops.reshape(n, -1)]), np.eye(STOPS)[chosen]


def ballads(rng: np.random.Generator, n: int) -> Data:
    """Words of a ballad, of which each goes with the one before and with what has been said so far."""
    truth = np.random.default_rng(1111)
    follows, fits = 1.4 * truth.normal(size=(2, WORDS, WORDS))
    words, said = np.zeros((n, VERSE + 1), dtype=np.int64), np.zeros((n, WORDS))
    words[:, 0] = rng.integers(WORDS, size=n)
    for i in range(1, VERSE + 1):
        words[:, i] = one_of(rng, follows[words[:, i - 1]] + 0.5 * said @ fits)
        said = FADES * said + np.eye(WORDS)[words[:, i - 1]]
    return words[:, :VERSE].astype(np.float64), words[:, 1:].astype(np.float64)


def shadows(rng: np.random.Generator, n: int) -> Data:
    """Ten numbers of a shadow, which of four things throws it, and where its teacher puts it."""
    truth = np.random.default_rng(1112)
    middles, drawn = 1.1 * truth.normal(size=(KINDS, 10)), truth.normal(size=(10, TAUGHT)) / np.sqrt(5.0)
    kind = rng.integers(KINDS, size=n)
    seen = middles[kind] + rng.normal(size=(n, 10))
    return seen, np.hstack([np.eye(KINDS)[kind], np.tanh(seen @ drawn)])


def billiards(rng: np.random.Generator, n: int) -> Data:
    """Where four balls on a line are and how fast, and how they are pushed and slowed."""
    places, speeds = 1.2 * rng.normal(size=(n, BALLS)), rng.normal(size=(n, BALLS))
    off = places[:, :, None] - places[:, None]
    push = (np.sign(off) * np.exp(-np.abs(off)) - 0.3 * np.sin(off)).sum(axis=2)
    return np.hstack([places, speeds]), push - 0.4 * speeds + 0.15 * rng.normal(size=(n, BALLS))


def railways(rng: np.random.Generator, n: int) -> Data:
    """A line, a station and an hour, and how full its train is."""
    truth = np.random.default_rng(1113)
    line, station, hour = (truth.normal(size=(many, 3)) for many in (LINES, STATIONS, HOURS))
    at = np.column_stack([rng.integers(many, size=n) for many in (LINES, STATIONS, HOURS)])
    full = (line[at[:, 0]] * station[at[:, 1]] * hour[at[:, 2]]).sum(axis=1, keepdims=True)
    return at.astype(np.float64), full + 0.2 * rng.normal(size=(n, 1))

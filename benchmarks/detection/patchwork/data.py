"""What the patchwork tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.patchwork.heads import MOMENTS
from benchmarks.detection.patchwork.losses import (
    ASKED,
    KINDS,
    KNOWN,
    LENGTH,
    LINE,
    OTHERS,
    PIECES,
    POSTS,
    RETURNS,
    SEEN,
    STEPS,
    WORDS,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import Array

FERNS, BEATS, BIDDERS, TOPICS, LICHENS, LOCKET = 8, 20, 4, 7, 5, 10
LABELLED = 0.25  # share of the answers that are told
FINE = 10  # parts of a step of a flow


def one_of(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    """One of the columns of each row, by their odds."""
    return np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)


def chances(odds: Array) -> Array:
    """How likely something is, by the logarithm of its odds."""
    return 1.0 / (1.0 + np.exp(-odds))


def glazes(rng: np.random.Generator, n: int) -> Data:
    """Six parts of a glaze and of its fire, and three numbers of its colour."""
    inputs = rng.normal(size=(n, 6))
    molten = np.tanh(1.5 * inputs[:, 0] + inputs[:, 1])
    light = molten * (1.0 + 0.5 * inputs[:, 2]) + 0.4 * inputs[:, 3]
    green, blue = inputs[:, 2] * inputs[:, 4], np.sin(2.0 * inputs[:, 5]) - 0.5 * molten
    return inputs, np.column_stack([light, 0.8 * green, blue]) + 0.15 * rng.normal(size=(n, 3))


def ferns(rng: np.random.Generator, n: int) -> Data:
    """Sixteen ratios of lengths of a frond, which lie along a curve for each kind, and that kind."""
    truth = np.random.default_rng(1001)
    middle, bends = truth.normal(size=(2, FERNS, 16))
    kind, age = rng.integers(FERNS, size=n), rng.uniform(-1.5, 1.5, size=(n, 1))
    seen = 1.1 * middle[kind] + age * bends[kind] + 0.4 * (age**2 - 1.0) * bends[(kind + 1) % FERNS]
    return seen + 1.3 * rng.normal(size=(n, 16)), np.eye(FERNS)[kind]


def heartbeats(rng: np.random.Generator, n: int) -> Data:
    """A heartbeat at twenty moments: three waves that come sooner or later and are larger or smaller."""
    time = np.linspace(0.0, 1.0, BEATS)
    late, large, slow = (
        0.06 * rng.normal(size=(n, 1)),
        1.0 + 0.4 * rng.normal(size=(n, 1)),
        rng.normal(size=(n, 1)),
    )
    first = 0.4 * np.exp(-0.5 * ((time - 0.2 - late) / 0.06) ** 2)
    second = 1.4 * large * np.exp(-0.5 * ((time - 0.45 - late) / 0.05) ** 2)
    third = (0.6 + 0.3 * slow) * np.exp(-0.5 * ((time - 0.75 - 0.5 * late) / 0.09) ** 2)
    seen = first + second + third + 0.08 * rng.normal(size=(n, BEATS))
    return seen, seen


def cranes(rng: np.random.Generator, n: int) -> Data:
    """Six numbers of a load on a rope and of the wind, and how a crane would best move."""
    inputs = rng.normal(size=(n, 6))
    swing, speed = inputs[:, 0], inputs[:, 1]
    move = -1.2 * np.sin(swing) - 0.8 * speed * np.abs(np.cos(swing)) + 0.6 * np.tanh(2.0 * inputs[:, 2])
    return inputs, (move + 0.3 * inputs[:, 3] * inputs[:, 4] + 0.15 * rng.normal(size=n))[:, None]


def auctions(rng: np.random.Generator, n: int) -> Data:
    """Sixteen features of a lot, some far larger than others, and which of four bidders gets it."""
    truth = np.random.default_rng(1002).normal(size=(16, BIDDERS))
    inputs = rng.normal(size=(n, 16)) * np.geomspace(1.6, 0.5, 16)
    return inputs, np.eye(BIDDERS)[one_of(rng, 0.9 * inputs @ truth)]


def kelp(rng: np.random.Generator, n: int) -> Data:
    """Eight readings of a shore, and how dense and how long its kelp is."""
    inputs = rng.normal(size=(n, 8))
    light = np.exp(-np.maximum(inputs[:, 0] + 0.5, 0.0))
    dense = 2.0 * light * np.tanh(1.0 + inputs[:, 1]) - 0.7 * np.abs(inputs[:, 2])
    long = np.cos(1.5 * inputs[:, 3]) * light + 0.6 * inputs[:, 4] - 0.4 * inputs[:, 5] ** 2
    return inputs, np.column_stack([dense, long]) + 0.25 * rng.normal(size=(n, 2))


def alloys(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a melt, and the share of it that becomes hard."""
    inputs = rng.normal(size=(n, 7))
    mean = chances(1.5 * np.sin(inputs[:, 0]) + 0.9 * inputs[:, 1] + 0.7 * inputs[:, 2] * inputs[:, 3])
    sure = 6.0 + 14.0 * chances(2.0 * inputs[:, 4])
    return inputs, np.clip(rng.beta(mean * sure, (1.0 - mean) * sure), 0.002, 0.998)[:, None]


def marathons(rng: np.random.Generator, n: int) -> Data:
    """Eight features of a runner and of a day, when that runner gives up, and whether it came so far."""
    inputs = rng.normal(size=(n, 8))
    hazard = 0.5 * np.exp(0.8 * inputs[:, 0] + 0.6 * np.abs(inputs[:, 1]) - 0.5 * inputs[:, 2] * inputs[:, 3])
    faster = 0.3 + 1.2 * chances(2.0 * inputs[:, 4])
    time = np.log1p(rng.exponential(size=n) * faster / hazard) / faster
    last = rng.uniform(0.8, 2.0, size=n)
    return inputs, np.column_stack([np.minimum(time, last), (time <= last).astype(np.float64)])


def quarries(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a wall of rock, and how much heavier than a bound a block is that breaks off."""
    inputs = rng.normal(size=(n, 7))
    scale = 3.0 * np.exp(1.3 * np.tanh(inputs[:, 0] + inputs[:, 1]) + 0.7 * inputs[:, 2])
    tail = 0.1 + 0.3 * chances(2.0 * inputs[:, 3])
    return inputs, (scale * np.expm1(tail * rng.exponential(size=n)) / tail)[:, None]


def complaints(rng: np.random.Generator, n: int) -> Data:
    """Fourteen numbers of a letter, and which of seven topics it complains of: none, one or some."""
    truth = np.random.default_rng(1003)
    mixing, bent = truth.normal(size=(2, 14, TOPICS)) / np.sqrt(3.5)
    inputs = rng.normal(size=(n, 14))
    odds = 2.2 * inputs @ mixing - 1.8 * np.abs(inputs @ bent)
    return inputs, np.where(rng.random((n, TOPICS)) < chances(odds), 1.0, 0.0)


def stethoscopes(rng: np.random.Generator, n: int) -> Data:
    """Nine readings of a chest, and its sound at sixteen moments: a low hum and a hiss that depends on it."""
    inputs, time = rng.normal(size=(n, 9)), np.arange(MOMENTS) / MOMENTS
    hum = np.sin(2.0 * np.pi * time * (1.5 + 0.5 * np.tanh(inputs[:, :1])) + inputs[:, 1:2])
    hiss = np.maximum(inputs[:, 2:3], 0.0) * np.cos(2.0 * np.pi * 6.0 * time + inputs[:, 3:4])
    return inputs, (1.0 + 0.3 * inputs[:, 4:5]) * hum + 0.5 * hiss + 0.15 * rng.normal(size=(n, MOMENTS))


def kneecaps(rng: np.random.Generator, n: int) -> Data:
    """Twelve rays through a leg, each as bright as it passes near to the kneecap, and where that is."""
    where = rng.uniform(-0.9, 0.9, size=(n, 2))
    angles = np.arange(12) * np.pi / 6.0
    off = where @ np.stack([np.cos(angles), np.sin(angles)]) - np.where(np.arange(12) % 2, 0.4, -0.2)
    wide = rng.uniform(0.3, 0.5, size=(n, 1))
    return np.exp(-0.5 * (off / wide) ** 2) + 0.12 * rng.normal(size=(n, 12)), where


def appraisals(rng: np.random.Generator, n: int) -> Data:
    """Nine features of a painting, and what it is sold for, which is rather far above than far below."""
    inputs = rng.normal(size=(n, 9))
    worth = 1.2 * np.tanh(inputs[:, 0]) + 0.7 * inputs[:, 1] + 0.5 * inputs[:, 2] * inputs[:, 3]
    below, above = 0.25, 0.3 + 0.9 * chances(2.0 * inputs[:, 4])
    is_above = rng.random(n) < above / (above + below)
    return inputs, (worth + np.abs(rng.normal(size=n)) * np.where(is_above, above, -below))[:, None]


def lichens(rng: np.random.Generator, n: int) -> Data:
    """Ten numbers of a spot on a rock, and which of five lichens it is: some are each other's neighbours."""
    truth = np.random.default_rng(1004).normal(size=(10, 2)) / np.sqrt(5.0)
    inputs = rng.normal(size=(n, 10))
    turn = np.arctan2(*(inputs @ truth).T)
    around = np.cos(turn[:, None] - 2.0 * np.pi * np.arange(LICHENS) / LICHENS)
    return inputs, np.eye(LICHENS)[one_of(rng, 6.0 * around)]


def predators(rng: np.random.Generator, n: int) -> Data:
    """How many hares and lynxes there are, in logarithms, and how many at some moments after that."""
    first = 0.8 * rng.normal(size=(n, 2))
    now, told = first, np.zeros((n, STEPS, 2))
    for i in range(STEPS):
        for _ in range(FINE):
            hares, lynxes = now.T
            flow = np.column_stack([1.0 - np.exp(lynxes), np.exp(hares) - 1.0])
            now = now + LENGTH / FINE * np.clip(flow, -3.0, 3.0)
        told[:, i] = now
    return first, (told + 0.1 * rng.normal(size=told.shape)).reshape(n, -1)


def mosaics(rng: np.random.Generator, n: int) -> Data:
    """Places of a picture, and how bright it is there: a face of a few round stones and one long one."""
    truth = np.random.default_rng(1005)
    middles, wide = truth.uniform(-0.9, 0.9, size=(9, 2)), truth.uniform(0.12, 0.4, size=(9, 2))
    places = rng.uniform(-1.0, 1.0, size=(n, 2))
    off = (places[:, None] - middles) / wide
    bright = np.exp(-0.5 * (off**2).sum(axis=2)) @ np.array([1.0, 0.8, -0.6, 1.2, 0.7, -0.9, 0.8, 1.0, -0.7])
    return places, (bright + 0.05 * rng.normal(size=n))[:, None]


def taxonomies(rng: np.random.Generator, n: int) -> Data:
    """A kind, one that it belongs to or that belongs to it, and some others; nothing else is asked."""
    kind = rng.integers(1, KINDS, size=n)
    above = (kind - 1) // 2
    turned = rng.random(n) < 0.5
    one, other = np.where(turned, above, kind), np.where(turned, kind, above)
    others = rng.integers(KINDS, size=(n, OTHERS))
    return np.column_stack([one, other, others]).astype(np.float64), np.zeros((n, 1))


def currencies(rng: np.random.Generator, n: int) -> Data:
    """What a currency wins or loses on each of some days: calm days and wild ones come together."""
    wide, told = rng.uniform(0.3, 2.0, size=n), np.zeros((n, RETURNS))
    for day in range(RETURNS):
        shock = np.sqrt(wide) * rng.normal(size=n)
        told[:, day] = 0.4 + shock
        wide = 0.05 + 0.25 * shock**2 + 0.65 * wide
    return told, np.zeros((n, 1))


def puzzles(rng: np.random.Generator, n: int) -> Data:
    """Pieces of a puzzle in some order, and where each of them belongs."""
    truth = np.random.default_rng(1006)
    motifs = 1.1 * truth.normal(size=(PIECES, SEEN))
    order = np.argsort(rng.random((n, PIECES)), axis=1)
    seen = motifs[order] * np.exp(0.3 * rng.normal(size=(n, 1, 1))) + 0.5 * rng.normal(size=(n, PIECES, SEEN))
    return seen.reshape(n, -1), np.eye(PIECES)[order].reshape(n, -1)


def therapies(rng: np.random.Generator, n: int) -> Data:
    """Nine findings of a patient, how that patient is afterwards, and whether there was a therapy."""
    inputs = rng.normal(size=(n, 9))
    given = np.where(rng.random(n) < chances(1.2 * inputs[:, 0] - 0.8 * inputs[:, 1]), 1.0, 0.0)
    well = np.sin(1.5 * inputs[:, 0]) + 0.6 * inputs[:, 2] * inputs[:, 3]
    helps = 0.8 + np.tanh(2.0 * inputs[:, 4]) - 0.5 * inputs[:, 1]
    return inputs, np.column_stack([well + given * helps + 0.25 * rng.normal(size=n), given])


def attics(rng: np.random.Generator, n: int) -> Data:
    """Eleven features of a thing in an attic, and for some things which of five it is."""
    truth = np.random.default_rng(1007)
    kinds = 0.9 * truth.normal(size=(5, 2, 11))
    kind, form = rng.integers(5, size=n), rng.integers(2, size=n)
    told = np.where(rng.random((n, 1)) < LABELLED, np.eye(5)[kind], 0.0)
    return kinds[kind, form] + 0.7 * rng.normal(size=(n, 11)), told


def rumours(rng: np.random.Generator, n: int) -> Data:
    """How long it takes from one post of a rumour to the next, and two features of that rumour."""
    features = rng.normal(size=(n, 2))
    base, draws = np.exp(0.6 * features[:, 0] - 1.0), 0.8 + 0.7 * np.tanh(2.0 * features[:, 1])
    left, between = np.zeros(n), np.zeros((n, POSTS))
    for i in range(POSTS):
        waiting = np.ones(n, dtype=bool)
        while waiting.any():  # by leaving out some of those that come at the highest rate
            gap = rng.exponential(size=n) / (base + left)
            faded = left * np.exp(-1.5 * gap)
            comes = rng.random(n) * (base + left) < base + faded
            between[waiting, i] += gap[waiting]
            left = np.where(waiting, np.where(comes, faded + draws, faded), left)
            waiting &= ~comes
    return np.hstack([4.0 * between, features]), np.zeros((n, 1))


def paddocks(rng: np.random.Generator, n: int) -> Data:
    """Places along a fence and how high grass grows there, other places, and how high it grows at those."""
    high, turn, fast = (
        rng.uniform(0.5, 1.5, (n, 1)),
        rng.uniform(0.0, 6.0, (n, 1)),
        rng.uniform(1.0, 2.0, (n, 1)),
    )
    places = rng.uniform(-1.5, 1.5, size=(n, KNOWN + ASKED))
    grown = high * np.sin(fast * places + turn) + 0.12 * rng.normal(size=places.shape)
    known = np.stack([places[:, :KNOWN], grown[:, :KNOWN]], axis=2).reshape(n, -1)
    return np.hstack([known, places[:, KNOWN:]]), grown[:, KNOWN:]


def puppets(rng: np.random.Generator, n: int) -> Data:
    """Words of a puppet, of which each follows from the one before, and the two that follow each of them."""
    odds = 1.9 * np.random.default_rng(1008).normal(size=(WORDS, WORDS))
    words = np.zeros((n, LINE + 2), dtype=np.int64)
    words[:, 0] = rng.integers(WORDS, size=n)
    for i in range(1, LINE + 2):
        words[:, i] = one_of(rng, odds[words[:, i - 1]])
    return words[:, :LINE].astype(np.float64), words[:, 1:].astype(np.float64)


def lockets(rng: np.random.Generator, n: int) -> Data:
    """Ten numbers of a locket, which follow from how it is bent: a ring of two numbers that nobody sees."""
    truth = np.random.default_rng(1009)
    turn, size = rng.uniform(0.0, 2.0 * np.pi, size=(n, 1)), np.exp(0.3 * rng.normal(size=(n, 1)))
    bent = np.hstack([size * np.cos(turn), size * np.sin(turn), np.cos(2.0 * turn), size**2 - 1.0])
    return bent @ truth.normal(size=(4, LOCKET)) + 0.3 * rng.normal(size=(n, LOCKET)), np.zeros((n, 1))

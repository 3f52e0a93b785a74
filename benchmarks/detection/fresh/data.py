"""What the fresh tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.fresh.heads import CALMEST, EVENEST
from benchmarks.detection.fresh.losses import ASKED, PLACES, RANKS, SEEN, WAVES, WORDS
from benchmarks.detection.patchwork.data import chances, one_of
from benchmarks.detection.tasks import Data

TOOLS, TREAD, COLOURS, BARKS, ANSWERS = 7, 20, 5, 6, 5
LONGEST = 3.0  # years that somebody looks on


def icebergs(rng: np.random.Generator, n: int) -> Data:
    """Six readings of wind, water and ice, and which way an iceberg drifts."""
    inputs = rng.normal(size=(n, 6))
    wind, depth = inputs[:, 0] + 0.5 * inputs[:, 1], np.maximum(0.5 + inputs[:, 2], 0.0)
    drift = np.column_stack(
        [np.tanh(wind) * depth + 0.5 * inputs[:, 3], np.cos(1.5 * wind) - inputs[:, 4] * inputs[:, 5]]
    )
    return inputs, drift + 0.25 * rng.normal(size=(n, 2))


def cutlery(rng: np.random.Generator, n: int) -> Data:
    """Fourteen measures of a tool, which is bent more or less, and which tool it is."""
    truth = np.random.default_rng(1201)
    shape, bend = 1.2 * truth.normal(size=(TOOLS, 14)), truth.normal(size=(TOOLS, 14))
    tool = rng.integers(TOOLS, size=n)
    bent = np.abs(rng.normal(size=(n, 1)))
    return shape[tool] + bent * bend[tool] + 1.2 * rng.normal(size=(n, 14)), np.eye(TOOLS)[tool]


def tyres(rng: np.random.Generator, n: int) -> Data:
    """How deep the tread of a tyre is at twenty places around it: worn, dented and out of round."""
    places, turn = np.linspace(0.0, 2.0 * np.pi, TREAD, endpoint=False), rng.uniform(0.0, 6.28, size=(n, 1))
    worn, oval, dent = rng.gamma(4.0, 0.25, size=(n, 1)), rng.normal(size=(n, 1)), rng.random((n, 1))
    deep = 1.5 - worn + 0.6 * oval * np.cos(2.0 * (places - turn))
    deep = deep - 1.5 * dent * np.exp(3.0 * (np.cos(places - 2.0 * turn) - 1.0))
    deep = deep + 0.12 * rng.normal(size=deep.shape)
    return deep, deep


def kitesurfers(rng: np.random.Generator, n: int) -> Data:
    """Eight numbers of wind, waves and board, and how the bar and the board are best held."""
    inputs = rng.normal(size=(n, 8))
    pull = np.tanh(inputs[:, 0] + inputs[:, 1] * inputs[:, 2]) + 0.5 * inputs[:, 3]
    edge = np.maximum(inputs[:, 4], 0.3 * inputs[:, 4]) * np.cos(inputs[:, 5]) + 0.4 * inputs[:, 6]
    return inputs, np.column_stack([pull, edge]) + 0.2 * rng.normal(size=(n, 2))


def gusts(rng: np.random.Generator, n: int) -> Data:
    """Nine readings of a weather station, and how fast the next gust is."""
    inputs = rng.normal(size=(n, 9))
    rough = np.tanh(inputs[:, 1]) + 0.7 * np.abs(inputs[:, 2]) - 0.4 * inputs[:, 3] * inputs[:, 4]
    scale = CALMEST + np.logaddexp(0.0, 1.2 * inputs[:, 0] + rough)
    return inputs, scale[:, None] * np.sqrt(-2.0 * np.log1p(-rng.random((n, 1)))) + 1e-3


def safes(rng: np.random.Generator, n: int) -> Data:
    """Ten traits of a safe and of who stands before it, and how often that one fails to open it."""
    inputs = rng.normal(size=(n, 10))
    skill = 1.2 * np.sin(inputs[:, 0]) + 0.8 * inputs[:, 1] - 0.9 * np.abs(inputs[:, 2]) + 0.3 * inputs[:, 3]
    return inputs, rng.geometric(np.clip(chances(skill), 0.08, 0.95))[:, None] - 1.0


def dyes(rng: np.random.Generator, n: int) -> Data:
    """Seven traits of a cloth, and the shares of five colours in what it was dyed with."""
    truth = np.random.default_rng(1202)
    straight, bent = truth.normal(size=(2, 7, COLOURS)) / np.sqrt(2.0)
    inputs = rng.normal(size=(n, 7))
    strong = np.exp(inputs @ straight + np.maximum(inputs, 0.0) @ bent)
    mixed = rng.gamma(0.05 + 25.0 * strong / strong.sum(axis=1, keepdims=True))
    return inputs, mixed / mixed.sum(axis=1, keepdims=True)


def barks(rng: np.random.Generator, n: int) -> Data:
    """Sixteen numbers of a piece of bark, and of which tree it is, as volunteers said: some erred."""
    truth = np.random.default_rng(1203)
    middles, furrows = truth.normal(size=(BARKS, 16)), truth.normal(size=(BARKS, 16))
    tree, away = rng.integers(BARKS, size=n), rng.normal(size=(n, 1))
    said = np.where(rng.random(n) < 0.08, rng.integers(BARKS, size=n), tree)
    return middles[tree] + away**2 * furrows[tree] + 0.9 * rng.normal(size=(n, 16)), np.eye(BARKS)[said]


def pumps(rng: np.random.Generator, n: int) -> Data:
    """Eight readings of a pump; how old it became or is now, and whether it has broken down."""
    inputs = rng.normal(size=(n, 8))
    level = -1.0 + 0.8 * inputs[:, 0] + np.tanh(inputs[:, 1] * inputs[:, 2])
    growth = EVENEST + np.logaddexp(0.0, inputs[:, 3] + 0.5 * np.abs(inputs[:, 4]))
    age = np.log1p(-growth * np.log1p(-rng.random(n)) * np.exp(-level)) / growth
    seen_for = rng.uniform(0.5, LONGEST, size=n)
    return inputs, np.column_stack([np.minimum(age, seen_for), (age <= seen_for).astype(np.float64)])


def limericks(rng: np.random.Generator, n: int) -> Data:
    """Two words and the one after them, which goes with the first, with the second or with neither."""
    truth = np.random.default_rng(1204)
    by_words = 3.5 * truth.normal(size=(2, WORDS, WORDS))
    words, source = rng.integers(WORDS, size=(n, 2)), rng.random((n, 1))
    scores = np.where(source < 0.55, by_words[1, words[:, 1]], by_words[0, words[:, 0]])
    after = one_of(rng, np.where(source < 0.95, scores, 0.0))
    return words.astype(np.float64), after[:, None].astype(np.float64)


def shopfronts(rng: np.random.Generator, n: int) -> Data:
    """Twelve numbers of a passer-by and of a shop, and whether that one looks, and looks and buys."""
    inputs = rng.normal(size=(n, 12))
    draws = inputs[:, 0] + np.tanh(inputs[:, 1] * inputs[:, 2]) - 0.8 * np.abs(inputs[:, 3])
    tempts = inputs[:, 4] - inputs[:, 5] + 1.2 * np.sin(inputs[:, 6])
    looks = rng.random(n) < chances(3.0 * draws)
    return inputs, np.column_stack([looks, looks & (rng.random(n) < chances(3.0 * tempts))]).astype(
        np.float64
    )


def canals(rng: np.random.Generator, n: int) -> Data:
    """How high water stands around a canal, and how it stands once its waves went on and were held back."""
    around = 2.0 * np.pi * np.arange(PLACES) / PLACES
    many = np.arange(1, WAVES)[:, None]
    high, turn = rng.normal(size=(n, WAVES - 1)), rng.uniform(0.0, 2.0 * np.pi, size=(n, WAVES - 1))
    now = (high[:, :, None] * np.cos(many * around + turn[:, :, None])).sum(axis=1)
    gone_on = high[:, :, None] * np.cos(many * (around - 0.8) + turn[:, :, None])
    later = np.tanh(1.2 * (np.exp(-0.15 * many**2) * gone_on).sum(axis=1))
    return now + 0.1 * rng.normal(size=now.shape), later + 0.1 * rng.normal(size=now.shape)


def exhibits(rng: np.random.Generator, n: int) -> Data:
    """Eight numbers of an exhibit and six of a question about it, and which of five answers is right."""
    truth = np.random.default_rng(1205)
    of_seen, of_asked = truth.normal(size=(SEEN, RANKS)), truth.normal(size=(ASKED, RANKS))
    inputs = rng.normal(size=(n, SEEN + ASKED))
    both = np.tanh(0.5 * inputs[:, :SEEN] @ of_seen) * np.tanh(0.5 * inputs[:, SEEN:] @ of_asked)
    return inputs, np.eye(ANSWERS)[one_of(rng, 3.0 * both @ truth.normal(size=(RANKS, ANSWERS)))]

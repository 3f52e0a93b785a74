"""What the tasks of other fields are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.field.losses import (
    ANSWERS,
    DOCUMENTS,
    FRAMES,
    MIXING,
    NEGATIVES,
    PHONES,
    SPOKEN,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import stable_softmax

USERS, FILMS = 30, 40
VISITORS, ADVERTS = 100, 30
WORDS, TOPICS = 50, 10
CHARACTERS = 12
PIXELS = 24
SEEN = 6  # features of a frame


def preferences(rng: np.random.Generator, n: int) -> Data:
    """Prompts, and of two answers the one that was preferred, less the other; one in four is a whim."""
    inputs = rng.normal(size=(n, 6))
    worth = 0.6 * inputs @ np.random.default_rng(160).normal(size=(6, ANSWERS))
    first = rng.integers(ANSWERS, size=n)
    second = (first + rng.integers(1, ANSWERS, size=n)) % ANSWERS
    rows = np.arange(n)
    ahead = rng.random(n) < 1.0 / (1.0 + np.exp(worth[rows, second] - worth[rows, first]))
    sides = np.eye(ANSWERS)[first] - np.eye(ANSWERS)[second]
    return inputs, np.where(ahead[:, None], sides, -sides)


def ratings(rng: np.random.Generator, n: int) -> Data:
    """Users and films, and one to five stars."""
    truth = np.random.default_rng(161)
    tastes, kinds = truth.normal(size=(USERS, 3)), truth.normal(size=(FILMS, 3))
    mild, liked = 0.4 * truth.normal(size=USERS), 0.5 * truth.normal(size=FILMS)
    user, film = rng.integers(USERS, size=n), rng.integers(FILMS, size=n)
    stars = 3.5 + mild[user] + liked[film] + 0.4 * (tastes[user] * kinds[film]).sum(axis=1)
    stars = np.clip(np.rint(stars + 0.6 * rng.normal(size=n)), 1.0, 5.0)
    return np.column_stack([user, film]).astype(np.float64), stars[:, None]


def clicks(rng: np.random.Generator, n: int) -> Data:
    """Visitors, adverts and three features of the page, and whether there was a click."""
    truth = np.random.default_rng(162)
    habits, appeals = 0.5 * truth.normal(size=VISITORS), truth.normal(size=ADVERTS)
    visitor, advert = rng.integers(VISITORS, size=n), rng.integers(ADVERTS, size=n)
    page = rng.normal(size=(n, 3))
    odds = habits[visitor] + appeals[advert] + page @ np.array([0.8, -0.5, 0.3]) - 0.5
    clicked = (rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(np.float64)
    return np.column_stack([visitor, advert, page]).astype(np.float64), clicked[:, None]


def words(rng: np.random.Generator, n: int) -> Data:
    """A word, one that stands beside it and some that do not."""
    word = (WORDS * rng.random(n) ** 2).astype(np.int64)  # the first ones are the frequent ones
    alike = (word % TOPICS + TOPICS * rng.integers(WORDS // TOPICS, size=n)) % WORDS
    beside = np.where(rng.random(n) < 0.7, alike, rng.integers(WORDS, size=n))
    others = rng.integers(WORDS, size=(n, NEGATIVES))
    return word[:, None].astype(np.float64), np.column_stack([beside, others]).astype(np.float64)


def spoken(rng: np.random.Generator, n: int) -> Data:
    """Frames of a few phones with silence around them, and the phones without their places."""
    sounds = np.random.default_rng(163).normal(size=(PHONES, SEEN))
    phones = np.zeros((n, SPOKEN), dtype=np.int64)
    phones[:, 0] = rng.integers(1, PHONES, size=n)
    for i in range(1, SPOKEN):  # never the same twice
        phones[:, i] = (phones[:, i - 1] - 1 + rng.integers(1, PHONES - 1, size=n)) % (PHONES - 1) + 1
    heard = np.zeros((n, FRAMES), dtype=np.int64)
    begins = rng.integers(0, 2, size=n)
    for i in range(SPOKEN):
        ends = begins + rng.integers(2, 4, size=n)
        inside = (np.arange(FRAMES) >= begins[:, None]) & (np.arange(FRAMES) < ends[:, None])
        heard = np.where(inside, phones[:, i : i + 1], heard)
        begins = ends + rng.integers(0, 2, size=n)
    frames = sounds[heard] + 0.6 * rng.normal(size=(n, FRAMES, SEEN))
    return frames.reshape(n, -1), phones.astype(np.float64)


def organs(rng: np.random.Generator, n: int) -> Data:
    """Strips of pixels, and which of them belong to something that is brighter."""
    centre, half = rng.uniform(5, PIXELS - 5, size=(n, 1)), rng.uniform(2, 5, size=(n, 1))
    mask = (np.abs(np.arange(PIXELS) - centre) <= half).astype(np.float64)
    slope = rng.normal(size=(n, 1)) * np.linspace(-1.0, 1.0, PIXELS)
    return 1.2 * mask + slope + 0.6 * rng.normal(size=(n, PIXELS)), mask


def load(rng: np.random.Generator, n: int) -> Data:
    """What a town draws, by the hour, the temperature and what it drew before."""
    hour, warm = rng.uniform(0, 2 * np.pi, size=n), rng.normal(size=n)
    weekend, before = (rng.random(n) < 2 / 7).astype(np.float64), rng.normal(size=n)
    drawn = np.sin(hour) * (1.0 - 0.6 * weekend) + 0.5 * np.abs(warm) + 0.4 * before * np.cos(hour)
    inputs = np.column_stack([np.sin(hour), np.cos(hour), warm, weekend, before])
    return inputs, (drawn + 0.25 * rng.normal(size=n))[:, None]


def lifetimes(rng: np.random.Generator, n: int) -> Data:
    """Years until something fails, most of them short, and whether it was seen to fail."""
    inputs = rng.normal(size=(n, 7))
    scale = np.exp(0.6 * inputs[:, 0] - 0.5 * np.tanh(inputs[:, 1] * inputs[:, 2]) - 1.2)
    years = scale * rng.weibull(1.8, size=n) + 1e-3
    last = rng.uniform(0.2, 1.5, size=n)
    return inputs, np.column_stack([np.minimum(years, last), (years <= last).astype(np.float64)])


def found(rng: np.random.Generator, n: int) -> Data:
    """The features of a few documents, and how the attention of a reader spreads over them."""
    features = rng.normal(size=(n, DOCUMENTS, 5))
    worth = np.tanh(features @ np.random.default_rng(164).normal(size=5)) + 0.5 * features[:, :, 0] ** 2
    shares = stable_softmax(1.5 * worth + 0.4 * rng.normal(size=worth.shape))
    return features.reshape(n, -1), shares


def characters(rng: np.random.Generator, n: int) -> Data:
    """Three characters of a text, and the next one."""
    truth = np.random.default_rng(165)
    by_last, by_pair = truth.normal(size=(CHARACTERS,) * 2), truth.normal(size=(CHARACTERS,) * 3)
    text = rng.integers(CHARACTERS, size=(n, 3))
    odds = 1.4 * by_last[text[:, 2]] + 0.4 * by_pair[text[:, 1], text[:, 2]]
    reached = np.cumsum(stable_softmax(odds), axis=1) < rng.random((n, 1))
    following = np.minimum(reached.sum(axis=1), CHARACTERS - 1)
    return np.eye(CHARACTERS)[text].reshape(n, -1), np.eye(CHARACTERS)[following]


def patches(rng: np.random.Generator, n: int) -> Data:
    """Sixteen patches of three hidden causes."""
    mixing = np.random.default_rng(166).normal(size=(3, 16))
    values = np.tanh(rng.normal(size=(n, 3)) @ mixing) + 0.15 * rng.normal(size=(n, 16))
    return values, np.zeros((n, 1))


def patients(rng: np.random.Generator, n: int) -> Data:
    """Twelve findings of a patient, and whether a treatment helped."""
    inputs = rng.normal(size=(n, 12))
    odds = 1.5 * inputs @ np.random.default_rng(167).normal(size=12)
    return inputs, (rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(np.float64)[:, None]


def moves(rng: np.random.Generator, n: int) -> Data:
    """Where something is and how fast, and the push that brings it to rest soonest."""
    inputs = rng.normal(size=(n, 4))
    brake = np.tanh(1.5 * inputs[:, :2] + inputs[:, 2:]) - 0.5 * inputs[:, ::-1][:, :2]
    return inputs, -brake + 0.1 * rng.normal(size=(n, 2))


def defaults(rng: np.random.Generator, n: int) -> Data:
    """Eight shares of what a customer has and owes, and whether the loan is paid back."""
    inputs = rng.uniform(0, 1, size=(n, 8))
    odds = 4.0 * (inputs[:, 0] > 0.6) - 3.0 * inputs[:, 1] + 2.5 * (inputs[:, 2] > 0.3) - 1.5
    return inputs, (rng.random(n) < 1.0 / (1.0 + np.exp(-odds)))[:, None].astype(np.float64)


def steps_of_play(rng: np.random.Generator, n: int) -> Data:
    """What each of four actions brings, some of it by luck."""
    inputs = rng.normal(size=(n, 5))
    worth = np.tanh(1.5 * inputs @ np.random.default_rng(168).normal(size=(5, 4)))
    return inputs, 0.5 + 0.5 * worth + 0.2 * rng.normal(size=(n, 4))


def crops(rng: np.random.Generator, n: int) -> Data:
    """Two crops of the same picture of three hidden causes."""
    inner = rng.normal(size=(n, 3))
    first, second = (np.tanh(inner @ MIXING) + 0.35 * rng.normal(size=(n, 14)) for _ in range(2))
    return first, second


def outline(rng: np.random.Generator, n: int) -> Data:
    """Places on a line as waves, and how bright one picture is there."""
    places = rng.uniform(0, 1, size=(n, 1))
    turns = 2.0 * np.pi * places * np.arange(1, 7)
    bright = np.sin(9.0 * places) + 0.5 * np.sign(places - 0.4) * np.cos(23.0 * places) * (places < 0.8)
    return np.column_stack([np.sin(turns), np.cos(turns)]), bright


def knots(rng: np.random.Generator, n: int) -> Data:
    """Points of three knots in space."""
    centres = np.random.default_rng(170).normal(size=(3, 3))
    return centres[rng.integers(3, size=n)] + 0.2 * rng.normal(size=(n, 3)), np.zeros((n, 1))

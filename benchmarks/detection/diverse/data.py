"""What the diverse tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.diverse.losses import (
    DISHES,
    DONE,
    FRAMES,
    GOODS_KNOWN,
    HEARD,
    KINDS,
    LETTERS,
    MEANING,
    PATTERNS,
    REACH,
    RIPPLE,
    SEEN,
    SHOTS,
    SIDE,
    SOUNDS,
    TASTE,
    TOKENS,
    TRAITS,
    VERSE,
    VISITED,
)
from benchmarks.detection.tasks import Data, FloatArray
from sample_logs.training import Array

ACCENTS, COLOURS, FAMILIES, SPECIES = 9, 8, 5, 4


def _one_of(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    """One of the columns of each row, by their odds."""
    return np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)


def pistons(rng: np.random.Generator, n: int) -> Data:
    """Seven readings of an engine, and how worn it is."""
    inputs = rng.normal(size=(n, 7))
    worn = np.sin(1.8 * inputs[:, 0]) + 0.8 * inputs[:, 1] * inputs[:, 2] + np.abs(inputs[:, 3])
    return inputs, (worn - 0.8 + 0.3 * rng.normal(size=n))[:, None]


def accents(rng: np.random.Generator, n: int) -> Data:
    """Twenty numbers of a voice, most of which say who speaks, and where they are from."""
    truth = np.random.default_rng(501)
    places, voices = truth.normal(size=(ACCENTS, 20)), truth.normal(size=(6, 20))
    from_ = rng.integers(ACCENTS, size=n)
    speaker = rng.normal(size=(n, 6))
    inputs = np.tanh(0.7 * places[from_] + 0.7 * speaker @ voices) + 0.35 * rng.normal(size=(n, 20))
    return inputs, np.eye(ACCENTS)[from_]


def swatches(rng: np.random.Generator, n: int) -> Data:
    """Twelve bands of the light that a cloth throws back, by day or by lamp, and what it is called."""
    truth = np.random.default_rng(502)
    cloth, lamp = truth.uniform(0.2, 1.2, size=(COLOURS, 12)), truth.uniform(0.5, 1.5, size=12)
    called = rng.integers(COLOURS, size=n)
    by_lamp = rng.random((n, 1))
    seen = cloth[called] * (1.0 - by_lamp + by_lamp * lamp) * np.exp(0.3 * rng.normal(size=(n, 1)))
    return 2.0 * (seen - 0.7) + 0.5 * rng.normal(size=seen.shape), np.eye(COLOURS)[called]


def gearboxes(rng: np.random.Generator, n: int) -> Data:
    """How a gearbox shakes in ten places, and the play of its three shafts."""
    truth = np.random.default_rng(503)
    play = rng.uniform(-1.5, 1.5, size=(n, 3))
    shaken = np.sin(play @ truth.normal(size=(3, 10))) + 0.4 * (play**2) @ truth.normal(size=(3, 10))
    return shaken + 0.15 * rng.normal(size=shaken.shape), play


def fossils(rng: np.random.Generator, n: int) -> Data:
    """Twenty-four measures of a shell: of one of five families, and of one of its four species."""
    truth = np.random.default_rng(504)
    family, species = truth.normal(size=(FAMILIES, 24)), truth.normal(size=(FAMILIES * SPECIES, 24))
    own = rng.integers(FAMILIES * SPECIES, size=n)
    shell = 1.2 * family[own // SPECIES] + 0.6 * species[own] + 0.7 * rng.normal(size=(n, 24))
    return shell, np.eye(FAMILIES * SPECIES)[own]


def clickstreams(rng: np.random.Generator, n: int) -> Data:
    """Forty things that are so or not of somebody, few of them so, and whether they click."""
    truth = np.random.default_rng(505)
    inputs = (rng.random((n, 40)) < truth.uniform(0.03, 0.4, size=40)).astype(np.float64)
    odds = inputs @ (1.2 * truth.normal(size=40)) - 1.2
    return inputs, np.eye(2)[(rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(np.int64)]


def levers(rng: np.random.Generator, n: int) -> Data:
    """Three angles of an arm, and where its hand is; now and then the camera is wrong."""
    angles = np.cumsum(rng.uniform(-1.2, 1.2, size=(n, 3)), axis=1)
    hand = np.column_stack([np.cos(angles) @ [1.0, 0.7, 0.5], np.sin(angles) @ [1.0, 0.7, 0.5]])
    wrong = rng.random((n, 1)) < 0.05
    turns = np.column_stack([angles[:, 0], np.diff(angles, axis=1)])
    return np.hstack([turns, turns**2]), hand + (0.1 + 0.9 * wrong) * rng.standard_t(4, size=hand.shape)


def landmarks(rng: np.random.Generator, n: int) -> Data:
    """Fifteen features of a face, and where four of its points are."""
    truth = np.random.default_rng(506)
    pose = rng.normal(size=(n, 4))
    points = np.tanh(pose @ truth.normal(size=(4, 8))) + 0.3 * pose @ truth.normal(size=(4, 8))
    seen = np.sin(pose @ truth.normal(size=(4, 15)))
    return seen + 0.1 * rng.normal(size=seen.shape), points + 0.05 * rng.normal(size=points.shape)


def floods(rng: np.random.Generator, n: int) -> Data:
    """Six measures of a valley and its winter, and how high the water came at most."""
    inputs = rng.normal(size=(n, 6))
    level = 1.0 + np.tanh(inputs[:, 0] + inputs[:, 1]) + 0.7 * inputs[:, 2] * inputs[:, 3]
    spread = 0.15 + 0.5 / (1.0 + np.exp(-2.0 * inputs[:, 4]))
    return inputs, (level + spread * rng.gumbel(size=n))[:, None]


def harvests(rng: np.random.Generator, n: int) -> Data:
    """Nine measures of a field and its year, and how much it bears: over some orders of magnitude."""
    inputs = rng.normal(size=(n, 9))
    logs = 1.5 + 1.2 * np.tanh(inputs[:, 0] - inputs[:, 1]) + 0.8 * np.sin(2.0 * inputs[:, 2])
    logs = logs + 0.5 * inputs[:, 3] * inputs[:, 4] + 0.3 * rng.normal(size=n)
    return inputs, np.exp(np.minimum(logs, 5.0))[:, None]


def frictions(rng: np.random.Generator, n: int) -> Data:
    """Five measures of two surfaces, and how they rub; of some pairs little is known."""
    inputs = rng.normal(size=(n, 5))
    rubs = np.cos(1.5 * inputs[:, 0]) + inputs[:, 1] * np.tanh(inputs[:, 2])
    scatter = 0.1 + 0.4 * (inputs[:, 3] > 0.5)
    return inputs, (rubs + scatter * rng.normal(size=n))[:, None]


def stanzas(rng: np.random.Generator, n: int) -> Data:
    """Verses whose letters follow from the one before and from the one four places back."""
    truth = np.random.default_rng(507)
    last, rhyme = 1.6 * truth.normal(size=(2, LETTERS, LETTERS))
    verse = rng.integers(LETTERS, size=(n, VERSE + 1))
    for t in range(1, VERSE + 1):
        odds = last[verse[:, t - 1]] + (rhyme[verse[:, t - 4]] if t >= 4 else 0.0)
        verse[:, t] = _one_of(rng, odds)
    return verse[:, :-1].astype(np.float64), verse[:, 1:].astype(np.float64)


def phonemes(rng: np.random.Generator, n: int) -> Data:
    """Frames of sounds that last for some, each heard with noise, and which sound each frame is of."""
    truth = np.random.default_rng(508)
    heard = 1.2 * truth.normal(size=(SOUNDS, HEARD))
    sound = rng.integers(SOUNDS, size=(n, FRAMES))
    for t in range(1, FRAMES):
        lasts = rng.random(n) < 0.7
        sound[:, t] = np.where(lasts, sound[:, t - 1], sound[:, t])
    frames = heard[sound] + 0.8 * rng.normal(size=(n, FRAMES, HEARD))
    return frames.reshape(n, -1), sound.astype(np.float64)


def ripples(rng: np.random.Generator, n: int) -> Data:
    """Short waves of two kinds, of length about one; nothing is asked of them."""
    place = np.arange(RIPPLE) / RIPPLE
    phase, often = rng.uniform(0.0, 2.0 * np.pi, size=(n, 1)), rng.choice([1.0, 2.0], size=(n, 1))
    wave = np.sqrt(2.0) * np.sin(2.0 * np.pi * often * place + phase) * np.exp(0.2 * rng.normal(size=(n, 1)))
    return wave, np.zeros((n, 1))


def tiles(rng: np.random.Generator, n: int) -> Data:
    """Tiles with a small pattern somewhere, and which of five it is."""
    patterns = 1.6 * np.random.default_rng(509).normal(size=(PATTERNS, 3, 3))
    kind, corner = rng.integers(PATTERNS, size=n), rng.integers(SIDE - 2, size=(2, n))
    pixels = 0.8 * rng.normal(size=(n, SIDE, SIDE))
    for row in range(3):
        for column in range(3):
            pixels[np.arange(n), corner[0] + row, corner[1] + column] += patterns[kind, row, column]
    return pixels.reshape(n, -1), np.eye(PATTERNS)[kind]


def sessions(rng: np.random.Generator, n: int) -> Data:
    """What somebody looked at, and what they look at next: all by a taste, and by what is well known."""
    truth = np.random.default_rng(510)
    goods, known = truth.normal(size=(GOODS_KNOWN, TASTE)), 0.8 * truth.normal(size=GOODS_KNOWN)
    odds = 0.9 * rng.normal(size=(n, TASTE)) @ goods.T + known
    looked = np.column_stack([_one_of(rng, odds) for _ in range(VISITED + 1)]).astype(np.float64)
    return looked[:, :-1], looked[:, -1:]


def thickets(rng: np.random.Generator, n: int) -> Data:
    """Ten measures, and one of four kinds, by which side of some of them an example lies on."""
    inputs = rng.normal(size=(n, 10))
    kind = 2 * (inputs[:, 0] + 0.5 * inputs[:, 1] > 0.0) + (
        np.where(inputs[:, 0] + 0.5 * inputs[:, 1] > 0.0, inputs[:, 2], inputs[:, 3] - inputs[:, 4]) > 0.3
    )
    odds = 3.0 * np.eye(4)[kind]
    return inputs, np.eye(4)[_one_of(rng, odds)]


def lanterns(rng: np.random.Generator, n: int) -> Data:
    """Rays through a place with four lanterns and smoke: where one begins and goes, and what it shows."""
    truth = np.random.default_rng(511)
    centre, light = truth.uniform(-1.0, 1.0, size=(4, 2)), truth.uniform(0.0, 1.0, size=4)
    angle, turned = rng.uniform(0.0, 2.0 * np.pi, size=n), rng.uniform(-0.6, 0.6, size=n)
    begin = 1.5 * np.column_stack([np.cos(angle), np.sin(angle)])
    goes = -np.column_stack([np.cos(angle + turned), np.sin(angle + turned)])
    far = np.linspace(0.0, REACH, 31)
    points = begin[:, None] + far[None, :, None] * goes[:, None]
    smoke = 4.0 * np.exp(-4.0 * ((points[:, :, None] - centre) ** 2).sum(axis=3))
    steps = smoke.sum(axis=2) * (far[1] - far[0])
    passed = np.exp(steps - np.cumsum(steps, axis=1)) * (1.0 - np.exp(-steps))
    shows = (passed * (smoke @ light) / np.maximum(smoke.sum(axis=2), 1e-9)).sum(axis=1)
    return np.hstack([begin, goes]), (shows + 0.03 * rng.normal(size=n))[:, None]


def families(rng: np.random.Generator, n: int) -> Data:
    """Episodes of three kinds that nobody has seen before, by traits of which some say nothing."""
    mixed = np.random.default_rng(512).normal(size=(3, TRAITS))
    kinds = 1.6 * rng.normal(size=(n, KINDS, 1, 3))
    own = kinds + 0.5 * rng.normal(size=(n, KINDS, SHOTS + 1, 3))
    chaff = rng.normal(size=(n, KINDS, SHOTS + 1, TRAITS))
    return (np.sin(own @ mixed) + 0.25 * chaff).reshape(n, -1), np.zeros((n, 1))


def dreams(rng: np.random.Generator, n: int) -> Data:
    """What is seen and done, and then what is seen next, what it brings, and whether it goes on."""
    truth = np.random.default_rng(513)
    seen, done = rng.normal(size=(n, SEEN)), np.eye(DONE)[rng.integers(DONE, size=n)]
    pushed = np.hstack([seen, done]) @ truth.normal(size=(SEEN + DONE, SEEN))
    next_ = np.tanh(pushed / 1.5) + 0.4 * seen + 0.1 * rng.normal(size=(n, SEEN))
    brings = np.sin(next_[:, :1] + next_[:, 1:2]) + 0.2 * rng.normal(size=(n, 1))
    goes_on = (rng.random((n, 1)) < 1.0 / (1.0 + np.exp(-3.0 * next_[:, 2:3] - 1.0))).astype(np.float64)
    return np.hstack([seen, done]), np.hstack([next_, brings, goes_on])


def answers(rng: np.random.Generator, n: int) -> Data:
    """A passage and a question, and where what it asks for begins and ends."""
    truth = np.random.default_rng(514)
    tokens = rng.normal(size=(n, TOKENS, MEANING))
    question = np.sign(rng.normal(size=(n, MEANING)))
    meant = (tokens * question[:, None]).sum(axis=2) + 0.4 * truth.normal(size=TOKENS)
    start = _one_of(rng, 1.5 * meant)
    end = np.minimum(start + (question[:, 0] > 0.0) + (tokens[np.arange(n), start, 1] > 0.0), TOKENS - 1)
    inputs = np.hstack([tokens.reshape(n, -1), question])
    return inputs, np.column_stack([start, end]).astype(np.float64)


def kitchens(rng: np.random.Generator, n: int) -> Data:
    """Eight measures of what is at hand, which dish is made of it, and how much."""
    truth = np.random.default_rng(515)
    inputs = rng.normal(size=(n, 8))
    odds = 2.0 * np.tanh(inputs @ truth.normal(size=(8, 6)) / 2.0) @ truth.normal(size=(6, DISHES))
    much = np.sin(inputs[:, :1] + inputs[:, 1:2]) + 0.5 * inputs[:, 2:3] * inputs[:, 3:4]
    return inputs, np.hstack([np.eye(DISHES)[_one_of(rng, odds)], much + 0.15 * rng.normal(size=(n, 1))])


def wrongly_told(losses: FloatArray) -> FloatArray:
    """The share of answers that are wrong, where they are right as often as they are likely."""
    return 1.0 - np.exp(-losses)


def root_of_squares(losses: FloatArray) -> FloatArray:
    """The root of the mean square, of half of that."""
    return np.sqrt(2.0 * losses)

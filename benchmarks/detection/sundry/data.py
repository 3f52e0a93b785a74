"""What the sundry tasks are drawn from; each function draws `n` inputs and their targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.sundry.losses import (
    AHEAD,
    ASKED,
    CARS,
    CRITERIA,
    FRAMES,
    FRIENDS,
    HEARD,
    HEARD_BEFORE,
    MAKES,
    PAST,
    ROAD,
    SAID,
    SEEN,
    SENSORS,
    SHEET,
    SOUNDS,
    SPOKEN,
    STROKE,
    TEXT,
    TRAITS,
    WORDS,
    old_dialect,
)
from benchmarks.detection.tasks import Data
from sample_logs.training import Array

DEFECTS, PLANTS, KEYS, AREA, RIDDLE, CIRCLES = 9, 8, 12, 10, 5, 4


def _one_of(rng: np.random.Generator, odds: Array) -> NDArray[np.int64]:
    """One of the columns of each row, by their odds."""
    return np.argmax(odds + rng.gumbel(size=odds.shape), axis=1)


def wafers(rng: np.random.Generator, n: int) -> Data:
    """How many chips are broken in sixteen parts of a wafer, and which of nine causes it has."""
    truth = np.random.default_rng(611)
    patterns, turned = truth.normal(size=(2, DEFECTS, 16))
    cause, angle = rng.integers(DEFECTS, size=n), rng.uniform(0.0, 1.2, size=(n, 1))
    broken = 1.3 * (np.cos(angle) * patterns[cause] + np.sin(angle) * turned[cause])
    return broken + 1.0 * rng.normal(size=(n, 16)), np.eye(DEFECTS)[cause]


def batteries(rng: np.random.Generator, n: int) -> Data:
    """Nine readings of a battery while it is charged, and how much of it is left."""
    inputs = rng.normal(size=(n, 9))
    left = np.tanh(inputs[:, 0] * inputs[:, 1]) - 0.7 * np.cos(1.5 * inputs[:, 2]) + 0.5 * inputs[:, 3]
    return inputs, (left + 0.4 * np.maximum(inputs[:, 4], 0.0) ** 2 + 0.25 * rng.normal(size=n))[:, None]


def pollen(rng: np.random.Generator, n: int) -> Data:
    """Eighteen measures of a grain, and of which plant it is: of some there are many, of others few."""
    truth = np.random.default_rng(612)
    grains, sides = truth.normal(size=(PLANTS, 18)), truth.normal(size=(3, 18))
    plant = _one_of(rng, np.tile(-0.35 * np.arange(PLANTS), (n, 1)))
    seen = np.sin(grains[plant] + 0.5 * rng.normal(size=(n, 3)) @ sides)
    return 1.4 * seen + 0.3 * rng.normal(size=(n, 18)), np.eye(PLANTS)[plant]


def keystrokes(rng: np.random.Generator, n: int) -> Data:
    """The last two keys that were pressed, as yes and no, and the next one."""
    truth = np.random.default_rng(613)
    last, before = truth.normal(size=(2, KEYS, KEYS))
    pressed = rng.integers(KEYS, size=(2, n))
    odds = 1.6 * last[pressed[0]] + 1.1 * before[pressed[1]] * np.sign(last[pressed[0], :1])
    return np.hstack([np.eye(KEYS)[one] for one in pressed]), np.eye(KEYS)[_one_of(rng, odds)]


def concrete(rng: np.random.Generator, n: int) -> Data:
    """Eight parts of a mixture, and how much it bears after a month."""
    inputs = rng.normal(size=(n, 8))
    bears = inputs[:, 0] - 0.8 * inputs[:, 1] + 0.6 * inputs[:, 2] * inputs[:, 0] + np.sin(2.0 * inputs[:, 3])
    return inputs, (bears + 0.35 * rng.standard_t(5, size=n))[:, None]


def warranties(rng: np.random.Generator, n: int) -> Data:
    """Seven features of a pump, the logarithm of how long it runs, and whether anybody saw it stop."""
    inputs = rng.normal(size=(n, 7))
    place = 0.8 * inputs[:, 0] - np.abs(inputs[:, 1]) + 0.7 * inputs[:, 2] * inputs[:, 3]
    time = place + 0.35 * rng.logistic(size=n)
    until = 0.8 + 1.2 * rng.normal(size=n)
    return inputs, np.column_stack([np.minimum(time, until), time <= until]).astype(np.float64)


def lesions(rng: np.random.Generator, n: int) -> Data:
    """A strip of tissue as it is seen, and which of its ten parts are ill: mostly two or three of them."""
    truth = np.random.default_rng(614)
    begin, long = rng.integers(AREA - 1, size=(n, 1)), rng.integers(1, 5, size=(n, 1))
    place = np.arange(AREA)
    ill = ((place >= begin) & (place < begin + long)).astype(np.float64)
    blurred = ill @ np.exp(-0.7 * np.abs(place[:, None] - place))
    seen = np.hstack([1.2 * blurred, np.tanh(blurred @ truth.normal(size=(AREA, 6)))])
    return seen - 0.5 + 0.6 * rng.normal(size=seen.shape), ill


def restorations(rng: np.random.Generator, n: int) -> Data:
    """Twelve pixels of a print that has faded, has spots, and the six in the middle as they were."""
    truth = np.random.default_rng(615)
    waves = truth.normal(size=(5, 12))
    picture = np.tanh(rng.normal(size=(n, 5)) @ waves)
    faded = np.sign(picture) * np.abs(picture) ** 1.5 * rng.uniform(0.5, 1.0, size=(n, 1))
    spots = 1.5 * (rng.random((n, 12)) < 0.06) * rng.normal(size=(n, 12))
    return 1.5 * (faded + spots) + 0.1 * rng.normal(size=(n, 12)), picture[:, 3:9]


def rollouts(rng: np.random.Generator, n: int) -> Data:
    """Eight numbers of where a game stands, and what it will still bring: of very different sizes."""
    inputs = rng.normal(size=(n, 8))
    good = 1.3 * np.sin(inputs[:, 0] + inputs[:, 1]) + inputs[:, 2] * np.tanh(inputs[:, 3])
    return inputs, (np.sinh(good + 0.3 * rng.normal(size=n)) * np.exp(0.5 * inputs[:, 4]))[:, None]


def dosages(rng: np.random.Generator, n: int) -> Data:
    """Eight findings of a patient, and how much of a drug they need: of some it is hard to say."""
    inputs = rng.normal(size=(n, 8))
    need = np.tanh(inputs[:, 0] - inputs[:, 1]) + 0.8 * np.sin(1.6 * inputs[:, 2]) + 0.4 * inputs[:, 3]
    scatter = 0.15 + 0.6 / (1.0 + np.exp(-2.5 * inputs[:, 4]))
    return inputs, (need + scatter * rng.normal(size=n))[:, None]


def instructions(rng: np.random.Generator, n: int) -> Data:
    """Texts of a question and an answer in a new dialect, and the next words of the answers."""
    truth = np.random.default_rng(616)
    tables = [
        old + 1.4 * truth.normal(size=(WORDS, 2)) @ truth.normal(size=(2, WORDS)) for old in old_dialect()
    ]
    text = rng.integers(WORDS, size=(n, TEXT + 1))
    for t in range(2, TEXT + 1):
        text[:, t] = _one_of(rng, tables[0][text[:, t - 1]] + tables[1][text[:, t - 2]])
    next_ = text[:, 1:].astype(np.float64)
    next_[:, : ASKED - 1] = -1.0
    return text[:, :-1].astype(np.float64), next_


def verdicts(rng: np.random.Generator, n: int) -> Data:
    """Two answers by eight criteria each, and whether people like the first one better, 1, or not, -1."""
    answers = rng.normal(size=(n, 2, CRITERIA))
    worth = 1.5 * np.tanh(answers[..., 0] + answers[..., 1]) + answers[..., 2] * answers[..., 3]
    worth -= np.maximum(answers[..., 4], 0.0) ** 2
    better = rng.logistic(size=n) < 2.0 * (worth[:, 0] - worth[:, 1])
    return answers.reshape(n, -1), np.where(better, 1.0, -1.0)[:, None]


def riddles(rng: np.random.Generator, n: int) -> Data:
    """Six numbers of a riddle, and what each of five answers to it is worth: one all, another a third."""
    truth = np.random.default_rng(617)
    inputs = rng.normal(size=(n, 6))
    fits = np.tanh(inputs @ truth.normal(size=(6, 8)) / 1.5) @ truth.normal(size=(8, RIDDLE))
    order = np.argsort(fits, axis=1)
    return inputs, np.eye(RIDDLE)[order[:, -1]] + np.eye(RIDDLE)[order[:, -2]] / 3.0


def brushstrokes(rng: np.random.Generator, n: int) -> Data:
    """Strokes of three hands, of length about one a number; nothing is asked of them."""
    place = np.linspace(-1.0, 1.0, STROKE)
    hand, bent = rng.integers(3, size=(n, 1)), 0.3 * rng.normal(size=(n, 2))
    line = np.where(
        hand == 0, 1.6 * place, np.where(hand == 1, 2.2 * place**2 - 1.0, -1.2 * np.sin(3 * place))
    )
    return line + bent[:, :1] + bent[:, 1:] * place, np.zeros((n, 1))


def dialects(rng: np.random.Generator, n: int) -> Data:
    """Three words, of which the first one tells the dialect, and the one that follows in it."""
    truth = np.random.default_rng(618)
    last, before = 1.8 * truth.normal(size=(2, 4, SPOKEN, SPOKEN))
    words = rng.integers(SPOKEN, size=(n, HEARD_BEFORE))
    of = words[:, 0] % 4
    next_ = _one_of(rng, last[of, words[:, 2]] + 0.3 * before[of, words[:, 1]])
    return words.astype(np.float64), next_[:, None].astype(np.float64)


def whispers(rng: np.random.Generator, n: int) -> Data:
    """Frames of three sounds somewhere among silence, and the sounds without their places."""
    heard = 1.6 * np.random.default_rng(619).normal(size=(SOUNDS, HEARD))
    said = rng.integers(SOUNDS, size=(n, SAID))
    places = np.sort(np.argsort(rng.random((n, FRAMES)), axis=1)[:, :SAID], axis=1)
    frames = 0.45 * rng.normal(size=(n, FRAMES, HEARD))
    for i in range(SAID):
        frames[np.arange(n), places[:, i]] += heard[said[:, i]]
    return frames.reshape(n, -1), said.astype(np.float64)


def cars(rng: np.random.Generator, n: int) -> Data:
    """A road of twelve cells as it is seen, and where two cars are, in any order, and of what make."""
    middle, long = rng.uniform(0.0, 1.0, size=(n, CARS)), rng.uniform(0.08, 0.2, size=(n, CARS))
    make = rng.integers(MAKES, size=(n, CARS))
    off = (np.linspace(0.0, 1.0, ROAD) - middle[:, :, None]) / long[:, :, None]
    seen = np.where(make[:, :, None] == 0, np.exp(-(off**2)), -np.exp(-np.abs(off)) * np.cos(2.0 * off))
    targets = np.concatenate(
        [2.0 * middle[..., None] - 1.0, 5.0 * long[..., None], np.eye(MAKES)[make]], axis=2
    )
    return 2.0 * seen.sum(axis=1) + 0.1 * rng.normal(size=(n, ROAD)), targets.reshape(n, -1)


def canteens(rng: np.random.Generator, n: int) -> Data:
    """How many came on sixteen days, by the week, by a trend and by chance; and on the next four."""
    days = np.arange(PAST + AHEAD)
    week = np.sin(2.0 * np.pi * (days + rng.integers(7, size=(n, 1))) / 7.0)
    weekend = 0.5 * np.cos(4.0 * np.pi * (days + rng.integers(7, size=(n, 1))) / 7.0)
    trend = rng.normal(size=(n, 1)) + 0.06 * rng.normal(size=(n, 1)) * days
    came = trend + rng.uniform(0.5, 1.2, size=(n, 1)) * week + weekend + 0.3 * rng.normal(size=(n, len(days)))
    return came[:, :PAST], came[:, PAST:]


def neighbours(rng: np.random.Generator, n: int) -> Data:
    """Somebody and five friends, of whom some are of the same circle, and that circle."""
    circles = 1.1 * np.random.default_rng(620).normal(size=(CIRCLES, TRAITS - 1))
    own = rng.integers(CIRCLES, size=n)
    same = rng.random((n, FRIENDS)) < 0.5
    of = np.column_stack([own, np.where(same, own[:, None], rng.integers(CIRCLES, size=(n, FRIENDS)))])
    close = np.column_stack([np.zeros(n), np.where(same, 1.5, -1.0)])[:, :, None]
    traits = circles[of] + 1.1 * rng.normal(size=(n, 1 + FRIENDS, TRAITS - 1))
    seen = np.concatenate([traits, close + 0.6 * rng.normal(size=close.shape)], axis=2)
    return seen.reshape(n, -1), np.eye(CIRCLES)[own]


def postcards(rng: np.random.Generator, n: int) -> Data:
    """Sheets of six cards: what is on the front of each, and what is written on its back."""
    truth = np.random.default_rng(621)
    meant = rng.normal(size=(n * SHEET, 4))
    sides = [
        np.tanh(meant @ truth.normal(size=(4, SEEN))) + 0.25 * rng.normal(size=(n * SHEET, SEEN))
        for _ in range(2)
    ]
    return sides[0].reshape(n, -1), sides[1].reshape(n, -1)


def thermostats(rng: np.random.Generator, n: int) -> Data:
    """Seven readings of a house, and how far two of its valves were opened."""
    inputs = rng.normal(size=(n, 7))
    one = np.tanh(inputs[:, 0] - 0.5 * inputs[:, 1]) + 0.5 * inputs[:, 2] * inputs[:, 3]
    other = np.sin(1.2 * inputs[:, 4]) + 0.6 * np.maximum(inputs[:, 5], inputs[:, 0])
    return inputs, np.column_stack([one, other]) + 0.2 * rng.normal(size=(n, 2))


def heatings(rng: np.random.Generator, n: int) -> Data:
    """How warm a rod is in eight places at first; a place and a moment; and how warm it is there then."""
    strong, waves = rng.normal(size=(n, 3)), np.arange(1, 4)
    places = np.linspace(0.0, 1.0, SENSORS + 2)[1:-1]
    place, moment = rng.uniform(0.0, 1.0, size=(2, n, 1))
    first = strong @ np.sin(np.pi * waves[:, None] * places)
    later = strong * np.exp(-0.08 * (np.pi * waves) ** 2 * moment) * np.sin(np.pi * waves * place)
    warm = later.sum(axis=1, keepdims=True) + 0.03 * rng.normal(size=(n, 1))
    return np.hstack([first, 4.0 * place - 2.0, 4.0 * moment - 2.0]), warm


def bookings(rng: np.random.Generator, n: int) -> Data:
    """Ten features of a traveller and a room, and whether they book it, as one in three does."""
    inputs = rng.normal(size=(n, 10))
    odds = 1.3 * inputs[:, 0] * inputs[:, 1] - 1.1 * inputs[:, 2] * inputs[:, 3] + inputs[:, 4] - 0.9
    odds += 0.8 * inputs[:, 5] * inputs[:, 6]
    return inputs, (rng.random(n) < 1.0 / (1.0 + np.exp(-1.5 * odds))).astype(np.float64)[:, None]

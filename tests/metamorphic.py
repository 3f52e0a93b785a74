"""Runs that are clearly healthy or clearly faulty, and the same run logged in another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

POINTS = 800
EVERY = 10  # steps from one evaluation to the next
SECONDS = 0.5  # a step

LOSSES = TRAIN, VALIDATION = "train/loss", "val/loss"
ACCURACY, NORM, RATE = "val/accuracy", "train/grad_norm", "train/lr"
SCALE, DEAD, SPEED = "train/loss_scale", "train/dead_units", "train/samples_per_second"
TAGS = (*LOSSES, ACCURACY, NORM, RATE, SCALE, DEAD, SPEED)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One run as a log tells it: steps and values of each tag, and how many steps a step counts for."""

    steps: Mapping[str, IntArray]
    values: Mapping[str, FloatArray]
    unit: float = 1.0
    offset: int = 0
    first_tag_first: bool = True

    def run(self) -> Run:
        """The run as it comes from a reader."""
        builder = FrameBuilder()
        tags = list(self.values) if self.first_tag_first else list(self.values)[::-1]
        for tag in tags:
            walls = 1.75e9 + SECONDS * (self.steps[tag] - self.offset) / self.unit
            builder.add(tag, self.steps[tag], self.values[tag], wall_times=walls)
        frame = builder.build()
        return Run("run", "run", ("run.csv",), "made", frame, assign_roles(frame), StepUnit.STEP)

    def original_step(self, step: int) -> float:
        """What that step of this log was called before it was told otherwise."""
        return (step - self.offset) / self.unit


Make = Callable[[np.random.Generator, FloatArray], dict[str, FloatArray]]


def _learning(done: FloatArray, end: float, rate: float = 8.0) -> FloatArray:
    return end + (2.3 - end) * np.exp(-rate * done)


def _noise(rng: np.random.Generator, sigma: float) -> FloatArray:
    return rng.normal(0.0, sigma, POINTS)


def _healthy(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    cosine = 1e-3 * 0.5 * (1.0 + np.cos(np.pi * done))
    return {
        TRAIN: _learning(done, 0.3, 5.0) + _noise(rng, 0.02),
        VALIDATION: _learning(done, 0.34, 5.0) + _noise(rng, 0.004),
        ACCURACY: 0.9 - 0.8 * np.exp(-5.0 * done) + _noise(rng, 0.003),
        NORM: np.exp(_noise(rng, 0.2)) * (0.5 + np.exp(-3.0 * done)),
        RATE: cosine,
    }


def _diverging(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    at = rng.uniform(0.4, 0.7)
    rise = 3.0 * np.clip((done - at) / 0.1, 0.0, 1.0)
    return {
        TRAIN: _learning(done, 0.3) + rise + _noise(rng, 0.03),
        VALIDATION: _learning(done, 0.35) + rise + _noise(rng, 0.01),
    }


def _oscillating(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    period = rng.uniform(20.0, 60.0)
    wave = 0.4 * np.sin(2.0 * np.pi * POINTS / period * done) * (done > 0.2)
    return {TRAIN: _learning(done, 0.8) + wave + _noise(rng, 0.03)}


def _spiking(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    train = _learning(done, 0.3) + _noise(rng, 0.02)
    for at in rng.choice(np.arange(200, 700, 40), 4, replace=False):
        train[at : at + 4] += np.array([3.0, 2.2, 1.4, 0.7])
    return {TRAIN: train}


def _non_finite(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    train = _learning(done, 0.3) + _noise(rng, 0.02)
    train[int(rng.integers(400, 600)) :] = np.nan
    return {TRAIN: train}


def _overfitting(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    rise = 1.2 * np.clip(done - 0.2, 0.0, None)
    return {
        TRAIN: _learning(done, 0.02, 6.0) + _noise(rng, 0.003),
        VALIDATION: _learning(done, 0.5, 20.0) + rise + _noise(rng, 0.008),
    }


def _left_behind(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    return {
        TRAIN: _learning(done, 0.2) + _noise(rng, 0.01),
        VALIDATION: _learning(done, 1.2) + _noise(rng, 0.005),
    }


def _guessing(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    level = np.log(10.0) + _noise(rng, 0.01)
    return {TRAIN: level, VALIDATION: np.log(10.0) + _noise(rng, 0.003), ACCURACY: 0.1 + _noise(rng, 0.003)}


def _exploding(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    return {
        TRAIN: _learning(done, 0.3) + _noise(rng, 0.02),
        NORM: np.exp(_noise(rng, 0.2) + 12.0 * np.clip(done - 0.4, 0.0, None)),
    }


def _jumpy_validation(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    return {
        TRAIN: _learning(done, 0.5) + _noise(rng, 0.01),
        VALIDATION: _learning(done, 0.55) + _noise(rng, 0.2),
    }


def _risen_late(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    at = rng.uniform(0.6, 0.75)
    return {TRAIN: _learning(done, 0.3) + 0.3 * (done >= at) + _noise(rng, 0.02)}


def _scattering_late(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    at = rng.uniform(0.6, 0.75)
    return {TRAIN: _learning(done, 0.6) + np.where(done >= at, 10.0, 1.0) * _noise(rng, 0.02)}


def _learning_by_heart(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    epoch = np.minimum(done * 4.0, 3.99).astype(np.int64)
    return {
        TRAIN: 2.3 * 0.8**epoch + _noise(rng, 0.04),
        VALIDATION: 2.3 + _noise(rng, 0.005),
    }


def _hidden(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    train = _learning(done, 0.6) + _noise(rng, 0.02)
    train[int(rng.integers(400, 600)) :] = 0.0
    return {TRAIN: train}


def _without_gradient(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    lost = np.clip((done - rng.uniform(0.3, 0.4)) / 0.05, 0.0, 1.0)
    return {
        TRAIN: 2.0 + _noise(rng, 0.02),
        NORM: np.exp(_noise(rng, 0.2) - 18.0 * lost),
    }


def _overflowing(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    halvings = np.floor(np.clip((done - rng.uniform(0.4, 0.6)) / 0.01, 0.0, 16.0))
    return {TRAIN: _learning(done, 0.3) + _noise(rng, 0.02), SCALE: 2.0 ** (16.0 - halvings)}


def _dying(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    died = np.clip((done - rng.uniform(0.3, 0.5)) / 0.1, 0.0, 1.0)
    return {TRAIN: _learning(done, 0.3, 3.0) + _noise(rng, 0.02), DEAD: 0.1 + 0.8 * died + _noise(rng, 0.01)}


def _slower(rng: np.random.Generator, done: FloatArray) -> dict[str, FloatArray]:
    speed = np.where(done < rng.uniform(0.4, 0.6), 1000.0, 400.0)
    return {TRAIN: _learning(done, 0.3) + _noise(rng, 0.02), SPEED: speed * np.exp(_noise(rng, 0.03))}


MAKERS: Mapping[str, Make] = {
    "healthy": _healthy,
    "diverging": _diverging,
    "oscillating": _oscillating,
    "spiking": _spiking,
    "non-finite": _non_finite,
    "overfitting": _overfitting,
    "left behind": _left_behind,
    "guessing": _guessing,
    "exploding": _exploding,
    "jumpy validation": _jumpy_validation,
    "risen late": _risen_late,
    "scattering late": _scattering_late,
    "learning by heart": _learning_by_heart,
    "hidden": _hidden,
    "without gradient": _without_gradient,
    "overflowing": _overflowing,
    "dying": _dying,
    "slower": _slower,
}
# What has to be said of each, and which warnings may be said beside it; of a healthy run nothing.
SAID: Mapping[str, tuple[str, ...]] = {
    "diverging": ("divergence",),
    "oscillating": ("oscillation",),
    "spiking": ("loss-spike",),
    "non-finite": ("non-finite",),
    "overfitting": ("overfitting",),
    "left behind": ("generalisation-gap",),
    "guessing": ("stuck-at-start",),
    "exploding": ("exploding-gradient",),
    "jumpy validation": ("noisy-validation",),
    "risen late": ("late-instability",),
    "scattering late": ("late-instability",),
    "learning by heart": ("epoch-memorisation", "overfitting"),
    "hidden": ("hidden-non-finite",),
    "without gradient": ("vanishing-gradient", "plateau"),
    "overflowing": ("loss-scale-collapse",),
    "dying": ("dead-units",),
    "slower": ("throughput-drop",),
}


def made(kind: str, seed: int) -> Told:
    """A run of that kind; the validation tags are logged every `EVERY` steps."""
    values = MAKERS[kind](np.random.default_rng(seed), np.linspace(0.0, 1.0, POINTS))
    every = {tag: EVERY if tag in (VALIDATION, ACCURACY) else 1 for tag in values}
    return Told(
        {tag: np.arange(0, POINTS, every[tag]) for tag in values},
        {tag: one[:: every[tag]] for tag, one in values.items()},
    )


def scaled(told: Told, factor: float) -> Told:
    """Losses in another unit."""
    return replace(told, values={t: factor * v if t in LOSSES else v for t, v in told.values.items()})


def shifted(told: Told, offset: int) -> Told:
    """Steps that begin at `offset`."""
    return replace(told, steps={tag: steps + offset for tag, steps in told.steps.items()}, offset=offset)


def in_units(told: Told, unit: int) -> Told:
    """Steps counted in samples: `unit` of them a step."""
    return replace(told, steps={tag: steps * unit for tag, steps in told.steps.items()}, unit=float(unit))


def thinned(told: Told, keep: int) -> Told:
    """One in `keep` of the values of the tags logged at every step."""
    every = {tag: keep if len(steps) == POINTS else 1 for tag, steps in told.steps.items()}
    return replace(
        told,
        steps={tag: steps[:: every[tag]] for tag, steps in told.steps.items()},
        values={tag: values[:: every[tag]] for tag, values in told.values.items()},
    )


def repeated(told: Told, times: int) -> Told:
    """Every row written several times."""
    return replace(
        told,
        steps={tag: np.repeat(steps, times) for tag, steps in told.steps.items()},
        values={tag: np.repeat(values, times) for tag, values in told.values.items()},
    )


NAMINGS: tuple[Mapping[str, str], ...] = tuple(
    dict(zip(TAGS, names.split(), strict=True))
    for names in (
        "loss val_loss val_accuracy grad_norm lr loss_scale dead_units samples_per_second",
        "loss_train loss_val accuracy_val gradient_norm learning_rate grad_scale dead_fraction throughput",
        "train_loss eval_loss eval_acc grad-norm lr-AdamW scaler dormant_ratio train_samples_per_second",
        "Loss/train Loss/validation Accuracy/validation GradNorm LR LossScale DeadUnits Throughput",
    )
)


def renamed(told: Told, naming: int) -> Told:
    """Tags as another trainer calls them."""
    names = NAMINGS[naming]
    return replace(
        told,
        steps={names[tag]: steps for tag, steps in told.steps.items()},
        values={names[tag]: values for tag, values in told.values.items()},
    )


def reordered(told: Told) -> Told:
    """The tags in the opposite order."""
    return replace(told, first_tag_first=False)

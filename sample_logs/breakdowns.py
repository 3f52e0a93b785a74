"""The sample runs that break down: numbers that overflow, gradients that explode or vanish, bad batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from case import Case, Expected
from healthy import KEYS
from training import (
    Array,
    Labels,
    Perceptron,
    Recurrent,
    Row,
    Sgd,
    Task,
    Training,
    fresh_batches,
    naive_softmax,
)
from writing import write_events, write_json_lines, write_trainer_state


def _half_precision(seed: int, steps: int, log_every: int) -> Iterator[Row]:
    """A network in 16 bits whose softmax exponentiates raw logits: e^12 is above what 16 bits can hold."""
    rng, task = np.random.default_rng(seed), Task.make(seed, spread=0.5, label_noise=0.02)
    model = Perceptron(rng, [16, 32, 32, 10], dtype=np.float16, softmax=naive_softmax)
    training = Training(
        model,
        fresh_batches(task, rng, 64),
        lambda step: 0.002,
        log_every=log_every,
        held_out=task.draw(rng, 1000),
    )
    with np.errstate(all="ignore"):
        yield from training.run(range(steps))


def _nan(folder: Path) -> None:
    write_events(folder, _half_precision(15, 1400, log_every=5))


def _hidden_nan(folder: Path) -> None:
    write_trainer_state(folder, _filtered(_half_precision(16, 1400, log_every=1), 10), steps_per_epoch=350)


def _filtered(rows: Iterable[Row], log_every: int) -> Iterator[Row]:
    """Log as Hugging Face's Trainer with logging_nan_inf_filter, without evaluation and gradient norm.

    A loss that is not finite is replaced by the mean of the finite ones since the last log; when there
    are none, that mean is exactly zero.
    """
    total, logged = 0.0, 0
    for step, values in rows:
        loss = values.get("train/loss")
        if loss is None:
            continue
        total += loss if np.isfinite(loss) else total / (1 + step - logged)
        if (step + 1) % log_every == 0:
            yield step, {"train/loss": total / (step + 1 - logged), "train/lr": values["train/lr"]}
            total, logged = 0.0, step + 1


def _spikes(folder: Path) -> None:
    rng, task = np.random.default_rng(19), Task.make(19)
    corrupted = {420, 910, 911, 1180, 1391}

    def batches() -> Iterator[tuple[Array, Labels]]:
        for index, (inputs, labels) in enumerate(fresh_batches(task, rng, 64)):
            yield (12 * inputs if index in corrupted else inputs), labels

    training = Training(
        Perceptron(rng, [16, 64, 10]),
        batches(),
        lambda step: 0.01,
        log_every=1,
        held_out=task.draw(rng, 2000),
    )
    write_json_lines(folder, training.run(range(1600)), KEYS)


def _exploding(folder: Path) -> None:
    rng = np.random.default_rng(10)
    symbols, length = 8, 100

    def batches() -> Iterator[tuple[Array, Labels]]:
        while True:
            stride = rng.integers(1, 4, size=32)
            sequence = np.zeros((32, length + 1), np.int64)
            sequence[:, 0] = rng.integers(symbols, size=32)
            for t in range(length):
                follows = (sequence[:, t] + stride) % symbols
                sequence[:, t + 1] = np.where(rng.random(32) < 0.1, rng.integers(symbols, size=32), follows)
            yield sequence[:, :-1].astype(np.float64), sequence[:, 1:]

    model = Recurrent(rng, symbols, 32, radius=1.0, drive=0.5)
    wrong_sign = Sgd(momentum=0.0, weight_decay=-0.03)
    training = Training(model, batches(), lambda step: 0.05, wrong_sign, log_every=2)
    write_events(folder, training.run(range(1000)))


def _vanishing(folder: Path) -> None:
    rng, task = np.random.default_rng(20), Task.make(20)
    training = Training(
        Perceptron(rng, [16, *[32] * 8, 10], activation="sigmoid", gain=1.0),
        fresh_batches(task, rng, 64),
        lambda step: 0.05,
        log_every=10,
        layer_norms=True,
        held_out=task.draw(rng, 2000),
    )
    write_events(folder, training.run(range(2000)))


BREAKDOWNS = (
    Case(
        "nan",
        _nan,
        title="NaN: the softmax overflows in half precision",
        trained="a classifier kept in 16-bit numbers, with a softmax written by hand.",
        fault="the softmax exponentiates raw logits; from e^12 on that is more than 16 bits can hold.",
        shows="a good loss to the very end, then NaN in loss, gradient norm and validation loss.",
        expected=(Expected("non-finite", "train/loss", (530, 560), "critical"),),
        never=("divergence", "oscillation", "hidden-non-finite"),
    ),
    Case(
        "hidden-nan",
        _hidden_nan,
        title="NaN that the trainer does not log",
        trained="the same fault with another seed, logged as Hugging Face's Trainer does by default: "
        "logging_nan_inf_filter replaces what is not finite.",
        fault="the loss is NaN from step 664 on; the log says 0.0.",
        shows="a curve that looks like a great success: it ends in exact zeros.",
        expected=(Expected("hidden-non-finite", "loss", (640, 680), "critical"),),
        never=("converged", "plateau", "non-finite"),
    ),
    Case(
        "loss-spikes",
        _spikes,
        title="Loss spikes: corrupted batches",
        trained="a classifier (16-64-10, SGD with momentum), every step logged.",
        fault="five batches, at steps 420, 910, 911, 1180 and 1391, hold inputs twelve times too large.",
        shows="needles in loss and gradient norm, each undone within some ten steps.",
        expected=(Expected("loss-spike", "train_loss", (418, 424), "info"),),
        also=("loss-spike",),
        never=("divergence", "oscillation", "overfitting"),
    ),
    Case(
        "exploding-gradient",
        _exploding,
        title="Exploding gradient: a recurrent network without clipping",
        trained="a plain recurrent network that predicts the next of 100 symbols.",
        fault="weight decay has the wrong sign, so the recurrent weights grow past the edge of chaos, and "
        "nothing clips the gradient.",
        shows="the gradient norm grows from about step 400 on, a thousandfold by step 620; the loss follows "
        "it up.",
        expected=(Expected("exploding-gradient", "train/grad_norm", (360, 640)),),
        also=("divergence", "late-instability", "loss-spike"),
        never=("vanishing-gradient", "overfitting", "stuck-at-start"),
    ),
    Case(
        "vanishing-gradient",
        _vanishing,
        title="Vanishing gradient: eight sigmoid layers",
        trained="a perceptron with eight hidden layers of sigmoid units; each layer's gradient norm logged.",
        fault="a sigmoid passes on a quarter of the gradient at best: nothing reaches the first layers.",
        shows="a first layer whose gradient is a 50,000th of the last one's, and ln 10 for a loss.",
        expected=(
            Expected("vanishing-gradient", "", (0, 200)),
            Expected("stuck-at-start", "train/loss", (0, 50), "critical"),
        ),
        also=("plateau", "underfitting"),
        never=("converged", "exploding-gradient", "divergence"),
    ),
)

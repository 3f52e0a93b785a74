"""The sample runs that do not learn what they could: wrong learning rate, wrong data, too little of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from case import Case, Expected
from healthy import KEYS
from training import Array, Labels, Perceptron, Row, Sgd, Task, Training, epochs_of, fresh_batches
from writing import write_events, write_json_lines, write_keras, write_lightning


def _plateau(folder: Path) -> None:
    rng, task = np.random.default_rng(11), Task.make(11)
    training = Training(
        Perceptron(rng, [16, 64, 10]),
        fresh_batches(task, rng, 128),
        lambda step: 0.01 * 0.1 ** (step // 50),
        held_out=task.draw(rng, 2000),
    )
    write_lightning(folder, training.run(range(2400)), steps_per_epoch=50)


def _oscillation(folder: Path) -> None:
    rng, task = np.random.default_rng(12), Task.make(12, classes=3)
    data = task.draw(rng, 2000)
    training = Training(
        Perceptron(rng, [16, 3], gain=0.5),
        epochs_of(data, rng, len(data[1])),
        lambda step: 8.0,
        Sgd(momentum=0.0),
        log_every=1,
        held_out=task.draw(rng, 2000),
        evaluate_every=25,
    )
    write_json_lines(folder, training.run(range(500)), KEYS)


def _unshuffled(folder: Path) -> None:
    rng, task = np.random.default_rng(21), Task.make(21)
    inputs, labels = task.draw(rng, 6400)
    order = np.argsort(labels % 2, kind="stable")

    def batches() -> Iterator[tuple[Array, Labels]]:
        while True:
            for start in range(0, len(order), 32):
                chosen = order[start : start + 32]
                yield inputs[chosen], labels[chosen]

    training = Training(
        Perceptron(rng, [16, 64, 10]),
        batches(),
        lambda step: 0.01,
        log_every=5,
        mean_of_interval=True,
        held_out=task.draw(rng, 2000),
    )
    write_events(folder, training.run(range(3000)))


def _divergence(folder: Path) -> None:
    rng, task = np.random.default_rng(13), Task.make(13)
    training = Training(
        Perceptron(rng, [16, 64, 64, 10]),
        fresh_batches(task, rng, 64),
        lambda step: 0.05 if step < 1200 else 0.5,
        held_out=task.draw(rng, 2000),
    )
    write_events(folder, training.run(range(2000)))


def _sweep(folder: Path, rate: float) -> None:
    rng, task = np.random.default_rng(14), Task.make(14)
    training = Training(
        Perceptron(rng, [16, 64, 64, 10]),
        fresh_batches(task, rng, 64),
        lambda step: rate,
        held_out=task.draw(rng, 2000),
    )
    write_json_lines(folder, training.run(range(1500)), KEYS)


def _stuck(folder: Path) -> None:
    rng, task = np.random.default_rng(17), Task.make(17)
    inputs, labels = task.draw(rng, 6400)
    apart = zip(
        (one for one, _ in epochs_of((inputs, labels), rng, 64)),
        (one for _, one in epochs_of((inputs, labels), rng, 64)),
        strict=True,
    )
    model = Perceptron(rng, [16, 32, 10], gain=0.5)
    _keras(folder, model, apart, (inputs, labels), task.draw(rng, 2000), rate=0.01, epochs=40, length=100)


def _overfitting(folder: Path) -> None:
    rng, task = np.random.default_rng(18), Task.make(18)
    data, held_out = task.draw(rng, 500), task.draw(rng, 1000)
    model = Perceptron(rng, [16, 96, 96, 10])
    _keras(folder, model, epochs_of(data, rng, 25), data, held_out, rate=0.004, epochs=90, length=20)


def _keras(
    folder: Path,
    model: Perceptron,
    batches: Iterator[tuple[Array, Labels]],
    data: tuple[Array, Labels],
    held_out: tuple[Array, Labels],
    *,
    rate: float,
    epochs: int,
    length: int,
) -> None:
    """Train for so many epochs of `length` batches and log each epoch as Keras does."""
    training = Training(
        model,
        batches,
        lambda step: rate,
        log_every=length,
        evaluate_every=length,
        held_out=held_out,
        mean_of_interval=True,
    )
    rows: list[Row] = []
    for epoch in range(epochs):
        (_, train), (_, validation) = training.run(range(epoch * length, (epoch + 1) * length))
        values = {"loss": train["train/loss"], "accuracy": model.evaluate(*data)[1]}
        values |= {"val_loss": validation["val/loss"], "val_accuracy": validation["val/accuracy"]}
        rows.append((epoch, values))
    write_keras(folder, rows)


FAULTS = (
    Case(
        "plateau",
        _plateau,
        title="Plateau: the learning rate is used up",
        trained="a classifier (16-64-10, SGD with momentum), logged as Lightning's CSVLogger does.",
        fault="the schedule divides the learning rate by ten every 50 steps instead of every 50 epochs.",
        shows="a loss that falls and then stands still at 1.0, where a tuned run reaches 0.5: after 150 "
        "steps the learning rate is a thousandth of what it was.",
        expected=(Expected("plateau", "", (10, 300), kind="lr-exhausted"),),
        also=("underfitting",),
        never=("converged", "divergence", "overfitting"),
    ),
    Case(
        "oscillation",
        _oscillation,
        title="Oscillation: a step too long for the curvature",
        trained="a linear classifier of three classes, gradient descent on all 2,000 examples at once.",
        fault="a learning rate of 8, about twice what the curvature of the loss allows.",
        shows="a loss that is thrown out of the valley and falls back every ten steps, for ever, between 0.4 "
        "and 1.4; with a learning rate of 2 it stays at 0.34.",
        expected=(Expected("oscillation", "train_loss", (0, 80)),),
        also=("plateau", "lr-too-high", "underfitting"),
        never=("divergence", "overfitting", "loss-spike"),
    ),
    Case(
        "unshuffled-data",
        _unshuffled,
        title="Oscillation: the data are in the order of their classes",
        trained="a classifier of ten classes, 200 batches an epoch.",
        fault="nothing is shuffled: each epoch first brings the even classes, then the odd ones.",
        shows="a sawtooth with a period of 200 steps. Learning one half, the network forgets the other.",
        expected=(Expected("oscillation", "train/loss", (0, 450)),),
        also=("lr-too-high", "epoch-memorisation"),
        never=("divergence", "overfitting", "stuck-at-start"),
    ),
    Case(
        "divergence",
        _divergence,
        title="Divergence: the schedule raises the learning rate",
        trained="a classifier (16-64-64-10, SGD with momentum 0.9).",
        fault="at step 1200 the learning rate is multiplied by ten where it should have been divided by ten.",
        shows="a healthy descent, and from step 1200 a climb back to chance level, never undone.",
        expected=(Expected("divergence", "train/loss", (1190, 1260)),),
        also=("lr-too-high", "late-instability"),
        never=("oscillation", "overfitting", "stuck-at-start"),
    ),
    Case(
        "overfitting",
        _overfitting,
        title="Overfitting: 500 examples learnt by heart",
        trained="a classifier (16-96-96-10) on 500 examples for 90 epochs, logged as Keras' CSVLogger does.",
        fault="too little data for the model and nothing that regularises it.",
        shows="the train loss goes to zero; the validation loss has its minimum at epoch 13, as has the loss "
        "on 40,000 fresh examples, and rises by a fifth until the end.",
        expected=(Expected("overfitting", "val_loss", (10, 30)),),
        also=("epoch-memorisation",),
        never=("divergence", "plateau", "stuck-at-start"),
    ),
    Case(
        "stuck-at-start",
        _stuck,
        title="Stuck at chance level",
        trained="a classifier of ten classes, logged as Keras' CSVLogger does.",
        fault="the loader shuffles inputs and labels apart from each other, so there is nothing to learn.",
        shows="a loss of 2.30 = ln 10 from the first epoch to the last, and an accuracy of one in ten.",
        expected=(Expected("stuck-at-start", "loss", (0, 3), "critical"),),
        also=("plateau", "underfitting"),
        never=("converged", "overfitting", "divergence"),
    ),
    Case(
        "sweep/lr-0.001",
        partial(_sweep, rate=0.001),
        title="A sweep over the learning rate",
        trained="the same classifier four times, with learning rates of 0.001, 0.01, 0.1 and 1.",
        fault="0.001 is too low to get there within 1,500 steps; 1 kills a layer's units in 40 steps.",
        shows="four curves to lay over each other: still falling, good, good, and stuck at chance level.",
        also=("slow-progress", "lr-too-low"),
        never=("overfitting", "stuck-at-start", "oscillation"),
    ),
    Case("sweep/lr-0.01", partial(_sweep, rate=0.01), never=("overfitting", "stuck-at-start", "oscillation")),
    Case("sweep/lr-0.1", partial(_sweep, rate=0.1), never=("overfitting", "stuck-at-start", "divergence")),
    Case(
        "sweep/lr-1.0",
        partial(_sweep, rate=1.0),
        expected=(Expected("stuck-at-start", "train_loss", (0, 60), "critical"),),
        also=("plateau", "underfitting", "lr-too-high", "dead-units"),
        never=("converged", "overfitting"),
    ),
)

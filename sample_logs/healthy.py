"""The sample runs with nothing wrong, some of which look as if there were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from case import Case, Expected
from training import Adam, Perceptron, Row, Sgd, Task, Training, epochs_of, fresh_batches
from writing import (
    SECONDS_PER_STEP,
    START,
    write_events,
    write_json_lines,
    write_lightning,
    write_trainer_state,
)

KEYS = {
    "train/loss": "train_loss",
    "train/lr": "lr",
    "train/grad_norm": "grad_norm",
    "val/loss": "val_loss",
    "val/accuracy": "val_acc",
}


def _healthy(folder: Path) -> None:
    rng, task = np.random.default_rng(1), Task.make(1)
    training = Training(
        Perceptron(rng, [16, 64, 64, 10]),
        fresh_batches(task, rng, 64),
        lambda step: 1e-3,
        Adam(),
        held_out=task.draw(rng, 2000),
    )
    write_events(folder, training.run(range(2000)))


def _cosine(folder: Path) -> None:
    rng, task = np.random.default_rng(2), Task.make(2)
    steps, warm_up, peak = 2000, 100, 0.1
    training = Training(
        Perceptron(rng, [16, 96, 10]),
        fresh_batches(task, rng, 32),
        lambda step: peak * min((step + 1) / warm_up, 0.5 * (1 + float(np.cos(np.pi * step / steps)))),
        log_every=10,
        mean_of_interval=True,
        held_out=task.draw(rng, 2000),
    )
    write_trainer_state(folder, training.run(range(steps)), steps_per_epoch=500)


def _warm_restarts(folder: Path) -> None:
    rng, task = np.random.default_rng(3), Task.make(3)
    cycle = 400
    training = Training(
        Perceptron(rng, [16, 64, 64, 10]),
        fresh_batches(task, rng, 256),
        lambda step: 0.4 * 0.5 * (1 + float(np.cos(np.pi * (step % cycle) / cycle))),
        log_every=4,
        mean_of_interval=True,
        held_out=task.draw(rng, 2000),
    )
    write_json_lines(folder, training.run(range(5 * cycle)), KEYS)


def _converged(folder: Path) -> None:
    rng, task = np.random.default_rng(4), Task.make(4, spread=0.5)
    data = task.draw(rng, 6400)
    training = Training(
        Perceptron(rng, [16, 32, 10]),
        epochs_of(data, rng, 128),
        lambda step: 0.05 if step < 1500 else 0.005,
        Sgd(weight_decay=1e-3),
        log_every=10,
        mean_of_interval=True,
        held_out=task.draw(rng, 2000),
    )
    write_lightning(folder, training.run(range(4000)), steps_per_epoch=50)


def _resumed(folder: Path) -> None:
    rng, task = np.random.default_rng(5), Task.make(5)
    checkpoint, crash, end = 800, 960, 2000
    model, optimiser = Perceptron(rng, [16, 64, 64, 10]), Sgd()
    held_out = task.draw(rng, 2000)

    def rows(steps: range, saved: list[Row]) -> list[Row]:
        batches = fresh_batches(task, rng, 64)
        training = Training(model, batches, lambda step: 0.03, optimiser, held_out=held_out)
        return [*saved, *training.run(steps)]

    first = rows(range(checkpoint), [])
    parameters = [one.copy() for one in model.parameters]
    velocity = [one.copy() for one in optimiser.velocity]
    write_events(folder, rows(range(checkpoint, crash), first))
    model.parameters[:] = parameters
    optimiser.velocity = velocity
    restarted = START + SECONDS_PER_STEP * crash + 600
    write_events(folder, rows(range(checkpoint, end), []), start=restarted)


HEALTHY = (
    Case(
        "healthy",
        _healthy,
        title="Healthy, constant learning rate",
        trained="a classifier of ten classes (multi-layer perceptron 16-64-64-10, Adam, batches of 64).",
        fault="none.",
        shows="train and validation loss fall together and level off; single batches are noisy.",
        never=("divergence", "oscillation", "overfitting", "stuck-at-start", "loss-spike"),
    ),
    Case(
        "healthy-cosine",
        _cosine,
        title="Healthy, warm-up and cosine schedule",
        trained="the same kind of classifier, SGD with momentum, logged as Hugging Face's Trainer does.",
        fault="none.",
        shows="the learning rate rises for 100 steps, then falls to zero, hence the flat end.",
        never=("divergence", "oscillation", "overfitting", "stuck-at-start", "hidden-non-finite"),
    ),
    Case(
        "healthy-warm-restarts",
        _warm_restarts,
        title="Healthy, cosine schedule with warm restarts",
        trained="a classifier whose learning rate jumps back to its peak every 400 steps, five times.",
        fault="none: the loss rises at each restart on purpose, and falls below its old best afterwards.",
        shows="bumps in step with the learning rate. They are no divergence and no instability.",
        never=("divergence", "late-instability", "overfitting"),
    ),
    Case(
        "converged",
        _converged,
        title="Converged long before its end",
        trained="a small classifier on 6,400 examples for 80 epochs, learning rate cut once, weight decay.",
        fault="none, but most of the compute was spent after the validation loss had stopped to improve.",
        shows="a validation loss that stays where it is; the train loss is close to it.",
        expected=(Expected("converged", "", (50, 1600), "info"),),
        never=("divergence", "overfitting", "stuck-at-start"),
    ),
    Case(
        "resumed",
        _resumed,
        title="Healthy, resumed after a crash",
        trained="a classifier that crashed at step 960 and was resumed from its checkpoint of step 800.",
        fault="none: two event files, of which the second writes steps 800 to 959 again.",
        shows="one curve, without a jump, in which the steps before the crash are not counted twice.",
        expected=(Expected("resumed-run", "", (790, 960), "info"),),
        never=("divergence", "oscillation", "overfitting", "loss-spike"),
    ),
)

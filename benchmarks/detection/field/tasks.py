"""Tasks of other fields, logged in other ways: these are of perceptrons, the others of `others`."""

from __future__ import annotations

import math

from benchmarks.detection.field import data as field_data
from benchmarks.detection.field import losses as field_losses
from benchmarks.detection.field.models import EvolvedTask
from benchmarks.detection.field.others import OTHERS
from benchmarks.detection.head import data as head_data
from benchmarks.detection.head import losses as head_losses
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tasks import FloatArray, Logging, Task, called

MEGAWATTS = 180.0  # that one unit of a forecast stands for


def bits(nats: FloatArray) -> FloatArray:
    """The same in powers of two."""
    return nats / math.log(2.0)


_PERCEPTRONS: tuple[Task, ...] = (
    HeadTask(
        "organs",
        "dev",
        field_data.organs,
        (field_data.PIXELS, 32, field_data.PIXELS),
        1.0,
        0.03,
        head=field_losses.dice,
        logging=Logging(
            240,
            8,
            8,
            *called("train_dice_loss", "val_dice_loss", rate="lr"),
            interval_mean=True,
            digits=3,
            units=1 / 8,
        ),
    ),
    Task(
        "load",
        "dev",
        field_data.load,
        (5, 24, 12, 1),
        0.1,
        0.02,
        judged=512,
        logging=Logging(
            300,
            10,
            10,
            *called("mse", "val_mse", "grad_norm"),
            interval_mean=True,
            scale=2.0 * MEGAWATTS**2,
            units=1 / 10,
        ),
    ),
    HeadTask(
        "lifetimes",
        "report",
        field_data.lifetimes,
        (7, 24, 2),
        0.005,
        0.015,
        batch=64,
        head=field_losses.weibull,
        judged=512,
        logging=Logging(300, 5, 25, *called("train_nll", "val_nll", "grad_norm", "lr")),
    ),
    Task(
        "characters",
        "dev",
        field_data.characters,
        (3 * field_data.CHARACTERS, 32, field_data.CHARACTERS),
        0.15,
        0.02,
        classes=True,
        judged=512,
        logging=Logging(
            400,
            8,
            40,
            *called("train/bpc", "val/bpc", "train/grad_norm", "train/lr"),
            quantity=bits,
            units=512,
        ),
    ),
    Task(
        "cited",
        "report",
        head_data.sorts(171, 5, 20, 0.9),
        (20, 24, 5),
        0.3,
        0.02,
        classes=True,
        logs_accuracy=True,
        batch=256,
        logging=Logging(
            160,
            2,
            2,
            {"train/loss": "loss", "val/loss": "val_loss", "val/accuracy": "val_acc"},
            frozenset({"train/grad_norm", "train/lr"}),
            digits=4,
            timed=False,
        ),
    ),
    HeadTask(
        "probe",
        "dev",
        head_data.sorts(172, 10, 32, 1.1),
        (32, 10),
        0.1,
        0.05,
        batch=64,
        head=head_losses.errors,
        logging=Logging(
            320,
            16,
            16,
            *called("train_acc", "val_acc"),
            interval_mean=True,
            scale=100.0,
            upwards_from=100.0,
            digits=4,
            units=1 / 16,
        ),
    ),
    EvolvedTask(
        "brakes",
        "dev",
        field_data.moves,
        (4, 8, 2),
        0.015,
        0.03,
        logging=Logging(160, 2, 8, *called("reward/mean", "reward/eval"), upwards_from=0.0),
    ),
    Task(
        "outline",
        "report",
        field_data.outline,
        (12, 32, 1),
        0.2,
        0.02,
        batch=128,
        logging=Logging(400, 5, 25, *called("train/mse", "test/mse", "train/grad_norm", "lr"), blanks=True),
    ),
    Task(
        "folds",
        "report",
        head_data.sorts(173, 3, 9, 0.8),
        (9, 16, 3),
        0.15,
        0.04,
        classes=True,
        batch=16,
        logging=Logging(
            300,
            12,
            12,
            *called("fold_2/train_loss", "fold_2/val_loss"),
            interval_mean=True,
            digits=3,
            units=1 / 12,
        ),
    ),
)

FIELD_TASKS = (*_PERCEPTRONS, *OTHERS)

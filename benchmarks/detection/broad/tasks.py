"""Tasks of other kinds again, logged in other ways: of perceptrons; the others are in `others`."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.broad import data as broad_data
from benchmarks.detection.broad import losses as broad_losses
from benchmarks.detection.broad.others import OTHERS
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tasks import FloatArray, Logging, Task, called


def _decibels(losses: FloatArray) -> FloatArray:
    """The error of a pixel, of the half squares of a strip."""
    return 10.0 * np.log10(2.0 * losses / broad_data.PIXELS)


_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "wards",
        "dev",
        broad_data.wards,
        (20, 24, 2),
        0.1,
        0.015,
        classes=True,
        logs_accuracy=True,
        batch=64,
        judged=1024,
        logging=Logging(
            300,
            6,
            6,
            {"train/loss": "training_loss", "val/loss": "validation_loss", "val/accuracy": "validation_acc"},
            frozenset({"train/grad_norm", "train/lr"}),
            interval_mean=True,
            digits=4,
            units=1 / 6,
        ),
    ),
    HeadTask(
        "voices",
        "report",
        broad_data.voices,
        (broad_losses.SAMPLES, 32, broad_losses.SAMPLES),
        0.004,
        0.02,
        batch=32,
        head=broad_losses.distortion,
        logging=Logging(
            400, 8, 40, *called("train/snr_loss", "valid/snr_loss", "train/gnorm", "lr"), digits=2
        ),
    ),
    HeadTask(
        "tastings",
        "dev",
        broad_data.tastings,
        (8, 24, broad_losses.MARKS),
        0.8,
        0.03,
        batch=64,
        head=broad_losses.moved,
        logging=Logging(
            240,
            8,
            8,
            *called("emd_loss", "val_emd_loss", rate="learning_rate"),
            interval_mean=True,
            digits=4,
            units=1 / 8,
        ),
    ),
    HeadTask(
        "embedded",
        "report",
        broad_data.embedded,
        (10, 32, 8),
        1.5,
        0.06,
        head=broad_losses.turned_away,
        logging=Logging(
            400,
            10,
            20,
            *called("distill/cosine_loss", "eval/cosine_loss", "optim/grad_norm", "optim/lr"),
            digits=5,
            units=32,
        ),
    ),
    HeadTask(
        "crowds",
        "dev",
        broad_data.crowds,
        (9, 32, 1),
        0.03,
        0.04,
        head=broad_losses.absolute,
        judged=512,
        logging=Logging(
            320,
            10,
            10,
            *called("train_mae", "val_mae", rate="lr"),
            interval_mean=True,
            scale=broad_data.PEOPLE,
            digits=4,
            units=1 / 10,
        ),
    ),
    Task(
        "strips",
        "report",
        broad_data.strips,
        (broad_data.PIXELS, 32, broad_data.PIXELS),
        0.06,
        0.03,
        logging=Logging(
            360,
            6,
            30,
            *called("train/psnr", "val/psnr", rate="lr"),
            quantity=_decibels,
            upwards_from=0.0,
            digits=2,
        ),
    ),
    HeadTask(
        "payments",
        "dev",
        broad_data.payments,
        (10, 24, 1),
        0.2,
        0.03,
        batch=128,
        judged=2048,
        head=broad_losses.rare,
        logging=Logging(
            240,
            4,
            24,
            *called("train/bce", "valid/bce", "train/total_norm", "train/lr"),
            digits=5,
            timed=False,
        ),
    ),
    HeadTask(
        "returns",
        "report",
        broad_data.returns,
        (6, 24, 2),
        0.003,
        0.02,
        batch=128,
        judged=1024,
        head=broad_losses.normal,
        logging=Logging(
            400, 8, 40, *called("nll/train", "nll/valid", "grad_norm", "lr"), blanks=True, units=1
        ),
    ),
)

BROAD_TASKS = (*_PERCEPTRONS, *OTHERS)

"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

What is measured on them is reported and nothing else: no bound, no prior and no rule is chosen with it.
Whoever makes detectors may see the scores of the whole group, but none of its curves and not which runs were
missed. Once one of them is looked at to change a detector, all of them have become known: they join the
halves `dev` and `report`, divided by what they are and not by how they scored, and others take their place.

These are of perceptrons, the others of `fresh_others`.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection import fresh_data, fresh_losses
from benchmarks.detection.fresh_others import OTHERS
from benchmarks.detection.head_models import HeadTask
from benchmarks.detection.tasks import FRESH, FloatArray, Logging, Task, called


def _decibels(losses: FloatArray) -> FloatArray:
    """The error of a pixel, of the half squares of a strip."""
    return 10.0 * np.log10(2.0 * losses / fresh_data.PIXELS)


_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "wards",
        FRESH,
        fresh_data.wards,
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
        FRESH,
        fresh_data.voices,
        (fresh_losses.SAMPLES, 32, fresh_losses.SAMPLES),
        0.004,
        0.02,
        batch=32,
        head=fresh_losses.distortion,
        logging=Logging(
            400, 8, 40, *called("train/snr_loss", "valid/snr_loss", "train/gnorm", "lr"), digits=2
        ),
    ),
    HeadTask(
        "tastings",
        FRESH,
        fresh_data.tastings,
        (8, 24, fresh_losses.MARKS),
        0.8,
        0.03,
        batch=64,
        head=fresh_losses.moved,
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
        FRESH,
        fresh_data.embedded,
        (10, 32, 8),
        1.5,
        0.06,
        head=fresh_losses.turned_away,
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
        FRESH,
        fresh_data.crowds,
        (9, 32, 1),
        0.03,
        0.04,
        head=fresh_losses.absolute,
        judged=512,
        logging=Logging(
            320,
            10,
            10,
            *called("train_mae", "val_mae", rate="lr"),
            interval_mean=True,
            scale=fresh_data.PEOPLE,
            digits=4,
            units=1 / 10,
        ),
    ),
    Task(
        "strips",
        FRESH,
        fresh_data.strips,
        (fresh_data.PIXELS, 32, fresh_data.PIXELS),
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
        FRESH,
        fresh_data.payments,
        (10, 24, 1),
        0.2,
        0.03,
        batch=128,
        judged=2048,
        head=fresh_losses.rare,
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
        FRESH,
        fresh_data.returns,
        (6, 24, 2),
        0.003,
        0.02,
        batch=128,
        judged=1024,
        head=fresh_losses.normal,
        logging=Logging(
            400, 8, 40, *called("nll/train", "nll/valid", "grad_norm", "lr"), blanks=True, units=1
        ),
    ),
)

FRESH_TASKS = (*_PERCEPTRONS, *OTHERS)

"""Tasks of yet other kinds, logged in yet other ways: of perceptrons; the others are in `others`."""

from __future__ import annotations

from benchmarks.detection.field.tasks import bits
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tasks import Logging, Task, called
from benchmarks.detection.wide import data as wide_data
from benchmarks.detection.wide import losses as wide_losses
from benchmarks.detection.wide.others import OTHERS

_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "applicants",
        "dev",
        wide_data.applicants,
        (12, 24, 2),
        0.2,
        0.03,
        classes=True,
        logs_accuracy=True,
        batch=64,
        judged=1024,
        logging=Logging(
            400,
            8,
            8,
            {
                "train/loss": "epoch_loss",
                "val/loss": "epoch_val_loss",
                "val/accuracy": "epoch_val_accuracy",
                "train/lr": "epoch_learning_rate",
            },
            frozenset({"train/grad_norm"}),
            interval_mean=True,
            digits=4,
            units=1 / 8,
        ),
    ),
    HeadTask(
        "soils",
        "report",
        wide_data.soils,
        (8, 32, 3),
        0.1,
        0.02,
        batch=64,
        judged=512,
        head=wide_losses.robust,
        logging=Logging(400, 4, 20, *called("Loss/train", "Loss/valid", "Grad/norm", "LR"), scale=64.0),
    ),
    HeadTask(
        "shades",
        "dev",
        wide_data.shades,
        (6, 24, 2),
        0.02,
        0.02,
        batch=64,
        judged=256,
        head=wide_losses.discretised,
        logging=Logging(
            400, 2, 50, *called("train_bpd", "val_bpd", "grad_norm", "lr"), quantity=bits, digits=4
        ),
    ),
    HeadTask(
        "bearings",
        "report",
        wide_data.bearings,
        (6, 24, 2),
        0.2,
        0.06,
        head=wide_losses.directed,
        judged=512,
        logging=Logging(
            400, 5, 50, *called("train_loss_step", "val_loss", "grad_2.0_norm_total", "lr-AdamW"), digits=5
        ),
    ),
    HeadTask(
        "premiums",
        "dev",
        wide_data.premiums,
        (9, 24, 1),
        0.02,
        0.04,
        batch=128,
        judged=1024,
        head=wide_losses.gamma,
        logging=Logging(
            240,
            8,
            8,
            *called("train_gamma_deviance", "valid_gamma_deviance"),
            interval_mean=True,
            digits=5,
            units=1 / 8,
            timed=False,
        ),
    ),
    HeadTask(
        "findings",
        "report",
        wide_data.findings,
        (18, 32, 10),
        0.03,
        0.015,
        batch=32,
        judged=512,
        head=wide_losses.weighed,
        logging=Logging(
            360,
            10,
            40,
            *called("loss", "eval_loss", "grad_norm", "learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    Task(
        "species",
        "dev",
        wide_data.species,
        (14, 40, 16),
        0.08,
        0.008,
        classes=True,
        logs_accuracy=True,
        batch=64,
        logging=Logging(
            800,
            2,
            50,
            {
                "train/loss": "train/batch_loss",
                "val/loss": "val/loss",
                "val/accuracy": "val/acc",
                "train/grad_norm": "train/gnorm",
                "train/lr": "lr",
            },
        ),
    ),
    HeadTask(
        "parcels",
        "report",
        wide_data.parcels,
        (wide_data.CELLS, 32, wide_data.CELLS),
        1.0,
        0.02,
        head=wide_losses.overlap,
        judged=512,
        logging=Logging(320, 8, 16, *called("train/iou", "val/iou", rate="lr"), upwards_from=1.0, digits=4),
    ),
    Task(
        "spectra",
        "dev",
        wide_data.spectra,
        (20, 1),
        0.02,
        0.01,
        logging=Logging(1600, 2, 40, *called("train_mse", "test_mse", "", "lr"), scale=2.0),
    ),
    HeadTask(
        "rainfall",
        "report",
        wide_data.rainfall,
        (7, 24, 2),
        0.2,
        0.04,
        batch=32,
        judged=512,
        head=wide_losses.ranked,
        logging=Logging(300, 5, 25, *called("train_crps", "val_crps", "grad_norm", "lr"), blanks=True),
    ),
)

WIDE_TASKS = (*_PERCEPTRONS, *OTHERS)

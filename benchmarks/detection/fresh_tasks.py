"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

What is measured on them is reported and nothing else: no bound, no prior and no rule is chosen with it.
Whoever makes detectors may see the scores of the whole group, but none of its curves and not which runs were
missed. Once one of them is looked at to change a detector, all of them have become known: they join the
halves `dev` and `report`, divided by what they are and not by how they scored, and others take their place.
These are of perceptrons; the others are in `fresh_others`.
"""

from __future__ import annotations

from benchmarks.detection import fresh_data, fresh_losses
from benchmarks.detection.field_tasks import bits
from benchmarks.detection.fresh_others import OTHERS
from benchmarks.detection.head_models import HeadTask
from benchmarks.detection.tasks import FRESH, Logging, Task, called

_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "applicants",
        FRESH,
        fresh_data.applicants,
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
        FRESH,
        fresh_data.soils,
        (8, 32, 3),
        0.1,
        0.02,
        batch=64,
        judged=512,
        head=fresh_losses.robust,
        logging=Logging(400, 4, 20, *called("Loss/train", "Loss/valid", "Grad/norm", "LR"), scale=64.0),
    ),
    HeadTask(
        "shades",
        FRESH,
        fresh_data.shades,
        (6, 24, 2),
        0.02,
        0.02,
        batch=64,
        judged=256,
        head=fresh_losses.discretised,
        logging=Logging(
            400, 2, 50, *called("train_bpd", "val_bpd", "grad_norm", "lr"), quantity=bits, digits=4
        ),
    ),
    HeadTask(
        "bearings",
        FRESH,
        fresh_data.bearings,
        (6, 24, 2),
        0.2,
        0.06,
        head=fresh_losses.directed,
        judged=512,
        logging=Logging(
            400, 5, 50, *called("train_loss_step", "val_loss", "grad_2.0_norm_total", "lr-AdamW"), digits=5
        ),
    ),
    HeadTask(
        "premiums",
        FRESH,
        fresh_data.premiums,
        (9, 24, 1),
        0.02,
        0.04,
        batch=128,
        judged=1024,
        head=fresh_losses.gamma,
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
        FRESH,
        fresh_data.findings,
        (18, 32, 10),
        0.03,
        0.015,
        batch=32,
        judged=512,
        head=fresh_losses.weighed,
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
        FRESH,
        fresh_data.species,
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
        FRESH,
        fresh_data.parcels,
        (fresh_data.CELLS, 32, fresh_data.CELLS),
        1.0,
        0.02,
        head=fresh_losses.overlap,
        judged=512,
        logging=Logging(320, 8, 16, *called("train/iou", "val/iou", rate="lr"), upwards_from=1.0, digits=4),
    ),
    Task(
        "spectra",
        FRESH,
        fresh_data.spectra,
        (20, 1),
        0.02,
        0.01,
        logging=Logging(1600, 2, 40, *called("train_mse", "test_mse", "", "lr"), scale=2.0),
    ),
    HeadTask(
        "rainfall",
        FRESH,
        fresh_data.rainfall,
        (7, 24, 2),
        0.2,
        0.04,
        batch=32,
        judged=512,
        head=fresh_losses.ranked,
        logging=Logging(300, 5, 25, *called("train_crps", "val_crps", "grad_norm", "lr"), blanks=True),
    ),
)

FRESH_TASKS = (*_PERCEPTRONS, *OTHERS)

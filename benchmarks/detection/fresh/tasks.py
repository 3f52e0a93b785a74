"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

What is measured on them is reported and nothing else: no bound, no prior and no rule is chosen with it.
Whoever makes detectors may see the scores of the whole group, but none of its curves and not which runs were
missed. Once one of them is looked at to change a detector, all of them have become known: they join
the halves `dev` and `report`, divided by what they are and not by how they scored, and others take their
place.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection.deriving import counted, highest, lowest, seconds, speed
from benchmarks.detection.fresh import data as fresh_data
from benchmarks.detection.fresh import heads as fresh_heads
from benchmarks.detection.fresh.data import BARKS, COLOURS, TOOLS, TREAD
from benchmarks.detection.fresh.others import OTHERS
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tasks import FRESH, Logging, Task, called

_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "icebergs",
        FRESH,
        fresh_data.icebergs,
        (6, 36, 18, 2),
        0.08,
        0.025,
        batch=32,
        judged=512,
        logging=Logging(
            540,
            3,
            18,
            *called("train/log10_mse", "val/log10_mse", "train/grad_norm", "train/lr"),
            quantity=np.log10,
            derived={"train/images_seen": counted("train/log10_mse", 32.0)},
        ),
    ),
    Task(
        "cutlery",
        FRESH,
        fresh_data.cutlery,
        (14, 44, TOOLS),
        0.06,
        0.01,
        classes=True,
        logs_accuracy=True,
        batch=64,
        judged=512,
        logging=Logging(
            1000,
            20,
            10,  # evaluated twice as often as a train loss is told
            {
                **called("metrics/train/xent_loss", "metrics/valid/xent_loss", "opt/gnorm")[0],
                "val/accuracy": "metrics/valid/accuracy",
            },
            frozenset({"train/lr"}),
            interval_mean=True,
            digits=5,
        ),
    ),
    Task(
        "tyres",
        FRESH,
        fresh_data.tyres,
        (TREAD, 28, 5, 28, TREAD),
        0.03,
        0.015,
        batch=16,
        judged=256,
        logging=Logging(
            600,
            4,
            60,
            *called("autoencoder/batch_loss_sum", "autoencoder/valid_loss_sum", "autoencoder/grad_norm"),
            scale=16.0,
            digits=2,
            units=16,
            derived={"autoencoder/samples_per_second": speed("autoencoder/batch_loss_sum", 16.0)},
        ),
    ),
    Task(
        "kitesurfers",
        FRESH,
        fresh_data.kitesurfers,
        (8, 32, 32, 2),
        0.1,
        0.02,
        batch=32,
        judged=512,
        logging=Logging(
            520,
            5,
            13,
            *called("Train_AverageReturn", "Eval_AverageReturn", rate="Actor_Learning_Rate"),
            scale=12.0,
            upwards_from=60.0,
            interval_median=True,
            units=1000,
            derived={"Eval_BestReturn": highest("Eval_AverageReturn")},
        ),
    ),
    HeadTask(
        "gusts",
        FRESH,
        fresh_data.gusts,
        (9, 32, 1),
        0.02,
        0.03,
        batch=64,
        judged=2048,
        head=fresh_heads.gusting,
        logging=Logging(
            600,
            2,
            40,
            *called("rayleigh/nll_fit", "rayleigh/nll_valid", "rayleigh/grad_norm", "rayleigh/lr"),
            significant=5,
            begun=25000,
        ),
    ),
    HeadTask(
        "safes",
        FRESH,
        fresh_data.safes,
        (10, 32, 1),
        0.06,
        0.03,
        batch=128,
        judged=2048,
        head=fresh_heads.tries_before,
        logging=Logging(
            480,
            8,
            24,
            *called("Loss (train)", "Loss (valid)", "Gradient norm"),
            blanks=True,
            heard=64,
            derived={"Best loss (valid)": lowest("Loss (valid)")},
        ),
    ),
    HeadTask(
        "dyes",
        FRESH,
        fresh_data.dyes,
        (7, 32, COLOURS),
        1.2,
        0.03,
        batch=32,
        judged=512,
        head=fresh_heads.between_roots,
        logging=Logging(
            450,
            1,
            45,
            *called("fit.hellinger_loss", "check.hellinger_loss", "fit.grad_norm", "fit.learning_rate"),
            digits=4,
            derived={"fit.step_seconds": seconds("fit.hellinger_loss")},
        ),
    ),
    HeadTask(
        "barks",
        FRESH,
        fresh_data.barks,
        (16, 40, BARKS),
        0.06,
        0.015,
        batch=64,
        judged=1024,
        head=fresh_heads.not_too_sure,
        logging=Logging(
            750,
            15,
            15,
            *called("epoch_penalized_loss", "epoch_val_penalized_loss", rate="epoch_lr"),
            interval_mean=True,
            units=1 / 15,
        ),
    ),
    HeadTask(
        "pumps",
        FRESH,
        fresh_data.pumps,
        (8, 28, 2),
        0.04,
        0.03,
        batch=64,
        judged=1024,
        head=fresh_heads.wearing_out,
        logging=Logging(
            560,
            4,
            28,
            *called("gompertz_nll/train", "gompertz_nll/holdout", "grad_norm/global", "lr/group_0"),
            running=0.5,
        ),
    ),
)

FRESH_TASKS: tuple[Task, ...] = (*_PERCEPTRONS, *OTHERS)

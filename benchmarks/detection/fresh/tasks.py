"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

Here are those of perceptrons; the others are in `fresh.texts` and `fresh.others`. What is measured on them is
reported and nothing else: no bound, no prior and no rule is chosen with it. Whoever makes detectors may see
the scores of the whole group, but none of its curves and not which runs were missed. Once one of them is
looked at to change a detector, all of them have become known: they join the halves `dev` and `report`,
divided by what they are and not by how they scored, and others take their place.
"""

from __future__ import annotations

from benchmarks.detection.deriving import counted, highest, raised, seconds, smoothed, speed, waited
from benchmarks.detection.diverse.data import root_of_squares
from benchmarks.detection.field.tasks import bits
from benchmarks.detection.fresh import data as fresh_data
from benchmarks.detection.fresh import heads as fresh_heads
from benchmarks.detection.fresh.data import AREA, DEFECTS, KEYS, PLANTS
from benchmarks.detection.fresh.others import OTHERS
from benchmarks.detection.fresh.texts import TEXTS
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tasks import FRESH, Logging, Task, called

_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "wafers",
        FRESH,
        fresh_data.wafers,
        (16, 40, DEFECTS),
        0.1,
        0.02,
        classes=True,
        logs_accuracy=True,
        batch=64,
        judged=512,
        logging=Logging(
            400,
            10,
            10,
            {
                "train/loss": "train/loss",
                "val/loss": "val/loss",
                "val/accuracy": "metrics/accuracy_top1",
                "train/lr": "lr/pg0",
            },
            frozenset({"train/grad_norm"}),
            interval_mean=True,
            digits=5,
            units=1 / 10,
            without_first=True,
            derived={"metrics/best_top1": highest("metrics/accuracy_top1")},
        ),
    ),
    Task(
        "batteries",
        FRESH,
        fresh_data.batteries,
        (9, 32, 16, 1),
        0.04,
        0.015,
        batch=32,
        judged=512,
        logging=Logging(
            700,
            5,
            35,
            *called("train_rmse", "val_rmse", "grad_2.0_norm_total", "lr-AdamW"),
            quantity=root_of_squares,
            derived={"epoch": counted("train_rmse", 1 / 35), "epochs_since_best": waited("val_rmse")},
        ),
    ),
    Task(
        "pollen",
        FRESH,
        fresh_data.pollen,
        (18, 40, PLANTS),
        0.08,
        0.015,
        classes=True,
        judged=512,
        logging=Logging(
            900,
            10,
            50,
            *called("loss", "val/loss", "grad_norm", "lr"),
            window=4,
            interval_mean=True,
            digits=4,
            derived={"time": seconds("loss"), "data_time": seconds("val/loss")},
        ),
    ),
    Task(
        "keystrokes",
        FRESH,
        fresh_data.keystrokes,
        (2 * KEYS, 32, KEYS),
        0.15,
        0.02,
        classes=True,
        batch=64,
        judged=512,
        logging=Logging(
            600,
            5,
            60,
            *called("train/nll_loss", "valid/nll_loss", "train/gnorm", "train/lr"),
            quantity=bits,
            digits=3,
            interval_mean=True,
            derived={
                "train/ppl": raised("train/nll_loss", 2.0),
                "valid/ppl": raised("valid/nll_loss", 2.0),
                "train/wps": speed("train/nll_loss", 128.0),
            },
        ),
    ),
    Task(
        "concrete",
        FRESH,
        fresh_data.concrete,
        (8, 24, 1),
        0.08,
        0.03,
        batch=128,
        judged=512,
        logging=Logging(
            250, 1, 1, *called("learn/RMSE", "test/RMSE"), quantity=root_of_squares, estimated=1024, digits=7
        ),
    ),
    HeadTask(
        "warranties",
        FRESH,
        fresh_data.warranties,
        (7, 24, 2),
        0.08,
        0.03,
        batch=64,
        judged=512,
        head=fresh_heads.accelerated,
        logging=Logging(
            360,
            3,
            3,
            *called("train-aft-nloglik", "valid-aft-nloglik"),
            estimated=512,
            digits=5,
            units=1 / 3,
            timed=False,
        ),
    ),
    HeadTask(
        "lesions",
        FRESH,
        fresh_data.lesions,
        (16, 40, AREA),
        1.5,
        0.05,
        batch=64,
        judged=512,
        head=fresh_heads.overlap_missed,
        logging=Logging(
            480,
            8,
            8,
            *called("train_losses", "val_losses", rate="lrs"),
            interval_mean=True,
            digits=4,
            units=1 / 8,
            derived={"ema_val_losses": smoothed("val_losses", 0.9)},
        ),
    ),
    HeadTask(
        "restorations",
        FRESH,
        fresh_data.restorations,
        (12, 40, 6),
        0.1,
        0.012,
        batch=16,
        judged=512,
        head=fresh_heads.rounded_off,
        logging=Logging(
            1000,
            10,
            100,
            *called("losses/l_pix", "val/loss", rate="lr"),
            significant=5,
            derived={"iters_per_sec": speed("losses/l_pix", 1.0)},
        ),
    ),
    HeadTask(
        "rollouts",
        FRESH,
        fresh_data.rollouts,
        (8, 40, fresh_heads.BINS),
        0.2,
        0.03,
        batch=64,
        judged=512,
        head=fresh_heads.in_bins,
        logging=Logging(
            600,
            4,
            40,
            *called("value/train_loss", "value/eval_loss", "value/grad_norm", "value/lr"),
            running=0.9,
            units=256,
            derived={"perf/sps": speed("value/train_loss", 1.0)},
        ),
    ),
    HeadTask(
        "dosages",
        FRESH,
        fresh_data.dosages,
        (8, 32, 2),
        0.04,
        0.02,
        batch=64,
        judged=1024,
        head=fresh_heads.weighed_likelihood,
        logging=Logging(
            500,
            2,
            20,
            *called("loss/train", "loss/validation", "gradients/global_norm", "optim/lr"),
            lost=(0.44, 0.52),
        ),
    ),
)

FRESH_TASKS: tuple[Task, ...] = (*_PERCEPTRONS, *TEXTS, *OTHERS)

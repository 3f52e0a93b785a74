"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

Here are those of perceptrons; the others are in `fresh_others`. What is measured on them is reported and
nothing else: no bound, no prior and no rule is chosen with it. Whoever makes detectors may see the scores of
the whole group, but none of its curves and not which runs were missed. Once one of them is looked at to
change a detector, all of them have become known: they join the halves `dev` and `report`, divided by what
they are and not by how they scored, and others take their place.
"""

from __future__ import annotations

from benchmarks.detection import fresh_data, fresh_losses
from benchmarks.detection.deriving import counted, lowest, overall, speed
from benchmarks.detection.fresh_losses import PARTS_OF_TERM
from benchmarks.detection.fresh_others import OTHERS
from benchmarks.detection.head_models import HeadTask
from benchmarks.detection.tasks import FRESH, Logging, Task, called

_PERCEPTRONS: tuple[Task, ...] = (
    Task(
        "tides",
        FRESH,
        fresh_data.tides,
        (8, 32, 16, 1),
        0.1,
        0.02,
        batch=64,
        judged=1024,
        logging=Logging(
            320,
            10,
            10,
            *called("loss", "val_loss", rate="lr"),
            interval_mean=True,
            digits=4,
            units=1 / 10,
            timed=False,
        ),
    ),
    Task(
        "leaves",
        FRESH,
        fresh_data.leaves,
        (18, 40, 12),
        0.12,
        0.02,
        classes=True,
        logs_accuracy=True,
        batch=64,
        judged=512,
        logging=Logging(
            480,
            8,
            8,
            {
                "train/loss": "train_loss",
                "val/loss": "eval_loss",
                "val/accuracy": "eval_top1",
                "train/lr": "lr",
            },
            frozenset({"train/grad_norm"}),
            interval_mean=True,
            units=1 / 8,
        ),
    ),
    Task(
        "commands",
        FRESH,
        fresh_data.commands,
        (fresh_data.WORDS, 24, fresh_data.COMMANDS),
        0.05,
        0.01,
        classes=True,
        logs_accuracy=True,
        judged=512,
        logging=Logging(
            600,
            5,
            100,
            {
                "train/loss": "loss",
                "val/loss": "eval_loss",
                "val/accuracy": "eval_accuracy",
                "train/grad_norm": "grad_norm",
                "train/lr": "learning_rate",
            },
            digits=4,
            without_first=True,
            derived={"epoch": counted("loss", 1 / 128), "train_loss": overall("loss")},
        ),
    ),
    Task(
        "galaxies",
        FRESH,
        fresh_data.galaxies,
        (6, 32, 3),
        0.05,
        0.015,
        judged=512,
        logging=Logging(
            800, 4, 40, *called("train_loss", "test_loss", rate="lr"), interval_mean=True, window=5, digits=4
        ),
    ),
    Task(
        "sprints",
        FRESH,
        fresh_data.sprints,
        (5, 16, 1),
        0.03,
        0.015,
        batch=16,
        judged=256,
        logging=Logging(
            1500,
            1,
            75,
            *called("loss/train/total", "metrics/eval/MeanSquaredError", "l2_norm/grad/global", "lr-SGDW"),
            mantissa=8,
            derived={"throughput/samples_per_sec": speed("loss/train/total", 16.0)},
        ),
    ),
    HeadTask(
        "queues",
        FRESH,
        fresh_data.queues,
        (8, 24, 2),
        0.1,
        0.05,
        batch=64,
        judged=1024,
        head=fresh_losses.padded_counts,
        logging=Logging(
            400,
            10,
            10,
            *called("train_loss_epoch", "val_loss"),
            interval_mean=True,
            derived={"epoch": counted("train_loss_epoch", 1 / 10)},
        ),
    ),
    HeadTask(
        "hauls",
        FRESH,
        fresh_data.hauls,
        (7, 24, 1),
        0.05,
        0.03,
        batch=64,
        judged=1024,
        head=fresh_losses.compound,
        logging=Logging(
            400,
            2,
            2,
            *called("training/tweedie", "valid_1/tweedie"),
            estimated=512,
            digits=5,
            units=1 / 2,
            timed=False,
        ),
    ),
    HeadTask(
        "tracks",
        FRESH,
        fresh_data.tracks,
        (6, 32, 2),
        0.02,
        0.02,
        batch=64,
        judged=512,
        head=fresh_losses.heavy_tailed,
        logging=Logging(
            450,
            3,
            30,
            *called("training/batchloss", "validation/nll", "training/grads_norm", "training/lr"),
            significant=4,
        ),
    ),
    HeadTask(
        "sightings",
        FRESH,
        fresh_data.sightings,
        (14, 32, fresh_data.TAGS),
        0.15,
        0.03,
        batch=64,
        judged=512,
        head=fresh_losses.one_sided,
        logging=Logging(
            400,
            4,
            40,
            *called("train_loss", "valid_loss", rate="lr_0"),
            running=0.9,
            digits=6,
            derived={"best_valid_loss": lowest("valid_loss")},
        ),
    ),
    HeadTask(
        "tenures",
        FRESH,
        fresh_data.tenures,
        (9, 24, PARTS_OF_TERM),
        0.15,
        0.04,
        batch=64,
        judged=512,
        head=fresh_losses.hazards,
        logging=Logging(
            600,
            4,
            100,
            *called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate"),
            heard=16,
        ),
    ),
    HeadTask(
        "spreads",
        FRESH,
        fresh_data.spreads,
        (10, 32, 2),
        0.01,
        0.02,
        batch=64,
        judged=512,
        head=fresh_losses.missed_intervals,
        logging=Logging(
            300,
            3,
            30,
            *called("train_interval_score", "val_interval_score", "grad_norm", "lr"),
            blanks=True,
            significant=4,
        ),
    ),
)

FRESH_TASKS = (*_PERCEPTRONS, *OTHERS)

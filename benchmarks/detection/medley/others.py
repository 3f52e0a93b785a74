"""The medley tasks whose models are no perceptrons: of epidemics, voices, menus and the like."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.deriving import counted, raised, seconds, smoothed, speed
from benchmarks.detection.medley import data as medley_data
from benchmarks.detection.medley import losses
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.sundry.texts import parts_of
from benchmarks.detection.tasks import Logging, Task, called
from sample_logs.training import Parameters

LOUD = 2.0  # noise of barometers before anything is known of it, as a logarithm


def _of_barometers(rng: np.random.Generator) -> Parameters:
    """How much stays, sways and is noise, and the level; what is loud at first is mostly noise."""
    return [value + 0.1 * rng.normal(size=(1, losses.SENSORS)) for value in (0.0, LOUD, LOUD, 0.0)]


OTHERS: tuple[Task, ...] = (
    PartTask(
        "epidemics",
        "dev",
        medley_data.epidemics,
        (),
        0.06,
        0.03,
        batch=64,
        make=layers(5, 20, 2),
        parts=losses.infected,
        judged=256,
        logging=Logging(
            320,
            4,
            20,
            *called("sir/train_loss", "sir/val_loss", "sir/grad_norm", "sir/lr"),
            scale=100.0,
        ),
    ),
    PartTask(
        "cocktails",
        "report",
        medley_data.cocktails,
        (),
        0.04,
        0.02,
        batch=64,
        make=random(0.4, (medley_data.VOICES, medley_data.VOICES)),
        parts=losses.unmixed,
        judged=512,
        logging=Logging(
            480,
            6,
            24,
            *called("ica/train_nll", "ica/val_nll", "ica/grad_norm", "ica/lr"),
            units=1 / 64,
        ),
    ),
    PartTask(
        "barometers",
        "dev",
        medley_data.barometers,
        (),
        0.15,
        0.04,
        batch=32,
        make=_of_barometers,
        parts=losses.followed_by_guesses,
        judged=256,
        logging=Logging(
            240,
            3,
            18,
            *called("kalman/train_loss", "kalman/valid_loss", "kalman/gnorm"),
            units=32,
            timed=False,
        ),
    ),
    PartTask(
        "looms",
        "report",
        medley_data.looms,
        (),
        0.4,
        0.03,
        batch=32,
        make=joined(
            random(1.0, (losses.THREADS, 4 * losses.CELLS), (losses.CELLS, 4 * losses.CELLS)),
            zeros(1, 4 * losses.CELLS),
            layers(losses.CELLS, losses.THREADS),
        ),
        parts=losses.kept_in_cells,
        judged=128,
        logging=Logging(
            240,
            3,
            12,
            *called("loss", "val_loss", rate="learning_rate"),
            digits=4,
            derived={"iter_time": seconds("loss")},
        ),
    ),
    PartTask(
        "menus",
        "dev",
        medley_data.menus,
        (),
        0.3,
        0.02,
        batch=64,
        make=joined(
            zeros(losses.COURSES * losses.DISHES, 1),
            random(2.0, (losses.COURSES * losses.DISHES, 3)),
            zeros(1, 1),
        ),
        parts=losses.by_pairs,
        symbols=True,
        judged=512,
        logging=Logging(
            500,
            5,
            25,
            *called("Train/train_loss", "Valid/valid_loss", rate="Train/lr"),
            heard=32,
            derived={"Train/smoothed": smoothed("Train/train_loss", 0.9)},
        ),
    ),
    PartTask(
        "villas",
        "report",
        medley_data.villas,
        (),
        0.05,
        0.05,
        batch=64,
        make=joined(layers(losses.HOUSE, 1), zeros(losses.STREETS, 1)),
        parts=losses.by_streets,
        symbols=True,
        judged=512,
        logging=Logging(
            500,
            5,
            25,
            {
                **called("Train Loss", "Eval Loss", "Grad Norm", "LR")[0],
                **parts_of(
                    "Train Loss Dict/",
                    "Eval Loss Dict/",
                    ("fit", "fit_loss"),
                    ("prior", "prior_loss"),
                ),
            },
            significant=5,
        ),
    ),
    PartTask(
        "tapestries",
        "dev",
        medley_data.tapestries,
        (),
        0.1,
        0.015,
        batch=32,
        make=joined(
            random(1.0, (losses.COLOURS, losses.UNITS)),
            layers(losses.KNOTS, 12, losses.KNOTS),
            layers(losses.UNITS, 16, losses.UNITS),
            layers(losses.UNITS, medley_data.PATTERNS),
        ),
        parts=losses.mixed_both_ways,
        judged=128,
        logging=Logging(
            400,
            4,
            20,
            *called("training_loss", "val/loss", "grad_norm", "lr"),
            interval_mean=True,
            derived={"img/sec": speed("training_loss", 32.0)},
        ),
    ),
    PartTask(
        "clubs",
        "report",
        medley_data.clubs,
        (),
        2.0,
        0.05,
        batch=64,
        make=joined(random(2.0, (losses.PERSONS, 3)), zeros(1, 1)),
        parts=losses.near_each_other,
        symbols=True,
        judged=512,
        logging=Logging(
            600,
            6,
            30,
            *called("Log-loss (train)", "Log-loss (validation)", rate="Learning rate"),
            interval_mean=True,
        ),
    ),
    PartTask(
        "spices",
        "dev",
        medley_data.spices,
        (),
        0.015,
        0.02,
        batch=32,
        make=joined(
            layers(medley_data.SPICES, 20, losses.LATENT), layers(losses.LATENT, 20, medley_data.SPICES)
        ),
        parts=losses.spread_like_noise,
        judged=64,
        logging=Logging(
            300,
            5,
            30,
            {
                **called("train_loss", "val_loss", "grad_norm", "lr-Adam/pg1")[0],
                **parts_of("train_", "val_", ("recon", "recon_loss"), ("mmd", "mmd_loss")),
            },
            digits=4,
        ),
    ),
    PartTask(
        "tolls",
        "report",
        medley_data.tolls,
        (),
        0.2,
        0.03,
        batch=64,
        make=joined(random(1.0, (1, 16)), layers(4, 16), random(1.0, (16, 1)), zeros(1, 1)),
        parts=losses.never_more_for_more,
        judged=512,
        logging=Logging(
            540,
            6,
            36,
            *called("train/Loss/total_loss", "eval/Loss/total_loss", rate="train/learning_rate"),
            derived={"train/steps_per_sec": speed("train/Loss/total_loss", 1.0)},
        ),
    ),
    PartTask(
        "scooters",
        "dev",
        medley_data.scooters,
        (),
        0.08,
        0.03,
        batch=64,
        make=joined(
            random(1.2, (1, losses.TRIPS * losses.CURVES)),
            random(0.6, (1, losses.TRIPS * losses.CURVES)),
            layers(losses.TRIPS * losses.CURVES, 1),
        ),
        parts=losses.added_up,
        judged=512,
        logging=Logging(
            500,
            4,
            20,
            *called("loss/subset=train", "loss/subset=val", "grad_norm/subset=train", "lr"),
            digits=4,
            derived={
                "epoch": counted("loss/subset=train", 1 / 64),
                "exp_loss/subset=val": raised("loss/subset=val"),
            },
        ),
    ),
)

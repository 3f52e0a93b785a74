"""The sundry tasks of roads, rods and the like whose models are no perceptrons."""

from __future__ import annotations

from benchmarks.detection.deriving import counted, raised, smoothed
from benchmarks.detection.diverse.data import root_of_squares
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.sundry import data as sundry_data
from benchmarks.detection.sundry import losses
from benchmarks.detection.sundry.texts import parts_of
from benchmarks.detection.tasks import Logging, Task, called

WIDE = 12  # numbers of a friend


OTHERS: tuple[Task, ...] = (
    PartTask(
        "brushstrokes",
        "dev",
        sundry_data.brushstrokes,
        (),
        0.15,
        0.02,
        batch=64,
        make=layers(2 * losses.STROKE + 2, 32, losses.STROKE),
        parts=losses.by_signal,
        judged=512,
        averaging=0.97,
        logging=Logging(
            800,
            4,
            40,
            *called("step_loss", "ema_val_loss", rate="lr"),
            significant=3,
            derived={"train_loss": smoothed("step_loss", 0.95)},
        ),
    ),
    PartTask(
        "cars",
        "report",
        sundry_data.cars,
        (),
        0.04,
        0.03,
        batch=64,
        make=layers(losses.ROAD, 48, losses.CARS * (2 + losses.MAKES)),
        parts=losses.matched,
        judged=256,
        logging=Logging(
            600,
            12,
            12,
            {
                "train/loss": "train_loss",
                "val/loss": "test_loss",
                "train/lr": "train_lr",
                **parts_of("train_", "test_", ("ce", "loss_ce"), ("bbox", "loss_bbox")),
            },
            frozenset({"train/grad_norm"}),
            interval_mean=True,
            units=1 / 12,
        ),
    ),
    PartTask(
        "canteens",
        "dev",
        sundry_data.canteens,
        (),
        0.03,
        0.01,
        batch=64,
        make=joined(
            random(0.5, *[(losses.PAST, losses.AHEAD)] * 2),
            zeros(1, losses.AHEAD),
        ),
        parts=losses.decomposed,
        judged=512,
        logging=Logging(
            400,
            8,
            8,
            {"train/loss": "Train Loss", "val/loss": "Vali Loss", "test/loss": "Test Loss"},
            frozenset({"train/grad_norm", "train/lr"}),
            interval_mean=True,
            digits=7,
            tested=True,
            units=1 / 8,
            without_first=True,
        ),
    ),
    PartTask(
        "neighbours",
        "report",
        sundry_data.neighbours,
        (),
        0.1,
        0.03,
        batch=64,
        make=joined(
            random(1.0, (losses.TRAITS, WIDE), (WIDE, 1), (WIDE, 1)),
            random(1.0, (WIDE, sundry_data.CIRCLES)),
            zeros(1, sundry_data.CIRCLES),
        ),
        parts=losses.attended,
        judged=512,
        logging=Logging(
            360, 4, 24, *called("loss", "val_loss", rate="lr"), interval_median=True, blanks=True, digits=4
        ),
    ),
    PartTask(
        "thermostats",
        "dev",
        sundry_data.thermostats,
        (),
        0.06,
        0.02,
        batch=64,
        make=layers(7, 32, 2, gain=1.2),
        parts=losses.quantised,
        judged=512,
        logging=Logging(
            480,
            4,
            40,
            *called("qat/train_loss", "qat/val_loss", "qat/grad_norm", "qat/lr"),
            epoch=10,
            digits=5,
        ),
    ),
    PartTask(
        "heatings",
        "report",
        sundry_data.heatings,
        (),
        0.07,
        0.012,
        batch=64,
        make=joined(layers(losses.SENSORS, 24, losses.SHARED), layers(2, 24, losses.SHARED), zeros(1, 1)),
        parts=losses.operated,
        judged=512,
        logging=Logging(
            500,
            10,
            10,
            *called("train_l2_loss", "test_l2_loss", rate="lr"),
            quantity=root_of_squares,
            interval_mean=True,
            significant=6,
            units=1 / 10,
        ),
    ),
    PartTask(
        "bookings",
        "dev",
        sundry_data.bookings,
        (),
        0.03,
        0.015,
        batch=128,
        make=joined(layers(10, 10, gain=0.3), layers(10, 10, gain=0.3), layers(10, 1)),
        parts=losses.crossed,
        judged=1024,
        logging=Logging(
            500,
            4,
            40,
            *called("train/logloss", "valid/logloss", "train/grad_norm", "train/lr"),
            dense=100,
            significant=4,
            derived={
                "train/examples": counted("train/logloss", 128.0),
                "valid/odds": raised("valid/logloss"),
            },
        ),
    ),
)

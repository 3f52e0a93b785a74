"""Tasks of perceptrons with other losses than an error or a cross-entropy, or with changed training data."""

from __future__ import annotations

from benchmarks.detection.head import data as head_data
from benchmarks.detection.head import losses as head_losses
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tasks import Logging, Task, called

HEAD_TASKS: tuple[Task, ...] = (
    HeadTask(
        "counts",
        "dev",
        head_data.visits,
        (10, 32, 1),
        0.02,
        0.01,
        batch=64,
        head=head_losses.poisson,
        logging=Logging(
            640,
            16,
            16,
            *called("poisson_loss", "val_poisson_loss", rate="lr"),
            interval_mean=True,
            digits=4,
            units=1 / 16,
        ),
    ),
    HeadTask(
        "demand",
        "report",
        head_data.demand,
        (5, 32, 16, 3),
        0.1,
        0.02,
        head=head_losses.pinball,
        logging=Logging(
            800,
            8,
            40,
            *called("train/quantile_loss", "val/quantile_loss", "train/grad_norm", "train/lr"),
            units=20,
        ),
    ),
    HeadTask(
        "branches",
        "dev",
        head_data.branches,
        (2, 32, 9),
        0.01,
        0.02,
        batch=64,
        head=head_losses.mixture,
        logging=Logging(800, 8, 40, *called("nll", "valid_nll", "gradient_norm"), running=0.9),
    ),
    HeadTask(
        "rare-tags",
        "report",
        head_data.rare_tags,
        (16, 32, 8),
        0.3,
        0.02,
        head=head_losses.focal,
        logging=Logging(
            800,
            10,
            100,
            *called("loss", "eval_loss", "grad_norm", "learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    HeadTask(
        "grades",
        "dev",
        head_data.grades,
        (7, 24, 4),
        0.1,
        0.03,
        head=head_losses.ordered,
        logging=Logging(300, 2, 10, *called("loss/train", "loss/valid"), timed=False),
    ),
    HeadTask(
        "hinge",
        "dev",
        head_data.sorts(147, 5, 12, 0.6),
        (12, 24, 5),
        0.02,
        0.015,
        batch=16,
        head=head_losses.hinge,
        logging=Logging(
            1200, 10, 50, *called("train_loss", "test_loss", "train_grad_norm", "lr"), units=16, digits=3
        ),
    ),
    Task(
        "smoothed",
        "report",
        head_data.sorts(148, 10, 16, 0.7),
        (16, 48, 10),
        0.15,
        0.03,
        classes=True,
        logs_accuracy=True,
        for_training=head_data.smoothed,
        logging=Logging(
            600,
            20,
            20,
            {"train/loss": "loss", "val/loss": "val_loss", "val/accuracy": "val_accuracy"},
            frozenset({"train/grad_norm", "train/lr"}),
            interval_mean=True,
            units=1 / 20,
        ),
    ),
    Task(
        "mixed-up",
        "dev",
        head_data.sorts(149, 8, 20, 0.9, wrong=0.1),
        (20, 48, 8),
        0.1,
        0.01,
        classes=True,
        for_training=head_data.blended,
        averaging=0.98,
        logging=Logging(
            800, 10, 10, *called("Loss/train", "Loss/ema_val", rate="LR"), interval_mean=True, units=1 / 10
        ),
    ),
    HeadTask(
        "glances",
        "report",
        head_data.sorts(150, 6, 10, 0.8),
        (10, 32, 6),
        0.2,
        0.03,
        batch=64,
        head=head_losses.errors,
        logging=Logging(
            600, 6, 30, *called("train_acc", "val_acc", rate="lr"), upwards_from=1.0, interval_mean=True
        ),
    ),
)

"""The varied tasks whose models are no perceptrons."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.deriving import counted, lowest, seconds
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import Make, joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tasks import Logging, Task, called
from benchmarks.detection.varied import data as varied_data
from benchmarks.detection.varied import losses as varied_losses
from benchmarks.detection.varied.losses import BITS, CHOICES, EMBEDDED, KINDS, TAGS
from benchmarks.detection.varied.models import NormalisedTask, by_batch


def _normalised(fan_in: int, fan_out: int) -> Make:
    """Weights, and what the units' common scale is multiplied with and moved by."""
    return joined(random(1.0, (fan_in, fan_out)), lambda rng: [np.ones((1, fan_out))], zeros(1, fan_out))


OTHERS: tuple[Task, ...] = (
    PartTask(
        "fruits",
        "dev",
        varied_data.fruits,
        (),
        0.1,
        0.05,
        batch=16,
        make=layers(12, 24, 2 + KINDS),
        parts=varied_losses.boxed,
        logging=Logging(
            600,
            20,
            60,
            {
                "train/loss": "total_loss",
                "train/class_": "loss_cls",
                "train/box": "loss_box_reg",
                "val/loss": "validation_loss",
                "train/lr": "lr",
            },
            frozenset({"val/class_", "val/box", "train/grad_norm"}),
            interval_median=True,
            significant=4,
            derived={"time": seconds("total_loss")},
        ),
    ),
    NormalisedTask(
        "scans",
        "report",
        varied_data.scans,
        (),
        0.1,
        0.02,
        make=joined(_normalised(16, 24), _normalised(24, 24), layers(24, 6)),
        parts=by_batch,
        judged=512,
        logging=Logging(
            300,
            10,
            10,
            *called("train_loss", "valid_loss"),
            interval_mean=True,
            digits=6,
            units=1 / 10,
        ),
    ),
    PartTask(
        "clouds",
        "dev",
        varied_data.clouds,
        (),
        0.04,
        0.012,
        batch=64,
        make=layers(6, 32, 2),
        parts=varied_losses.by_time,
        judged=512,
        logging=Logging(
            400,
            10,
            40,
            {
                "train/loss": "loss",
                **{f"train/quarter_{q}": f"loss_q{q}" for q in range(4)},
                "train/grad_norm": "grad_norm",
            },
            frozenset({"val/loss", *(f"val/quarter_{q}" for q in range(4)), "train/lr"}),
            interval_mean=True,
            significant=3,
            without_first=True,
            derived={"samples": counted("loss", 64.0)},
        ),
    ),
    PartTask(
        "sheets",
        "report",
        varied_data.sheets,
        (),
        0.3,
        0.03,
        batch=16,
        make=joined(*[layers(EMBEDDED, 16, 4)] * 2, lambda rng: [np.full((1, 1), 1.5)]),
        parts=varied_losses.captioned,
        symbols=True,
        judged=128,
        logging=Logging(
            240,
            4,
            24,
            *called("train/contrastive_loss", "val/clip_val_loss", rate="train/lr"),
            digits=4,
            units=96,
        ),
    ),
    PartTask(
        "doubles",
        "dev",
        varied_data.doubles,
        (),
        0.1,
        0.02,
        batch=128,
        make=layers(12, 24, 6, gain=0.5),
        parts=varied_losses.doubled,
        logging=Logging(
            300,
            5,
            25,
            {
                f"{split}/{part}": f"{split}_{name}"
                for split in ("train", "val")
                for part, name in {
                    "loss": "vicreg_loss",
                    "alike": "sim_loss",
                    "spread": "var_loss",
                    "common": "cov_loss",
                }.items()
            }
            | {"train/lr": "lr-LARS"},
            frozenset({"train/grad_norm"}),
        ),
    ),
    PartTask(
        "logged-actions",
        "report",
        varied_data.logged_actions,
        (),
        0.1,
        0.03,
        batch=128,
        make=layers(3, 24, CHOICES),
        parts=varied_losses.cautious,
        judged=512,
        logging=Logging(
            300,
            10,
            30,
            {"train/loss": "loss", "train/td": "td_loss", "train/conservative": "conservative_loss"},
            frozenset({"val/loss", "val/td", "val/conservative", "train/grad_norm", "train/lr"}),
            interval_mean=True,
            units=100,
        ),
    ),
    PartTask(
        "names",
        "dev",
        varied_data.names,
        (),
        0.3,
        0.03,
        make=joined(layers(4, 12, TAGS), zeros(TAGS, TAGS)),
        parts=varied_losses.tagged,
        logging=Logging(
            200,
            8,
            8,
            *called("training_loss", "validation_loss"),
            interval_mean=True,
            units=1 / 8,
            derived={"best_validation_loss": lowest("validation_loss")},
        ),
    ),
    PartTask(
        "exits",
        "report",
        varied_data.exits,
        (),
        0.2,
        0.04,
        batch=64,
        make=joined(*[joined(layers(a, 24), layers(24, 5)) for a in (10, 24, 24)]),
        parts=varied_losses.left_early,
        judged=512,
        logging=Logging(
            320,
            4,
            32,
            {
                f"{split}/{part}": f"{split}/{name}"
                for split in ("train", "val")
                for part, name in {
                    "loss": "loss_sum",
                    "exit_1": "exit1_loss",
                    "exit_2": "exit2_loss",
                    "exit_3": "final_loss",
                }.items()
            },
            digits=5,
        ),
    ),
    PartTask(
        "activations",
        "dev",
        varied_data.activations,
        (),
        0.1,
        0.03,
        batch=128,
        make=joined(
            random(1.0, (varied_data.FOUND, 24)),
            zeros(1, 24),
            random(1.0, (24, varied_data.FOUND)),
            zeros(1, varied_data.FOUND),
        ),
        parts=varied_losses.taken_apart,
        judged=512,
        logging=Logging(
            500,
            2,
            50,
            {
                "train/loss": "losses/overall_loss",
                "train/error": "losses/mse_loss",
                "train/sparse": "losses/l1_loss",
                "train/lr": "details/current_learning_rate",
            },
            frozenset({"val/loss", "val/error", "val/sparse", "train/grad_norm"}),
            units=128,
            derived={"details/n_training_samples": counted("losses/overall_loss", 1.0)},
        ),
    ),
    PartTask(
        "switches",
        "report",
        varied_data.switches,
        (),
        0.5,
        0.08,
        make=joined(random(1.0, (BITS, 28)), zeros(1, 28), random(1.0, (28, BITS)), zeros(1, BITS)),
        parts=varied_losses.in_turn,
        symbols=True,
        judged=512,
        logging=Logging(
            400,
            4,
            8,
            *called("train/nll", "valid/nll", "train/gnorm", "train/lr"),
            heard=8,
            rarer=True,
            significant=5,
        ),
    ),
    PartTask(
        "remissions",
        "dev",
        varied_data.remissions,
        (),
        0.3,
        0.03,
        make=layers(5, 24, 1),
        parts=varied_losses.remitted,
        judged=256,
        logging=Logging(
            240, 12, 12, *called("train_cox_loss", "val_cox_loss"), interval_mean=True, digits=4, units=1 / 12
        ),
    ),
)

"""The wide tasks whose models are no perceptrons."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tasks import Logging, Task, called
from benchmarks.detection.wide import data as wide_data
from benchmarks.detection.wide import losses as wide_losses
from benchmarks.detection.wide.losses import AHEAD, BINS, KINDS, PAST
from sample_logs.training import Parameters


def _as_narrow(rng: np.random.Generator) -> Parameters:
    """The logarithms of how narrow each of twenty centres is."""
    return [np.full((1, 20), 0.5)]


_BLOCK = joined(random(1.0, (16, 24)), zeros(1, 24), random(0.5, (24, 16)), zeros(1, 16))
_GATED = joined(random(1.0, (16, 16)), lambda rng: [np.full((1, 16), -1.0)], layers(16, 16))

OTHERS: tuple[Task, ...] = (
    PartTask(
        "helmets",
        "dev",
        wide_data.helmets,
        (),
        0.1,
        0.05,
        make=layers(12, 32, 4 + KINDS + BINS),
        parts=wide_losses.found,
        logging=Logging(
            240,
            6,
            6,
            {
                f"{split}/{part}": f"{split}/{name}"
                for split in ("train", "val")
                for part, name in {"box": "box_loss", "class_": "cls_loss", "bins": "dfl_loss"}.items()
            }
            | {"train/lr": "lr/pg0"},
            frozenset({"train/loss", "val/loss", "train/grad_norm"}),
            interval_mean=True,
            units=1 / 6,
        ),
    ),
    PartTask(
        "flights",
        "report",
        wide_data.flights,
        (),
        0.02,
        0.02,
        make=layers(3, 16, 1, gain=0.5),
        parts=wide_losses.steered,
        judged=128,
        logging=Logging(
            140,
            2,
            20,
            *called("rollout/ep_rew_mean", "eval/mean_reward", rate="train/learning_rate"),
            running=0.7,
            scale=100.0,
            upwards_from=0.0,
            digits=2,
            units=2048,
        ),
    ),
    PartTask(
        "kinds-of-text",
        "dev",
        wide_data.letters,
        (),
        0.05,
        0.01,
        make=joined(random(1.0, (16, 16)), _BLOCK, _BLOCK, layers(16, 6)),
        parts=wide_losses.stacked,
        logging=Logging(
            250,
            10,
            50,
            *called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    PartTask(
        "wells",
        "report",
        wide_data.wells,
        (),
        0.25,
        0.06,
        batch=64,
        make=joined(random(1.5, (20, 2)), _as_narrow, layers(20, 4)),
        parts=wide_losses.centred,
        judged=512,
        logging=Logging(300, 3, 15, *called("train_loss", "test_loss")),
    ),
    PartTask(
        "engines",
        "dev",
        wide_data.engines,
        (),
        0.3,
        0.05,
        make=joined(layers(8, 16), _GATED, _GATED, layers(16, 2)),
        parts=wide_losses.carried,
        logging=Logging(
            240,
            6,
            6,
            *called("loss", "val_loss", rate="lr"),
            interval_mean=True,
            digits=4,
            units=1 / 6,
        ),
    ),
    PartTask(
        "topics",
        "report",
        wide_data.texts,
        (),
        0.8,
        0.06,
        make=joined(layers(wide_data.WORDS, 16, 5), random(1.0, (5, wide_data.WORDS))),
        parts=wide_losses.topics,
        logging=Logging(
            240,
            4,
            12,
            *called("train/perplexity", "val/perplexity", rate="train/lr"),
            quantity=np.exp,
            digits=3,
        ),
    ),
    PartTask(
        "arrivals",
        "dev",
        wide_data.arrivals,
        (),
        0.03,
        0.04,
        make=layers(6, 20, 1),
        parts=wide_losses.awaited,
        judged=128,
        logging=Logging(180, 3, 18, *called("nll", "val_nll", "grad_norm", "lr"), digits=4),
    ),
    PartTask(
        "relations",
        "report",
        wide_data.relations,
        (),
        0.3,
        0.06,
        batch=128,
        make=joined(random(1.0, (wide_data.THINGS, 6), (wide_data.RELATIONS, 6)), zeros(1, 1)),
        parts=wide_losses.related,
        symbols=True,
        judged=512,
        logging=Logging(
            240,
            4,
            24,
            *called("train/loss", "valid/loss", "", "train/lr"),
            running=0.5,
            digits=4,
            timed=False,
        ),
    ),
    PartTask(
        "baskets",
        "dev",
        wide_data.baskets,
        (),
        0.8,
        0.04,
        batch=128,
        make=joined(random(0.5, (wide_data.CUSTOMERS, 4), (wide_data.GOODS, 4)), zeros(wide_data.GOODS, 1)),
        parts=wide_losses.chosen,
        symbols=True,
        judged=1024,
        logging=Logging(
            400, 10, 10, *called("bpr_loss", "val_bpr_loss", rate="lr"), interval_mean=True, units=1 / 10
        ),
    ),
    PartTask(
        "road-signs",
        "report",
        wide_data.signs,
        (),
        0.1,
        0.02,
        make=layers(12, 24, 5),
        parts=wide_losses.attacked,
        logging=Logging(
            280, 4, 28, *called("train/loss", "val/loss", "train/grad_norm", "train/lr"), digits=4
        ),
    ),
    PartTask(
        "sales",
        "dev",
        wide_data.sales,
        (),
        0.04,
        0.01,
        make=joined(*[layers(PAST, 20, PAST + AHEAD, gain=0.6)] * 2),
        parts=wide_losses.forecast,
        logging=Logging(
            300, 5, 15, *called("train_smape", "val_smape", rate="lr"), scale=100.0, digits=3, units=64
        ),
    ),
)

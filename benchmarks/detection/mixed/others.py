"""The mixed tasks whose models are no perceptrons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detection.deriving import counted, speed
from benchmarks.detection.field.tasks import bits
from benchmarks.detection.mixed import data as mixed_data
from benchmarks.detection.mixed import losses as mixed_losses
from benchmarks.detection.mixed.losses import (
    DOCKS,
    GOODS,
    KEYS,
    PULSES,
    ROUNDS,
    SHARES,
    SYLLABLES,
    TERMS,
    VALVES,
    WORDS_LONG,
)
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import Parts, joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tape import Node
from benchmarks.detection.tasks import Logging, Task, called
from sample_logs.training import Array

STATE, WIDE, MEANT = 16, 12, 3  # numbers of a state, of a syllable, of a term


def _acquainted(p: Sequence[Node], inputs: Array, targets: Array, rng: np.random.Generator) -> Parts:
    traits, _, shared = mixed_data.NET
    return {"loss": mixed_losses.acquainted(traits, shared, p, inputs, targets)}


OTHERS: tuple[Task, ...] = (
    PartTask(
        "notes",
        "report",
        mixed_data.notes,
        (),
        0.2,
        0.03,
        make=joined(
            random(1.0, (KEYS, STATE), (STATE, STATE)),
            zeros(1, STATE),
            random(1.0, (STATE, KEYS)),
            zeros(1, KEYS),
        ),
        parts=mixed_losses.sounding,
        symbols=True,
        logging=Logging(
            240,
            4,
            24,
            *called("train/loss", "valid/loss", "train/gnorm", "train/lr"),
            quantity=bits,
            interval_mean=True,
            digits=3,
        ),
    ),
    PartTask(
        "lines",
        "dev",
        mixed_data.lines,
        (),
        0.25,
        0.025,
        make=joined(
            random(1.0, (SYLLABLES, WIDE), (WIDE, WIDE), (WIDE, WIDE)),
            lambda rng: [np.ones((WORDS_LONG, WORDS_LONG)) / WORDS_LONG, np.ones((WORDS_LONG, 1))],
            random(1.0, (WIDE, SYLLABLES)),
            zeros(1, SYLLABLES),
        ),
        parts=mixed_losses.gated_mixing,
        symbols=True,
        judged=128,
        logging=Logging(
            500,
            1,
            50,
            *called("train_loss", "val_loss", rate="lr"),
            dense=60,
            digits=4,
            derived={"tokens": counted("train_loss", 256.0)},
        ),
    ),
    PartTask(
        "acquaintances",
        "report",
        mixed_data.acquaintances,
        (),
        0.12,
        0.03,
        batch=64,
        make=joined(
            random(1.0, (mixed_data.NET[0].shape[1], STATE)),
            zeros(1, STATE),
            random(1.0, (STATE, 4)),
            zeros(1, 1),
        ),
        parts=_acquainted,
        symbols=True,
        judged=512,
        logging=Logging(
            320, 8, 8, *called("loss", "val_loss"), interval_mean=True, digits=4, units=1 / 8, timed=False
        ),
    ),
    PartTask(
        "valves",
        "dev",
        mixed_data.valves,
        (),
        0.006,
        0.02,
        batch=64,
        make=layers(5, 24, VALVES),
        parts=mixed_losses.turned,
        judged=512,
        logging=Logging(
            500,
            5,
            50,
            *called("rollout/ep_rew_mean", "eval/mean_reward", rate="train/learning_rate"),
            interval_mean=True,
            upwards_from=0.0,
            scale=10.0,
            significant=3,
            units=64,
            derived={"time/fps": speed("rollout/ep_rew_mean", 1.0)},
        ),
    ),
    PartTask(
        "ferries",
        "report",
        mixed_data.ferries,
        (),
        0.08,
        0.015,
        batch=64,
        make=layers(4, 24, DOCKS * SHARES),
        parts=mixed_losses.spread_of_returns,
        judged=256,
        logging=Logging(
            400,
            5,
            40,
            *called("losses/td_loss", ""),
            units=4,
            derived={"charts/SPS": speed("losses/td_loss", 1.0)},
        ),
    ),
    PartTask(
        "shelves",
        "dev",
        mixed_data.shelves,
        (),
        0.15,
        0.03,
        make=layers(GOODS, 20, 1),
        parts=mixed_losses.listed,
        judged=256,
        logging=Logging(
            360,
            3,
            36,
            *called("train/listnet_loss", "eval/listnet_loss", "train/grad_norm", "train/lr"),
        ),
    ),
    PartTask(
        "chimes",
        "report",
        mixed_data.chimes,
        (),
        0.2,
        0.02,
        batch=128,
        make=layers(14, 24, 6),
        parts=mixed_losses.told_apart,
        judged=512,
        logging=Logging(
            240,
            8,
            24,
            {
                f"{split}/{part}": f"{name}_{split}"
                for split in ("train", "val")
                for part, name in {
                    "loss": "barlow_loss",
                    "on_diagonal": "invariance",
                    "off_diagonal": "redundancy",
                }.items()
            }
            | {"train/lr": "lr-LARS", "train/grad_norm": "grad_norm_total"},
            significant=5,
        ),
    ),
    PartTask(
        "glossary",
        "dev",
        mixed_data.glossary,
        (),
        0.6,
        0.15,
        batch=64,
        make=joined(random(1.0, (TERMS, MEANT), (TERMS, MEANT)), zeros(TERMS, 1), zeros(TERMS, 1)),
        parts=mixed_losses.beside,
        symbols=True,
        judged=512,
        logging=Logging(
            900,
            20,
            20,
            *called("cost", "heldout_cost"),
            interval_mean=True,
            significant=4,
            units=1 / 20,
            without_first=True,
        ),
    ),
    PartTask(
        "echo-sounder",
        "report",
        mixed_data.echoes,
        (),
        0.1,
        0.03,
        batch=64,
        make=joined(
            random(1.0, (mixed_data.MEASURED, PULSES)),
            random(0.3, (PULSES, PULSES)),
            lambda rng: [np.full((1, PULSES), -2.0) for _ in range(ROUNDS)],
        ),
        parts=mixed_losses.sparse_signal,
        judged=512,
        logging=Logging(
            600,
            4,
            40,
            *called("train/nmse_db", "val/nmse_db", "train/grad_norm", "train/lr"),
            quantity=mixed_data.decibels,
            digits=2,
        ),
    ),
    PartTask(
        "boards",
        "dev",
        mixed_data.boards,
        (),
        0.1,
        0.02,
        batch=64,
        make=layers(16, 32, 32, 6),
        parts=mixed_losses.in_signs,
        judged=512,
        logging=Logging(
            500,
            10,
            10,
            *called("train/cls_loss", "val/cls_loss", rate="lr/pg0"),
            interval_mean=True,
            digits=5,
            units=1 / 10,
        ),
    ),
)

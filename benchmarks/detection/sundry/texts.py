"""The sundry tasks of texts and answers: what is tuned, preferred, tried, routed and heard."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.deriving import counted, overall, seconds, so_far, speed
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.sundry import data as sundry_data
from benchmarks.detection.sundry import losses
from benchmarks.detection.tasks import Logging, Task, called

RANK, STATE, INNER = 3, 6, 10  # of a change; numbers of a word, and of what an expert answers
KNOWN = losses.HEARD_BEFORE * STATE


def parts_of(train: str, held_out: str, *parts: tuple[str, str]) -> dict[str, str]:
    """The names of the parts of a loss on both sides, each behind what that side is called."""
    return {
        f"{split}/{part}": side + name
        for split, side in (("train", train), ("val", held_out))
        for part, name in parts
    }


TEXTS: tuple[Task, ...] = (
    PartTask(
        "instructions",
        "report",
        sundry_data.instructions,
        (),
        0.2,
        0.05,
        batch=16,
        make=joined(
            random(1.0, (losses.WORDS, RANK)),
            zeros(RANK, losses.WORDS),
            random(1.0, (losses.WORDS, RANK)),
            zeros(RANK, losses.WORDS),
        ),
        parts=losses.low_rank,
        symbols=True,
        judged=512,
        logging=Logging(
            400,
            10,
            50,
            *called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate"),
            interval_mean=True,
            digits=4,
            without_first=True,
            derived={
                "train/epoch": counted("train/loss", 1 / 256),
                "train/num_tokens": counted("train/loss", 144.0),
                "train/train_loss": overall("train/loss"),
            },
        ),
    ),
    PartTask(
        "verdicts",
        "dev",
        sundry_data.verdicts,
        (),
        0.15,
        0.02,
        batch=64,
        make=layers(losses.CRITERIA, 24, 1),
        parts=losses.preferred,
        judged=512,
        logging=Logging(
            450,
            3,
            45,
            {
                **called("train/loss", "eval/loss", "train/grad_norm", "train/actor_lr")[0],
                **parts_of("train/", "eval/", ("preference", "preference_loss"), ("centre", "center_loss")),
            },
            heard=16,
            derived={"train/loss_mean": so_far("train/loss")},
        ),
    ),
    PartTask(
        "riddles",
        "report",
        sundry_data.riddles,
        (),
        0.3,
        0.03,
        batch=64,
        make=layers(6, 24, sundry_data.RIDDLE),
        parts=losses.tried,
        judged=512,
        logging=Logging(
            400,
            4,
            20,
            *called("train/reward", "eval/reward", "train/grad_norm", "train/learning_rate"),
            upwards_from=0.0,
            significant=6,
            derived={"train/num_completions": counted("train/reward", 256.0)},
        ),
    ),
    PartTask(
        "dialects",
        "dev",
        sundry_data.dialects,
        (),
        0.15,
        0.015,
        batch=64,
        make=joined(
            random(2.0, (losses.SPOKEN, STATE)),
            random(1.0, (KNOWN, losses.EXPERTS)),
            random(1.5, *[(KNOWN, INNER)] * losses.EXPERTS),
            random(1.0, (INNER, losses.SPOKEN)),
            zeros(1, losses.SPOKEN),
        ),
        parts=losses.routed,
        symbols=True,
        judged=256,
        logging=Logging(
            500,
            5,
            50,
            {
                **called("loss_metrics/global_avg_loss", "validation_metrics/loss", "grad_norm", "lr")[0],
                **parts_of(
                    "loss_metrics/",
                    "validation_metrics/",
                    ("ce", "ce_loss"),
                    ("balance", "load_balancing_loss"),
                    ("router_z", "router_z_loss"),
                ),
            },
            derived={
                "throughput(tps)": speed("loss_metrics/global_avg_loss", 192.0),
                "n_tokens_seen": counted("loss_metrics/global_avg_loss", 192.0),
            },
        ),
    ),
    PartTask(
        "whispers",
        "report",
        sundry_data.whispers,
        (),
        0.15,
        0.04,
        batch=24,
        make=joined(
            random(1.0, (losses.HEARD, losses.INNER), (losses.HEARD, losses.INNER)),
            zeros(1, losses.INNER),
            random(1.5, (losses.SOUNDS + 1, losses.INNER)),
            random(1.0, (losses.INNER, losses.SOUNDS + 1)),
            zeros(1, losses.SOUNDS + 1),
        ),
        parts=losses.transduced,
        judged=128,
        logging=Logging(
            300,
            3,
            30,
            *called("train_loss", "val_loss", rate="learning_rate"),
            mantissa=9,
            derived={"train_step_timing in s": seconds("train_loss")},
        ),
    ),
    PartTask(
        "postcards",
        "dev",
        sundry_data.postcards,
        (),
        0.07,
        0.04,
        batch=16,
        make=joined(
            layers(losses.SEEN, 20, 5),
            layers(losses.SEEN, 20, 5),
            lambda rng: [np.full((1, 1), np.log(5.0)), np.full((1, 1), -3.0)],
        ),
        parts=losses.paired,
        judged=128,
        logging=Logging(
            400,
            4,
            40,
            {
                "train/loss": "training_loss",
                "val/loss": "val_loss",
                "train/lr": "global_schedule",
                "train/grad_norm": "l2_grads",
                **{f"worker_{i}/loss": f"training_loss_rank{i}" for i in range(2)},
            },
            workers=2,
            units=16,
            derived={"img/sec/core": speed("training_loss", 6.0)},
        ),
    ),
)

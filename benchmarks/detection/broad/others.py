"""The broad tasks whose models are no perceptrons."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.broad import data as broad_data
from benchmarks.detection.broad import losses as broad_losses
from benchmarks.detection.broad.losses import ACTIONS, BANDS, KERNEL, pretrained
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tasks import Logging, Task, called
from sample_logs.training import Parameters


def _fades(rng: np.random.Generator) -> Parameters:
    """From states that fade at once to those that last."""
    return [np.linspace(-2.0, 2.0, 6)[None]]


OTHERS: tuple[Task, ...] = (
    PartTask(
        "molecules",
        "dev",
        broad_data.molecules,
        (),
        0.1,
        0.03,
        make=layers(4, 16, 16, 3),
        parts=broad_losses.bound,
        judged=512,
        logging=Logging(
            240,
            8,
            8,
            *called("train_loss", "valid_loss", rate="lr"),
            interval_mean=True,
            digits=4,
            units=1 / 8,
        ),
    ),
    PartTask(
        "outlines",
        "report",
        broad_data.outlines,
        (),
        0.1,
        0.03,
        make=layers(2, 16, 24, 4),
        parts=broad_losses.outlined,
        judged=128,
        logging=Logging(240, 4, 24, *called("Loss/Train", "Loss/Test", rate="LearningRate"), units=32),
    ),
    PartTask(
        "transitions",
        "dev",
        broad_data.transitions,
        (),
        0.05,
        0.02,
        batch=64,
        make=layers(4, 24, ACTIONS),
        parts=broad_losses.valued,
        judged=512,
        logging=Logging(320, 5, 40, *called("train/loss", "", rate="train/learning_rate"), units=4),
    ),
    PartTask(
        "leanings",
        "report",
        broad_data.leanings,
        (),
        0.03,
        0.03,
        make=layers(2, 12, 1, gain=0.3),
        parts=broad_losses.upright,
        judged=128,
        logging=Logging(
            160,
            5,
            20,
            *called("Episode_Reward/mean", "Eval_Reward/mean", rate="Policy/Learning Rate"),
            interval_mean=True,
            scale=300.0,
            upwards_from=0.0,
            digits=4,
            units=500,
        ),
    ),
    PartTask(
        "villages",
        "dev",
        broad_data.villages,
        (),
        0.03,
        0.04,
        batch=128,
        make=layers(2, 32, 2),
        parts=broad_losses.sloped,
        symbols=True,
        judged=512,
        logging=Logging(320, 4, 32, *called("sm_loss", "val_sm_loss", "grad_norm", "lr")),
    ),
    PartTask(
        "echoing",
        "report",
        broad_data.echoes,
        (),
        0.01,
        0.06,
        make=joined(_fades, random(1.0, (1, 6)), random(0.3, (6, 1)), zeros(1, 1)),
        parts=broad_losses.echoed,
        judged=128,
        logging=Logging(160, 4, 20, *called("loss/train", "loss/dev", "grad/norm", "opt/lr"), digits=4),
    ),
    PartTask(
        "episodes",
        "dev",
        broad_data.episodes,
        (),
        0.005,
        0.015,
        make=layers(8, 24, 6, gain=0.7),
        parts=broad_losses.compared,
        judged=256,
        logging=Logging(
            240, 5, 40, *called("meta_train_loss", "meta_val_loss", rate="meta_lr"), running=0.9, units=1
        ),
    ),
    PartTask(
        "continued",
        "report",
        broad_data.continued,
        (),
        0.03,
        0.005,
        make=pretrained,
        parts=broad_losses.followed,
        judged=2048,
        logging=Logging(
            300,
            5,
            50,
            *called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    PartTask(
        "gaps",
        "dev",
        broad_data.gaps,
        (),
        0.2,
        0.03,
        batch=64,
        make=joined(
            random(1.0, *[(broad_data.SYMBOLS, 8)] * broad_data.BESIDE), layers(8, broad_data.SYMBOLS)
        ),
        parts=broad_losses.filled,
        symbols=True,
        judged=512,
        logging=Logging(
            300,
            6,
            30,
            *called("train_ppl", "valid_ppl", rate="lr"),
            interval_mean=True,
            quantity=np.exp,
            digits=3,
            units=64,
        ),
    ),
    PartTask(
        "keywords",
        "report",
        broad_data.keywords,
        (),
        0.3,
        0.06,
        batch=32,
        make=layers(KERNEL * BANDS, 16, 5),
        parts=broad_losses.spotted,
        logging=Logging(
            240,
            12,
            12,
            *called("cross_entropy", "val_cross_entropy", rate="learning_rate"),
            interval_mean=True,
            digits=4,
            units=1 / 12,
            timed=False,
        ),
    ),
    PartTask(
        "beam",
        "dev",
        broad_data.loads,
        (),
        0.002,
        0.04,
        batch=64,
        make=layers(1, 24, 1, gain=2.5),
        parts=broad_losses.bent,
        logging=Logging(
            240,
            3,
            30,
            {
                "train/loss": "energy_loss",
                "train/energy": "strain_energy",
                "train/ends": "bc_penalty",
                "train/grad_norm": "grad_norm",
            },
            frozenset({"val/loss", "val/energy", "val/ends", "train/lr"}),
            digits=5,
        ),
    ),
    PartTask(
        "sentences",
        "report",
        broad_data.sentences,
        (),
        0.08,
        0.04,
        make=layers(12, 32, 10),
        parts=broad_losses.spoken,
        logging=Logging(
            300,
            5,
            25,
            {
                f"{split}/{part}": f"{split}/{name}"
                for split in ("train", "val")
                for part, name in {
                    "loss": "total_loss",
                    "sound": "mel_loss",
                    "length": "duration_loss",
                    "last": "stop_loss",
                }.items()
            },
            interval_mean=True,
            digits=4,
        ),
    ),
    PartTask(
        "persons",
        "dev",
        broad_data.persons,
        (),
        0.05,
        0.02,
        batch=64,
        make=joined(layers(16, 32, 6), random(1.0, (8, 6))),
        parts=broad_losses.recognised,
        averaging=0.9,
        logging=Logging(
            280,
            7,
            14,
            *called("train/loss", "val/loss", "train/grad_norm", "train/lr"),
            digits=3,
            units=1 / 7,
        ),
    ),
    PartTask(
        "orbits",
        "report",
        broad_data.orbits,
        (),
        0.06,
        0.1,
        make=layers(2, 24, 2, gain=0.7),
        parts=broad_losses.moved_on,
        logging=Logging(200, 5, 10, *called("train_mse", "test_mse", "", "lr"), digits=6, units=1),
    ),
)

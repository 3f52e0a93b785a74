"""Tasks whose models are no perceptrons, each with a loss of its own."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.head import data as head_data
from benchmarks.detection.other_models import data as model_data
from benchmarks.detection.other_models import losses as model_losses
from benchmarks.detection.part.losses import Make, joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.round_models import BoostedTask, FederatedTask
from benchmarks.detection.tasks import Logging, Task, called
from sample_logs.training import Parameters


def random(scale: float, *shapes: tuple[int, int]) -> Make:
    """Normal weights of those shapes."""

    def make(rng: np.random.Generator) -> Parameters:
        return [scale * rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]

    return make


def zeros(*shape: int) -> Make:
    """One array of zeros."""
    return lambda rng: [np.zeros(shape)]


GATED = joined(*[joined(random(1.0, (8, 16), (16, 16)), zeros(1, 16))] * 2, random(1.0, (16, 4)), zeros(1, 4))
BLOCK = joined(
    random(1.0, (5, 16), (12, 16), *[(16, 16)] * 4, (16, 32)), zeros(1, 32), random(0.7, (32, 16), (16, 5))
)
COUPLINGS = joined(*[layers(1, 16, 2, gain=0.7)] * 4)

MODEL_TASKS: tuple[Task, ...] = (
    PartTask(
        "sums",
        "report",
        model_data.additions,
        (),
        0.8,
        0.06,
        make=GATED,
        parts=model_losses.sums,
        symbols=True,
        logging=Logging(300, 5, 25, *called("trainer/loss", "validation/loss", "trainer/grad_norm")),
    ),
    PartTask(
        "brackets",
        "dev",
        model_data.bracketed,
        (),
        0.3,
        0.03,
        batch=16,
        make=BLOCK,
        parts=model_losses.brackets,
        symbols=True,
        logging=Logging(
            250,
            10,
            50,
            *called("train_ppl", "valid_ppl", "gnorm", "lr"),
            interval_mean=True,
            quantity=np.exp,
            units=100,
        ),
    ),
    PartTask(
        "implicit",
        "report",
        model_data.taken,
        (),
        1.0,
        0.02,
        batch=256,
        make=random(0.5, (30, 3), (40, 3), (40, 1)),
        parts=model_losses.implicit,
        symbols=True,
        logging=Logging(
            640, 16, 80, *called("bpr_loss", "valid_bpr_loss"), interval_mean=True, units=1 / 16, digits=5
        ),
    ),
    PartTask(
        "triplets",
        "dev",
        model_data.faces,
        (),
        0.02,
        0.01,
        make=layers(16, 24, 6),
        parts=model_losses.triplets,
        logging=Logging(500, 2, 20, *called("triplet_loss", "", "grad_norm", "lr")),
    ),
    PartTask(
        "flow",
        "report",
        model_data.moons,
        (),
        0.015,
        0.015,
        batch=64,
        make=COUPLINGS,
        parts=model_losses.flow,
        logging=Logging(400, 5, 20, *called("train/nll", "test/nll", "train/grad_norm", "lr"), digits=3),
    ),
    PartTask(
        "denoised",
        "dev",
        model_data.coil,
        (),
        0.05,
        0.02,
        batch=64,
        make=layers(6, 48, 48, 2),
        parts=model_losses.denoised,
        averaging=0.98,
        logging=Logging(600, 5, 50, *called("loss", "ema_eval_loss", "grad_norm", "lr"), units=64),
    ),
    PartTask(
        "offers",
        "dev",
        model_data.offers,
        (),
        0.1,
        0.02,
        make=layers(8, 32, 5, gain=0.7),
        parts=model_losses.rewarded,
        logging=Logging(
            800,
            8,
            40,
            *called("rollout/ep_rew_mean", "eval/mean_reward"),
            running=0.9,
            upwards_from=0.0,
            units=32,
        ),
    ),
    PartTask(
        "doubts",
        "report",
        model_data.streets,
        (),
        0.01,
        0.03,
        make=joined(layers(10, 32, 5), zeros(1, 2)),
        parts=model_losses.weighed,
        logging=Logging(
            400,
            4,
            40,
            {
                "train/loss": "train/total_loss",
                "val/loss": "val/total_loss",
                "train/classes": "train/cls_loss",
                "train/number": "train/reg_loss",
                "val/classes": "val/cls_loss",
                "val/number": "val/reg_loss",
            },
        ),
    ),
    PartTask(
        "adapted",
        "dev",
        model_data.new_domain,
        (),
        0.1,
        0.02,
        batch=16,
        make=joined(random(1.0, (20, 2)), zeros(2, 6)),
        parts=model_losses.adapted,
        logging=Logging(
            600,
            10,
            50,
            *called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    FederatedTask(
        "federated",
        "report",
        head_data.sorts(151, 8, 12, 0.8),
        (),
        0.1,
        0.05,
        batch=128,
        make=layers(12, 24, 8),
        parts=model_losses.classes,
        logging=Logging(120, 1, 1, *called("train_loss", "test_loss"), units=1),
    ),
    BoostedTask(
        "boosted",
        "dev",
        model_data.rooms,
        (8, 1),
        0.01,
        0.03,
        batch=512,
        logging=Logging(800, 1, 1, *called("training's l2", "valid_0's l2"), timed=False, digits=5),
    ),
    PartTask(
        "chain",
        "report",
        model_data.rows_of_states,
        (),
        0.02,
        0.05,
        make=joined(random(1.0, (6, 3)), zeros(1, 3), zeros(3, 3)),
        parts=model_losses.chain,
        logging=Logging(200, 4, 20, *called("train_nll", "dev_nll", "grad_norm", "lr"), blanks=True),
    ),
)

"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

What is measured on them is reported and nothing else: no bound, no prior and no rule is chosen with it.
Runs of the `report` half have been looked at while detectors were made; these have not. Once one of them is
looked at to change a detector, all of them have become known, and others take their place.
"""

from __future__ import annotations

import numpy as np

from benchmarks.detection import fresh_data, fresh_losses
from benchmarks.detection.fresh_models import BoostedTask, FederatedTask, HeadTask
from benchmarks.detection.part_losses import Make, joined, layers
from benchmarks.detection.part_models import PartTask
from benchmarks.detection.tasks import Logging, Task
from sample_logs.training import Parameters

FRESH = "fresh"


def _called(
    train: str, held_out: str, norm: str = "", rate: str = ""
) -> tuple[dict[str, str], frozenset[str]]:
    """The names of the tags, and those that are not logged: the ones without a name."""
    names = {"train/loss": train, "val/loss": held_out, "train/grad_norm": norm, "train/lr": rate}
    return names, frozenset(tag for tag, name in names.items() if not name)


def _random(scale: float, *shapes: tuple[int, int]) -> Make:
    def make(rng: np.random.Generator) -> Parameters:
        return [scale * rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]

    return make


def _zeros(*shape: int) -> Make:
    return lambda rng: [np.zeros(shape)]


GATED = joined(
    *[joined(_random(1.0, (8, 16), (16, 16)), _zeros(1, 16))] * 2, _random(1.0, (16, 4)), _zeros(1, 4)
)
BLOCK = joined(
    _random(1.0, (5, 16), (12, 16), *[(16, 16)] * 4, (16, 32)),
    _zeros(1, 32),
    _random(0.7, (32, 16), (16, 5)),
)
COUPLINGS = joined(*[layers(1, 16, 2, gain=0.7)] * 4)

FRESH_TASKS: tuple[Task, ...] = (
    HeadTask(
        "counts",
        FRESH,
        fresh_data.visits,
        (10, 32, 1),
        0.02,
        0.01,
        batch=64,
        head=fresh_losses.poisson,
        logging=Logging(
            640,
            16,
            16,
            *_called("poisson_loss", "val_poisson_loss", rate="lr"),
            interval_mean=True,
            digits=4,
            units=1 / 16,
        ),
    ),
    HeadTask(
        "demand",
        FRESH,
        fresh_data.demand,
        (5, 32, 16, 3),
        0.1,
        0.02,
        head=fresh_losses.pinball,
        logging=Logging(
            800,
            8,
            40,
            *_called("train/quantile_loss", "val/quantile_loss", "train/grad_norm", "train/lr"),
            units=20,
        ),
    ),
    HeadTask(
        "branches",
        FRESH,
        fresh_data.branches,
        (2, 32, 9),
        0.01,
        0.02,
        batch=64,
        head=fresh_losses.mixture,
        logging=Logging(800, 8, 40, *_called("nll", "valid_nll", "gradient_norm"), running=0.9),
    ),
    HeadTask(
        "rare-tags",
        FRESH,
        fresh_data.rare_tags,
        (16, 32, 8),
        0.3,
        0.02,
        head=fresh_losses.focal,
        logging=Logging(
            800,
            10,
            100,
            *_called("loss", "eval_loss", "grad_norm", "learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    HeadTask(
        "grades",
        FRESH,
        fresh_data.grades,
        (7, 24, 4),
        0.1,
        0.03,
        head=fresh_losses.ordered,
        logging=Logging(300, 2, 10, *_called("loss/train", "loss/valid"), timed=False),
    ),
    HeadTask(
        "hinge",
        FRESH,
        fresh_data.sorts(147, 5, 12, 0.6),
        (12, 24, 5),
        0.02,
        0.015,
        batch=16,
        head=fresh_losses.hinge,
        logging=Logging(
            1200, 10, 50, *_called("train_loss", "test_loss", "train_grad_norm", "lr"), units=16, digits=3
        ),
    ),
    Task(
        "smoothed",
        FRESH,
        fresh_data.sorts(148, 10, 16, 0.7),
        (16, 48, 10),
        0.15,
        0.03,
        classes=True,
        logs_accuracy=True,
        for_training=fresh_data.smoothed,
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
        FRESH,
        fresh_data.sorts(149, 8, 20, 0.9, wrong=0.1),
        (20, 48, 8),
        0.1,
        0.01,
        classes=True,
        for_training=fresh_data.blended,
        averaging=0.98,
        logging=Logging(
            800, 10, 10, *_called("Loss/train", "Loss/ema_val", rate="LR"), interval_mean=True, units=1 / 10
        ),
    ),
    HeadTask(
        "glances",
        FRESH,
        fresh_data.sorts(150, 6, 10, 0.8),
        (10, 32, 6),
        0.2,
        0.03,
        batch=64,
        head=fresh_losses.errors,
        logging=Logging(
            600, 6, 30, *_called("train_acc", "val_acc", rate="lr"), upwards_from=1.0, interval_mean=True
        ),
    ),
    PartTask(
        "sums",
        FRESH,
        fresh_data.additions,
        (),
        0.8,
        0.06,
        make=GATED,
        parts=fresh_losses.sums,
        symbols=True,
        logging=Logging(300, 5, 25, *_called("trainer/loss", "validation/loss", "trainer/grad_norm")),
    ),
    PartTask(
        "brackets",
        FRESH,
        fresh_data.bracketed,
        (),
        0.3,
        0.03,
        batch=16,
        make=BLOCK,
        parts=fresh_losses.brackets,
        symbols=True,
        logging=Logging(
            250,
            10,
            50,
            *_called("train_ppl", "valid_ppl", "gnorm", "lr"),
            interval_mean=True,
            perplexity=True,
            units=100,
        ),
    ),
    PartTask(
        "implicit",
        FRESH,
        fresh_data.taken,
        (),
        1.0,
        0.02,
        batch=256,
        make=_random(0.5, (30, 3), (40, 3), (40, 1)),
        parts=fresh_losses.implicit,
        symbols=True,
        logging=Logging(
            640, 16, 80, *_called("bpr_loss", "valid_bpr_loss"), interval_mean=True, units=1 / 16, digits=5
        ),
    ),
    PartTask(
        "triplets",
        FRESH,
        fresh_data.faces,
        (),
        0.02,
        0.01,
        make=layers(16, 24, 6),
        parts=fresh_losses.triplets,
        logging=Logging(500, 2, 20, *_called("triplet_loss", "", "grad_norm", "lr")),
    ),
    PartTask(
        "flow",
        FRESH,
        fresh_data.moons,
        (),
        0.015,
        0.015,
        batch=64,
        make=COUPLINGS,
        parts=fresh_losses.flow,
        logging=Logging(400, 5, 20, *_called("train/nll", "test/nll", "train/grad_norm", "lr"), digits=3),
    ),
    PartTask(
        "denoised",
        FRESH,
        fresh_data.coil,
        (),
        0.05,
        0.02,
        batch=64,
        make=layers(6, 48, 48, 2),
        parts=fresh_losses.denoised,
        averaging=0.98,
        logging=Logging(600, 5, 50, *_called("loss", "ema_eval_loss", "grad_norm", "lr"), units=64),
    ),
    PartTask(
        "offers",
        FRESH,
        fresh_data.offers,
        (),
        0.1,
        0.02,
        make=layers(8, 32, 5, gain=0.7),
        parts=fresh_losses.rewarded,
        logging=Logging(
            800,
            8,
            40,
            *_called("rollout/ep_rew_mean", "eval/mean_reward"),
            running=0.9,
            upwards_from=0.0,
            units=32,
        ),
    ),
    PartTask(
        "doubts",
        FRESH,
        fresh_data.streets,
        (),
        0.01,
        0.03,
        make=joined(layers(10, 32, 5), _zeros(1, 2)),
        parts=fresh_losses.weighed,
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
        FRESH,
        fresh_data.new_domain,
        (),
        0.1,
        0.02,
        batch=16,
        make=joined(_random(1.0, (20, 2)), _zeros(2, 6)),
        parts=fresh_losses.adapted,
        logging=Logging(
            600,
            10,
            50,
            *_called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate"),
            interval_mean=True,
            digits=4,
        ),
    ),
    FederatedTask(
        "federated",
        FRESH,
        fresh_data.sorts(151, 8, 12, 0.8),
        (),
        0.1,
        0.05,
        batch=128,
        make=layers(12, 24, 8),
        parts=fresh_losses.classes,
        logging=Logging(120, 1, 1, *_called("train_loss", "test_loss"), units=1),
    ),
    BoostedTask(
        "boosted",
        FRESH,
        fresh_data.rooms,
        (8, 1),
        0.01,
        0.03,
        batch=512,
        logging=Logging(800, 1, 1, *_called("training's l2", "valid_0's l2"), timed=False, digits=5),
    ),
    PartTask(
        "chain",
        FRESH,
        fresh_data.rows_of_states,
        (),
        0.02,
        0.05,
        make=joined(_random(1.0, (6, 3)), _zeros(1, 3), _zeros(3, 3)),
        parts=fresh_losses.chain,
        logging=Logging(200, 4, 20, *_called("train_nll", "dev_nll", "grad_norm", "lr"), blanks=True),
    ),
)

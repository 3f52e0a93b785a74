"""The patchwork tasks whose models are no perceptrons: of flows, puzzles, rumours and the like."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.deriving import counted, seconds, speed, waited
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.patchwork import data as patchwork_data
from benchmarks.detection.patchwork import losses
from benchmarks.detection.sundry.texts import parts_of
from benchmarks.detection.tasks import Logging, Task, called
from sample_logs.training import Parameters


def _of_blobs(rng: np.random.Generator) -> Parameters:
    """Where blobs are, how wide they are as a logarithm, and how bright: they begin anywhere."""
    places = [rng.uniform(-0.9, 0.9, size=(1, losses.BLOBS)) for _ in range(2)]
    widths = [np.full((1, losses.BLOBS), -1.1) for _ in range(2)]
    return [*places, *widths, 0.1 * rng.normal(size=(losses.BLOBS, 1))]


def _of_days(rng: np.random.Generator) -> Parameters:
    """How much there always is, how much a shock adds, how much stays, and the mean: all far off at first."""
    return [value + 0.1 * rng.normal(size=(1, 1)) for value in (3.0, -3.0, -2.0, -1.0)]


OTHERS: tuple[Task, ...] = (
    PartTask(
        "predators",
        "dev",
        patchwork_data.predators,
        (),
        0.08,
        0.03,
        batch=32,
        make=layers(2, 16, 2, gain=0.7),
        parts=losses.followed,
        judged=256,
        logging=Logging(
            300,
            3,
            15,
            *called("train/mse_loss", "val/mse_loss", "train/grad_norm", "train/lr"),
        ),
    ),
    PartTask(
        "mosaics",
        "report",
        patchwork_data.mosaics,
        (),
        0.15,
        0.04,
        batch=128,
        make=_of_blobs,
        parts=losses.laid_out,
        judged=512,
        logging=Logging(
            700,
            5,
            100,
            {
                "train/loss": "train_loss_patches/total_loss",
                "val/loss": "test/loss_viewpoint - total_loss",
                "train/l1": "train_loss_patches/l1_loss",
                "val/l1": "test/loss_viewpoint - l1_loss",
            },
            frozenset({"train/grad_norm", "train/lr", "train/l2", "val/l2"}),
            derived={"iter_time": seconds("train_loss_patches/total_loss")},
        ),
    ),
    PartTask(
        "taxonomies",
        "dev",
        patchwork_data.taxonomies,
        (),
        0.4,
        0.03,
        batch=64,
        make=random(0.3, (losses.KINDS, 2)),
        parts=losses.of_a_tree,
        symbols=True,
        judged=512,
        logging=Logging(
            600,
            6,
            30,
            *called("loss", "", rate="lr"),
            interval_mean=True,
            units=1 / 6,
            derived={"elapsed": seconds("loss")},
        ),
    ),
    PartTask(
        "currencies",
        "report",
        patchwork_data.currencies,
        (),
        0.05,
        0.04,
        batch=64,
        make=_of_days,
        parts=losses.swaying,
        judged=512,
        logging=Logging(
            500,
            5,
            25,
            *called("train_gaussian_nll_loss", "val_gaussian_nll_loss", "grad_norm", "lr"),
            lost=(0.38, 0.47),
        ),
    ),
    PartTask(
        "puzzles",
        "dev",
        patchwork_data.puzzles,
        (),
        0.3,
        0.03,
        batch=32,
        make=layers(losses.SEEN, 24, losses.PIECES),
        parts=losses.put_in_order,
        judged=256,
        logging=Logging(
            400,
            4,
            20,
            *called("train/assignment_loss", "eval/assignment_loss", rate="train/lr"),
            digits=3,
            without_first=True,
        ),
    ),
    PartTask(
        "therapies",
        "report",
        patchwork_data.therapies,
        (),
        0.1,
        0.03,
        batch=64,
        make=joined(
            layers(9, 24),
            layers(24, 16, 1),
            layers(24, 16, 1),
            layers(24, 1),
        ),
        parts=losses.helped,
        judged=512,
        logging=Logging(
            540,
            6,
            18,
            {
                **called("loss", "val_loss", rate="learning_rate")[0],
                **parts_of("", "val_", ("outcome", "outcome_loss"), ("propensity", "propensity_loss")),
            },
            frozenset({"train/grad_norm"}),
            blanks=True,
        ),
    ),
    PartTask(
        "attics",
        "dev",
        patchwork_data.attics,
        (),
        0.1,
        0.015,
        batch=64,
        make=layers(11, 28, 5),
        parts=losses.consistent,
        judged=512,
        logging=Logging(
            480,
            6,
            24,
            {
                **called("train/total_loss", "eval/loss", "train/grad_norm", "lr")[0],
                **parts_of("train/", "eval/", ("sup", "sup_loss"), ("unsup", "unsup_loss")),
            },
            derived={"train/run_time": seconds("train/total_loss")},
        ),
    ),
    PartTask(
        "rumours",
        "report",
        patchwork_data.rumours,
        (),
        0.05,
        0.02,
        batch=64,
        make=layers(2, 16, 3),
        parts=losses.excited,
        judged=512,
        logging=Logging(
            420,
            3,
            21,
            *called("tpp/train_nll", "tpp/valid_nll", "tpp/grad_norm", "tpp/lr"),
            by_clock=0.7,
            derived={"tpp/patience": waited("tpp/valid_nll")},
        ),
    ),
    PartTask(
        "paddocks",
        "dev",
        patchwork_data.paddocks,
        (),
        0.05,
        0.02,
        batch=32,
        make=joined(layers(2, 20, 12), random(1.0, (12, 20), (1, 20)), zeros(1, 20), layers(20, 2)),
        parts=losses.by_what_is_known,
        judged=256,
        logging=Logging(
            500,
            4,
            20,
            *called("train/nll_loss", "val/nll_loss", "trainer/grad_norm", "trainer/learning_rate"),
            counted_anew=True,
            derived={"trainer/examples_seen": counted("train/nll_loss", 32.0)},
        ),
    ),
    PartTask(
        "puppets",
        "report",
        patchwork_data.puppets,
        (),
        0.3,
        0.02,
        batch=32,
        make=joined(
            random(1.0, (losses.WORDS, losses.STATE), (losses.STATE, losses.STATE)),
            zeros(1, losses.STATE),
            *[layers(losses.STATE, losses.WORDS)] * 2,
        ),
        parts=losses.next_two,
        symbols=True,
        judged=128,
        logging=Logging(
            360,
            6,
            18,
            *called("perplexity-train", "perplexity-val", "gradient-norm", "learning-rate"),
            quantity=np.exp,
            units=32,
            derived={"time-elapsed": seconds("perplexity-train")},
        ),
    ),
    PartTask(
        "lockets",
        "dev",
        patchwork_data.lockets,
        (),
        0.1,
        0.04,
        batch=32,
        make=joined(
            layers(patchwork_data.LOCKET, 20, 2 * losses.CODE),
            layers(losses.CODE, 20, patchwork_data.LOCKET),
            zeros(1, 1),
        ),
        parts=losses.of_some_guesses,
        judged=256,
        logging=Logging(
            400,
            4,
            20,
            *called("iwae_loss", "val_iwae_loss", "grad_norm", "lr"),
            window=3,
            derived={"samples_per_sec": speed("iwae_loss", 32.0)},
        ),
    ),
)

"""The fresh tasks whose models are no perceptrons: of limericks, shops, canals and exhibits."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.deriving import counted
from benchmarks.detection.fresh import data as fresh_data
from benchmarks.detection.fresh import losses
from benchmarks.detection.fresh.losses import CHANNELS, EMBEDDED, MIXED, RANKS, WAVES, WORDS
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.sundry.texts import parts_of
from benchmarks.detection.tasks import FRESH, Logging, Task, called

OTHERS: tuple[Task, ...] = (
    PartTask(
        "limericks",
        FRESH,
        fresh_data.limericks,
        (),
        0.4,
        0.03,
        batch=64,
        make=joined(
            random(3.0, (WORDS, EMBEDDED)),
            random(1.0, (EMBEDDED, 16), (EMBEDDED, 16)),
            zeros(1, 16),
            random(0.5, (16, MIXED), (16, MIXED * WORDS)),
        ),
        parts=losses.by_mixed_shares,
        symbols=True,
        judged=1024,
        logging=Logging(
            600,
            6,
            30,
            *called("lm/ppl_train", "lm/ppl_heldout", "lm/grad_norm", "lm/lr"),
            quantity=np.exp,
            digits=3,
            units=512,
            derived={"lm/epoch": counted("lm/ppl_train", 64.0 / 4096.0)},
        ),
    ),
    PartTask(
        "shopfronts",
        FRESH,
        fresh_data.shopfronts,
        (),
        0.15,
        0.03,
        batch=128,
        make=layers(12, 16, 2),
        parts=losses.looked_then_bought,
        judged=1024,
        logging=Logging(
            500,
            10,
            20,
            {
                **called("esmm/loss", "esmm/eval_loss", "esmm/grad_norm")[0],
                **parts_of("esmm/", "esmm/eval_", ("look", "ctr_loss"), ("order", "ctcvr_loss")),
                "test/loss": "esmm/test_loss",
            },
            frozenset({"train/lr"}),
            tested=True,
        ),
    ),
    PartTask(
        "canals",
        FRESH,
        fresh_data.canals,
        (),
        0.03,
        0.06,
        batch=32,
        make=joined(
            random(0.3, *[(1, 2 * CHANNELS * WAVES)] * 2),
            random(0.3, (1, 2 * CHANNELS)),
            zeros(1, 2 * CHANNELS),
        ),
        parts=losses.by_slow_waves,
        judged=256,
        logging=Logging(
            480,
            3,
            15,
            *called("operator/train_l2_loss", "operator/valid_l2_loss", "operator/grad_norm", "operator/lr"),
            mantissa=10,
            without_first=True,
        ),
    ),
    PartTask(
        "exhibits",
        FRESH,
        fresh_data.exhibits,
        (),
        0.15,
        0.03,
        batch=64,
        make=joined(
            layers(losses.SEEN, RANKS), layers(losses.ASKED, RANKS), layers(RANKS, fresh_data.ANSWERS)
        ),
        parts=losses.by_products,
        judged=1024,
        logging=Logging(
            700,
            7,
            35,
            *called("vqa/running/loss", "vqa/eval/loss", "vqa/running/gradient_norm", "vqa/running/lr"),
            window=3,
        ),
    ),
)

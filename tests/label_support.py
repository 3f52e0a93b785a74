"""Labels of runs with given exact losses, as the tests of the benchmark's labels want them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.labels import Labels
from benchmarks.detection.recipes import FAULTS, HEALTHY
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Recipe, Setup
from benchmarks.detection.tasks import TASKS, Logging
from support import make_run

FloatArray = NDArray[np.float64]
ROWS = 200
STEPS = np.arange(ROWS)
HEALTHY_SETUP = Setup()
FAULTY = next(recipe for recipe in FAULTS if recipe.intended == "oscillation")
DESCENT = 0.1 + 0.9 * np.exp(-STEPS / 10.0)


def labelled(
    train: FloatArray,
    validation: FloatArray,
    *,
    logged: FloatArray | None = None,
    norms: FloatArray | None = None,
    held_out: FloatArray | None = None,
    setup: Setup = HEALTHY_SETUP,
    recipe: Recipe = HEALTHY[0],
    logging: Logging = TASKS[0].logging,
) -> Labels:
    """The labels of a recipe's run of those exact losses; its log has others where they are given."""
    tags = {
        "train/loss": train if logged is None else logged,
        "val/loss": validation if held_out is None else held_out,
        "train/grad_norm": np.ones(ROWS) if norms is None else norms,
    }
    recorded = Recorded(make_run(tags).frame, STEPS.astype(float), train, validation, logging)
    return label(recorded, recipe, setup, Reachable(train=0.1, validation=0.1, start=1.0))


def open_of(labels: Labels) -> set[str]:
    """What could be said either way."""
    return labels.gray - labels.sure

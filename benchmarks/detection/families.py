"""Families: tasks that share recipes, and those recipes. Each package of tasks gives one, in `family.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from benchmarks.detection.recipes import FAULTS, HEALTHY, ITS_RATE, SMALL_BATCH, TRAPS
from benchmarks.detection.setups import Recipe
from benchmarks.detection.stuck_setups import STUCK
from benchmarks.detection.swing_setups import SWINGS
from benchmarks.detection.tasks import Task

RECIPES = (*HEALTHY, *TRAPS, *FAULTS, *STUCK, *SWINGS)
# Times the noise of the tuned steps, which goes with rate over batch: more hides what is still to learn.
# Source: Smith et al. 2018, "Don't Decay the Learning Rate, Increase the Batch Size".
MOST_NOISE = 4.0
SHARES = {  # of the tasks that a fault is put into: of those that need a certain model all
    "underfitting": 1,
    "epoch_drops": 1,
    "vanishing_gradients": 1,
    "dead_relu": 1,
    "noisy_validation": 2,
    "exploding_gradients": 2,
    "overfitting": 2,
    "healthy": 3,
}  # of the others a third


def _bears_small_batches(task: Task) -> bool:
    """Whether they leave it healthy, by how it was tuned."""
    return ITS_RATE * task.batch / SMALL_BATCH < MOST_NOISE


SHARED = tuple(replace(recipe, seeds=1) for recipe in RECIPES)
BEARABLE = tuple(
    replace(one, fits=_bears_small_batches) if one.name == "small-batch" else one for one in SHARED
)


@dataclass(frozen=True)
class Family:
    """Tasks that share recipes: each is made of every so many of those it fits.

    `shared` are those of all families, `setups` its own, and `shares` by the class that a recipe intends.
    """

    tasks: tuple[Task, ...]
    setups: tuple[Recipe, ...] = ()
    shared: tuple[Recipe, ...] = BEARABLE
    shares: Mapping[str, int] = field(default_factory=lambda: SHARES)

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """All that is made of its tasks."""
        return (*self.shared, *self.setups)

"""The tasks and recipes of the detection benchmark by name, and what each family of them has to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from benchmarks.detection.classes import UNSEEN
from benchmarks.detection.families import RECIPES
from benchmarks.detection.fresh.family import FRESH_FAMILY
from benchmarks.detection.generator import ALL_TASKS, FAMILIES, generate_one
from benchmarks.detection.labelling import Reachable
from benchmarks.detection.optimisers import Optimiser
from benchmarks.detection.setups import Recipe
from benchmarks.detection.tasks import Task

ALL_RECIPES = (*RECIPES, *chain.from_iterable(family.setups for family in FAMILIES))
EVERY_TASK = (*ALL_TASKS, *FRESH_FAMILY.tasks)
SEEDS = 2  # runs of which one has to come out as a recipe intends


def task_named(name: str) -> Task:
    """The task of that name, of all there are."""
    return next(task for task in EVERY_TASK if task.name == name)


def short(name: str, steps: int | None = None) -> Task:
    """The task of that name with so many steps, or as few as make four evaluations."""
    task = task_named(name)
    return replace(task, logging=replace(task.logging, steps=steps or 4 * task.logging.evaluate_every))


def finely_logged(name: str, steps: int = 60) -> Task:
    """The task of that name with a few steps, of which every other is logged and every tenth evaluated."""
    task = short(name, steps)
    return replace(task, logging=replace(task.logging, every=2, evaluate_every=10))


def recipe_called(name: str) -> Recipe:
    """The recipe of that name, of all there are."""
    return next(recipe for recipe in ALL_RECIPES if recipe.name == name)


def labels_of(recipe: str, task: str, goal: Reachable) -> set[str]:
    """What is true of any of a few runs of that recipe."""
    runs = [generate_one(task_named(task), recipe_called(recipe), seed, goal).labels for seed in range(SEEDS)]
    return {label for labels in runs for label in labels}


def labelling_test(
    cases: Sequence[tuple[str, str, Reachable, str]],
) -> Callable[[str, str, Reachable, str], None]:
    """The test that each recipe, made of a task that reaches so much, comes out so, seen or not."""

    @pytest.mark.parametrize(("recipe", "task", "goal", "label"), cases)
    def test(recipe: str, task: str, goal: Reachable, label: str) -> None:
        assert {label, UNSEEN.get(label, label)} & labels_of(recipe, task, goal)

    return test


def way(optimiser: Optimiser, gradients: list[float], rate: float = 0.1) -> list[float]:
    """Where a weight that begins at 1 is after each step."""
    weight, places = np.ones(1), list[float]()
    for one in gradients:
        optimiser.step([weight], [np.array([one])], rate)
        places.append(float(weight[0]))
    return places


def ways(optimiser: Optimiser, gradients: list[list[float]], rate: float = 0.1) -> list[list[float]]:
    """Where weights that begin at 0 are after each step."""
    weights, places = np.zeros((1, len(gradients[0]))), list[list[float]]()
    for one in gradients:
        optimiser.step([weights], [np.array([one])], rate)
        places.append(weights[0].tolist())
    return places

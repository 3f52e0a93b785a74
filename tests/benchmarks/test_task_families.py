"""What holds of every family of tasks and of every recipe, whichever group they came with."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.detection.families import Family
from benchmarks.detection.generator import FAMILIES, recipes_of
from benchmarks.detection.recipes import HEALTHY
from benchmarks.detection.tasks import Task
from losstui.kinds import OF_THE_MODEL
from losstui.roles import Kind, assign_roles
from task_support import ALL_RECIPES, EVERY_TASK

MADE = [family for family in FAMILIES if family.tasks]  # once opened, fresh tasks are none for a while


@pytest.mark.parametrize("family", MADE, ids=lambda family: family.tasks[0].name)
def test_every_recipe_is_made_of_some_task_and_the_plain_ones_of_all_they_fit(family: Family) -> None:
    made = {task.name: set(recipes_of(task)) for task in family.tasks}
    for recipe in family.recipes:
        takers = {name for name, own in made.items() if recipe in own}
        assert takers
        assert takers <= {task.name for task in family.tasks if recipe.fits(task)}
    plain = family.recipes[: len(HEALTHY)]
    for task in family.tasks:
        assert {recipe for recipe in plain if recipe.fits(task)} <= made[task.name]


@pytest.mark.parametrize("named", [ALL_RECIPES, EVERY_TASK], ids=["recipes", "tasks"])
def test_no_two_have_the_same_name(named: tuple[Task, ...]) -> None:
    assert [name for name, count in Counter(one.name for one in named).items() if count > 1] == []


@pytest.mark.parametrize("task", EVERY_TASK, ids=lambda task: task.name)
def test_what_is_learnt_is_logged_under_a_name_that_tells_it(task: Task) -> None:
    logged = [tag for tag in ("train/loss", "val/loss") if tag not in task.logging.unlogged]
    told = {task.logging.names.get(tag, tag): tag for tag in logged}
    assert {role.kind for role in assign_roles(told).values()} <= {*OF_THE_MODEL, Kind.REWARD}

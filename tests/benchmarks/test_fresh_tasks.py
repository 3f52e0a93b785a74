from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.fresh.setups import FRESH_SETUPS
from benchmarks.detection.fresh.tasks import FRESH_TASKS
from benchmarks.detection.generator import ALL_TASKS, FRESH_RECIPES, RECIPES
from benchmarks.detection.tasks import FRESH, Logging, Task
from benchmarks.detection.telling import as_told, in_units
from losstui.roles import Kind, assign_roles
from support import make_run
from task_support import assert_recipes_are_shared_out


def test_all_of_them_are_kept_apart() -> None:
    assert FRESH_TASKS
    assert all(task.half == FRESH for task in FRESH_TASKS)
    assert not any(task.half == FRESH for task in ALL_TASKS)


def test_every_recipe_is_made_of_some_task_and_the_plain_ones_of_all() -> None:
    assert_recipes_are_shared_out(FRESH_TASKS, FRESH_RECIPES)


def test_no_two_recipes_and_no_two_tasks_have_the_same_name() -> None:
    for named in ((*RECIPES, *FRESH_SETUPS), (*ALL_TASKS, *FRESH_TASKS)):
        names = [one.name for one in named]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("task", FRESH_TASKS, ids=lambda task: task.name)
def test_each_log_has_what_is_to_be_learnt_under_a_usual_name(task: Task) -> None:
    told = {task.logging.names.get(tag, tag): tag for tag in ("train/loss", "val/loss")}
    roles = assign_roles(told)
    assert all(roles[name].kind in (Kind.LOSS, Kind.REWARD) for name in told)


def test_a_log_may_go_on_with_the_steps_of_another_one() -> None:
    run = make_run({"train/loss": np.arange(5.0), "val/loss": np.arange(5.0)})
    logging = Logging(steps=5, every=1, evaluate_every=1, units=10, begun=1000)
    told = as_told(run.frame, logging)
    assert told["train/loss"].steps.tolist() == [1000, 1010, 1020, 1030, 1040]
    assert in_units(3, logging) == 1030

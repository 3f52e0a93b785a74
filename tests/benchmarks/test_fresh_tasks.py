from __future__ import annotations

from benchmarks.detection.fresh_tasks import FRESH_TASKS
from benchmarks.detection.generator import ALL_TASKS
from benchmarks.detection.tasks import FRESH


def test_no_fresh_task_is_among_those_that_anything_is_fitted_on() -> None:
    assert all(task.half == FRESH for task in FRESH_TASKS)
    assert not {task.name for task in ALL_TASKS} & {task.name for task in FRESH_TASKS}

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.classes import UNSEEN, LabelledRun
from benchmarks.detection.setups import Setup, cosine
from benchmarks.detection.sweeps import (
    FEW,
    FOLDERS,
    PARTNERS,
    Folder,
    Judged,
    all_settings,
    count,
    folders_of,
    settings_of,
    table,
)
from benchmarks.detection.tasks import TASKS
from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detectors import DETECTORS
from support import make_run

N = 240


def judged(task: str, index: int, level: float) -> Judged:
    rng = np.random.default_rng(index)
    course = level + (2.0 - level) * np.exp(-np.arange(N) / 12.0)
    tags = {tag: course + 0.01 * rng.normal(size=N) for tag in ("train/loss", "val/loss")}
    label = "plateau" if level > 0.5 else "healthy"
    run = LabelledRun(f"{task}/{index}", "made", task, "dev", (make_run(tags),), frozenset({label}))
    settings = settings_of(TASKS[0], "constant", Setup(rate=float(level)))
    report = analyse_run(run.runs[0], [detector() for detector in DETECTORS])
    return Judged(run, settings, report, RunCurves(run.runs[0]))


RUNS = [judged(task, index, 0.9 if index == 0 else 0.1) for task in ("one", "two") for index in range(FEW)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_run_lies_in_a_folder_with_others_and_keeps_its_curves(folder: Folder) -> None:
    together = list(folders_of(folder, RUNS))
    assert sum(len(one) for one in together) == len(RUNS)
    assert len(together) == (1 if folder.mixed or folder.two else 2)
    for index, one in enumerate(together[0]):
        assert folder.tell(index, one.run, one.settings).frame is one.run.runs[0].frame


def test_a_task_shares_a_folder_with_those_that_follow_it() -> None:
    of_twelve = [replace(one, run=replace(one.run, task=str(i))) for i, one in enumerate(RUNS)]
    pairs = next(folder for folder in FOLDERS if folder.two)
    together = [[int(one.run.task) for one in runs] for runs in folders_of(pairs, of_twelve)]
    apart = [later - task for task, later in together]
    assert sorted(apart) == [far for far in range(1, PARTNERS + 1) for _ in range(12 - far)]


def test_what_siblings_add_is_counted_apart() -> None:
    alone, beside = count(FOLDERS[0], RUNS)
    assert (alone.plateau.raised, beside.plateau.raised, beside.plateau.runs) == (0, 2, 2)
    assert (beside.healthy.raised, beside.healthy.runs) == (0, 2 * FEW - 2)


def test_what_one_log_alone_does_not_show_counts_beside_siblings() -> None:
    told, unseen = frozenset({"plateau"}), frozenset({UNSEEN["plateau"]})
    runs = [
        replace(one, run=replace(one.run, labels=unseen, gray=told)) if one.run.labels == told else one
        for one in RUNS
    ]
    assert runs != RUNS
    assert count(FOLDERS[0], runs) == count(FOLDERS[0], RUNS)


def test_runs_of_several_tasks_that_say_nothing_tell_nothing_of_each_other() -> None:
    nameless = next(folder for folder in FOLDERS if "nothing logged" in folder.name)
    alone, beside = count(nameless, RUNS)
    assert beside.plateau.raised == alone.plateau.raised


def test_a_trainer_logs_how_it_was_trained_and_not_what_was_broken() -> None:
    settings = settings_of(TASKS[0], "late", Setup(schedule=cosine, weight_decay=0.5, shuffled_targets=True))
    assert settings["scheduler"] == "cosine"
    assert settings["weight_decay"] == 0.5
    assert not any("shuffled" in name for name in settings)
    assert settings_of(TASKS[0], "late", Setup(schedule=lambda done: done))["scheduler"] == "late"


def test_every_generated_run_has_settings() -> None:
    known = all_settings()
    assert len({tuple(one) for one in known.values()}) == 1
    assert len(known) > 1000


def test_the_table_has_a_row_for_each_kind_of_folder_and_half() -> None:
    text = table(RUNS)
    assert text.count("\n") == 2 + 2 * len(FOLDERS)
    assert "0 → 2 of 2" in text

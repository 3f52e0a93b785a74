"""Logs that the trainers' own libraries wrote, against what those libraries were given or reported."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypedDict

import numpy as np
import pytest

from losstui.analysis import find_logs
from losstui.errors import UnreadableLog
from losstui.logged_runs import read_runs
from losstui.options import EVERYTHING
from losstui.run import Run, Status, StepUnit

FIXTURES = Path(__file__).parents[1] / "fixtures"
EXACT = 1e-12
FLOAT32 = 1e-6  # what an event file keeps of a number
MMENGINE_TIMES = frozenset(("lr", "time", "data_time", "val/time", "val/data_time"))
TORCHTITAN_TIMES = frozenset(("memory", "mfu", "tflops", "tps", "validate/memory", "validate/tps"))
RAY_TIMES = frozenset(
    ("done", "pid", "iterations_since_restore", "time_since_restore", "time_this_iter_s", "time_total_s")
)
SWIFT_SPEED = frozenset(("train_speed(s/it)",))
TRAINER_SUMMARY = frozenset(
    (
        "total_flos",
        "train_loss",
        "train_runtime",
        "train_samples_per_second",
        "train_steps_per_second",
    )
)
AXES = ("step", "epoch")


class Library(TypedDict):
    """A `logged.json`: the rows of each log, by its path."""

    library: str
    version: str
    logs: dict[str, list[dict[str, float]]]


@dataclass(frozen=True)
class RealLog:
    """A log of a library: how it is read, and how closely its numbers are those that were passed.

    The tags `beside` are those that the library logs of its own accord.
    """

    library: str
    path: str
    parser: str
    run: str
    unit: StepUnit = StepUnit.STEP
    tolerance: float = EXACT
    beside: frozenset[str] = frozenset()
    hyperparameters: dict[str, object] = field(default_factory=dict[str, object])
    more_hyperparameters: int = 0


SETTINGS: dict[str, object] = {"lr": 0.001, "optimizer": "adam", "layers": 3}
RAY_SETTINGS: dict[str, object] = {"lr": 0.25, "layers": 3}
TRAINER_ARGUMENTS: dict[str, object] = {
    "max_steps": 24,
    "num_train_epochs": 4,
    "train_batch_size": 4,
    "logging_steps": 2,
    "eval_steps": 8,
    "save_steps": 8,
}
LOGS = (
    RealLog("transformers", "output", "hf-trainer-state", "output", hyperparameters=TRAINER_ARGUMENTS),
    RealLog("transformers", "train.log", "stdout", "train", tolerance=1e-3),
    RealLog(
        "transformers",
        "runs",
        "tensorboard",
        "runs",
        tolerance=FLOAT32,
        hyperparameters={"learning_rate": 0.01, "max_steps": 24, "model_config/model_type": "gpt2"},
        more_hyperparameters=102,  # the token of its hub is not kept
    ),
    RealLog("lightning", "csv", "csv", "version_0", hyperparameters={"lr": 0.1, "width": 3}),
    RealLog(
        "lightning",
        "tensorboard",
        "tensorboard",
        "version_0",
        tolerance=FLOAT32,
        beside=frozenset(("epoch", "hp_metric")),
        hyperparameters={"lr": 0.1, "width": 3},
    ),
    RealLog("keras", "training.csv", "csv", "training", StepUnit.EPOCH),
    RealLog("keras", "history.json", "json", "history", StepUnit.EPOCH),
    RealLog("keras", "train.log", "stdout", "train", StepUnit.EPOCH, 1e-3),
    RealLog(
        "keras",
        "logs",
        "tensorboard",
        "logs",
        tolerance=FLOAT32,
        beside=frozenset(
            ("train/epoch_learning_rate", "evaluation_loss_vs_iterations", "evaluation_mae_vs_iterations")
        ),
    ),
    RealLog("torch", "run", "tensorboard", "run", hyperparameters=SETTINGS),
    RealLog("tensorboardX", "run", "tensorboard", "run", hyperparameters=SETTINGS),
    RealLog("fastai", "history.csv", "csv", "history", StepUnit.EPOCH),
    RealLog("mmengine", "scalars.json", "json", "scalars", beside=MMENGINE_TIMES),
    RealLog("mmengine", "run.log", "stdout", "run", tolerance=1e-3, beside=MMENGINE_TIMES),
    RealLog("timm", "summary.csv", "csv", "summary", StepUnit.EPOCH),
    RealLog("stable-baselines3", "progress.csv", "csv", "progress"),
    RealLog("stable-baselines3", "progress.json", "json", "progress"),
    RealLog("stable-baselines3", "log.txt", "stdout", "log"),
    RealLog("stable-baselines3", ".", "tensorboard", "stable-baselines3"),
    RealLog("ultralytics", "results.csv", "csv", "results", StepUnit.EPOCH, 1e-5),
    RealLog("lightgbm", "train.log", "stdout", "train", tolerance=1e-4),
    RealLog("lightgbm", "evals.json", "json", "evals", StepUnit.EPOCH),
    RealLog("xgboost", "train.log", "stdout", "train", tolerance=1e-4),
    RealLog(
        "catboost",
        "catboost_info",
        "catboost",
        "catboost_info",
        tolerance=1e-9,
        beside=frozenset(("Passed", "Remaining")),
    ),
    RealLog("catboost", "train.log", "stdout", "train", tolerance=1e-6),
    RealLog("torchtune", "log.txt", "stdout", "log"),
    RealLog("torchtitan", "colours.log", "stdout", "colours", beside=TORCHTITAN_TIMES),
    RealLog("torchtitan", "plain.log", "stdout", "plain", beside=TORCHTITAN_TIMES),
    RealLog("verl", "train.log", "stdout", "train"),
    RealLog("deepspeed", "job", "metric-tables", "job"),
    RealLog("ray", "result.json", "json", "result", beside=RAY_TIMES, hyperparameters=RAY_SETTINGS),
    RealLog(
        "ray",
        "progress.csv",
        "csv",
        "progress",
        beside=RAY_TIMES,
        hyperparameters={"layers": 3, "lr": 0.25},
    ),
    RealLog("llamafactory", "trainer_log.jsonl", "json", "trainer_log"),
    RealLog(
        "ms-swift", "logging.jsonl", "json", "logging", tolerance=1e-5, beside=SWIFT_SPEED | TRAINER_SUMMARY
    ),
    RealLog("ms-swift", "train.log", "stdout", "train", tolerance=1e-3, beside=SWIFT_SPEED),
)
each_log = pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.library}/{log.path}")


def logged(library: str) -> Library:
    """What the script wrote down while the library logged."""
    record: Library = json.loads((FIXTURES / library / "logged.json").read_text())
    return record


def read(log: RealLog) -> list[Run]:
    """The runs that the parser of `log` reads at its path, through the front door."""
    runs: list[Run] = []
    for found in find_logs([FIXTURES / log.library / log.path]).logs:
        if found.parser.name == log.parser:
            outcomes = read_runs(found, partial(found.parser.read, found.group), EVERYTHING)
            runs += [run for run in outcomes if isinstance(run, Run)]
    return runs


@each_log
def test_real_log_is_read_as_it_was_written(log: RealLog) -> None:
    (run,) = read(log)
    rows = logged(log.library)["logs"][log.path]
    assert (run.name, run.step_unit) == (log.run, log.unit)
    assert set(run.frame) - log.beside == {tag for row in rows for tag in row} - set(AXES)
    for tag in set(run.frame) - log.beside:
        given = [row for row in rows if tag in row]
        series = run.frame[tag]
        axis = "step" if "step" in given[0] else "epoch"
        assert series.steps.tolist() == [row[axis] for row in given], tag
        np.testing.assert_allclose(series.values, [row[tag] for row in given], rtol=log.tolerance)
        if series.epochs is not None and "epoch" in given[0]:
            np.testing.assert_allclose(series.epochs, [row["epoch"] for row in given], rtol=log.tolerance)
        assert series.sessions is None  # none of them was resumed
    assert run.hyperparameters.items() >= log.hyperparameters.items()
    assert len(run.hyperparameters) == len(log.hyperparameters) + log.more_hyperparameters
    assert run.warnings == ()


def test_all_logs_of_all_libraries_are_read() -> None:
    libraries = [logged(path.parent.name) for path in FIXTURES.glob("*/logged.json")]
    made = {(one["library"], path) for one in libraries for path in one["logs"]}
    assert made == {(log.library, log.path) for log in LOGS}


def test_table_of_sources_has_the_versions_that_wrote() -> None:
    table = (FIXTURES / "SOURCE.md").read_text()
    for path in FIXTURES.glob("*/logged.json"):
        one = logged(path.parent.name)
        assert f"| `{one['library']}/` | {one['version']} |" in table


def test_checkpoints_of_a_real_trainer_are_one_finished_run() -> None:
    (run,) = read(LOGS[0])
    assert [Path(source).parent.name for source in run.sources] == [
        "checkpoint-16",
        "checkpoint-24",
        "checkpoint-8",
    ]
    assert run.status is Status.FINISHED


def test_folder_of_catboost_is_one_run_though_it_holds_three_formats() -> None:
    found = find_logs([FIXTURES / "catboost" / "catboost_info"])
    assert [(log.parser.name, len(log.group.files)) for log in found.logs] == [("catboost", 6)]
    assert found.errors == []


def test_event_files_of_catboost_are_read_where_its_tables_are_not(tmp_path: Path) -> None:
    home = FIXTURES / "catboost" / "catboost_info"
    for split in ("learn", "test"):
        shutil.copytree(home / split, tmp_path / "catboost_info" / split)
    (log,) = find_logs([tmp_path]).logs
    (run,) = log.parser.read(log.group)
    rows = logged("catboost")["logs"]["catboost_info"]
    assert set(run.frame) == {"learn/RMSE", "learn/MAE", "test/RMSE", "test/MAE"}
    for tag, series in run.frame.items():
        np.testing.assert_allclose(series.values, [row[tag] for row in rows], rtol=FLOAT32)


def test_training_json_of_catboost_alone_is_told_apart_from_a_log(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "catboost" / "catboost_info" / "catboost_training.json", tmp_path)
    (log,) = find_logs([tmp_path]).logs
    with pytest.raises(UnreadableLog, match=r"read from learn_error\.tsv beside it, which is not there"):
        log.parser.read(log.group)

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui.run import StepUnit
from losstui_parsers.mlflow_store import MlflowStore
from tracker_logs import (
    FIXTURES,
    STEPS,
    assert_curve,
    assert_series,
    assert_survives_cuts,
    groups_of,
    read_one,
)

MLRUNS = FIXTURES / "mlflow" / "mlruns"
DATABASE = FIXTURES / "mlflow" / "mlflow.db"
RUN = Path("7", "0123456789abcdef0123456789abcdef")


def write_run(root: Path, metrics: dict[str, str], meta: str = "", **params: str) -> Path:
    run = root / RUN
    for tag, lines in metrics.items():
        path = run / "metrics" / tag
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(lines)
    for key, value in params.items():
        (run / "params").mkdir(exist_ok=True)
        (run / "params" / key).write_text(value)
    if meta:
        (run / "meta.yaml").write_text(meta)
    return run


def lines(values: Sequence[object], step: int = 1) -> str:
    return "".join(f"{1_700_000_000_000 + 500 * n} {value} {n * step}\n" for n, value in enumerate(values))


def test_a_real_file_store() -> None:
    run = read_one(MlflowStore(), MLRUNS)
    assert_curve(run.frame)
    walls = run.frame["train/loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1.76e9 + step for step in STEPS]
    assert run.hyperparameters == {"lr": 0.001, "optimizer": "adam", "layers": 3}
    assert run.name == "calm-finch-1"
    assert run.finished
    assert run.step_unit is StepUnit.STEP
    assert run.warnings == ()


def test_the_group_is_the_folder_of_the_run(tmp_path: Path) -> None:
    run = write_run(tmp_path, {"a": lines([1, 2]), "b/c": lines([3, 4])}, "run_name: x\n")
    shutil.copytree(run, tmp_path / "7" / "fedcba9876543210fedcba9876543210")
    groups = groups_of(MlflowStore(), tmp_path)
    assert sorted(group.label for group in groups) == [
        run,
        tmp_path / "7" / "fedcba9876543210fedcba9876543210",
    ]
    assert [len(group.files) for group in groups] == [2, 2]


def test_a_folder_without_its_meta_is_a_run(tmp_path: Path) -> None:
    write_run(tmp_path, {"loss": lines([3, 2, 1])})
    run = read_one(MlflowStore(), tmp_path)
    assert_series(run.frame, "loss", [0, 1, 2], [3, 2, 1])
    assert run.name == ""
    assert not run.finished


def test_the_metrics_folder_alone_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_run(tmp_path, {"loss": lines([3, 2, 1]), "a/b": lines([1, 2])}, "status: 3\n")
    monkeypatch.chdir(run / "metrics")
    [group] = groups_of(MlflowStore(), Path())
    [read] = MlflowStore().read(group)
    assert sorted(read.frame) == ["a/b", "loss"]
    assert read.finished


def test_a_metric_may_be_called_metrics(tmp_path: Path) -> None:
    write_run(tmp_path, {"metrics/loss": lines([2, 1])}, "status: 1\n")
    assert list(read_one(MlflowStore(), tmp_path).frame) == ["metrics/loss"]


@pytest.mark.parametrize(
    ("meta", "name", "finished", "failed"),
    [
        ("run_name: 'it''s: one'\nstatus: 4\ntags: []\n", "it's: one", False, True),
        ('run_name: "a\\tb"\nstatus: 1\n', "a\tb", False, False),
        ("name: ''\nstatus: FINISHED\nnested:\n  run_name: other\n", "", True, False),
    ],
)
def test_name_and_status(tmp_path: Path, meta: str, name: str, finished: bool, failed: bool) -> None:
    write_run(tmp_path, {"loss": lines([2, 1])}, meta)
    run = read_one(MlflowStore(), tmp_path)
    assert (run.name, run.finished, run.failed) == (name, finished, failed)
    assert run.cause == ("meta.yaml: its status is FAILED" if failed else "")


def test_parameters_are_numbers_where_they_can_be(tmp_path: Path) -> None:
    write_run(tmp_path, {"loss": lines([2, 1])}, a="3", b="1e-3", c="True", d="relu", e="1_000")
    run = read_one(MlflowStore(), tmp_path)
    assert run.hyperparameters == {"a": 3, "b": 1e-3, "c": True, "d": "relu", "e": "1_000"}


def test_metrics_of_one_value_are_no_curve(tmp_path: Path) -> None:
    write_run(tmp_path, {"auc": lines([0.9]), "f1": lines([0.8])}, "run_name: x\n")
    [group] = groups_of(MlflowStore(), tmp_path)
    with pytest.raises(UnreadableLog, match="no curve: 2 metrics of one value each") as error:
        MlflowStore().read(group)
    assert error.value.path == str(tmp_path / RUN)


def test_values_logged_without_a_step_are_numbered(tmp_path: Path) -> None:
    write_run(tmp_path, {"loss": "".join(f"{1_700_000_000_000 + n} {9 - n} 0\n" for n in range(4))})
    run = read_one(MlflowStore(), tmp_path)
    assert_series(run.frame, "loss", [0, 1, 2, 3], [9, 8, 7, 6])
    assert run.step_unit is StepUnit.ROW


def test_one_metric_without_steps_among_others_is_told(tmp_path: Path) -> None:
    write_run(tmp_path, {"a": lines([1, 2]), "b": "1700000000000 5\n1700000000001 6\n"})
    run = read_one(MlflowStore(), tmp_path)
    assert run.step_unit is StepUnit.STEP
    assert_series(run.frame, "b", [0, 1], [5, 6])
    assert run.warnings == ("metric 'b': logged without steps; its points are numbered",)


def test_the_order_is_that_of_time_and_a_restart_is_one_for_all_metrics(tmp_path: Path) -> None:
    def written(steps: Sequence[int], every: int) -> str:
        moments = [1_700_000_000_000 + 1000 * place for place in range(len(steps))]
        kept = [n for n, step in enumerate(steps) if step % every == 0]
        return "".join(f"{moments[n]} {steps[n]}.5 {steps[n]}\n" for n in reversed(kept))

    steps = [*range(10), *range(4, 12)]
    write_run(tmp_path, {"train": written(steps, 1), "val": written(steps, 2)})
    run = read_one(MlflowStore(), tmp_path)
    train, val = run.frame["train"], run.frame["val"]
    assert train.sessions is not None
    assert val.sessions is not None
    assert train.sessions.tolist() == [0] * 4 + [0, 1] * 6 + [1] * 2
    assert val.sessions.tolist() == [0, 0, 0, 1, 0, 1, 0, 1, 1]


def test_data_sets_are_told_apart(tmp_path: Path) -> None:
    both = "".join(
        f"170000000000{n} {n + offset} {n} {name} 0af\n"
        for n in range(3)
        for offset, name in ((0, "a"), (5, "b"))
    )
    write_run(tmp_path, {"loss": both, "acc": "1700000000000 1 0 a 0af\n1700000000001 2 1 a 0af\n"})
    run = read_one(MlflowStore(), tmp_path)
    assert sorted(run.frame) == ["acc", "loss/a", "loss/b"]
    assert_series(run.frame, "loss/b", [0, 1, 2], [5, 6, 7])


def test_bad_lines_are_told_and_a_line_without_end_is_not(tmp_path: Path) -> None:
    write_run(tmp_path, {"loss": lines([1]) + "oops\n\n1700000000900 x 3\n" + lines([1, 2, 3])[:-1]})
    run = read_one(MlflowStore(), tmp_path)
    assert_series(run.frame, "loss", [0, 0, 1], [1, 1, 2])
    assert run.warnings == ("loss: line 2 is no time, value and step; left out (and 1 more)",)


def test_an_empty_metric_costs_itself(tmp_path: Path) -> None:
    write_run(tmp_path, {"loss": lines([2, 1]), "acc": ""}, "status: 1\n")
    run = read_one(MlflowStore(), tmp_path)
    assert list(run.frame) == ["loss"]
    assert run.warnings == ("acc: the file is empty",)


@pytest.mark.parametrize("relative", ["metrics/notes.txt", "logs/loss", f"models/m-{'0' * 32}/metrics/loss"])
def test_what_is_no_metric(tmp_path: Path, relative: str) -> None:
    path = tmp_path / relative
    path.parent.mkdir(parents=True)
    path.write_text("some words\n" if "notes" in relative else lines([1, 2]))
    assert MlflowStore().recognise(LogFile(path)) is None


def test_cut_anywhere(tmp_path: Path) -> None:
    assert_survives_cuts(MlflowStore(), DATABASE.parent, "mlflow.db", tmp_path, every=97)
    [metric] = (path for path in MLRUNS.rglob("loss") if path.parent.name == "train")
    root = metric.parents[2]
    assert_survives_cuts(MlflowStore(), root, "metrics/train/loss", tmp_path / "file")

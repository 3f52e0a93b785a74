from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile
from losstui_parsers import PARSERS
from losstui_parsers.metric_tables import MetricTables
from tracker_logs import FIXTURES, STEPS, assert_series, assert_survives_cuts, groups_of, read_one, read_runs


def download(path: Path, values: Sequence[float], first_step: int = 0) -> Path:
    """A table as TensorBoard's download button saves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{1.7e9 + 60 * i},{first_step + 10 * i},{value}" for i, value in enumerate(values)]
    path.write_text("\n".join(["Wall time,Step,Value", *rows, ""]))
    return path


def monitor(path: Path, tag: str, values: Sequence[float]) -> Path:
    """A table as DeepSpeed's monitor writes it."""
    rows = [f"{8 * i},{value}" for i, value in enumerate(values, 1)]
    path.write_text("\n".join([f"step,{tag}", *rows, ""]))
    return path


def labels_of(root: Path) -> dict[str, list[str]]:
    """The names of the runs below `root`, with those of their files."""
    return {
        group.label.relative_to(root).as_posix(): sorted(file.path.name for file in group.files)
        for group in groups_of(MetricTables(), root)
    }


def test_a_real_folder_of_deepspeed_is_one_run() -> None:
    (group,) = groups_of(MetricTables(), FIXTURES / "deepspeed")
    assert group.label == FIXTURES / "deepspeed" / "job"
    run = read_one(MetricTables(), FIXTURES / "deepspeed")
    assert sorted(run.frame) == ["eval_loss", "lr", "train_loss"]
    assert_series(run.frame, "train_loss", STEPS, [2.5, 1.75, 1.25, math.nan, math.inf, 0.5])
    assert_series(run.frame, "eval_loss", [10, 30, 50], [1.875, 1.5, 1.0])


def test_downloads_of_one_run_are_one_run(tmp_path: Path) -> None:
    download(tmp_path / "run-exp1-tag-train_loss.csv", [3.0, 2.0, 1.0])
    download(tmp_path / "run-exp1-tag-lr.csv", [0.1, 0.05, 0.01])
    run = read_one(MetricTables(), tmp_path)
    assert_series(run.frame, "lr", [0, 10, 20], [0.1, 0.05, 0.01])
    walls = run.frame["train_loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1.7e9, 1.7e9 + 60, 1.7e9 + 120]


def test_lists_downloaded_as_json_are_read_like_the_tables(tmp_path: Path) -> None:
    for split, losses in (("train", [3.0, 2.0, 1.5]), ("validation", [3.5, 2.5, 2.25])):
        points = [[1.7e9 + 60 * i, 10 * i, loss] for i, loss in enumerate(losses)]
        (tmp_path / f"run-{split}-tag-epoch_loss.json").write_text(json.dumps(points))
    run = read_one(MetricTables(), tmp_path)
    assert sorted(run.frame) == ["train/epoch_loss", "validation/epoch_loss"]
    assert_series(run.frame, "validation/epoch_loss", [0, 10, 20], [3.5, 2.5, 2.25])
    walls = run.frame["train/epoch_loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1.7e9, 1.7e9 + 60, 1.7e9 + 120]


def test_runs_of_the_splits_of_one_training_are_one_run(tmp_path: Path) -> None:
    for split, values in (("train", [3.0, 2.0]), ("validation", [3.5, 2.5])):
        download(tmp_path / f"run-{split}-tag-epoch_loss.csv", values)
    run = read_one(MetricTables(), tmp_path)
    assert_series(run.frame, "train/epoch_loss", [0, 10], [3.0, 2.0])
    assert_series(run.frame, "validation/epoch_loss", [0, 10], [3.5, 2.5])


def test_several_runs_in_one_folder_stay_apart(tmp_path: Path) -> None:
    for name in ("a_train", "a_val", "b", "c_train"):
        for tag in ("loss", "acc"):
            download(tmp_path / f"run-{name}-tag-{tag}.csv", [3.0, 2.0])
    assert labels_of(tmp_path) == {
        "a": [f"run-a_{split}-tag-{tag}.csv" for split in ("train", "val") for tag in ("acc", "loss")],
        "b": ["run-b-tag-acc.csv", "run-b-tag-loss.csv"],
        "c_train": ["run-c_train-tag-acc.csv", "run-c_train-tag-loss.csv"],
    }
    tags = [sorted(run.frame) for run in read_runs(MetricTables(), tmp_path)]
    assert tags == [["train/acc", "train/loss", "val/acc", "val/loss"], ["acc", "loss"], ["acc", "loss"]]


def test_the_same_metric_of_several_runs_stays_apart(tmp_path: Path) -> None:
    for name in ("resnet", "vgg"):
        monitor(tmp_path / f"{name}_loss.csv", "loss", [3.0, 2.0])
    assert labels_of(tmp_path) == {"resnet_loss.csv": ["resnet_loss.csv"], "vgg_loss.csv": ["vgg_loss.csv"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("loss.csv", "step,loss\n1,2.5\n2,1.5\n"),
        ("a_loss.csv", "step,loss,lr\n1,2.5,.1\n2,1.5,.1\n"),
        ("a_loss.tsv", "step\tloss\n1\t2.5\n2\t1.5\n"),
        ("a_loss.csv", "epoch,loss\n1,2.5\n2,1.5\n"),
        ("run-a-tag-b.csv", "Wall time,Step\n1,2\n"),
        ("a_revenue.csv", "step,revenue\nfirst,none\n"),
        ("a_loss.csv", ""),
    ],
)
def test_other_tables_are_left_to_others(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert MetricTables().recognise(LogFile(path)) is None


def test_it_claims_its_tables_before_the_reader_of_any_table(tmp_path: Path) -> None:
    file = LogFile(download(tmp_path / "run-a-tag-loss.csv", [3.0, 2.0]))
    assert next(parser for parser in PARSERS if parser().recognise(file)) is MetricTables


def test_a_broken_table_costs_itself(tmp_path: Path) -> None:
    good = monitor(tmp_path / "a_loss.csv", "loss", [3.0, 2.0, 1.0])
    bad = monitor(tmp_path / "a_lr.csv", "lr", [])
    files = (LogFile(bad), LogFile(good))
    (run,) = MetricTables().read(FileGroup(tmp_path, files))
    assert list(run.frame) == ["loss"]
    assert run.warnings == ("a_lr.csv: a header and no row below it",)
    good.unlink()
    with pytest.raises(UnreadableLog, match=r"a_lr\.csv: a header and no row below it"):
        MetricTables().read(FileGroup(tmp_path, (LogFile(bad),)))


def test_steps_that_do_not_move_are_named(tmp_path: Path) -> None:
    monitor(tmp_path / "a_loss.csv", "loss", [3.0, 2.0, 1.0])
    still = tmp_path / "a_acc.csv"
    still.write_text("step,acc\n5,0.1\n5,0.2\n5,0.3\n")
    run = read_one(MetricTables(), tmp_path)
    assert list(run.frame) == ["loss"]
    assert run.warnings == ("a_acc.csv: its steps do not move; left out",)


def test_cuts_are_survived(tmp_path: Path) -> None:
    relative = "job/Train_Samples_train_loss.csv"
    assert_survives_cuts(MetricTables(), FIXTURES / "deepspeed", relative, tmp_path)

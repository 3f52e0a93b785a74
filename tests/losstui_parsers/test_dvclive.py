from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers import PARSERS
from losstui_parsers.delimited import Delimited
from losstui_parsers.dvclive import Dvclive
from tracker_logs import (
    FIXTURES,
    STEPS,
    assert_curve,
    assert_series,
    assert_survives_cuts,
    groups_of,
    read_one,
)


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_real_run() -> None:
    run = read_one(Dvclive(), FIXTURES / "dvclive")
    assert_curve(run.frame)
    assert sorted(run.frame) == ["train/loss", "val/loss"]
    epochs = run.frame["train/loss"].epochs
    assert epochs is not None
    assert epochs.tolist() == [step // 20 for step in STEPS]
    assert run.hyperparameters == {"lr": 0.001, "optimizer": "adam", "layers": 3}
    assert run.warnings == ()


def test_one_folder_is_one_run_and_its_summary_none(tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(FIXTURES / "dvclive" / "dvclive", tmp_path / name)
    assert (tmp_path / "one" / "metrics.json").is_file()
    groups = groups_of(Dvclive(), tmp_path)
    assert [(group.label, len(group.files)) for group in groups] == [
        (tmp_path / "one", 3),
        (tmp_path / "two", 3),
    ]
    claims = [cls.name for cls in PARSERS if cls().recognise(LogFile(tmp_path / "one" / "metrics.json"))]
    assert claims == []


def test_it_comes_before_the_reader_of_any_table() -> None:
    assert PARSERS.index(Dvclive) < PARSERS.index(Delimited)


def test_the_old_layouts_with_timestamps(tmp_path: Path) -> None:
    table = ("timestamp\tstep\tloss", "1700000000000\t0\t2.0", "1700000001500\t1\t1.0")
    write(tmp_path / "a" / "scalars" / "train" / "loss.tsv", *table)
    write(tmp_path / "b" / "dvclive" / "loss.tsv", *table)
    for root, tag, label in (("a", "train/loss", "a"), ("b", "loss", "b/dvclive")):
        [group] = groups_of(Dvclive(), tmp_path / root)
        assert group.label == tmp_path / label
        [run] = Dvclive().read(group)
        assert_series(run.frame, tag, [0, 1], [2.0, 1.0])
        walls = run.frame[tag].wall_times
        assert walls is not None
        assert walls.tolist() == [1.7e9, 1.7e9 + 1.5]


def test_missing_bad_and_unfinished_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path / "plots" / "metrics" / "x.tsv",
        "step\tx",
        "0\tnan",
        "1\t",
        "2\toops",
        "3",
        "4\t-inf",
        "5\t1",
    )
    path.write_text(path.read_text() + "6\t1.2")
    run = read_one(Dvclive(), tmp_path)
    assert_series(run.frame, "x", [0, 4, 5], [math.nan, -math.inf, 1])
    assert run.warnings == ("x.tsv: line 4 is no step and value; left out (and 1 more)",)


def test_a_metric_called_metrics_and_windows_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path / "plots" / "metrics" / "metrics" / "f1.tsv", "step\tf1", "0\t0.5", "1\t0.75")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    run = read_one(Dvclive(), tmp_path)
    assert_series(run.frame, "metrics/f1", [0, 1], [0.5, 0.75])


def test_an_empty_table_costs_itself(tmp_path: Path) -> None:
    write(tmp_path / "plots" / "metrics" / "a.tsv", "step\ta", "0\t1", "1\t2")
    write(tmp_path / "plots" / "metrics" / "b.tsv")
    run = read_one(Dvclive(), tmp_path)
    assert list(run.frame) == ["a"]
    assert run.warnings == ("b.tsv: the file is empty",)


def test_one_value_each_is_no_curve(tmp_path: Path) -> None:
    write(tmp_path / "plots" / "metrics" / "a.tsv", "step\ta", "0\t1")
    with pytest.raises(UnreadableLog, match="no curve: 1 metric of one value each"):
        Dvclive().read(groups_of(Dvclive(), tmp_path)[0])


@pytest.mark.parametrize(
    ("relative", "header"),
    [
        ("plots/metrics/loss.csv", "step\tloss"),
        ("plots/metrics/loss.tsv", "step\tacc"),
        ("plots/metrics/loss.tsv", "epoch\tloss"),
        ("results/loss.tsv", "step\tloss"),
    ],
)
def test_other_tables_are_not_claimed(tmp_path: Path, relative: str, header: str) -> None:
    assert Dvclive().recognise(LogFile(write(tmp_path / relative, header, "0\t1"))) is None


def test_cut_anywhere(tmp_path: Path) -> None:
    root = FIXTURES / "dvclive" / "dvclive"
    assert_survives_cuts(Dvclive(), root, "plots/metrics/train/loss.tsv", tmp_path)

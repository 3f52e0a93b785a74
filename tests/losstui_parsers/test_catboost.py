from __future__ import annotations

import math
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui_parsers.catboost import CatBoost


def read(folder: Path) -> LoggedRun:
    parser = CatBoost()
    files = [LogFile(path) for path in sorted(folder.rglob("*.tsv")) if parser.recognise(LogFile(path))]
    groups = parser.group(files)
    assert len(groups) == 1
    assert groups[0].label == files[0].path.parent
    [run] = parser.read(groups[0])
    return run


def test_the_files_of_a_folder_are_one_run(tmp_path: Path) -> None:
    (tmp_path / "learn_error.tsv").write_text("iter\tRMSE\tMAE\n0\t3.5\t3.0\n1\t2.5\t2.0\n")
    (tmp_path / "test_error.tsv").write_text("iter\tRMSE\n0\t3.75\n1\tnan\n")
    (tmp_path / "time_left.tsv").write_text("iter\tPassed\tRemaining\n0\t57\t2816\n1\t65\t1576\n")
    (tmp_path / "meta.tsv").write_text("name\texperiment\niterCount\t50\n")
    run = read(tmp_path)
    assert sorted(run.frame) == ["Passed", "Remaining", "learn/MAE", "learn/RMSE", "test/RMSE"]
    assert run.frame["learn/RMSE"].steps.tolist() == [0, 1]
    assert run.frame["learn/RMSE"].values.tolist() == [3.5, 2.5]
    assert run.frame["test/RMSE"].values[0] == 3.75
    assert math.isnan(run.frame["test/RMSE"].values[1])


def test_folders_are_runs_of_their_own(tmp_path: Path) -> None:
    parser = CatBoost()
    files: list[LogFile] = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "learn_error.tsv"
        path.write_text("iter\tLogloss\n0\t0.6\n")
        files.append(LogFile(path))
    assert [group.label.name for group in parser.group(files)] == ["a", "b"]


def test_what_only_has_the_name_is_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "test_error.tsv"
    path.write_text("model\tRMSE\nlinear\t3.5\n")
    assert CatBoost().recognise(LogFile(path)) is None


def test_a_header_alone_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "learn_error.tsv"
    path.write_text("iter\tRMSE\n")
    parser = CatBoost()
    with pytest.raises(UnreadableLog, match="no row"):
        parser.read(parser.group([LogFile(path)])[0])

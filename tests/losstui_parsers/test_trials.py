from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from text_logs import claim_of, json_lines, runs_in, steps, values


def table(folder: Path, header: str, rows: Iterable[Iterable[object]]) -> list[LoggedRun]:
    text = header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    return runs_in(Delimited(), folder / "log.csv", text)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("fold", (0, 1, 2)),
        ("Seed", (42, 1234567, 7)),
        ("model", ("resnet", "vit", "mlp")),
        ("dropout", (0.0, 0.25, 0.5)),
    ],
)
@pytest.mark.parametrize("interleaved", [False, True])
def test_each_trial_is_a_run(name: str, cells: tuple[object, ...], interleaved: bool, tmp_path: Path) -> None:
    rows = [(cell, epoch, 4 - at - epoch / 8) for at, cell in enumerate(cells) for epoch in range(5)]
    if interleaved:
        rows.sort(key=lambda row: row[1])
    runs = {run.name: run for run in table(tmp_path, f"{name},epoch,loss", rows)}
    written = ["0" if cell == 0.0 else str(cell) for cell in cells]
    assert set(runs) == {f"{name}={cell}" for cell in written}
    for at, cell in enumerate(written):
        run = runs[f"{name}={cell}"]
        assert list(run.frame) == ["loss"]
        assert steps(run, "loss") == [0, 1, 2, 3, 4]
        assert values(run, "loss") == [4 - at - epoch / 8 for epoch in range(5)]
        assert run.frame["loss"].sessions is None


def test_json_lines(tmp_path: Path) -> None:
    rows = [{"trial": t, "step": s, "loss": 1.0 + s} for t in ("a", "b") for s in (10, 20, 30)]
    text = json_lines(*rows)
    runs = runs_in(JsonRows(), tmp_path / "log.jsonl", text)
    assert [(run.name, steps(run, "loss")) for run in runs] == [
        ("trial=a", [10, 20, 30]),
        ("trial=b", [10, 20, 30]),
    ]


def test_two_columns_together(tmp_path: Path) -> None:
    rows = [(m, s, e, 1 / (1 + e)) for m in ("cnn", "mlp") for s in (1, 2) for e in (0, 1, 2)]
    runs = table(tmp_path, "model,seed,epoch,loss", rows)
    assert [run.name for run in runs] == [
        "model=cnn seed=1",
        "model=cnn seed=2",
        "model=mlp seed=1",
        "model=mlp seed=2",
    ]


def test_batches_within_the_epochs_of_a_fold(tmp_path: Path) -> None:
    rows = [(f, e, b, 1.0) for f in (1, 2) for e in (0, 1) for b in (0, 1, 2)]
    runs = table(tmp_path, "fold,epoch,batch,loss", rows)
    assert [steps(run, "loss") for run in runs] == [[0, 1, 2, 3, 4, 5]] * 2


def test_tags_below_each_other(tmp_path: Path) -> None:
    rows = [(tag, f, e, e / 8) for tag in ("loss", "accuracy") for f in (1, 2) for e in (0, 1, 2)]
    runs = table(tmp_path, "metric,fold,epoch,value", rows)
    assert [run.name for run in runs] == ["fold=1", "fold=2"]
    assert [steps(run, tag) for run in runs for tag in ("loss", "accuracy")] == [[0, 1, 2]] * 4


def test_a_trial_that_has_just_begun(tmp_path: Path) -> None:
    rows = [(1, e, 1.0) for e in range(5)] + [(2, 0, 2.0)]
    assert [len(run.frame["loss"].steps) for run in table(tmp_path, "fold,epoch,loss", rows)] == [5, 1]


def test_rows_that_two_evaluations_of_other_rates_gave(tmp_path: Path) -> None:
    rows = [("a", s, 1.0) for s in range(0, 100, 2)] + [("b", s, 1.0) for s in range(50, 200, 50)]
    assert [run.name for run in table(tmp_path, "method,step,loss", rows)] == ["method=a", "method=b"]


@pytest.mark.parametrize(
    "rows",
    [
        [(32 if s < 5 else 64, s, 1.0) for s in range(10)],  # grown on the way
        [(32, s, 1.0) for s in range(9)] + [(64, s, 1.0) for s in range(6, 12)],  # and resumed at once
        [(32, s, 1.0) for s in (*range(6), *range(3, 9))],  # resumed
        [(size, s, 1.0) for size in (32, 64) for s in (*range(6), *range(6))],  # by neither
    ],
)
def test_one_run_stays_one(rows: list[tuple[int, int, float]], tmp_path: Path) -> None:
    [run] = table(tmp_path, "batch_size,step,loss", rows)
    assert run.name == ""
    assert len(run.frame["loss"].steps) == len(rows)


def test_rows_of_no_trial_are_not_lost(tmp_path: Path) -> None:
    rows = [(f, e, 1.0) for f in (1, 2) for e in range(3)] + [("", 3, 9.0)]
    [run] = table(tmp_path, "fold,epoch,loss", rows)
    assert values(run, "loss")[-1] == 9.0


def test_a_row_of_means_below_the_trials_is_told(tmp_path: Path) -> None:
    rows = [(f, e, 1.0) for f in (1, 2) for e in range(3)] + [("", "", 1.0)]
    runs = table(tmp_path, "fold,epoch,loss", rows)
    assert [run.name for run in runs] == ["fold=1", "fold=2"]
    assert runs[0].warnings == ("1 row without fold; left out",)


def test_a_row_for_each_trial_is_no_log(tmp_path: Path) -> None:
    text = "model,fold,accuracy\n" + "".join(f"m{n},{n % 2},0.{n}\n" for n in range(1, 7))
    assert claim_of(Delimited(), tmp_path / "sweep.csv", text) is None


def test_a_fold_that_begins_while_followed(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    text = "fold,epoch,loss\n" + "".join(f"1,{epoch},{1 / (1 + epoch)}\n" for epoch in range(300))
    path.write_text(text)
    follower = Delimited().follow(FileGroup(path, (LogFile(path),)))
    assert follower.poll()
    assert [run.name for run in follower.runs()] == [""]
    with path.open("a") as stream:
        stream.write("2,0,1.5\n2,1,1.25\n")
    assert follower.poll()
    assert [run.name for run in follower.runs()] == ["fold=1", "fold=2"]

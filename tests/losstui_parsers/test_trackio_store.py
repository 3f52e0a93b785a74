from __future__ import annotations

import json
import math
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.trackio_store import TrackioStore
from tracker_logs import (
    FIXTURES,
    assert_curve,
    assert_series,
    assert_survives_cuts,
    assert_survives_damaged_pages,
    groups_of,
    read_one,
    read_runs,
)

DATABASE = FIXTURES / "trackio" / "fixture.db"


def make_database(path: Path, rows: Sequence[tuple[str, int, object]], ids: Sequence[str] = ()) -> Path:
    """Rows of (run, step, what was logged), in the columns of the first version, or with ids of runs."""
    with closing(sqlite3.connect(path)) as connection:
        extra = "run_id TEXT, " if ids else ""
        connection.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT, "
            f"{extra}run_name TEXT, step INTEGER, metrics TEXT)"
        )
        for index, (run, step, logged) in enumerate(rows):
            moment = f"2026-01-01T00:00:{index % 60:02}+00:00"
            cells = [moment, run, step, logged if isinstance(logged, (str, bytes)) else json.dumps(logged)]
            names = "timestamp, run_name, step, metrics"
            if ids:
                cells.append(ids[index])
                names += ", run_id"
            marks = ", ".join("?" * len(cells))
            connection.execute(f"INSERT INTO metrics ({names}) VALUES ({marks})", cells)
        connection.commit()
    return path


def test_a_real_project() -> None:
    runs = read_runs(TrackioStore(), DATABASE)
    assert [run.name for run in runs] == ["first", "second"]
    for offset, run in enumerate(runs):
        assert_curve(run.frame, offset)
        assert run.hyperparameters == {"lr": 0.001, "optimizer": "adam", "layers": 3}
        assert run.frame["train/loss"].wall_times is not None
        assert run.warnings == ()


def test_reading_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    shutil.copyfile(DATABASE, path)
    read_runs(TrackioStore(), path)
    assert [one.name for one in tmp_path.iterdir()] == ["p.db"]
    assert path.read_bytes() == DATABASE.read_bytes()


def test_non_finite_numbers_are_texts(tmp_path: Path) -> None:
    values = ["NaN", "Infinity", "-Infinity", 1.0]
    rows = [("r", step, {"loss": value}) for step, value in enumerate(values)]
    run = read_one(TrackioStore(), make_database(tmp_path / "p.db", rows))
    assert_series(run.frame, "loss", [0, 1, 2, 3], [math.nan, math.inf, -math.inf, 1.0])
    walls = run.frame["loss"].wall_times
    assert walls is not None
    assert (walls - walls[0]).tolist() == [0, 1, 2, 3]
    assert run.name == "r"


def test_the_step_is_that_of_trackio_unless_the_trainer_has_its_own(tmp_path: Path) -> None:
    rows = [
        ("r", n, {"step": 0, "loss": n, "media": {"_type": "trackio.image", "size": 3}}) for n in range(3)
    ]
    run = read_one(TrackioStore(), make_database(tmp_path / "a.db", rows))
    assert sorted(run.frame) == ["loss"]
    assert run.frame["loss"].steps.tolist() == [0, 1, 2]
    rows = [("r", n, {"train/global_step": 10 * n, "loss": n}) for n in range(3)]
    run = read_one(TrackioStore(), make_database(tmp_path / "b.db", rows))
    assert_series(run.frame, "loss", [0, 10, 20], [0, 1, 2])


def test_runs_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    rows = [("r", n % 2, {"loss": n}) for n in range(4)]
    ids = ["aaaaaaaaaa", "aaaaaaaaaa", "bbbbbbbbbb", "bbbbbbbbbb"]
    runs = read_runs(TrackioStore(), make_database(tmp_path / "p.db", rows, ids))
    assert [run.name for run in runs] == ["r-aaaaaaaa", "r-bbbbbbbb"]
    assert runs[1].frame["loss"].values.tolist() == [2, 3]


def test_rows_that_are_no_objects_are_counted(tmp_path: Path) -> None:
    rows: list[tuple[str, int, object]] = [("r", n, {"loss": n}) for n in range(2)]
    rows += [("r", 2, "{broken"), ("r", 3, "[1]"), ("text", 0, {"note": "hello"})]
    run = read_one(TrackioStore(), make_database(tmp_path / "p.db", rows))
    assert len(run.frame["loss"]) == 2
    assert run.warnings == (
        "p.db: 2 rows of the table 'metrics' without a JSON object; left out",
        "p.db: no curve in 1 run: text",
    )


def test_a_project_without_numbers(tmp_path: Path) -> None:
    make_database(tmp_path / "p.db", [("r", 0, {"note": "hello"})])
    [group] = groups_of(TrackioStore(), tmp_path)
    with pytest.raises(UnreadableLog, match=r"no curve: no number in 1 run$"):
        TrackioStore().read(group)


def test_a_project_being_written_is_read_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("SELECT name FROM sqlite_master").fetchall()  # a connection in use keeps the log
        make_database(path, [("r", n, {"loss": n}) for n in range(3)])
        assert (tmp_path / "p.db-wal").stat().st_size
        before = sorted(one.name for one in tmp_path.iterdir())
        run = read_one(TrackioStore(), path)
        assert sorted(one.name for one in tmp_path.iterdir()) == before
    assert run.frame["loss"].values.tolist() == [0, 1, 2]


def test_other_databases_are_not_claimed(tmp_path: Path) -> None:
    assert TrackioStore().recognise(LogFile(FIXTURES / "mlflow" / "mlflow.db")) is None


def test_cut_anywhere(tmp_path: Path) -> None:
    assert_survives_cuts(TrackioStore(), DATABASE.parent, DATABASE.name, tmp_path, every=97)


def test_damaged_pages(tmp_path: Path) -> None:
    assert_survives_damaged_pages(TrackioStore(), DATABASE, tmp_path)


@pytest.mark.parametrize("name", ["run", "run_id"])
def test_a_metric_named_as_runs_are_does_not_divide_the_run(tmp_path: Path, name: str) -> None:
    rows = [("r", n, {name: n, "loss": n}) for n in range(3)]
    run = read_one(TrackioStore(), make_database(tmp_path / "p.db", rows))
    assert_series(run.frame, "loss", [0, 1, 2], [0, 1, 2])

from __future__ import annotations

import math
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.mlflow_store import MlflowStore
from tracker_logs import (
    FIXTURES,
    assert_curve,
    assert_series,
    assert_survives_damaged_pages,
    groups_of,
    read_one,
    read_runs,
)

DATABASE = FIXTURES / "mlflow" / "mlflow.db"


def test_a_real_database() -> None:
    runs = {run.name: run for run in read_runs(MlflowStore(), DATABASE)}
    assert sorted(runs) == ["bold-crane-2", "wise-otter-3"]
    for offset, (name, run) in enumerate(sorted(runs.items())):
        assert_curve(run.frame, offset, offset)
        assert run.hyperparameters == {"lr": 0.1 * (offset + 1)}, name
        assert (run.finished, run.failed) == (offset == 1, offset == 0)
        assert run.cause.startswith("mlflow.db: its status is ") is (offset == 0)
        walls = run.frame["val/loss"].wall_times
        assert walls is not None
        assert walls.tolist() == [1.76e9 + 10, 1.76e9 + 30, 1.76e9 + 50]


def test_reading_a_database_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    shutil.copyfile(DATABASE, path)
    before = path.read_bytes()
    read_runs(MlflowStore(), path)
    assert [one.name for one in tmp_path.iterdir()] == ["mlflow.db"]
    assert path.read_bytes() == before


def make_database(
    path: Path, rows: Sequence[tuple[object, ...]], runs: Sequence[tuple[object, ...]] = ()
) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE metrics (key, value, timestamp, run_uuid, step, is_nan)")
        connection.execute("CREATE TABLE runs (run_uuid, name, status, lifecycle_stage)")
        connection.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO runs VALUES (?, ?, ?, ?)", runs)
        connection.commit()
    return path


def points(run: str, values: Sequence[object], nan: int = -1) -> list[tuple[object, ...]]:
    return [("loss", value, 1000 * n, run, n, n == nan) for n, value in enumerate(values)]


def test_nan_is_a_flag_and_infinity_the_largest_number(tmp_path: Path) -> None:
    path = make_database(
        tmp_path / "any.sqlite", points("r", [1, 0, 1.7976931348623157e308, -1.7976931348623157e308], nan=1)
    )
    run = read_one(MlflowStore(), path)
    assert_series(run.frame, "loss", [0, 1, 2, 3], [1, math.nan, math.inf, -math.inf])
    assert run.name == "r"


def test_deleted_runs_are_left_out_and_flat_ones_told(tmp_path: Path) -> None:
    rows = [
        *points("aaaaaaaaaa", [2, 1]),
        *points("bbbbbbbbbb", [2, 1]),
        *points("c", [1]),
        *points("d", [1, 2]),
    ]
    runs = [
        ("aaaaaaaaaa", "same", "RUNNING", "active"),
        ("bbbbbbbbbb", "same", "FINISHED", "active"),
        ("c", "flat", "FINISHED", "active"),
        ("d", "gone", "FINISHED", "deleted"),
    ]
    read = read_runs(MlflowStore(), make_database(tmp_path / "x.db", rows, runs))
    assert [(run.name, run.finished) for run in read] == [("same-aaaaaaaa", False), ("same-bbbbbbbb", True)]
    assert read[0].warnings == ("x.db: no curve in 1 run: flat",)


def test_a_database_without_a_curve(tmp_path: Path) -> None:
    make_database(tmp_path / "mlflow.db", points("r", [1]))
    [group] = groups_of(MlflowStore(), tmp_path)
    with pytest.raises(UnreadableLog, match="no curve: no metric of more than one value in 1 run"):
        MlflowStore().read(group)


def test_cells_that_are_no_numbers_are_counted(tmp_path: Path) -> None:
    run = read_one(MlflowStore(), make_database(tmp_path / "x.db", points("r", [1, "x", None, 2])))
    assert_series(run.frame, "loss", [0, 3], [1, 2])
    assert run.warnings == ("x.db: 2 rows of the table 'metrics' without a number; left out",)


def test_a_database_being_written_is_read_with_its_log_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("CREATE TABLE metrics (key, value, timestamp, run_uuid, step, is_nan)")
        writer.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", points("r", [3, 2, 1]))
        writer.commit()
        shutil.copytree(
            tmp_path, tmp_path / "copy", ignore=lambda _, names: [n for n in names if n.endswith("-shm")]
        )
        run = read_one(MlflowStore(), tmp_path / "copy" / "mlflow.db")
    assert run.frame["loss"].values.tolist() == [3, 2, 1]
    assert sorted(one.name for one in (tmp_path / "copy").iterdir()) == ["mlflow.db", "mlflow.db-wal"]


def test_other_databases_are_not_claimed(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE metrics (name, size)")
        connection.commit()
    assert MlflowStore().recognise(LogFile(tmp_path / "other.db")) is None


def test_damaged_pages(tmp_path: Path) -> None:
    assert_survives_damaged_pages(MlflowStore(), DATABASE, tmp_path)


def test_a_database_by_its_name_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection:
        connection.execute("CREATE TABLE other (name)")
        connection.commit()
    with pytest.raises(UnreadableLog, match="its table 'metrics' is missing or damaged"):
        MlflowStore().read(groups_of(MlflowStore(), tmp_path)[0])


@pytest.mark.parametrize("damage", [b"CREATE\n\n\xffABL", b"CREATE\n\x07\x1bABL"])
def test_a_damaged_schema_is_told_in_one_line(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "mlflow.db"
    path.write_bytes(DATABASE.read_bytes().replace(b"CREATE TABLE", damage))
    with pytest.raises(UnreadableLog) as error:
        MlflowStore().read(groups_of(MlflowStore(), path)[0])
    assert error.value.reason.isprintable()


def test_what_comes_before_a_damaged_page_is_kept(tmp_path: Path) -> None:
    path = make_database(tmp_path / "x.db", points("r", range(2_000)))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = bytes(4096)
    path.write_bytes(content)
    run = read_one(MlflowStore(), path)
    assert 0 < len(run.frame["loss"]) < 2_000
    assert run.frame["loss"].values.tolist() == list(range(len(run.frame["loss"])))
    assert run.warnings == (
        "x.db: SQLite: database disk image is malformed; the values before that are kept",
    )


def test_a_database_in_a_folder_of_a_strange_name(tmp_path: Path) -> None:
    folder = tmp_path / "a?mode=rw#b%20 c"
    folder.mkdir()
    shutil.copyfile(DATABASE, folder / "my.db")
    assert len(read_runs(MlflowStore(), folder)) == 2

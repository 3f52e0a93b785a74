from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.optuna_database import OptunaDatabase
from tracker_logs import FIXTURES, assert_series, assert_survives_damaged_pages, groups_of, read_runs

INTEGER = json.dumps({"name": "IntDistribution", "attributes": {"low": 1, "high": 4}})
REAL = json.dumps({"name": "FloatDistribution", "attributes": {"low": 0.0, "high": 1.0}})
CHOICE = json.dumps({"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}})
PARAMETERS = [(1, "layers", 3.0, INTEGER), (1, "lr", 0.5, REAL), (1, "optimizer", 1.0, CHOICE)]


def make_database(
    path: Path,
    values: Sequence[tuple[object, ...]],
    states: Sequence[str] = ("COMPLETE", "PRUNED", "FAIL", "RUNNING"),
    direction: str = "MINIMIZE",
) -> Path:
    """A study with trials 1, 2, …, each of a state, and rows of (trial, step, value, type)."""
    with closing(sqlite3.connect(path)) as connection:
        for table in (
            "studies (study_id, study_name)",
            "study_directions (study_id, direction, objective)",
            "study_system_attributes (study_id, key, value_json)",
            "trials (trial_id, number, study_id, state)",
            "trial_params (trial_id, param_name, param_value, distribution_json)",
            "trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)",
        ):
            connection.execute(f"CREATE TABLE {table}")
        connection.execute("INSERT INTO studies VALUES (1, 'mine')")
        connection.execute("INSERT INTO study_directions VALUES (1, ?, 0)", (direction,))
        trials = [(number + 1, number, 1, state) for number, state in enumerate(states)]
        connection.executemany("INSERT INTO trials VALUES (?, ?, ?, ?)", trials)
        connection.executemany("INSERT INTO trial_params VALUES (?, ?, ?, ?)", PARAMETERS)
        connection.executemany("INSERT INTO trial_intermediate_values VALUES (?, ?, ?, ?)", values)
        connection.commit()
    return path


def reported(trial: int, values: Sequence[float]) -> list[tuple[object, ...]]:
    return [(trial, step, value, "FINITE") for step, value in enumerate(values)]


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_each_trial_is_a_run_with_its_parameters(tmp_path: Path) -> None:
    values = [row for trial in (1, 2, 3, 4) for row in reported(trial, [2.0, 1.5, float(trial)])]
    runs = read_runs(OptunaDatabase(), make_database(tmp_path / "s.db", values))
    assert [run.name for run in runs] == ["trial=0", "trial=1", "trial=2", "trial=3"]
    for number, run in enumerate(runs, 1):
        assert_series(run.frame, "val/objective", [0, 1, 2], [2.0, 1.5, number])
    assert [run.finished for run in runs] == [True, True, False, False]
    assert [run.cause for run in runs] == ["", "", "s.db: the state of trial 2 is FAIL", ""]
    assert runs[0].hyperparameters == {"layers": 3, "lr": 0.5, "optimizer": "sgd"}


def test_what_is_no_finite_number_is_told_by_its_type(tmp_path: Path) -> None:
    written = [(1.0, "FINITE"), (None, "NAN"), (None, "INF_POS"), (None, "INF_NEG")]
    rows = [(1, step, *one) for step, one in enumerate(written)]
    [run] = read_runs(OptunaDatabase(), make_database(tmp_path / "s.db", rows, ["COMPLETE"], "MAXIMIZE"))
    assert_series(run.frame, "val/score", [0, 1, 2, 3], [1.0, math.nan, math.inf, -math.inf])


def test_a_database_of_optuna_2_has_no_types(tmp_path: Path) -> None:
    path = make_database(tmp_path / "s.db", [*reported(1, [2.0, 1.0]), (1, 2, None, "")], ["COMPLETE"])
    change(path, "ALTER TABLE trial_intermediate_values DROP COLUMN intermediate_value_type")
    [run] = read_runs(OptunaDatabase(), path)
    assert_series(run.frame, "val/objective", [0, 1, 2], [2.0, 1.0, math.nan])


def test_a_study_may_name_its_value(tmp_path: Path) -> None:
    path = make_database(tmp_path / "s.db", reported(1, [0.5, 0.75]), ["COMPLETE"], "MAXIMIZE")
    change(path, """INSERT INTO study_system_attributes VALUES (1, 'study:metric_names', '["val_f1"]')""")
    [run] = read_runs(OptunaDatabase(), path)
    assert list(run.frame) == ["val_f1"]


def test_trials_of_several_studies_are_told_apart(tmp_path: Path) -> None:
    path = make_database(tmp_path / "s.db", [*reported(1, [2.0, 1.0]), *reported(2, [2.0, 1.0])])
    change(
        path, "INSERT INTO studies VALUES (2, 'other')", "UPDATE trials SET study_id = 2 WHERE trial_id = 2"
    )
    assert [run.name for run in read_runs(OptunaDatabase(), path)] == ["mine trial=0", "other trial=1"]


def test_trials_of_one_value_and_odd_rows_are_told(tmp_path: Path) -> None:
    odd = [(1, 2, "text", "FINITE"), (99, 0, 1.0, "FINITE")]
    values = [*reported(1, [2.0, 1.0]), *reported(2, [1.0]), *odd]
    [run] = read_runs(OptunaDatabase(), make_database(tmp_path / "s.db", values, ["COMPLETE"] * 2))
    assert run.warnings == (
        "s.db: 2 rows of the table 'trial_intermediate_values' without a number or a trial; left out",
        "s.db: no curve in 1 trial, of one value or none",
    )


def test_results_alone_are_no_curve(tmp_path: Path) -> None:
    [group] = groups_of(OptunaDatabase(), make_database(tmp_path / "s.db", reported(1, [2.0])))
    with pytest.raises(
        UnreadableLog, match="no curve: no trial of 4 reported more than one intermediate value"
    ):
        OptunaDatabase().read(group)


def test_reading_leaves_the_database_alone(tmp_path: Path) -> None:
    path = make_database(tmp_path / "s.db", reported(1, [2.0, 1.0]))
    before = path.read_bytes()
    read_runs(OptunaDatabase(), path)
    assert [one.name for one in tmp_path.iterdir()] == ["s.db"]
    assert path.read_bytes() == before


def test_damaged_pages(tmp_path: Path) -> None:
    (tmp_path / "damaged").mkdir()
    path = make_database(tmp_path / "s.db", reported(1, [float(step) for step in range(300)]))
    assert_survives_damaged_pages(OptunaDatabase(), path, tmp_path / "damaged")


def test_other_databases_are_not_claimed() -> None:
    assert OptunaDatabase().recognise(LogFile(FIXTURES / "mlflow" / "mlflow.db")) is None

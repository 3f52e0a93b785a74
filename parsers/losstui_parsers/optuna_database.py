"""Optuna's SQLite database: the trials of its studies with the values they reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui.wording import counted
from losstui_parsers.json_text import NotJson, load
from losstui_parsers.optuna_trials import (
    METRIC_NAMES,
    Study,
    Trial,
    object_in,
    one_metric,
    parameter,
    runs_of_trials,
)
from losstui_parsers.sqlite_files import columns_of, open_read_only, rows_of

if TYPE_CHECKING:
    import sqlite3

_VALUES = "trial_intermediate_values"
_COLUMNS = frozenset(("trial_id", "step", "intermediate_value"))
_TYPE = "intermediate_value_type"  # Optuna 3 and on: a database keeps neither NaN nor the infinities
_NOT_FINITE = {"NAN": math.nan, "INF_POS": math.inf, "INF_NEG": -math.inf}


class OptunaDatabase:
    """Optuna: the SQLite database of its studies, each trial that reports values on the way.

    It is opened for reading alone. What is minimised is "val/objective", what is maximised "val/score",
    unless the study names it; the parameters are settings, and a pruned trial is a finished one. There are no
    wall times of the values.
    """

    name: ClassVar[str] = "optuna"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the file is an SQLite database with the values of trials."""
        found = columns_of(file, _VALUES) >= _COLUMNS
        return "an SQLite database with Optuna's tables" if found else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each database holds the trials of one or several studies."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the trials of all studies."""
        file = group.files[0]
        warnings: list[str] = []
        with open_read_only(file) as connection:
            trials = _trials(connection)
            _take_values(connection, trials, file.path.name, warnings)
            _take_parameters(connection, trials)
        return runs_of_trials(trials.values(), str(file.path), file.path.name, warnings)


def _trials(connection: sqlite3.Connection) -> dict[object, Trial]:
    """The trials by their ids, as far as they can be read."""
    studies = {
        key: Study(str(name or ""))
        for key, name in rows_of(connection, "SELECT study_id, study_name FROM studies", [])
    }
    for key, direction in rows_of(connection, "SELECT study_id, direction FROM study_directions", []):
        if key in studies:
            studies[key].direction = str(direction).lower()
    attributes = f"SELECT study_id, value_json FROM study_system_attributes WHERE key = '{METRIC_NAMES}'"
    for key, text in rows_of(connection, attributes, []):
        if key in studies:
            studies[key].metric = _metric(text)
    query = "SELECT trial_id, study_id, number, state FROM trials ORDER BY study_id, number"
    return {
        key: Trial(studies.get(study) or Study(), number if isinstance(number, int) else place, str(state))
        for place, (key, study, number, state) in enumerate(rows_of(connection, query, []))
    }


def _metric(text: object) -> str:
    try:
        return one_metric(load(text)) if isinstance(text, str) else ""
    except NotJson:
        return ""


def _take_values(
    connection: sqlite3.Connection, trials: dict[object, Trial], file: str, warnings: list[str]
) -> None:
    """All values by their steps; of a damaged database those before the damage."""
    known = {str(row[1]) for row in rows_of(connection, f"PRAGMA table_info({_VALUES})", [])}
    damages: list[str] = []
    bad = 0
    kind = _TYPE if _TYPE in known else "''"
    query = f"SELECT trial_id, step, intermediate_value, {kind} FROM {_VALUES} ORDER BY step"
    for key, step, value, written in rows_of(connection, query, damages):
        number = _NOT_FINITE.get(str(written), math.nan if value is None else value)
        if key not in trials or not isinstance(number, (int, float)) or not isinstance(step, int):
            bad += 1
            continue
        trials[key].points.add(step, float(number))
    warnings.extend(f"{file}: {damage}" for damage in damages)
    if bad:
        warnings.append(
            f"{file}: {counted(bad, 'row')} of the table '{_VALUES}' without a number or a trial; left out"
        )


def _take_parameters(connection: sqlite3.Connection, trials: dict[object, Trial]) -> None:
    query = (
        "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params ORDER BY param_name"
    )
    for key, name, value, text in rows_of(connection, query, []):
        if key in trials and isinstance(value, (int, float)):
            trials[key].parameters[str(name)] = parameter(value, object_in(text))

"""Trackio: the SQLite database of a project, all its runs in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui.wording import counted
from losstui_parsers.json_text import JsonValue, NotJson, as_object, load
from losstui_parsers.sqlite_files import columns_of, open_read_only, rows_of
from losstui_parsers.tracker_parameters import distinct_names, flat_parameters
from losstui_parsers.tracker_rows import CLOCK, COUNTER, runs_of_rows

if TYPE_CHECKING:
    import sqlite3

_OWN_NAMES = frozenset(("step", "timestamp"))  # in a row they would be other names of Trackio's own columns
_COLUMNS = frozenset(("run_name", "step", "timestamp", "metrics"))
_MOST_TOLD = 3  # runs without a curve that are named


class TrackioStore:
    """Trackio: the database `<project>.db`, each of its runs.

    It is opened for reading alone. NaN, which Trackio stores as a text, is a value.
    """

    name: ClassVar[str] = "trackio"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the file is an SQLite database with the tables of Trackio."""
        found = columns_of(file, "metrics") >= _COLUMNS
        return "an SQLite database with Trackio's tables" if found else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each database holds the runs of one project."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the runs of a project."""
        file = group.files[0]
        warnings: list[str] = []
        with open_read_only(file) as connection:
            key = _key(connection)
            store = _Store(file.path.name, warnings)
            store.take_metrics(connection, key)
            store.take_configs(connection, key)
        names = distinct_names(store.names)
        runs: list[LoggedRun] = []
        flat: list[str] = []
        for run_id, rows in store.rows.items():
            found = runs_of_rows(rows, file.path.name)
            if not found:
                flat.append(names[run_id])
            settings = flat_parameters(store.configs.get(run_id, {}))
            runs.extend(replace(run, name=names[run_id], hyperparameters=settings) for run in found[:1])
        if not runs:
            told = warnings[0] if warnings else f"no number in {counted(len(flat), 'run')}"
            raise UnreadableLog(str(file.path), f"no curve: {told}")
        if flat:
            more = ", …" if len(flat) > _MOST_TOLD else ""
            named = ", ".join(flat[:_MOST_TOLD]) + more
            warnings.append(f"{file.path.name}: no curve in {counted(len(flat), 'run')}: {named}")
        return [replace(run, warnings=(*warnings, *run.warnings)) for run in runs]


def _key(connection: sqlite3.Connection) -> str:
    """The column that tells runs apart: two may have one name where the database numbers them."""
    columns = {str(row[1]) for row in rows_of(connection, "PRAGMA table_info(metrics)", [])}
    return "run_id" if "run_id" in columns else "run_name"


class _Store:
    """The rows, the configuration and the name of each run, by its key."""

    def __init__(self, file: str, warnings: list[str]) -> None:
        self.rows: dict[str, list[dict[str, JsonValue]]] = {}
        self.configs: dict[str, dict[str, JsonValue]] = {}
        self.names: dict[str, str] = {}
        self._file = file
        self._warnings = warnings

    def take_metrics(self, connection: sqlite3.Connection, key: str) -> None:
        """The rows in the order they were logged; of a damaged database those before the damage."""
        damages: list[str] = []
        bad = 0
        query = f"SELECT {key}, run_name, step, timestamp, metrics FROM metrics ORDER BY rowid"
        for run, name, step, moment, text in rows_of(connection, query, damages):
            logged = _object(text)
            if logged is None:
                bad += 1
                continue
            row: dict[str, JsonValue] = {COUNTER: step, CLOCK: moment}
            row.update((tag, value) for tag, value in logged.items() if tag not in _OWN_NAMES)
            self.rows.setdefault(str(run), []).append(row)
            self.names[str(run)] = str(name or "")
        kept = "; the rows before that are kept" if self.rows else ""
        self._warnings.extend(f"{self._file}: {damage}{kept}" for damage in damages)
        if bad:
            self._warnings.append(
                f"{self._file}: {counted(bad, 'row')} of the table 'metrics' without a JSON object; left out"
            )

    def take_configs(self, connection: sqlite3.Connection, key: str) -> None:
        """The settings; the first databases have no table of them, and without them a run is still one."""
        for run, text in rows_of(connection, f"SELECT {key}, config FROM configs", []):
            self.configs[str(run)] = _object(text) or {}


def _object(cell: object) -> dict[str, JsonValue] | None:
    """The JSON object in a cell; it is text, and bytes in newer versions."""
    text = cell.decode("utf-8", errors="replace") if isinstance(cell, bytes) else cell
    try:
        return as_object(load(text)) if isinstance(text, str) else None
    except NotJson:
        return None

"""Optuna's journal: JSON Lines of what was done to its studies, one operation a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import ClassVar, cast

from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui_parsers.json_text import JsonValue, as_object
from losstui_parsers.optuna_trials import (
    COMPLETE,
    FAILED,
    METRIC_NAMES,
    PRUNED,
    Study,
    Trial,
    object_in,
    one_metric,
    parameter,
    runs_of_trials,
)
from losstui_parsers.plain_text import decode, is_text, read_text, with_damage

_STATES = {1: COMPLETE, 2: PRUNED, 3: FAILED}
_DIRECTIONS = {1: "minimize", 2: "maximize"}
_KEYS = frozenset(("op_code", "worker_id"))  # of each line


class _Operation(IntEnum):
    """The operations that tell of values and parameters, by their numbers in `optuna.storages.journal`."""

    CREATE_STUDY = 0
    DELETE_STUDY = 1
    STUDY_ATTRIBUTE = 3
    CREATE_TRIAL = 4
    PARAMETER = 5
    STATE = 6
    VALUE = 7


class OptunaJournal:
    """Optuna: the journal of its studies, JSON Lines of operations, each trial as in its database."""

    name: ClassVar[str] = "optuna-journal"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the first line is an operation."""
        if not is_text(file.head):
            return None
        line, _, _ = decode(file.head).lstrip().partition("\n")
        found = line.startswith("{") and object_in(line).keys() >= _KEYS
        return "JSON lines with Optuna's op_code" if found else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each journal holds the trials of one or several studies."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the trials of all studies that were not deleted."""
        file = group.files[0]
        warnings: list[str] = []
        replay = _Replay()
        for operation in _operations(read_text(file), file.path.name, warnings):
            replay.take(operation)
        runs = runs_of_trials(replay.kept(), str(file.path), file.path.name, warnings)
        return with_damage(runs, file)


def _operations(text: str, file: str, warnings: list[str]) -> Iterator[dict[str, JsonValue]]:
    """The operations in their order; the last line, where it is broken, is still being written."""
    lines = text.splitlines()
    broken: list[int] = []
    for number, line in enumerate(lines, 1):
        operation = object_in(line)
        if operation:
            yield operation
        elif line.strip() and number < len(lines):
            broken.append(number)
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        warnings.append(f"{file}: line {broken[0]}: no operation; left out{more}")


class _Replay:
    """Studies and trials, which are numbered in the order they were made."""

    def __init__(self) -> None:
        self._studies: list[Study] = []
        self._gone: set[int] = set()  # studies that were deleted
        self._trials: list[tuple[int, Trial]] = []  # each with the number of its study

    def take(self, operation: Mapping[str, JsonValue]) -> None:
        """Do what one line says; what it says of studies and trials that are not there is passed over."""
        code = operation.get("op_code")
        study = operation.get("study_id")
        if code == _Operation.CREATE_STUDY:
            self._create(operation)
        elif code in (_Operation.DELETE_STUDY, _Operation.STUDY_ATTRIBUTE, _Operation.CREATE_TRIAL):
            if isinstance(study, int) and 0 <= study < len(self._studies) and study not in self._gone:
                self._of_study(code, study, operation)
        else:
            trial = operation.get("trial_id")
            if isinstance(trial, int) and 0 <= trial < len(self._trials):
                _of_trial(code, self._trials[trial][1], operation)

    def kept(self) -> list[Trial]:
        """The trials of the studies that are left."""
        return [trial for study, trial in self._trials if study not in self._gone]

    def _create(self, operation: Mapping[str, JsonValue]) -> None:
        name = str(operation.get("study_name", ""))
        there = {one.name for number, one in enumerate(self._studies) if number not in self._gone}
        if name in there:  # of two workers that make the same study the first one counts
            return
        directions = operation.get("directions")
        listed = cast("list[JsonValue]", directions) if isinstance(directions, list) else []
        first = listed[0] if listed else None
        self._studies.append(Study(name, _DIRECTIONS.get(first, "") if isinstance(first, int) else ""))

    def _of_study(self, code: JsonValue, study: int, operation: Mapping[str, JsonValue]) -> None:
        if code == _Operation.DELETE_STUDY:
            self._gone.add(study)
        elif code == _Operation.STUDY_ATTRIBUTE:
            told = as_object(operation.get("system_attr")) or {}
            self._studies[study].metric = one_metric(told.get(METRIC_NAMES)) or self._studies[study].metric
        else:
            number = sum(of == study for of, _ in self._trials)
            self._trials.append((study, _created(Trial(self._studies[study], number), operation)))


def _of_trial(code: JsonValue, trial: Trial, operation: Mapping[str, JsonValue]) -> None:
    if code == _Operation.PARAMETER:
        _set_parameter(trial, operation)
    elif code == _Operation.STATE:
        _set_state(trial, operation.get("state"))
    elif code == _Operation.VALUE:
        trial.report(operation.get("step"), operation.get("intermediate_value"))


def _created(trial: Trial, operation: Mapping[str, JsonValue]) -> Trial:
    """A trial that was added whole, as one copied from another study, has all of it in its first line."""
    distributions = as_object(operation.get("distributions")) or {}
    for name, value in (as_object(operation.get("params")) or {}).items():
        if isinstance(value, (int, float)):
            trial.parameters[name] = parameter(value, object_in(distributions.get(name)))
    for step, value in (as_object(operation.get("intermediate_values")) or {}).items():
        trial.report(int(step) if step.isdecimal() else None, value)
    _set_state(trial, operation.get("state"))
    return trial


def _set_parameter(trial: Trial, operation: Mapping[str, JsonValue]) -> None:
    value = operation.get("param_value_internal")
    if isinstance(value, (int, float)):
        name = str(operation.get("param_name", ""))
        trial.parameters[name] = parameter(value, object_in(operation.get("distribution")))


def _set_state(trial: Trial, state: JsonValue) -> None:
    if isinstance(state, int):
        trial.state = _STATES.get(state, "")

"""Optuna's trials as people export them: JSON of what a trial is made of, tables of what came of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui_parsers.columns import normalise
from losstui_parsers.json_text import JsonValue, as_object, as_objects, load_document
from losstui_parsers.optuna_trials import Study, Trial, runs_of_trials
from losstui_parsers.plain_text import decode, is_text, read_text, with_damage

_REPORTED = re.compile(r'"intermediate_values"\s*:\s*\{')
_PARAMETERS = re.compile(r'"(?:params|parameters)"\s*:\s*\{')
_NUMBERED = re.compile(r'"(?:number|trial_id|_?trial_number)"\s*:\s*\d')
_LAST_WORD = re.compile(r"\w+$")  # of "TrialState.COMPLETE" and "StudyDirection.MINIMIZE"
# Columns of `Study.trials_dataframe`, beside values and parameters.
_OF_TABLE = frozenset(("number", "state"))
_WHY_RESULTS = (
    "a table of Optuna's trials, one value each, which is no curve of a training; "
    "the database or the journal of the study has what each reported on the way"
)


class OptunaExport:
    """Optuna: JSON of trials with their `intermediate_values`, each trial as in its database.

    The trials are a list, or one below a key such as `trials` beside the name and the direction of the study.
    Of a table of trials, as `trials_dataframe` makes it, it is told that its values are no curve.
    """

    name: ClassVar[str] = "optuna-export"

    def recognise(self, file: LogFile) -> str | None:
        """Say that its head holds a trial with values on the way."""
        if not is_text(file.head):
            return None
        text = decode(file.head)
        found = text.lstrip()[:1] in ("{", "[") and _REPORTED.search(text) and _PARAMETERS.search(text)
        return "Optuna's intermediate_values beside params" if found else None

    def refuse(self, file: LogFile) -> str | None:
        """Say of results alone that they are no curve."""
        text = decode(file.head) if is_text(file.head) else ""
        if text.lstrip()[:1] in ("{", "["):
            return _WHY_RESULTS if _PARAMETERS.search(text) and _NUMBERED.search(text) else None
        header = text.partition("\n")[0].split(",")
        of_parameters = any(name.startswith(("params_", '"params_')) for name in header)
        return _WHY_RESULTS if of_parameters and {*map(normalise, header)} >= _OF_TABLE else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file holds the trials of a study."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read its trials."""
        file = group.files[0]
        document, damage = load_document(read_text(file))
        trials = list(_trials(document))
        warnings = [f"{file.path.name}: {damage}"] if damage else []
        if not trials:
            raise UnreadableLog(str(file.path), damage or "no list of trials")
        return with_damage(runs_of_trials(trials, str(file.path), file.path.name, warnings), file)


def _trials(document: JsonValue) -> Iterator[Trial]:
    """The trials in a list, or in the first list of a study that holds some."""
    told = as_object(document) or {}
    lists: tuple[JsonValue, ...] = (document, *told.values())
    listed = [rows for rows in map(as_objects, lists) if any("params" in row for row in rows)]
    study = Study(str(told.get("study_name", "")), _last_word(told.get("direction")).lower())
    for place, row in enumerate(listed[0] if listed else []):
        yield _trial(study, place, row)


def _trial(study: Study, place: int, row: Mapping[str, JsonValue]) -> Trial:
    number = row.get("number", place)
    trial = Trial(study, number if isinstance(number, int) else place, _last_word(row.get("state")).upper())
    trial.parameters.update(as_object(row.get("params")) or {})
    for step, value in (as_object(row.get("intermediate_values")) or {}).items():
        trial.report(int(step) if step.isdecimal() else None, value)
    return trial


def _last_word(value: JsonValue) -> str:
    found = _LAST_WORD.search(value) if isinstance(value, str) else None
    return found.group() if found else ""

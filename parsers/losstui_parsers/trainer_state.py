"""Hugging Face `trainer_state.json`: what the Trainer saves with each checkpoint."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from losstui.compression import bare_name
from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui.wording import counted
from losstui_parsers.json_text import JsonValue, as_object, as_objects, load_prefix
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import is_text, read_text, why_no_data, with_damage
from losstui_parsers.rows import table_of

FILE_NAME = "trainer_state.json"
_HISTORY = re.compile(r'"log_history"\s*:\s*\[')
_CHECKPOINT = re.compile(r"checkpoint-(\d+)")
_GLOBAL_STEP = re.compile(r'"global_step"\s*:\s*(\d{1,18})\b')
HYPERPARAMETERS = (
    "max_steps",
    "num_train_epochs",
    "train_batch_size",
    "logging_steps",
    "eval_steps",
    "save_steps",
)
SUMMARY_KEY = "train_runtime"  # only the row at the end of `Trainer.train` has it: it sums up, it is no point


class TrainerState:
    """Hugging Face Trainer, TRL, axolotl: `trainer_state.json`, the checkpoints of a run taken as one.

    Each checkpoint holds the whole past: the one that reaches farthest is read. It has no wall times and is
    written at a checkpoint only, so a live run is followed better by its events or its output. The last
    row, of totals, is no point but tells that the run is finished.
    """

    name: ClassVar[str] = "hf-trainer-state"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the file has a log history, or by its name should have one."""
        if file.name == FILE_NAME and (why_no_data(file) or file.head.lstrip()[:1] == b"{"):
            return f"the name {FILE_NAME}"
        if file.head.lstrip()[:1] == b"{" and is_text(file.head) and _HISTORY.search(file.text):
            return 'the key "log_history"'
        return None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The states of one output folder and of its checkpoints are one run."""
        groups: dict[Path, list[LogFile]] = {}
        for file in files:
            groups.setdefault(_label(file.path), []).append(file)
        return [FileGroup(label, tuple(members)) for label, members in groups.items()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the state that reaches farthest: it holds the past of all others."""
        warnings: list[str] = []
        failures: list[tuple[str, str]] = []
        for file in sorted(group.files, key=_reach, reverse=True):
            try:
                run = _read(file)
            except UnreadableLog as error:
                failures.append((error.path, error.reason))
                warnings.append(f"{file.path.parent.name}/{file.path.name}: {error.reason}")
                continue
            return [replace(run, warnings=(*warnings, *run.warnings))]
        raise UnreadableLog(*failures[0])


def _label(path: Path) -> Path:
    if bare_name(path) != FILE_NAME:
        return path
    return path.parent.parent if _CHECKPOINT.fullmatch(path.parent.name) else path.parent


def _reach(file: LogFile) -> tuple[int, bool]:
    """The step a state was saved at; of two at the same step the one in the output folder is the newer."""
    checkpoint = _CHECKPOINT.fullmatch(file.path.parent.name)
    if checkpoint:
        return int(checkpoint.group(1)), False
    step = _GLOBAL_STEP.search(file.text)
    return (int(step.group(1)) if step else -1), True


def _read(file: LogFile) -> LoggedRun:
    path = str(file.path)
    nothing = why_no_data(file)
    if nothing:
        raise UnreadableLog(path, nothing)
    text = read_text(file)
    warnings: list[str] = []
    value, damage = load_prefix(text)
    state = as_object(value)
    if damage is not None:
        if not state or not as_objects(state.get("log_history")):
            raise UnreadableLog(path, damage)
        warnings.append(f"{file.path.name}: {damage}; the rows before it are kept")
    if state is None or not isinstance(state.get("log_history"), list):
        raise UnreadableLog(path, 'no "log_history": not the state of a Hugging Face Trainer')
    rows = as_objects(state["log_history"])
    table = table_of((row for row in rows if SUMMARY_KEY not in row), file.path.name)
    runs = with_damage(runs_of(table), file)
    if not runs:
        raise UnreadableLog(
            path, f'no curve: no value to follow in the {counted(len(rows), "row")} of "log_history"'
        )
    return replace(
        runs[0],
        hyperparameters=_hyperparameters(state),
        warnings=(*warnings, *runs[0].warnings),
        finished=any(SUMMARY_KEY in row for row in rows),
        progress=_progress(state),
    )


def _hyperparameters(state: Mapping[str, JsonValue]) -> dict[str, object]:
    # sys.maxsize stands for "as many as max_steps needs"
    given = ((key, state.get(key)) for key in HYPERPARAMETERS)
    return {key: value for key, value in given if isinstance(value, (int, float)) and value < sys.maxsize}


def _progress(state: Mapping[str, JsonValue]) -> float | None:
    steps, most = state.get("global_step"), state.get("max_steps")
    if not isinstance(steps, int) or not isinstance(most, int) or not 0 < most < sys.maxsize:
        return None
    return min(1.0, steps / most)

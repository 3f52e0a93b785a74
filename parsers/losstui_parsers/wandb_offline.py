"""W&B: the file `run-<id>.wandb` that every run writes beside its script, online or offline."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from losstui.errors import UnreadableLog, reason_of
from losstui.frame import FrameBuilder
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui.wording import counted
from losstui_parsers.event_file.damage import Damage, describe
from losstui_parsers.event_file.protobuf import MalformedRecord
from losstui_parsers.plain_text import why_no_data
from losstui_parsers.tracker_parameters import flat_parameters
from losstui_parsers.tracker_rows import runs_of_tracker
from losstui_parsers.wandb_file.framing import MAGIC, read_records
from losstui_parsers.wandb_file.messages import RunLog

SUMMARY_NAME = "wandb-summary.json"
_RUN_FOLDER = re.compile(r"(offline-)?run-\d{8}_\d{6}-.+")


class WandbOffline:
    """Weights & Biases run files (`run-*.wandb`), read without the wandb package; resumed runs as one."""

    name: ClassVar[str] = "wandb"

    def recognise(self, file: LogFile) -> str | None:
        """Say so where the first 7 bytes are W&B's, or the name is of a file that W&B writes."""
        if file.head.startswith(MAGIC):
            return "W&B's magic bytes"
        if file.path.suffix == ".wandb":
            return "its name"
        return f"the name {SUMMARY_NAME}" if file.path.name == SUMMARY_NAME else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """A run that was resumed has a folder for each time, all under one parent, and one file name.

        The summary beside a run is no run of its own.
        """
        logs = [file for file in files if file.path.name != SUMMARY_NAME]
        runs: dict[tuple[Path, Path], list[LogFile]] = {}
        for file in logs:
            folder = file.path.parent
            together = folder.parent if _RUN_FOLDER.fullmatch(_real_name(folder)) else folder
            runs.setdefault((together, Path(file.path.name)), []).append(file)
        groups = [
            FileGroup(_label(members[0]) if len(members) == 1 else _folder(members[0]), tuple(members))
            for members in (sorted(own, key=_started) for own in runs.values())
        ]
        known = {file.path.parent for file in logs}
        for file in files:
            if file.path.name == SUMMARY_NAME and not known & {file.path.parent, file.path.parent.parent}:
                groups.append(FileGroup(file.path, (file,)))
        return groups

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run, all its files. Raises UnreadableLog where none of them holds a curve."""
        runs: list[LoggedRun] = []
        failures: list[tuple[str, str]] = []
        for file in group.files:
            try:
                runs.append(_read(file))
            except UnreadableLog as error:
                failures.append((error.path, error.reason))
        if not runs:
            raise UnreadableLog(*failures[0])
        lost = tuple(f"{Path(path).name}: {reason}" for path, reason in failures)
        run = runs[0] if len(runs) == 1 else _joined(runs)
        return [replace(run, warnings=(*lost, *run.warnings))]


def _real_name(folder: Path) -> str:
    """The name of a folder, not of the link `latest-run` to it."""
    try:
        return Path(os.readlink(folder)).name
    except OSError:
        return folder.name or folder.resolve().name


def _folder(file: LogFile) -> Path:
    folder = file.path.parent
    real = folder.with_name(_real_name(folder)) if folder.name else folder
    return real if os.path.isdir(real) else folder


def _label(file: LogFile) -> Path:
    return _folder(file) / file.path.name


def _started(file: LogFile) -> str:
    return _real_name(file.path.parent).removeprefix("offline-")


def _read(file: LogFile) -> LoggedRun:
    path = str(file.path)
    nothing = why_no_data(file)
    if nothing:
        raise UnreadableLog(path, nothing)
    if file.path.name == SUMMARY_NAME:
        raise UnreadableLog(path, "the last values of a W&B run, no curve; its history is in the .wandb file")
    if not file.head.startswith(MAGIC):
        raise UnreadableLog(path, "no W&B run: its first 7 bytes are damaged")
    log, damages, malformed = _log_of(file)
    name = file.path.name
    warnings = [f"{name}: {damage}" for damage in describe(damages)]
    if malformed:
        warnings.append(f"{name}: {counted(malformed, 'record')} not as W&B writes them; left out")
    runs = runs_of_tracker(log.history.table(name), log.axes)
    if not runs:
        damaged = f"; {describe(damages)[0]}" if damages else ""
        rows = (
            f"its {log.history.count} history rows hold no column of numbers"
            if log.history.count
            else "no history row"
        )
        raise UnreadableLog(path, f"no curve: {rows}{damaged}")
    return replace(
        runs[0],
        hyperparameters=flat_parameters(log.config),
        warnings=(*warnings, *runs[0].warnings),
        finished=log.ended and not log.failed,
        failed=log.failed,
        cause=f"{name}: its exit code is not 0" if log.failed else "",
    )


def _log_of(file: LogFile) -> tuple[RunLog, list[Damage], int]:
    """What the records say, where the file is damaged, and how many records W&B does not write so."""
    log, damages, malformed = RunLog(), list[Damage](), 0
    try:
        with file.path.open("rb") as stream:
            for record in read_records(stream, damages):
                try:
                    log.take(record)
                except MalformedRecord:
                    malformed += 1
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    return log, damages, malformed


def _joined(runs: Sequence[LoggedRun]) -> LoggedRun:
    """The parts of a resumed run as one."""
    builder = FrameBuilder()
    for index, part in enumerate(runs):
        if index:
            builder.next_file()
        for tag, series in part.frame.items():
            builder.add(tag, series.steps, series.values, wall_times=series.wall_times, epochs=series.epochs)
    settings = {key: value for part in runs for key, value in part.hyperparameters.items()}
    warnings = tuple(warning for part in runs for warning in part.warnings)
    return replace(runs[-1], frame=builder.build(), hyperparameters=settings, warnings=warnings)

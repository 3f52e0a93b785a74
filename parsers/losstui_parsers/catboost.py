"""The folder `catboost_info`, in which CatBoost logs while it trains.

It writes the same numbers three times: as tables, as event files below `learn/` and `test/`, and in
`catboost_training.json`. The tables are read; the event files where there are no tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from losstui.errors import UnreadableLog
from losstui.frame import FrameBuilder
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.cells import read_cells
from losstui_parsers.dialect import Dialect
from losstui_parsers.plain_text import read_text, shown
from losstui_parsers.step_axis import LARGEST_STEP
from losstui_parsers.tensorboard import Tensorboard

_NAME = re.compile(r"(?:(.*)_)?(learn|test)_error\.tsv|time_left\.tsv")
_AXIS = "iter"
_EVENTS = "events.out.tfevents"  # all others put a time behind it
_SPLIT = re.compile(r"learn|test(_\d+)?")
_TRAINING = "catboost_training.json"


class CatBoost:
    """CatBoost's `learn_error.tsv`, `test_error.tsv` and `time_left.tsv`: one run a folder.

    A step is a tree, a tag the data and the metric: "learn/RMSE". The event files and the JSON file of the
    same folder hold the same numbers; they are read where the tables are missing, or not at all.
    """

    name: ClassVar[str] = "catboost"

    def recognise(self, file: LogFile) -> str | None:
        """Say that name and header are CatBoost's, or None."""
        if _is_table(file):
            return f"the name {file.path.name} and its column {_AXIS}" if _has_axis(file) else None
        if file.path.name == _TRAINING:
            return f"the name {_TRAINING}" if file.head.lstrip()[:1] == b"{" else None
        return f"the name {file.path.parent.name}/{_EVENTS}" if _is_events(file) else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The files of one folder are one run."""
        folders: dict[Path, list[LogFile]] = {}
        for file in files:
            home = file.path.parent.parent if _is_events(file) else file.path.parent
            folders.setdefault(home, []).append(file)
        return [FileGroup(folder, tuple(members)) for folder, members in folders.items()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the metrics of one run, each under the data it was measured on: "learn/RMSE"."""
        tables = [file for file in group.files if _is_table(file)]
        events = [file for file in group.files if _is_events(file)]
        if events and not tables:
            return Tensorboard().read(FileGroup(group.label, tuple(events)))
        if not tables:
            raise UnreadableLog(
                str(group.files[0].path), "read from learn_error.tsv beside it, which is not there"
            )
        builder = FrameBuilder()
        warnings: list[str] = []
        for file in tables:
            warnings.extend(_add(builder, file))
        frame = builder.build()
        if not len(frame):
            raise UnreadableLog(str(tables[0].path), "a header and no row below it")
        return [LoggedRun(frame, warnings=tuple(warnings))]


def _is_table(file: LogFile) -> bool:
    return _NAME.fullmatch(file.path.name) is not None


def _has_axis(file: LogFile) -> bool:
    return file.text.startswith(f"{_AXIS}\t")


def _is_events(file: LogFile) -> bool:
    return file.path.name == _EVENTS and _SPLIT.fullmatch(file.path.parent.name) is not None


def _add(builder: FrameBuilder, file: LogFile) -> list[str]:
    text = read_text(file.path)
    header = tuple(name.strip() for name in text.partition("\n")[0].split("\t"))
    table = read_cells(text, Dialect("\t", ".", header, 1), file.path.name)
    axis = table.numbers.pop(_AXIS, None)
    if axis is None or not len(axis.rows):
        return [*table.warnings, f"{file.path.name}: no number in its column {shown(_AXIS)}; left out"]
    steps = axis.dense(table.rows)
    match = _NAME.fullmatch(file.path.name)
    fold, data = match.groups() if match else (None, None)
    prefix = "".join(f"{part}/" for part in (fold, data) if part)
    for name, column in table.numbers.items():
        own = steps[column.rows]
        known = np.abs(own) < LARGEST_STEP
        builder.add(prefix + name, own[known].astype(np.int64), column.values[known])
    return table.warnings

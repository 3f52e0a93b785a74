"""The folder `catboost_info`, in which CatBoost logs while it trains."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from losstui.errors import UnreadableLog
from losstui.frame import FrameBuilder
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.axes import LARGEST_STEP
from losstui_parsers.cells import read_cells
from losstui_parsers.dialect import Dialect
from losstui_parsers.plain_text import read_text, shown

_NAME = re.compile(r"(?:(.*)_)?(learn|test)_error\.tsv|time_left\.tsv")
_AXIS = "iter"


class CatBoost:
    """CatBoost's `learn_error.tsv`, `test_error.tsv` and `time_left.tsv`: one run a folder."""

    name: ClassVar[str] = "catboost"

    def recognise(self, file: LogFile) -> str | None:
        """Say that name and header are CatBoost's, or None."""
        if _NAME.fullmatch(file.path.name) is None or not file.text.startswith(f"{_AXIS}\t"):
            return None
        return f"the name {file.path.name} and its column {_AXIS}"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The files of one folder are one run."""
        folders: dict[str, list[LogFile]] = {}
        for file in files:
            folders.setdefault(str(file.path.parent), []).append(file)
        return [FileGroup(members[0].path.parent, tuple(members)) for members in folders.values()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the metrics of one run, each under the data it was measured on: "learn/RMSE"."""
        builder = FrameBuilder()
        warnings: list[str] = []
        for file in group.files:
            warnings.extend(_add(builder, file))
        frame = builder.build()
        if not len(frame):
            raise UnreadableLog(str(group.files[0].path), "a header and no row below it")
        return [LoggedRun(frame, warnings=tuple(warnings))]


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

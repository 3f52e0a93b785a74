"""Drawn tables that hold one evaluation on several splits of the data, as Ludwig prints them."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui.tags import split_of
from losstui_parsers.columns import number
from losstui_parsers.stdout_lines.record import LineFamily, Record


class SplitTables(LineFamily):
    """`│  │ train │ validation │` above `│ accuracy │ 0.625 │ 0.5 │`, below the epoch.

    Rows and columns may also be exchanged. What stands over the first column, as the output that was
    measured, is part of each name.
    """

    title: ClassVar[str] = "Ludwig"
    marks: ClassVar[tuple[str, ...]] = ("│", "Running evaluation for step: ", "Epoch ")

    _evaluation = re.compile(r"\bRunning evaluation for step: (\d+), epoch: (\d+)\s*$")
    _epoch = re.compile(r"\s*Epoch:? +(\d+)(?:/\d+)?\s*")

    def __init__(self) -> None:
        self._place: tuple[float | None, float] | None = None
        self._title = ""
        self._names: list[str] = []

    def read(self, line: str) -> Record | None:
        """The values of one row: a metric on each split, or the metrics of a split."""
        if "│" not in line:
            self._stand(line)
            return None
        name, *cells = [cell.strip() for cell in line.split("│")[1:-1]] or [""]
        numbers = [number(cell) for cell in cells]
        if not any(one is not None for one in numbers):
            self._title, self._names = name, cells
            return None
        if self._place is None or len(cells) != len(self._names):
            return None
        tags = self._tags(name)
        values = [(tag, one) for tag, one in zip(tags, numbers, strict=False) if one is not None]
        return Record(values, *self._place) if values else None

    def _stand(self, line: str) -> None:
        evaluation = self._evaluation.search(line)
        if evaluation:
            self._place = float(evaluation.group(1)), float(evaluation.group(2))
            return
        epoch = self._epoch.fullmatch(line)
        if epoch:
            self._place = None, float(epoch.group(1))

    def _tags(self, name: str) -> list[str]:
        """The tag of each cell of the row `name`; none where neither rows nor columns are splits."""
        of = f"{self._title}/" if self._title else ""
        if all(split_of(column) != "none" for column in self._names):
            return [f"{column}/{of}{name}" for column in self._names]
        return [f"{name}/{of}{column}" for column in self._names] if split_of(name) != "none" else []

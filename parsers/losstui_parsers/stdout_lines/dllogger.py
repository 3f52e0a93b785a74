"""NVIDIA's DLLogger: `DLLL {"step": [0, 10], "data": {...}}` and `DLL <moment> - (0, 10) loss : 2.1`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, cast

from losstui_parsers.json_text import JsonValue, NotJson, as_object, load
from losstui_parsers.rows import as_float
from losstui_parsers.stdout_lines.numbers import pairs
from losstui_parsers.stdout_lines.record import LineFamily, Record


class DlLogger(LineFamily):
    """What is logged at `[epoch, iteration]`, at `[epoch]` or at a step; the totals at `[]` are no points.

    An average over an epoch comes under a tag of its own where single iterations are told by the same name.
    """

    title: ClassVar[str] = "NVIDIA DLLogger"
    marks: ClassVar[tuple[str, ...]] = ("DLL", '"elapsedtime": ')
    distinctive: ClassVar[bool] = True

    _console = re.compile(r"DLL \d{4}-\d\d-\d\d [\d:.]+ - (\d+|[(\[][\d, ]*[)\]])\s+(\S.*)")

    def __init__(self) -> None:
        self._of_iterations: set[str] = set()
        self._settings: dict[str, object] = {}

    def read(self, line: str) -> Record | None:
        """The values of one call of the logger."""
        start = line.find("{")
        if start < 0 or '"elapsedtime"' not in line:
            console = self._console.search(line)
            return None if console is None else self._record(*_at(console[1]), pairs(console[2]))
        try:
            call = as_object(load(line[start:]))
        except NotJson:
            return None
        if call is None:
            return None
        data, step = as_object(call.get("data")) or {}, call.get("step")
        if step == "PARAMETER":
            self._settings.update(
                (name, value) for name, value in data.items() if isinstance(value, (str, int, float))
            )
        counts = cast("list[JsonValue]", step) if isinstance(step, list) else [step]
        whole = [as_float(count) for count in counts if isinstance(count, int)]
        if len(whole) < len(counts):
            return Record([])
        values = [(name, as_float(value)) for name, value in data.items() if isinstance(value, (int, float))]
        return self._record(whole, not isinstance(step, list), values)

    def settings(self) -> Mapping[str, object]:
        """What the program was called with."""
        return self._settings

    def _record(self, counts: list[float], alone: bool, values: list[tuple[str, float]]) -> Record:
        """The values at a step that is `alone`, at an epoch or at an iteration of one."""
        if alone:
            return Record(values, counts[0])
        if len(counts) == 2:
            self._of_iterations.update(tag for tag, _ in values)
            return Record(values, counts[1], counts[0])
        if len(counts) == 1:
            values = [(f"{tag}_epoch" if tag in self._of_iterations else tag, value) for tag, value in values]
            return Record(values, None, counts[0])
        return Record([])  # the totals, or a batch of an evaluation, which is counted behind the iteration


def _at(text: str) -> tuple[list[float], bool]:
    """The counts that are printed for a step, and whether it is a number alone."""
    return [float(count) for count in re.findall(r"\d+", text)], text.isdecimal()

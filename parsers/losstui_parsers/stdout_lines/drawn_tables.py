"""Tables drawn with lines: by Stable-Baselines, Spinning Up, RLlib's and OpenAI's loggers, and by Rich."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, first_of, number
from losstui_parsers.stdout_lines.numbers import NUMBER, any_measured, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

# Of the counters in such a table the one that counts what was learnt from comes first.
_STEPS = ("total_timesteps", "time_total_timesteps", *STEP_NAMES)


class DrawnTables(LineFamily):
    """`| rollout/ | |`, `|    ep_rew_mean | 22.4 |` between two rules; the second one ends the table."""

    title: ClassVar[str] = "Stable-Baselines or Spinning Up"
    marks: ClassVar[tuple[str, ...]] = ("|", "-----")

    _rule = re.compile(r"\s*-{5,}\s*")
    _row = re.compile(rf"\s*\|( *)([A-Za-z][\w /().-]*?) *\| *({NUMBER})? *\|\s*")

    def __init__(self) -> None:
        self._section = ""
        self._values: dict[str, float] = {}

    def read(self, line: str) -> Record | None:
        """The values of a table, at its last line."""
        if self._rule.fullmatch(line):
            return self._close()
        row = self._row.fullmatch(line)
        if row is None:
            return None
        blanks, name, number = row.groups()
        if name.endswith("/") and number is None:
            self._section = name
        elif number is not None:
            section = self._section if len(blanks) > 1 and self._section else ""
            self._values[section + name] = to_number(number)
        return None

    def _close(self) -> Record | None:
        values, self._values, self._section = self._values, {}, ""
        step, epoch = first_of(values, _STEPS), first_of(values, EPOCH_NAMES)
        kept = [(tag, value) for tag, value in values.items() if tag not in (step, epoch)]
        if (step is None and epoch is None) or not any_measured(kept):
            return None
        return Record(kept, values.get(step or ""), values.get(epoch or ""))


class RichTables(LineFamily):
    """`┃ Epoch ┃ Train Loss ┃` above rows `│ 3 │ 0.5125 │`, as Rich draws them, whole or row by row."""

    title: ClassVar[str] = "Rich"
    marks: ClassVar[tuple[str, ...]] = ("┃", "│")

    def __init__(self) -> None:
        self._names: list[str] = []
        self._told: set[tuple[float, ...]] = set()  # the rows so far: a table may be drawn again for each

    def read(self, line: str) -> Record | None:
        """The values of one row, nothing where it was drawn before."""
        cells = [cell.strip() for cell in re.split("[┃│]", line)[1:-1]]
        if "┃" in line:
            self._names = cells
            return None
        if not self._names or len(cells) != len(self._names):
            return None
        numbers = {name: number(cell) for name, cell in zip(self._names, cells, strict=True)}
        values = {name: value for name, value in numbers.items() if value is not None}
        step, epoch = first_of(values, STEP_NAMES), first_of(values, EPOCH_NAMES)
        kept = [(name, value) for name, value in values.items() if name not in (step, epoch)]
        if (step is None and epoch is None) or not any_measured(kept):
            return None
        row = tuple(values.values())
        if row in self._told:
            return Record([])
        self._told.add(row)
        return Record(kept, values.get(step or ""), values.get(epoch or ""))

"""Ray Tune, Train and RLlib: a block of results an iteration of a trial, and tables of all trials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, first_of, number
from losstui_parsers.stdout_lines.numbers import is_measured
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.wall_times import EARLIEST_WALL_TIME

_IDENTITY = "trial_id"  # its block has told the iteration by then: what comes below it is of that one
_TRIALS = "Trial name"
_ITERATIONS = ("training_iteration", "iter")
_NO_CURVES = frozenset(
    ("done", "pid", "timestamp", "iterations_since_restore", "time_since_restore", "timesteps_since_restore")
)


class RayTune(LineFamily):
    """`Result for NAME:` above indented lines, `Trial NAME result` in a box, and rows below `Trial name`.

    Each trial is a run. The tables of all trials, of which only the metrics count, are for logs without
    blocks.
    """

    title: ClassVar[str] = "Ray Tune or RLlib"
    marks: ClassVar[tuple[str, ...]] = (":", "│", "| ", "╰")
    openings: ClassVar[tuple[str, ...]] = ("Result for ", " result  ", " result │", _TRIALS)
    distinctive: ClassVar[bool] = True

    _header = re.compile(r"(?:\(.*\) )?Result for ([^\s:]+):\s*")
    _member = re.compile(r"( +)([^\s:][^:]*):(?: (.*))?")
    _box = re.compile(r"\s*│ (?:Trial )?(\S+) result +│\s*")
    _box_row = re.compile(r"\s*│ (\S+) {2,}(\S+) │\s*")

    def __init__(self) -> None:
        self._trial = ""
        self._parents: list[tuple[int, str]] = []  # the keys a line stands below, each with its indentation
        self._values: dict[str, float] = {}
        self._place: tuple[float | None, float | None] | None = None  # of a block, once it is known
        self._columns: list[str] = []  # of a table
        self._has_blocks = False
        self._told: set[tuple[str, float | None, float | None]] = set()

    def read(self, line: str) -> Record | None:
        """What a block says of an iteration, or a row of a table of a trial."""
        if "│" in line or line.startswith("| ") or "╰" in line:
            return self._drawn(line)
        header = self._header.fullmatch(line) if "Result for " in line else None
        if header:
            self._begin(header[1])
            return Record([])
        member = self._member.fullmatch(line) if self._trial and line.startswith("  ") else None
        if member:
            return self._take(len(member[1]), member[2], member[3] or "")
        if line[:1] != " ":
            self._begin("")
        return None

    def _begin(self, trial: str) -> None:
        self._trial, self._place = trial, None
        self._values, self._parents = {}, []

    def _take(self, indentation: int, key: str, text: str) -> Record:
        """One member of a block."""
        self._parents = [parent for parent in self._parents if parent[0] < indentation]
        value = number(text)
        if not text.strip():
            self._parents.append((indentation, key))
        elif value is not None:
            self._values["/".join((*(name for _, name in self._parents), key))] = value
        if key == _IDENTITY and not self._parents:
            return self._record()
        if self._place is None or not self._values:
            return Record([])
        values, self._values = list(self._values.items()), {}
        return Record(values, *self._place, self._trial)

    def _record(self) -> Record:
        """The values of a block so far, nothing where it repeats what was told."""
        values, self._values = self._values, {}
        step, epoch = first_of(values, STEP_NAMES), first_of(values, EPOCH_NAMES)
        self._place = values.get(step or ""), values.get(epoch or "")
        self._has_blocks = True
        told = (self._trial, *self._place)
        if told in self._told or self._place == (None, None):
            return Record([])
        self._told.add(told)
        kept = [(tag, value) for tag, value in values.items() if tag not in _NO_CURVES | {step, epoch}]
        if values.get("timestamp", 0.0) >= EARLIEST_WALL_TIME:
            kept.append(("wall_time", values["timestamp"]))
        return Record(kept, *self._place, self._trial)

    def _drawn(self, line: str) -> Record | None:
        """A line of a box of results or of a table of trials."""
        box = self._box.fullmatch(line)
        if box:
            self._begin(box[1])
            return None
        row = self._box_row.fullmatch(line) if self._trial else None
        if row:
            value = number(row[2])
            if value is not None:
                self._values[row[1]] = value
            return Record([])
        if "╰" in line:
            record = self._record() if self._values else None
            self._begin("")
            self._columns = []
            return record
        inner = line.strip().strip("│|").strip()
        cells = [cell.strip() for cell in (inner.split("|") if "|" in line else re.split(r"\s{2,}", inner))]
        if cells[0] == _TRIALS:
            self._columns = cells
            return None
        return self._row(cells) if len(cells) == len(self._columns) else None

    def _row(self, cells: Sequence[str]) -> Record | None:
        """The metrics of a trial in a table, which goes on telling them until there are others."""
        named = dict(zip(self._columns, cells, strict=True))
        iteration = number(named.get(first_of(named, _ITERATIONS) or "", ""))
        if self._has_blocks or iteration is None or (cells[0], iteration, None) in self._told:
            return None
        self._told.add((cells[0], iteration, None))
        found = [(name, number(cell)) for name, cell in named.items() if is_measured(name)]
        values = [(name, value) for name, value in found if value is not None]
        return Record(values, iteration, None, cells[0]) if values else None

"""From the lines of a file to a table: each line offered to the families, each record a row."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable

import numpy as np

from losstui_parsers.stdout_lines import FAMILIES, LAST_RESORT
from losstui_parsers.stdout_lines.endings import End
from losstui_parsers.stdout_lines.lines import Clock, PrintedLines
from losstui_parsers.stdout_lines.progress_bars import StepsOfBars
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.tables import Column, Table

_AXES = ("step", "epoch", "timestamp")
# What srun and torchrun put before each line of a process. A number alone may also be a step: such a line is
# offered as it is first.
_LABEL = re.compile(r"\s*(?:\d{1,4}: |\[(?:rank|default)?\d{1,4}\]: ?)(?=\s*\S)")
SIGNS_WANTED = 3  # lines that count onward, before a file whose lines are not distinctive is a training log
_UNDATED = 1000  # records without a date, after which none is looked for


class Gatherer:
    """The records of one text, which may come in pieces, as columns."""

    def __init__(self, families: Iterable[type[LineFamily]] = FAMILIES) -> None:
        self._readers = [(family.marks, family.redrawn, family(), family) for family in families]
        self._lines = PrintedLines()
        self.rows = 0
        self.distinctive = 0
        self.families: dict[str, int] = {}
        self._columns: dict[str, tuple[array[int], array[float]]] = {}
        self._clock = Clock()
        self._bars = StepsOfBars()
        self._end = End()
        self._places: dict[tuple[str, str], set[tuple[float | None, float | None]]] = {}
        self.counts_onward = False  # one tag was told at several steps or epochs

    def read(self, text: str) -> None:
        """Take what the families find in a piece of plain text, which ends with a line or a state of it."""
        self._read(self._lines.read(text))

    def end(self) -> None:
        """Say that the text ends here, be it within a line."""
        self._read(self._lines.rest())

    def _read(self, lines: Iterable[tuple[str, bool]]) -> None:
        for line, final in lines:
            if self._offer(line, final):
                continue
            label = _LABEL.match(line)
            if label is None or not self._offer(line[label.end() :], final):
                self._bars.look(line)
                self._end.other(line)

    def _offer(self, line: str, final: bool) -> bool:
        """Whether a family reads the line; the first that does has it."""
        for marks, redrawn, reader, family in self._readers:
            if redrawn and not final:
                continue
            for mark in marks:
                if mark in line:
                    break
            else:
                continue
            record = reader.read(line)
            if record is not None:
                self._take(record, line, family)
                return True
        return False

    @property
    def shows_training(self) -> bool:
        """Whether the lines so far are surely a trainer's; further ones do not change that."""
        return self.distinctive > 0 or self.counts_onward

    def _take(self, record: Record, line: str, family: type[LineFamily]) -> None:
        row = self.rows
        self.rows += 1
        self.families[family.title] = self.families.get(family.title, 0) + 1
        self.distinctive += family.distinctive
        self._end.record(record, line)
        for tag, value in record.values:
            self._append(tag if tag not in _AXES else f"{tag}_logged", row, value)
        if record.step is not None:
            self._append("step", row, record.step)
        elif record.epoch is not None:
            self._bars.record(row, record.epoch)
        if record.epoch is not None:
            self._append("epoch", row, record.epoch)
        if row < _UNDATED or "timestamp" in self._columns:
            stamp = self._clock.read(line)
            if stamp == stamp:
                self._append("timestamp", row, stamp)
        if not self.counts_onward and not family.distinctive:
            self._count(record, family)

    def _append(self, tag: str, row: int, value: float) -> None:
        column = self._columns.get(tag)
        if column is None:
            column = self._columns[tag] = (array("q"), array("d"))
        rows, values = column
        if not rows or rows[-1] != row:
            rows.append(row)
            values.append(value)

    def _count(self, record: Record, family: type[LineFamily]) -> None:
        place = (record.epoch, record.step)
        if place == (None, None):
            return
        # the names of the last resort are anyone's: one of them must be told again and again
        for tag in [tag for tag, _ in record.values] if family is LAST_RESORT else [""]:
            seen = self._places.setdefault((family.title, tag), set())
            seen.add(place)
            self.counts_onward = self.counts_onward or len(seen) >= SIGNS_WANTED

    def table(self) -> Table:
        """The columns, with the steps that progress bars tell where no line does."""
        table = Table(self.rows, failed=self._end.failed, progress=self._end.progress())
        names = {tag: better for _, _, reader, _ in self._readers for tag, better in reader.names().items()}
        # those with better names come last
        for tag, (rows, values) in sorted(self._columns.items(), key=lambda one: one[0] in names):
            tag = names.get(tag, tag)
            table.add(tag, Column(np.array(rows, np.int64), np.array(values, np.float64)))
        dated = table.numbers.get("timestamp")
        if dated is not None and 2 * len(dated.rows) < self.rows:
            del table.numbers["timestamp"]
        if "step" not in table.numbers:
            steps: Column | None = self._bars.steps()
            if steps is not None:
                table.add("step", steps)
                table.progress = self._bars.progress if table.progress is None else table.progress
        return table


class Gathering:
    """The records of a text that comes in pieces, found by the families, else by the last resort."""

    def __init__(self) -> None:
        self._families = Gatherer()
        self._last_resort: Gatherer | None = Gatherer((LAST_RESORT,))

    def read(self, text: str) -> None:
        """Take what is in the next piece, as `Gatherer.read`."""
        self._families.read(text)
        if self._families.shows_training:
            self._last_resort = None
        elif self._last_resort is not None:
            self._last_resort.read(text)

    def end(self) -> None:
        """Say that the text ends here."""
        self._families.end()
        if self._last_resort is not None:
            self._last_resort.end()

    @property
    def found(self) -> Gatherer:
        """What was found so far."""
        general = self._last_resort
        surer = general is not None and not self._families.shows_training and general.counts_onward
        return general if general is not None and surer else self._families


def gather(text: str) -> Gatherer:
    """The records of plain `text`."""
    gathering = Gathering()
    gathering.read(text)
    gathering.end()
    return gathering.found

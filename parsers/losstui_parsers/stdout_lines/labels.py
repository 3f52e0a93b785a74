"""Several models that are trained beside each other, told apart by a name before the place of each line."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping

import numpy as np

from losstui_parsers.stdout_lines.columns import AXES
from losstui_parsers.stdout_lines.numbers import LEVELS
from losstui_parsers.stdout_lines.record import Record
from losstui_parsers.stdout_lines.succession import name_before_place
from losstui_parsers.tables import Column

PLACES_WANTED = 2  # at which names tell different values of one tag: once is a summary at the end
UNNAMED = 1000  # records without a name, after which none is looked for
_LEVEL = re.compile(LEVELS)
_DIGITS = re.compile(r"\d+")


class Labels:
    """The names before the places of a text, and which of them tell other values of the same tags.

    Names that differ in a number alone are of processes, hosts or repetitions, which print one curve.
    """

    def __init__(self) -> None:
        self._codes: dict[str, int] = {"": 0}
        self._by_row = array("i")
        self._place: tuple[float | None, float | None] = None, None
        self._here: dict[str, dict[str, float]] = {}  # by tag what each name told at that place
        self._met: set[str] = set()  # names that told another value there than another name
        self._meetings: Counter[str] = Counter()

    def take(self, record: Record, line: str) -> None:
        """Take the record of the next row, and the line it was read from."""
        if len(self._by_row) >= UNNAMED and len(self._codes) == 1:
            return
        placed = (record.epoch, record.step) != (None, None)
        name = name_before_place(line) if placed else ""
        name = "" if _LEVEL.fullmatch(name) else name
        self._by_row.append(self._codes.setdefault(name, len(self._codes)))
        if name:
            self._meet(record, name)

    def _meet(self, record: Record, name: str) -> None:
        if self._place != (record.epoch, record.step):
            self._place = record.epoch, record.step
            self._here, self._met = {}, set()
        for tag, value in record.values:
            told = self._here.setdefault(tag, {})
            for other, its_value in told.items():
                same = value == its_value or (value != value and its_value != its_value)
                if not same and _DIGITS.sub("", name) != _DIGITS.sub("", other):
                    self._meetings.update({name, other} - self._met)
                    self._met |= {name, other}
            told[name] = value

    def told_apart(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        """The columns, the cells of each model in one of its own: "Generator/loss"."""
        apart = {
            name: self._codes[name] for name, places in self._meetings.items() if places >= PLACES_WANTED
        }
        if not apart:
            return dict(columns)
        codes = np.array(self._by_row, np.int32)
        told: dict[str, Column] = {}
        for tag, column in columns.items():
            own = {} if tag in AXES else {f"{name}/{tag}": codes == code for name, code in apart.items()}
            own[tag] = ~np.any(list(own.values()), axis=0) if own else np.ones(len(codes), np.bool_)
            parts = {name: column.where(rows) for name, rows in own.items()}
            told.update({name: part for name, part in parts.items() if len(part.rows)})
        return told

"""From rows of JSON objects to a table: nested keys joined, numbers, texts and what is neither apart."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sized
from typing import cast

import numpy as np

from losstui_parsers.columns import TAG_NAMES, VALUE_NAMES, first_of, is_label, is_missing, number
from losstui_parsers.json_text import DEEPEST, JsonValue
from losstui_parsers.plain_text import shown
from losstui_parsers.tables import Column, Table, labels_by_row

_STATISTICS = {"num", "mean", "std"}  # of the values since the row before: StyleGAN's stats.jsonl


class TableBuilder:
    """Collects rows, one after the other, into the columns of a table."""

    def __init__(self) -> None:
        self.rows = 0
        self._numbers: dict[str, tuple[array[int], array[float]]] = {}
        self._texts: dict[str, dict[int, str]] = {}
        self._places: dict[int, int] = {}
        self._too_deep: list[tuple[int, str]] = []  # row and key
        self._columns: dict[str, list[Column]] = {}

    def add(self, row: Mapping[str, JsonValue], line: int = 0) -> None:
        """Append one row; `line` is its line in the file, 0 where it has none of its own."""
        self._add_members(row, "", 0)
        self._places[self.rows] = line
        self.rows += 1

    def add_column(self, name: str, column: Column) -> None:
        """Put in cells of a column all at once, in rows that have none of that name."""
        self._columns.setdefault(name, []).append(column)

    def _add_members(self, row: Mapping[str, JsonValue], prefix: str, depth: int) -> None:
        for key, value in row.items():
            if isinstance(value, (int, float)):
                self._add_number(prefix + key, as_float(value))
            elif isinstance(value, str):
                for name, text in _counts(key, value):
                    self._add_text(prefix + name, text)
            elif isinstance(value, dict):
                if depth == DEEPEST:
                    self._too_deep.append((self.rows, prefix + key))
                    continue
                members = cast("dict[str, JsonValue]", value)
                mean = members.get("mean")
                if members.keys() == _STATISTICS and isinstance(mean, (int, float)):
                    self._add_number(prefix + key, as_float(mean))
                elif not isinstance(members.get("_type"), str):  # W&B describes its media so
                    self._add_members(members, f"{prefix}{key}/", depth + 1)

    def _add_number(self, name: str, value: float) -> None:
        column = self._numbers.get(name)
        if column is None:
            column = self._numbers[name] = (array("q"), array("d"))
        column[0].append(self.rows)
        column[1].append(value)

    def _add_text(self, name: str, text: str) -> None:
        if is_missing(text):
            return
        value = number(text)
        if value is not None:
            self._add_number(name, value)
        else:
            self._texts.setdefault(name, {})[self.rows] = text

    def build(self, file: str = "") -> Table:
        """The table of all rows; a text among the numbers of a column costs one warning."""
        table = Table(self.rows)
        for name in dict.fromkeys((*self._columns, *self._numbers)):
            texts = self._texts.get(name, {})
            column = self._column(name)
            if len(texts) < len(column.values):
                table.numbers[name] = column
                if texts:
                    table.warnings.append(self._warning(file, name, texts))
        for name, texts in self._texts.items():
            if name not in table.numbers and is_label(name):
                table.texts[name] = labels_by_row(texts)
        _lift_values(table)
        if self._too_deep:
            row, name = self._too_deep[0]
            reason = f"nested deeper than {DEEPEST} levels; left out{_more(self._too_deep)}"
            table.warnings.append(f"{self._place(file, row)}, key {shown(name)}: {reason}")
        return table

    def _column(self, name: str) -> Column:
        """All cells of a column by row; single cells and those put in at once may take turns."""
        parts = list(self._columns.get(name, ()))
        if name in self._numbers:
            rows, values = self._numbers[name]
            parts.append(Column(np.array(rows, np.int64), np.array(values, np.float64)))
        if len(parts) == 1:
            return parts[0]
        joined = np.concatenate([part.rows for part in parts])
        order = np.argsort(joined, kind="stable")
        return Column(joined[order], np.concatenate([part.values for part in parts])[order])

    def labels(self) -> dict[str, list[str]]:
        """The texts of each column that has any."""
        return {name: list(texts.values()) for name, texts in self._texts.items()}

    def _warning(self, file: str, name: str, texts: Mapping[int, str]) -> str:
        row = next(iter(texts))
        reason = f"{shown(texts[row])} is no number; left out{_more(texts)}"
        return f"{self._place(file, row)}, key {shown(name)}: {reason}"

    def _place(self, file: str, row: int) -> str:
        return f"{file}: " + (f"line {self._places[row]}" if self._places[row] else f"row {row + 1}")


def _lift_values(table: Table) -> None:
    """Take the level away that holds all numbers beside a tag: `{"name": "loss", "data": {"value": 2}}`."""
    levels = {name.rpartition("/")[0] for name in table.numbers}
    level = next(iter(levels), "")
    if len(levels) > 1 or not level or first_of(table.texts, TAG_NAMES) is None:
        return
    if any(f"{level}/{name}" in table.numbers for name in VALUE_NAMES):
        table.numbers = {name.removeprefix(f"{level}/"): column for name, column in table.numbers.items()}
        table.texts = {name.removeprefix(f"{level}/"): labels for name, labels in table.texts.items()}


def _counts(name: str, text: str) -> list[tuple[str, str]]:
    """The cells that a text holds, with their names: "2/24" as `global_step/max_steps` is two."""
    names, counts = name.split("/"), text.split("/")
    if len(names) == len(counts) == 2 and all(count.strip().isdecimal() for count in counts):
        return list(zip(names, counts, strict=True))
    return [(name, text)]


def _more(told: Sized) -> str:
    return f" (and {len(told) - 1} more)" if len(told) > 1 else ""


def as_float(value: float) -> float:
    """The number as float64; a whole number beyond its range is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def table_of(rows: Iterable[Mapping[str, JsonValue]], file: str) -> Table:
    """The table of rows that have no lines of their own; warnings name the `file`."""
    builder = TableBuilder()
    for row in rows:
        builder.add(row)
    return builder.build(file)

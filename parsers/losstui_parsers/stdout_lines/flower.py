"""Flower's rounds of federated learning: what clients trained and evaluated, and what the server did."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, measured_under, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

# What is said above or beside the values, and the split they are of.
_SPLITS = (
    ("aggregate_train", "train"),
    ("aggregate_evaluate", "val"),
    ("lobal evaluation", "test"),
    ("(loss, distributed)", "val"),
    ("(loss, centralized)", "test"),
)
_ITEM = re.compile(rf"'([^']{{1,200}})'\s*:\s*'?({NUMBER})'?\s*(?=[,}}])")


class Flower(LineFamily):
    """`[ROUND 1/3]` above `MetricRecord: {'train_loss': 2.1}`, `fit progress: (1, 2.3, {'acc': 0.1}, 5.5)`.

    The losses of its `History` are read as well. What clients evaluate is `val`, what the server evaluates
    is `test`.
    """

    title: ClassVar[str] = "Flower"
    marks: ClassVar[tuple[str, ...]] = (
        "[ROUND ",
        "aggregate_",
        "lobal evaluation",
        "MetricRecord: {",
        "fit progress: (",
        "History (",
        "round ",
    )
    distinctive: ClassVar[bool] = True

    _round = re.compile(r"\[ROUND (\d+)(?:/\d+)?\]")
    _progress = re.compile(rf"fit progress: \((\d+), ({NUMBER}), (\{{[^{{}}]*\}}), ")
    _past = re.compile(rf"(?:^|\s)round (\d+): ({NUMBER})\s*$")

    def __init__(self) -> None:
        self._number: float | None = None  # of the round
        self._split = ""
        self._in_history = False
        self._told = False  # whether the rounds told what the history says again of the server

    def read(self, line: str) -> Record | None:
        """The values that a round, or the history of all rounds, tells."""
        progress = self._progress.search(line)
        if progress:
            self._told = True
            values = [("loss", to_number(progress[2])), *_items(progress[3])]
            return Record(measured_under("test", values), float(progress[1]))
        if self._in_history and (past := self._past.search(line)):
            values = [(f"{self._split}/loss", to_number(past[2]))]
            return Record([] if self._told and self._split == "test" else values, float(past[1]))
        if "global evaluation results: {" in line:
            return Record(measured_under("test", _items(line)), 0.0)
        if "MetricRecord: {" in line and self._number is not None:
            return Record(measured_under(self._split, _items(line)), self._number)
        self._look(line)
        return None

    def _look(self, line: str) -> None:
        """Take what a line says of those below it."""
        number = self._round.search(line)
        self._number = float(number[1]) if number else self._number
        self._in_history = "History (loss, " in line
        self._split = next((split for sign, split in _SPLITS if sign in line), self._split)


def _items(text: str) -> list[tuple[str, float]]:
    return [(name, to_number(value)) for name, value in _ITEM.findall(text)]

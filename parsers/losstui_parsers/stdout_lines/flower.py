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
    ("(metrics, distributed, fit)", "train"),
    ("(metrics, distributed, evaluate)", "val"),
    ("(metrics, centralized)", "test"),
    ("losses_distributed ", "val"),
    ("losses_centralized ", "test"),
    ("metrics_distributed_fit ", "train"),
    ("metrics_distributed ", "val"),
    ("metrics_centralized ", "test"),
)
# "losses_distributed [(1, 2.3), (2, 2.1)]", "{'accuracy': [(1, 0.1), (2, 0.2)]}": a history of several rounds
_HISTORY = re.compile(r"(?:losses_\w+ |'[^']{1,200}': )\[\(\d")
_BETWEEN_ROUNDS = re.compile(r"(?<=\),) (?=\()|(?<=\],) (?=')")
_ITEM = re.compile(rf"'([^']{{1,200}})'\s*:\s*'?({NUMBER})'?\s*(?=[,}}])")


class Flower(LineFamily):
    """`[ROUND 1/3]` above `MetricRecord: {'train_loss': 2.1}`, `fit progress: (1, 2.3, {'acc': 0.1}, 5.5)`.

    The losses and metrics of its `History` are read as well. What clients evaluate is `val`, what the
    server evaluates is `test`.
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
        "losses_",
        "metrics_",
        "),",
        ")]",
    )
    distinctive: ClassVar[bool] = True

    _round = re.compile(r"\[ROUND (\d+)(?:/\d+)?\]")
    _progress = re.compile(rf"fit progress: \((\d+), ({NUMBER}), (\{{[^{{}}]*\}}), ")
    _past = re.compile(rf"(?:^|\s)round (\d+): ({NUMBER})\s*$")
    _heading = re.compile(r"(losses|metrics)_(?:distributed|centralized)|History \((metrics), ")
    _pair = re.compile(rf"(?:'([^']{{1,200}})': )?\[?\((\d+), ({NUMBER})\)(?=[,\]]|\s*$)")

    def __init__(self) -> None:
        self._number: float | None = None  # of the round
        self._split = ""
        self._in_history = False
        self._metric = ""  # of which pairs of a round and a value follow
        self._told = False  # whether the rounds told what the history says again of the server

    def read(self, line: str) -> Record | None:
        """The values that a round, or the history of all rounds, tells."""
        heading = self._heading.search(line) if "metrics" in line or "losses_" in line else None
        if heading:
            self._look(line)
            self._metric = "loss" if heading[1] == "losses" else "metric"
        pair = self._pair.search(line) if self._metric else None
        if pair:
            self._metric = pair[1] or self._metric
            return self._of_history(self._metric, pair[2], pair[3])
        progress = self._progress.search(line) if "fit progress" in line else None
        if progress:
            self._told = True
            values = [("loss", to_number(progress[2])), *_items(progress[3])]
            return Record(measured_under("test", values), float(progress[1]))
        if self._in_history and (past := self._past.search(line)):
            return self._of_history("loss", past[1], past[2])
        if "global evaluation results: {" in line:
            return Record(measured_under("test", _items(line)), 0.0)
        if "MetricRecord: {" in line and self._number is not None:
            return Record(measured_under(self._split, _items(line)), self._number)
        if not heading:
            self._metric = ""
            self._look(line)
        return None

    def _of_history(self, name: str, number: str, value: str) -> Record:
        told = self._told and self._split == "test"
        return Record([] if told else [(f"{self._split}/{name}", to_number(value))], float(number))

    def _look(self, line: str) -> None:
        """Take what a line says of those below it."""
        number = self._round.search(line) if "[ROUND " in line else None
        self._number = float(number[1]) if number else self._number
        self._in_history = "History (loss, " in line
        self._split = next((split for sign, split in _SPLITS if sign in line), self._split)


def rounds_of(line: str) -> list[str]:
    """The line, or where it is the history of several rounds, a piece of it for each of them."""
    return _BETWEEN_ROUNDS.split(line) if _HISTORY.search(line) else [line]


def _items(text: str) -> list[tuple[str, float]]:
    return [(name, to_number(value)) for name, value in _ITEM.findall(text)]

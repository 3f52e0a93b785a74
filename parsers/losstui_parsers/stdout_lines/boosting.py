"""Gradient boosting: LightGBM, XGBoost and CatBoost print a line each round."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, any_measured, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record
from losstui_parsers.stdout_lines.unnamed import Unnamed


class BoostingRounds(LineFamily):
    """LightGBM `[10]\ttraining's auc: 0.8\tvalid_1's auc: 0.7` and XGBoost `[0]\ttrain-rmse:0.5`."""

    title: ClassVar[str] = "LightGBM or XGBoost"
    marks: ClassVar[tuple[str, ...]] = ("'s ", "-", "est iteration")

    _line = re.compile(r"(?:^|[\s\]])\[(\d+)\](\s+)(\S.*)")
    _lightgbm = re.compile(rf"(\S+)'s ([\w@.-]+): ({NUMBER})")
    # cross validation adds the deviation over the folds: "train-rmse:0.5+0.01"
    # after the last round, with that round below it once more
    _stopping = re.compile(r"\bbest iteration(?: is)?:\s*$", re.IGNORECASE)
    _xgboost = re.compile(rf"(?<!\S)([\w.]+-[\w@.-]+):({NUMBER})(?:\+{NUMBER})?(?!\S)")

    def __init__(self) -> None:
        self._stopped = False

    def read(self, line: str) -> Record | None:
        """The metrics of one round, each on each of the data sets."""
        match = self._line.search(line)
        if match is None:
            self._stopped = self._stopping.search(line) is not None
            return None
        if self._stopped:
            self._stopped = False
            return Record([])
        gap, rest = match.group(2), match.group(3)
        values = [(f"{data}/{tag}", to_number(number)) for data, tag, number in self._lightgbm.findall(rest)]
        values += [(tag, to_number(number)) for tag, number in self._xgboost.findall(rest)]
        # a metric may have any name ("l2", one's own): the tab, which both print, then has to do
        known = bool(values) and (gap == "\t" or any_measured(values))
        return Record(values, float(match.group(1))) if known else None


class CatBoost(LineFamily):
    """`100:\tlearn: 0.69\ttest: 0.70\tbest: 0.70 (99)\ttotal: 1.2s\tremaining: 11s`."""

    title: ClassVar[str] = "CatBoost"
    marks: ClassVar[tuple[str, ...]] = ("learn: ", "test: ")

    _line = re.compile(r"(?:^|\s)(\d+):\s+((?:learn|test): .*)")
    _metric = re.compile(rf"(learn|test\d*): ({NUMBER})(?!\S)")

    def __init__(self) -> None:
        self._unnamed = Unnamed()

    def read(self, line: str) -> Record | None:
        """The metric on the learning and the test sets after one tree; "best" repeats what was."""
        match = self._line.search(line)
        if match is None:
            return None
        values = [(data, to_number(number)) for data, number in self._metric.findall(match.group(2))]
        self._unnamed.take(values)
        return Record(values, float(match.group(1))) if values else None

    def names(self) -> Mapping[str, str]:
        """The lines do not name the metric."""
        return self._unnamed.names()

"""Any other loop: `Epoch: 3, Train Loss: 0.5, Val Loss: 0.6`, `[64/60000] Loss: 2.3`, `step=3 loss=0.5`."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui.languages import in_english
from losstui_parsers.columns import is_bookkeeping
from losstui_parsers.stdout_lines.numbers import is_measured, phrase_pairs
from losstui_parsers.stdout_lines.places import is_of_evaluation, place_in, under_splits
from losstui_parsers.stdout_lines.record import LineFamily, Record

# "epoch: 300" in a configuration
_SETTING = re.compile(r"\s*[\"']?[a-z_ ]+[\"']?\s*[:=]\s*[\"']?\d+[\"']?,?\s*")
_HEADING = re.compile(
    r"\s*(train|validation|test|eval)\w*(?: (?:set|error|results?|metrics))?\s?:\s*", re.IGNORECASE
)
_SOURCE_FILE = re.compile(r".*\.(?:py|cpp|cc|cu|h)")  # a logger's place in the code: "solver.cpp:228"
# where Python's logging was called: "(trainer:273) INFO"
_LOGGER = re.compile(r"\(\w+:\d+\)(?= [A-Z]{4,8}\b)")
_NO_VALUE = re.compile(r"eta|(?:local|global)?[ _]?rank|.* out", re.IGNORECASE)  # "completed out of 10"
# What a line without a place of its own says again: "New best model saved, accuracy: 0.5"
_TOLD_BEFORE = re.compile(r"\b(?:best|saved?|saving|improved)\b", re.IGNORECASE)
_AXIS_AT_END = re.compile(
    r"(?:^|[ _])(?:step|iteration|iter|update|epoch|ep|batch|round|episode)s?$", re.IGNORECASE
)


class KeyValues(LineFamily):
    """Named numbers on a line that also counts something, or below one: the last resort."""

    title: ClassVar[str] = "named numbers beside a step or an epoch"
    marks: ClassVar[tuple[str, ...]] = (":", "=", " is ", "poch", "teration", "oss ")
    redrawn: ClassVar[bool] = True

    def __init__(self) -> None:
        self._step: float | None = None
        self._epoch: float | None = None
        self._of_batches: set[str] = (
            set()
        )  # tags told of single batches; an epoch's sum or average is another
        self._section = ""  # the split that a line of its own names, above the numbers: "Test Error:"

    def read(self, line: str) -> Record | None:
        """The named numbers of the line, where one of them is a loss or a metric by its name."""
        if _SETTING.fullmatch(line):
            return None
        heading = _HEADING.fullmatch(in_english(line))
        if heading:
            self._section = heading.group(1).lower()
            return None
        line = _LOGGER.sub("", line) if ") " in line else line
        place = place_in(line)
        if place.named:
            self._section = ""
            self._epoch = self._epoch if place.epoch is None else place.epoch
            self._step = place.step
            if place.step is not None and place.epoch is not None and is_of_evaluation(line):
                self._step = None
        elif self._step is None and self._epoch is None:
            return None
        found = [one for one in phrase_pairs(line) if _is_value(one[0])]
        if not any(is_measured(tag) for tag, _, _ in found):
            return None
        if not place.named and _TOLD_BEFORE.search(in_english(line[: found[0][2]])):
            return None
        values = under_splits(line, found, self._section)
        if place.step is not None:
            self._of_batches.update(tag for tag, _ in values if is_measured(tag))
        elif place.epoch is not None:
            values = [(f"{tag}_epoch" if tag in self._of_batches else tag, value) for tag, value in values]
        return Record(values, self._step, self._epoch)

    def stand(self, record: Record) -> None:
        """Take the place of a line that another family has read for that of the lines below it."""
        if record.step is not None or record.epoch is not None:
            self._step, self._section = record.step, ""
            self._epoch = self._epoch if record.epoch is None else record.epoch


def _is_value(tag: str) -> bool:
    """Whether a named number is neither an axis, nor a place in the code or of a process, nor a time left."""
    if is_bookkeeping(tag) or _NO_VALUE.fullmatch(tag):
        return False
    return not _AXIS_AT_END.search(tag) and not _SOURCE_FILE.fullmatch(tag)

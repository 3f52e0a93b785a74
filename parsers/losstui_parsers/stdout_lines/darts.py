"""DARTS and the searches of architectures that grew from it: values without names, in a fixed order."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.record import LineFamily, Record

_REAL = r"(\d+(?:\.\d+)?(?:[eE][-+]\d+)?|nan|inf)"


class Darts(LineFamily):
    """`train 050 2.125e+00 25.5 50.25`: batch, loss, top-1 and top-5 accuracy, of `epoch 3 lr 2.5e-02`.

    Of the batches of an evaluation only the last one counts, which `valid_acc 75.5` ends.
    """

    title: ClassVar[str] = "DARTS"
    marks: ClassVar[tuple[str, ...]] = ("epoch ", "train ", "valid ", "valid_acc ")

    _epoch = re.compile(rf"(?:^|\s)epoch (\d+) lr {_REAL}\s*$")
    _batch = re.compile(rf"(?:^|\s)(train|valid) (\d{{3,}}) {_REAL} {_REAL} {_REAL}\s*$")
    _ends = re.compile(rf"(?:^|\s)valid_acc {_REAL}\s*$")

    def __init__(self) -> None:
        self._number: float | None = None
        self._evaluated: list[tuple[str, float]] = []  # so far, of the evaluation that goes on

    def read(self, line: str) -> Record | None:
        """The averages up to a batch, or over an evaluation."""
        told = self._epoch.search(line)
        if told:
            self._number = float(told.group(1))
            return Record([("lr", float(told.group(2)))], None, self._number)
        batch = self._batch.search(line)
        if batch:
            split, step, *numbers = batch.groups()
            names = (f"{split}/loss", f"{split}/top1", f"{split}/top5")
            values = list(zip(names, map(float, numbers), strict=True))
            if split == "train":
                return Record(values, float(step), self._number)
            self._evaluated = values
            return Record([])
        if self._evaluated and self._ends.search(line):
            values, self._evaluated = self._evaluated, []
            return Record(values, None, self._number)
        return None

"""The tables of YOLO trainers: `results.txt` of YOLOv5 to v7, and what Ultralytics prints."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

# The columns behind the epoch and the memory, under the names that results.csv later gave them.
_RESULTS_NAMES = (
    "train/box_loss",
    "train/obj_loss",
    "train/cls_loss",
    "train/total_loss",
    "",  # labels in the last batch
    "",  # image size
    "metrics/precision",
    "metrics/recall",
    "metrics/mAP_0.5",
    "metrics/mAP_0.5:0.95",
    "val/box_loss",
    "val/obj_loss",
    "val/cls_loss",
)


class YoloResults(LineFamily):
    """`0/299  7.1G  0.1078 ...`: fifteen columns without a header."""

    title: ClassVar[str] = "YOLOv5 results"
    marks: ClassVar[tuple[str, ...]] = ("G ",)

    _line = re.compile(rf"\s*(\d+)/\d+\s+[\d.]+G((?:\s+{NUMBER}){{13}})\s*")

    def read(self, line: str) -> Record | None:
        """The values of one epoch."""
        match = self._line.fullmatch(line)
        if match is None:
            return None
        numbers = [to_number(text) for text in match.group(2).split()]
        values = [(tag, value) for tag, value in zip(_RESULTS_NAMES, numbers, strict=True) if tag]
        return Record(values, epoch=float(match.group(1)))


class UltralyticsTable(LineFamily):
    """A header of names, a full bar of values each epoch, and the row `all` of the validation."""

    title: ClassVar[str] = "Ultralytics"
    marks: ClassVar[tuple[str, ...]] = ("Epoch ", "GPU_mem", "100%", " all ", "Class ")
    redrawn: ClassVar[bool] = True

    _header = re.compile(r"\s*Epoch\s+(?:GPU_mem|gpu_mem)\s+(\S.*)")
    _epoch = re.compile(rf"\s*(\d+)/\d+\s+(?:[\d.]+[GM]?)\s+({NUMBER}(?:\s+{NUMBER})*):\s+100%")
    _validation_header = re.compile(r"\s*Class\s+Images\s+(\S.*?)\s*(?:: +\d+%|$)")
    _validation_name = re.compile(r"(?:(\w)\w*\()?([^\s()]+)(\))?")
    _validation = re.compile(rf"\s*all\s+\d+\s+({NUMBER}(?:\s+{NUMBER})+)\s*")
    _settings = frozenset(("Instances", "Size", "labels", "img_size", "Labels", "targets", "total_targets"))

    def __init__(self) -> None:
        self._names: list[str] = []
        self._validation_names: list[str] = []
        self._number: float | None = None

    def read(self, line: str) -> Record | None:
        """The losses of one epoch, or the metrics of one validation."""
        match = self._header.match(line)
        if match:
            self._names = match.group(1).split()
            return None
        match = self._epoch.match(line)
        if match and self._names:
            self._number = float(match.group(1))
            return self._row("train", self._names, match.group(2), self._number)
        match = self._validation_header.match(line)
        if match:
            self._validation_names = self._spelled(match.group(1))
            return None
        match = self._validation.fullmatch(line)
        if match and self._number is not None and self._validation_names:
            return self._row("metrics", self._validation_names, match.group(1), self._number)
        return None

    def _spelled(self, header: str) -> list[str]:
        """The names of `Box(P R mAP50 mAP50-95)` as results.csv has them: precision(B), recall(B), ..."""
        names: list[str] = []
        task = ""
        for match in self._validation_name.finditer(header):
            opening, name, closing = match.group(1), str(match.group(2)), match.group(3)
            task = f"({opening})" if opening else task
            names.append({"P": "precision", "R": "recall"}.get(name, name) + task)
            task = "" if closing else task
        return names

    def _row(self, prefix: str, names: list[str], text: str, epoch: float) -> Record | None:
        numbers = [to_number(number) for number in text.split()]
        values = [
            (f"{prefix}/{tag}", value)
            for tag, value in zip(names, numbers, strict=False)
            if tag not in self._settings
        ]
        return Record(values, epoch=epoch) if values else None


class Darknet(LineFamily):
    """`100: 2.345, 2.500 avg loss, 0.001 rate, 3.2 seconds, 6400 images`, one line a batch."""

    title: ClassVar[str] = "Darknet"
    marks: ClassVar[tuple[str, ...]] = (" rate, ",)
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        rf"(\d+): ({NUMBER}), {NUMBER} avg(?: loss)?, ({NUMBER}) rate, ({NUMBER}) seconds, \d+ images"
    )

    def read(self, line: str) -> Record | None:
        """The loss of the batch; its running average says nothing more."""
        match = self._line.search(line)
        if match is None:
            return None
        names = ("loss", "learning_rate", "seconds")
        values = [(tag, to_number(match.group(index))) for index, tag in enumerate(names, start=2)]
        return Record(values, float(match.group(1)))

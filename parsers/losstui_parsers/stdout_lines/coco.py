"""The table that pycocotools prints of an evaluation: precision and recall of detected objects."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.numbers import NUMBER, to_number
from losstui_parsers.stdout_lines.record import LineFamily, Record

_OF_ALL_SIZES = "all"


class Coco(LineFamily):
    """`Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.42`, one row a line.

    The rows are called "bbox/AP", "bbox/AP50", "bbox/AP-small", "bbox/AR10". They are of the latest step.
    """

    title: ClassVar[str] = "COCO's evaluation"
    marks: ClassVar[tuple[str, ...]] = ("maxDets=", "IoU metric: ", "annotation type *")
    of_loops: ClassVar[bool] = True

    _kind = re.compile(r"(?:IoU metric: |annotation type \*)(\w+)")
    _row = re.compile(
        r"\((A[PR])\) @\[ IoU=0\.(\d+)([:-]\d\.\d+)? *\| area= *(\w+) \| maxDets= *(\d+) \] = "
        rf"({NUMBER})\s*$"
    )

    def __init__(self) -> None:
        self._of = "bbox"

    def read(self, line: str) -> Record | None:
        """The number of one row; None for -1, which is printed where no object has that size."""
        kind = self._kind.search(line)
        if kind:
            self._of = kind.group(1)
            return Record([])
        row = self._row.search(line)
        if row is None:
            return None
        metric, overlap, further, size, most, number = row.groups()
        value = to_number(number)
        if value < 0:
            return Record([])
        if size != _OF_ALL_SIZES:
            metric += f"-{size}"
        elif metric == "AR":
            metric += most
        elif not further:
            metric += overlap
        return Record([(f"{self._of}/{metric}", value)])
